"""Which place a name means, by its article."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisismap.errors import LexiconError
from crisismap.gazetteer import Gazetteer
from crisismap.model import Kind, Role, Toponym
from crisismap.resolution import LinearScorer, Resolver
from crisismap.resolution.scoring import softmax_by_group


@pytest.fixture(scope="module")
def resolver(gazetteer: Gazetteer) -> Resolver:
    return Resolver(gazetteer)


def toponyms(text: str, *names: str) -> list[Toponym]:
    found, at = [], 0
    for name in names:
        at = text.index(name, at)
        found.append(Toponym(at, at + len(name), name, Kind.REGION, Role.LITERAL))
        at += len(name)
    return found


@pytest.mark.parametrize(
    ("text", "names", "ids"),
    [
        ("A court in Paris, Texas, heard it.", ["Paris", "Texas"], ["geonames:4717560", "geonames:4736286"]),
        (
            "A court in Paris, France, heard it.",
            ["Paris", "France"],
            ["geonames:2988507", "geonames:3017382"],
        ),
        ("Tripoli, Lebanon, saw clashes.", ["Tripoli", "Lebanon"], ["geonames:266826", "geonames:272103"]),
        (
            "Tripoli and Benghazi in Libya",
            ["Tripoli", "Benghazi", "Libya"],
            ["geonames:2210247", "geonames:88319", "geonames:2215636"],
        ),
        (
            "northern Iraq and the city of Aleppo",
            ["northern Iraq", "city of Aleppo"],
            ["geonames:99237", "geonames:170063"],
        ),
    ],
)
def test_context_decides(resolver: Resolver, text: str, names: list[str], ids: list[str]) -> None:
    locations = resolver.resolve(text, toponyms(text, *names))
    assert [location.place and location.place.id for location in locations] == ids


def test_two_readings_of_one_name_in_one_article(resolver: Resolver) -> None:
    text = "From Paris, France, he moved to Paris, Texas."
    found = resolver.resolve(text, toponyms(text, "Paris", "France", "Paris", "Texas"))
    assert [location.place.country_code for location in found if location.place] == ["FR", "FR", "US", "US"]


def test_candidates_are_ranked_and_the_first_is_chosen(resolver: Resolver) -> None:
    [location] = resolver.resolve("Springfield", toponyms("Springfield", "Springfield"))
    scores = [candidate.score for candidate in location.candidates]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 5
    assert location.place == location.candidates[0].place
    assert location.confidence == scores[0]
    assert 0 < sum(scores) <= 1


def test_unknown_names_stay_unresolved(resolver: Resolver) -> None:
    [location] = resolver.resolve("Qwxyzzy", toponyms("Qwxyzzy", "Qwxyzzy"))
    assert not location.resolved
    assert location.reason == "no place of this name in the gazetteer"


def test_nothing_to_resolve(resolver: Resolver) -> None:
    assert resolver.resolve("text", []) == []


def test_another_scorer_can_take_its_place(gazetteer: Gazetteer) -> None:
    class Smallest:
        def score(self, matrix: np.ndarray, *, with_context: bool) -> np.ndarray:
            from crisismap.resolution.features import FEATURES

            return -100.0 * matrix[:, FEATURES.index("population")]

    [location] = Resolver(gazetteer, Smallest()).resolve("Paris", toponyms("Paris", "Paris"))
    assert location.place is not None
    assert location.place.population < 100_000


def test_weights_must_be_complete(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "weights.json"
    path.write_text('{"prior": {}, "context": {}}')
    with pytest.raises(LexiconError, match=r"weights\.json: not a readable model"):
        LinearScorer.load(path)


@given(st.lists(st.lists(st.floats(-50, 50), min_size=1, max_size=6), min_size=1, max_size=6))
def test_softmax_sums_to_one_in_each_group(groups: list[list[float]]) -> None:
    scores = np.array([score for group in groups for score in group])
    group = np.repeat(np.arange(len(groups)), [len(g) for g in groups])
    probability = softmax_by_group(scores, group)
    assert np.allclose(np.bincount(group, weights=probability), 1)
    for index, row in enumerate(groups):
        assert scores[group == index].argmax() == probability[group == index].argmax() or len(row) > 1
