import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import (
    GeometryCollection,
    LineString,
    MultiLineString,
    MultiPolygon,
    Point,
    Polygon,
    box,
)
from shapely.geometry.base import BaseGeometry

from crisismap.gazetteer.boundaries import Boundaries
from crisismap.geojson import bounding_box, geometry_object, prepare
from crisismap.paths import data_path

WEST, EAST = box(-180, 0, -170, 10), box(170, 0, 180, 10)


def prepared(shape: BaseGeometry) -> BaseGeometry:
    """The shape as written, after what RFC 7946 asks of every one."""
    result = prepare(shape)
    assert result is not None
    assert result.is_valid
    west, south, east, north = result.bounds
    assert -180 <= west <= east <= 180
    assert -90 <= south <= north <= 90
    for polygon in shapely.get_parts(result):
        if isinstance(polygon, Polygon):
            assert polygon.exterior.is_ccw
            assert not any(hole.is_ccw for hole in polygon.interiors)
    return result


@pytest.mark.parametrize(
    "shape",
    [
        Polygon([(170, 0), (-170, 0), (-170, 10), (170, 10)]),
        Polygon([(170, 0), (170, 10), (-170, 10), (-170, 0)]),
        box(170, 0, 190, 10),
        box(-190, 0, -170, 10),
        box(530, 0, 550, 10),
        MultiPolygon([EAST, WEST]),
        MultiPolygon([box(170, 0, 175, 10), box(175, 0, 190, 10)]),
    ],
)
def test_a_polygon_is_cut_at_the_antimeridian(shape: BaseGeometry) -> None:
    result = prepared(shape)
    assert result.geom_type == "MultiPolygon"
    assert result.equals(MultiPolygon([EAST, WEST]))
    assert bounding_box(result) == [170, 0, -170, 10]


def test_a_hole_across_the_antimeridian() -> None:
    hole = [(175, 2), (-175, 2), (-175, 8), (175, 8)]
    result = prepared(Polygon([(170, 0), (-170, 0), (-170, 10), (170, 10)], [hole]))
    assert result.area == pytest.approx(200 - 60)
    assert not result.intersects(Point(179, 5))
    assert not result.intersects(Point(-179, 5))


def test_a_hole_on_the_far_side_of_the_antimeridian() -> None:
    hole = [(-176, 2), (-174, 2), (-174, 8), (-176, 8)]
    result = prepared(Polygon([(170, 0), (-170, 0), (-170, 10), (170, 10)], [hole]))
    assert result.area == pytest.approx(200 - 12)
    assert not result.intersects(Point(-175, 5))


@pytest.mark.parametrize("shape", [box(-180, -90, 180, 90), box(-180, -90, 180, -60), box(-80, 0, 80, 10)])
def test_an_edge_around_the_world_stays(shape: Polygon) -> None:
    assert prepared(shape).equals(shape)
    assert bounding_box(prepared(shape)) == list(shape.bounds)


@pytest.mark.parametrize("latitude", [80, -80])
def test_a_ring_around_a_pole_holds_the_pole(latitude: int) -> None:
    result = prepared(Polygon([(-120, latitude), (0, latitude), (120, latitude)]))
    pole = math.copysign(90, latitude)
    assert result.area == pytest.approx(360 * 10)
    assert result.covers(LineString([(-180, pole), (180, pole)]))


@pytest.mark.parametrize(
    "shape",
    [
        LineString([(170, 0), (-170, 10)]),
        LineString([(170, 0), (190, 10)]),
        MultiLineString([[(170, 0), (-170, 10)]]),
    ],
)
def test_a_line_is_cut_at_the_antimeridian(shape: BaseGeometry) -> None:
    expected = MultiLineString([[(170, 0), (180, 5)], [(-180, 5), (-170, 10)]])
    assert prepared(shape).equals(expected)


def test_a_line_along_the_antimeridian_stays() -> None:
    line = LineString([(180, 0), (180, 5)])
    assert prepared(line) == line


def test_a_line_keeps_its_vertices_in_order() -> None:
    line = LineString([(0, 0), (1, 1), (1, 0), (0, 1), (0, 0), (1, 1)])
    assert prepared(line) == line


def test_points() -> None:
    assert prepare(Point(30.123456789, 50.1)) == Point(30.12346, 50.1)
    assert prepare(Point(190, 5)) == Point(-170, 5)
    assert prepare(Point(180, 5)) == Point(180, 5)
    assert geometry_object(prepare(Point(1, 2, 99))) == {"type": "Point", "coordinates": [1.0, 2.0]}


@pytest.mark.parametrize("shape", [None, Point(), Polygon(), MultiPolygon(), GeometryCollection()])
def test_nothing_to_write(shape: BaseGeometry | None) -> None:
    assert prepare(shape) is None
    assert geometry_object(prepare(shape)) is None


def test_what_is_not_valid_is_mended() -> None:
    assert prepared(Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])).area == pytest.approx(50)
    mixed = GeometryCollection([MultiPolygon([box(0, 0, 1, 1)]), Point(5, 5), LineString([(0, 0), (9, 9)])])
    assert prepared(mixed).equals(box(0, 0, 1, 1))


def test_coordinates_have_six_decimals_at_most() -> None:
    record = geometry_object(prepare(box(0.123456789, 0, 1 / 3, 2 / 3)))
    assert record is not None
    values = [value for point in record["coordinates"][0] for value in point]
    assert {len(repr(value).partition(".")[2]) for value in values} <= {1, 6}


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([box(0, 0, 10, 10), box(100, 0, 110, 10)], [0, 0, 110, 10]),
        ([box(172, 51, 179, 53), box(-179, 51, -66, 71)], [172, 51, -66, 71]),
        ([EAST, WEST, box(0, 0, 1, 1)], [0, 0, -170, 10]),
    ],
)
def test_a_bounding_box_leaves_out_the_widest_gap(parts: list[Polygon], expected: list[float]) -> None:
    assert bounding_box(prepared(MultiPolygon(parts))) == expected


@given(
    st.floats(-720, 720),
    st.floats(0.5, 170),
    st.floats(-89, 60),
    st.floats(0.5, 25),
    st.booleans(),
    st.booleans(),
)
def test_any_box_comes_out_whole(
    west: float, width: float, south: float, height: float, wrap: bool, clockwise: bool
) -> None:
    corners = [(west, south), (west + width, south), (west + width, south + height), (west, south + height)]
    if wrap:
        corners = [((lon + 180) % 360 - 180, lat) for lon, lat in corners]
    result = prepared(Polygon(corners[::-1] if clockwise else corners))
    assert result.area == pytest.approx(width * height, rel=1e-4)
    middle = (west + width / 2 + 180) % 360 - 180
    assert result.intersects(Point(middle, south + height / 2))


@pytest.mark.skipif(not data_path("boundaries.gaz").exists(), reason="data/boundaries.gaz is not built")
@pytest.mark.parametrize("code", ["RU", "FJ", "US", "AQ", "NZ", "KI"])
def test_countries_across_the_antimeridian(code: str) -> None:
    country = Boundaries.open().country(code)
    assert country is not None
    result = prepared(country)
    assert result.area == pytest.approx(country.area, rel=1e-6)
    west, _, east, _ = bounding_box(result)
    assert (west > east) is (code != "AQ")
