"""Where land meets the sea: what of the edge of all land runs along a place is the place's coast."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiLineString
from shapely.geometry.base import BaseGeometry

from crisismap.gazetteer import Boundaries
from crisismap.geometry.shores import shores, spots, stretches
from crisismap.model import Borders

__all__ = ["ALONG", "Nearness", "coastline"]

ALONG = 0.02
"""Degrees, 2 km: a division's outline, of another edition, runs that near the coast of its country."""
_PIECE = 8
"""Segments of an outline that are measured together."""


@lru_cache(maxsize=64)
def coastline(
    shape: BaseGeometry, boundaries: Boundaries, borders: Borders, tolerance: float
) -> MultiLineString:
    """Return the coast that runs within ``tolerance`` degrees of a shape; the land is on its left."""
    shore = shores(boundaries, borders)
    boxes = shapely.bounds(shapely.get_parts(shape)) + tolerance * np.array((-1, -1, 1, 1))
    about = shore.points_in(boxes)
    near = np.zeros(len(shore.points), dtype=bool)
    near[about] = Nearness(shape, tolerance).of(shore.points[about])
    return MultiLineString(stretches(shore.points, near[:-1] & near[1:] & shore.edges))


class Nearness:
    """Says which of many points are within a tolerance of a shape; quicker than a distance to all of it."""

    def __init__(self, shape: BaseGeometry, tolerance: float):
        self._shape, self._tolerance = shape, tolerance
        area = shapely.get_dimensions(shape) == 2
        parts = shapely.get_parts(shape)
        chains = [shapely.get_coordinates(line) for line in (shapely.get_rings(parts) if area else parts)]
        self._corners = np.sort(spots(np.concatenate(chains)))
        pieces = [chain[at : at + _PIECE + 1] for chain in chains for at in range(0, len(chain) - 1, _PIECE)]
        numbers = np.repeat(np.arange(len(pieces)), [len(piece) for piece in pieces])
        lines = shapely.linestrings(np.concatenate(pieces), indices=numbers)
        self._tree = shapely.STRtree(np.asarray(lines))
        shapely.prepare(shape)

    def of(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
        """Mark those of some points, an array of lon and lat, that are near or inside."""
        numbers = spots(points)
        at = np.minimum(np.searchsorted(self._corners, numbers), len(self._corners) - 1)
        near: npt.NDArray[np.bool_] = self._corners[at] == numbers
        others = np.flatnonzero(~near)
        near[others] = shapely.contains_xy(self._shape, points[others])
        others = others[~near[others]]
        rest = shapely.points(points[others])
        found = self._tree.query(rest, predicate="dwithin", distance=self._tolerance)[0]
        near[others[found]] = True
        return near
