"""Where land meets the sea.

A coast is the edge of the land of all countries together, so that neither a land border nor the bank of a
lake is one; what of it runs along a place is the place's coast.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from crisismap.gazetteer import Boundaries
from crisismap.geometry.frames import only_polygons
from crisismap.model import Borders

__all__ = ["ALONG", "Nearness", "coastline", "land_about", "stretches"]

ALONG = 0.02
"""Degrees, 2 km: a division's outline, of another edition, runs that near the coast of its country."""
_HOLE = 2.0
"""Square degrees: smaller holes in the land are land without a country, such as Abyei; the Caspian has 37."""


@lru_cache(maxsize=64)
def coastline(
    shape: BaseGeometry, boundaries: Boundaries, borders: Borders, tolerance: float
) -> MultiLineString:
    """Return the coast that runs within ``tolerance`` degrees of a shape; the land is on its left."""
    near = Nearness(shape, tolerance)
    chains: list[LineString] = []
    for polygon in land_about(shape, boundaries, borders).geoms:
        holes = [hole for hole in polygon.interiors if Polygon(hole).area > _HOLE]
        for ring in (polygon.exterior, *holes):
            points = shapely.get_coordinates(ring)
            close = near.of(points)
            edge = (np.abs(points[:, 0]) >= 180) | (np.abs(points[:, 1]) >= 90)
            chains += stretches(points, close[:-1] & close[1:] & ~(edge[:-1] & edge[1:]))
    return MultiLineString(chains)


class Nearness:
    """Says which of many points are within a tolerance of a shape; quicker than a distance to all of it."""

    def __init__(self, shape: BaseGeometry, tolerance: float):
        self._shape, self._tolerance = shape, tolerance
        area = shapely.get_dimensions(shape) == 2
        lines = shapely.get_rings(shapely.get_parts(shape)) if area else shapely.get_parts(shape)
        chains = [shapely.get_coordinates(line) for line in lines]
        steps = np.concatenate([np.stack((chain[:-1], chain[1:]), axis=1) for chain in chains])
        self._tree = shapely.STRtree(np.asarray(shapely.linestrings(steps)))
        shapely.prepare(shape)

    def of(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
        """Mark those of some points, an array of lon and lat, that are near or inside."""
        near: npt.NDArray[np.bool_] = np.asarray(shapely.contains_xy(self._shape, points))
        outside = np.flatnonzero(~near)
        spots = shapely.points(points[outside])
        found = self._tree.query(spots, predicate="dwithin", distance=self._tolerance)[0]
        near[outside[np.unique(found)]] = True
        return near


def land_about(shape: BaseGeometry, boundaries: Boundaries, borders: Borders) -> MultiPolygon:
    """Return the land of all countries about a shape, counterclockwise."""
    boxes = [box(*bounds).buffer(0.5) for bounds in shapely.bounds(shapely.get_parts(shape))]
    parts = boundaries.land_parts(boxes, borders)
    land = only_polygons(shapely.coverage_union_all(parts)) if parts else MultiPolygon()
    return shapely.orient_polygons(land)


def stretches(points: npt.NDArray[np.float64], chosen: npt.NDArray[np.bool_]) -> Iterator[LineString]:
    """Return the lines that the chosen segments of a chain of points make."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], chosen, [False]))))
    for low, high in edges.reshape(-1, 2):
        yield LineString(points[low : high + 1])
