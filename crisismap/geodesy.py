"""Distances, bearings and buffers on the WGS 84 ellipsoid.

Points are lon, lat in degrees; lengths are kilometers, areas square kilometers, bearings degrees clockwise
from north.  Exact work is done by pyproj's geodesics (Karney 2013); whole arrays of distances, where half a
percent does not matter, by the haversine formula on a sphere.
"""

from __future__ import annotations

import itertools
import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely
import shapely.affinity
from shapely.geometry import LinearRing, MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from crisismap.errors import GeometryError

if TYPE_CHECKING:
    import pyproj

__all__ = [
    "EARTH_RADIUS_KM",
    "area_km2",
    "bearing",
    "bounding_box",
    "buffer",
    "densify",
    "destination",
    "distance_km",
    "distances_km",
    "length_km",
    "sector",
]

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (International Union of Geodesy and Geophysics)."""

_PIECE_KM = 500.0  # a local projection is true to 0.1 % this far from its center
_QUADRANT_SEGMENTS = 16


def distance_km(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Return the geodesic distance between two points.

    >>> round(distance_km(30.52, 50.45, 37.62, 55.75))  # Kyiv to Moscow
    757
    """
    return float(_geod().inv(lon1, lat1, lon2, lat2)[2]) / 1000


def distances_km(lon: float, lat: float, lons: npt.ArrayLike, lats: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return the distance of one point to each of many, by the haversine formula; at most 0.6 % off."""
    phi, phis = math.radians(lat), np.radians(np.asarray(lats, dtype=np.float64))
    dphi = phis - phi
    dlambda = np.radians(np.asarray(lons, dtype=np.float64)) - math.radians(lon)
    h = np.sin(dphi / 2) ** 2 + math.cos(phi) * np.cos(phis) * np.sin(dlambda / 2) ** 2
    result: npt.NDArray[np.float64] = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(h, 0.0, 1.0)))
    return result


def bearing(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Return the direction in which the second point lies from the first, 0 to 360.

    >>> round(bearing(30.52, 50.45, 30.52, 51.45))
    0
    """
    return float(_geod().inv(lon1, lat1, lon2, lat2)[0]) % 360


def destination(lon: float, lat: float, bearing: float, distance_km: float) -> tuple[float, float]:
    """Return the (lon, lat) that lies ``distance_km`` away in the direction of ``bearing``.

    >>> lon, lat = destination(30.52, 50.45, 0, 40)  # 40 km north of Kyiv
    >>> round(lon, 2), round(lat, 2)
    (30.52, 50.81)
    """
    lon2, lat2, _ = _geod().fwd(lon, lat, bearing, distance_km * 1000)
    return float(lon2), float(lat2)


def length_km(geometry: BaseGeometry) -> float:
    """Return the length of a line, or of a polygon's rings; 0 for points."""
    return float(_geod().geometry_length(geometry)) / 1000


def area_km2(geometry: BaseGeometry) -> float:
    """Return the area of a polygon or multipolygon; 0 for lines and points."""
    if geometry.is_empty or geometry.area == 0:
        return 0.0
    area, _ = _geod().geometry_area_perimeter(shapely.orient_polygons(geometry))
    return abs(float(area)) / 1e6


def densify(geometry: BaseGeometry, step_km: float) -> BaseGeometry:
    """Return ``geometry`` with extra vertices on its straight lon/lat edges, at most ``step_km`` apart.

    Raises:
        GeometryError: ``step_km`` is not positive.
    """
    if not step_km > 0:
        raise GeometryError(f"step_km {step_km!r}: must be positive")
    # A degree is nowhere longer than 111.7 km.
    return shapely.segmentize(geometry, step_km / 111.7)


def bounding_box(lon: float, lat: float, radius_km: float) -> Polygon:
    """Return a lon/lat box that holds every point within ``radius_km``; it is not cut at the antimeridian."""
    height = math.degrees(radius_km / EARTH_RADIUS_KM) * 1.01
    top, bottom = min(90.0, lat + height), max(-90.0, lat - height)
    widest = math.cos(math.radians(max(abs(top), abs(bottom))))
    width = min(180.0, height / widest) if widest > 1e-6 else 180.0
    return box(lon - width, bottom, lon + width, top)


def buffer(geometry: BaseGeometry, radius_km: float) -> BaseGeometry:
    """Return the area within ``radius_km`` of a geometry, cut at the antimeridian.

    Raises:
        GeometryError: the radius is not between 0 and 5,000 km, or the geometry is empty.
    """
    if geometry.is_empty or not 0 < radius_km <= 5000:
        raise GeometryError(f"radius_km {radius_km!r}: give up to 5000 kilometers around a shape with points")
    parts = shapely.get_parts(geometry)
    inside = [part for part in parts if part.geom_type == "Polygon"]
    around = [_around(piece, radius_km) for part in parts for piece in _pieces(part)]
    return shapely.union_all([*inside, *around])


def sector(
    lon: float, lat: float, bearing: float, half_width: float, inner_km: float, outer_km: float
) -> BaseGeometry:
    """Return what lies between two distances of a point, within ``half_width`` degrees of a bearing.

    A MultiPolygon, cut at the antimeridian; with a half width of 180 a ring, with an inner distance of 0 a
    slice or a disk.

    Raises:
        GeometryError: the distances are not 0 <= inner < outer <= 5,000 km, or the half width is not
            between 0 and 180.
    """
    if not (0 <= inner_km < outer_km <= 5000 and 0 < half_width <= 180):
        raise GeometryError(f"no sector of {half_width!r} degrees from {inner_km!r} to {outer_km!r} km")
    local = _Equidistant(lon, lat)
    steps = max(4, math.ceil(half_width / 180 * 8 * _QUADRANT_SEGMENTS))
    angles = np.radians(bearing + np.linspace(-half_width, half_width, steps + 1))
    directions = 1000 * np.column_stack((np.sin(angles), np.cos(angles)))
    outer, inner = outer_km * directions, inner_km * directions[::-1]
    if half_width == 180:
        flat = Polygon(outer[:-1], [inner[:-1]] if inner_km else [])
    else:
        flat = Polygon([*outer, *(inner if inner_km else [(0.0, 0.0)])])
    return _to_world(shapely.segmentize(flat, max(1_000.0, outer_km * 50)), local)


def _pieces(part: BaseGeometry) -> list[BaseGeometry]:
    """Cut lines and outlines into pieces short enough for a local projection."""
    if part.geom_type == "Point":
        return [part]
    rings: list[BaseGeometry] = [part.exterior, *part.interiors] if isinstance(part, Polygon) else [part]
    pieces: list[BaseGeometry] = []
    for ring in rings:
        points = shapely.get_coordinates(densify(ring, _PIECE_KM / 10))
        steps = _geod().line_lengths(points[:, 0], points[:, 1])
        number = np.floor(np.cumsum(steps) / 1000 / _PIECE_KM)
        cuts = [0, *(np.flatnonzero(np.diff(number)) + 1), len(points) - 1]
        pieces += [
            shapely.LineString(points[low : high + 1]) for low, high in itertools.pairwise(cuts) if high > low
        ]
    return pieces


def _around(piece: BaseGeometry, radius_km: float) -> BaseGeometry:
    """Buffer a short line or a point in an azimuthal equidistant projection around its middle."""
    lon, lat = shapely.get_coordinates(shapely.centroid(piece))[0]
    local = _Equidistant(lon, lat)
    flat = shapely.transform(piece, local.project).buffer(radius_km * 1000, quad_segs=_QUADRANT_SEGMENTS)
    return _to_world(shapely.segmentize(flat, max(10_000.0, radius_km * 50)), local)


def _to_world(flat: Polygon, local: _Equidistant) -> BaseGeometry:
    """Bring a polygon back from a local projection, cut at the antimeridian."""
    outside, *holes = (_enclosed(ring, local) for ring in (flat.exterior, *flat.interiors))
    return shapely.difference(outside, shapely.union_all(holes)) if holes else outside


def _enclosed(ring: LinearRing, local: _Equidistant) -> BaseGeometry:
    """Return the area within a ring of a local projection."""
    unrolled = local.restore(shapely.get_coordinates(ring))
    unrolled[:, 0] = lons = np.unwrap(unrolled[:, 0], period=360)
    if abs(lons[-1] - lons[0]) > 180:
        # The ring goes once around a pole: close it along the edge of the map.
        inside = Polygon(ring).contains(shapely.Point(*local.project(np.array([(0.0, 90.0)]))[0]))
        pole = 90.0 if inside else -90.0
        unrolled = np.concatenate((unrolled, [(lons[-1], pole), (lons[0], pole)]))
    area = shapely.make_valid(Polygon(unrolled), method="structure")
    west, _, east, _ = area.bounds
    turns = range(math.floor((west + 180) / 360), math.ceil((east - 180) / 360) + 1)
    cut = [
        shapely.affinity.translate(area & box(360 * turn - 180, -90, 360 * turn + 180, 90), -360 * turn)
        for turn in turns
    ]
    parts = shapely.get_parts(shapely.union_all(cut))
    return MultiPolygon([part for part in parts if isinstance(part, Polygon)])


# pyproj is imported where it is used: it would be an eighth of the time up to the first parsed article, and
# most articles need no geodesics.


class _Equidistant:
    """The azimuthal equidistant projection, in meters, around a point: by distance and bearing from there."""

    def __init__(self, lon: float, lat: float):
        self._lon, self._lat = lon, lat

    def project(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return where points of lon and lat lie in the plane."""
        here = np.broadcast_to((self._lon, self._lat), points.shape)
        azimuth, _, distance = _geod().inv(here[:, 0], here[:, 1], points[:, 0], points[:, 1])
        angle = np.radians(azimuth)
        return np.column_stack((distance * np.sin(angle), distance * np.cos(angle)))

    def restore(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the lon and lat of points in the plane."""
        here = np.broadcast_to((self._lon, self._lat), points.shape)
        angle = np.degrees(np.arctan2(points[:, 0], points[:, 1]))
        lons, lats, _ = _geod().fwd(here[:, 0], here[:, 1], angle, np.hypot(*points.T))
        return np.column_stack((lons, lats))


@cache
def _geod() -> pyproj.Geod:
    import pyproj

    return pyproj.Geod(ellps="WGS84")
