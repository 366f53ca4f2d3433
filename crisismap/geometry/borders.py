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

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, MultiLineString
from shapely.geometry.base import BaseGeometry

from crisismap.geometry.figures import (
    BEARINGS,
    Figure,
    NotDrawnError,
    World,
    join_words,
    main_parts,
    middle_of_line,
)
from crisismap.model import Border

__all__ = ["draw_border"]

_HALF_SECTOR = 55.0  # degrees; more than 45, for a border that faces northeast is northern and eastern
_WHOLE, _PART = 0.7, 0.4  # shares of a neighbor's border; checked against the borders of some 40 countries
_STEP_DEGREES = 0.1
_COURSE = 0.15  # of the country's diagonal, to each side of a stretch


def draw_border(node: Border, world: World) -> Figure:
    """Return the line of a border: of one owner, or of the first owner with the others.

    Raises:
        NotDrawnError: an owner is not located or no country, or there is no such border.
    """
    codes = [world.place(owner).country_code for owner in node.owners]
    if not codes or not all(codes):
        raise NotDrawnError("no country that the border could belong to")
    names = world.boundaries.country_name
    code, others = codes[0], list(dict.fromkeys(codes[1:]))
    neighbors = world.boundaries.neighbors(code, world.borders)
    if not neighbors:
        raise NotDrawnError(f"{names(code)} has no land border")
    strangers = [names(other) for other in others if other not in neighbors]
    if strangers:
        raise NotDrawnError(f"{names(code)} has no land border with {join_words(strangers)}")
    line, reached = _border(code, others or neighbors, node.directions, world)
    if line is None and others:
        # Words about a stretch of a named border that does not face that way: the border itself is meant.
        line, reached = _border(code, others, (), world)
    directions = join_words(node.directions)
    if line is None:
        raise NotDrawnError(f"{names(code)} has no land border that faces {directions}")
    if directions and not others:
        words = f"the part of {names(code)}'s land border that faces {directions}: with {join_words(reached)}"
    else:
        words = f"the land border of {names(code)} with {join_words(reached)}"
    return Figure(line, words, middle_of_line(line))


def _border(
    code: str, others: Sequence[str], directions: Sequence[str], world: World
) -> tuple[MultiLineString | None, list[str]]:
    """Return the land border of ``code`` with ``others`` that faces one of ``directions``, and with whom."""
    lines = {
        other: list(shapely.get_parts(world.boundaries.land_border(code, other, world.borders)))
        for other in others
    }
    if not directions:
        return _collect(lines), [world.boundaries.country_name(other) for other in others]
    country = world.boundaries.country(code, world.borders)
    if country is None:
        return None, []
    frame = main_parts(country)
    bearings = [BEARINGS[direction] for direction in directions]
    cuts = {other: [_cut(line, frame, bearings) for line in parts] for other, parts in lines.items()}
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
            names.append(world.boundaries.country_name(other) + ("" if whole else " (in part)"))
    return _collect(reached), names


def _collect(lines: Mapping[str, Sequence[LineString]]) -> MultiLineString | None:
    parts = [line for other in lines for line in lines[other]]
    return MultiLineString(parts) if parts else None


def _cut(line: LineString, frame: BaseGeometry, bearings: Sequence[float]) -> list[LineString]:
    """Return the stretches of ``line`` that face one of ``bearings``; the country lies on its left."""
    points = shapely.get_coordinates(shapely.segmentize(line, _STEP_DEGREES))
    facing = _facing(points, frame)
    chosen = np.zeros(len(facing), dtype=bool)
    for bearing in bearings:
        chosen |= np.abs((facing - bearing + 180) % 360 - 180) <= _HALF_SECTOR
    edges = np.flatnonzero(np.diff(np.concatenate(([False], chosen, [False]))))
    return [LineString(points[low : high + 1]) for low, high in edges.reshape(-1, 2)]


def _facing(points: npt.NDArray[np.float64], frame: BaseGeometry) -> npt.NDArray[np.float64]:
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
    outward = position + np.column_stack((course[:, 1], -course[:, 0]))
    bearing: npt.NDArray[np.float64] = np.degrees(np.arctan2(outward[:, 0], outward[:, 1])) % 360
    return bearing


def _unit(vectors: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Scale each row to length 1; a row of zeros (the middle of a closed line) stays."""
    lengths: npt.NDArray[np.float64] = np.maximum(np.hypot(*vectors.T), 1e-12)
    return vectors / lengths[:, None]
