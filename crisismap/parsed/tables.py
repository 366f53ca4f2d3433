"""The layer ``mentions`` as GeoParquet -> ParsedArticles: what such a table carries of them.

It carries every column of the layer and the shapes of expressions, so the layers made of what is read equal
those that were written.  It does not carry the text between the sentences that name places (blanks stand for
it), the mentions that were not located, the candidates that were not chosen, and the trees of expressions.
JSON Lines carries all.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from shapely.geometry.base import BaseGeometry

from crisismap.errors import ArticleError
from crisismap.model import (
    Article,
    Borders,
    Kind,
    Location,
    Mention,
    ParsedArticle,
    Place,
    Precision,
    Role,
    Sentence,
    SpatialExpression,
    Toponym,
)
from crisismap.parsed.fields import quote

__all__ = ["holds_mentions", "read_mentions"]

_ROWS = 10_000
_COLUMNS = (
    *("mention_id", "article_id", "article_title", "article_url", "article_date", "source"),
    *("sentence_index", "sentence", "sentence_start", "start", "end", "text", "kind", "role", "relation"),
    *("place_id", "place_name", "country_code", "admin1_name", "feature_class", "feature_code"),
    *("latitude", "longitude", "geo_precision", "uncertainty_km", "confidence", "borders", "reason"),
)
_SHAPE = "shape"  # WKB of an expression's own; a table that geopandas wrote of the layer lacks it
_MAY_BE_NULL = ("article_date", "uncertainty_km")
_MAX_TEXT = 50_000_000
"""Code points of an article, as in ``crisismap.articles.limits``."""


def holds_mentions(path: str | Path) -> bool:
    """Whether a file is a Parquet table with the columns of the layer; False if unreadable."""
    try:
        return set(_COLUMNS) <= set(pq.read_schema(path).names)
    except (OSError, ValueError):
        return False


def read_mentions(path: Path) -> Iterator[tuple[Borders, ParsedArticle] | ArticleError]:
    """The articles of a table, whose rows stand together, with the worldview of each, or what is wrong.

    Raises:
        ArticleError: the file cannot be read as such a table.
    """
    try:
        with pq.ParquetFile(path) as file:
            for identity, rows in groupby(_rows(file), key=lambda row: row["article_id"]):
                mentions = list(rows)
                try:
                    yield Borders(mentions[0]["borders"]), _article(identity, mentions)
                except (TypeError, ValueError) as error:
                    yield ArticleError(f"{path}: article {quote(identity)}: {error}")
    except (OSError, pa.ArrowException) as error:
        raise ArticleError(f"{path}: cannot be read as Parquet ({str(error).splitlines()[0]})") from None


def _rows(file: Any) -> Iterator[dict[str, Any]]:
    columns = [name for name in (*_COLUMNS, _SHAPE) if name in file.schema_arrow.names]
    for batch in file.iter_batches(_ROWS, columns=columns):
        yield from batch.to_pylist()


def _article(identity: str, rows: list[dict[str, Any]]) -> ParsedArticle:
    for row in rows:
        missing = [name for name in _COLUMNS if row[name] is None and name not in _MAY_BE_NULL]
        if missing:
            raise ValueError(f"no value in column {missing[0]!r}")
    first = rows[0]
    date = first["article_date"]
    article = Article(
        id=identity,
        text=_text(rows),
        title=first["article_title"],
        url=first["article_url"],
        date=dt.date.fromisoformat(str(date)[:10]) if date else None,
        source=first["source"],
    )
    sentences = {
        row["sentence_index"]: Sentence(
            row["sentence_index"], row["sentence_start"], row["sentence_start"] + len(row["sentence"])
        )
        for row in rows
    }
    mentions = tuple(_mention(row, sentences[row["sentence_index"]]) for row in rows)
    return ParsedArticle(article, tuple(sentences[index] for index in sorted(sentences)), mentions)


def _text(rows: list[dict[str, Any]]) -> str:
    """The sentences where they stand, and blanks between them."""
    pieces = {(row["sentence_start"], row["sentence"]) for row in rows}
    text = ""
    for start, sentence in sorted(pieces):
        if not len(text) <= start <= _MAX_TEXT:
            raise ValueError(f"a sentence at {start} is no place for {quote(sentence)}")
        text = text.ljust(start) + sentence
    return text


def _mention(row: dict[str, Any], sentence: Sentence) -> Mention:
    start, end, text = row["start"], row["end"], row["text"]
    if not 0 <= start < end:
        raise ValueError(f"{start}, {end} is no start and end of {quote(text)}")
    kind = Kind(row["kind"])
    span: Toponym | SpatialExpression
    if kind is Kind.EXPRESSION:
        span = SpatialExpression(start, end, text, row["relation"], (), ())
    else:
        span = Toponym(start, end, text, kind, Role(row["role"]))
    lon, lat = row["longitude"], row["latitude"]
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise ValueError(f"{lon}, {lat} is no longitude and latitude")
    radius = row["uncertainty_km"]
    return Mention(
        id=row["mention_id"],
        span=span,
        sentence=sentence,
        location=Location(
            place=_place(row) if row["place_id"] else None,
            geometry=_shape(row.get(_SHAPE)) if kind is Kind.EXPRESSION else None,
            point=(lon, lat),
            confidence=row["confidence"],
            precision=Precision(row["geo_precision"]),
            uncertainty_km=None if radius is None or math.isnan(radius) else radius,
            reason=row["reason"],
        ),
        anchor=kind is not Kind.EXPRESSION and row["relation"] == "anchor",
    )


def _shape(wkb: bytes | None) -> BaseGeometry | None:
    if wkb is None:
        return None
    try:
        shape = shapely.from_wkb(wkb)
    except (TypeError, shapely.errors.ShapelyError):
        raise ValueError(f"{quote(wkb)} is no shape in WKB") from None
    if shape.is_empty or not (abs(shapely.get_coordinates(shape)) <= (180.0, 90.0)).all():
        raise ValueError(f"{quote(shape.wkt)} is no shape on Earth")
    return shape


def _place(row: dict[str, Any]) -> Place:
    return Place(
        id=row["place_id"],
        name=row["place_name"],
        lon=row["longitude"],
        lat=row["latitude"],
        feature_class=row["feature_class"],
        feature_code=row["feature_code"],
        country_code=row["country_code"],
        admin1_name=row["admin1_name"],
    )
