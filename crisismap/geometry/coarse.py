"""Shapes of large places with as much detail as words deserve: "off the coast of Canada" needs no islet.

Tolerances are far below what the words leave open, 2 % of the width of a strip, and each function states its
own.
"""

from __future__ import annotations

import itertools
import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, MultiLineString, MultiPolygon
from shapely.geometry.base import BaseGeometry

from crisismap.geometry.frames import only_polygons, roll

__all__ = ["MANY_POINTS", "buffer_in_bands", "count_points", "thin"]

MANY_POINTS = 3000
"""No drawn shape has more, but for one of thousands of islands."""
_KM_PER_DEGREE = 111.2
_FIRST_TOLERANCE = 0.002  # degrees
_LAST_TOLERANCE = 0.3
_BAND = 1.0
"""Degrees of latitude in which one scale holds; below 1 % off up to 49 degrees, 3 % at 75."""
_ISLET = 0.2
"""Rings shorter than this share of the radius are points, and these are thinned to half as far apart."""
_STEEPEST = 87.0


def count_points(shape: BaseGeometry) -> int:
    """Return the number of points of a shape."""
    return int(shapely.count_coordinates(shape))


@lru_cache(maxsize=512)
def thin(shape: BaseGeometry) -> BaseGeometry:
    """Simplify a line or an area until it has at most 3,000 points (Douglas and Peucker 1973).

    The tolerance begins at 0.2 km, times what there is too much of, and doubles; it ends at 33 km, whatever
    is left.  Parts smaller than it are dropped.
    """
    total = count_points(shape)
    if total <= MANY_POINTS:
        return shape
    area = shapely.get_dimensions(shape) == 2
    tolerance = _FIRST_TOLERANCE * total / MANY_POINTS
    parts = shapely.get_parts(shape)
    sizes = shapely.area(parts) if area else shapely.length(parts)
    while True:
        least = tolerance**2 if area else tolerance
        kept = shapely.simplify(parts[sizes >= min(least, sizes.max())], tolerance)
        if shapely.get_num_coordinates(kept).sum() <= MANY_POINTS or tolerance > _LAST_TOLERANCE:
            break
        tolerance *= 2
    if not area:
        return MultiLineString([line for line in kept if isinstance(line, LineString)])
    simple = MultiPolygon(list(kept))
    return simple if simple.is_valid else only_polygons(shapely.union_all(shapely.make_valid(kept)))


def buffer_in_bands(shape: BaseGeometry, radius_km: float) -> MultiPolygon | None:
    """Return the area within a radius of the lines of a shape, to about 2 %; None near a pole.

    Mercator's map is true in shape, and in scale along a parallel: lines are buffered by bands of latitude.
    """
    lines = shapely.get_parts(shapely.boundary(shape) if shapely.get_dimensions(shape) == 2 else shape)
    _, south, _, north = shape.bounds
    reach = radius_km / _KM_PER_DEGREE
    if max(-south, north) + reach > _STEEPEST:
        return None
    islets = shapely.length(lines) * np.cos(np.radians(shapely.bounds(lines)[:, 1])) < _ISLET * reach
    bands: dict[int, list[LineString]] = {}
    for line in lines[~islets]:
        points = shapely.get_coordinates(shapely.segmentize(line, _BAND))
        number = np.floor((points[:-1, 1] + points[1:, 1]) / 2 / _BAND).astype(int)
        cuts = [0, *(np.flatnonzero(np.diff(number)) + 1).tolist(), len(number)]
        for low, high in itertools.pairwise(cuts):
            bands.setdefault(int(number[low]), []).append(shapely.LineString(points[low : high + 1]))
    if islets.any():
        spots = shapely.get_coordinates(shapely.centroid(lines[islets]))
        spots = np.unique(np.round(spots / (_ISLET * reach / 2)), axis=0) * (_ISLET * reach / 2)
        for spot in spots:
            bands.setdefault(math.floor(spot[1] / _BAND), []).append(shapely.LineString([spot, spot]))
    pieces = []
    for band, chains in bands.items():
        scale = 1 / math.cos(math.radians((band + 0.5) * _BAND))
        flat = shapely.transform(MultiLineString(chains), _mercator)
        pieces.append(flat.buffer(reach * scale, quad_segs=4))
    around = shapely.transform(shapely.union_all(pieces), _from_mercator)
    return only_polygons(shapely.make_valid(roll(shapely.make_valid(around))))


def _mercator(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Project to Mercator's map, in degrees at the equator."""
    lat = np.radians(points[:, 1])
    return np.column_stack((points[:, 0], np.degrees(np.arcsinh(np.tan(lat)))))


def _from_mercator(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.column_stack((points[:, 0], np.degrees(np.arctan(np.sinh(np.radians(points[:, 1]))))))
