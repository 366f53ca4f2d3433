"""Build time only: what lies on the land of the basemap: lakes, rivers, lines of divisions and labels.

Each feature carries ``zoom``, the zoom level of a web map from which it is worth drawing.  Lines and outlines
become arcs of the basemap's topology, on its grid.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, MultiLineString, MultiPolygon
from shapely.geometry.base import BaseGeometry

from crisismap.gazetteer.building.division_shapes import Division, polygons
from crisismap.gazetteer.building.physical import PhysicalFeature
from crisismap.gazetteer.building.rivers import River
from crisismap.gazetteer.building.shared import shared_lines
from crisismap.lexicons import Region

__all__ = [
    "Canvas",
    "WaterLabel",
    "division_lines",
    "draw_lakes",
    "draw_rivers",
    "draw_waters",
    "water_labels",
]

_DEGREE_AT_0 = 256 / 360  # pixels that a degree of longitude takes at zoom 0
_LAST_ZOOM = 7

_LAKE_PIXELS = 18.0  # across, from where a lake is drawn
_LAKE_LABEL_ZOOM = 6  # a lake that is drawn from here has room for its name a little closer
_LAKE_TOLERANCE = 0.05  # Visvalingam's, in degrees
_LABEL_PIXELS = 110.0  # across, from where a sea has room for its name
_DIVISION_PIXELS = 36.0  # across, from where the divisions of a country are told apart
_DIVISION_TOLERANCE = 0.15
_LAST_DIVISION_ZOOM = 6
_SNAP = 0.15  # degrees from a line's end to the border that it ends at
_RIVER_TOLERANCE, _MINOR_TOLERANCE = 0.02, 0.09  # Douglas and Peucker's, in degrees; known rivers, others
_RIVER_ZOOMS = {1: 2, 2: 3, 3: 3, 4: 4, 5: 5, 6: 5, 7: 6}  # by the source's rank
_KNOWN_RIVER_ZOOM = 5  # a river that the news names is drawn from here at the latest
_OPEN_WATERS = frozenset({"OCN", "SEA", "GULF", "STRT", "CHN", "BAY", "BGHT", "SD"})
_OCEAN_ZOOM = 1
_LAST_LABEL_ZOOM = 8
_KM_PER_DEGREE = 111.0


class Canvas:
    """Adds lines and rings to a quantized topology."""

    def __init__(self, topology: dict[str, Any]):
        self._arcs = topology["arcs"]
        self._scale = np.array(topology["transform"]["scale"])
        self._origin = np.array(topology["transform"]["translate"])

    def line(self, line: BaseGeometry) -> int | None:
        """Return the number of a new arc, None for a line shorter than a step of the grid."""
        steps = self._snap(shapely.get_coordinates(line))
        return self._add(steps) if len(steps) > 1 else None

    def ring(self, ring: BaseGeometry) -> int | None:
        """Return the number of a new arc, None where nothing of the area is left on the grid."""
        steps = self._snap(shapely.get_coordinates(ring))
        return self._add(steps) if len(steps) > 3 and shapely.Polygon(steps).area > 0 else None

    def lines(self, shape: BaseGeometry) -> list[list[int]]:
        """Return the arcs of a MultiLineString."""
        numbers = (self.line(part) for part in shapely.get_parts(shape))
        return [[number] for number in numbers if number is not None]

    def polygon(self, shape: MultiPolygon) -> list[list[list[int]]]:
        """Return the arcs of a MultiPolygon, outer rings counterclockwise."""
        found = []
        for part in shapely.orient_polygons(shape).geoms:
            outer, *holes = (self.ring(ring) for ring in (part.exterior, *part.interiors))
            if outer is not None:
                found.append([[outer], *([hole] for hole in holes if hole is not None)])
        return found

    def _snap(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.int_]:
        """Return the points on the grid, each once where it follows itself."""
        steps: npt.NDArray[np.int_] = np.rint((points - self._origin) / self._scale).astype(int)
        return np.compress(np.append(True, np.diff(steps, axis=0).any(axis=1)), steps, axis=0)

    def _add(self, steps: npt.NDArray[np.int_]) -> int:
        self._arcs.append(np.vstack((steps[:1], np.diff(steps, axis=0))).tolist())
        return len(self._arcs) - 1

    def point(self, lon: float, lat: float) -> list[int]:
        """Return a point on the grid."""
        steps = np.rint((np.array((lon, lat)) - self._origin) / self._scale)
        return [int(step) for step in steps]


@dataclass(frozen=True, slots=True)
class WaterLabel:
    """Where the name of a sea, gulf or strait stands."""

    id: str
    name: str
    code: str
    """GeoNames feature code: OCN, SEA, GULF ..."""
    lon: float
    lat: float
    zoom: int


def _zoom_for(degrees: float, pixels: float) -> int:
    """Return the zoom from which something of a size takes so many pixels of a web map."""
    return max(1, math.ceil(math.log2(pixels / _DEGREE_AT_0 / degrees))) if degrees > 0 else _LAST_ZOOM + 1


def _size(shape: BaseGeometry) -> float:
    """Return the side of a square of the same area, in degrees of latitude."""
    return math.sqrt(shape.area * math.cos(math.radians(shape.centroid.y)))


def draw_lakes(
    canvas: Canvas, waters: Sequence[PhysicalFeature], land: BaseGeometry, ids: Mapping[str, str]
) -> dict[str, Any]:
    """Return the lakes: polygons with id, name, label [lon, lat] and zoom; largest first."""
    shapely.prepare(land)
    geometries = []
    lakes = [(_size(lake.shape), lake, lake.shape) for lake in waters if lake.shape and _is_lake(lake, land)]
    for size, lake, shape in sorted(lakes, key=lambda item: (-item[0], item[1].id)):
        zoom = _zoom_for(size, _LAKE_PIXELS)
        (simple,) = shapely.coverage_simplify([shape], _LAKE_TOLERANCE)
        arcs = canvas.polygon(MultiPolygon(polygons(simple))) if zoom <= _LAST_ZOOM else []
        if arcs:
            properties: dict[str, Any] = {"name": lake.name, "zoom": zoom}
            if zoom <= _LAKE_LABEL_ZOOM:
                properties["label"] = [round(lake.lon, 2), round(lake.lat, 2)]
            geometries.append(
                {
                    "type": "MultiPolygon",
                    "id": ids.get(lake.id, lake.id),
                    "arcs": arcs,
                    "properties": properties,
                }
            )
    return {"type": "GeometryCollection", "geometries": geometries}


def _is_lake(water: PhysicalFeature, land: BaseGeometry) -> bool:
    """Return whether a body of water lies on land; groups of lakes are drawn one by one."""
    return water.feature_code != "LKS" and bool(land.contains(shapely.Point(water.lon, water.lat)))


def draw_rivers(canvas: Canvas, rivers: Sequence[River], ids: Mapping[str, str]) -> dict[str, Any]:
    """Return the rivers: lines with id, name and zoom, and those without a name as one shape a zoom."""
    geometries = []
    nameless: defaultdict[int, list[list[int]]] = defaultdict(list)
    for river in rivers:
        zoom = _RIVER_ZOOMS.get(river.rank, _LAST_ZOOM)
        arcs = canvas.lines(shapely.simplify(river.shape, _RIVER_TOLERANCE if river.id else _MINOR_TOLERANCE))
        if not river.name:
            nameless[zoom] += arcs
            continue
        properties = {"name": river.name, "zoom": min(zoom, _KNOWN_RIVER_ZOOM) if river.id else zoom}
        identifier = {"id": ids.get(river.id, river.id)} if river.id else {}
        geometries.append({"type": "MultiLineString", **identifier, "arcs": arcs, "properties": properties})
    geometries += [
        {"type": "MultiLineString", "arcs": arcs, "properties": {"zoom": zoom}}
        for zoom, arcs in sorted(nameless.items())
    ]
    return {"type": "GeometryCollection", "geometries": geometries}


def division_lines(
    canvas: Canvas, divisions: Sequence[Division], countries: Mapping[str, BaseGeometry]
) -> dict[str, Any]:
    """Return the lines between first-level divisions, one shape a country, with its code and zoom.

    The ends of a line are moved to the border or coast that the basemap draws.
    """
    first = [division for division in divisions if division.code.count(".") == 1]
    shapes = shapely.coverage_simplify([division.shape for division in first], _DIVISION_TOLERANCE)
    lines: defaultdict[str, list[LineString]] = defaultdict(list)
    for (left, right), line in shared_lines(list(shapes)).items():
        code = first[left].code.partition(".")[0]
        if code == first[right].code.partition(".")[0] and code in countries:
            lines[code] += shapely.get_parts(line).tolist()
    geometries = []
    for code, parts in sorted(lines.items()):
        own = [
            shape
            for division, shape in zip(first, shapes, strict=True)
            if division.code.startswith(f"{code}.")
        ]
        zoom = _zoom_for(sum(_size(shape) for shape in own) / len(own), _DIVISION_PIXELS)
        if zoom <= _LAST_DIVISION_ZOOM:
            border = countries[code].boundary
            inside = (line & countries[code] for line in parts)
            merged = shapely.line_merge(MultiLineString([p for line in inside for p in _only_lines(line)]))
            fitted = MultiLineString([_fit(line, border) for line in _only_lines(merged)])
            properties = {"code": code, "zoom": zoom}
            arcs = canvas.lines(fitted)
            geometries.append({"type": "MultiLineString", "arcs": arcs, "properties": properties})
    return {"type": "GeometryCollection", "geometries": geometries}


def _only_lines(shape: BaseGeometry) -> list[LineString]:
    return [part for part in shapely.get_parts(shape) if isinstance(part, LineString) and part.length > 0]


def _fit(line: LineString, border: BaseGeometry) -> LineString:
    points = shapely.get_coordinates(line)
    for at in (0, -1):
        end = shapely.Point(points[at])
        if 0 < border.distance(end) <= _SNAP:
            points[at] = shapely.get_coordinates(shapely.shortest_line(end, border))[1]
    return LineString(points)


def water_labels(
    waters: Sequence[PhysicalFeature], regions: Sequence[Region], land: BaseGeometry, ids: Mapping[str, str]
) -> list[WaterLabel]:
    """Return the labels of the sea, largest first: of what the source draws, and of curated straits."""
    shapely.prepare(land)
    sized: list[tuple[float, PhysicalFeature | Region]] = [
        (_size(water.shape), water)
        for water in waters
        if water.shape and water.feature_code in _OPEN_WATERS and not _is_lake(water, land)
    ]
    drawn = {water.id for water in waters}
    sized += [
        (2 * region.extent_km / _KM_PER_DEGREE, region)
        for region in regions
        if region.feature_code in _OPEN_WATERS and region.id not in drawn
    ]
    labels = []
    for size, sea in sorted(sized, key=lambda item: (-item[0], item[1].id)):
        zoom = _OCEAN_ZOOM if sea.feature_code == "OCN" else _zoom_for(size, _LABEL_PIXELS)
        if zoom <= _LAST_LABEL_ZOOM:
            identifier = ids.get(sea.id, sea.id)
            labels.append(WaterLabel(identifier, sea.name, sea.feature_code, sea.lon, sea.lat, zoom))
    return labels


def draw_waters(canvas: Canvas, labels: Sequence[WaterLabel]) -> dict[str, Any]:
    """Return the labels of the sea: points with id, name, feature code and zoom."""
    return {
        "type": "GeometryCollection",
        "geometries": [
            {
                "type": "Point",
                "id": label.id,
                "coordinates": canvas.point(label.lon, label.lat),
                "properties": {"name": label.name, "code": label.code, "zoom": label.zoom},
            }
            for label in labels
        ],
    }
