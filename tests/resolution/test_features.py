"""The feature matrix: blocks, parents, siblings, context."""

import numpy as np
import pytest

from crisismap.gazetteer import Gazetteer
from crisismap.model import Kind, Role, Toponym
from crisismap.resolution.candidates import CandidateFinder
from crisismap.resolution.context import put_context
from crisismap.resolution.features import (
    BLOCKS,
    COLUMN,
    CONTEXT,
    DOUBT,
    FEATURES,
    CandidateBatch,
    FeatureBuilder,
    columns_of,
)
from crisismap.resolution.labels import Divisions, Holders
from crisismap.resolution.outlet import NO_OUTLET
from crisismap.resolution.reading import ArticleReader


@pytest.fixture(scope="module")
def build(gazetteer: Gazetteer):  # type: ignore[no-untyped-def]
    reader, builder = ArticleReader(gazetteer, CandidateFinder(gazetteer)), FeatureBuilder(gazetteer)

    def build(text: str, *names: str) -> CandidateBatch:
        toponyms = [
            Toponym(text.index(name), text.index(name) + len(name), name, Kind.REGION, Role.LITERAL)
            for name in names
        ]
        return builder.build([reader.read(text, toponyms)], [NO_OUTLET])

    return build


def row(batch: CandidateBatch, gazetteer: Gazetteer, place_id: str) -> int:
    [found] = np.flatnonzero(batch.entries == gazetteer.index_of(place_id))
    return int(found)


def even(batch: CandidateBatch) -> np.ndarray:
    return 1 / np.bincount(batch.group)[batch.group]


def test_every_feature_is_of_one_block() -> None:
    assert len(FEATURES) == len(set(FEATURES)) == sum(map(len, BLOCKS.values()))
    assert 0 < CONTEXT < len(FEATURES)


def test_parents(build, gazetteer: Gazetteer) -> None:  # type: ignore[no-untyped-def]
    batch = build("Paris, Texas", "Paris")
    parent = batch.matrix[:, COLUMN["parent"]]
    assert parent[row(batch, gazetteer, "geonames:4717560")] == 1
    assert parent[row(batch, gazetteer, "geonames:2988507")] == 0
    assert batch.matrix[row(batch, gazetteer, "geonames:2988507"), COLUMN["parent_rival"]] == 1


def test_siblings(build, gazetteer: Gazetteer) -> None:  # type: ignore[no-untyped-def]
    batch = build("Paris and Marseille", "Paris", "Marseille")
    sibling = batch.matrix[:, COLUMN["sibling_country"]]
    assert sibling[row(batch, gazetteer, "geonames:2988507")] == 1 / (1 + DOUBT)


def test_the_dateline_is_near_what_is_near_it(build, gazetteer: Gazetteer) -> None:  # type: ignore[no-untyped-def]
    batch = build(
        "KYIV, Ukraine (AP) - Shells fell on Irpin and London.", "KYIV", "Ukraine", "Irpin", "London"
    )
    put_context(batch, even(batch))
    near = batch.matrix[:, COLUMN["dateline_near"]]
    assert near[row(batch, gazetteer, "geonames:707565")] > 0.5
    assert near[row(batch, gazetteer, "geonames:2643743")] < 0.1


def test_a_list_is_of_one_kind(build, gazetteer: Gazetteer) -> None:  # type: ignore[no-untyped-def]
    batch = build("Jordan, Syria and Lebanon", "Jordan", "Syria", "Lebanon")
    put_context(batch, even(batch))
    listed = batch.matrix[batch.group == 0, COLUMN["listed_class"]]
    assert listed[batch.kind[batch.group == 0] == 0].max() == listed.max() > 0


def test_context_is_filled_afresh(build) -> None:  # type: ignore[no-untyped-def]
    batch = build("BAGHDAD - Clashes in Mosul and Tripoli", "BAGHDAD", "Mosul", "Tripoli")
    put_context(batch, even(batch))
    once = batch.matrix.copy()
    put_context(batch, even(batch))
    assert np.array_equal(batch.matrix, once)


def test_a_name_alone_has_finite_features(build) -> None:  # type: ignore[no-untyped-def]
    batch = build("Springfield", "Springfield")
    put_context(batch, even(batch))
    assert np.isfinite(batch.matrix).all()


def test_features_filled_together_follow_one_another() -> None:
    where = columns_of("country_mass", "admin1_mass", "admin2_mass")
    assert FEATURES[where] == ("country_mass", "admin1_mass", "admin2_mass")
    with pytest.raises(ValueError, match="do not follow one another"):
        columns_of("country_mass", "admin2_mass")


def test_other_families_of_a_division() -> None:
    # Two candidates of the first name are in country 7, one of the second; the third name's has no country.
    divisions = Divisions.of(np.array([[7, 7, 7, 0]]), np.array([0, 0, 1, 2]), np.zeros(4, dtype=int))
    assert divisions.other_families().tolist() == [[1, 1, 1, 0]]
    mass = divisions.mass_of_others(np.array([0.25, 0.75, 0.5, 1.0]))
    assert mass.tolist() == [[0.5, 0.5, 1.0, 0.0]]


@pytest.mark.parametrize(
    ("article", "expected"),
    [([0, 0, 0, 0], [0.0, 0.9, 0.9, 0.0]), ([0, 0, 1, 1], [0.0, 0.9, 0.0, 0.0])],
)
def test_a_country_holds_what_other_names_of_its_article_mean(
    article: list[int], expected: list[float]
) -> None:
    # The first candidate is the country 7 itself, entry 10; the second and third are towns in it.
    values = np.array([[7, 7, 7, 3], [0, 0, 0, 0], [0, 0, 0, 0]])
    ancestors = np.array([[10, 10, 10, 20], [-1] * 4, [-1] * 4])
    family, kind, entries = np.array([0, 1, 2, 3]), np.array([0, 3, 3, 3]), np.array([10, 11, 12, 13])
    divisions = Divisions.of(values, family, np.array(article))
    holders = Holders.of(divisions, family, kind, entries, ancestors)
    highest = holders.highest(np.array([0.9, 0.1, 0.2, 0.3]))
    assert highest.tolist() == [expected, [0.0] * 4, [0.0] * 4]
