"""Parts of places by direction, told by the towns that they hold and do not hold."""

from pathlib import Path

import pytest
import shapely
from shapely.geometry import Point

from crisismap import geodesy
from crisismap.model import Border, Borders, Coast, Part, Precision

ROWS = [
    tuple(line.split("|"))
    for line in Path(__file__).with_name("parts.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]

KNOWN_FAILURES = {
    "ML north": "Gao",
    "NG northeast": "Yola",
    "MZ south": "Beira",
    "PH center": "Tacloban",
    "IT south": "Rome",
    "ES northwest": "Madrid",
    "US northeast": "Minneapolis",
    "CN north": "Tianjin",
    "RU west": "Novosibirsk",
    "MM west": "Mandalay",
    "MM east": "Loikaw",
    "LY south": "Sabha",
    "EG south": "Luxor",
    "SD east": "Khartoum",
    "YE north": "Sanaa",
    "IL north": "Jerusalem",
    "BR south": "Brasília",
    "JP south": "Tokyo",
    "IR west": "Tehran",
    "PE south": "Lima",
    "VN center": "Da Nang",
}
"""Where a country is lived in so unevenly that its shape misleads."""


@pytest.mark.parametrize(("code", "direction", "inside", "outside"), ROWS)
def test_parts_of_countries(find, locate, code, direction, inside, outside) -> None:
    location = locate(lambda whole: Part(whole, (direction,)), find(code))
    part = location.geometry
    assert part.is_valid
    assert part.geom_type == "MultiPolygon"
    assert location.precision is Precision.WIDE
    assert part.covers(Point(location.point))
    known = KNOWN_FAILURES.get(f"{code} {direction}", "").split(";")
    for towns, wanted in ((inside, True), (outside, False)):
        for town in towns.split(";"):
            place = find(town, code)
            reached = part.distance(Point(place.lon, place.lat)) < 0.05
            assert reached is (wanted != (town in known)), f"{town}: known failures are listed, and no other"


def test_known_failures_are_few() -> None:
    failing = sum(len(towns.split(";")) for towns in KNOWN_FAILURES.values())
    towns = sum(len(part.split(";")) for row in ROWS for part in row[2:])
    assert len(ROWS) > 180
    assert failing / towns < 0.03


def test_parts_lie_within_the_country(find, locate, boundaries) -> None:
    for code, most in {"UA": 0.001, "ML": 0.001, "FJ": 0.01, "NO": 0.01, "RU": 0.01}.items():
        part = locate(lambda whole: Part(whole, ("east",)), find(code)).geometry
        # Outlines are as fine as a screen shows them, which tells most on islands and fjords.
        assert (part - boundaries.country(code)).area < most * part.area


def test_drawn_shapes_have_few_points(find, locate) -> None:
    for code in ("CA", "RU", "ID", "NO"):
        for tree in (lambda whole: Part(whole, ("east",)), lambda whole: Coast(whole, None, True)):
            shape = locate(tree, find(code)).geometry
            assert shape.is_valid
            assert shapely.count_coordinates(shape) <= 3500, code


def test_a_corner_without_land_is_what_lies_that_way(find, locate) -> None:
    part = locate(lambda whole: Part(whole, ("northwest",)), find("JP")).geometry
    akita, fukuoka = Point(140.1, 39.7), Point(130.4, 33.6)
    assert part.distance(akita) < 0.1
    assert part.distance(fukuoka) > 1
    middle = locate(lambda whole: Part(whole, ("north-center",)), find("SO"))
    assert middle.reason == "the north-central part of Somalia"


def test_far_parts_do_not_belong(find, locate) -> None:
    for direction in ("northwest", "north", "west"):
        part = locate(lambda whole, to=direction: Part(whole, (to,)), find("US")).geometry
        assert part.distance(Point(-149.9, 61.2)) > 3, "Anchorage"
    west = locate(lambda whole: Part(whole, ("west",)), find("RU")).geometry
    assert west.distance(Point(20.5, 54.7)) < 0.05, "Kaliningrad"


def test_several_directions_are_taken_together(find, locate) -> None:
    both = locate(lambda whole: Part(whole, ("north", "west")), find("AF"))
    one, other = (locate(lambda whole, to=to: Part(whole, (to,)), find("AF")) for to in ("north", "west"))
    assert both.geometry.symmetric_difference(one.geometry | other.geometry).area < 1e-9
    assert both.reason == "the northern and western part of Afghanistan"


def test_parts_have_parts(find, locate) -> None:
    part = locate(lambda whole: Part(Part(whole, ("east",)), ("north",)), find("UA"))
    assert part.reason == "the northern part of the eastern part of Ukraine"
    assert part.geometry.covers(Point(36.23, 49.99)), "Kharkiv"
    assert not part.geometry.covers(Point(37.54, 47.1)), "Mariupol"


def test_both_worldviews(find, locate) -> None:
    simferopol = Point(34.1, 44.95)
    south = locate(lambda whole: Part(whole, ("south",)), find("UA"))
    assert south.geometry.covers(simferopol)
    de_facto = locate(lambda whole: Part(whole, ("south",)), find("UA"), borders=Borders.DE_FACTO)
    assert de_facto.geometry.distance(simferopol) > 0.5
    assert de_facto.geometry.distance(Point(32.6, 46.6)) < 0.05, "Kherson"


@pytest.mark.parametrize(("direction", "least", "most"), [("east", 45, 135), ("northwest", 270, 360)])
def test_part_of_a_settlement_is_a_quarter_of_its_disk(find, locate, direction, least, most) -> None:
    mosul = find("Mosul", "IQ")
    location = locate(lambda whole: Part(whole, (direction,)), mosul)
    assert location.precision is Precision.NEAR
    assert location.reason.endswith("part of Mosul, taken for a disk of 10 km")
    assert least < geodesy.bearing(mosul.lon, mosul.lat, *location.point) < most
    assert geodesy.area_km2(location.geometry) == pytest.approx(3.14 * 10.2**2 / 4, rel=0.1)
    middle = locate(lambda whole: Part(whole, ("center",)), mosul)
    assert middle.geometry.covers(Point(mosul.lon, mosul.lat))
    assert geodesy.area_km2(middle.geometry) == pytest.approx(3.14 * 5.1**2, rel=0.1)


def test_across_the_antimeridian(find, locate) -> None:
    for code in ("RU", "FJ"):
        part = locate(lambda whole: Part(whole, ("east",)), find(code)).geometry
        assert part.bounds[0] == -180
        assert part.bounds[2] == 180
        assert max(box[2] - box[0] for box in shapely.bounds(shapely.get_parts(part))) < 90
    assert not part.covers(Point(178.0, -17.8)), "Viti Levu"
    assert part.distance(Point(-179.9, -16.8)) < 0.2, "Taveuni"


def test_what_has_no_parts_says_why(find, locate) -> None:
    line = locate(lambda owner: Part(Border((owner,)), ("north",)), find("UA"))
    assert line.reason.endswith("is a line, which has no parts to draw")
    range_ = locate(lambda whole: Part(whole, ("north",)), find("Zagros Mountains", feature_class="T"))
    assert range_.reason == "no outline of the Zagros Mountains is known, so it has no parts to draw"
    assert not line.resolved
    assert not range_.resolved
