"""Article text to toponyms: gazetteer names, kept or dropped by their context.

Two passes.  The first scores every gazetteer name by its own sentence; the second again, knowing which
persons the article names, which names it is sure of, and which countries and divisions those lie in.
Of overlapping names the longest that passes wins.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from crisismap.gazetteer import Gazetteer
from crisismap.lexicons import load_abbreviations
from crisismap.linear import LinearModel, sigmoid
from crisismap.model import Kind, Role, Sentence, Tier, Toponym
from crisismap.paths import data_path
from crisismap.recognition.context import Context
from crisismap.recognition.features import (
    ArticleEvidence,
    WordClasses,
    document_features,
    local_features,
    name_key,
)
from crisismap.recognition.roles import RoleClassifier
from crisismap.recognition.scan import NamedSpan, NameScanner

__all__ = ["GazetteerRecognizer", "Recognizer", "choose_spans", "document_features_of"]

_CONFIDENT = 0.7
"""First-pass probability from which a name counts as evidence for others."""

_THRESHOLD = -1.0
"""Log-odds from which a span is a toponym.  Below even odds: the models learn from corpora that mark a
place name only where it means the place, while a map wants "Moscow said" as well; -1 had the best mean
exact F1 over LGL, GeoWebNews-a and GeoVirus, none of them trained on."""

_KINDS = {
    "country": Kind.COUNTRY,
    "capital": Kind.SETTLEMENT,
    "seat1": Kind.SETTLEMENT,
    "seat2": Kind.SETTLEMENT,
    "section": Kind.SETTLEMENT,
    "place": Kind.SETTLEMENT,
    "facility": Kind.FACILITY,
    "water": Kind.NATURAL,
    "terrain": Kind.NATURAL,
}


class Recognizer(Protocol):
    """Finds the toponyms of a text."""

    def recognize(self, text: str, sentences: Sequence[Sentence]) -> list[Toponym]:
        """Return toponyms in the order of the text, none overlapping another."""
        ...


class GazetteerRecognizer:
    """The default: every gazetteer name in the text, filtered by two linear models."""

    def __init__(self, gazetteer: Gazetteer):
        self._scanner = NameScanner(gazetteer)
        self._classes = WordClasses.load()
        self._organizations = self._classes.organizations | self._classes.facilities
        self._local = LinearModel.load(data_path("models", "recognition-local.json"))
        self._document = LinearModel.load(data_path("models", "recognition-document.json"))
        self._roles = RoleClassifier.load()
        self._dotted = frozenset(a.text for a in load_abbreviations() if a.text.endswith("."))

    def recognize(self, text: str, sentences: Sequence[Sentence]) -> list[Toponym]:
        """Return toponyms in the order of the text, none overlapping another."""
        context = Context(text, [sentence.start for sentence in sentences])
        spans = self._scanner.scan(context)
        if not spans:
            return []
        scores = self.score(context, spans)
        chosen = choose_spans([s for s, score in zip(spans, scores, strict=True) if score > _THRESHOLD])
        chosen += self._find_embedded(context, spans, chosen)
        return [self._toponym(context, span) for span in sorted(chosen, key=lambda span: span.first)]

    def score(self, context: Context, spans: Sequence[NamedSpan]) -> list[float]:
        """Return the log-odds, after both passes, that each span is a toponym."""
        local = [local_features(context, span, self._classes) for span in spans]
        first_pass = [self._local.log_odds(names) for names in local]
        document = document_features_of(context, spans, first_pass, self._classes)
        return [self._document.log_odds(a + b) for a, b in zip(local, document, strict=True)]

    def _find_embedded(
        self, context: Context, spans: Sequence[NamedSpan], chosen: Sequence[NamedSpan]
    ) -> list[NamedSpan]:
        """Find well-known places inside the names of organizations and facilities."""
        taken = {index for span in chosen for index in range(span.first, span.last + 1)}
        return choose_spans(
            [
                span
                for span in spans
                if taken.isdisjoint(range(span.first, span.last + 1))
                and _is_known(span)
                and not self._is_ordinary(context, span)
                and self._in_organization(context, span)
            ]
        )

    def _is_ordinary(self, context: Context, span: NamedSpan) -> bool:
        """Whether a name is a word that organizations bear without a place: Royal, International, George."""
        if span.first != span.last:
            return False
        ordinary = self._classes.common | self._classes.given_names | self._organizations
        return context.fold(span.first) in ordinary and span.info.group not in ("country", "admin1")

    def _in_organization(self, context: Context, span: NamedSpan) -> bool:
        """Whether the span is part of the name of an organization or a facility."""
        index = span.last + 1
        while index <= span.last + 3 and context.gap(index - 1) == "_" and context.shape(index) in "TU":
            if context.fold(index) in self._organizations:
                return True
            index += 1
        return (
            context.fold(span.first - 1) in ("of", "for")
            and context.shape(span.first - 2) in "TU"
            and context.fold(span.first - 2) in self._organizations
        )

    def _toponym(self, context: Context, span: NamedSpan) -> Toponym:
        start, end = context.tokens[span.first].start, context.tokens[span.last].end
        if context.text.startswith(".", end) and context.text[start : end + 1] in self._dotted:
            end += 1
        if span.info.demonym:
            kind, role = Kind.DEMONYM, Role.ASSOCIATIVE
        elif self._in_organization(context, span):
            kind, role = Kind.EMBEDDED, Role.ASSOCIATIVE
        else:
            kind = _KINDS.get(span.info.group, Kind.REGION)
            role = self._roles.classify(context, span)
        return Toponym(start, end, context.text[start:end], kind, role)


def choose_spans(spans: Sequence[NamedSpan]) -> list[NamedSpan]:
    """Keep the longest of overlapping spans, the earlier of equally long ones."""
    taken: set[int] = set()
    chosen = []
    for span in sorted(spans, key=lambda span: (span.first - span.last, span.first)):
        inside = range(span.first, span.last + 1)
        if taken.isdisjoint(inside):
            taken.update(inside)
            chosen.append(span)
    return chosen


def document_features_of(
    context: Context, spans: Sequence[NamedSpan], log_odds: Sequence[float], classes: WordClasses
) -> list[list[str]]:
    """List each span's document features, from the first pass's ``log_odds`` of all spans."""
    evidence = _gather(context, spans, log_odds, classes)
    confident = {span.first: span for span, score in zip(spans, log_odds, strict=True) if score > 0}
    before = {span.last: span for span in confident.values()}
    features = []
    for span, score in zip(spans, log_odds, strict=True):
        comma_after = context.fold(span.last + 1) == ","
        parent = confident.get(span.last + 2) if comma_after else None
        comma_before = context.fold(span.first - 1) == ","
        child = before.get(span.first - 2) if comma_before else None
        features.append(
            document_features(
                context,
                span,
                score,
                evidence,
                followed_by_parent=parent is not None and _contains(parent, span),
                follows_child=child is not None and _contains(span, child),
            )
        )
    return features


def _contains(parent: NamedSpan, child: NamedSpan) -> bool:
    """Whether a reading of ``child`` lies in the prominent reading of ``parent``."""
    if parent.info.group == "country":
        return parent.info.country in child.info.countries
    return parent.info.group == "admin1" and parent.info.prominent + 1 in child.info.admin1s


def _gather(
    context: Context, spans: Sequence[NamedSpan], log_odds: Sequence[float], classes: WordClasses
) -> ArticleEvidence:
    best: dict[str, float] = {}
    countries: Counter[int] = Counter()
    admin1s: Counter[int] = Counter()
    for span, score in zip(spans, log_odds, strict=True):
        key = name_key(context, span)
        known = best.get(key)
        best[key] = score if known is None else max(known, score)
        # Each name counts once, however often the article repeats it.
        if sigmoid(score) >= _CONFIDENT and (known is None or sigmoid(known) < _CONFIDENT):
            countries.update([span.info.country] if span.info.country else [])
            admin1s.update([span.info.admin1] if span.info.admin1 else [])
            if span.info.group == "admin1":
                admin1s[span.info.prominent + 1] += 1
    return ArticleEvidence(_find_persons(context, classes), best, countries, admin1s)


def _find_persons(context: Context, classes: WordClasses) -> frozenset[str]:
    """Collect family names: capitalized words behind a given name or a title."""
    persons = set()
    for index in range(1, len(context.tokens)):
        lead = context.previous(index)
        if context.shape(index) == context.shape(lead) == "T" and context.gap(index - 1) == "_":
            leader, name = context.fold(lead), context.fold(index)
            leads = leader in classes.given_names or leader in classes.titles
            if leads and name not in classes.titles and name not in classes.organizations:
                persons.add(name)
    return frozenset(persons)


def _is_known(span: NamedSpan) -> bool:
    """Whether a name is prominent enough to stand for its place inside a longer name."""
    info = span.info
    known = info.group in ("country", "admin1", "capital") or info.population >= 100_000
    return known and not info.demonym and info.tier is not Tier.STRIPPED
