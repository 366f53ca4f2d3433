"""The plane in which words of direction cut a shape: longitude and latitude, as on the map that readers know.

East is where longitudes grow, north where latitudes do, also in Russia and near the poles.  Shapes that lie
across the antimeridian are unrolled, so that the east of Fiji is beyond 180 degrees.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.affinity import translate
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

__all__ = ["Frame", "frame_of", "only_polygons", "polygons_of", "roll", "unroll", "wedge"]

_FAR = 1000.0  # degrees; beyond the edge of every map
_GAP_DEGREES = 4.5
"""Parts up to this far (500 km) from the next belong together: Kaliningrad does, Alaska and Hawaii not."""
_MOST = 0.75
"""A group of parts with less of the land than this is not the whole country: then every part counts."""
_MAIN_PART = 0.25
"""Parts smaller than this share of the largest do not stretch the frame."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the middle of a shape is, and how wide and high it is.  Degrees, unrolled."""

    lon: float
    lat: float
    half_width: float
    half_height: float
    near: MultiPolygon
    """The unrolled shape without its far parts."""


def frame_of(shape: BaseGeometry) -> Frame:
    """Return the frame of a polygon or multipolygon.

    The middle is the centroid of the main parts, by true area; width and height are those of their bounds.
    """
    unrolled = unroll(shape)
    parts = shapely.get_parts(unrolled)
    areas = _areas(parts)
    group = _group_of(int(areas.argmax()), parts)
    if areas[group].sum() < _MOST * areas.sum():
        group = np.ones(len(parts), dtype=bool)
    main = MultiPolygon(list(parts[group & (areas >= _MAIN_PART * areas.max())]))
    west, south, east, north = main.bounds
    around = (west + east) / 2
    center = shapely.centroid(shapely.transform(main, lambda points: _sinusoidal(points, around)))
    lon = around + center.x / max(math.cos(math.radians(center.y)), 1e-6)
    near = MultiPolygon(list(parts[group]))
    return Frame(min(max(lon, west), east), center.y, (east - west) / 2, (north - south) / 2, near)


def unroll(shape: BaseGeometry, around: float | None = None) -> BaseGeometry:
    """Shift parts of a shape by whole turns, so that all lie about one meridian, by default the largest's."""
    if shape.is_empty:
        return shape
    west, _, east, _ = shape.bounds
    if around is None:
        if east - west <= 180:
            return shape
        largest = max(shapely.get_parts(shape), key=lambda part: part.area)
        around = (largest.bounds[0] + largest.bounds[2]) / 2
    if around - 180 <= west and east <= around + 180:
        return shape
    parts = shapely.get_parts(shape)
    bounds = shapely.bounds(parts)
    turns = np.round((around - (bounds[:, 0] + bounds[:, 2]) / 2) / 360)
    return MultiPolygon(
        [translate(part, 360 * turn) if turn else part for part, turn in zip(parts, turns, strict=True)]
    )


def roll(shape: BaseGeometry) -> MultiPolygon:
    """Bring an unrolled shape back onto the map, cut at the antimeridian; lines and points are dropped."""
    if shape.is_empty:
        return MultiPolygon()
    west, _, east, _ = shape.bounds
    if west >= -180 and east <= 180:
        return only_polygons(shape)
    turns = range(math.floor((west + 180) / 360), math.ceil((east - 180) / 360) + 1)
    pieces = [
        translate(shape & box(360 * turn - 180, -90, 360 * turn + 180, 90), -360 * turn) for turn in turns
    ]
    return only_polygons(shapely.union_all(pieces))


def only_polygons(shape: BaseGeometry) -> MultiPolygon:
    """Return the polygons of a shape; what set operations leave as lines and points is dropped."""
    return MultiPolygon(list(polygons_of(shape)))


def polygons_of(shape: BaseGeometry) -> npt.NDArray[np.object_]:
    """Return the Polygons of a shape."""
    pieces = shapely.get_parts(shapely.get_parts(shape))
    polygons: npt.NDArray[np.object_] = pieces[shapely.get_type_id(pieces) == shapely.GeometryType.POLYGON]
    return polygons


def wedge(frame: Frame, bearing: float, aside: float = 1.0) -> Polygon:
    """Return what lies in a direction of a frame, at most ``aside`` times as far to the side as that way.

    Both are measured in a frame that is as wide as high; with 1, directions divide the plane into quarters.
    """
    spread = math.degrees(math.atan(aside))
    angles = np.radians([bearing - spread, bearing, bearing + spread])
    rays = _FAR * np.column_stack((np.sin(angles) * frame.half_width, np.cos(angles) * frame.half_height))
    apex = np.array((frame.lon, frame.lat))
    return Polygon([apex, *(apex + rays)])


def _areas(parts: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    """Return areas that can be compared with one another."""
    bounds = shapely.bounds(parts)
    areas: npt.NDArray[np.float64] = shapely.area(parts) * np.cos(np.radians(bounds[:, [1, 3]].mean(axis=1)))
    return areas


def _group_of(first: int, parts: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    """Mark the parts that hang together with one of them, from box to box."""
    boxes = shapely.bounds(parts)
    scale = math.cos(math.radians(float(boxes[first, [1, 3]].mean())))
    low, high = boxes[:, :2] * (scale, 1.0), boxes[:, 2:] * (scale, 1.0)
    fresh, rest = np.array([first]), np.delete(np.arange(len(parts)), first)
    group = np.ones(len(parts), dtype=bool)
    while len(fresh) and len(rest):
        gap = np.maximum(np.maximum(low[rest, None] - high[fresh], low[fresh] - high[rest, None]), 0.0)
        joined = np.any(np.hypot(gap[..., 0], gap[..., 1]) <= _GAP_DEGREES, axis=1)
        fresh, rest = rest[joined], rest[~joined]
    group[rest] = False
    return group


def _sinusoidal(points: npt.NDArray[np.float64], around: float) -> npt.NDArray[np.float64]:
    """Project to a plane of true areas."""
    lons, lats = points.T
    return np.column_stack(((lons - around) * np.cos(np.radians(lats)), lats))
