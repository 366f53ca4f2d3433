"""What the written tables hold: Arrow schemas made of the published columns.

The same values go into every format: dates as dates, numbers rounded to what they are worth, what is unknown
null, and shapes as WKB (longitude, latitude), cut at 180 degrees and wound counterclockwise.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from crisismap.layers import (
    AREA_COLUMNS,
    MENTION_COLUMNS,
    PLACE_COLUMNS,
    RIVAL_COLUMNS,
    UNLOCATED_COLUMNS,
)

__all__ = ["GEOMETRY", "LAYERS", "SHAPE", "SIDE_TABLES", "TABLES", "Plan", "batch_of"]

GEOMETRY = "geometry"
"""The column of a layer's shapes."""

SHAPE = "shape"
"""The column of ``mentions`` with the WKB of an expression's own shape, for reading results back."""

_TYPES = {"str": pa.string(), "int64": pa.int64(), "float64": pa.float64()}
_DECIMALS = {"latitude": 5, "longitude": 5, "confidence": 4, "score": 4, "uncertainty_km": 1}
_DATES = ("first_date", "last_date")

_ARTICLE_COLUMNS = {
    **{name: MENTION_COLUMNS[name] for name in ("article_id", "article_title", "article_url")},
    **{name: MENTION_COLUMNS[name] for name in ("article_date", "source")},
    "mention_count": "int64",
    "located_count": "int64",
}
_SENTENCE_COLUMNS = {
    name: MENTION_COLUMNS[name]
    for name in ("article_id", "sentence_index", "sentence_start", "sentence", "sentence_url")
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What one table is."""

    name: str
    schema: pa.Schema
    shapes: str
    """The one type of its geometry: Point, MultiPolygon or MultiLineString; "" for a plain table."""
    title: str
    """What a row is, in a few words."""

    @property
    def columns(self) -> list[str]:
        """The names of the columns, without those of shapes."""
        return [name for name in self.schema.names if name not in (GEOMETRY, SHAPE)]


def _plan(name: str, columns: dict[str, str], shapes: str, title: str, *dates: str) -> Plan:
    fields = [(column, pa.date32() if column in dates else _TYPES[kind]) for column, kind in columns.items()]
    if shapes:
        fields.append((GEOMETRY, pa.binary()))
    return Plan(name, pa.schema(fields), shapes, title)


LAYERS = ("mentions", "areas", "lines", "places")
SIDE_TABLES = ("articles", "sentences", "unlocated", "rivals")

TABLES = {
    plan.name: plan
    for plan in (
        _plan("mentions", MENTION_COLUMNS, "Point", "one row a located mention", "article_date"),
        _plan("areas", AREA_COLUMNS, "MultiPolygon", "one row a country, region or described area"),
        _plan("lines", AREA_COLUMNS, "MultiLineString", "one row a border, river, coast or other line"),
        _plan("places", PLACE_COLUMNS, "Point", "one row a place, with counts", *_DATES),
        _plan("articles", _ARTICLE_COLUMNS, "", "one row an article", "article_date"),
        _plan("sentences", _SENTENCE_COLUMNS, "", "one row a sentence that names a place"),
        _plan("unlocated", UNLOCATED_COLUMNS, "", "one row a mention that is not located", "article_date"),
        _plan("rivals", RIVAL_COLUMNS, "", "one row a place that a mention could have meant"),
    )
}


def batch_of(
    plan: Plan, rows: Sequence[Sequence[Any]], shapes: Sequence[bytes | None] = ()
) -> pa.RecordBatch:
    """Rows of the columns of ``plan`` as Arrow, with the points of a layer of points.

    Args:
        plan: the table.
        rows: the values of its columns, without those of shapes.
        shapes: WKB of each row, for a layer of lines or polygons, or for the column SHAPE.
    """
    names = plan.columns
    columns = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(names, ())
    arrays = {name: _array(name, columns[name], plan.schema.field(name).type) for name in names}
    if plan.shapes == "Point":
        points = shapely.points(*(arrays[name].to_numpy() for name in ("longitude", "latitude")))
        arrays[GEOMETRY] = pa.array(list(shapely.to_wkb(points)), pa.binary())
    elif plan.shapes:
        arrays[GEOMETRY] = pa.array(shapes, pa.binary())
    if SHAPE in plan.schema.names:
        arrays[SHAPE] = pa.array(shapes, pa.binary())
    return pa.record_batch([arrays[name] for name in plan.schema.names], schema=plan.schema)


def _array(name: str, values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if kind == pa.date32():
        return pa.array([dt.date.fromisoformat(value) if value else None for value in values], kind)
    if kind == pa.float64():
        numbers = np.array(values, dtype=np.float64)
        if name == "longitude":
            numbers = np.where(np.abs(numbers) > 180, (numbers + 180) % 360 - 180, numbers)
        if name in _DECIMALS:
            numbers = np.round(numbers, _DECIMALS[name]) + 0.0  # no negative zero
        return pa.array(numbers, kind, mask=~np.isfinite(numbers))
    if kind != pa.string():
        return pa.array(values, kind)
    try:
        texts = pa.array(values, kind)
    except UnicodeEncodeError:  # half a surrogate pair, which no format can hold
        texts = pa.array([value.encode("utf-8", "replace").decode() for value in values], kind)
    return pc.replace_substring(texts, "\0", "\ufffd")  # nor can most hold a NUL
