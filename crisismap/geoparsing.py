"""The stages composed: articles in, parsed articles out."""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import lru_cache

from crisismap.errors import ArticleError
from crisismap.expressions import find_expressions, may_be_nameless
from crisismap.gazetteer import Boundaries, Gazetteer
from crisismap.gazetteer.hierarchy import is_country
from crisismap.geometry import expression_location, place_precision
from crisismap.model import (
    Article,
    Borders,
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
from crisismap.recognition import Recognizer, open_recognizer
from crisismap.resolution import Resolver, Unresolved
from crisismap.sentences import split_sentences

__all__ = ["Geoparser", "geoparse", "home_of", "parse_together", "portions"]

_CACHE_SIZE = 20_000
_FEW = 64
"""Articles that are parsed together: more are hardly faster."""
_FEW_CHARACTERS = 200_000
"""What their texts hold together, at most, so that books come one at a time."""
_LARGE = 100_000  # people; a direction and a name are together a smaller place's name by accident
_IN_USE = frozenset({Tier.PRIMARY, Tier.ABBREVIATION, Tier.ALTERNATE})
_log = logging.getLogger(__name__)
_KINDS = {"P": Kind.SETTLEMENT, "S": Kind.FACILITY, "H": Kind.NATURAL, "T": Kind.NATURAL, "L": Kind.REGION}


class Geoparser:
    """The pipeline over one gazetteer; opening takes well under a second, parsing milliseconds.

    >>> from crisismap.gazetteer import Gazetteer
    >>> geoparser = Geoparser(Gazetteer.open())
    >>> parsed = geoparser.parse(Article("a", "Talks were held in Kyiv."))
    >>> parsed.mentions[0].location.place.id
    'geonames:703448'
    """

    def __init__(
        self,
        gazetteer: Gazetteer,
        *,
        boundaries: Boundaries | None = None,
        recognizer: Recognizer | None = None,
        resolver: Resolver | None = None,
        borders: Borders = Borders.INTERNATIONAL,
        homes: Mapping[str, Place] | None = None,
    ):
        """Compose the stages; each that is not given is the one that ships.

        ``homes`` says where outlets are at home, by ``Article.source``; "" stands for all others.  Local news
        rarely says which Springfield it means.
        """
        self.gazetteer = gazetteer
        self.boundaries = boundaries or Boundaries.open()
        self.borders = borders
        self._recognizer = recognizer or open_recognizer("neural", gazetteer)
        self._resolver = resolver or Resolver(gazetteer)
        self._homes = dict(homes or {})
        self._precision: OrderedDict[str, tuple[Precision, float]] = OrderedDict()
        self._is_name = lru_cache(maxsize=_CACHE_SIZE)(self._names_place)

    @property
    def homes(self) -> Mapping[str, Place]:
        """Where outlets are at home, by ``Article.source``; "" stands for all others."""
        return dict(self._homes)

    def with_homes(self, homes: Mapping[str, Place]) -> Geoparser:
        """Return a geoparser that knows these homes as well; those that it knew already stay."""
        other = copy(self)
        other._homes = {**homes, **self._homes}
        return other

    def with_recognizer(self, recognizer: Recognizer) -> Geoparser:
        """Return a geoparser that is the same but for what finds the toponyms."""
        other = copy(self)
        other._recognizer = recognizer
        return other

    def parse(self, article: Article) -> ParsedArticle:
        """Find the toponyms and spatial expressions of an article and resolve them together."""
        [parsed] = self.parse_all([article])
        return parsed

    def resolve_given(self, article: Article) -> ParsedArticle:
        """Resolve exactly the article's given spans; their kinds are those recognized there.

        Raises:
            ArticleError: the article has no given spans.
        """
        [parsed] = self.parse_all([article], given_spans=True)
        return parsed

    def parse_all(self, articles: Sequence[Article], *, given_spans: bool = False) -> list[ParsedArticle]:
        """Do what :meth:`parse` or :meth:`resolve_given` does of each of some articles, in less time.

        Raises:
            ArticleError: one of them should have given spans and has none.
        """
        read = self._read_given if given_spans else self._read
        found = [(article, *read(article)) for article in articles]
        unresolved = [
            Unresolved(
                article.text,
                toponyms,
                url=article.url or article.source,
                home=home_of(self._homes, article.source),
                given=given_spans,
            )
            for article, _, toponyms in found
        ]
        located = self._resolver.resolve_all(unresolved)
        return [self._compose(*one, locations) for one, locations in zip(found, located, strict=True)]

    def _read(self, article: Article) -> tuple[Sequence[Sentence], list[Toponym]]:
        sentences = split_sentences(article.text)
        return sentences, self._recognizer.recognize(article.text, sentences)

    def _read_given(self, article: Article) -> tuple[Sequence[Sentence], list[Toponym]]:
        if article.given_spans is None:
            raise ArticleError(
                f'article {article.id!r} has no given spans; add "toponyms": [{{"start", "end"}}] to its line'
            )
        sentences, found = self._read(article)
        kinds = {(toponym.start, toponym.end): toponym.kind for toponym in found}
        spans = sorted(set(article.given_spans))
        roles = self._recognizer.find_roles(article.text, sentences, spans)
        return sentences, [
            Toponym(start, end, article.text[start:end], kinds.get((start, end), Kind.REGION), role)
            for (start, end), role in zip(spans, roles, strict=True)
        ]

    def _compose(
        self,
        article: Article,
        sentences: Sequence[Sentence],
        toponyms: Sequence[Toponym],
        found: Sequence[Location],
    ) -> ParsedArticle:
        located = [
            (_with_kind(toponym, location), self._with_precision(location, toponym.probability))
            for toponym, location in zip(toponyms, found, strict=True)
        ]
        starts = [sentence.start for sentence in sentences]

        def sentence_at(position: int) -> Sentence:
            return sentences[max(0, bisect_right(starts, position) - 1)]

        by_sentence: dict[int, list[Toponym]] = {}
        for toponym, _ in located:
            by_sentence.setdefault(sentence_at(toponym.start).index, []).append(toponym)
        expressions = list(self._locate_expressions(article.text, sentences, by_sentence, located))
        # "Its border" rests on a name outside of it, which stays a mention like any other.
        anchors = {
            toponym
            for span, where in expressions
            if where.resolved
            for toponym in span.anchors
            if span.start <= toponym.start < span.end
        }
        spans: list[tuple[Toponym | SpatialExpression, Location]] = [*located, *expressions]
        # "Eastern Aleppo" may be a toponym and an expression; the id of the latter then tells its relation.
        taken = {(toponym.start, toponym.end) for toponym, _ in located}
        # An expression comes before its anchors: it begins where the first of them does, or earlier.
        spans.sort(key=lambda item: (item[0].start, -item[0].end))
        mentions = tuple(
            Mention(
                id=f"{article.id}:{span.start}-{span.end}{_suffix(span, taken)}",
                span=span,
                sentence=sentence_at(span.start),
                location=location,
                anchor=span in anchors,
            )
            for span, location in spans
        )
        return ParsedArticle(article, tuple(sentences), mentions)

    def _with_precision(self, location: Location, probability: float) -> Location:
        """Say how precise a location is, and how sure where what was read as a name may be none."""
        place = location.place
        if place is None:
            return location
        confidence = location.confidence * probability
        if location.precision is not None:
            return replace(location, confidence=confidence)
        known = self._precision.get(place.id)
        if known is None:
            known = self._precision[place.id] = place_precision(place, self.boundaries, self.borders)
            if len(self._precision) > _CACHE_SIZE:
                self._precision.popitem(last=False)
        return replace(location, confidence=confidence, precision=known[0], uncertainty_km=known[1])

    def _locate_expressions(
        self,
        text: str,
        sentences: Sequence[Sentence],
        by_sentence: Mapping[int, Sequence[Toponym]],
        located: Sequence[tuple[Toponym, Location]],
    ) -> Iterator[tuple[SpatialExpression, Location]]:
        """Find the expressions that the toponyms anchor, sentence by sentence."""
        locations = dict(located)
        # A name placed near another is nothing to measure from.
        places = {
            t: location.place for t, location in located if location.place is not None and not location.reason
        }
        nameless = may_be_nameless(text.lower())
        for sentence in sentences:
            toponyms = by_sentence.get(sentence.index, ())
            if not toponyms and not nameless:
                continue
            for expression in find_expressions(
                text, sentence, toponyms, places, self._is_name, self._are_neighbors
            ):
                yield expression, expression_location(expression, locations, self.boundaries, self.borders)

    def _are_neighbors(self, code: str, other: str) -> bool:
        return other in self.boundaries.neighbors(code, self.borders)

    def _names_place(self, text: str) -> bool:
        """Whether a text is in use as a name of a country, region, water or large city: "West Bank"."""
        return any(
            candidate.tier in _IN_USE
            and (candidate.place.feature_class != "P" or candidate.place.population >= _LARGE)
            for candidate in self.gazetteer.lookup(text)
        )


def home_of(homes: Mapping[str, Place], source: str) -> Place | None:
    """Where an outlet is at home, if anybody said; "" stands for all whose home is not stated."""
    return homes.get(source) or homes.get("")


def geoparse(
    articles: Iterable[Article],
    geoparser: Geoparser | None = None,
    *,
    given_spans: bool = False,
    on_error: Callable[[ArticleError], None] | None = None,
) -> Iterator[ParsedArticle]:
    """Parse articles lazily and in order, a few at a time.

    Args:
        articles: what to parse; read some dozen ahead.
        geoparser: by default one over the gazetteer that ships with crisismap.
        given_spans: resolve each article's ``given_spans`` and recognize nothing else.
        on_error: is given an error for each article that fails, and parsing goes on.  Without it the first
            error is raised.

    Raises:
        ArticleError: an article cannot be parsed, and there is no ``on_error``.
    """
    geoparser = geoparser or Geoparser(Gazetteer.open())
    for few in portions(articles):
        for parsed in parse_together(few, geoparser, given_spans=given_spans):
            if isinstance(parsed, ParsedArticle):
                yield parsed
            elif on_error is None:
                raise parsed
            else:
                on_error(parsed)


def portions(articles: Iterable[Article], size: int = _FEW) -> Iterator[list[Article]]:
    """Take articles a few at a time; where their source fails, first those that came before."""
    few: list[Article] = []
    characters = 0
    try:
        for article in articles:
            few.append(article)
            characters += len(article.text)
            if len(few) == size or characters > _FEW_CHARACTERS:
                yield few
                few, characters = [], 0
    except Exception:
        if few:
            yield few
        raise
    if few:
        yield few


def parse_together(
    articles: Sequence[Article], geoparser: Geoparser, *, given_spans: bool = False
) -> Iterator[ParsedArticle | ArticleError]:
    """Parse some articles, in order; where one fails, each by itself, for it must not cost the others."""
    try:
        yield from geoparser.parse_all(articles, given_spans=given_spans)
    except Exception as error:
        if len(articles) > 1:
            for article in articles:
                yield from parse_together([article], geoparser, given_spans=given_spans)
        elif isinstance(error, ArticleError):
            yield error
        else:
            _log.debug("article %r failed", articles[0].id, exc_info=True)
            failed = ArticleError(
                f"article {articles[0].id!r}: {type(error).__name__}: {error}; please report it"
            )
            failed.__cause__ = error
            yield failed


def _with_kind(toponym: Toponym, location: Location) -> Toponym:
    """Correct the kind, a guess from the name alone, by the place that was chosen for just this name."""
    place = location.place
    if place is None or location.reason or toponym.kind in (Kind.DEMONYM, Kind.EMBEDDED):
        return toponym
    kind = Kind.COUNTRY if is_country(place) else _KINDS.get(place.feature_class, Kind.REGION)
    return toponym if kind is toponym.kind else replace(toponym, kind=kind)


def _suffix(span: Toponym | SpatialExpression, taken: Collection[tuple[int, int]]) -> str:
    if isinstance(span, Toponym) or (span.start, span.end) not in taken:
        return ""
    return f":{span.relation}"
