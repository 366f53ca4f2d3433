"""Banks and mouths of rivers whose course is known.

A bank is one side of the whole river, left or right, as people name it: the east bank of the Dnieper is its
left one also where the river turns west.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point

from crisismap import geodesy
from crisismap.geometry.figures import Figure, NotDrawnError, World, bearings_of, join_words
from crisismap.geometry.frames import only_polygons
from crisismap.geometry.offsets import middle_of_area
from crisismap.model import Bank, Mouth, Place, Toponym

__all__ = ["draw_bank", "draw_mouth"]

_BANK_KM = 10.0
_MOUTH_KM = 10.0
"""What is meant by a mouth, a delta of some width."""
_SHORT = 0.2
"""Arms shorter than this share of the course have no banks of their own."""
_SLIVER = 0.001
_HANDS = {"left": 1.0, "right": -1.0}
"""Looking downstream, as the lines of a course run."""


def draw_bank(node: Bank, world: World) -> Figure:
    """Return a strip of 10 km along a river, on the side that faces a direction or on both.

    Raises:
        NotDrawnError: the course of the river is not known, or runs in the direction named.
    """
    river, course = _course(node.river, world)
    compass = join_words(node.directions)
    hands = tuple(_HANDS[word] for word in node.directions if word in _HANDS)
    facing = [word for word in node.directions if word not in _HANDS]
    shape = _strip(course, tuple(bearings_of(facing, f"the {river.name}")), hands)
    if shape.is_empty:
        raise NotDrawnError(f"the {compass} bank of the {river.name} cannot be told")
    words = f"{compass} bank" if compass else "banks"
    return Figure(
        shape, f"a strip of {_BANK_KM:.0f} km along the {words} of the {river.name}", middle_of_area(shape)
    )


def draw_mouth(node: Mouth, world: World) -> Figure:
    """Return the point where the course of a river ends.

    Raises:
        NotDrawnError: the course is not known.
    """
    river, course = _course(node.river, world)
    lon, lat = course.geoms[-1].coords[-1]
    return Figure(Point(lon, lat), f"the mouth of the {river.name}", (lon, lat), slack_km=_MOUTH_KM)


def _course(toponym: Toponym, world: World) -> tuple[Place, MultiLineString]:
    place = world.place(toponym)
    course = world.boundaries.river(place)
    if course is None:
        raise NotDrawnError(f"the course of the {place.name} is not known")
    return place, course


@lru_cache(maxsize=64)
def _strip(course: MultiLineString, bearings: Sequence[float], hands: Sequence[float]) -> MultiPolygon:
    lines = list(shapely.get_parts(shapely.line_merge(shapely.simplify(course, 0.01), directed=True)))
    longest = max(line.length for line in lines)
    chains = [line for line in lines if line.length >= _SHORT * longest]
    if not bearings and not hands:
        return only_polygons(geodesy.buffer(MultiLineString(chains), _BANK_KM))
    pieces = [_half(chain, hand) for hand in hands for chain in chains]
    for bearing in bearings:
        side = sum(_side_facing(chain, bearing) for chain in chains)
        pieces += [_half(chain, float(np.sign(side))) for chain in chains]
    return only_polygons(shapely.union_all(pieces))


def _side_facing(chain: LineString, bearing: float) -> float:
    """Return how much more the left side of a line faces a bearing than the right, by its length."""
    points = shapely.get_coordinates(chain)
    steps = np.diff(points, axis=0)
    east, north = steps[:, 0] * np.cos(np.radians(points[:-1, 1])), steps[:, 1]
    angle = np.radians(bearing)
    return float((east * np.cos(angle) - north * np.sin(angle)).sum())


def _half(chain: LineString, side: float) -> MultiPolygon:
    """Return the strip on the left (1) or right (-1) of a line."""
    strip = geodesy.buffer(chain, _BANK_KM)
    points = shapely.get_coordinates(chain)
    # Beyond its ends the line goes straight on, to cut the round caps of the strip.
    ends = [points[0] + _unit(points[0] - points[1]), points[-1] + _unit(points[-1] - points[-2])]
    knife = LineString([ends[0], *points, ends[1]])
    edges = shapely.union_all([shapely.boundary(strip), knife])
    pieces = shapely.get_parts(shapely.polygonize(list(shapely.get_parts(edges))))
    kept = [
        piece
        for piece in pieces
        if piece.area >= _SLIVER * strip.area
        and strip.covers(piece.point_on_surface())
        and _side_of(knife, piece.point_on_surface()) == side
    ]
    return only_polygons(shapely.union_all(kept))


def _unit(vector: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    scaled: npt.NDArray[np.float64] = vector / max(float(np.hypot(*vector)), 1e-9)
    return scaled


def _side_of(line: LineString, point: Point) -> float:
    """Return 1 where a point is left of a line, -1 where it is right of it."""
    at = line.project(point)
    before, after = line.interpolate(max(at - 1e-4, 0.0)), line.interpolate(at + 1e-4)
    cross = (after.x - before.x) * (point.y - before.y) - (after.y - before.y) * (point.x - before.x)
    return float(np.sign(cross))
