"""Layers -> the JSON that the page draws from.

Nothing here is HTML.  The island is a list a column, and columns point into each other by index, so that
each article, sentence, place and shape is held once; ``page/data.js`` reads it.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

import pandas as pd
from shapely import get_parts
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from crisismap.layers import Layers

__all__ = ["island", "to_json"]

_LONGEST_SENTENCE = 900
"""Longest sentence shown whole, in characters; of a longer one (a text with no full stop) a popup shows
the part around the toponym."""

_LONGEST_WORD = 40
"""How far, in characters, the cut of an overlong sentence moves to fall between words."""

_SHAPE_DECIMALS = 3
"""About 100 m: finer than a screen shows at the deepest zoom of the embedded basemap."""

_POINT_DECIMALS = 5

_SCREEN_STEPS = 1500
"""Steps into which a shape's extent is divided: a screen shows it in about as many pixels."""


def to_json(value: Any) -> str:
    """``value`` as JSON that is inert inside ``<script type="application/json">``.

    Plain ASCII, and no character that HTML gives a meaning to.
    """
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def island(layers: Layers, basemap: dict[str, Any]) -> dict[str, Any]:
    """Everything that the layers say, as columns, and the basemap.

    ``mentions`` are in the order of the articles and of their texts, those that were not located among them
    (mark -1); ``start`` and ``end`` are code points within the sentence, ``confidence`` is per mille.
    ``marks`` are places and expressions in the order of first mention; their ids come from what they show,
    so that the same place has the same id on every map.  Item 0 of ``reasons`` and of ``relations`` is "".
    """
    return _Island(layers, basemap).build()


_T = TypeVar("_T")


class _Numbers(dict[_T, int]):
    """Gives equal things one number, in order of first sight."""

    def __missing__(self, key: _T) -> int:
        number = self[key] = len(self)
        return number


class _Article(NamedTuple):
    id: str
    title: str
    url: str
    date: str
    source: int


class _Sentence(NamedTuple):
    article: int
    number: int
    """Of the sentence within its article."""
    text: str
    cut: bool
    """Whether the text is a part of the sentence."""


class _Place(NamedTuple):
    id: str
    name: str
    feature: int
    country: str
    admin1: str
    lon: float
    lat: float


class _Mark(NamedTuple):
    id: str
    place: int
    relation: int
    form: str
    lon: float
    lat: float
    radius: float | None
    shape: int
    reason: int


class _Mention(NamedTuple):
    mark: int
    sentence: int
    start: int
    end: int
    literal: int
    confidence: int
    precision: int
    kind: int
    relation: int
    rivals: int
    reason: int
    anchor: int


class _Island:
    def __init__(self, layers: Layers, basemap: dict[str, Any]) -> None:
        self._layers = layers
        self._basemap = basemap
        self._drawn = {
            shape["properties"]["code"]
            for shape in basemap["objects"]["countries"]["geometries"]
            if shape["properties"]["code"]
        }
        self._sources: _Numbers[str] = _Numbers()
        self._articles: _Numbers[_Article] = _Numbers()
        self._sentences: _Numbers[_Sentence] = _Numbers()
        self._features: _Numbers[str] = _Numbers()
        self._places: dict[str, tuple[int, _Place]] = {}
        self._kinds: _Numbers[str] = _Numbers()
        self._relations: _Numbers[str] = _Numbers({"": 0})
        self._reasons: _Numbers[str] = _Numbers({"": 0})
        self._rivals: _Numbers[tuple[int, ...]] = _Numbers()
        self._marks: dict[str, tuple[int, _Mark]] = {}
        self._shapes: list[dict[str, Any]] = []
        self._areas = {_key(area): area for area in _rows(layers.areas)}
        # An expression has no place; its mention finds its shape by id.
        self._expressions = {
            mention_id: key
            for key, area in self._areas.items()
            if not area.place_id
            for mention_id in area.mention_id.split(";")
        }
        self._centers = {place.place_id: place for place in _rows(layers.places)}

    def build(self) -> dict[str, Any]:
        rivals = self._rival_sets()
        located = self._layers.mentions.drop(columns="geometry")
        tables = (located, self._layers.unlocated)
        rows = [(self._article(row), row) for table in tables for row in _rows(table)]
        rows.sort(key=lambda item: (item[0], item[1].sentence_index, item[1].start, item[1].end))
        mentions = [self._mention(article, row, rivals.get(row.mention_id, -1)) for article, row in rows]
        return {
            "borders": str(self._layers.borders),
            "sources": list(self._sources),
            "articles": _columns(_Article, self._articles),
            "sentences": _columns(_Sentence, self._sentences)
            | {"cut": [number for number, sentence in enumerate(self._sentences) if sentence.cut]},
            "features": list(self._features),
            "places": _columns(_Place, (place for _, place in self._places.values())),
            "marks": _columns(_Mark, (mark for _, mark in self._marks.values())),
            "shapes": self._shapes,
            "mentions": _columns(_Mention, mentions),
            "rivals": [list(pairs) for pairs in self._rivals],
            "kinds": list(self._kinds),
            "relations": list(self._relations),
            "reasons": list(self._reasons),
            "basemap": self._basemap,
        }

    def _article(self, row: Any) -> int:
        source = self._sources[row.source]
        return self._articles[
            _Article(row.article_id, row.article_title, row.article_url, row.article_date, source)
        ]

    def _place(self, row: Any) -> int:
        if row.place_id not in self._places:
            place = _Place(
                row.place_id,
                row.place_name,
                self._features[f"{row.feature_class}.{row.feature_code}"],
                row.country_code,
                row.admin1_name,
                round(row.longitude, _POINT_DECIMALS),
                round(row.latitude, _POINT_DECIMALS),
            )
            self._places[row.place_id] = len(self._places), place
        return self._places[row.place_id][0]

    def _rival_sets(self) -> dict[str, int]:
        """The number of each mention's set of rivals; many mentions share one."""
        sets: dict[str, list[int]] = {}
        for row in _rows(self._layers.rivals):
            sets.setdefault(row.mention_id, []).extend((self._place(row), round(1000 * row.score)))
        return {mention_id: self._rivals[tuple(pairs)] for mention_id, pairs in sets.items()}

    def _mention(self, article: int, row: Any, rivals: int) -> _Mention:
        located = hasattr(row, "place_id")
        text, start, end = _clip(row.sentence, row.start - row.sentence_start, row.end - row.sentence_start)
        sentence = _Sentence(article, row.sentence_index, text, len(row.sentence) > _LONGEST_SENTENCE)
        return _Mention(
            mark=self._mark(row) if located else -1,
            sentence=self._sentences[sentence],
            start=start,
            end=end,
            literal=int(row.role == "literal"),
            confidence=round(1000 * row.confidence) if located else 0,
            precision=row.geo_precision if located else 0,
            kind=self._kinds[row.kind],
            relation=self._relations[row.relation],
            rivals=rivals,
            reason=self._reasons[row.reason],
            anchor=int(row.relation == "anchor"),
        )

    def _mark(self, mention: Any) -> int:
        key = mention.place_id or self._expressions.get(mention.mention_id, mention.mention_id)
        if key not in self._marks:
            self._marks[key] = len(self._marks), self._new_mark(mention, self._areas.get(key))
        return self._marks[key][0]

    def _new_mark(self, mention: Any, area: Any | None) -> _Mark:
        row = self._centers.get(mention.place_id) or area or mention
        radius = None if math.isnan(mention.uncertainty_km) else round(mention.uncertainty_km, 1)
        if area is None:
            # An area whose outline is unknown is drawn as its uncertainty, never as a pin.
            form = "point" if row.feature_class in ("P", "S") else "disc"
        else:
            form = "line" if area.geometry.geom_type == "MultiLineString" else "area"
        return _Mark(
            id=mention.place_id or _expression_id(area.mention_id if area else mention.mention_id),
            place=self._place(row) if mention.place_id else -1,
            relation=self._relations["" if mention.place_id else mention.relation],
            form=form,
            lon=round(row.longitude, _POINT_DECIMALS),
            lat=round(row.latitude, _POINT_DECIMALS),
            radius=radius,
            shape=-1 if area is None else self._shape(row, area),
            reason=self._reasons["" if mention.place_id else mention.reason],
        )

    def _shape(self, row: Any, area: Any) -> int:
        """The number of the shape; of a country, which the basemap draws in the worldview, only the code."""
        on_basemap = row.feature_code.startswith("PCL") and row.country_code in self._drawn
        self._shapes.append({"country": row.country_code} if on_basemap else _screen_shape(area.geometry))
        return len(self._shapes) - 1


def _rows(table: pd.DataFrame) -> Iterable[Any]:
    """The rows as named tuples; as objects, since text columns are slow to go through one by one."""
    return pd.DataFrame(table).astype(object).itertuples(index=False)


def _columns(record: type[Any], records: Iterable[Any]) -> dict[str, list[Any]]:
    """A list a field."""
    columns = zip(*records, strict=True)
    return {name: list(next(columns, ())) for name in record._fields}


def _key(area: Any) -> str:
    return str(area.place_id or f"shape:{area.mention_id}")


def _expression_id(mention_ids: str) -> str:
    first = mention_ids.partition(";")[0]
    return f"e{hashlib.sha256(first.encode()).hexdigest()[:8]}"


def _clip(sentence: str, start: int, end: int) -> tuple[str, int, int]:
    """The sentence, or of an overlong one the words around the range ``start:end``."""
    if len(sentence) <= _LONGEST_SENTENCE:
        return sentence, start, end
    first = max(0, start - _LONGEST_SENTENCE // 2)
    last = min(len(sentence), end + _LONGEST_SENTENCE // 2)
    if first:
        head = sentence[first : min(first + _LONGEST_WORD, start)]
        first += head.find(" ") + 1
    if last < len(sentence):
        tail = sentence[max(last - _LONGEST_WORD, end) : last]
        last -= len(tail) - tail.rfind(" ") if " " in tail else 0
    head, tail = "… " if first else "", " …" if last < len(sentence) else ""
    shift = len(head) - first
    return f"{head}{sentence[first:last]}{tail}", start + shift, end + shift


def _screen_shape(geometry: BaseGeometry) -> dict[str, Any]:
    """GeoJSON of ``geometry``, simplified to what a screen can show of it: wide shapes are seen from afar."""
    west, south, east, north = geometry.bounds
    extent = max(east - west, north - south)
    lines = geometry.geom_type == "MultiLineString"
    tolerance = min(max(extent / _SCREEN_STEPS, 0.002), 0.01 if lines else 0.1)
    simple = geometry.simplify(tolerance)
    # Simplifying may leave one part, which shapely then no longer calls a multi-part shape.
    parts = list(get_parts(geometry if simple.is_empty else simple))
    if not lines:
        largest = max(parts, key=lambda part: part.area)
        parts = [part for part in parts if part is largest or part.area > 4 * tolerance**2]
    decimals = _SHAPE_DECIMALS if tolerance < 0.02 else _SHAPE_DECIMALS - 1
    return {
        "type": geometry.geom_type,
        "coordinates": [_rounded(mapping(part)["coordinates"], decimals) for part in parts],
    }


def _rounded(coordinates: Sequence[Any], decimals: int) -> list[Any]:
    if coordinates and isinstance(coordinates[0], float | int):
        return [round(value, decimals) for value in coordinates]
    return [_rounded(part, decimals) for part in coordinates]
