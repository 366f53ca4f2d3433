"""Build time only: the lines that neighboring shapes have in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from crisismap.gazetteer.building.division_shapes import polygons

__all__ = ["shared_lines"]


def shared_lines(shapes: Sequence[BaseGeometry]) -> dict[tuple[int, int], BaseGeometry]:
    """Return the lines that two shapes of a coverage have in common, by their indexes (lower, higher).

    Each line runs with the first shape on its left.
    """
    owners, edges = _directed_edges(shapes)
    # An edge and its reverse belong to the two sides of a border.
    order = np.lexsort(edges.T[::-1])
    owners, edges = owners[order], edges[order]
    key = [("x1", "f8"), ("y1", "f8"), ("x2", "f8"), ("y2", "f8")]
    forward = edges.view(key).ravel()
    reverse = np.ascontiguousarray(edges[:, [2, 3, 0, 1]]).view(key).ravel()
    position = np.searchsorted(forward, reverse)
    position[position == len(forward)] = 0
    shared = forward[position] == reverse
    pairs: defaultdict[tuple[int, int], list[npt.NDArray[np.float64]]] = defaultdict(list)
    for edge, left, right in zip(edges[shared], owners[shared], owners[position[shared]], strict=True):
        if left < right:
            pairs[int(left), int(right)].append(edge.reshape(2, 2))
    return {
        pair: shapely.line_merge(shapely.MultiLineString(pairs[pair]), directed=True)
        for pair in sorted(pairs)
    }


def _directed_edges(
    shapes: Sequence[BaseGeometry],
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """Return every edge as (x1, y1, x2, y2) with its shape's interior on the left, and its shape's index."""
    owners, edges = [], []
    for index, geometry in enumerate(shapes):
        for polygon in polygons(geometry):
            oriented = shapely.orient_polygons(polygon)
            for ring in (oriented.exterior, *oriented.interiors):
                points = shapely.get_coordinates(ring)
                edges.append(np.hstack((points[:-1], points[1:])))
                owners.append(np.full(len(points) - 1, index))
    return np.concatenate(owners), np.ascontiguousarray(np.concatenate(edges))
