"""What is known of candidates: one by one, together, and remembered."""

import numpy as np
import pytest

from crisismap.gazetteer import Gazetteer
from crisismap.resolution import facts as module
from crisismap.resolution.candidates import CandidateFinder
from crisismap.resolution.facts import FACT_BLOCKS, FactFinder, unit_vectors

NAMES = ["Paris", "Kyiv", "Texas", "Ukraine"]


@pytest.fixture(scope="module")
def finder(gazetteer: Gazetteer) -> CandidateFinder:
    return CandidateFinder(gazetteer)


def test_names_do_not_depend_on_one_another(gazetteer: Gazetteer, finder: CandidateFinder) -> None:
    candidates = [finder.find(name) for name in NAMES]
    together = FactFinder(gazetteer).find(NAMES, candidates)
    alone = [FactFinder(gazetteer).find([name], [own]) for name, own in zip(NAMES, candidates, strict=True)]
    for part in ("features", "xyz", "places"):
        joined = np.concatenate([getattr(facts, part) for facts in alone], axis=1)
        assert np.array_equal(getattr(together, part), joined)
    assert len(together.features) == sum(map(len, FACT_BLOCKS.values()))


def test_what_is_remembered_is_the_same_in_any_order(gazetteer: Gazetteer, finder: CandidateFinder) -> None:
    candidates = [finder.find(name) for name in NAMES]
    facts = FactFinder(gazetteer)
    facts.find(NAMES[1:3], candidates[1:3])
    mixed = facts.find(NAMES[::-1], candidates[::-1])
    fresh = FactFinder(gazetteer).find(NAMES[::-1], candidates[::-1])
    assert np.array_equal(mixed.features, fresh.features)
    assert np.array_equal(mixed.places, fresh.places)


def test_other_candidates_of_a_known_name_are_looked_at_anew(
    gazetteer: Gazetteer, finder: CandidateFinder
) -> None:
    facts = FactFinder(gazetteer)
    facts.find(["Paris"], [finder.find("Paris")])
    other = facts.find(["Paris"], [finder.find("Kyiv")])
    assert np.array_equal(other.places, facts.find(["Kyiv"], [finder.find("Kyiv")]).places)


def test_memory_is_bounded(
    gazetteer: Gazetteer, finder: CandidateFinder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_REMEMBERED", 0)
    facts = FactFinder(gazetteer)
    for name in (*NAMES, *NAMES):
        facts.find([name], [finder.find(name)])
    assert not facts._known
    assert facts._remembered == 0


def test_unit_vectors() -> None:
    lon, lat = np.array([0, 90, 0], dtype=np.float32), np.array([0, 0, 90], dtype=np.float32)
    assert np.allclose(unit_vectors(lon, lat), np.eye(3))
