"""A ParsedArticle <-> its JSON line."""

from __future__ import annotations

import datetime as dt
import json
import math
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from crisismap.errors import ArticleError
from crisismap.geojson import geometry_object, prepare
from crisismap.model import (
    Article,
    Borders,
    Candidate,
    Kind,
    Location,
    Mention,
    ParsedArticle,
    Place,
    Precision,
    Sentence,
    SpatialExpression,
    Tier,
    Toponym,
)
from crisismap.parsed.fields import Reader, quote
from crisismap.parsed.trees import parse_toponym, parse_tree, toponym_record, tree_record

__all__ = [
    "Mark",
    "dump",
    "findings_record",
    "line_of",
    "load",
    "mark_of",
    "parse_article",
    "parse_findings",
    "parse_record",
]

_PLACES = 5  # decimals of a coordinate: a meter, as GeoNames has it
_CHANCES = 4
_RADII = 1
_WIDEST = 40_100  # kilometers, once around the Earth


@dataclass(frozen=True, slots=True)
class Mark:
    """What a line says of itself beside the article: of which borders, and of an unfinished run."""

    borders: Borders = Borders.INTERNATIONAL
    """The worldview in which the expressions' shapes were drawn."""
    settings: str = ""
    """A digest of the settings of the run; "" in a finished file."""
    error: str = ""
    """Why the article could not be parsed; only the file of an unfinished run holds such lines."""


def line_of(parsed: ParsedArticle, mark: Mark | None = None, *, exact: bool = False) -> bytes:
    """The JSON line of an article, with its line end.

    Args:
        parsed: what was found in it.
        mark: what else the line says.
        exact: write every number in full and every shape as it is, so that reading gives an equal value.
            A published line has coordinates, confidences and radii rounded, and shapes cut at 180 degrees.
    """
    article = parsed.article
    mark = mark or Mark()
    record: dict[str, Any] = {
        "id": article.id,
        "title": article.title,
        "url": article.url,
        "date": article.date.isoformat() if article.date else "",
        "source": article.source,
        "text": article.text,
        "borders": str(mark.borders),
        **findings_record(parsed, exact=exact),
    }
    if article.given_spans is not None:
        record["toponyms"] = [{"start": start, "end": end} for start, end in article.given_spans]
    if mark.settings:
        record["settings"] = mark.settings
    if mark.error:
        record["error"] = mark.error
    return dump(record) + b"\n"


def dump(record: dict[str, Any]) -> bytes:
    """JSON in UTF-8 on one line; half a surrogate pair, which no file can hold, becomes "?"."""
    text = json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def load(line: bytes, where: str) -> Reader:
    """The JSON object of a line.

    Raises:
        ArticleError: it is none.
    """
    try:
        return Reader(json.loads(line.decode("utf-8")), where)
    except RecursionError:
        raise ArticleError(f"{where}: nested too deeply: {quote(line)}") from None
    except ValueError as error:
        problem = (
            error.msg if isinstance(error, json.JSONDecodeError) else "not UTF-8, or a number out of range"
        )
        raise ArticleError(f"{where}: not JSON ({problem}): {quote(line)}") from None


def parse_record(record: Reader) -> ParsedArticle:
    """The article of a line that was loaded.

    Raises:
        ArticleError: the line is no result of crisismap, or tells of an article that could not be parsed.
    """
    if record.has("error"):
        raise ArticleError(record.text("error"))
    return parse_findings(record, parse_article(record))


def parse_article(record: Reader) -> Article:
    """The article of a line that was loaded, without what was found in it.

    Raises:
        ArticleError: the line is no result of crisismap.
    """
    return Article(
        id=record.text("id"),
        text=record.text("text"),
        title=record.text("title"),
        url=record.text("url"),
        date=record.convert("date", _date, "YYYY-MM-DD, or blank"),
        source=record.text("source"),
        given_spans=_given_spans(record),
    )


def mark_of(record: Reader) -> Mark:
    """What a line that was loaded says of itself.

    Raises:
        ArticleError: the line is no result of crisismap.
    """
    settings, error = (record.text(key) if record.has(key) else "" for key in ("settings", "error"))
    return Mark(record.choice("borders", Borders), settings, error)


def findings_record(parsed: ParsedArticle, *, exact: bool) -> dict[str, Any]:
    """What was found in an article, without the article."""
    return {
        "sentences": [[sentence.start, sentence.end] for sentence in parsed.sentences],
        "mentions": [_mention_record(mention, exact) for mention in parsed.mentions],
    }


def parse_findings(record: Reader, article: Article) -> ParsedArticle:
    """The other way round.

    Raises:
        ArticleError: these are no findings in that article.
    """
    sentences = record.convert("sentences", lambda v: _sentences(v, len(article.text)), "ranges of 'text'")
    mentions = tuple(_mention(item, article, sentences) for item in record.objects("mentions"))
    return ParsedArticle(article, sentences, mentions)


def _mention_record(mention: Mention, exact: bool) -> dict[str, Any]:
    span, location = mention.span, mention.location
    point = location.point
    return {
        "start": span.start,
        "end": span.end,
        "text": span.text,
        "kind": str(mention.kind),
        "role": str(mention.role),
        "confidence": _number(location.confidence, _CHANCES, exact),
        "place": _place_record(location.place, exact) if location.place else None,
        "precision": int(location.precision) if location.precision else None,
        "uncertainty_km": _number(location.uncertainty_km, _RADII, exact),
        "geometry": _geometry_record(location.geometry, exact),
        "relation": mention.relation or None,
        "id": mention.id,
        "sentence": mention.sentence.index,
        "point": [_number(value, _PLACES, exact) for value in point] if point else None,
        "reason": location.reason,
        "candidates": [
            {
                **_place_record(candidate.place, exact),
                "tier": candidate.tier.name.lower(),
                "score": _number(candidate.score, _CHANCES, exact),
            }
            for candidate in location.candidates
        ],
        "expression": _expression_record(span) if isinstance(span, SpatialExpression) else None,
    }


def _mention(record: Reader, article: Article, sentences: tuple[Sentence, ...]) -> Mention:
    relation = record.text("relation") if record.has("relation") else ""
    span: Toponym | SpatialExpression
    if record.choice("kind", Kind) is Kind.EXPRESSION:
        span = _expression(record, article.text, relation)
    else:
        span = parse_toponym(record, article.text)
    return Mention(
        id=record.text("id"),
        span=span,
        sentence=sentences[record.whole("sentence", 0, len(sentences) - 1)],
        location=_location(record),
        anchor=isinstance(span, Toponym) and relation == "anchor",
    )


def _location(record: Reader) -> Location:
    return Location(
        place=_place(record.object("place")) if record.has("place") else None,
        geometry=record.convert("geometry", _geometry, "a GeoJSON geometry")
        if record.has("geometry")
        else None,
        point=record.convert("point", _point, "[longitude, latitude]") if record.has("point") else None,
        confidence=record.number("confidence", 0, 1),
        precision=Precision(record.whole("precision", 1, 3)) if record.has("precision") else None,
        uncertainty_km=record.number("uncertainty_km", 0, _WIDEST) if record.has("uncertainty_km") else None,
        candidates=tuple(
            Candidate(
                _place(item),
                item.convert("tier", lambda name: Tier[name.upper()], "the tier of a name"),
                item.number("score", 0, 1),
            )
            for item in record.objects("candidates")
        ),
        reason=record.text("reason"),
    )


def _expression_record(span: SpatialExpression) -> dict[str, Any]:
    return {
        "directions": list(span.directions),
        "anchors": [toponym_record(toponym) for toponym in span.anchors],
        "tree": tree_record(span.tree) if span.tree else None,
        "reason": span.reason,
    }


def _expression(mention: Reader, text: str, relation: str) -> SpatialExpression:
    start, end = mention.span(len(text))
    record = mention.object("expression")
    return SpatialExpression(
        start,
        end,
        text[start:end],
        relation,
        record.texts("directions"),
        tuple(parse_toponym(item, text) for item in record.objects("anchors")),
        parse_tree(record.object("tree"), text) if record.has("tree") else None,
        record.text("reason"),
    )


def _place_record(place: Place, exact: bool) -> dict[str, Any]:
    return {
        "id": place.id,
        "name": place.name,
        "lat": _number(place.lat, _PLACES, exact),
        "lon": _number(place.lon, _PLACES, exact),
        "country_code": place.country_code,
        "feature_code": place.feature_code,
        "feature_class": place.feature_class,
        "admin1_code": place.admin1_code,
        "admin1_name": place.admin1_name,
        "admin2_code": place.admin2_code,
        "population": place.population,
    }


def _place(record: Reader) -> Place:
    return Place(
        id=record.text("id"),
        name=record.text("name"),
        lon=record.number("lon", -180, 180),
        lat=record.number("lat", -90, 90),
        feature_class=record.text("feature_class"),
        feature_code=record.text("feature_code"),
        country_code=record.text("country_code"),
        admin1_code=record.text("admin1_code"),
        admin1_name=record.text("admin1_name"),
        admin2_code=record.text("admin2_code"),
        population=record.whole("population", 0, 2**63),
    )


def _number(value: float | None, decimals: int, exact: bool) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return float(value) if exact else round(float(value), decimals)


def _geometry_record(geometry: BaseGeometry | None, exact: bool) -> Any:
    if exact:
        return mapping(geometry) if geometry is not None and not geometry.is_empty else None
    return geometry_object(prepare(geometry))


def _geometry(record: Any) -> BaseGeometry:
    geometry = shape(record)
    coordinates = shapely.get_coordinates(geometry)
    # Exact shapes may run on beyond 180 degrees, and no further than once around.
    if geometry.is_empty or not (abs(coordinates) <= (540.0, 90.0)).all():
        raise ValueError
    return geometry


def _point(values: Any) -> tuple[float, float]:
    lon, lat = map(float, values)
    if not (abs(lon) <= 540 and abs(lat) <= 90):
        raise ValueError
    return lon, lat


def _date(value: Any) -> dt.date | None:
    return dt.date.fromisoformat(value) if value != "" else None


def _given_spans(record: Reader) -> tuple[tuple[int, int], ...] | None:
    if not record.has("toponyms"):
        return None
    length = len(record.text("text"))
    return tuple(item.span(length) for item in record.objects("toponyms"))


def _sentences(ranges: Any, length: int) -> tuple[Sentence, ...]:
    sentences = []
    last = 0
    for index, (start, end) in enumerate(ranges):
        if type(start) is not int or type(end) is not int or not last <= start < end <= length:
            raise ValueError
        sentences.append(Sentence(index, start, end))
        last = end
    return tuple(sentences)
