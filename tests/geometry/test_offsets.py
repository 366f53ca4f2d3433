"""What lies a way from a place, about it, across the border from it, or between two."""

import pytest
from shapely.geometry import Point

from crisismap import geodesy
from crisismap.model import Between, Border, Coast, Distance, Offset, Part, Precision, Vicinity

FORTY = Distance(40, 40, 5)


def test_a_band_north_of_a_city(find, locate) -> None:
    kyiv = find("Kyiv", "UA")
    location = locate(lambda origin: Offset(origin, ("north",), FORTY), kyiv)
    band = location.geometry
    assert location.reason == "a band 40 km north of Kyiv"
    assert location.precision is Precision.WIDE
    assert location.point == pytest.approx(geodesy.destination(kyiv.lon, kyiv.lat, 0, 40), abs=1e-6)
    radius = 13.7
    for bearing, distance, reached in [
        (0, 40, True),
        (25, 40, True),
        (-25, 22, True),
        (0, 40 + 5 + radius - 1, True),
        (0, 40 + 5 + radius + 1, False),
        (0, 40 - 5 - radius - 1, False),
        (40, 40, False),
        (180, 40, False),
    ]:
        at = Point(geodesy.destination(kyiv.lon, kyiv.lat, bearing, distance))
        assert band.covers(at) is reached, (bearing, distance)


def test_vague_words_make_a_wider_band(find, locate) -> None:
    mosul = find("Mosul", "IQ")
    areas = [
        geodesy.area_km2(locate(lambda origin, d=d: Offset(origin, ("west",), d), mosul).geometry)
        for d in (Distance(48, 48, 0.5), Distance(48, 48, 5), Distance(48, 48, 5, True), Distance(30, 60, 5))
    ]
    assert areas == sorted(areas)
    assert areas[0] < areas[1] < areas[2]


def test_a_village_an_hour_away_is_near(find, locate) -> None:
    small = locate(lambda origin: Offset(origin, ("east",), Distance(7, 7, 0.5)), find("Bucha", "UA"))
    assert small.precision is Precision.NEAR
    assert small.uncertainty_km < 10


def test_without_a_distance_a_sector_begins_at_the_place(find, locate) -> None:
    khartoum = find("Khartoum", "SD")
    sector = locate(lambda origin: Offset(origin, ("north",)), khartoum)
    assert "up to 45 km" in sector.reason
    assert sector.geometry.covers(Point(geodesy.destination(khartoum.lon, khartoum.lat, 40, 40)))
    assert not sector.geometry.covers(Point(geodesy.destination(khartoum.lon, khartoum.lat, 0, 60)))


def test_the_side_of_a_country(find, locate, boundaries) -> None:
    south = locate(lambda origin: Offset(origin, ("south",)), find("YE"))
    assert south.geometry.covers(Point(47.0, 12.6)), "the Gulf of Aden"
    assert not south.geometry.covers(Point(42.0, 14.0)), "the Red Sea"
    assert south.geometry.intersection(boundaries.country("YE")).area < 1e-6
    band = locate(lambda origin: Offset(origin, ("south",), Distance(50, 50, 5)), find("LB"))
    assert band.geometry.distance(Point(35.3, 32.65)) < 0.05
    assert band.geometry.distance(boundaries.country("LB")) > 0.3


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda x: Offset(x, ("north",), Distance(0, 0, 0)), "0 km is no distance to draw"),
        (lambda x: Offset(x, ("north",), Distance(-4, -4, 0)), "-4 km is no distance to draw"),
        (lambda x: Vicinity(x, "within", Distance(40_000, 40_000, 5000)), "40,000 km is no distance to draw"),
        (lambda x: Between((x, x)), "nothing lies between Kyiv and Kyiv"),
    ],
)
def test_nonsense_is_unresolved_and_says_why(find, locate, make, reason) -> None:
    location = locate(make, find("Kyiv", "UA"))
    assert not location.resolved
    assert location.geometry is None
    assert location.reason.startswith(reason)


@pytest.mark.parametrize(
    ("manner", "distance", "inside", "outside"),
    [
        ("near", None, [0, 20, 26], [30]),
        ("around", None, [0, 20, 26], [30]),
        ("outside", None, [15, 26], [0, 10, 30]),
        ("outskirts", None, [8, 13, 20], [0, 5, 25]),
        ("within", Distance(50, 50, 5), [0, 40, 60], [80]),
        ("away", FORTY, [30, 40, 55], [0, 15, 65]),
        ("outside", FORTY, [30, 40, 55], [0, 15, 65]),
    ],
)
def test_about_a_city(find, locate, manner, distance, inside, outside) -> None:
    kyiv = find("Kyiv", "UA")
    area = locate(lambda center: Vicinity(center, manner, distance), kyiv).geometry
    for bearing in (0, 77, 200):
        for far, reached in [*((far, True) for far in inside), *((far, False) for far in outside)]:
            at = Point(geodesy.destination(kyiv.lon, kyiv.lat, bearing, far))
            assert area.covers(at) is reached, (far, bearing)


def test_the_eastern_outskirts(find, locate) -> None:
    kyiv = find("Kyiv", "UA")
    part = locate(lambda center: Part(Vicinity(center, "outskirts"), ("east",)), kyiv).geometry
    assert part.covers(Point(geodesy.destination(kyiv.lon, kyiv.lat, 90, 15)))
    assert not part.covers(Point(geodesy.destination(kyiv.lon, kyiv.lat, 270, 15)))


def test_near_a_border_is_both_sides_of_it(find, locate, boundaries) -> None:
    near = locate(lambda *owners: Vicinity(Border(owners), "near"), find("UA"), find("BY")).geometry
    border = boundaries.land_border("UA", "BY")
    assert near.covers(border)
    point = border.geoms[0].interpolate(0.5, normalized=True)
    for bearing in (0, 180):
        assert near.covers(Point(geodesy.destination(point.x, point.y, bearing, 10)))
    assert not near.covers(Point(30.52, 50.45)), "Kyiv"


def test_across_the_border(find, locate, boundaries) -> None:
    far = locate(lambda *owners: Vicinity(Border(owners), "across"), find("UA"), find("BY"))
    assert (far.geometry - boundaries.country("BY")).area < 1e-6
    assert far.geometry.distance(Point(30.3, 51.75)) < 0.1
    beyond = locate(lambda town: Vicinity(town, "across"), find("Kharkiv", "UA"))
    assert beyond.geometry.covers(Point(36.6, 50.5)), "towards Belgorod"
    assert beyond.geometry.intersection(boundaries.country("UA")).area < 1e-6
    inland = locate(lambda town: Vicinity(town, "across"), find("Novosibirsk", "RU"))
    assert inland.reason.endswith("km from the nearest land border")
    island = locate(lambda town: Vicinity(town, "across"), find("Tokyo", "JP"))
    assert island.reason == "Tokyo is near no land border"


def test_a_corridor(find, locate) -> None:
    ends = find("Kherson", "UA"), find("Mykolayiv", "UA")
    location = locate(lambda *ends: Between(ends), *ends)
    assert all(location.geometry.covers(Point(end.lon, end.lat)) for end in ends)
    assert location.geometry.covers(Point(32.3, 46.8))
    assert not location.geometry.covers(Point(30.7, 46.5)), "Odesa"
    assert location.reason == "a corridor 15 km wide between Kherson and Mykolayiv"
    pacific = locate(lambda *ends: Between(ends), find("Suva", "FJ"), find("Apia", "WS"))
    assert pacific.geometry.bounds[0] == -180
    assert max(part.bounds[2] - part.bounds[0] for part in pacific.geometry.geoms) < 20
    far = locate(lambda *ends: Between(ends), find("Kyiv", "UA"), find("Beijing", "CN"))
    assert "too far for anything between them" in far.reason
    neighbors = locate(lambda *ends: Between(ends), find("UA"), find("BY"))
    assert not neighbors.resolved


def test_what_has_no_outline_has_no_surroundings(find, locate) -> None:
    near = locate(lambda center: Vicinity(center, "near"), find("Gobi", feature_class="T"))
    assert near.reason == "no outline of the Gobi Desert is known, so its edge cannot be told"


def test_origins_are_trees_too(find, locate) -> None:
    border = locate(lambda *o: Offset(Border(o), ("north",), Distance(20, 20, 5)), find("UA"), find("BY"))
    assert border.geometry.covers(Point(27.0, 51.97))
    assert border.geometry.covers(Point(30.0, 51.67)), "wherever along the border"
    assert not border.geometry.covers(Point(27.0, 51.5)), "south of it"
    river = locate(lambda name: Offset(name, ("east",)), find("Dnieper", feature_class="H"))
    assert river.geometry.covers(Point(34.9, 48.7))
    assert not river.geometry.covers(Point(30.2, 50.4)), "Kyiv's west"
    coast = locate(lambda land: Vicinity(Coast(land), "within", Distance(30, 30, 5)), find("LY"))
    assert coast.geometry.covers(Point(13.18, 32.88)), "Tripoli"
    part = locate(lambda whole: Offset(Part(whole, ("south",)), ("south",)), find("UA"))
    assert part.geometry.covers(Point(34.0, 44.1)), "off Crimea"
