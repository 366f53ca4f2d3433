import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPoint, Point, Polygon, box

from crisismap import geodesy
from crisismap.errors import GeometryError

lons = st.floats(-180, 180)
lats = st.floats(-89, 89)


def test_distances_that_are_known() -> None:
    # A degree of the equator and a quarter of a meridian on WGS 84.
    assert geodesy.distance_km(0, 0, 1, 0) == pytest.approx(111.3195, abs=1e-3)
    assert geodesy.distance_km(0, 0, 0, 90) == pytest.approx(10001.966, abs=1e-3)
    assert geodesy.distance_km(30.52, 50.45, 30.52, 50.45) == 0


@given(lons, lats, lons, lats)
def test_the_quick_distance_is_near_the_exact_one(lon1: float, lat1: float, lon2: float, lat2: float) -> None:
    exact = geodesy.distance_km(lon1, lat1, lon2, lat2)
    quick = geodesy.distances_km(lon1, lat1, [lon2], [lat2])
    assert quick.shape == (1,)
    assert quick[0] == pytest.approx(exact, rel=0.0062, abs=1e-6)


def test_quick_distances_keep_the_order_of_their_input() -> None:
    found = geodesy.distances_km(0, 0, np.array([0, 1, 180], np.float32), np.array([0, 0, 0], np.float32))
    assert found == pytest.approx([0, 111.195, math.pi * geodesy.EARTH_RADIUS_KM], abs=0.01)
    assert geodesy.distances_km(0, 0, [], []).shape == (0,)


@given(lons, lats, st.floats(0, 359.9), st.floats(0.1, 5000))
def test_a_destination_is_where_distance_and_bearing_say(
    lon: float, lat: float, direction: float, distance: float
) -> None:
    lon2, lat2 = geodesy.destination(lon, lat, direction, distance)
    assert geodesy.distance_km(lon, lat, lon2, lat2) == pytest.approx(distance, rel=1e-6)
    turn = (geodesy.bearing(lon, lat, lon2, lat2) - direction + 180) % 360 - 180
    assert abs(turn) < 1e-3


@pytest.mark.parametrize(("lon", "lat", "bearing"), [(0, 1, 0), (1, 0, 90), (0, -1, 180), (-1, 0, 270)])
def test_bearings_run_clockwise_from_north(lon: float, lat: float, bearing: float) -> None:
    assert geodesy.bearing(0, 0, lon, lat) == pytest.approx(bearing)


def test_lengths_and_areas() -> None:
    square = box(0, 0, 1, 1)
    assert geodesy.area_km2(square) == pytest.approx(12308.78, rel=1e-4)
    assert geodesy.area_km2(square.reverse()) == geodesy.area_km2(square)
    assert geodesy.area_km2(square - box(0.4, 0.4, 0.6, 0.6)) < geodesy.area_km2(square)
    assert geodesy.length_km(LineString([(0, 0), (1, 0), (1, 1)])) == pytest.approx(111.32 + 110.57, abs=0.01)
    assert geodesy.area_km2(Point(0, 0)) == 0
    assert geodesy.area_km2(Polygon()) == 0
    assert geodesy.length_km(Point(0, 0)) == 0


def test_densify_adds_points_on_the_line() -> None:
    line = LineString([(0, 50), (10, 50)])
    dense = geodesy.densify(line, 25)
    steps = np.diff(shapely.get_coordinates(dense), axis=0)
    assert len(steps) >= 40
    assert dense.length == pytest.approx(line.length)
    with pytest.raises(GeometryError, match="step_km 0"):
        geodesy.densify(line, 0)


@given(lons, st.floats(-88, 88), st.floats(0, 359.9), st.floats(1, 2000))
def test_a_bounding_box_holds_the_circle(lon: float, lat: float, direction: float, radius: float) -> None:
    left, bottom, right, top = geodesy.bounding_box(lon, lat, radius).bounds
    lon2, lat2 = geodesy.destination(lon, lat, direction, radius)
    assert bottom <= lat2 <= top
    turn = (lon2 - lon + 180) % 360 - 180
    assert left - lon - 1e-9 <= turn <= right - lon + 1e-9


@pytest.mark.parametrize(
    ("lon", "lat"), [(30.5, 50.45), (0, 0), (179.9, -17), (-179.99, 66), (20, 89.5), (10, -89.9)]
)
@pytest.mark.parametrize("radius", [1.0, 40.0, 500.0])
def test_a_buffer_around_a_point_is_a_disk(lon: float, lat: float, radius: float) -> None:
    disk = geodesy.buffer(Point(lon, lat), radius)
    assert disk.is_valid
    left, _, right, _ = disk.bounds
    assert left >= -180
    assert right <= 180
    assert geodesy.area_km2(disk) == pytest.approx(math.pi * radius**2, rel=0.01)
    for direction in range(0, 360, 45):
        assert disk.intersects(Point(geodesy.destination(lon, lat, direction, 0.97 * radius)))
        assert not disk.intersects(Point(geodesy.destination(lon, lat, direction, 1.03 * radius)))


def test_a_buffer_around_a_long_line_has_its_width_everywhere() -> None:
    line = LineString([(23.6, 51.5), (30.5, 51.3), (40.0, 49.6), (40.0, 40.0)])
    band = geodesy.buffer(line, 30)
    assert band.is_valid
    assert band.contains(line)
    for lon, lat in [(27.0, 51.4), (35.25, 50.45), (40.0, 45.0)]:
        across = 90 if lon == 40.0 else 180
        assert band.contains(Point(geodesy.destination(lon, lat, across, 25)))
        assert not band.contains(Point(geodesy.destination(lon, lat, across, 40)))


def test_a_buffer_around_an_area_holds_the_area() -> None:
    country = box(22, 44, 40, 52)
    assert geodesy.buffer(country, 20).contains(country)
    several = geodesy.buffer(MultiPoint([(0, 0), (10, 10)]), 5)
    assert len(several.geoms) == 2


@pytest.mark.parametrize("radius", [0, -1, math.nan, math.inf, 5001])
def test_a_buffer_that_cannot_be_is_refused(radius: float) -> None:
    with pytest.raises(GeometryError, match="radius_km"):
        geodesy.buffer(Point(0, 0), radius)
    with pytest.raises(GeometryError, match="radius_km"):
        geodesy.buffer(Point(), 1)


@given(lons, lats, st.floats(0, 359.9), st.floats(5, 180), st.floats(0, 900), st.floats(1, 900))
def test_a_sector_holds_what_lies_that_way(
    lon: float, lat: float, direction: float, half_width: float, inner: float, depth: float
) -> None:
    outer = inner + depth
    sector = geodesy.sector(lon, lat, direction, half_width, inner, outer)
    assert sector.is_valid
    assert box(-180, -90, 180, 90).covers(sector)
    middle = Point(geodesy.destination(lon, lat, direction, inner + depth / 2))
    assert sector.distance(middle) < 0.01
    assert sector.area > 0


def test_a_sector_that_cannot_be() -> None:
    for bad in ((30, 5, 5), (30, -1, 5), (0, 0, 5), (190, 0, 5), (30, 0, 6000)):
        with pytest.raises(GeometryError, match="no sector of"):
            geodesy.sector(0, 0, 0, *bad)
