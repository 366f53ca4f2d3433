"""Land borders: which way they face, and whose they are."""

import pytest
from shapely.geometry import LineString, Point

from crisismap.gazetteer import Boundaries
from crisismap.geometry import expression_location
from crisismap.model import Border, Kind, Location, Place, Precision, Role, SpatialExpression, Toponym


def border(boundaries: Boundaries, codes: str, directions: str = "") -> Location:
    """Locate "CODES' DIRECTIONS border": the first country's, with the others."""
    locations = {
        Toponym(start, start + 1, code, Kind.COUNTRY, Role.LITERAL): Location(
            place=Place(f"geonames:{start + 1}", code, 0.0, 0.0, "A", "PCLI", code),
            confidence=0.9 - start / 10,
        )
        for start, code in enumerate(codes.split())
    }
    winds = tuple(directions.split())
    owners = tuple(locations)
    tree = Border(owners, winds) if len(owners) < 3 else Border(owners[:1], winds, owners[1:])
    expression = SpatialExpression(0, 9, "the border", "border", winds, owners, tree)
    return expression_location(expression, locations, boundaries)


def reached(boundaries: Boundaries, code: str, location: Location) -> dict[str, float]:
    """Return the share of each neighbor's border that a location covers; neighbors with none are left out."""
    shares = {}
    for neighbor in boundaries.neighbors(code):
        line = boundaries.land_border(code, neighbor)
        assert line is not None
        # A cut line has vertices of its own, so it is compared through a hair's breadth.
        covered = line.intersection(location.geometry.buffer(1e-6)).length / line.length
        if covered > 0.01:
            shares[neighbor] = covered
    return shares


def test_the_northern_and_eastern_borders_of_ukraine(boundaries: Boundaries) -> None:
    location = border(boundaries, "UA", "north east")
    line = location.geometry
    expected = boundaries.land_border("UA", "BY").union(boundaries.land_border("UA", "RU"))
    assert line.equals(expected), "exactly the border with Belarus and Russia"
    for name, point in {
        "Chernihiv": (31.8, 52.1),
        "Kharkiv": (36.9, 50.35),
        "Luhansk": (39.9, 49.0),
        "Volyn": (23.7, 51.6),
    }.items():
        assert line.distance(Point(point)) < 0.1, name
    for name, point in {
        "Lviv": (23.6, 50.4),
        "Transnistria": (29.6, 47.2),
        "Uzhhorod": (22.2, 48.6),
        "Crimea": (34.0, 46.1),
    }.items():
        assert line.distance(Point(point)) > 1, name
    assert location.place is None
    assert location.precision is Precision.WIDE
    assert location.confidence == 0.9
    assert Point(location.point).distance(line) < 1e-9
    assert location.uncertainty_km == pytest.approx(733, abs=30)
    assert (
        location.reason
        == "the part of Ukraine's land border that faces north and east: with Belarus and Russia"
    )


@pytest.mark.parametrize(
    ("code", "directions", "whole", "part", "never"),
    [
        ("UA", "north", "BY", "RU", "PL HU SK RO MD"),
        ("UA", "east", "RU", "", "BY PL MD"),
        ("UA", "west", "PL SK HU", "", "BY RU"),
        ("LY", "east", "EG SD", "", "TD NE DZ TN"),
        ("ML", "north", "DZ", "", "BF CI GN SN"),
        ("PL", "east", "BY UA", "", "DE CZ SK"),
        ("PL", "north", "RU", "", "DE CZ SK UA BY"),
        ("SY", "north", "TR", "", "JO LB IL"),
        ("SY", "east", "IQ", "", "LB IL TR"),
        ("US", "south", "MX", "", "CA"),
        ("US", "north", "CA", "", "MX"),
        ("RU", "west", "UA BY FI EE LV", "", "CN MN KP"),
        ("IN", "north", "CN NP BT", "", "MM"),
        ("IN", "west", "PK", "", "BD MM NP"),
        ("KE", "east", "SO", "", "UG TZ SS"),
        ("TR", "south", "SY IQ", "", "GR BG GE"),
        ("AF", "north", "TJ TM UZ", "", "PK IR"),
        ("PK", "northwest", "AF", "", "IN"),
        ("NG", "northeast", "TD", "NE", "BJ"),
        ("ET", "north", "ER", "", "KE SO SS"),
        ("CD", "east", "RW BI UG TZ", "", "CG AO"),
        ("SD", "south", "SS", "", "EG LY"),
        ("DE", "east", "PL CZ", "", "NL BE FR LU"),
        ("IL", "north", "LB", "", "EG JO"),
        ("KZ", "north", "RU", "", "CN UZ KG"),
        ("KZ", "west", "", "RU", "CN UZ KG"),
    ],
)
def test_borders_by_direction(
    boundaries: Boundaries, code: str, directions: str, whole: str, part: str, never: str
) -> None:
    shares = reached(boundaries, code, border(boundaries, code, directions))
    assert {n: shares.get(n, 0) > 0.99 for n in whole.split()} == dict.fromkeys(whole.split(), True)
    assert {n: 0.01 < shares.get(n, 0) < 0.99 for n in part.split()} == dict.fromkeys(part.split(), True)
    assert not set(never.split()) & set(shares)


def test_all_four_directions_are_the_whole_border(boundaries: Boundaries) -> None:
    for code in ("UA", "ML", "IN", "TH"):
        everything = border(boundaries, code, "north east south west").geometry
        assert everything.equals(boundaries.land_border(code))
        assert border(boundaries, code).geometry.equals(everything)


def test_borders_with_named_neighbors(boundaries: Boundaries) -> None:
    pair = border(boundaries, "SY TR")
    assert pair.geometry.equals(boundaries.land_border("SY", "TR"))
    assert pair.reason == "the land border of Syria with Turkey"
    assert pair.confidence == pytest.approx(0.8), "that of the least certain anchor"
    assert set(reached(boundaries, "KE", border(boundaries, "KE ET SO"))) == {"ET", "SO"}
    # The words are wrong about the direction, right about the neighbor.
    assert border(boundaries, "UA PL", "east").geometry.equals(boundaries.land_border("UA", "PL"))


@pytest.mark.parametrize(
    ("codes", "directions", "reason"),
    [
        ("JP", "", "Japan has no land border"),
        ("IS", "north", "Iceland has no land border"),
        ("SO", "east", "Somalia has no land border that faces east"),
        ("SD FR", "", "Sudan has no land border with France"),
        ("ZZ", "", "ZZ has no land border"),
    ],
)
def test_a_border_that_is_not_there_is_unresolved_and_says_why(
    boundaries: Boundaries, codes: str, directions: str, reason: str
) -> None:
    location = border(boundaries, codes, directions)
    assert not location.resolved
    assert location.geometry is None
    assert location.reason == reason


def test_an_anchor_without_a_place_is_unresolved(boundaries: Boundaries) -> None:
    anchor = Toponym(0, 1, "X", Kind.COUNTRY, Role.LITERAL)
    expression = SpatialExpression(0, 9, "X's borders", "border", (), (anchor,), Border((anchor,)))
    for locations in ({}, {anchor: Location()}):
        location = expression_location(expression, locations, boundaries)
        assert not location.resolved
        assert location.reason == "X is not located"


def test_three_owners_meet_in_a_point(find, locate) -> None:
    at = locate(lambda *owners: Border(owners), *map(find, ("PL", "BY", "UA")))
    assert Point(23.6, 51.5).distance(at.geometry) < 0.05
    assert at.reason == "the point where Poland, Belarus and Ukraine meet"
    assert at.precision is Precision.NEAR
    assert at.confidence == pytest.approx(0.7)
    for codes in (("PL", "BY", "TR"), ("DE", "FR", "PL"), ("JP", "KP", "KR")):
        apart = locate(lambda *owners: Border(owners), *map(find, codes))
        assert not apart.resolved
        assert apart.reason.endswith("do not meet in one point")


@pytest.mark.parametrize(
    ("codes", "directions", "near", "far"),
    [
        (("US-TX", "US-OK"), (), [(-97.2, 33.9), (-103.0, 36.5)], [(-94.04, 33.0), (-97.4, 25.9)]),
        (("US-NV", "US-AZ"), (), [(-114.74, 36.01)], [(-119.0, 38.5), (-111.5, 37.0)]),
        (("US-TX", "MX"), (), [(-97.5, 25.88), (-106.5, 31.75)], [(-103.0, 36.5), (-94.0, 30.0)]),
        (("US-TX",), (), [(-97.2, 33.9), (-97.5, 25.88)], [(-95.0, 29.1), (-96.8, 28.2)]),
        (("US-TX",), ("south",), [(-100.5, 28.7)], [(-103.0, 36.0), (-97.2, 33.9)]),
    ],
)
def test_divisions_have_borders_too(find, locate, codes, directions, near, far) -> None:
    line = locate(lambda *owners: Border(owners, directions), *map(find, codes)).geometry
    assert all(line.distance(Point(point)) < 0.15 for point in near)
    assert all(line.distance(Point(point)) > 0.3 for point in far)


def test_a_border_that_divisions_do_not_share_is_unresolved(find, locate) -> None:
    at = locate(lambda *owners: Border(owners), find("US-TX"), find("US-NV"))
    assert not at.resolved
    assert at.reason == "no border of Texas with Nevada is known"


def test_stretches_of_a_border_stay_lines(find, locate) -> None:
    line = locate(lambda owner: Border((owner,), ("northeast",)), find("NG")).geometry
    assert all(isinstance(part, LineString) and len(part.coords) > 1 for part in line.geoms)
