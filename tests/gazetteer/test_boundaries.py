"""The shipped boundary file, and the parts of its build that need no sources."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Point, box

from crisismap import geodesy
from crisismap.errors import GazetteerError, GeometryError
from crisismap.gazetteer import LANGUAGES, Boundaries
from crisismap.gazetteer.boundaries import FORMAT_VERSION, GRID, KIND
from crisismap.gazetteer.building.shared import shared_lines
from crisismap.gazetteer.storage import write_arrays
from crisismap.lexicons import load_demonyms, load_geonames_ids, load_regions
from crisismap.model import Borders, Place


@pytest.fixture(scope="module")
def boundaries() -> Boundaries:
    return Boundaries.open()


def place(identifier: str, feature: str, country: str = "") -> Place:
    feature_class, _, feature_code = feature.partition(".")
    return Place(identifier, "x", 0.0, 0.0, feature_class, feature_code, country)


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (30.52, 50.45, "UA"),  # Kyiv
        (34.10, 44.95, "UA"),  # Simferopol, Crimea
        (33.53, 44.61, "UA"),  # Sevastopol
        (36.23, 49.99, "UA"),  # Kharkiv, 30 km from the border
        (36.60, 50.60, "RU"),  # Belgorod, on its other side
        (-13.20, 27.15, "EH"),  # Laayoune
        (21.16, 42.66, "XK"),  # Pristina
        (29.64, 46.84, "MD"),  # Tiraspol
        (41.02, 43.00, "GE"),  # Sukhumi
        (44.06, 9.56, "SO"),  # Hargeisa
        (33.36, 35.19, "CY"),  # northern Nicosia
        (121.56, 25.04, "TW"),  # Taipei
        (35.20, 31.90, "PS"),  # Ramallah
        (35.2354, 31.7767, "PS"),  # the Old City of Jerusalem
        (35.2390, 31.8040, "PS"),  # French Hill
        (35.1870, 31.7300, "PS"),  # Gilo
        (35.2137, 31.7767, "IL"),  # the Knesset's side of Jerusalem
        (35.2180, 31.7900, "IL"),  # Mea Shearim
        (35.2080, 31.7520, "IL"),  # Katamon
        (34.46, 31.50, "PS"),  # Gaza
        (35.80, 33.00, "SY"),  # Golan Heights
        (-75.15, 19.92, "CU"),  # Guantanamo Bay
        (114.16, 22.28, "HK"),
        (12.453, 41.903, "VA"),
        (-52.33, 4.92, "GF"),  # Cayenne: no part of France here
        (55.45, -20.88, "RE"),
        (15.60, 78.22, "SJ"),  # Longyearbyen
        (-68.27, 12.15, "BQ"),  # Bonaire
        (179.50, 67.80, "RU"),  # Chukotka, both sides of the antimeridian
        (-175.00, 66.00, "RU"),
        (28.43, 9.60, ""),  # Abyei: land, but nobody's by this worldview
        (-150.0, 30.0, ""),
        (51.0, 42.0, ""),  # the Caspian Sea
    ],
)
def test_points_lie_in_their_country(boundaries: Boundaries, lon: float, lat: float, code: str) -> None:
    assert boundaries.country_at(lon, lat) == code


@pytest.mark.parametrize(
    ("lon", "lat", "international", "de_facto"),
    [
        (34.10, 44.95, "UA", "RU"),  # Simferopol
        (33.53, 44.61, "UA", "RU"),  # Sevastopol
        (-13.20, 27.15, "EH", "MA"),  # Laayoune, west of the berm
        (-10.57, 26.16, "EH", "EH"),  # Tifariti, east of it
        (21.16, 42.66, "XK", "XK"),  # Pristina
        (35.10, 31.53, "PS", "PS"),  # Hebron
        (35.80, 33.00, "SY", "IL"),  # Golan Heights
        (35.2354, 31.7767, "PS", "IL"),  # East Jerusalem
        (35.2137, 31.7767, "IL", "IL"),  # West Jerusalem
        (121.56, 25.04, "TW", "TW"),  # Taipei
        (29.64, 46.84, "MD", "XT"),  # Tiraspol
        (28.86, 47.01, "MD", "MD"),  # Chisinau
        (41.02, 43.00, "GE", "XA"),  # Sukhumi
        (44.06, 9.56, "SO", "XS"),  # Hargeisa
        (33.95, 35.12, "CY", "XN"),  # Famagusta
        (33.04, 34.68, "CY", "CY"),  # Limassol
        (28.43, 9.60, "", "SD"),  # Abyei
        (74.80, 34.08, "IN", "IN"),  # Srinagar
        (73.47, 34.37, "PK", "PK"),  # Muzaffarabad
        (37.80, 48.00, "UA", "UA"),  # Donetsk: neither view follows a front line
        (63.30, 45.90, "KZ", "KZ"),  # Baikonur: a lease moves no border
        (-75.15, 19.92, "CU", "CU"),  # and neither does Guantanamo Bay
    ],
)
def test_worldviews_differ_where_control_does(
    boundaries: Boundaries, lon: float, lat: float, international: str, de_facto: str
) -> None:
    assert boundaries.country_at(lon, lat) == international
    assert boundaries.country_at(lon, lat, Borders.DE_FACTO) == de_facto


@pytest.mark.parametrize("borders", Borders)
def test_every_country_has_a_shape_in_every_worldview(boundaries: Boundaries, borders: Borders) -> None:
    codes = {row.place for row in load_demonyms() if len(row.place) == 2}
    assert len(codes) > 230
    declared = {"XA", "XN", "XS", "XT"} if borders is Borders.DE_FACTO else set()
    for code in codes | declared:
        shape = boundaries.country(code, borders)
        assert shape is not None, code
        assert shape.is_valid, code
        assert not shape.is_empty, code


def test_countries_of_both_worldviews_cover_the_same_land(boundaries: Boundaries) -> None:
    for codes in (("UA", "RU"), ("MA", "EH"), ("SO", "XS"), ("MD", "XT"), ("GE", "XA"), ("SY", "IL", "LB")):
        lands = [
            shapely.union_all(
                [shape for code in codes if (shape := boundaries.country(code, borders)) is not None],
                grid_size=1 / GRID,
            )
            for borders in Borders
        ]
        assert lands[0].symmetric_difference(lands[1]).area < 0.001 * lands[0].area, codes


@pytest.mark.parametrize(
    ("code", "neighbors"),
    [
        ("UA", "BY HU MD PL RO RU SK XT"),
        ("MD", "RO UA XT"),
        ("XA", "GE RU"),
        ("XS", "DJ ET SO"),
        ("EH", "DZ MA MR"),
        ("PL", "BY CZ DE LT RU SK UA"),
    ],
)
def test_neighbors_de_facto(boundaries: Boundaries, code: str, neighbors: str) -> None:
    assert boundaries.neighbors(code, Borders.DE_FACTO) == tuple(neighbors.split())


def test_ukraines_border_de_facto_runs_north_of_crimea(boundaries: Boundaries) -> None:
    perekop = Point(33.7, 46.15)
    assert boundaries.land_border("UA", "RU").distance(perekop) > 1
    assert boundaries.land_border("UA", "RU", Borders.DE_FACTO).distance(perekop) < 0.2


@pytest.mark.parametrize("borders", Borders)
def test_land_borders_are_symmetric_and_on_both_outlines(boundaries: Boundaries, borders: Borders) -> None:
    for a in ("UA", "RU", "GE", "MA", "IL", "SO", "IN"):
        for b in boundaries.neighbors(a, borders):
            there, back = boundaries.land_border(a, b, borders), boundaries.land_border(b, a, borders)
            assert there is not None
            assert there.equals(back), (a, b)
            for code in (a, b):
                assert there.difference(boundaries.country(code, borders).boundary).is_empty, (a, b)


# --- disputed areas, waters, islands ------------------------------------------------------------------


def test_disputed_areas(boundaries: Boundaries) -> None:
    areas = {area.name: area for area in boundaries.disputed()}
    assert list(areas) == sorted(areas)
    for name, claimants, rulers, inside in [
        ("Crimea", "RU UA", "RU", (34.1, 44.95)),
        ("Western Sahara", "EH MA", "EH MA", (-13.2, 27.15)),
        ("East Jerusalem", "IL PS", "IL", (35.2354, 31.7767)),
        ("Golan Heights", "IL SY", "IL", (35.8, 33.0)),
        ("Jammu and Kashmir and Ladakh", "CN IN PK", "IN", (74.8, 34.08)),
        ("Azad Kashmir and Gilgit-Baltistan", "IN PK", "PK", (73.47, 34.37)),
        ("Abkhazia", "GE XA", "XA", (41.02, 43.0)),
        ("Transnistria", "MD XT", "XT", (29.64, 46.84)),
        ("Northern Cyprus", "CY XN", "XN", (33.95, 35.12)),
        ("Kosovo", "RS XK", "XK", (21.16, 42.66)),
        ("Taiwan", "CN TW", "TW", (121.56, 25.04)),
        ("South Kuril Islands", "JP RU", "RU", (147.8, 45.0)),
    ]:
        area = areas[name]
        assert area.claimants == tuple(claimants.split())
        assert area.controlled_by == tuple(rulers.split())
        assert area.geometry is not None
        assert area.geometry.is_valid
        assert area.geometry.contains(Point(inside)), name
    assert areas["South Ossetia"].geometry is None, "no source draws it, so neither do we"
    for area in areas.values():
        assert len(area.claimants) > 1
        assert all(boundaries.country_name(code) != code for code in area.claimants + area.controlled_by)


def test_land_that_the_worldviews_draw_apart_is_listed_as_disputed(boundaries: Boundaries) -> None:
    listed = shapely.union_all([area.geometry for area in boundaries.disputed() if area.geometry is not None])
    for code in ("UA", "GE", "MD", "SO", "CY", "EH", "SY", "LB", "PS"):
        apart = boundaries.country(code) - boundaries.country(code, Borders.DE_FACTO)
        assert apart.area > 0
        assert apart.difference(listed).area < 0.01 * apart.area, code


@pytest.mark.parametrize(
    ("identifier", "feature", "inside", "outside"),
    [
        ("crisismap:black-sea", "H.SEA", (35.0, 43.0), (36.7, 46.0)),  # without the Sea of Azov
        ("crisismap:mediterranean", "H.SEA", (25.0, 38.5), (35.0, 43.0)),  # with the Aegean
        ("crisismap:taiwan-strait", "H.STRT", (119.7, 24.7), (121.0, 23.8)),
        ("crisismap:lake-baikal", "H.LK", (108.0, 53.5), (104.3, 52.3)),
        ("crisismap:great-lakes", "H.LKS", (-81.2, 42.2), (-79.4, 43.7)),
        ("crisismap:borneo", "T.ISL", (114.0, 1.0), (106.8, -6.2)),
        ("crisismap:south-island", "T.ISL", (170.5, -44.0), (174.8, -41.3)),
        ("crisismap:somaliland", "L.RGN", (44.06, 9.56), (45.34, 2.04)),
        ("crisismap:transnistria", "L.RGN", (29.64, 46.84), (28.86, 47.01)),
        ("crisismap:golan-heights", "L.RGN", (35.8, 33.0), (36.3, 33.5)),
        ("crisismap:kashmir", "L.RGN", (77.58, 34.16), (77.2, 28.6)),
    ],
)
def test_waters_islands_and_regions_have_shapes(
    boundaries: Boundaries, identifier: str, feature: str, inside: Point, outside: Point
) -> None:
    shape = boundaries.boundary(place(identifier, feature))
    assert shape is not None
    assert shape.is_valid
    assert shape.contains(Point(inside))
    assert not shape.contains(Point(outside))


def test_what_no_source_draws_has_no_shape(boundaries: Boundaries) -> None:
    for identifier, feature in [
        ("crisismap:danube", "H.STM"),
        ("crisismap:strait-of-hormuz", "H.STRT"),
        ("crisismap:himalayas", "T.MTS"),
        ("crisismap:south-ossetia", "L.RGN"),
    ]:
        assert boundaries.boundary(place(identifier, feature)) is None


def test_a_sea_is_found_by_the_id_that_its_place_bears(boundaries: Boundaries) -> None:
    [by_number, *_] = (row for row in load_geonames_ids() if row.place == "crisismap:persian-gulf")
    shape = boundaries.boundary(place(f"geonames:{by_number.number}", "H.GULF"))
    assert shape is not None and shape == boundaries.boundary(place(by_number.place, "H.GULF"))


def test_a_point_off_the_coast_belongs_to_the_coast_only_within_the_tolerance(boundaries: Boundaries) -> None:
    odesa_roads = (30.80, 46.47)
    assert boundaries.country_at(*odesa_roads) == ""
    assert boundaries.country_at(*odesa_roads, tolerance_km=10) == "UA"
    assert boundaries.country_at(31.6, 45.6, tolerance_km=10) == ""
    assert boundaries.country_at(30.52, 50.45, tolerance_km=10) == "UA"


@pytest.mark.parametrize(
    ("code", "neighbors"),
    [
        ("UA", "BY HU MD PL RO RU SK"),
        ("PL", "BY CZ DE LT RU SK UA"),
        ("ML", "BF CI DZ GN MR NE SN"),
        ("US", "CA MX"),
        ("FR", "AD BE CH DE ES IT LU MC"),
        ("GF", "BR SR"),
        ("LS", "ZA"),
        ("XK", "AL ME MK RS"),
        ("EH", "DZ MA MR"),
        ("SD", "CF EG ER ET LY SS TD"),
        ("JP", ""),
        ("ZZ", ""),
    ],
)
def test_neighbors(boundaries: Boundaries, code: str, neighbors: str) -> None:
    assert boundaries.neighbors(code) == tuple(neighbors.split())


def test_borders_are_the_same_line_from_both_sides(boundaries: Boundaries) -> None:
    for a, b in [("UA", "BY"), ("US", "CA"), ("IN", "BD"), ("ZA", "LS")]:
        there, back = boundaries.land_border(a, b), boundaries.land_border(b, a)
        assert there is not None
        assert there.geom_type == "MultiLineString"
        assert there.equals(back)
        left, right = boundaries.country(a), boundaries.country(b)
        assert left is not None
        assert right is not None
        assert there.difference(left.boundary).is_empty
        assert there.difference(right.boundary).is_empty


def test_a_country_lies_on_the_left_of_its_border(boundaries: Boundaries) -> None:
    for a, b in [("UA", "RU"), ("RU", "UA")]:
        border, country = boundaries.land_border(a, b), boundaries.country(a)
        assert border is not None
        assert country is not None
        longest = max(shapely.get_parts(border), key=lambda line: line.length)
        # A sliver along the left of the line lies in the country.
        sliver = longest.buffer(0.001, single_sided=True)
        assert sliver.intersection(country).area > 0.9 * sliver.area


def test_a_whole_border_is_made_of_its_neighbors(boundaries: Boundaries) -> None:
    whole = boundaries.land_border("UA")
    assert whole is not None
    shares = [geodesy.length_km(boundaries.land_border("UA", n)) for n in boundaries.neighbors("UA")]
    assert geodesy.length_km(whole) == pytest.approx(sum(shares))
    # Neither the Black Sea nor the Sea of Azov is a land border.
    assert whole.distance(Point(33.5, 44.6)) > 2
    assert boundaries.land_border("UA", "FR") is None
    assert boundaries.land_border("JP") is None


def test_countries_are_valid_and_do_not_overlap(boundaries: Boundaries) -> None:
    codes = ["BY", "CZ", "DE", "HU", "LT", "MD", "PL", "RO", "RU", "SK", "UA"]
    shapes = [boundaries.country(code) for code in codes]
    assert all(shape is not None and shape.is_valid for shape in shapes)
    assert shapely.coverage_is_valid(shapes)


@pytest.mark.parametrize(
    ("code", "area_km2"),
    [("UA", 603_500), ("FR", 544_000), ("US", 9_450_000), ("RU", 16_900_000), ("LU", 2_590), ("MT", 316)],
)
def test_areas_are_those_of_the_atlas(boundaries: Boundaries, code: str, area_km2: float) -> None:
    shape = boundaries.country(code)
    assert shape is not None
    assert geodesy.area_km2(shape) == pytest.approx(area_km2, rel=0.12 if area_km2 < 1000 else 0.02)


def test_places_have_boundaries(boundaries: Boundaries) -> None:
    ukraine = boundaries.boundary(place("geonames:690791", "A.PCLI", "UA"))
    crimea = boundaries.boundary(place("geonames:703883", "A.ADM1", "UA"))
    england = boundaries.boundary(place("geonames:6269131", "A.ADM1", "GB"))
    europe = boundaries.boundary(place("geonames:6255148", "L.CONT"))
    assert ukraine is not None
    assert ukraine.equals(boundaries.country("UA"))
    assert crimea is not None
    assert crimea.contains(Point(34.1, 44.95))
    assert crimea.intersection(ukraine).area > 0.95 * crimea.area
    assert england is not None
    assert england.contains(Point(-0.1, 51.5))
    assert not england.contains(Point(-3.2, 55.9))
    assert europe is not None
    assert europe.contains(Point(37.6, 55.7))
    assert not europe.contains(Point(82.9, 55.0)), "Novosibirsk is in Asia"


def test_points_and_unknown_places_have_none(boundaries: Boundaries) -> None:
    assert boundaries.boundary(place("geonames:703448", "P.PPLC", "UA")) is None
    assert boundaries.boundary(place("crisismap:kremlin", "S.PAL", "RU")) is None
    assert boundaries.boundary(place("geonames:1", "A.ADM2", "UA")) is None
    assert boundaries.country("ZZ") is None
    assert boundaries.division("ZZ-1") is None


@pytest.mark.parametrize(
    ("code", "inside"),
    [
        ("UA-43", (34.1, 44.95)),
        ("UA-14", (37.8, 48.0)),
        ("US-TX", (-97.7, 30.3)),
        ("FR-IDF", (2.35, 48.85)),
        ("IT-25", (9.19, 45.46)),
        ("ES-CT", (2.17, 41.39)),
        ("SY-HL", (37.16, 36.2)),
        ("SD-DN", (25.35, 13.63)),
        ("BA-SRP", (17.2, 44.78)),
    ],
)
def test_divisions_by_iso_code(boundaries: Boundaries, code: str, inside: tuple[float, float]) -> None:
    shape = boundaries.division(code)
    assert shape is not None
    assert shape.is_valid
    assert shape.contains(Point(inside))


def test_a_curated_region_is_the_union_of_its_members(boundaries: Boundaries) -> None:
    baltics = boundaries._joined(("EE", "LT", "LV"), Borders.INTERNATIONAL)
    donbas = boundaries._joined(("UA-14", "UA-09"), Borders.INTERNATIONAL)
    assert baltics is not None
    assert baltics.contains(Point(24.1, 56.9))
    assert len(shapely.get_parts(baltics.buffer(0.001))) < 60, "no seam is left between the members"
    assert donbas is not None
    assert donbas.contains(Point(37.8, 48.0))
    assert boundaries._joined((), Borders.INTERNATIONAL) is None
    assert boundaries._joined(("EE", "ZZ"), Borders.INTERNATIONAL) is None, "half a region misleads"


def test_a_worldview_that_the_file_lacks_is_refused(tmp_path: Path) -> None:
    write_arrays(tmp_path / "one.gaz", KIND, FORMAT_VERSION, {"x": np.zeros(1, np.uint8)})
    with pytest.raises(GeometryError, match="holds no 'de-facto' boundaries; use 'international'"):
        Boundaries.open(tmp_path / "one.gaz").country_at(34.1, 44.95, Borders.DE_FACTO)


def test_a_missing_or_foreign_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GazetteerError, match="no such file"):
        Boundaries.open(tmp_path / "none.gaz")
    write_arrays(tmp_path / "old.gaz", KIND, FORMAT_VERSION + 1, {"x": np.zeros(1, np.uint8)})
    with pytest.raises(GazetteerError, match="format 2"):
        Boundaries.open(tmp_path / "old.gaz")


def test_names(boundaries: Boundaries) -> None:
    assert boundaries.country_name("UA") == "Ukraine"
    assert boundaries.country_name("ZZ") == "ZZ"


def test_shared_lines_keep_the_first_shape_on_their_left() -> None:
    west, east, far = box(0, 0, 1, 1), box(1, 0, 2, 1), box(3, 0, 4, 1)
    lines = shared_lines([MultiPolygon([west]), MultiPolygon([east]), MultiPolygon([far])])
    assert list(lines) == [(0, 1)]
    # Going north along x = 1, the west is on the left.
    assert list(lines[0, 1].coords) == [(1.0, 0.0), (1.0, 1.0)]


def test_coordinates_are_on_the_grid(boundaries: Boundaries) -> None:
    points = shapely.get_coordinates(boundaries.country("LU")) * GRID
    assert np.abs(points - np.rint(points)).max() < 1e-6


# --- the basemap --------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=Borders)
def basemap(boundaries: Boundaries, request: pytest.FixtureRequest) -> dict[str, dict]:
    return json.loads(boundaries.basemap(request.param))


def decode(topology: dict) -> list[np.ndarray]:
    """Undo the quantization and the deltas of every arc."""
    transform = topology["transform"]
    return [np.cumsum(arc, axis=0) * transform["scale"] + transform["translate"] for arc in topology["arcs"]]


def ring(arcs: list[np.ndarray], indexes: list[int]) -> np.ndarray:
    parts = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indexes]
    for before, after in zip(parts, [*parts[1:], parts[0]], strict=True):
        assert np.allclose(before[-1], after[0]), "arcs of a ring must join"
    return np.vstack([part[:-1] for part in parts] + [parts[0][:1]])


def test_the_basemap_is_small_and_whole(boundaries: Boundaries, basemap: dict) -> None:
    assert len(boundaries.basemap(languages=LANGUAGES).encode()) <= 1_450_000
    assert set(basemap["objects"]) == {
        *("countries", "borders", "disputed", "divisions", "rivers", "lakes", "waters", "places"),
    }
    codes = Counter(geometry["id"] for geometry in basemap["objects"]["countries"]["geometries"])
    assert set(codes.values()) == {1}
    assert len(codes) >= 245
    for code in ("UA", "FJ", "MT", "MV", "TV", "XK", "EH", "TW", "PS", "AQ", "SG", "MC"):
        assert code in codes


def test_countries_of_the_basemap_are_polygons_with_labels(basemap: dict) -> None:
    arcs = decode(basemap)
    for geometry in basemap["objects"]["countries"]["geometries"]:
        properties = geometry["properties"]
        assert set(properties) == {"code", "name", "label", "rank"}
        assert bool(properties["name"]) == bool(properties["code"])
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        for outer, *holes in polygons:
            points = ring(arcs, outer)
            assert shapely.is_ccw(shapely.LinearRing(points)), "RFC 7946: outer rings counterclockwise"
            assert np.abs(points[:, 0]).max() <= 180.0001
            assert np.abs(np.diff(points[:, 0])).max() < 180 or properties["code"] == "AQ"
            for hole in holes:
                assert not shapely.is_ccw(shapely.LinearRing(ring(arcs, hole)))


def test_borders_of_the_basemap_lie_between_two_countries(basemap: dict) -> None:
    uses = Counter(
        index if index >= 0 else ~index
        for geometry in basemap["objects"]["countries"]["geometries"]
        for polygon in (geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]])
        for rings in polygon
        for index in rings
    )
    borders = [index for (index,) in basemap["objects"]["borders"]["arcs"]]
    assert len(borders) > 300
    assert all(uses[index] == 2 for index in borders)


def test_the_basemap_draws_crimea_with_the_country_of_its_view(boundaries: Boundaries) -> None:
    for borders, country, other in [
        (Borders.INTERNATIONAL, "UA", "RU"),
        (Borders.DE_FACTO, "RU", "UA"),
    ]:
        topology = json.loads(boundaries.basemap(borders))
        arcs = decode(topology)
        shapes = {geometry["id"]: geometry for geometry in topology["objects"]["countries"]["geometries"]}
        crimea = Point(34.1, 44.95)

        def holds(code: str) -> bool:
            rings = (outer for outer, *_ in shapes[code]["arcs"])  # noqa: B023 - used at once
            return any(shapely.Polygon(ring(arcs, outer)).contains(crimea) for outer in rings)  # noqa: B023

        assert holds(country)
        assert not holds(other)


def test_disputed_lines_of_the_basemap(basemap: dict) -> None:
    arcs = decode(basemap)
    lines = shapely.MultiLineString([arcs[index] for (index,) in basemap["objects"]["disputed"]["arcs"]])
    for name, lon, lat in [
        ("Perekop", 33.7, 46.15),
        ("line of control", 74.0, 34.0),
        ("the berm", -12.0, 26.0),
        ("Kosovo's border with Serbia", 21.3, 43.15),
        ("the Enguri", 41.7, 42.6),
    ]:
        assert lines.distance(Point(lon, lat)) < 0.4, name
    for name, lon, lat in [("Kosovo and Albania", 20.35, 42.3), ("Poland and Ukraine", 23.6, 50.7)]:
        assert lines.distance(Point(lon, lat)) > 0.3, name


def point(topology: dict, geometry: dict) -> np.ndarray:
    transform = topology["transform"]
    return np.array(geometry["coordinates"]) * transform["scale"] + transform["translate"]


def features(topology: dict, name: str) -> dict[str, dict]:
    return {g["id"]: g for g in topology["objects"][name]["geometries"] if "id" in g}


def lines(topology: dict, geometry: dict) -> shapely.MultiLineString:
    arcs = decode(topology)
    return shapely.MultiLineString([arcs[number] for (number,) in geometry["arcs"]])


def test_places_of_the_basemap(basemap: dict) -> None:
    places = features(basemap, "places")
    assert 1200 <= len(places) <= 1800
    kyiv = places["geonames:703448"]
    assert kyiv["properties"] == {
        "name": "Kyiv",
        "capital": True,
        "rank": 2,
        "zoom": kyiv["properties"]["zoom"],
    }
    assert kyiv["properties"]["zoom"] <= 4
    assert geodesy.distance_km(*point(basemap, kyiv), 30.52, 50.45) < 5
    assert places["geonames:281133"]["properties"]["name"] == "Gaza"
    assert all(3 <= place["properties"]["zoom"] <= 10 for place in places.values())


def test_cities_of_the_same_zoom_do_not_stand_in_each_others_way(basemap: dict) -> None:
    near = [g for g in features(basemap, "places").values() if g["properties"]["zoom"] <= 4]
    points = np.array([point(basemap, city) for city in near])
    degrees = np.abs(points[:, None] - points[None])
    # 150 pixels at zoom 4 are 13 degrees of longitude; 72 across the parallels, at least 2.
    crowded = (degrees[..., 0] < 13) & (degrees[..., 1] < 2)
    assert crowded.sum() == len(near), "only with themselves"


def test_rivers_of_the_basemap(basemap: dict) -> None:
    rivers = features(basemap, "rivers")
    danube, dnieper = rivers["crisismap:danube"], rivers["crisismap:dnieper"]
    assert danube["properties"] == {"name": "Danube", "zoom": 3}
    course = lines(basemap, danube)
    for lon, lat in [(16.37, 48.21), (19.05, 47.5), (20.46, 44.82), (28.6, 45.2)]:
        assert course.distance(Point(lon, lat)) < 0.15
    assert lines(basemap, dnieper).distance(Point(35.05, 48.46)) < 0.15
    named = [g for g in basemap["objects"]["rivers"]["geometries"] if "name" in g["properties"]]
    assert len(named) > 150


def test_lakes_of_the_basemap(basemap: dict) -> None:
    arcs = decode(basemap)
    lakes = basemap["objects"]["lakes"]["geometries"]
    assert {"Lake Victoria", "Lake Baikal", "Lake Superior", "Lake Chad"} <= {
        g["properties"]["name"] for g in lakes
    }
    assert not {"Great Lakes", "Black Sea"} & {g["properties"]["name"] for g in lakes}
    victoria = next(g for g in lakes if g["properties"]["name"] == "Lake Victoria")
    shape = shapely.union_all([shapely.Polygon(ring(arcs, outer)) for outer, *_ in victoria["arcs"]])
    assert shape.contains(Point(33.0, -1.0))
    assert shape.contains(Point(victoria["properties"]["label"]))
    for lake in lakes:
        for outer, *holes in lake["arcs"]:
            assert shapely.is_ccw(shapely.LinearRing(ring(arcs, outer)))
            assert not any(shapely.is_ccw(shapely.LinearRing(ring(arcs, hole))) for hole in holes)


def test_lines_of_divisions_lie_in_their_country(boundaries: Boundaries, basemap: dict) -> None:
    divisions = {g["properties"]["code"]: g for g in basemap["objects"]["divisions"]["geometries"]}
    assert {"UA", "US", "SD", "ML", "SY"} <= divisions.keys()
    assert divisions["US"]["properties"]["zoom"] < divisions["UA"]["properties"]["zoom"] <= 6
    for code in ("UA", "SD"):
        inner = lines(basemap, divisions[code])
        country = boundaries.country(code)
        assert country is not None
        assert inner.difference(country.buffer(0.1)).is_empty
    # Between Donetsk Oblast and Dnipropetrovsk Oblast.
    assert lines(basemap, divisions["UA"]).distance(Point(36.9, 48.2)) < 0.25


def test_seas_of_the_basemap(basemap: dict) -> None:
    waters = features(basemap, "waters")
    by_name = {g["properties"]["name"]: g for g in waters.values()}
    assert waters["geonames:630673"] is by_name["Black Sea"]
    assert geodesy.distance_km(*point(basemap, by_name["Black Sea"]), 34.0, 43.4) < 300
    assert by_name["Red Sea"]["properties"]["code"] == "SEA"
    assert {"Strait of Hormuz", "Pacific Ocean", "Persian Gulf"} <= by_name.keys()


def test_the_basemap_carries_names_on_request(boundaries: Boundaries, basemap: dict) -> None:
    assert "names" not in basemap
    names = json.loads(boundaries.basemap(languages=("uk", "ar")))["names"]
    assert names["uk"]["UA"] == "Україна"
    assert names["uk"]["geonames:703448"] == "Київ"
    assert names["uk"]["crisismap:dnieper"] == "Дніпро"
    assert names["ar"]["geonames:630673"] == "البحر الأسود"


# --- rivers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("identifier", "on", "mouth"),
    [
        ("crisismap:danube", (19.05, 47.5), (29.7, 45.2)),
        ("crisismap:dnieper", (30.6, 50.4), (32.4, 46.6)),
        ("crisismap:nile", (31.2, 30.0), (31.8, 31.5)),
        ("crisismap:volga", (45.9, 51.6), (47.6, 45.8)),
        ("crisismap:amazon-river", (-60.0, -3.2), (-52.7, -1.6)),
        ("crisismap:suez-canal", (32.3, 30.6), (32.6, 29.95)),
    ],
)
def test_courses_of_rivers(boundaries: Boundaries, identifier: str, on: Point, mouth: Point) -> None:
    course = boundaries.river(place(identifier, "H.STM"))
    assert course is not None
    assert course.distance(Point(on)) < 0.15
    assert Point(course.geoms[-1].coords[-1]).distance(Point(mouth)) < 0.3


def test_rivers_run_downstream(boundaries: Boundaries) -> None:
    dnieper = boundaries.river(place("crisismap:dnieper", "H.STM"))
    assert dnieper is not None
    for line in dnieper.geoms:
        if line.length > 0.5:
            assert line.coords[0][1] > line.coords[-1][1], "it runs from north to south"


def test_what_is_no_river_has_no_course(boundaries: Boundaries) -> None:
    for identifier, feature in [
        ("crisismap:litani", "H.STM"),
        ("crisismap:black-sea", "H.SEA"),
        ("geonames:703448", "P.PPLC"),
    ]:
        assert boundaries.river(place(identifier, feature)) is None


SMALL_RIVERS = (
    "demerara-river great-zab ibar inhulets-river kabul-river khabur litani moei-river neretva orontes"
    " oskil-river river-mersey river-tyne trinity-river-texas vardar yarmouk-river"
)
"""Those that the source does not draw."""


def test_every_large_curated_river_has_a_course(boundaries: Boundaries) -> None:
    rivers = {r.id: r for r in load_regions() if r.feature_code.startswith(("STM", "CNL"))}
    courses = {key: boundaries.river(place(key, "H.STM")) for key in rivers}
    without = {key for key, course in courses.items() if course is None}
    assert without == {f"crisismap:{name}" for name in SMALL_RIVERS.split()}
    for key, course in courses.items():
        if course is not None:
            off = course.distance(Point(rivers[key].lon, rivers[key].lat))
            assert off * 111 < 0.3 * rivers[key].extent_km, key
