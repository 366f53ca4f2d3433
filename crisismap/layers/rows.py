"""ParsedArticle -> the rows of the tables that have one row a mention."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from crisismap.layers.columns import UNLOCATED_COLUMNS
from crisismap.layers.links import sentence_url
from crisismap.model import Borders, Location, Mention, ParsedArticle, Precision, Sentence

__all__ = ["Row", "rival_rows", "rows_of", "unlocated_row"]

MOST_RIVALS = 5
"""Rivals kept of one mention: as many as a reader compares."""

LEAST_SCORE = 0.005
"""Score from which a rival is kept: one that would be shown as 1 % or more."""


class Row(NamedTuple):
    """A row of ``mentions``: the values of MENTION_COLUMNS, in their order."""

    mention_id: str
    article_id: str
    article_title: str
    article_url: str
    article_date: str
    source: str
    sentence_index: int
    sentence: str
    start: int
    end: int
    text: str
    kind: str
    role: str
    relation: str
    place_id: str
    place_name: str
    country_code: str
    admin1_name: str
    feature_class: str
    feature_code: str
    latitude: float
    longitude: float
    geo_precision: int
    uncertainty_km: float
    confidence: float
    sentence_url: str
    borders: str
    sentence_start: int
    reason: str


def unlocated_row(row: Row) -> list[Any]:
    """The values of UNLOCATED_COLUMNS."""
    return [getattr(row, name) for name in UNLOCATED_COLUMNS]


def rows_of(parsed: ParsedArticle, borders: Borders) -> Iterator[tuple[Row, Location]]:
    """The row and the location of each mention of one article; what is not located lies nowhere (NaN)."""
    article = parsed.article
    title, url, source = _utf8(article.title), _utf8(article.url), _utf8(article.source)
    date = article.date.isoformat() if article.date else ""
    quoted: dict[Sentence, tuple[str, str]] = {}
    for mention in parsed.mentions:
        location = mention.location
        if mention.sentence not in quoted:
            text = _utf8(article.text[mention.sentence.start : mention.sentence.end])
            quoted[mention.sentence] = text, sentence_url(url, text)
        sentence, link = quoted[mention.sentence]
        place = location.place
        longitude, latitude = location.point or (math.nan, math.nan)
        row = Row(
            mention_id=mention.id,
            article_id=article.id,
            article_title=title,
            article_url=url,
            article_date=date,
            source=source,
            sentence_index=mention.sentence.index,
            sentence=sentence,
            start=mention.span.start,
            end=mention.span.end,
            text=_utf8(mention.span.text),
            kind=str(mention.kind),
            role=str(mention.role),
            relation=mention.relation,
            place_id=place.id if place else "",
            place_name=place.name if place else "",
            country_code=place.country_code if place else "",
            admin1_name=place.admin1_name if place else "",
            feature_class=place.feature_class if place else "",
            feature_code=place.feature_code if place else "",
            latitude=latitude,
            longitude=longitude,
            geo_precision=int(_precision(mention)),
            uncertainty_km=math.nan if location.uncertainty_km is None else location.uncertainty_km,
            confidence=location.confidence,
            sentence_url=link,
            borders=str(borders),
            sentence_start=mention.sentence.start,
            reason=_utf8(location.reason),
        )
        yield row, location


def rival_rows(mention_id: str, location: Location) -> list[list[Any]]:
    """The candidates that were not chosen."""
    chosen = location.place.id if location.place else ""
    kept = [
        (rank, candidate.place, candidate.score)
        for rank, candidate in enumerate(location.candidates, 1)
        if candidate.place.id != chosen and candidate.score >= LEAST_SCORE
    ]
    return [
        [
            mention_id,
            rank,
            place.id,
            place.name,
            place.country_code,
            place.admin1_name,
            place.feature_class,
            place.feature_code,
            place.lat,
            place.lon,
            score,
        ]
        for rank, place, score in kept[:MOST_RIVALS]
    ]


def _precision(mention: Mention) -> Precision:
    """The stated precision; the widest where none is stated, since that claims the least."""
    return mention.location.precision or Precision.WIDE


def _utf8(text: str) -> str:
    """``text`` with lone surrogates, which no file format can hold, as "?"; offsets stay."""
    return text.encode("utf-8", "replace").decode("utf-8")
