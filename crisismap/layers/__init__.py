"""ParsedArticles -> the three published layers: ``mentions``, ``areas`` and ``places``.

Every layer is a GeoDataFrame in EPSG:4326 (longitude, latitude) with flat snake_case columns, the same
columns and dtypes whether or not there are rows.  An unresolved mention is in no layer; the plain table
``unlocated`` holds those, and ``rivals`` the places that were considered and not chosen.  Columns that
hold several values join them with ";"; ``mention_id`` is the key from one table to another.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlsplit

import geopandas as gpd
import pandas as pd
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon

from crisismap.model import Borders, Location, Mention, ParsedArticle, Place, Precision, Role, Sentence

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from crisismap.gazetteer import Boundaries

__all__ = ["Layers", "build_layers", "sentence_url"]

CRS = "EPSG:4326"

MENTION_COLUMNS = {
    "mention_id": "str",
    "article_id": "str",
    "article_title": "str",
    "article_url": "str",
    "article_date": "str",
    "source": "str",
    "sentence_index": "int64",
    "sentence": "str",
    "start": "int64",
    "end": "int64",
    "text": "str",
    "kind": "str",
    "role": "str",
    "relation": "str",
    "place_id": "str",
    "place_name": "str",
    "country_code": "str",
    "admin1_name": "str",
    "feature_class": "str",
    "feature_code": "str",
    "latitude": "float64",
    "longitude": "float64",
    "geo_precision": "int64",
    "uncertainty_km": "float64",
    "confidence": "float64",
    "sentence_url": "str",
    "borders": "str",
    "sentence_start": "int64",
    "reason": "str",
}

_JOINED = (
    "mention_id",
    "article_id",
    "article_title",
    "article_url",
    "article_date",
    "source",
    "sentence_index",
    "sentence",
    "start",
    "end",
    "text",
    "kind",
    "role",
    "relation",
    "sentence_url",
    "sentence_start",
    "reason",
)
"""What an area takes from each of its mentions; the other columns belong to the place itself."""

AREA_COLUMNS = {
    **{name: "str" if name in _JOINED else dtype for name, dtype in MENTION_COLUMNS.items()},
    "mention_count": "int64",
}

PLACE_COLUMNS = {
    "place_id": "str",
    "place_name": "str",
    "country_code": "str",
    "admin1_name": "str",
    "feature_class": "str",
    "feature_code": "str",
    "latitude": "float64",
    "longitude": "float64",
    "mention_count": "int64",
    "literal_count": "int64",
    "associative_count": "int64",
    "article_count": "int64",
    "first_date": "str",
    "last_date": "str",
}

UNLOCATED_COLUMNS = {
    name: MENTION_COLUMNS[name]
    for name in (
        "mention_id",
        "article_id",
        "article_title",
        "article_url",
        "article_date",
        "source",
        "sentence_index",
        "sentence",
        "sentence_start",
        "start",
        "end",
        "text",
        "kind",
        "role",
        "relation",
        "reason",
    )
}

RIVAL_COLUMNS = {
    "mention_id": "str",
    "rank": "int64",
    "place_id": "str",
    "place_name": "str",
    "country_code": "str",
    "admin1_name": "str",
    "feature_class": "str",
    "feature_code": "str",
    "latitude": "float64",
    "longitude": "float64",
    "score": "float64",
}

MOST_RIVALS = 5
"""Rivals kept of one mention: as many as a reader compares."""

LEAST_SCORE = 0.005
"""Score from which a rival is kept: one that would be shown as 1 % or more."""


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


class _Row(NamedTuple):
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


@dataclass(slots=True)
class _Shape:
    """An area under construction."""

    geometry: MultiPolygon | MultiLineString
    rows: list[_Row] = field(default_factory=list)


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
    rows: list[_Row] = []
    shapes: dict[str, _Shape] = {}
    places: dict[str, tuple[Place, list[_Row]]] = {}
    outlines: dict[str, MultiPolygon | MultiLineString | None] = {}
    unlocated: list[list[Any]] = []
    rivals: list[list[Any]] = []
    for article in parsed:
        for row, location in _rows(article, borders):
            rivals += _rivals(row.mention_id, location)
            place = location.place
            if location.point is None:
                unlocated.append([getattr(row, name) for name in UNLOCATED_COLUMNS])
                continue
            rows.append(row)
            if place is not None:
                places.setdefault(place.id, (place, []))[1].append(row)
                if place.is_area and place.id not in outlines:
                    outlines[place.id] = _multi(boundaries.boundary(place, borders))
                key, shape = place.id, outlines.get(place.id)
            else:
                shape = _multi(location.geometry)
                key = "" if shape is None else shape.wkb_hex
            if shape is not None:
                shapes.setdefault(key, _Shape(shape)).rows.append(row)
    return Layers(
        mentions=_frame(rows, MENTION_COLUMNS, [Point(row.longitude, row.latitude) for row in rows]),
        areas=_frame(
            [_area_row(shape.rows) for shape in shapes.values()],
            AREA_COLUMNS,
            [shape.geometry for shape in shapes.values()],
        ),
        places=_frame(
            [_place_row(place, mentioned) for place, mentioned in places.values()],
            PLACE_COLUMNS,
            [Point(place.lon, place.lat) for place, _ in places.values()],
        ),
        unlocated=_table(unlocated, UNLOCATED_COLUMNS),
        rivals=_table(rivals, RIVAL_COLUMNS),
        borders=borders,
    )


def _rows(parsed: ParsedArticle, borders: Borders) -> Iterable[tuple[_Row, Location]]:
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
        row = _Row(
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


def _rivals(mention_id: str, location: Location) -> list[list[Any]]:
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


def _multi(geometry: BaseGeometry | None) -> MultiPolygon | MultiLineString | None:
    """``geometry`` as a multi-part shape, so that one layer has few types; None for points."""
    if geometry is None or geometry.is_empty:
        return None
    if isinstance(geometry, Polygon):
        return MultiPolygon([geometry])
    if isinstance(geometry, LineString):
        return MultiLineString([geometry])
    return geometry if isinstance(geometry, MultiPolygon | MultiLineString) else None


def _area_row(rows: list[_Row]) -> list[Any]:
    first = rows[0]._asdict()
    first["geo_precision"] = max(row.geo_precision for row in rows)
    radii = [row.uncertainty_km for row in rows if not math.isnan(row.uncertainty_km)]
    first["uncertainty_km"] = max(radii, default=math.nan)
    first["confidence"] = max(row.confidence for row in rows)
    for name in _JOINED:
        first[name] = ";".join(dict.fromkeys(str(getattr(row, name)) for row in rows))
    return [*first.values(), len(rows)]


def _place_row(place: Place, rows: list[_Row]) -> list[Any]:
    dates = sorted(row.article_date for row in rows if row.article_date)
    literal = sum(row.role == Role.LITERAL for row in rows)
    return [
        place.id,
        place.name,
        place.country_code,
        place.admin1_name,
        place.feature_class,
        place.feature_code,
        place.lat,
        place.lon,
        len(rows),
        literal,
        len(rows) - literal,
        len({row.article_id for row in rows}),
        dates[0] if dates else "",
        dates[-1] if dates else "",
    ]


def _frame(
    rows: list[Any], columns: dict[str, str], geometry: list[Point] | list[MultiPolygon | MultiLineString]
) -> gpd.GeoDataFrame:
    table = _table(rows, columns)
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(geometry, crs=CRS), crs=CRS)


def _table(rows: list[Any], columns: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


WHOLE_SENTENCE = 300
"""Longest sentence, in characters, that a link quotes whole; a longer one is quoted by its two ends."""

_ENDS = 8
"""Words quoted at either end of a long sentence: enough to be unlike any other in one article."""


def sentence_url(url: str, sentence: str) -> str:
    """A link that opens ``url`` scrolled to ``sentence``, by a text fragment.

    See the WICG note "URL Fragment Text Directives": ``#:~:text=START[,END]``, where "-" and "," are part
    of the syntax and so are percent-encoded in the text.

    Returns:
        The link; "" where ``url`` is no absolute http(s) address.

    >>> sentence_url("https://example.org/a", "A one-on-one, in Kyiv.")
    'https://example.org/a#:~:text=A%20one%2Don%2Done%2C%20in%20Kyiv.'
    """
    if not _is_web_address(url):
        return ""
    words = sentence.split()
    text = " ".join(words)
    if not text:
        return url
    if len(text) <= WHOLE_SENTENCE or len(words) < 2 * _ENDS:
        directive = _encode(text)
    else:
        directive = f"{_encode(' '.join(words[:_ENDS]))},{_encode(' '.join(words[-_ENDS:]))}"
    page, hash_, fragment = url.partition("#")
    fragment = fragment.partition(":~:")[0]
    return f"{page}#{fragment}:~:text={directive}" if hash_ else f"{page}#:~:text={directive}"


def _is_web_address(url: str) -> bool:
    if not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:  # an unclosed bracket in the host
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _encode(text: str) -> str:
    return quote(text, safe="", errors="replace").replace("-", "%2D")
