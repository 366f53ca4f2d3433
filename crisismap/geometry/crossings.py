"""What lies on the other side of a border: "across the border in Chad", "over the border from Arsal"."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Point
from shapely.geometry.base import BaseGeometry

from crisismap import geodesy
from crisismap.gazetteer import Boundaries
from crisismap.gazetteer.hierarchy import is_country
from crisismap.geometry.borders import draw_border
from crisismap.geometry.figures import Figure, NotDrawnError, World, named
from crisismap.geometry.frames import only_polygons
from crisismap.geometry.offsets import band, limits, middle_of_area
from crisismap.model import Border, Borders, Distance

__all__ = ["draw_across", "draw_across_border"]

_STRIP_KM = 30.0
_BEYOND_KM = 50.0
_FARTHEST_KM = 150.0
"""A place farther from every border than this is not one that something lies across the border from."""


def draw_across_border(border: Border, distance: Distance | None, world: World) -> Figure:
    """Return the strip along a border, 30 km or the stated distance, on its last owner's side.

    Raises:
        NotDrawnError: there is no such border.
    """
    line = draw_border(border, world)
    far = world.place(border.owners[-1])
    shape = world.shape(far)
    width = limits(distance, line)[1] if distance is not None else _STRIP_KM
    strip = only_polygons(band(line.geometry, 0.0, width) & shape) if shape is not None else None
    if strip is None or strip.is_empty:
        raise NotDrawnError(f"no outline of {named(far.name)} is known")
    return Figure(
        strip, f"a strip of {width:.0f} km in {named(far.name)}, along {line.words}", middle_of_area(strip)
    )


def draw_across(center: Figure, distance: Distance | None, world: World) -> Figure:
    """Return the land of other countries beyond the border nearest to a figure, 50 km deep or as stated.

    Raises:
        NotDrawnError: the figure is in no country, or more than 150 km from its land border.
    """
    code = center.place.country_code if center.place is not None else ""
    border = world.boundaries.land_border(code, None, world.borders) if code else None
    country = world.boundaries.country(code, world.borders) if code else None
    if border is None or country is None:
        raise NotDrawnError(f"{center.words} is near no land border")
    width = limits(distance, Figure(border, "", center.point))[1] if distance is not None else _BEYOND_KM
    if isinstance(center.geometry, Point):
        nearest = shapely.get_coordinates(shapely.shortest_line(center.geometry, border))[1]
        away = geodesy.distance_km(*center.point, *nearest)
        if away > _FARTHEST_KM:
            raise NotDrawnError(f"{center.words} is {away:.0f} km from the nearest land border")
        around = geodesy.sector(*center.point, 0.0, 180.0, 0.0, away + width)
    else:
        around = band(border, 0.0, width)
        if center.place is None or not is_country(center.place):
            around = only_polygons(around & band(center.geometry, 0.0, width))
    if around.is_empty:
        raise NotDrawnError(f"{center.words} is near no land border")
    shape = _abroad(around, country, world.boundaries, world.borders)
    if shape.is_empty:
        raise NotDrawnError(f"no land lies across the border from {center.words}")
    words = f"the land across the border from {center.words}, up to {width:.0f} km"
    return Figure(shape, words, middle_of_area(shape))


@lru_cache(maxsize=64)
def _abroad(
    around: BaseGeometry, country: BaseGeometry, boundaries: Boundaries, borders: Borders
) -> MultiPolygon:
    """Return the land of other countries within an area."""
    parts = np.array(boundaries.land_parts([around], borders))
    shapely.prepare(country)
    foreign = parts[~shapely.contains(country, shapely.point_on_surface(parts))]
    return only_polygons(shapely.union_all(shapely.intersection(foreign, around)))
