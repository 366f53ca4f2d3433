"""Place or SpatialExpression to a shape, with a word on how precise it is.

Never a bare pin at the middle of a country: settlements and facilities are points with a radius of
uncertainty, everything else is the area or line that the boundaries hold.  Shapes are lon/lat (EPSG:4326).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point
from shapely.geometry.base import BaseGeometry

from crisismap import geodesy
from crisismap.gazetteer import Boundaries
from crisismap.gazetteer.nearest import settlement_radius_km
from crisismap.model import Borders, Location, Place, Precision, SpatialExpression, Toponym

__all__ = ["expression_location", "place_geometry"]

_MIN_RADIUS_KM = 1.0
_FACILITY_RADIUS_KM = 1.0

# An area up to this size is "near" (precision 2), a larger one "wide" (3); a county is some 2,500 km².
_SMALL_KM2 = 5000.0
_SMALL_RADIUS_KM = math.sqrt(_SMALL_KM2 / math.pi)
_COUNTY_CODES = frozenset({"ADM2", "ADM3", "ADM4", "ADM5", "ADM2H", "ADM3H", "ADM4H"})
# Radius assumed for an area without a boundary, by feature code or class: about the size of the middle one.
_ASSUMED_RADIUS_KM = {"ADM1": 100.0, "ADM2": 30.0, "ADM3": 15.0, "ADM4": 5.0, "T": 30.0}
_OTHER_RADIUS_KM = 100.0
# Islands smaller than this part of the largest one do not stretch a country's extent: Alaska does, Guam not.
_MAIN_PART = 0.1


def place_geometry(
    place: Place, boundaries: Boundaries, borders: Borders = Borders.INTERNATIONAL
) -> tuple[BaseGeometry | None, Precision, float]:
    """Return the shape of a place, its precision, and the radius in km around its point that holds it.

    - A settlement is a Point with the radius of a disk of 5,000 people per square kilometer, at least 1 km;
      a facility is a Point with 1 km.
    - An area is its boundary, with the distance to the farthest point of its main parts.  It is NEAR when it
      is a second-level division or smaller, or has up to 5,000 km², and WIDE otherwise.
    - An area without a boundary has no shape (None) and an assumed radius: never draw it as a bare point.
    """
    if place.feature_class in ("P", "S"):
        point = Point(place.lon, place.lat)
        if place.feature_class == "S":
            return point, Precision.EXACT, _FACILITY_RADIUS_KM
        return point, Precision.EXACT, round(settlement_radius_km(place.population), 1)
    shape = boundaries.boundary(place, borders)
    if shape is None:
        radius = boundaries.extent_km(place) or _ASSUMED_RADIUS_KM.get(
            place.feature_code, _ASSUMED_RADIUS_KM.get(place.feature_class, _OTHER_RADIUS_KM)
        )
        small = radius <= _SMALL_RADIUS_KM
    else:
        radius = _radius_km(place.lon, place.lat, _main_parts(shape))
        small = _is_small(shape)
    near = small or place.feature_code in _COUNTY_CODES
    return shape, Precision.NEAR if near else Precision.WIDE, round(max(radius, _MIN_RADIUS_KM), 1)


def expression_location(
    expression: SpatialExpression,
    locations: Mapping[Toponym, Location],
    boundaries: Boundaries,
    borders: Borders = Borders.INTERNATIONAL,
) -> Location:
    """Return where an expression lies: a line, a point on it, and in words what the line is.

    Args:
        expression: of relation ``border``.
        locations: where the expression's anchors lie; its confidence is that of the least certain one.
        boundaries: the world.
        borders: the worldview.

    What has no such line (an island's border, two countries that do not meet) is an unresolved Location that
    says why.
    """
    anchors = [locations.get(toponym, Location()) for toponym in expression.anchors]
    codes = [location.place.country_code if location.place else "" for location in anchors]
    if not codes or not all(codes):
        return Location(reason="no country that the border could belong to")
    code, others = codes[0], list(dict.fromkeys(codes[1:]))
    home = boundaries.country_name(code)
    neighbors = boundaries.neighbors(code, borders)
    if not neighbors:
        return Location(reason=f"{home} has no land border")
    strangers = [boundaries.country_name(other) for other in others if other not in neighbors]
    if strangers:
        return Location(reason=f"{home} has no land border with {_join(strangers)}")
    line, names = _border(code, others or neighbors, expression.directions, boundaries, borders)
    if line is None and others:
        # Words about a stretch of a named border that does not face that way: the border itself is meant.
        line, names = _border(code, others, (), boundaries, borders)
    directions = _join(expression.directions)
    if line is None:
        return Location(reason=f"{home} has no land border that faces {directions}")
    chain = max(shapely.get_parts(shapely.line_merge(line)), key=lambda part: part.length)
    point = chain.interpolate(0.5, normalized=True)
    faces = f", where it faces {directions}" if directions and not others else ""
    return Location(
        geometry=line,
        point=(point.x, point.y),
        confidence=min(location.confidence for location in anchors),
        precision=Precision.WIDE,
        uncertainty_km=round(_radius_km(point.x, point.y, line), 1),
        reason=f"the land border of {home} with {_join(names)}{faces}",
    )


def _join(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


# --- extent -------------------------------------------------------------------------------------------


def _main_parts(shape: BaseGeometry) -> BaseGeometry:
    if shapely.get_num_geometries(shape) == 1:
        return shape
    parts = shapely.get_parts(shape)
    areas = shapely.area(parts)
    return MultiPolygon(list(parts[areas >= _MAIN_PART * areas.max()]))


def _radius_km(lon: float, lat: float, shape: BaseGeometry) -> float:
    """Return the distance from a point to the farthest point of a shape."""
    corners = shapely.get_coordinates(shapely.convex_hull(shape))
    return float(geodesy.distances_km(lon, lat, corners[:, 0], corners[:, 1]).max())


def _is_small(shape: BaseGeometry) -> bool:
    """Compare the area with the limit of what is near; a few percent off, which is as sharp as the limit."""
    lat = shapely.centroid(shape).y
    return shape.area * 111.32**2 * math.cos(math.radians(lat)) <= _SMALL_KM2


# --- which way a border faces -------------------------------------------------------------------------
#
# A stretch of border faces the mean of two directions: the one in which it lies from the middle of the
# country (in a frame where the country is as wide as it is high) and the one square to it, outward.  Either
# alone errs: by place, much of Mali's border with Algeria is eastern; by course, India's with Bangladesh
# faces south.  The course is taken over a good part of the country, so that a winding river does not count.
#
# Language draws borders by neighbor, and no sharp line parts north from east.  So a neighbor whose border
# mostly faces a named direction is reached whole, one whose border hardly does is not reached, and between
# the two the border is cut.

_BEARINGS = {
    "north": 0.0,
    "northeast": 45.0,
    "east": 90.0,
    "southeast": 135.0,
    "south": 180.0,
    "southwest": 225.0,
    "west": 270.0,
    "northwest": 315.0,
}
_HALF_SECTOR = 55.0  # degrees; more than 45, for a border that faces northeast is northern and eastern
_WHOLE, _PART = 0.7, 0.4  # shares of a neighbor's border; checked against the borders of some 40 countries
_STEP_DEGREES = 0.1
_COURSE = 0.15  # of the country's diagonal, to each side of a stretch


def _border(
    code: str, others: Sequence[str], directions: Sequence[str], boundaries: Boundaries, borders: Borders
) -> tuple[MultiLineString | None, list[str]]:
    """Return the land border of ``code`` with ``others`` that faces one of ``directions``, and with whom."""
    lines = {other: list(shapely.get_parts(boundaries.land_border(code, other, borders))) for other in others}
    if not directions:
        return _collect(lines), [boundaries.country_name(other) for other in others]
    country = boundaries.country(code, borders)
    if country is None:
        return None, []
    frame = _main_parts(country)
    bearings = [_BEARINGS[direction] for direction in directions]
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
            names.append(boundaries.country_name(other) + ("" if whole else " (in part)"))
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
