"""Place to shape, with a word on how precise it is.

Never a bare pin at the middle of a country: settlements and facilities are points with a radius of
uncertainty, everything else is the area that the boundaries hold.
"""

from __future__ import annotations

import math

import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from crisismap.gazetteer import Boundaries
from crisismap.gazetteer.nearest import settlement_radius_km
from crisismap.geometry.figures import Figure, World, main_parts, named, radius_km
from crisismap.model import Borders, Place, Precision, Toponym

__all__ = ["draw_place", "place_precision"]

_MIN_RADIUS_KM = 1.0
_FACILITY_RADIUS_KM = 1.0

# An area up to this size is "near" (precision 2), a larger one "wide" (3); a county is some 2,500 km².
_SMALL_KM2 = 5000.0
_SMALL_RADIUS_KM = math.sqrt(_SMALL_KM2 / math.pi)
_COUNTY_CODES = frozenset({"ADM2", "ADM3", "ADM4", "ADM5", "ADM2H", "ADM3H", "ADM4H"})
# Radius assumed for an area without a boundary, by feature code or class: about the size of the middle one.
_ASSUMED_RADIUS_KM = {"ADM1": 100.0, "ADM2": 30.0, "ADM3": 15.0, "ADM4": 5.0, "T": 30.0}
_OTHER_RADIUS_KM = 100.0


def place_precision(
    place: Place, boundaries: Boundaries, borders: Borders = Borders.INTERNATIONAL
) -> tuple[Precision, float]:
    """Return how precise the shape of a place is, and the radius in km around its point that holds it.

    - A settlement is a point with the radius of a disk of 5,000 people per square kilometer, at least 1 km;
      a facility is a point with 1 km.
    - An area is its boundary, with the distance to the farthest point of its main parts.  It is NEAR when it
      is a second-level division or smaller, or has up to 5,000 km², and WIDE otherwise.
    - An area without a boundary has an assumed radius: never draw it as a bare point.
    """
    if place.feature_class == "P":
        return Precision.EXACT, round(settlement_radius_km(place.population), 1)
    if place.feature_class == "S":
        return Precision.EXACT, _FACILITY_RADIUS_KM
    shape = boundaries.boundary(place, borders)
    if shape is None:
        radius = boundaries.extent_km(place) or _ASSUMED_RADIUS_KM.get(
            place.feature_code, _ASSUMED_RADIUS_KM.get(place.feature_class, _OTHER_RADIUS_KM)
        )
        small = radius <= _SMALL_RADIUS_KM
    else:
        radius = radius_km(place.lon, place.lat, main_parts(shape))
        small = _is_small(shape)
    near = small or place.feature_code in _COUNTY_CODES
    return Precision.NEAR if near else Precision.WIDE, round(max(radius, _MIN_RADIUS_KM), 1)


def draw_place(toponym: Toponym, world: World) -> Figure:
    """Return an anchor as a figure: its outline or course, or a point with the radius of a disk.

    Raises:
        NotDrawnError: the anchor is not located.
    """
    place = world.place(toponym)
    point, words = (place.lon, place.lat), named(place.name, place.feature_class)
    shape = world.boundaries.boundary(place, world.borders) or world.boundaries.river(place)
    if shape is not None:
        return Figure(shape, words, point, place=place)
    _, radius = place_precision(place, world.boundaries, world.borders)
    return Figure(Point(point), words, point, radius_km=radius, place=place)


def _is_small(shape: BaseGeometry) -> bool:
    """Compare the area with the limit of what is near; a few percent off, which is as sharp as the limit."""
    lat = shapely.centroid(shape).y
    return shape.area * 111.32**2 * math.cos(math.radians(lat)) <= _SMALL_KM2
