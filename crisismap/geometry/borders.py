"""The land border of a country or division, with all or some of its neighbors, or where it faces a direction.

A stretch of border faces the mean of two directions: the one in which it lies from the middle of the
country (in a frame where the country is as wide as it is high) and the one square to it, outward.  Either
alone errs: by place, much of Mali's border with Algeria is eastern; by course, India's with Bangladesh
faces south.  The course is taken over a good part of the country, so that a winding river does not count.

Language draws borders by neighbor, and no sharp line parts north from east.  So a neighbor whose border
mostly faces a named direction is reached whole, one whose border hardly does is not reached, and between
the two the border is cut.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, MultiLineString, Point
from shapely.geometry.base import BaseGeometry

from crisismap.gazetteer import Boundaries
from crisismap.gazetteer.hierarchy import is_country
from crisismap.geometry.coasts import ALONG, Nearness, coastline
from crisismap.geometry.figures import (
    Figure,
    NotDrawnError,
    World,
    bearings_of,
    join_words,
    main_parts,
    middle_of_line,
    named,
)
from crisismap.geometry.shores import stretches
from crisismap.model import Border, Borders, Place

__all__ = ["draw_border", "stretches_facing"]

_HALF_SECTOR = 55.0  # degrees; more than 45, for a border that faces northeast is northern and eastern
_WHOLE, _PART = 0.7, 0.4  # shares of a neighbor's border; checked against the borders of some 40 countries
_STEP_DEGREES = 0.1
_MEETING_KM = 5.0  # by a point where three countries meet news means its surroundings
_COURSE = 0.15  # of the country's diagonal, to each side of a stretch


def draw_border(node: Border, world: World) -> Figure:
    """Return a border as a line: of one owner, alone or with its neighbors, or of two with each other.

    The border of three is the point where they meet.  An owner that is no country (Texas, Gaza) has the
    border that its outline draws.

    Raises:
        NotDrawnError: an owner is not located or has no known outline, or there is no such border.
    """
    owners = [world.place(owner) for owner in node.owners]
    neighbors = [world.place(neighbor) for neighbor in node.neighbors]
    if not owners:
        raise NotDrawnError("no country that the border could belong to")
    if len(owners) > 2:
        return _meeting_point(owners, world)
    if all(is_country(place) for place in (*owners, *neighbors)):
        return _border_of_country(owners[0], [*owners[1:], *neighbors], node.directions, world)
    return _border_of_outline(owners[0], [*owners[1:], *neighbors], node.directions, world)


def _border_of_country(
    home: Place, others: Sequence[Place], directions: Sequence[str], world: World
) -> Figure:

    def names(code: str) -> str:
        return named(world.boundaries.country_name(code))

    code, codes = home.country_code, list(dict.fromkeys(other.country_code for other in others))
    neighbors = world.boundaries.neighbors(code, world.borders)
    if not neighbors:
        raise NotDrawnError(f"{names(code)} has no land border")
    strangers = [names(other) for other in codes if other not in neighbors]
    if strangers:
        raise NotDrawnError(f"{names(code)} has no land border with {join_words(strangers)}")
    line, reached = _border(code, codes or neighbors, directions, world)
    if line is None and codes:
        # Words about a stretch of a named border that does not face that way: the border itself is meant.
        line, reached = _border(code, codes, (), world)
    compass = join_words(directions)
    if line is None:
        raise NotDrawnError(f"{names(code)} has no land border that faces {compass}")
    if compass and not codes:
        words = f"the part of {names(code)}'s land border that faces {compass}: with {join_words(reached)}"
    else:
        words = f"the land border of {names(code)} with {join_words(reached)}"
    return Figure(line, words, middle_of_line(line))


def _border_of_outline(
    home: Place, others: Sequence[Place], directions: Sequence[str], world: World
) -> Figure:
    """Return the outline of a place without its coast, or where it runs along other places."""
    outline, *rest = (_outline(place, world) for place in (home, *others))
    lines = _edges(outline, tuple(rest), world.boundaries, world.borders)
    words = f"the border of {named(home.name)}"
    if others:
        words += f" with {join_words([named(other.name) for other in others])}"
    if not lines and others and all(is_country(other) for other in others):
        # "Illinois troops on the Mexican border": a division stands for its country.
        return _border_of_country(home, others, directions, world)
    if not lines:
        raise NotDrawnError(f"no {words.removeprefix('the ')} is known")
    if directions:
        bearings = bearings_of(directions, words)
        facing = [piece for line in lines for piece in stretches_facing(line, outline, bearings)]
        if not facing and not others:
            raise NotDrawnError(f"{named(home.name)} has no border that faces {join_words(directions)}")
        lines, words = (
            (facing, f"{words}, where it faces {join_words(directions)}") if facing else (lines, words)
        )
    line = MultiLineString(lines)
    return Figure(line, words, middle_of_line(line))


@lru_cache(maxsize=64)
def _edges(
    outline: BaseGeometry, others: tuple[BaseGeometry, ...], boundaries: Boundaries, borders: Borders
) -> list[LineString]:
    """Return where an outline runs along one of some other shapes; without these, where it is no coast."""
    coast = coastline(outline, boundaries, borders, ALONG)
    coasts = () if coast.is_empty else (coast,)
    beside = [Nearness(shape, ALONG) for shape in others or coasts]
    lines: list[LineString] = []
    for ring in shapely.get_parts(shapely.boundary(shapely.orient_polygons(outline))):
        points = shapely.get_coordinates(ring)
        middles = (points[:-1] + points[1:]) / 2
        near = np.zeros(len(middles), dtype=bool)
        for one in beside:
            near |= one.of(middles)
        lines += stretches(points, near if others else ~near)
    return lines


def _outline(place: Place, world: World) -> BaseGeometry:
    shape = world.shape(place)
    if shape is None:
        raise NotDrawnError(f"no outline of {named(place.name)} is known")
    return shape


def _meeting_point(owners: Sequence[Place], world: World) -> Figure:
    """Return the point where three countries meet."""
    names = join_words([named(place.name) for place in owners])
    first, *others = (place.country_code for place in owners)
    lines = [world.boundaries.land_border(first, other, world.borders) for other in others]
    if any(line is None for line in lines) or not all(is_country(place) for place in owners):
        raise NotDrawnError(f"{names} do not meet in one point")
    met = shapely.intersection_all(lines)
    points = shapely.get_coordinates(met)
    if len(points) == 0:
        raise NotDrawnError(f"{names} do not meet in one point")
    lon, lat = (float(value) for value in points[0])
    return Figure(Point(lon, lat), f"the point where {names} meet", (lon, lat), slack_km=_MEETING_KM)


def _border(
    code: str, others: Sequence[str], directions: Sequence[str], world: World
) -> tuple[MultiLineString | None, list[str]]:
    """Return the land border of ``code`` with ``others`` that faces one of ``directions``, and with whom."""
    lines = {
        other: list(shapely.get_parts(world.boundaries.land_border(code, other, world.borders)))
        for other in others
    }
    if not directions:
        return _collect(lines), [named(world.boundaries.country_name(other)) for other in others]
    country = world.boundaries.country(code, world.borders)
    if country is None:
        return None, []
    bearings = bearings_of(directions, f"the border of {named(world.boundaries.country_name(code))}")
    cuts = {
        other: [stretches_facing(line, country, bearings) for line in parts] for other, parts in lines.items()
    }
    shares = {
        other: sum(part.length for cut in parts for part in cut) / sum(line.length for line in lines[other])
        for other, parts in cuts.items()
    }
    least = _PART if max(shares.values()) >= _PART else 0.0
    reached: dict[str, list[LineString]] = {}
    names: list[str] = []
    for other, share in shares.items():
        whole = share >= _WHOLE
        if whole or (share > 0 and share >= least):
            reached[other] = lines[other] if whole else [part for cut in cuts[other] for part in cut]
            names.append(named(world.boundaries.country_name(other)) + ("" if whole else " (in part)"))
    return _collect(reached), names


def _collect(lines: Mapping[str, Sequence[LineString]]) -> MultiLineString | None:
    parts = [line for other in lines for line in lines[other]]
    return MultiLineString(parts) if parts else None


def stretches_facing(
    line: LineString, whole: BaseGeometry, bearings: Sequence[float], place_weight: float = 1.0
) -> list[LineString]:
    """Return the stretches of a line that face one of ``bearings``; ``whole`` lies on its left.

    ``place_weight`` is that of where a stretch lies, beside its course.
    """
    points = shapely.get_coordinates(shapely.segmentize(line, _STEP_DEGREES))
    facing = _facing(points, main_parts(whole), place_weight)
    chosen = np.zeros(len(facing), dtype=bool)
    for bearing in bearings:
        chosen |= np.abs((facing - bearing + 180) % 360 - 180) <= _HALF_SECTOR
    return stretches(points, chosen)


def _facing(
    points: npt.NDArray[np.float64], frame: BaseGeometry, place_weight: float
) -> npt.NDArray[np.float64]:
    """Return the bearing, in degrees, that each segment of a border faces."""
    left, bottom, right, top = frame.bounds
    middle = np.array(((left + right) / 2, (bottom + top) / 2))
    scale = np.array((math.cos(math.radians(middle[1])), 1.0))
    position = _unit(((points[:-1] + points[1:]) / 2 - middle) / ((right - left) / 2, (top - bottom) / 2))
    flat = points * scale
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(flat, axis=0).T))))
    here = (along[:-1] + along[1:]) / 2
    reach = _COURSE * math.hypot((right - left) * scale[0], top - bottom)

    def at(distance: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack([np.interp(distance, along, axis) for axis in flat.T])

    course = _unit(at(here + reach) - at(here - reach))
    outward = place_weight * position + np.column_stack((course[:, 1], -course[:, 0]))
    bearing: npt.NDArray[np.float64] = np.degrees(np.arctan2(outward[:, 0], outward[:, 1])) % 360
    return bearing


def _unit(vectors: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Scale each row to length 1; a row of zeros (the middle of a closed line) stays."""
    lengths: npt.NDArray[np.float64] = np.maximum(np.hypot(*vectors.T), 1e-12)
    return vectors / lengths[:, None]
