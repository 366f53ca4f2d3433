"""The edge of all land: the outlines of all countries together, so that no land border is part of it.

It is found once for a worldview.  Outlines of neighbors fit each other exactly, so an edge that only one
country has lies at a water.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import GeometryCollection, LineString, MultiLineString, MultiPolygon, Polygon

from crisismap.gazetteer import Boundaries
from crisismap.gazetteer.boundaries import GRID
from crisismap.geometry.frames import only_polygons
from crisismap.model import Borders

__all__ = ["Shores", "shores", "spots", "stretches"]

_HOLE = 2.0
"""Square degrees: smaller holes in the land are land without a country, such as Abyei; the Caspian has 37."""
_CHUNK = 32
"""Points of the shore that are found together."""


@dataclass(frozen=True, eq=False)
class Shores:
    """Every ring of the edge of the land, with the land on its left, one after the other."""

    points: npt.NDArray[np.float64]
    """lon, lat; the first point of a ring is also its last."""
    ring: npt.NDArray[np.int64]
    """The number of the ring that each point is of."""

    @cached_property
    def edges(self) -> npt.NDArray[np.bool_]:
        """Whether a coast goes from each point to the next: not along the edge of the map."""
        at_edge = np.any(np.abs(self.points) >= (180, 90), axis=1)
        edges: npt.NDArray[np.bool_] = (self.ring[:-1] == self.ring[1:]) & ~(at_edge[:-1] & at_edge[1:])
        return edges

    def points_in(self, boxes: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        """Return the numbers of the points in some boxes (west, south, east, north), and of a few about."""
        chunks = np.flatnonzero(_met(self._chunks, boxes))
        numbers = (chunks[:, None] * _CHUNK + np.arange(_CHUNK)).ravel()
        return numbers[numbers < len(self.points)]

    def land_in(self, boxes: npt.NDArray[np.float64]) -> MultiPolygon:
        """Return the land in the boxes and some of what is about them."""
        parts = self._lands.geometries[_met(self._lands, boxes)]
        west, south = boxes[:, :2].min(axis=0)
        east, north = boxes[:, 2:].max(axis=0)
        clipped = shapely.clip_by_rect(parts, west, south, east, north)
        return only_polygons(GeometryCollection(list(clipped)))

    @cached_property
    def _chunks(self) -> shapely.STRtree:
        starts = np.arange(0, len(self.points), _CHUNK)
        low, high = (limit.reduceat(self.points, starts) for limit in (np.minimum, np.maximum))
        return shapely.STRtree(shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1]))

    @cached_property
    def _lands(self) -> shapely.STRtree:
        rings = np.asarray(shapely.linearrings(self.points, indices=self.ring))
        outer = shapely.is_ccw(rings)
        shells = shapely.STRtree(np.asarray(shapely.polygons(rings[outer])))
        lands = shells.geometries.copy()
        for hole in rings[~outer]:
            for number in shells.query(hole, predicate="within"):
                lands[number] = Polygon(lands[number].exterior, [*lands[number].interiors, hole])
        return shapely.STRtree(lands)


def _met(tree: shapely.STRtree, boxes: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Mark the shapes of a tree whose bounds meet one of some boxes."""
    met = np.zeros(len(tree), dtype=bool)
    met[tree.query(shapely.box(*boxes.T))[1]] = True
    return met


@lru_cache(maxsize=len(Borders))
def shores(boundaries: Boundaries, borders: Borders) -> Shores:
    """Return the edge of the land in a worldview; a tenth of a second the first time."""
    lands = shapely.get_parts(shapely.orient_polygons(boundaries.countries(borders)))
    points, ring = shapely.get_coordinates(shapely.get_rings(lands), return_index=True)
    alone = _stand_alone(points) & (ring[:-1] == ring[1:])
    edge = shapely.get_parts(shapely.line_merge(MultiLineString(stretches(points, alone)), directed=True))
    points, ring = shapely.get_coordinates(edge[shapely.is_closed(edge)], return_index=True)
    rings = np.asarray(shapely.linearrings(points, indices=ring))
    kept = shapely.is_ccw(rings)
    kept[~kept] = shapely.area(shapely.polygons(rings[~kept])) > _HOLE
    return Shores(*shapely.get_coordinates(rings[kept], return_index=True))


def spots(points: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return one number for each point, on the grid that boundaries are stored on."""
    whole = np.rint(points * GRID).astype(np.int64)
    numbers: npt.NDArray[np.int64] = whole[:, 0] * (1000 * GRID) + whole[:, 1]
    return numbers


def _stand_alone(points: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Mark the edges from each of many points to the next that no other edge equals, in either direction.

    Outlines do not cross, so edges with the same middle are the same.
    """
    numbers = spots(points)
    middles = numbers[:-1] + numbers[1:]
    order = np.argsort(middles)
    twins = np.flatnonzero(np.diff(middles[order]) == 0)
    alone = np.ones(len(middles), dtype=bool)
    alone[order[twins]] = alone[order[twins + 1]] = False
    return alone


def stretches(points: npt.NDArray[np.float64], chosen: npt.NDArray[np.bool_]) -> list[LineString]:
    """Return the lines that the chosen edges from each of many points to the next make."""
    low, high = np.flatnonzero(np.diff(np.concatenate(([False], chosen, [False])))).reshape(-1, 2).T
    sizes = high - low + 1
    begins = np.cumsum(sizes) - sizes
    numbers = np.repeat(np.arange(len(sizes)), sizes)
    taken = np.arange(len(numbers)) + (low - begins)[numbers]
    return list(shapely.linestrings(points[taken], indices=numbers))
