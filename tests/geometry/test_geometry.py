import pytest
import shapely
from shapely.geometry import Point

from crisismap import geodesy
from crisismap.gazetteer import Boundaries
from crisismap.geometry import expression_location, place_geometry
from crisismap.model import Border, Kind, Location, Place, Precision, Role, SpatialExpression, Toponym


@pytest.fixture(scope="module")
def boundaries() -> Boundaries:
    return Boundaries.open()


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


def place(feature: str, lon: float, lat: float, **rest: object) -> Place:
    feature_class, _, feature_code = feature.partition(".")
    defaults = {"id": "geonames:1", "name": "x", "country_code": "", "population": 0}
    return Place(
        lon=lon, lat=lat, feature_class=feature_class, feature_code=feature_code, **{**defaults, **rest}
    )


@pytest.mark.parametrize(
    ("population", "radius"),
    [(0, 1.0), (500, 1.0), (2_950_000, 13.7), (10_381_222, 25.7), (13_000_000, 28.8)],
)
def test_settlements_are_points_as_wide_as_their_people(
    boundaries: Boundaries, population: int, radius: float
) -> None:
    shape, precision, uncertainty = place_geometry(
        place("P.PPLC", 37.62, 55.75, population=population), boundaries
    )
    assert shape == Point(37.62, 55.75)
    assert precision is Precision.EXACT
    assert uncertainty == radius


def test_facilities_are_points(boundaries: Boundaries) -> None:
    kremlin = place("S.PAL", 37.618, 55.751, population=1_000_000)
    assert place_geometry(kremlin, boundaries) == (Point(37.618, 55.751), Precision.EXACT, 1.0)


@pytest.mark.parametrize(
    ("where", "precision", "least", "most"),
    [
        (place("A.PCLI", 32.0, 49.0, country_code="UA"), Precision.WIDE, 650, 800),
        (place("A.PCLI", 6.13, 49.75, country_code="LU"), Precision.NEAR, 35, 60),
        (place("A.ADM1", 37.5, 48.0, country_code="UA", id="geonames:709716"), Precision.WIDE, 100, 180),
        (place("A.ADM1", 13.40, 52.52, country_code="DE", id="geonames:2950157"), Precision.NEAR, 20, 40),
        (place("A.ADM2", 2.35, 48.86, country_code="FR", id="geonames:2968815"), Precision.NEAR, 4, 15),
        (place("L.CONT", 15.0, 50.0, id="geonames:6255148"), Precision.WIDE, 2000, 5000),
        (place("H.SEA", 34.5, 43.2, id="crisismap:black-sea"), Precision.WIDE, 500, 800),
        (place("H.LK", -120.04, 39.1, id="crisismap:lake-tahoe"), Precision.NEAR, 10, 30),
        (place("T.ISL", 14.9, 55.13, id="crisismap:bornholm"), Precision.NEAR, 15, 30),
    ],
)
def test_areas_are_their_boundaries(
    boundaries: Boundaries, where: Place, precision: Precision, least: float, most: float
) -> None:
    shape, found, uncertainty = place_geometry(where, boundaries)
    assert shape is not None
    assert shape.equals(boundaries.boundary(where))
    assert found is precision
    assert least < uncertainty < most
    main = shapely.get_coordinates(max(shape.geoms, key=lambda part: part.area))
    distances = geodesy.distances_km(where.lon, where.lat, main[:, 0], main[:, 1])
    assert distances.max() <= uncertainty + 0.1


def test_far_islands_do_not_stretch_a_country(boundaries: Boundaries) -> None:
    chile = place("A.PCLI", -71.0, -35.0, country_code="CL")
    _, _, uncertainty = place_geometry(chile, boundaries)
    assert uncertainty < 2500, "Easter Island is 3,600 km off the coast"


@pytest.mark.parametrize(
    ("feature", "precision", "radius"),
    [
        ("A.ADM1", Precision.WIDE, 100.0),
        ("A.ADM2", Precision.NEAR, 30.0),
        ("A.ADM3", Precision.NEAR, 15.0),
        ("T.MT", Precision.NEAR, 30.0),
        ("H.SEA", Precision.WIDE, 100.0),
    ],
)
def test_areas_without_a_boundary_have_no_shape_but_a_radius(
    boundaries: Boundaries, feature: str, precision: Precision, radius: float
) -> None:
    assert place_geometry(place(feature, 30.0, 50.0), boundaries) == (None, precision, radius)
