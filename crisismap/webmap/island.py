"""Layers -> the JSON that the page draws from.

Nothing here is HTML.  The island holds each article, sentence and shape once; mentions point to them by
index, so that ten thousand mentions stay a few megabytes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

import geopandas as gpd
from shapely import get_parts
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from crisismap.gazetteer.wording import describe
from crisismap.layers import Layers

__all__ = ["island", "to_json"]

_LONGEST_SENTENCE = 900
"""Longest sentence shown whole, in characters; of a longer one (a text with no full stop) a popup shows
the part around the toponym."""

_SHAPE_DECIMALS = 3
"""About 100 m: finer than a screen shows at the deepest zoom of the embedded basemap."""

_POINT_DECIMALS = 5


def to_json(value: Any) -> str:
    """``value`` as JSON that is inert inside ``<script type="application/json">``.

    Plain ASCII, and no character that HTML gives a meaning to.
    """
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def island(layers: Layers, basemap: dict[str, Any], title: str) -> dict[str, Any]:
    """Everything that the page shows, basemap included.

    ``marks`` are places and expressions in order of first mention.  ``mentions`` is a list a column:
    mark, sentence, start and end within the sentence (code points), literal (1 or 0), confidence,
    precision, toponym kind.
    """
    return _Island(basemap).build(layers, title)


class _Index:
    """Gives equal records one number, in order of first sight."""

    def __init__(self) -> None:
        self.records: list[list[Any]] = []
        self._numbers: dict[tuple[Any, ...], int] = {}

    def number(self, *record: Any) -> int:
        if record not in self._numbers:
            self._numbers[record] = len(self.records)
            self.records.append(list(record))
        return self._numbers[record]


class _Island:
    def __init__(self, basemap: dict[str, Any]) -> None:
        self._basemap = basemap
        self._countries = {
            shape["properties"]["code"]: shape["properties"]["name"]
            for shape in basemap["objects"]["countries"]["geometries"]
            if shape["properties"]["code"]
        }
        self._articles = _Index()
        self._sentences = _Index()

    def build(self, layers: Layers, title: str) -> dict[str, Any]:
        shapes = {_key(row): row for row in _rows(layers.areas)}
        places = {row.place_id: row for row in _rows(layers.places)}
        # An expression has no place; its mention finds its shape by id.
        expressions = {
            mention_id: row
            for row in shapes.values()
            if not row.place_id
            for mention_id in row.mention_id.split(";")
        }
        marks: dict[str, dict[str, Any]] = {}
        numbers: dict[str, int] = {}
        columns: list[list[Any]] = []
        for mention in _rows(layers.mentions):
            expression = expressions.get(mention.mention_id)
            row = places.get(mention.place_id) or expression or mention
            key = mention.place_id or (_key(expression) if expression else mention.mention_id)
            if key not in marks:
                shape = shapes.get(mention.place_id) if mention.place_id else expression
                numbers[key] = len(marks)
                marks[key] = self._mark(row, shape, mention)
            columns.append(self._mention(numbers[key], mention))
        names = ("mark", "sentence", "start", "end", "literal", "confidence", "precision", "kind")
        return {
            "title": title,
            "borders": str(layers.borders),
            "articles": self._articles.records,
            "sentences": self._sentences.records,
            "marks": list(marks.values()),
            "mentions": {
                name: list(values)
                for name, values in zip(
                    names, zip(*columns, strict=True) if columns else [()] * len(names), strict=True
                )
            },
            "basemap": self._basemap,
        }

    def _mark(self, row: Any, shape: Any | None, mention: Any) -> dict[str, Any]:
        mark: dict[str, Any] = {
            "name": row.place_name or mention.text,
            "lon": round(row.longitude, _POINT_DECIMALS),
            "lat": round(row.latitude, _POINT_DECIMALS),
            "what": self._what(row) if row.place_id else _RELATIONS.get(mention.relation, "described place"),
        }
        if not row.place_id:
            mark["described"] = True
        if not math.isnan(mention.uncertainty_km):
            mark["radius"] = round(mention.uncertainty_km, 1)
        if shape is None:
            # An area whose outline is unknown is drawn as its uncertainty, never as a pin.
            mark["form"] = "point" if row.feature_class in ("P", "S") else "disc"
        elif self._on_basemap(row):
            mark["form"], mark["country"] = "area", row.country_code
        else:
            mark["form"] = "line" if shape.geometry.geom_type == "MultiLineString" else "area"
            mark["shape"] = _screen_shape(shape.geometry)
        return mark

    def _on_basemap(self, row: Any) -> bool:
        """Whether the basemap, which draws the worldview of the layers, holds the very shape."""
        return row.feature_code.startswith("PCL") and row.country_code in self._countries

    def _what(self, row: Any) -> str:
        country = self._countries.get(row.country_code, "")
        return describe(row.feature_class, row.feature_code, row.country_code, country, row.admin1_name)

    def _mention(self, mark: int, row: Any) -> list[Any]:
        article = self._articles.number(
            row.article_id, row.article_title, row.article_url, row.article_date, row.source
        )
        text, start, end = _clip(row.sentence, row.start - row.sentence_start, row.end - row.sentence_start)
        sentence = self._sentences.number(article, row.sentence_index, text, row.sentence_url)
        literal = int(row.role == "literal")
        return [mark, sentence, start, end, literal, round(row.confidence, 3), row.geo_precision, row.kind]


_RELATIONS = {"border": "stretch of border"}


def _rows(layer: gpd.GeoDataFrame) -> Iterator[Any]:
    return iter(layer.itertuples(index=False))


def _key(area: Any) -> str:
    return str(area.place_id or f"shape:{area.mention_id}")


def _clip(sentence: str, start: int, end: int) -> tuple[str, int, int]:
    """The sentence, or the part of an overlong one around the range ``start:end``."""
    if len(sentence) <= _LONGEST_SENTENCE:
        return sentence, start, end
    first = max(0, start - _LONGEST_SENTENCE // 2)
    last = min(len(sentence), end + _LONGEST_SENTENCE // 2)
    head, tail = "… " if first else "", " …" if last < len(sentence) else ""
    shift = len(head) - first
    return f"{head}{sentence[first:last]}{tail}", start + shift, end + shift


def _screen_shape(geometry: BaseGeometry) -> dict[str, Any]:
    """GeoJSON of ``geometry``, simplified to what a screen can show of it."""
    west, south, east, north = geometry.bounds
    extent = max(east - west, north - south)
    lines = geometry.geom_type == "MultiLineString"
    tolerance = min(max(extent / 3000, 0.002), 0.01 if lines else 0.04)
    simple = geometry.simplify(tolerance)
    # Simplifying may leave one part, which shapely then no longer calls a multi-part shape.
    parts = get_parts(geometry if simple.is_empty else simple)
    return {
        "type": geometry.geom_type,
        "coordinates": [_rounded(mapping(part)["coordinates"]) for part in parts],
    }


def _rounded(coordinates: Sequence[Any]) -> list[Any]:
    if coordinates and isinstance(coordinates[0], float | int):
        return [round(value, _SHAPE_DECIMALS) for value in coordinates]
    return [_rounded(part) for part in coordinates]
