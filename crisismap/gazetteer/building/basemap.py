"""Build time only: draw the world that lies under the map, as TopoJSON small enough to embed.

Countries and what is disputed make up the topology; :mod:`crisismap.gazetteer.building.overlays` lays waters,
divisions and labels on it.  Needs the extra ``build``.
"""

from __future__ import annotations

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
from crisismap.gazetteer.building.cities import City
from crisismap.gazetteer.building.countries import Country
from crisismap.gazetteer.building.disputes import Dispute
from crisismap.gazetteer.building.division_shapes import Division
from crisismap.gazetteer.building.overlays import (
    Canvas,
    division_lines,
    draw_lakes,
    draw_rivers,
    draw_waters,
    water_labels,
)
from crisismap.gazetteer.building.physical import PhysicalFeature
from crisismap.gazetteer.building.rivers import River
from crisismap.gazetteer.building.worldviews import Piece, assemble, simplify
from crisismap.lexicons import load_regions
from crisismap.model import Borders

__all__ = ["World", "draw_basemap"]

# Visvalingam's, in degrees: some five pixels at zoom 7.
_TOLERANCE = 0.06
# By how much a degree counts more than elsewhere: from 22 to 62 east and from 8 to 52 north, where most of
# the crises of the news are, and less towards the poles, where few live and a web map is stretched.
_LONGITUDES = ((-180.0, 1.0), (22.0, 2.0), (62.0, 1.0))
_LATITUDES = ((-90.0, 0.15), (-50.0, 1.0), (8.0, 1.6), (52.0, 1.0), (64.0, 0.15))
_ALONG = 0.2  # degrees between the coarse line and the fine outline of the same border
_STEPS = 60_000  # of the quantized grid along each axis: 0.006 degrees of longitude, a pixel at zoom 8
_MIN_ISLAND = 0.006  # square degrees at the equator: some 75 square kilometers
_MIN_SHARE = 0.05  # an island this large a part of its country stays, however small


@dataclass(frozen=True, slots=True)
class World:
    """What the basemap shows."""

    views: Mapping[Borders, Sequence[Country]]
    pieces: Sequence[Piece]
    disputes: Sequence[Dispute]
    cities: Sequence[City]
    divisions: Sequence[Division]
    waters: Sequence[PhysicalFeature]
    rivers: Sequence[River]
    ids: Mapping[str, str]
    """The ids that places bear instead of the own ids of regions and waters."""


def draw_basemap(world: World) -> str:
    """Return the world as one line of TopoJSON; ``data/README.md`` lists its objects.

    ``countries`` and ``borders`` are those of the view ``international``; ``countries:de-facto`` are those
    that the other view draws differently or adds, ``borders:de-facto`` all of its lines.  Outer rings run
    counterclockwise, as RFC 7946 asks.

    Raises:
        MissingDependencyError: the package topojson is not installed.
    """
    try:
        from topojson.core.topology import Topology
    except ImportError:
        raise MissingDependencyError(
            "drawing the basemap needs topojson; install it with: pip install 'crisismap[build]'"
        ) from None
    visible = [replace(piece, shape=_without_specks(piece.shape)) for piece in world.pieces]
    coarse = _simplify_by_place(visible)
    shapes = {borders: assemble(coarse, borders) for borders in Borders}
    base = shapes[Borders.INTERNATIONAL]
    drawn = {
        borders: [
            country
            for country in world.views[borders]
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
    drawn_countries = objects["countries"]
    # The Vatican is smaller than a step of the grid.
    drawn_countries["geometries"] = [
        geometry for geometry in drawn_countries["geometries"] if geometry["type"] is not None
    ]
    _wind(drawn_countries, arcs)
    both: tuple[list[Any], list[Any]] = ([], [])
    for geometry in drawn_countries["geometries"]:
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
    objects["disputed"] = _disputed(topology, seen, world.disputes)
    canvas, land = Canvas(topology), shapely.coverage_union_all(list(base.values()))
    objects["divisions"] = division_lines(canvas, world.divisions, base)
    objects["lakes"] = draw_lakes(canvas, world.waters, land, world.ids)
    objects["rivers"] = draw_rivers(canvas, world.rivers, world.ids)
    objects["waters"] = draw_waters(canvas, water_labels(world.waters, load_regions(), land, world.ids))
    objects["places"] = _places(canvas, world.cities)
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


def _simplify_by_place(pieces: Sequence[Piece]) -> list[Piece]:
    """Simplify the pieces on a map that is stretched where the basemap is to be fine."""
    stretched = [replace(piece, shape=_stretch(piece.shape)) for piece in pieces]
    return [
        replace(piece, shape=_stretch(piece.shape, back=True)) for piece in simplify(stretched, _TOLERANCE)
    ]


def _stretch(shape: MultiPolygon, *, back: bool = False) -> MultiPolygon:
    def move(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        moved = np.empty_like(points)
        for axis, (table, end) in enumerate(((_LONGITUDES, 180.0), (_LATITUDES, 90.0))):
            starts, factors = np.array(table).T
            degrees = np.append(starts, end)
            lengths = np.concatenate(([0.0], np.cumsum(np.diff(degrees) * factors)))
            known, wanted = (lengths, degrees) if back else (degrees, lengths)
            moved[:, axis] = np.interp(points[:, axis], known, wanted)
        # The way back must end where it began, or what both views share would differ.
        return np.round(moved, 9)

    return shapely.transform(shape, move)


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


def _places(canvas: Canvas, cities: Sequence[City]) -> dict[str, Any]:
    return {
        "type": "GeometryCollection",
        "geometries": [
            {
                "type": "Point",
                "id": f"geonames:{city.geonames_id}",
                "coordinates": canvas.point(city.lon, city.lat),
                "properties": {
                    "name": city.name,
                    **({"capital": True} if city.capital else {}),
                    "rank": city.rank,
                    "zoom": city.zoom,
                },
            }
            for city in cities
        ],
    }
