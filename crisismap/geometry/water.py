"""Coasts and the water off them: the Libyan coast, off the coast of Yemen, the Black Sea coast of Ukraine.

A coast faces a direction as borders do.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import shapely
from shapely.affinity import translate
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point
from shapely.geometry.base import BaseGeometry

from crisismap import geodesy
from crisismap.gazetteer import Boundaries
from crisismap.geometry.borders import stretches_facing
from crisismap.geometry.coarse import count_points, simplify
from crisismap.geometry.coasts import ALONG, Nearness, coastline
from crisismap.geometry.figures import BEARINGS, Figure, NotDrawnError, World, join_words, middle_of_line
from crisismap.geometry.frames import frame_of, only_polygons
from crisismap.geometry.offsets import band, distance_words, limits, middle_of_area
from crisismap.geometry.parts import half_of, tile_of
from crisismap.geometry.shores import shores
from crisismap.model import Borders, Distance

__all__ = ["draw_coast"]

_WATER = 0.2
"""Degrees: outlines of seas are coarser than coasts."""
_LEAST_SHARE = 0.1
_OPPOSITE = 0.6  # of the way from the middle to the edge
_PLACE_WEIGHT = 0.1
"""Where a coast lies tells less than for a border which way it faces: Chennai is in the south."""
_OFFSHORE_KM, _OFFSHORE_OF_TOWN_KM = 100.0, 30.0
_TOWN_COAST_KM = 10.0
_WIDE_KM = 45.0
_COARSE, _DETAILED = 0.01, 15_000
"""Degrees, 1 km: the detail of the land that is cut from strips of 45 km and more, if it has many points."""


def draw_coast(
    land: Figure | None,
    water: Figure | None,
    directions: Sequence[str],
    distance: Distance | None,
    world: World,
    *,
    offshore: bool,
) -> Figure:
    """Return a coast as a line, or the strip of water off it.

    The strip reaches 100 km (30 km off a settlement), or as far as is stated, and holds no land.

    Raises:
        NotDrawnError: the land is inland, has no known outline or lies on another water, or no coast of it
            faces that way.
    """
    for figure in filter(None, (land, water)):
        town = figure is land and figure.place is not None and not figure.place.is_area
        if isinstance(figure.geometry, Point) and not town:
            raise NotDrawnError(f"no outline of {figure.words} is known")
        if shapely.get_dimensions(figure.geometry) == 1:
            raise NotDrawnError(f"{figure.words} is a line, which has no coast")
    line, words = _line(land, water, world)
    whose = land or water
    if directions and whose is not None:
        line = _facing(line, _area(whose), tuple(directions))
        if line.is_empty:
            raise NotDrawnError(f"{whose.words} has no coast in the {join_words(directions)}")
        words += f", in the {join_words(directions)}"
    if not offshore:
        return Figure(line, words, middle_of_line(line))
    origin = Figure(line, words, middle_of_line(line))
    small = land is not None and isinstance(land.geometry, Point)
    low, high = 0.0, _OFFSHORE_OF_TOWN_KM if small else _OFFSHORE_KM
    reach = f"up to {high:.0f} km"
    if distance is not None:
        low, high, _ = limits(distance, origin)
        reach = distance_words(distance)
    if water is not None and _is_lake(water, world):
        shape = only_polygons(band(line, low, high) & water.geometry)
    else:
        shape = _water_off(line, low, high, world.boundaries, world.borders)
        if water is not None:
            shape = only_polygons(shape & shapely.buffer(water.geometry, _WATER))
    if shape.is_empty:
        raise NotDrawnError(f"no water lies {reach} off {words}")
    return Figure(shape, f"the water {reach} off {words}", middle_of_area(shape))


def _area(figure: Figure) -> BaseGeometry:
    """Return the outline of a figure, of a settlement the disk that its coast lies in."""
    if isinstance(figure.geometry, Point):
        return geodesy.sector(*figure.point, 0.0, 180.0, 0.0, figure.radius_km + _TOWN_COAST_KM)
    return figure.geometry


@lru_cache(maxsize=64)
def _facing(line: MultiLineString, whole: BaseGeometry, directions: tuple[str, ...]) -> MultiLineString:
    """Return the coast of one side: what faces the direction, and does not lie at the opposite end.

    A coast that hardly faces that way anywhere, as Libya's does east, is that of the half in that direction.
    Far parts of the whole do not count.
    """
    frame = frame_of(whole)
    starts = np.array([chain.coords[0] for chain in line.geoms])
    turns = 360 * np.round((frame.lon - starts[:, 0]) / 360)
    near = Nearness(frame.near, ALONG).of(starts + np.column_stack((turns, np.zeros(len(turns)))))
    chains = [translate(chain, turn) for chain, turn in zip(line.geoms, turns, strict=True)]
    coast = MultiLineString([chain for chain, kept in zip(chains, near, strict=True) if kept])
    found: list[LineString] = []
    for direction in directions:
        side = MultiLineString()
        if direction in BEARINGS:
            facing = [
                piece
                for chain in coast.geoms
                for piece in stretches_facing(chain, frame.near, [BEARINGS[direction]], _PLACE_WEIGHT)
            ]
            side = _lines(MultiLineString(facing) - half_of(frame, _opposite(direction), _OPPOSITE))
        if side.length < _LEAST_SHARE * coast.length:
            side = _clip(
                coast, half_of(frame, direction) if direction in BEARINGS else tile_of(frame, direction)
            )
        found += side.geoms
    return MultiLineString([translate(part, -360 * np.round(part.coords[0][0] / 360)) for part in found])


@lru_cache(maxsize=64)
def _water_off(
    line: MultiLineString,
    low_km: float,
    high_km: float,
    boundaries: Boundaries,
    borders: Borders,
) -> MultiPolygon:
    """Return the band along a coast without any land; both to 2 % of its width."""
    strip = band(line, low_km, high_km)
    boxes = shapely.bounds(shapely.get_parts(strip))
    land: BaseGeometry = shores(boundaries, borders).land_in(boxes)
    if high_km >= _WIDE_KM and count_points(land) > _DETAILED:
        land = simplify(land, _COARSE)
    return only_polygons(strip - land)


def _opposite(direction: str) -> str:
    return next(name for name, bearing in BEARINGS.items() if abs(bearing - BEARINGS[direction]) == 180)


def _line(land: Figure | None, water: Figure | None, world: World) -> tuple[MultiLineString, str]:
    """Return the whole coast of a land, of a water, or of a land on a water."""
    if land is None:
        if water is None:
            raise NotDrawnError("neither land nor water of the coast is named")
        words = f"the coast of {water.words}"
        line = coastline(water.geometry, world.boundaries, world.borders, _WATER)
        return (_edge(water.geometry) if line.is_empty else line), words
    shape = _area(land)
    if water is not None:
        words = f"the coast of {land.words} on {water.words}"
        line = coastline(shape, world.boundaries, world.borders, ALONG)
        line = _clip(line, shapely.buffer(water.geometry, _WATER))
        if line.is_empty:  # A lake has no coast, but a shore.
            line = _clip(_edge(water.geometry), shapely.buffer(shape, ALONG))
        if line.is_empty:
            raise NotDrawnError(f"{land.words} does not lie on {water.words}")
        return line, words
    line = coastline(shape, world.boundaries, world.borders, ALONG)
    if line.is_empty:
        raise NotDrawnError(f"{land.words} has no coast")
    return line, f"the coast of {land.words}"


def _edge(shape: BaseGeometry) -> MultiLineString:
    """Return the outline of a water, with the land on its left."""
    rings = shapely.get_parts(shapely.boundary(shapely.orient_polygons(shape, exterior_cw=True)))
    return MultiLineString(list(rings))


def _is_lake(water: Figure, world: World) -> bool:
    """Whether a water lies within the land of countries, as lakes do."""
    return coastline(water.geometry, world.boundaries, world.borders, _WATER).is_empty


def _clip(line: BaseGeometry, area: BaseGeometry) -> MultiLineString:
    return _lines(line & area)


def _lines(shape: BaseGeometry) -> MultiLineString:
    parts = shapely.get_parts(shape)
    return MultiLineString([part for part in parts if isinstance(part, LineString) and part.length > 0])
