"""Shapes of large places with as much detail as words deserve: "off the coast of Canada" needs no islet.

Tolerances are far below what the words leave open, 2 % of the width of a strip, and each function states its
own.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiLineString, MultiPolygon
from shapely.geometry.base import BaseGeometry

from crisismap.geometry.frames import only_polygons, roll

__all__ = ["MANY_POINTS", "buffer_in_pieces", "count_points", "simplify", "thin"]

MANY_POINTS = 3000
"""No drawn shape has more, but for one of thousands of islands."""
_KM_PER_DEGREE = 111.2
_FIRST_TOLERANCE = 0.002  # degrees
_LAST_TOLERANCE = 0.3
_LOSS = 0.05
"""Of a part's area."""
_PIECE, _LONGEST = 8, 0.25
"""Segments in a piece, and degrees of one: a scale is at most 1.7 % off at 45 degrees north, 3.7 % at 65."""
_QUADRANT_SEGMENTS = 4
_ISLET = 0.2
"""Rings shorter than this share of the radius are points, and these are thinned to half as far apart."""
_STEEPEST = 87.0


def count_points(shape: BaseGeometry) -> int:
    """Return the number of points of a shape."""
    return int(shapely.count_coordinates(shape))


def simplify(shape: BaseGeometry, tolerance: float) -> BaseGeometry:
    """Simplify a line or an area (Douglas and Peucker 1973)."""
    if shapely.get_dimensions(shape) < 2:
        return _lines(shapely.simplify(shapely.get_parts(shape), tolerance, preserve_topology=False))
    return _joined(_simplify_areas(shapely.get_parts(shape), tolerance))


def _lines(parts: npt.NDArray[np.object_]) -> MultiLineString:
    """Return lines as one, without those of which a single point is left."""
    return MultiLineString(list(parts[shapely.length(parts) > 0]))


def _joined(parts: npt.NDArray[np.object_]) -> MultiPolygon:
    """Return polygons as one area, which they may overlap in."""
    whole = MultiPolygon(list(parts))
    return whole if whole.is_valid else only_polygons(shapely.union_all(shapely.make_valid(parts)))


def _simplify_areas(parts: npt.NDArray[np.object_], tolerance: float) -> npt.NDArray[np.object_]:
    """Simplify polygons, at most to a triangle."""
    simple = shapely.simplify(parts, tolerance, preserve_topology=False)
    # The quick way loses a part that is narrow, or a lobe of it.
    areas = shapely.area(parts)
    lost = (shapely.get_type_id(simple) != shapely.GeometryType.POLYGON) | shapely.is_empty(simple)
    lost |= np.abs(shapely.area(simple) - areas) > _LOSS * areas
    simple[lost] = shapely.simplify(parts[lost], tolerance)
    return simple


def thin(shape: BaseGeometry) -> BaseGeometry:
    """Simplify a line or an area until it has at most 3,000 points (Douglas and Peucker 1973).

    The tolerance begins at 0.2 km, times what there is too much of, and doubles; it ends at 33 km, whatever
    is left.  Parts smaller than it are dropped.
    """
    return shape if count_points(shape) <= MANY_POINTS else _thinned(shape)


@lru_cache(maxsize=512)
def _thinned(shape: BaseGeometry) -> BaseGeometry:
    area = shapely.get_dimensions(shape) == 2
    tolerance = _FIRST_TOLERANCE * count_points(shape) / MANY_POINTS
    parts = shapely.get_parts(shape)
    sizes = shapely.area(parts) if area else shapely.length(parts)
    while True:
        least = tolerance**2 if area else tolerance
        kept = parts[sizes >= min(least, sizes.max())]
        kept = (
            _simplify_areas(kept, tolerance)
            if area
            else shapely.simplify(kept, tolerance, preserve_topology=False)
        )
        if shapely.get_num_coordinates(kept).sum() <= MANY_POINTS or tolerance > _LAST_TOLERANCE:
            break
        tolerance *= 2
    return _joined(kept) if area else _lines(kept)


def buffer_in_pieces(shape: BaseGeometry, radius_km: float) -> MultiPolygon | None:
    """Return the area within a radius of the lines of a shape, to about 2 %; None near a pole.

    Mercator's map is true in shape, and in scale along a parallel: lines are buffered in short pieces, each
    by the scale in its middle.
    """
    lines = shapely.get_parts(shapely.boundary(shape) if shapely.get_dimensions(shape) == 2 else shape)
    _, south, _, north = shape.bounds
    reach = radius_km / _KM_PER_DEGREE
    if max(-south, north) + reach > _STEEPEST:
        return None
    lats = np.radians(shapely.bounds(lines)[:, [1, 3]].mean(axis=1))
    islets = shapely.length(lines) * np.cos(lats) < _ISLET * reach
    chains = [
        chain[at : at + _PIECE + 1]
        for chain in map(shapely.get_coordinates, shapely.segmentize(lines[~islets], _LONGEST))
        for at in range(0, len(chain) - 1, _PIECE)
    ]
    spots = shapely.get_coordinates(shapely.centroid(lines[islets]))
    grid = _ISLET * reach / 2
    chains += [np.array((spot, spot)) for spot in np.unique(np.round(spots / grid), axis=0) * grid]
    number = np.repeat(np.arange(len(chains)), [len(chain) for chain in chains])
    pieces = shapely.linestrings(_mercator(np.concatenate(chains)), indices=number)
    scales = 1 / np.cos(np.radians([chain[:, 1].mean() for chain in chains]))
    around = shapely.union_all(shapely.buffer(pieces, reach * scales, quad_segs=_QUADRANT_SEGMENTS))
    around = shapely.transform(around, _from_mercator)
    return only_polygons(shapely.make_valid(roll(shapely.make_valid(around))))


def _mercator(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Project to Mercator's map, in degrees at the equator."""
    lat = np.radians(points[:, 1])
    return np.column_stack((points[:, 0], np.degrees(np.arcsinh(np.tan(lat)))))


def _from_mercator(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.column_stack((points[:, 0], np.degrees(np.arctan(np.sinh(np.radians(points[:, 1]))))))
