"""Annotated corpora, and answers of any geoparser, as values that can be compared.

Both are JSONL, one article a line.  A gold line is an article as ``crisismap.articles`` reads it, with
``"toponyms": [{"start", "end", "text", "type", "place_id", "lat", "lon"}]``; ``place_id`` is "geonames:N" or
null, ``lat`` and ``lon`` may be null.  A line of answers is ``{"id", "mentions": [...]}`` with mentions
``{"start", "end", "kind", "role", "confidence", "place": {"id", "lat", "lon", ...} | null}``, the contract of
``crisismap export``; other systems may leave out kind, role and confidence.
Spans are half-open ranges of code points of the article's text.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from crisismap.articles import read_articles
from crisismap.errors import ArticleError
from crisismap.model import Article, Kind, ParsedArticle, Place, Role

__all__ = [
    "Answer",
    "AnswerPlace",
    "Answers",
    "GoldArticle",
    "GoldToponym",
    "answer_place",
    "answers_of",
    "read_answers",
    "read_gold",
]

_T = TypeVar("_T")
_E = TypeVar("_E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class GoldToponym:
    """A place name that a person annotated."""

    start: int
    end: int
    text: str
    type: str = ""
    """The corpus's own type: a GeoNames feature code in LGL, a pragmatic type in GeoWebNews, else ""."""
    place_id: str | None = None
    """"geonames:703448"; None where the corpus gives none."""
    lon: float | None = None
    lat: float | None = None

    @property
    def located(self) -> bool:
        """Whether the annotation says where the place lies."""
        return self.lon is not None and self.lat is not None


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """An article with its annotated toponyms in the order of the text."""

    article: Article
    toponyms: tuple[GoldToponym, ...]


@dataclass(frozen=True, slots=True)
class AnswerPlace:
    """The place that a geoparser chose; other systems know only its coordinates."""

    lon: float
    lat: float
    id: str | None = None
    country_code: str = ""
    feature_code: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A toponym that a geoparser reported, and where it puts it; ``place`` is None where it does not."""

    start: int
    end: int
    place: AnswerPlace | None = None
    kind: Kind | None = None
    role: Role | None = None
    confidence: float | None = None
    """Probability, 0 to 1, that the place is right; None where the geoparser gives none."""


Answers = Mapping[str, tuple[Answer, ...]]
"""Article id -> answers in the order of the text."""


def read_gold(
    path: Path, *, on_error: Callable[[ArticleError], None] | None = None
) -> tuple[GoldArticle, ...]:
    """Read an annotated corpus.

    Args:
        path: a JSONL file.
        on_error: is given what is wrong with a line, and reading goes on without it.

    Raises:
        ArticleError: the file cannot be read, or a line is not of the schema above and there is no
            ``on_error``; names file and line.
    """
    passed_over = 0

    def pass_over(error: ArticleError) -> None:
        nonlocal passed_over
        if on_error is None:
            raise error
        passed_over += 1
        on_error(error)

    lines = _lines(path)
    gold = []
    for article in read_articles(path, on_error=pass_over):
        for _ in range(passed_over):
            next(lines)
        passed_over = 0
        where, line = next(lines)
        try:
            gold.append(GoldArticle(article, _toponyms(line, article, where)))
        except ArticleError as error:
            if on_error is None:
                raise
            on_error(error)
    return tuple(gold)


def read_answers(path: Path) -> Answers:
    """Read what a geoparser answered; spatial expressions are left out, since no corpus annotates them.

    Raises:
        ArticleError: the file cannot be read, or a line is not of the contract; names file and line.
    """
    return {_field(line, "id", where, str): _answers(line, where) for where, line in _lines(path)}


def answers_of(parsed: ParsedArticle) -> tuple[Answer, ...]:
    """Return the toponyms of a parsed article in the form that scoring takes."""
    answers = []
    for mention in parsed.mentions:
        if mention.kind is Kind.EXPRESSION:
            continue
        span, location = mention.span, mention.location
        place = answer_place(location.place)
        answers.append(Answer(span.start, span.end, place, mention.kind, mention.role, location.confidence))
    return tuple(answers)


def answer_place(place: Place | None) -> AnswerPlace | None:
    """Return what judging needs of a gazetteer entry."""
    if place is None:
        return None
    return AnswerPlace(place.lon, place.lat, place.id, place.country_code, place.feature_code)


def _lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ArticleError(f"{path}: cannot be read as UTF-8 text ({error}); pass a JSONL file") from error
    # JSON may hold U+2028 and the like unescaped, so lines end at line feeds only.
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            raise ArticleError(
                f"{where}: {line[:40]!r} is not JSON ({error}); write one object a line"
            ) from error
        if not isinstance(value, dict):
            raise ArticleError(f"{where}: {line[:40]!r} is not a JSON object; write one object a line")
        yield where, value


def _toponyms(line: dict[str, Any], article: Article, where: str) -> tuple[GoldToponym, ...]:
    toponyms = []
    for item in _objects(line, "toponyms", where):
        start, end = _span(item, where)
        place_id = item.get("place_id")
        if not isinstance(place_id, str | None):
            raise ArticleError(f"{where}: 'place_id' is {place_id!r}; write 'geonames:N' or null")
        lon, lat = _coordinates(item, where) or (None, None)
        text, kind = article.text[start:end], str(item.get("type") or "")
        toponyms.append(GoldToponym(start, end, text, kind, place_id, lon, lat))
    return tuple(sorted(toponyms, key=lambda toponym: (toponym.start, toponym.end)))


def _answers(line: dict[str, Any], where: str) -> tuple[Answer, ...]:
    answers = []
    for item in _objects(line, "mentions", where):
        kind = _member(Kind, item, "kind", where)
        if kind is Kind.EXPRESSION:
            continue
        place = item.get("place")
        coordinates = _coordinates(place, where) if isinstance(place, dict) else None
        chosen = None
        if isinstance(place, dict) and coordinates:
            chosen = AnswerPlace(
                *coordinates,
                id=place.get("id"),
                country_code=place.get("country_code") or "",
                feature_code=place.get("feature_code") or "",
            )
        role = _member(Role, item, "role", where)
        answers.append(Answer(*_span(item, where), chosen, kind, role, _confidence(item, where)))
    return tuple(sorted(answers, key=lambda answer: (answer.start, answer.end)))


def _field(item: dict[str, Any], name: str, where: str, kind: type[_T]) -> _T:
    value = item.get(name)
    if not isinstance(value, kind):
        raise ArticleError(f"{where}: {name!r} is {value!r}; write a {kind.__name__}")
    return value


def _objects(line: dict[str, Any], name: str, where: str) -> list[dict[str, Any]]:
    items = _field(line, name, where, list)
    for item in items:
        if not isinstance(item, dict):
            raise ArticleError(f"{where}: {item!r} among {name!r} is not an object")
    return items


def _span(item: dict[str, Any], where: str) -> tuple[int, int]:
    start, end = _field(item, "start", where, int), _field(item, "end", where, int)
    if not 0 <= start < end:
        raise ArticleError(f"{where}: span {start}-{end} is no range; write integers start < end")
    return start, end


def _coordinates(item: dict[str, Any], where: str) -> tuple[float, float] | None:
    """Return (lon, lat), or None where either is null."""
    lon, lat = item.get("lon"), item.get("lat")
    if lon is None or lat is None:
        return None
    if not all(isinstance(value, int | float) and math.isfinite(value) for value in (lon, lat)):
        raise ArticleError(f"{where}: lon {lon!r}, lat {lat!r} are not numbers")
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ArticleError(f"{where}: lon {lon!r}, lat {lat!r} lie off the globe; are they swapped?")
    return float(lon), float(lat)


def _confidence(item: dict[str, Any], where: str) -> float | None:
    value = item.get("confidence")
    if value is not None and not (isinstance(value, int | float) and 0 <= value <= 1):
        raise ArticleError(f"{where}: confidence {value!r} is no probability; write 0 to 1 or null")
    return value


def _member(words: type[_E], item: dict[str, Any], name: str, where: str) -> _E | None:
    value = item.get(name)
    if value is None:
        return None
    try:
        return words(str(value))
    except ValueError:
        raise ArticleError(f"{where}: {name} {value!r} is unknown; write one of {', '.join(words)}") from None
