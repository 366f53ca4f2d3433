"""Mentions -> places and shapes, one article at a time, in a memory that grows with the places alone."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shapely.geometry import LineString, MultiLineString, MultiPolygon, Polygon

from crisismap.layers.columns import JOINED
from crisismap.layers.rows import Row
from crisismap.model import Borders, Location, Place, Role

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from crisismap.gazetteer import Boundaries

__all__ = ["AreaTally", "PlaceTally"]


@dataclass(slots=True)
class _Place:
    """A row of ``places`` under construction."""

    place: Place
    literal: int = 0
    associative: int = 0
    articles: int = 0
    last_article: str = ""
    first_date: str = ""
    last_date: str = ""


class PlaceTally:
    """Counts the mentions of each place; those of one article come together."""

    def __init__(self) -> None:
        self._places: dict[str, _Place] = {}

    def add(self, row: Row, location: Location) -> None:
        """Count a located mention."""
        if location.place is None:
            return
        tally = self._places.setdefault(location.place.id, _Place(location.place))
        if row.role == Role.LITERAL:
            tally.literal += 1
        else:
            tally.associative += 1
        if tally.articles == 0 or tally.last_article != row.article_id:
            tally.articles += 1
            tally.last_article = row.article_id
        if date := row.article_date:
            tally.first_date = min(tally.first_date or date, date)
            tally.last_date = max(tally.last_date, date)

    def rows(self) -> Iterator[list[Any]]:
        """The values of PLACE_COLUMNS, a list a place, in the order of first mention."""
        for tally in self._places.values():
            place = tally.place
            yield [
                place.id,
                place.name,
                place.country_code,
                place.admin1_name,
                place.feature_class,
                place.feature_code,
                place.lat,
                place.lon,
                tally.literal + tally.associative,
                tally.literal,
                tally.associative,
                tally.articles,
                tally.first_date,
                tally.last_date,
            ]


@dataclass(slots=True)
class _Area:
    """A row of ``areas`` under construction."""

    shape: MultiPolygon | MultiLineString
    quoted: list[Row] = field(default_factory=list)
    count: int = 0
    precision: int = 0
    radius: float = math.nan
    confidence: float = 0.0


class AreaTally:
    """Gathers the mentions of each distinct shape.

    Args:
        boundaries: where the outlines of countries and regions come from.
        borders: the worldview to draw them in.
        most_quoted: how many mentions of a shape the joined columns hold; None is all of them.
    """

    def __init__(self, boundaries: Boundaries, borders: Borders, *, most_quoted: int | None = None) -> None:
        self._boundaries = boundaries
        self._borders = borders
        self._most = math.inf if most_quoted is None else most_quoted
        self._areas: dict[str, _Area] = {}
        self._outlines: dict[str, MultiPolygon | MultiLineString | None] = {}

    def add(self, row: Row, location: Location) -> None:
        """Count a located mention; one whose place has no shape counts nowhere."""
        place = location.place
        if place is not None:
            if place.is_area and place.id not in self._outlines:
                self._outlines[place.id] = _multi(self._boundaries.boundary(place, self._borders))
            key, shape = place.id, self._outlines.get(place.id)
        else:
            shape = _multi(location.geometry)
            key = "" if shape is None else shape.wkb_hex
        if shape is None:
            return
        area = self._areas.setdefault(key, _Area(shape))
        area.count += 1
        area.precision = max(area.precision, row.geo_precision)
        area.confidence = max(area.confidence, row.confidence)
        if not math.isnan(row.uncertainty_km):
            area.radius = max(row.uncertainty_km, 0.0 if math.isnan(area.radius) else area.radius)
        if len(area.quoted) < self._most:
            area.quoted.append(row)

    def rows(self) -> Iterator[tuple[MultiPolygon | MultiLineString, list[Any]]]:
        """Each shape with the values of AREA_COLUMNS, in the order of first mention."""
        for area in self._areas.values():
            values = area.quoted[0]._asdict()
            values["geo_precision"] = area.precision
            values["uncertainty_km"] = area.radius
            values["confidence"] = area.confidence
            for name in JOINED:
                values[name] = ";".join(dict.fromkeys(str(getattr(row, name)) for row in area.quoted))
            yield area.shape, [*values.values(), area.count]


def _multi(geometry: BaseGeometry | None) -> MultiPolygon | MultiLineString | None:
    """``geometry`` as a multi-part shape, so that one layer has few types; None for points."""
    if geometry is None or geometry.is_empty:
        return None
    if isinstance(geometry, Polygon):
        return MultiPolygon([geometry])
    if isinstance(geometry, LineString):
        return MultiLineString([geometry])
    return geometry if isinstance(geometry, MultiPolygon | MultiLineString) else None
