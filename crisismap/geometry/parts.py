"""Part of a place by direction: eastern Ukraine, the north of Mali, central Gaza.

The place is cut by its own measures, in a frame where it is as wide as high.  A direction begins a fifth of
the way from the middle of the place to its edge, and holds what lies at most two and a half times as far to
the side: Crimea is no part of eastern Ukraine.  Northeast and its like are one side of the northern or
southern half, from its own middle or the place's, whichever leaves more: Peshawar is in northwestern
Pakistan, which lies aslant.  The center reaches 0.36 of the way to each side.  This is the projection-based
model of directions relative to an area (Frank 1996, Goyal and Egenhofer 2001), with tiles that overlap
because words do.

Language draws parts along divisions: Gao belongs to northern Mali with all of its region.  So a first-level
division is reached whole where half of it lies in the part, not at all where less than three tenths do, and
between the two it is cut.  The numbers were chosen over 180 parts of 77 countries, by the towns that news
counts to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Point, box
from shapely.geometry.base import BaseGeometry

from crisismap import geodesy
from crisismap.gazetteer import Boundaries
from crisismap.gazetteer.hierarchy import is_country
from crisismap.geometry.figures import BEARINGS, Figure, NotDrawnError, World, join_words
from crisismap.geometry.frames import Frame, frame_of, only_polygons, polygons_of, roll, unroll, wedge
from crisismap.model import Borders

__all__ = ["direction_words", "draw_part", "half_of", "tile_of"]

_CARDINALS = ("north", "east", "south", "west")
_FROM_MIDDLE = 0.2
_ASIDE = 2.5
_CENTER = 0.36
_CENTER_OF_DISK = 0.5
_WHOLE, _PART = 0.5, 0.3  # shares of a division
_FINENESS = 1 / 2000
"""Of a country's extent, half a pixel where it fills a screen; islets below its square are left out."""
_GAP_SHARE = 0.001
"""Land without a division counts from this share of the country; less is where two outlines differ."""
_ADJECTIVES = {"center": "central"} | {f"{side}-center": f"{side}-central" for side in _CARDINALS}
_MIDDLE = 0.5
"""Of the way to each side: north-central is the middle half of the northern half."""


def draw_part(whole: Figure, directions: Sequence[str], world: World) -> Figure:
    """Return part of a figure; several directions are taken together.

    Raises:
        NotDrawnError: the figure is a line or an area of which no outline is known, or it has no such part.
    """
    words = f"the {direction_words(directions)} part of {whole.words}"
    place = whole.place
    if isinstance(whole.geometry, Point):
        if place is not None and place.is_area:
            raise NotDrawnError(f"no outline of {whole.words} is known, so it has no parts to draw")
        return _part_of_disk(whole, directions, words)
    if shapely.get_dimensions(whole.geometry) < 2:
        raise NotDrawnError(f"{whole.words} is a line, which has no parts to draw")
    code = place.country_code if place is not None and is_country(place) else ""
    pieces = [
        _part(whole.geometry, code, direction, world.boundaries, world.borders) for direction in directions
    ]
    shape = pieces[0] if len(pieces) == 1 else only_polygons(shapely.union_all(pieces))
    if shape.is_empty:
        raise NotDrawnError(f"{whole.words} has no {direction_words(directions)} part")
    largest = max(shape.geoms, key=lambda part: part.area)
    point = largest.point_on_surface()
    return Figure(shape, words, (point.x, point.y), slack_km=whole.slack_km)


def direction_words(directions: Sequence[str]) -> str:
    """Return directions as adjectives.

    >>> direction_words(["north", "center"])
    'northern and central'
    """
    return join_words([_ADJECTIVES.get(direction, f"{direction}ern") for direction in directions])


def _part_of_disk(whole: Figure, directions: Sequence[str], words: str) -> Figure:
    """A settlement is a disk: its parts are quarters, its center the disk of half the radius."""
    lon, lat = whole.point
    radius = whole.radius_km
    pieces = []
    point = whole.point
    for direction in directions:
        side, _, middle = direction.partition("-")
        reach = _CENTER_OF_DISK * radius if middle or side == "center" else radius
        bearing, spread = (0.0, 180.0) if side == "center" else (BEARINGS[side], 45.0)
        pieces.append(geodesy.sector(lon, lat, bearing, spread, 0.0, reach))
        if len(directions) == 1 and side != "center":
            point = geodesy.destination(lon, lat, bearing, reach / 2)
    return Figure(
        only_polygons(shapely.union_all(pieces)),
        f"{words}, taken for a disk of {radius:.0f} km",
        point,
        slack_km=whole.slack_km,
    )


@lru_cache(maxsize=256)
def _part(
    shape: BaseGeometry, code: str, direction: str, boundaries: Boundaries, borders: Borders
) -> MultiPolygon:
    if code:
        frame, divisions, rest = _land_of_divisions(shape, code, boundaries, borders)
    else:
        frame, divisions, rest = frame_of(shape), [], MultiPolygon()
    tile = tile_of(frame, direction)
    if divisions:
        shares = _shares_in(tile, np.asarray(divisions))
        reached = [
            division if share >= _WHOLE else division & tile
            for division, share in zip(divisions, shares, strict=True)
            if share >= _PART
        ]
        if reached:
            return roll(shapely.union_all([*reached, rest & tile]))
    return roll(frame.near & tile)


def _shares_in(tile: BaseGeometry, divisions: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    """Return how much of each division lies in a tile; only those that it cuts are measured."""
    shapely.prepare(tile)
    shares: npt.NDArray[np.float64] = shapely.covers(tile, divisions).astype(np.float64)
    cut = (shares == 0) & shapely.intersects(tile, divisions)
    shares[cut] = shapely.area(shapely.intersection(divisions[cut], tile)) / shapely.area(divisions[cut])
    return shares


@lru_cache(maxsize=16)
def _land_of_divisions(
    shape: BaseGeometry, code: str, boundaries: Boundaries, borders: Borders
) -> tuple[Frame, list[BaseGeometry], BaseGeometry]:
    """Return a country's frame, and what of its outline lies in each division, and in none, unrolled."""
    frame = frame_of(shape)
    divisions = _divisions(code, boundaries)
    tolerance = _FINENESS * 2 * max(frame.half_width, frame.half_height)
    around = [unroll(division, frame.lon) for division in divisions]
    # Neighbors are simplified together, so that they still meet.
    simple = list(shapely.coverage_simplify(around, tolerance, simplify_boundary=True))
    parts = shapely.get_parts(frame.near)
    kept = parts[shapely.area(parts) >= min(tolerance**2, shapely.area(parts).max())]
    near = MultiPolygon(list(shapely.simplify(kept, tolerance)))
    if not near.is_valid:  # islands have run into each other
        near = only_polygons(shapely.union_all(list(near.geoms)))
    land = shapely.intersection(near, simple)
    rest: BaseGeometry = MultiPolygon()
    if _may_lack(simple, near, near.area - shapely.area(land).sum(), _GAP_SHARE * shape.area):
        rest = unroll(_undivided(code, boundaries, borders), frame.lon) & near
    return frame, [part for part in land if part.area > 0], rest


def _may_lack(divisions: Sequence[BaseGeometry], land: BaseGeometry, lacking: float, least: float) -> bool:
    """Say by simple outlines whether divisions lack a piece of land; exact ones take ten times as long.

    Args:
        divisions: which fit each other.
        land: what they should cover.
        lacking: the area that they do not cover.
        least: the area of a piece that counts.
    """
    if lacking < least:
        return False
    # In every country, a piece that counts keeps more than half of its area in the simple outlines.
    gaps = polygons_of(land - shapely.coverage_union_all(divisions))
    return bool(np.any(shapely.area(gaps) >= least / 2))


@lru_cache(maxsize=64)
def _divisions(code: str, boundaries: Boundaries) -> list[BaseGeometry]:
    """Return the smallest divisions of a country."""
    known = [boundaries.division(division) for division in boundaries.divisions(code)]
    shapes = np.array([shape for shape in known if shape is not None], dtype=np.object_)
    # Where two levels are drawn, a larger one holds the middles of smaller ones.
    holder, held = shapely.STRtree(shapely.point_on_surface(shapes)).query(shapes, predicate="contains")
    areas = shapely.area(shapes)
    return list(np.delete(shapes, holder[areas[held] < areas[holder]]))


def _undivided(code: str, boundaries: Boundaries, borders: Borders) -> MultiPolygon:
    """Return the land of a country that no division covers."""
    country = boundaries.country(code, borders) or MultiPolygon()
    # Divisions fit each other exactly.
    rest = polygons_of(country - shapely.coverage_union_all(_divisions(code, boundaries)))
    return MultiPolygon(list(rest[shapely.area(rest) >= _GAP_SHARE * country.area]))


def tile_of(frame: Frame, direction: str) -> BaseGeometry:
    """Return the area of the unrolled plane that a direction names."""
    if direction == "center":
        dx, dy = _CENTER * frame.half_width, _CENTER * frame.half_height
        return box(frame.lon - dx, frame.lat - dy, frame.lon + dx, frame.lat + dy)
    side, _, middle = direction.partition("-")
    if middle:
        dx, dy = _MIDDLE * frame.half_width, _MIDDLE * frame.half_height
        dx, dy = (dx, 180.0) if side in ("north", "south") else (180.0, dy)
        aside = box(frame.lon - dx, frame.lat - dy, frame.lon + dx, frame.lat + dy)
        return half_of(frame, side, 0.0) & aside
    half = half_of(frame, direction)
    if direction in _CARDINALS:
        return half & wedge(frame, BEARINGS[direction], _ASIDE)
    # The northwest is the west of the north: Pakistan lies aslant, and Peshawar east of its middle.
    row = frame.near & half_of(frame, direction[:5], 0.0)
    if row.is_empty:
        return half
    farther = max if direction.endswith("west") else min
    return half_of(replace(frame, lon=farther(frame.lon, row.centroid.x)), direction)


def half_of(frame: Frame, direction: str, step: float = _FROM_MIDDLE) -> BaseGeometry:
    """Return what lies in a direction, from ``step`` of the way to the edge on, however far to the side.

    Northeast and its like begin in the middle.
    """
    if direction not in _CARDINALS:
        step = 0.0
    west, south, east, north = frame.lon - 180, -90.0, frame.lon + 180, 90.0
    if "east" in direction:
        west = frame.lon + step * frame.half_width
    if "west" in direction:
        east = frame.lon - step * frame.half_width
    if "north" in direction:
        south = frame.lat + step * frame.half_height
    if "south" in direction:
        north = frame.lat - step * frame.half_height
    return box(west, south, east, north)
