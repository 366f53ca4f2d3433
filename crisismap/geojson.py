"""Shapes as RFC 7946 has them: WGS 84 longitude and latitude, exterior rings counterclockwise, cut at 180°.

The cut is made here with shapely: the package antimeridian 0.4.9 was tried first and stops with an
AssertionError at a polygon whose hole crosses the 180th meridian.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.affinity import translate
from shapely.geometry import GeometryCollection, LineString, MultiLineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

__all__ = ["bounding_box", "geometry_object", "prepare"]

_POINT_DECIMALS = 5  # a meter, as GeoNames has it
_SHAPE_DECIMALS = 6
_GRID = 10.0**-_SHAPE_DECIMALS


def prepare(shape: BaseGeometry | None) -> BaseGeometry | None:
    """``shape`` cut at the antimeridian, oriented and on the grid of decimals that is written.

    A step of more than 180 degrees between neighboring vertices is the short way across the 180th
    meridian; one of exactly 360 is an edge along a pole or around the world and stays.  Longitudes beyond
    180 come back into -180..180.

    Args:
        shape: any shape, lon/lat in degrees; heights are dropped, and of a collection of mixed parts those
            below its highest dimension.

    Returns:
        A valid shape of the same dimension; None where there is nothing to write.
    """
    if shape is None or shape.is_empty:
        return None
    shape = _of_highest_dimension(shapely.force_2d(shape))
    if isinstance(shape, Point):
        lon = shape.x if -180 <= shape.x <= 180 else (shape.x + 180) % 360 - 180
        return Point(round(lon, _POINT_DECIMALS), round(shape.y, _POINT_DECIMALS))
    if any(_crosses(lons) for lons in _longitudes(shape)):
        shape = _cut_at_antimeridian(shape)
    if isinstance(shape, LineString | MultiLineString):
        return shapely.set_precision(shape, _GRID, mode="pointwise")  # vertices stay, in their order
    shape = shapely.set_precision(_of_highest_dimension(shapely.make_valid(shape)), _GRID)
    return None if shape.is_empty else shapely.orient_polygons(shape)


def geometry_object(shape: BaseGeometry | None) -> dict[str, Any] | None:
    """The GeoJSON geometry of a prepared shape."""
    if shape is None:
        return None
    record = shape.__geo_interface__
    return {"type": record["type"], "coordinates": _lists(record["coordinates"])}


def bounding_box(shape: BaseGeometry) -> list[float]:
    """West, south, east, north of a prepared shape; west > east where it lies across the antimeridian.

    >>> bounding_box(prepare(box(177, -20, 182, -16)))
    [177.0, -20.0, -178.0, -16.0]
    """
    west, south, east, north = shape.bounds
    # The box leaves out the widest gap between the parts, which need not be the one at the antimeridian.
    reach, widest = west, west - east + 360
    for part_west, _, part_east, _ in sorted(part.bounds for part in shapely.get_parts(shape)):
        if part_west - reach > widest:
            widest, west, east = part_west - reach, part_west, reach
        reach = max(reach, part_east)
    return _lists((west, south, east, north))


def _lists(coordinates: Iterable[Any]) -> list[Any]:
    return [round(item, _SHAPE_DECIMALS) if isinstance(item, float) else _lists(item) for item in coordinates]


def _of_highest_dimension(shape: BaseGeometry) -> BaseGeometry:
    if not isinstance(shape, GeometryCollection):
        return shape
    parts = shapely.get_parts(shapely.get_parts(shape))
    dimensions = shapely.get_dimensions(parts)
    return shapely.union_all(parts[dimensions == dimensions.max()])


def _longitudes(shape: BaseGeometry) -> Iterator[npt.NDArray[np.float64]]:
    parts = shapely.get_parts(shape)
    for line in shapely.get_rings(parts) if shape.area else parts:
        yield shapely.get_coordinates(line)[:, 0]


def _crosses(lons: npt.NDArray[np.float64]) -> bool:
    return bool(np.abs(lons).max() > 180 or _turns(lons).any())


def _turns(lons: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """What to add at each vertex after the first, in degrees, so that no step is the long way round."""
    steps = np.diff(lons)
    long = (np.abs(steps) > 180) & (np.abs(steps) < 360)
    return np.where(long, -360.0 * np.sign(steps), 0.0)


def _cut_at_antimeridian(shape: BaseGeometry) -> BaseGeometry:
    parts = [piece for part in shapely.get_parts(shape) for piece in _pieces(_unroll(part))]
    if any(isinstance(part, Polygon) for part in parts):
        return shapely.union_all([part for part in parts if isinstance(part, Polygon)])
    return MultiLineString([part for part in parts if isinstance(part, LineString)])


def _pieces(shape: BaseGeometry) -> Iterator[BaseGeometry]:
    """The parts of ``shape`` in each turn of the globe, brought back into -180..180."""
    west, _, east, _ = shape.bounds
    first = math.floor((west + 180) / 360)
    for turn in range(first, max(first + 1, math.ceil((east + 180) / 360))):
        window = box(360 * turn - 180, -90, 360 * turn + 180, 90)
        for part in shapely.get_parts(shapely.intersection(shape, window)):
            yield translate(part, -360 * turn)


def _unroll(shape: BaseGeometry) -> BaseGeometry:
    """A line or polygon whose longitudes run on beyond 180 instead of jumping."""
    if isinstance(shape, LineString):
        return LineString(_run_on(shapely.get_coordinates(shape)))
    exterior, *holes = (_run_on(shapely.get_coordinates(ring)) for ring in shapely.get_rings(shape))
    if abs(exterior[-1, 0] - exterior[0, 0]) > 180:  # the ring goes around a pole: close it there
        pole = math.copysign(90, exterior[:, 1].mean())
        exterior = np.vstack((exterior, [(exterior[-1, 0], pole), (exterior[0, 0], pole)]))
    west = exterior[:, 0].min()
    for hole in holes:
        hole[:, 0] += 360 * math.ceil((west - hole[:, 0].min()) / 360)
    return shapely.make_valid(Polygon(exterior, holes))


def _run_on(coordinates: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    coordinates[1:, 0] += np.cumsum(_turns(coordinates[:, 0]))
    return coordinates
