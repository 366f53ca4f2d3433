"""Places as shapes."""

import pytest
import shapely
from shapely.geometry import Point

from crisismap import geodesy
from crisismap.gazetteer import Boundaries
from crisismap.geometry import place_precision
from crisismap.geometry.figures import Figure, World
from crisismap.geometry.places import draw_place
from crisismap.model import Borders, Kind, Location, Place, Precision, Role, Toponym


def place(feature: str, lon: float, lat: float, **rest: object) -> Place:
    feature_class, _, feature_code = feature.partition(".")
    defaults = {"id": "geonames:1", "name": "x", "country_code": "", "population": 0}
    return Place(
        lon=lon, lat=lat, feature_class=feature_class, feature_code=feature_code, **{**defaults, **rest}
    )


def draw(place: Place, boundaries: Boundaries) -> Figure:
    toponym = Toponym(0, 1, "x", Kind.REGION, Role.LITERAL)
    location = Location(place=place, point=(place.lon, place.lat), confidence=1.0)
    return draw_place(toponym, World({toponym: location}, boundaries, Borders.INTERNATIONAL))


@pytest.mark.parametrize(
    ("population", "radius"),
    [(0, 1.0), (500, 1.0), (2_950_000, 13.7), (10_381_222, 25.7), (13_000_000, 28.8)],
)
def test_settlements_are_points_as_wide_as_their_people(
    boundaries: Boundaries, population: int, radius: float
) -> None:
    moscow = place("P.PPLC", 37.62, 55.75, population=population)
    assert place_precision(moscow, boundaries) == (Precision.EXACT, radius)
    figure = draw(moscow, boundaries)
    assert figure.geometry == Point(37.62, 55.75)
    assert figure.radius_km == radius


def test_facilities_are_points(boundaries: Boundaries) -> None:
    kremlin = place("S.PAL", 37.618, 55.751, population=1_000_000)
    assert place_precision(kremlin, boundaries) == (Precision.EXACT, 1.0)
    assert draw(kremlin, boundaries).geometry == Point(37.618, 55.751)


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
    found, uncertainty = place_precision(where, boundaries)
    shape = boundaries.boundary(where)
    assert shape is not None
    assert draw(where, boundaries).geometry == shape
    assert found is precision
    assert least < uncertainty < most
    main = shapely.get_coordinates(max(shape.geoms, key=lambda part: part.area))
    distances = geodesy.distances_km(where.lon, where.lat, main[:, 0], main[:, 1])
    assert distances.max() <= uncertainty + 0.1


def test_far_islands_do_not_stretch_a_country(boundaries: Boundaries) -> None:
    chile = place("A.PCLI", -71.0, -35.0, country_code="CL")
    _, uncertainty = place_precision(chile, boundaries)
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
    where = place(feature, 30.0, 50.0)
    assert boundaries.boundary(where) is None
    assert place_precision(where, boundaries) == (precision, radius)


def test_an_ocean_across_the_antimeridian_reaches_to_its_farthest_shore(boundaries: Boundaries) -> None:
    pacific = place("H.OCN", -155.0, 5.0, id="geonames:2363254")
    _, uncertainty = place_precision(pacific, boundaries)
    points = shapely.get_coordinates(boundaries.boundary(pacific))
    distances = geodesy.distances_km(-155.0, 5.0, points[:, 0], points[:, 1])
    assert uncertainty == round(distances.max(), 1) > 10_000
