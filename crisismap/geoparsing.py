"""The stages composed: articles in, parsed articles out, one at a time."""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import lru_cache

from crisismap.errors import ArticleError
from crisismap.expressions import find_expressions
from crisismap.gazetteer import Boundaries, Gazetteer
from crisismap.gazetteer.hierarchy import is_country
from crisismap.geometry import expression_location, place_geometry
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
from crisismap.resolution import Resolver
from crisismap.sentences import split_sentences

__all__ = ["Geoparser", "geoparse", "home_of"]

_CACHE_SIZE = 20_000
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
        sentences = split_sentences(article.text)
        toponyms = self._recognizer.recognize(article.text, sentences)
        return self._compose(article, sentences, toponyms)

    def resolve_given(self, article: Article) -> ParsedArticle:
        """Resolve exactly the article's given spans; their kinds are those recognized there.

        Raises:
            ArticleError: the article has no given spans.
        """
        if article.given_spans is None:
            raise ArticleError(
                f'article {article.id!r} has no given spans; add "toponyms": [{{"start", "end"}}] to its line'
            )
        sentences = split_sentences(article.text)
        recognized = {(t.start, t.end): t.kind for t in self._recognizer.recognize(article.text, sentences)}
        spans = sorted(set(article.given_spans))
        roles = self._recognizer.find_roles(article.text, sentences, spans)
        toponyms = [
            Toponym(start, end, article.text[start:end], recognized.get((start, end), Kind.REGION), role)
            for (start, end), role in zip(spans, roles, strict=True)
        ]
        return self._compose(article, sentences, toponyms, given=True)

    def _compose(
        self,
        article: Article,
        sentences: Sequence[Sentence],
        toponyms: Sequence[Toponym],
        *,
        given: bool = False,
    ) -> ParsedArticle:
        home = home_of(self._homes, article.source)
        outlet = article.url or article.source
        found = self._resolver.resolve(article.text, toponyms, url=outlet, home=home, given=given)
        resolved = zip(toponyms, found, strict=True)
        # All mentions of a name share one location.
        precise = {id(location): self._with_precision(location) for location in found}
        located = [
            (_with_kind(toponym, location), _as_sure_as(toponym, precise[id(location)]))
            for toponym, location in resolved
        ]
        expressions = list(self._locate_expressions(article.text, sentences, located))
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
                sentence=_sentence_at(sentences, span.start),
                location=location,
                anchor=span in anchors,
            )
            for span, location in spans
        )
        return ParsedArticle(article, tuple(sentences), mentions)

    def _with_precision(self, location: Location) -> Location:
        place = location.place
        if place is None or location.precision is not None:
            return location
        known = self._precision.get(place.id)
        if known is None:
            _, precision, uncertainty_km = place_geometry(place, self.boundaries, self.borders)
            known = self._precision[place.id] = (precision, uncertainty_km)
            if len(self._precision) > _CACHE_SIZE:
                self._precision.popitem(last=False)
        return replace(location, precision=known[0], uncertainty_km=known[1])

    def _locate_expressions(
        self, text: str, sentences: Sequence[Sentence], located: Sequence[tuple[Toponym, Location]]
    ) -> Iterator[tuple[SpatialExpression, Location]]:
        """Find the expressions that the toponyms anchor, sentence by sentence."""
        locations = dict(located)
        # A name placed near another is nothing to measure from.
        places = {
            t: location.place for t, location in located if location.place is not None and not location.reason
        }
        inside: dict[int, list[Toponym]] = {}
        for toponym in locations:
            inside.setdefault(_sentence_at(sentences, toponym.start).index, []).append(toponym)
        for sentence in sentences:
            toponyms = inside.get(sentence.index, ())
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
    """Parse articles one at a time, lazily and in order.

    Args:
        articles: what to parse.
        geoparser: by default one over the gazetteer that ships with crisismap.
        given_spans: resolve each article's ``given_spans`` and recognize nothing else.
        on_error: is given an error for each article that fails, and parsing goes on.  Without it the first
            error is raised.

    Raises:
        ArticleError: an article cannot be parsed, and there is no ``on_error``.
    """
    geoparser = geoparser or Geoparser(Gazetteer.open())
    parse = geoparser.resolve_given if given_spans else geoparser.parse
    for article in articles:
        try:
            parsed = parse(article)
        except ArticleError as error:
            if on_error is None:
                raise
            on_error(error)
        except Exception as error:
            # One article that trips a bug must not cost a batch of thousands.
            if on_error is None:
                raise
            _log.debug("article %r failed", article.id, exc_info=True)
            on_error(
                ArticleError(f"article {article.id!r}: {type(error).__name__}: {error}; please report it")
            )
        else:
            yield parsed


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


def _as_sure_as(toponym: Toponym, location: Location) -> Location:
    """Take into account that what was read as a name may be none."""
    if toponym.probability == 1.0 or not location.resolved:
        return location
    return replace(location, confidence=location.confidence * toponym.probability)


def _sentence_at(sentences: Sequence[Sentence], position: int) -> Sentence:
    index = bisect_right(sentences, position, key=lambda sentence: sentence.start) - 1
    return sentences[max(0, index)]
