"""Article text to toponyms by linear models: gazetteer names, kept or dropped by their context.

Two passes.  The first scores every gazetteer name by its own sentence; the second again, knowing which
persons the article names, which names it is sure of, and which countries and divisions those lie in.
Of overlapping names those win that are surest together.
"""

from __future__ import annotations

import copy
import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

from crisismap.gazetteer import Gazetteer
from crisismap.lexicons import load_abbreviations
from crisismap.linear import LinearModel, sigmoid
from crisismap.model import Kind, Role, Sentence, Toponym
from crisismap.paths import data_path
from crisismap.recognition.context import Context
from crisismap.recognition.features import (
    ArticleEvidence,
    WordClasses,
    document_features,
    local_features,
    name_key,
    names_of_power,
)
from crisismap.recognition.role_features import GivenName
from crisismap.recognition.roles import RoleClassifier
from crisismap.recognition.scan import NamedSpan, NameScanner

if TYPE_CHECKING:
    from crisismap.recognition.network import Reading

__all__ = ["Candidates", "GazetteerRecognizer", "Recognizer", "choose_spans", "document_features_of"]

_CONFIDENT = math.log(0.7 / 0.3)
"""First-pass log-odds from which a name counts as evidence for others."""

_HOPELESS = -5.0
"""First-pass log-odds below which a name is not looked at again: no such name was a toponym's."""

_THRESHOLD = -0.5
"""Log-odds from which a span is a toponym; best mean exact F1 over corpora left out of training."""

_GENEROUS_THRESHOLD = -2.0
"""The same where annotators disagree and the map says what it is: inside the name of an organization
(``embedded``), and for names of power ("the Kremlin")."""

_OWN_THRESHOLD = -4.0
"""The same for a team's own places: who lists them expects to meet them."""

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

    def find_roles(
        self, text: str, sentences: Sequence[Sentence], spans: Sequence[tuple[int, int]]
    ) -> list[Role]:
        """Return the role of each span; ``spans`` are all the place names of the text, in its order."""
        ...


@dataclass(frozen=True, slots=True)
class Candidates:
    """The spans of an article that may be toponyms, with the features that decide."""

    spans: list[NamedSpan]
    """By start, longer ones first."""
    features: list[list[str]]
    embedded: list[bool]
    """Whether a span lies inside the name of an organization or a facility."""
    thresholds: list[float]
    """Log-odds from which a span is a toponym."""
    facilities: frozenset[int] = frozenset()
    """Numbers of the spans without a gazetteer entry that are known to be of a facility."""
    reading: Reading | None = None
    """What the network read, if there is one."""


class GazetteerRecognizer:
    """The ``fast`` one: every gazetteer name in the text, filtered by two linear models.

    Args:
        gazetteer: whose names are looked for.
        model: decides over the features of :meth:`find_candidates`; by default the shipped one.
    """

    name = "fast"

    def __init__(self, gazetteer: Gazetteer, model: LinearModel | None = None):
        self._scanner = NameScanner(gazetteer)
        self._classes = WordClasses.load()
        self._organizations = self._classes.organizations | self._classes.facilities
        # Words that organizations bear without a place: Royal, International, George.
        self._ordinary = self._classes.common | self._classes.given_names | self._organizations
        self._powers = names_of_power()
        self._local = LinearModel.load(data_path("models", "recognition-local.json"))
        self._model = model or LinearModel.load(data_path("models", f"recognition-{self.name}.json"))
        self._roles = RoleClassifier.load()
        self._dotted = frozenset(a.text for a in load_abbreviations() if a.text.endswith("."))

    def with_model(self, model: LinearModel) -> Self:
        """Return a recognizer that decides by ``model`` and shares everything else."""
        other = copy.copy(self)
        other._model = model
        return other

    def with_roles(self, roles: RoleClassifier) -> Self:
        """Return a recognizer that tells roles by ``roles`` and shares everything else."""
        other = copy.copy(self)
        other._roles = roles
        return other

    def recognize(self, text: str, sentences: Sequence[Sentence]) -> list[Toponym]:
        """Return toponyms in the order of the text, none overlapping another."""
        context = Context(text, [sentence.start for sentence in sentences])
        candidates = self.find_candidates(context)
        log_odds = [self._model.log_odds(features) for features in candidates.features]
        margins = [odds - least for odds, least in zip(log_odds, candidates.thresholds, strict=True)]
        kept = choose_spans(candidates.spans, margins)
        names = [candidates.spans[number] for number in kept]
        roles = self._roles.classify(context, names, candidates.reading)
        return [
            self._toponym(context, candidates, number, role, sigmoid(log_odds[number]))
            for number, role in zip(kept, roles, strict=True)
        ]

    def find_roles(
        self, text: str, sentences: Sequence[Sentence], spans: Sequence[tuple[int, int]]
    ) -> list[Role]:
        """Return the role of each span; ``spans`` are all the place names of the text, in its order."""
        context = Context(text, [sentence.start for sentence in sentences])
        if not context.words:
            return [Role.LITERAL] * len(spans)
        known = {(span.first, span.last): span.info for span in self._scanner.scan(context)}
        names = [GivenName.at(context, start, end, known) for start, end in spans]
        runs = [run for run in context.sentences() if any(name.first in run for name in names)]
        return self._roles.classify(context, names, self._read(context, runs))

    def _read(self, context: Context, runs: Sequence[range]) -> Reading | None:
        """Let the network read ``runs`` of tokens, where there is one."""
        return None

    def find_candidates(self, context: Context) -> Candidates:
        """List the spans that the gazetteer knows and that are not out of the question."""
        spans, local, log_odds = self._first_pass(context)
        document = document_features_of(context, spans, log_odds, self._classes)
        features = [a + b for a, b in zip(local, document, strict=True)]
        embedded = [self._in_organization(context, span) for span in spans]
        return Candidates(spans, features, embedded, self._thresholds(context, spans, embedded))

    def span_range(self, context: Context, span: NamedSpan) -> tuple[int, int]:
        """Return the code points of a span, with the dot of an abbreviation: "Ky."."""
        start, end = context.starts[span.first], context.end(span.last)
        dotted = context.text.startswith(".", end) and context.text[start : end + 1] in self._dotted
        return start, end + dotted

    def _first_pass(self, context: Context) -> tuple[list[NamedSpan], list[list[str]], list[float]]:
        """List gazetteer names with their local features and log-odds, without the hopeless ones."""
        spans, features, log_odds = [], [], []
        for span in self._scanner.scan(context):
            local = local_features(context, span, self._classes)
            score = self._local.log_odds(local)
            if score > _HOPELESS or span.info.own:
                spans.append(span)
                features.append(local)
                log_odds.append(score)
        return spans, features, log_odds

    def _thresholds(
        self, context: Context, spans: Sequence[NamedSpan], embedded: Sequence[bool]
    ) -> list[float]:
        """Be generous to names of power and inside names of organizations, but not to "Royal", "George"."""
        thresholds = []
        for span, inside in zip(spans, embedded, strict=True):
            ordinary = span.first == span.last and context.fold_at[span.first] in self._ordinary
            generous = inside and (not ordinary or span.info.group in ("country", "admin1"))
            generous = generous or (span.info.group == "facility" and name_key(context, span) in self._powers)
            usual = _GENEROUS_THRESHOLD if generous else _THRESHOLD
            thresholds.append(_OWN_THRESHOLD if span.info.own else usual)
        return thresholds

    def _in_organization(self, context: Context, span: NamedSpan) -> bool:
        """Whether the span is part of the name of an organization or a facility."""
        if span.info.demonym:
            return False
        fold_at, shape_at = context.fold_at, context.shape_at
        index = span.last + 1
        while index <= span.last + 3 and shape_at[index] in "TU" and context.gap_at[index - 1] == "_":
            if fold_at[index] in self._organizations:
                return True
            index += 1
        return (
            fold_at[span.first - 1] in ("of", "for")
            and shape_at[span.first - 2] in "TU"
            and fold_at[span.first - 2] in self._organizations
        )

    def _toponym(
        self, context: Context, candidates: Candidates, number: int, role: Role, probability: float
    ) -> Toponym:
        span = candidates.spans[number]
        start, end = self.span_range(context, span)
        if span.info.demonym:
            # An adjective never marks a place of its own on the map, also where it says where something is.
            kind, role = Kind.DEMONYM, Role.ASSOCIATIVE
        elif candidates.embedded[number]:
            kind = Kind.EMBEDDED
        else:
            group = "facility" if number in candidates.facilities else span.info.group
            kind = _KINDS.get(group, Kind.REGION)
        # Who adds a place by hand is sure of its name.
        sure = 1.0 if span.info.own else round(probability, 4)
        return Toponym(start, end, context.text[start:end], kind, role, sure)


def choose_spans(spans: Sequence[NamedSpan], margins: Sequence[float]) -> list[int]:
    """Choose spans that do not overlap and whose margins add up to the most; return their numbers in order.

    Weighted interval scheduling; a span whose margin is not above 0 is never chosen.
    """
    order = sorted(
        (number for number, margin in enumerate(margins) if margin > 0),
        key=lambda number: (spans[number].last, spans[number].first),
    )
    lasts = [spans[number].last for number in order]
    totals, chains = [0.0], [0]  # of the first n spans: the best sum, and how many may come before the last
    for at, number in enumerate(order):
        before = bisect_left(lasts, spans[number].first, 0, at)
        total = totals[before] + margins[number]
        chains.append(before if total > totals[at] else -1)
        totals.append(max(total, totals[at]))
    chosen, at = [], len(order)
    while at:
        if chains[at] >= 0:
            chosen.append(order[at - 1])
            at = chains[at]
        else:
            at -= 1
    return chosen[::-1]


def document_features_of(
    context: Context, spans: Sequence[NamedSpan], log_odds: Sequence[float], classes: WordClasses
) -> list[list[str]]:
    """List each span's document features, from the first pass's ``log_odds`` of all spans."""
    keys = [name_key(context, span) for span in spans]
    evidence = _gather(context, spans, keys, log_odds, classes)
    confident = {span.first: span for span, score in zip(spans, log_odds, strict=True) if score > 0}
    before = {span.last: span for span in confident.values()}
    features = []
    for span, key, score in zip(spans, keys, log_odds, strict=True):
        comma_after = context.fold_at[span.last + 1] == ","
        parent = confident.get(span.last + 2) if comma_after else None
        comma_before = context.fold_at[span.first - 1] == ","
        child = before.get(span.first - 2) if comma_before else None
        features.append(
            document_features(
                key,
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
    context: Context,
    spans: Sequence[NamedSpan],
    keys: Sequence[str],
    log_odds: Sequence[float],
    classes: WordClasses,
) -> ArticleEvidence:
    best: dict[str, float] = {}
    countries: Counter[int] = Counter()
    admin1s: Counter[int] = Counter()
    for span, key, score in zip(spans, keys, log_odds, strict=True):
        known = best.get(key)
        best[key] = score if known is None else max(known, score)
        # Each name counts once, however often the article repeats it.
        if score >= _CONFIDENT and (known is None or known < _CONFIDENT):
            if span.info.country:
                countries[span.info.country] += 1
            if span.info.admin1:
                admin1s[span.info.admin1] += 1
            if span.info.group == "admin1":
                admin1s[span.info.prominent + 1] += 1
    return ArticleEvidence(_find_persons(context, classes), best, countries, admin1s, countries.total())


def _find_persons(context: Context, classes: WordClasses) -> frozenset[str]:
    """Collect family names: capitalized words behind a given name or a title."""
    fold_at, shape_at, gap_at = context.fold_at, context.shape_at, context.gap_at
    persons = set()
    for lead in context.capitals:
        leader = fold_at[lead]
        if shape_at[lead] == "T" and (leader in classes.given_names or leader in classes.titles):
            index = lead + 2 if shape_at[lead + 1] == "o" else lead + 1  # "Mr. Houston"
            if shape_at[index] == "T" and gap_at[index - 1] == "_" and context.previous(index) == lead:
                name = fold_at[index]
                if name not in classes.titles and name not in classes.organizations:
                    persons.add(name)
    return frozenset(persons)
