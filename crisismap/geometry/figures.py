"""What every node of an expression's tree comes to: a figure on the map, with its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry import MultiPolygon, Point
from shapely.geometry.base import BaseGeometry

from crisismap import geodesy
from crisismap.gazetteer import Boundaries
from crisismap.model import Borders, Location, Place, Toponym

__all__ = [
    "BEARINGS",
    "Figure",
    "NotDrawnError",
    "World",
    "bearings_of",
    "join_words",
    "main_parts",
    "middle_of_line",
    "named",
    "radius_km",
]

BEARINGS = {
    "north": 0.0,
    "northeast": 45.0,
    "east": 90.0,
    "southeast": 135.0,
    "south": 180.0,
    "southwest": 225.0,
    "west": 270.0,
    "northwest": 315.0,
}
"""Degrees clockwise from north, by the compass word of an expression."""

_THE_FIRST = ("United ", "Democratic Republic", "Republic of")
_THE_LAST = (
    *(" Desert", " Islands", " Mountains", " Peninsula", " Region", " Republic", " Strip"),
    *("Bahamas", "Gambia", "Maldives", "Netherlands", "Philippines"),
)
# Islands smaller than this part of the largest one do not stretch a country's extent: Alaska does, Guam not.
_MAIN_PART = 0.1


class NotDrawnError(Exception):
    """There is nothing to draw; the message says why, for a reader of the map.  Never leaves the package."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A shape with what it is called."""

    geometry: BaseGeometry
    """A Point, or a MultiLineString or MultiPolygon cut at the antimeridian; lon/lat."""
    words: str
    """What is drawn, to be put into a sentence: "the eastern part of Ukraine"."""
    point: tuple[float, float]
    """A representative (lon, lat)."""
    radius_km: float = 0.0
    """How far the thing itself reaches around a Point: a settlement is taken for a disk."""
    slack_km: float = 0.0
    """How far off the shape may be, by the rounding of a distance or the size of its origin."""
    place: Place | None = None
    """The place that the figure is, where it is one."""


@dataclass(frozen=True, slots=True)
class World:
    """What an expression is evaluated in: where its anchors lie, and the boundaries in one worldview."""

    locations: Mapping[Toponym, Location]
    boundaries: Boundaries
    borders: Borders

    def place(self, toponym: Toponym) -> Place:
        """Return the place of an anchor.

        Raises:
            NotDrawnError: it is not located.
        """
        place = self.locations.get(toponym, Location()).place
        if place is None:
            raise NotDrawnError(f"{toponym.text} is not located")
        return place

    def shape(self, place: Place) -> BaseGeometry | None:
        """Return the polygon of a place, None where it has none."""
        return self.boundaries.boundary(place, self.borders)


def bearings_of(directions: Sequence[str], words: str) -> list[float]:
    """Return the bearings of compass words.

    Raises:
        NotDrawnError: one is no side, as "center"; ``words`` say of what.
    """
    for direction in directions:
        if direction not in BEARINGS:
            raise NotDrawnError(f"{words} has no {direction} to face")
    return [BEARINGS[direction] for direction in directions]


def join_words(words: Sequence[str]) -> str:
    """Join words as a sentence does.

    >>> join_words(["Belarus", "Russia", "Moldova"])
    'Belarus, Russia and Moldova'
    """
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def named(name: str, feature_class: str = "") -> str:
    """Return a name as it stands in a sentence.

    >>> named("United States"), named("Black Sea", "H"), named("Lake Chad", "H"), named("Mali")
    ('the United States', 'the Black Sea', 'Lake Chad', 'Mali')
    """
    water = feature_class == "H" and not name.startswith(("Lake ", "Loch ", "Lough "))
    return f"the {name}" if water or name.startswith(_THE_FIRST) or name.endswith(_THE_LAST) else name


def main_parts(shape: BaseGeometry) -> BaseGeometry:
    """Return the parts of a multipolygon that have a tenth of the largest one's size."""
    if shapely.get_num_geometries(shape) == 1:
        return shape
    parts = shapely.get_parts(shape)
    areas = shapely.area(parts)
    return MultiPolygon(list(parts[areas >= _MAIN_PART * areas.max()]))


def radius_km(lon: float, lat: float, shape: BaseGeometry) -> float:
    """Return the distance from a point to the farthest point of a shape."""
    points = shapely.get_coordinates(shape)
    return float(geodesy.distances_km(lon, lat, points[:, 0], points[:, 1]).max())


def middle_of_line(line: BaseGeometry) -> tuple[float, float]:
    """Return the point halfway along the longest stretch of a line."""
    if isinstance(line, Point):
        return line.x, line.y
    chain = max(shapely.get_parts(shapely.line_merge(line)), key=lambda part: part.length)
    point = chain.interpolate(0.5, normalized=True)
    return point.x, point.y
