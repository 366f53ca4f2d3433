"""Whatever tree a text makes: a sound shape or a reason, never an error."""

import math
from functools import cache

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

from crisismap.gazetteer import Boundaries, Gazetteer
from crisismap.geometry import expression_location
from crisismap.geometry.figures import BEARINGS
from crisismap.model import (
    Bank,
    Between,
    Border,
    Borders,
    Coast,
    Distance,
    Kind,
    Location,
    Mouth,
    Node,
    Offset,
    Part,
    Precision,
    Role,
    SpatialExpression,
    Toponym,
    Vicinity,
)

LEAVES = tuple(Toponym(at, at + 1, f"T{at}", Kind.REGION, Role.LITERAL) for at in range(4))
leaves = st.sampled_from(LEAVES)
directions = st.lists(st.sampled_from([*BEARINGS, "center"]), min_size=1, max_size=2, unique=True).map(tuple)
winds = st.lists(st.sampled_from(sorted(BEARINGS)), min_size=1, max_size=2, unique=True).map(tuple)
distances = st.one_of(
    st.none(),
    st.builds(
        lambda low, more, rounding, about: Distance(low, low + more, rounding, about),
        st.sampled_from([0.0, 0.4, 5.0, 40.0, 300.0, 4999.0, 40_000.0]),
        st.sampled_from([0.0, 10.0]),
        st.sampled_from([0.0, 0.5, 5.0]),
        st.booleans(),
    ),
)
borders_of = st.builds(
    Border, st.lists(leaves, min_size=1, max_size=3).map(tuple), st.one_of(st.just(()), winds)
)
manners = st.sampled_from(["near", "outside", "around", "outskirts", "within", "away", "across"])


def branches(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        st.builds(Part, nodes, directions),
        st.builds(Offset, nodes, winds, distances),
        st.builds(Vicinity, nodes, manners, distances),
        st.builds(Between, st.tuples(nodes, nodes)),
        st.builds(
            Coast,
            st.one_of(st.none(), nodes),
            st.one_of(st.none(), leaves),
            st.booleans(),
            st.just(()),
            distances,
        ),
        st.builds(Coast, nodes, st.none(), st.booleans(), winds, distances),
    )


trees = st.recursive(
    st.one_of(leaves, borders_of, leaves.map(Mouth), st.builds(Bank, leaves, winds)), branches, max_leaves=3
)


@cache
def world() -> tuple[Gazetteer, Boundaries]:
    return Gazetteer.open(), Boundaries.open()


@cache
def wide_places() -> list[int]:
    """Countries, divisions, regions and waters, which a draw from all entries would hardly meet."""
    gazetteer, _ = world()
    wanted = [code.startswith(("A.PCL", "A.ADM1", "L.", "H.", "T.")) for code in gazetteer.feature_codes]
    return [at for at, code in enumerate(gazetteer.columns.feature.tolist()) if wanted[code]]


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(trees, st.data(), st.sampled_from(Borders))
def test_every_tree_is_a_sound_shape_or_has_a_reason(
    tree: Node, data: st.DataObject, borders: Borders
) -> None:
    gazetteer, boundaries = world()
    entries = st.one_of(st.integers(0, len(gazetteer) - 1), st.sampled_from(wide_places()))
    places = [gazetteer.place(data.draw(entries)) for _ in LEAVES]
    locations = {
        leaf: Location(place=place, confidence=0.5) for leaf, place in zip(LEAVES, places, strict=True)
    }
    expression = SpatialExpression(0, 9, "x", "x", (), LEAVES, tree)
    location = expression_location(expression, locations, boundaries, borders)
    assert location.reason
    if not location.resolved:
        assert location.geometry is None
        return
    shape = location.geometry
    assert shape.is_valid
    assert not shape.is_empty
    assert box(-180, -90, 180, 90).covers(shape)
    assert shape.geom_type in ("Point", "MultiLineString", "MultiPolygon")
    assert location.precision is not Precision.EXACT
    assert location.confidence == 0.5
    lon, lat = location.point
    assert -180 <= lon <= 180
    assert -90 <= lat <= 90
    assert location.uncertainty_km > 0
    # A ring's point is its middle, which its radius tells.
    nearest = shapely.get_coordinates(shapely.shortest_line(Point(lon, lat), shape))[1]
    assert math.dist((lon, lat), nearest) * 100 < location.uncertainty_km + 1
    assert expression_location(expression, locations, boundaries, borders) == location


def test_an_anchor_that_is_not_located_says_so(boundaries) -> None:
    for tree in (Part(LEAVES[0], ("east",)), Coast(LEAVES[0]), Border(LEAVES[:2]), Mouth(LEAVES[0])):
        expression = SpatialExpression(0, 9, "x", "x", (), LEAVES, tree)
        for locations in ({}, dict.fromkeys(LEAVES, Location())):
            location = expression_location(expression, locations, boundaries)
            assert not location.resolved
            assert location.reason == "T0 is not located"


def test_an_expression_without_a_tree_keeps_its_reason(boundaries) -> None:
    expression = SpatialExpression(0, 9, "its border", "border", (), (), None, "nobody's border")
    assert expression_location(expression, {}, boundaries) == Location(reason="nobody's border")


def test_the_least_certain_anchor_decides(find, locate) -> None:
    location = locate(lambda *ends: Between(ends), find("Kherson", "UA"), find("Mykolayiv", "UA"))
    assert location.confidence == pytest.approx(0.8)
