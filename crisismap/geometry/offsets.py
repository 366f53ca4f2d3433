"""What lies a way from a place, about it, or between two: 40 km north of Kyiv, outside Aden, from A to B.

Distances are geodesic.  From a settlement they count from its center, as road signs do, and its radius makes
them vaguer; from an area or a line they count from its edge.  A stated distance is widened by the rounding of
its number, and by a quarter where the text says "about" (:data:`ABOUT`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from crisismap import geodesy
from crisismap.geometry.coarse import MANY_POINTS, buffer_in_pieces, count_points, simplify
from crisismap.geometry.figures import BEARINGS, Figure, NotDrawnError, join_words
from crisismap.geometry.frames import frame_of, only_polygons, roll, unroll, wedge
from crisismap.model import Distance

__all__ = [
    "band",
    "distance_words",
    "draw_between",
    "draw_offset",
    "draw_vicinity",
    "limits",
    "middle_of_area",
]

ABOUT = 0.25
_FARTHEST_KM = 5000.0
_STATED_HALF_WIDTH = 30.0
"""Degrees to each side of "40 km north of": somewhat more than the 22.5 of a main wind, as towns so described
rarely lie due north."""
_OPEN_HALF_WIDTH = 45.0
"""Degrees to each side of "north of", which says less."""
_ASSUMED_KM = 50.0
"""An area without an outline is a disk up to this radius; about a larger one nothing can be drawn."""
_LINE_KM = 25.0
"""What is near a border or coast."""
_MANY = 300
"""Points from which on an outline is buffered less exactly, to 2 %."""
_LONGEST_CORRIDOR_KM = 3000.0
_CORRIDOR = 1 / 8
"""Half the width of a corridor, of its length."""


def draw_offset(origin: Figure, directions: Sequence[str], distance: Distance | None) -> Figure:
    """Return what lies in a direction of an origin, as far as stated or near it.

    From a point: a sector between the stated distances, 30 degrees to each side; without a distance, 45
    degrees to each side as far as :func:`_reach_km` says.  From an area: the strip along its edge that lies
    in the direction from its middle, in a frame where it is as wide as high.  From a line: what it passes
    over when it is moved in the direction.

    Raises:
        NotDrawnError: the distance is none on Earth, or the origin has no known extent.
    """
    compass = join_words(list(directions))
    if distance is None:
        low, high, slack = 0.0, _reach_km(origin), 0.0
        words = f"what lies {compass} of {origin.words}, up to {high:.0f} km"
    else:
        low, high, slack = limits(distance, origin)
        words = f"a band {distance_words(distance)} {compass} of {origin.words}"
    _check_extent(origin)
    if isinstance(origin.geometry, Point):
        half_width = _OPEN_HALF_WIDTH if distance is None else _STATED_HALF_WIDTH
        lon, lat = origin.point
        pieces = [geodesy.sector(lon, lat, BEARINGS[d], half_width, low, high) for d in directions]
        shape = only_polygons(shapely.union_all(pieces))
        point = geodesy.destination(lon, lat, BEARINGS[directions[0]], (low + high) / 2)
        return Figure(shape, words, point, slack_km=slack)
    shape = _side(origin.geometry, low, high, tuple(directions))
    if shape.is_empty:
        raise NotDrawnError(f"nothing lies {compass} of {origin.words}")
    return Figure(shape, words, middle_of_area(shape), slack_km=slack)


def draw_vicinity(center: Figure, manner: str, distance: Distance | None) -> Figure:
    """Return what lies about a figure.

    - near, around: the thing itself and a margin; a settlement's is its radius, at least 10 km, an area's a
      tenth of its own radius, 10 to 50 km, a line's 25 km;
    - outside: the margin alone; outskirts: from half a settlement's radius to one and a half, at least 2 km,
      or an area's margin on both sides of its edge, half as wide;
    - within a distance: all of it; away, and outside with a distance: the band at that distance.

    Raises:
        NotDrawnError: the distance is none on Earth, or the center has no known extent.
    """
    _check_extent(center)
    disk = isinstance(center.geometry, Point)
    size, margin = center.radius_km if disk else 0.0, _margin_km(center)
    if distance is not None:
        low, high, slack = limits(distance, center)
        if manner in ("away", "outside"):
            words = f"a band {distance_words(distance)} from {center.words}"
        else:
            low, words = 0.0, f"what lies within {distance_words(distance)} of {center.words}"
    elif manner == "outside":
        low, high, slack = size, size + margin, 0.0
        words = f"a ring of {margin:.0f} km around {center.words}"
    elif manner == "outskirts":
        low, high = (size / 2, size + max(size / 2, 2.0)) if disk else (0.0, margin / 2)
        slack, words = 0.0, f"the outskirts of {center.words}, {low:.0f} to {high:.0f} km from its center"
    else:
        low, high, slack = 0.0, size + margin, 0.0
        words = f"what lies within {high:.0f} km of {center.words}"
    if disk:
        shape = only_polygons(geodesy.sector(*center.point, 0.0, 180.0, low, high))
        return Figure(shape, words, center.point, slack_km=slack)
    inclusive = low == 0 and manner != "outside"
    if manner == "outskirts":
        words = f"the edge of {center.words}, {high:.0f} km to each side"
        shape = _around(shapely.boundary(center.geometry), high)
    else:
        shape = _around(center.geometry, high) if inclusive else band(center.geometry, low, high)
    if shape.is_empty:
        raise NotDrawnError(f"nothing lies there of {center.words}")
    point = center.point if inclusive and shape.covers(Point(center.point)) else middle_of_area(shape)
    return Figure(shape, words, point, slack_km=slack)


def draw_between(first: Figure, last: Figure) -> Figure:
    """Return the corridor along the geodesic between two figures, from middle to middle or edge to edge.

    Its width is a quarter of its length, at least 4 km.

    Raises:
        NotDrawnError: the ends are the same or touch, or are more than 3,000 km apart.
    """
    start, end = _facing_points(first, last)
    length = geodesy.distance_km(*start, *end)
    names = f"{first.words} and {last.words}"
    if length < 0.1:
        raise NotDrawnError(f"nothing lies between {names}")
    if length > _LONGEST_CORRIDOR_KM:
        raise NotDrawnError(f"{names} are {length:,.0f} km apart, too far for anything between them")
    half_width = max(length * _CORRIDOR, 2.0)
    bearing = geodesy.bearing(*start, *end)
    steps = np.linspace(0.0, length, 2 + int(length / 25))
    points = np.array([geodesy.destination(*start, bearing, float(step)) for step in steps])
    points[:, 0] = np.unwrap(points[:, 0], period=360)
    shape = only_polygons(geodesy.buffer(LineString(points), half_width))
    words = f"a corridor {2 * half_width:.0f} km wide between {names}"
    return Figure(shape, words, geodesy.destination(*start, bearing, length / 2))


def limits(distance: Distance, origin: Figure) -> tuple[float, float, float]:
    """Return from where to where a stated distance reaches, and how far off that may be, in km.

    Raises:
        NotDrawnError: it is not above 0 and up to 5,000 km.
    """
    if not 0 < distance.low_km <= distance.high_km <= _FARTHEST_KM:
        stated = f"{distance.low_km:,.0f} km"
        raise NotDrawnError(
            f"{stated} is no distance to draw: more than 0 and up to {_FARTHEST_KM:,.0f} km is"
        )
    slack = max(distance.rounding_km, 0.0)
    low, high = distance.low_km - slack, distance.high_km + slack
    if distance.approximate:
        low, high = min(low, (1 - ABOUT) * distance.low_km), max(high, (1 + ABOUT) * distance.high_km)
    if isinstance(origin.geometry, Point):
        low, high = low - origin.radius_km, high + origin.radius_km
    low, high = max(low, 0.0), min(high, _FARTHEST_KM)
    # A number such as 12.37 is hardly rounded, and a place is no point.
    return (low, high, origin.slack_km) if high - low >= 1 else (max(low - 0.5, 0.0), high + 0.5, 0.5)


def distance_words(distance: Distance) -> str:
    """Return a distance in words: "about 40 km", "30 to 40 km"."""
    about = "about " if distance.approximate else ""
    low, high = f"{distance.low_km:.4g}", f"{distance.high_km:.4g}"
    return f"{about}{low} km" if low == high else f"{about}{low} to {high} km"


def middle_of_area(shape: BaseGeometry) -> tuple[float, float]:
    """Return a point inside the largest part of a shape."""
    point = max(shapely.get_parts(shape), key=lambda part: part.area).point_on_surface()
    return point.x, point.y


@lru_cache(maxsize=128)
def band(shape: BaseGeometry, low_km: float, high_km: float) -> MultiPolygon:
    """Return what lies from ``low_km`` to ``high_km`` outside a line or area."""
    around = _around(shape, high_km)
    if low_km <= 0 and shapely.get_dimensions(shape) < 2:
        return around  # a line takes nothing away
    inner = _around(shape, low_km) if low_km > 0 else shape
    return only_polygons(shapely.difference(around, inner))


@lru_cache(maxsize=128)
def _side(shape: BaseGeometry, low_km: float, high_km: float, directions: tuple[str, ...]) -> MultiPolygon:
    """Return what lies in a direction of an area or line, between two distances."""
    bearings = [BEARINGS[direction] for direction in directions]
    if shapely.get_dimensions(shape) < 2:
        return roll(shapely.union_all([_swept(shape, low_km, high_km, bearing) for bearing in bearings]))
    around = band(shape, low_km, high_km)
    frame = frame_of(around)
    tiles = shapely.union_all([wedge(frame, bearing) for bearing in bearings])
    return roll(unroll(around, frame.lon) & tiles)


def _swept(line: BaseGeometry, low_km: float, high_km: float, bearing: float) -> BaseGeometry:
    """Return what a line passes over that is moved in a direction; not cut at the antimeridian."""
    quads: list[Polygon] = []
    for chain in shapely.get_parts(simplify(line, high_km / 20 / 111)):
        points = shapely.get_coordinates(chain)
        near, far = (
            np.array([geodesy.destination(lon, lat, bearing, km) for lon, lat in points])
            for km in (low_km, high_km)
        )
        for side in (near, far):
            side[:, 0] = points[:, 0] + (side[:, 0] - points[:, 0] + 180) % 360 - 180
        quads.extend(
            Polygon(corners) for corners in np.stack((near[:-1], near[1:], far[1:], far[:-1]), axis=1)
        )
    return only_polygons(shapely.union_all(shapely.make_valid(quads)))


@lru_cache(maxsize=128)
def _around(shape: BaseGeometry, radius_km: float) -> MultiPolygon:
    """Buffer a shape that is simplified to a twentieth of the radius, a tenth if it still has many points."""
    simple = simplify(shape, radius_km / 20 / 111)
    if count_points(simple) > 5 * _MANY:
        simple = simplify(simple, radius_km / 10 / 111)
    simple = simple if not simple.is_empty else shape
    quick = buffer_in_pieces(simple, radius_km) if count_points(simple) > _MANY else None
    buffered = geodesy.buffer(simple, radius_km) if quick is None else quick
    if count_points(shape) > MANY_POINTS:
        shape = simple
    return only_polygons(shapely.union(buffered, shape) if shapely.get_dimensions(shape) == 2 else buffered)


def _check_extent(figure: Figure) -> None:
    place = figure.place
    assumed = isinstance(figure.geometry, Point) and place is not None and place.is_area
    if assumed and figure.radius_km > _ASSUMED_KM:
        raise NotDrawnError(f"no outline of {figure.words} is known, so its edge cannot be told")


def _equivalent_radius_km(shape: BaseGeometry) -> float:
    return math.sqrt(geodesy.area_km2(shape) / math.pi)


def _margin_km(figure: Figure) -> float:
    """Return how far "near" reaches beyond a figure."""
    if isinstance(figure.geometry, Point):
        return max(figure.radius_km, 10.0)
    if shapely.get_dimensions(figure.geometry) < 2:
        return _LINE_KM
    return min(max(_equivalent_radius_km(figure.geometry) / 10, 10.0), 50.0)


def _reach_km(figure: Figure) -> float:
    """Return how far "north of" reaches.

    Four radii of a settlement, at least 25 km; half the radius of an area, 25 to 300 km; 50 km from a line.
    """
    if isinstance(figure.geometry, Point):
        return max(4 * figure.radius_km, 25.0)
    if shapely.get_dimensions(figure.geometry) < 2:
        return 2 * _LINE_KM
    return min(max(_equivalent_radius_km(figure.geometry) / 2, 25.0), 300.0)


def _facing_points(first: Figure, last: Figure) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the ends of the shortest line between two figures; a settlement's is its center."""
    if isinstance(first.geometry, Point) and isinstance(last.geometry, Point):
        return first.point, last.point
    line = shapely.shortest_line(first.geometry, unroll(last.geometry, first.point[0]))
    start, end = shapely.get_coordinates(line)
    return (float(start[0]), float(start[1])), (float(end[0]), float(end[1]))
