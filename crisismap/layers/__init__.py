"""ParsedArticles -> the three published layers: ``mentions``, ``areas`` and ``places``.

Every layer is a GeoDataFrame in EPSG:4326 (longitude, latitude) with flat snake_case columns, the same
columns and dtypes whether or not there are rows.  An unresolved mention is in no layer; the plain table
``unlocated`` holds those, and ``rivals`` the places that were considered and not chosen.  Columns that
hold several values join them with ";"; ``mention_id`` is the key from one table to another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
from shapely.geometry import MultiLineString, MultiPolygon, Point

from crisismap.layers.columns import (
    AREA_COLUMNS,
    CRS,
    MENTION_COLUMNS,
    PLACE_COLUMNS,
    RIVAL_COLUMNS,
    UNLOCATED_COLUMNS,
)
from crisismap.layers.links import WHOLE_SENTENCE, sentence_url
from crisismap.layers.rows import Row, rival_rows, rows_of, unlocated_row
from crisismap.layers.tallies import AreaTally, PlaceTally
from crisismap.model import Borders, ParsedArticle

if TYPE_CHECKING:
    from crisismap.gazetteer import Boundaries

__all__ = [
    "AREA_COLUMNS",
    "MENTION_COLUMNS",
    "PLACE_COLUMNS",
    "RIVAL_COLUMNS",
    "UNLOCATED_COLUMNS",
    "WHOLE_SENTENCE",
    "AreaTally",
    "Layers",
    "PlaceTally",
    "Row",
    "build_layers",
    "rival_rows",
    "rows_of",
    "sentence_url",
    "unlocated_row",
]


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """The published layers, each a GeoDataFrame in EPSG:4326, and two plain tables.

    ``mentions``: one Point a located mention.  For an area or a line it is a representative point inside,
    and ``geo_precision`` and ``uncertainty_km`` say how wide the place is.
    ``areas``: one MultiPolygon or MultiLineString a distinct shape (country, region, expression).
    ``places``: one Point a place, with counts and the first and last article date.
    ``unlocated``: one row a mention that was recognized and not located; ``reason`` says why, if known.
    ``rivals``: the places that a mention could have meant, best first, at most 5 a mention; ``score`` is the
    probability among all candidates, and ``rank`` the position among them (the chosen place has 1).
    """

    mentions: gpd.GeoDataFrame
    areas: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    unlocated: pd.DataFrame
    rivals: pd.DataFrame
    borders: Borders


def build_layers(
    parsed: Iterable[ParsedArticle],
    boundaries: Boundaries,
    borders: Borders = Borders.INTERNATIONAL,
) -> Layers:
    """Lay the located mentions of ``parsed`` out as tables.

    Args:
        parsed: Articles with their mentions, in the order that the layers keep.
        boundaries: Where the outlines of countries and regions come from.  A place with no outline there
            stays a point with its uncertainty and has no row in ``areas``.
        borders: The worldview that ``boundaries`` draws, written into every row.

    Returns:
        The layers; all empty, with every column, where nothing was located.
    """
    rows: list[Row] = []
    unlocated: list[list[Any]] = []
    rivals: list[list[Any]] = []
    areas, places = AreaTally(boundaries, borders), PlaceTally()
    for article in parsed:
        for row, location in rows_of(article, borders):
            rivals += rival_rows(row.mention_id, location)
            if location.point is None:
                unlocated.append(unlocated_row(row))
                continue
            rows.append(row)
            areas.add(row, location)
            places.add(row, location)
    shapes = list(areas.rows())
    found = list(places.rows())
    lon, lat = (list(PLACE_COLUMNS).index(name) for name in ("longitude", "latitude"))
    return Layers(
        mentions=_frame(rows, MENTION_COLUMNS, [Point(row.longitude, row.latitude) for row in rows]),
        areas=_frame([values for _, values in shapes], AREA_COLUMNS, [shape for shape, _ in shapes]),
        places=_frame(found, PLACE_COLUMNS, [Point(values[lon], values[lat]) for values in found]),
        unlocated=_table(unlocated, UNLOCATED_COLUMNS),
        rivals=_table(rivals, RIVAL_COLUMNS),
        borders=borders,
    )


def _frame(
    rows: list[Any], columns: dict[str, str], geometry: list[Point] | list[MultiPolygon | MultiLineString]
) -> gpd.GeoDataFrame:
    table = _table(rows, columns)
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(geometry, crs=CRS), crs=CRS)


def _table(rows: list[Any], columns: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)
