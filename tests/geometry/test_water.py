"""Coasts, and the water off them."""

import pytest
from shapely.geometry import Point

from crisismap.model import Bank, Border, Borders, Coast, Distance, Mouth, Part, Precision


def water(find, name):
    return find(name, feature_class="H")


@pytest.mark.parametrize(
    ("code", "near", "far"),
    [
        ("YE", [(45.03, 12.77), (42.9, 14.8), (54.0, 12.5)], [(45.0, 17.2), (44.2, 15.4)]),
        ("LY", [(13.18, 32.9), (20.06, 32.1), (24.0, 32.1)], [(25.0, 28.0), (10.0, 30.0)]),
        ("UA", [(30.75, 46.49), (33.5, 44.6), (37.55, 47.06)], [(31.0, 51.5), (22.2, 48.6)]),
        ("KZ", [(51.2, 43.65)], [(71.4, 51.1), (77.0, 43.2)]),
        ("US-TX", [(-94.8, 29.3), (-97.2, 26.1)], [(-97.2, 33.9), (-106.5, 31.75)]),
        ("CD", [(12.35, -6.0)], [(29.2, -1.7), (15.3, -4.3)]),
    ],
)
def test_coasts_are_where_land_meets_the_sea(find, locate, code, near, far) -> None:
    line = locate(lambda land: Coast(land), find(code)).geometry
    assert line.geom_type == "MultiLineString"
    assert all(line.distance(Point(point)) < 0.15 for point in near)
    assert all(line.distance(Point(point)) > 0.5 for point in far)


@pytest.mark.parametrize("code", ["ML", "CH", "UG", "BY"])
def test_inland_there_is_no_coast(find, locate, code) -> None:
    location = locate(lambda land: Coast(land, None, True), find(code))
    assert not location.resolved
    assert location.reason.endswith("has no coast")


@pytest.mark.parametrize(
    ("code", "direction", "near", "far"),
    [
        ("LY", "east", [(20.06, 32.1), (22.6, 32.75)], [(13.18, 32.9)]),
        ("IN", "west", [(72.8, 18.95), (76.2, 9.95)], [(80.3, 13.1), (92.7, 11.7)]),
        ("IN", "east", [(80.3, 13.1), (83.3, 17.7)], [(72.8, 18.95)]),
        ("TR", "south", [(30.7, 36.88), (34.6, 36.78)], [(29.0, 41.0), (39.7, 41.0)]),
        ("US", "west", [(-122.5, 37.7), (-124.1, 46.2)], [(-74.0, 40.5), (-95.0, 29.2), (-150.0, 61.0)]),
        ("US", "east", [(-74.0, 40.5), (-80.1, 25.8)], [(-122.5, 37.7)]),
        ("SO", "north", [(45.0, 10.44)], [(45.3, 2.03)]),
        ("IT", "west", [(11.8, 42.1), (14.75, 40.67)], [(18.0, 40.6), (12.4, 45.4)]),
        ("FJ", "east", [(-178.75, -18.2)], [(177.3, -17.8)]),
    ],
)
def test_one_side_of_a_country(find, locate, code, direction, near, far) -> None:
    location = locate(lambda land: Coast(land, None, False, (direction,)), find(code))
    assert location.reason.endswith(f", in the {direction}")
    assert all(location.geometry.distance(Point(point)) < 0.15 for point in near)
    assert all(location.geometry.distance(Point(point)) > 0.5 for point in far)


def test_the_coast_on_a_named_water(find, locate) -> None:
    black, red = water(find, "Black Sea"), water(find, "Red Sea")
    ukraine = locate(lambda *names: Coast(*names), find("UA"), black)
    assert ukraine.reason == "the coast of Ukraine on the Black Sea"
    assert ukraine.geometry.distance(Point(30.75, 46.49)) < 0.1, "Odesa"
    assert ukraine.geometry.distance(Point(37.55, 47.06)) > 0.5, "Mariupol, on the Sea of Azov"
    yemen = locate(lambda *names: Coast(*names), find("YE"), red)
    assert yemen.geometry.distance(Point(42.9, 14.8)) < 0.1, "Hodeidah"
    assert yemen.geometry.distance(Point(49.1, 14.5)) > 1, "Mukalla"
    libya = locate(lambda *names: Coast(*names), find("LY"), red)
    assert libya.reason == "Libya does not lie on the Red Sea"
    whole = locate(lambda sea: Coast(None, sea), black)
    assert whole.geometry.distance(Point(41.6, 41.65)) < 0.1, "Batumi"
    lake = locate(lambda *names: Coast(*names), find("UG"), water(find, "Lake Victoria"))
    assert lake.geometry.distance(Point(32.5, 0.05)) < 0.2, "Entebbe"
    assert lake.geometry.distance(Point(32.9, -2.5)) > 1, "Mwanza"


def test_off_the_coast_is_water(find, locate, boundaries) -> None:
    for code, inside in {"YE": (46.0, 13.0), "LY": (17.0, 31.3), "FJ": (179.95, -17.5)}.items():
        location = locate(lambda land: Coast(land, None, True), find(code))
        assert location.geometry.covers(Point(inside))
        assert location.geometry.intersection(boundaries.country(code)).area < 1e-6
        assert location.geometry.covers(Point(location.point))
    yemen = locate(lambda land: Coast(land, None, True), find("YE"))
    for other in ("ER", "DJ", "SO", "OM"):
        assert yemen.geometry.intersection(boundaries.country(other)).area < 1e-6
    far = locate(lambda land: Coast(land, None, True, (), Distance(60, 60, 5)), find("LY")).geometry
    assert not far.covers(Point(13.18, 33.1)), "25 km off Tripoli"
    assert far.covers(Point(13.18, 33.43)), "60 km off Tripoli"


def test_off_a_town_and_off_a_part(find, locate) -> None:
    tripoli = locate(lambda land: Coast(land, None, True), find("Tripoli", "LY"))
    assert tripoli.geometry.covers(Point(13.2, 33.05))
    assert not tripoli.geometry.covers(Point(15.1, 32.5)), "Misrata"
    west = locate(lambda land: Coast(land, None, False, ("west",)), find("Tripoli", "LY"))
    assert west.resolved
    assert locate(lambda land: Coast(land, None, True), find("Kyiv", "UA")).reason == "Kyiv has no coast"
    east = locate(lambda land: Coast(Part(land, ("east",)), None, True), find("LY"))
    assert east.geometry.covers(Point(22.0, 33.2))
    assert not east.geometry.covers(Point(13.2, 33.2))


def test_on_a_lake(find, locate) -> None:
    chad = water(find, "Lake Chad")
    location = locate(lambda lake: Coast(None, lake, True), chad)
    assert location.resolved
    assert "Lake Chad" in location.reason


def test_both_worldviews(find, locate) -> None:
    sevastopol = Point(33.4, 44.6)
    for borders, reached in ((Borders.INTERNATIONAL, True), (Borders.DE_FACTO, False)):
        line = locate(lambda land: Coast(land), find("UA"), borders=borders).geometry
        assert (line.distance(sevastopol) < 0.15) is reached


@pytest.mark.parametrize(
    ("river", "direction", "inside", "outside"),
    [
        ("Dnieper", "east", [(32.75, 46.6), (35.05, 48.53)], [(32.6, 46.68), (34.4, 47.6)]),
        ("Dnieper", "west", [(32.6, 46.68)], [(32.75, 46.6)]),
        ("Euphrates", "east", [(40.2, 35.37)], [(40.05, 35.3)]),
        ("Nile", "west", [(32.6, 25.72)], [(32.72, 25.7)]),
    ],
)
def test_banks(find, locate, river, direction, inside, outside) -> None:
    location = locate(lambda name: Bank(name, (direction,)), water(find, river))
    assert location.reason == f"a strip of 10 km along the {direction} bank of the {river}"
    assert all(location.geometry.covers(Point(point)) for point in inside)
    assert not any(location.geometry.covers(Point(point)) for point in outside)
    both = locate(lambda name: Bank(name, ()), water(find, river)).geometry
    assert location.geometry.area < 0.6 * both.area


def test_mouths(find, locate) -> None:
    mouth = locate(Mouth, water(find, "Danube"))
    assert mouth.geometry.distance(Point(29.7, 45.2)) < 0.2
    assert mouth.reason == "the mouth of the Danube"
    assert mouth.precision is Precision.NEAR


def test_a_river_without_a_course_says_so(find, locate) -> None:
    location = locate(Mouth, water(find, "Litani"))
    assert not location.resolved
    assert location.reason.startswith("the course of")


def test_a_line_has_no_coast(find, locate) -> None:
    palace = locate(lambda sea: Coast(None, sea), find("Kremlin", "RU", "S"))
    assert palace.reason == "no outline of Kremlin is known"
    assert not locate(lambda owner: Coast(Border((owner,))), find("UA")).resolved
