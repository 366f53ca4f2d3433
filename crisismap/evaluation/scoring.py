"""Gold and answers -> scores.  ``docs/evaluation.md`` says in plain words what is counted."""

from __future__ import annotations

import math
import statistics
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from crisismap.lexicons import load_demonyms
from crisismap.model import Kind

from .gold import Answer, Answers, GoldArticle, GoldToponym
from .rules import UNRESOLVED_KM, Judge

__all__ = [
    "Adjectives",
    "Counts",
    "ResolutionScore",
    "Scores",
    "match",
    "score_end_to_end",
    "score_recognition",
    "score_resolution",
]

ADJECTIVAL_TYPES = frozenset({"Demonym", "Homonym", "Language"})
"""GeoWebNews's types of words derived from a place name, which other corpora do not annotate."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many gold spans there are, how many were reported, how many of these are right."""

    gold: int
    reported: int
    right: int

    @property
    def precision(self) -> float:
        """Share of the reported that is right; 0 where nothing was reported although there was gold."""
        return self._share(self.reported)

    @property
    def recall(self) -> float:
        """Share of the gold that was found."""
        return self._share(self.gold)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 1.0 if not self.gold + self.reported else 2 * self.right / (self.gold + self.reported)

    def _share(self, whole: int) -> float:
        if whole:
            return self.right / whole
        return 0.0 if self.gold + self.reported else 1.0


@dataclass(frozen=True, slots=True)
class Scores:
    """One score, by how closely a reported span must agree with a gold span."""

    exact: Counts
    """The same start and end."""
    overlap: Counts
    """At least one code point in common."""


@dataclass(frozen=True, slots=True)
class ResolutionScore:
    """How well given spans are resolved, over every gold toponym with coordinates; none is left out."""

    toponyms: int
    unresolved: int
    acc_161: float
    """Share of the right answers; area-aware (see ``crisismap.evaluation.rules``)."""
    acc_161_points: float
    """Share of the answers within 161 km of the gold point, countries' centroids too: the old measure, for
    comparison with figures published elsewhere."""
    identified: int
    """Gold toponyms with an id."""
    id_accuracy: float | None
    """Share of these answered with the same id; None where the corpus or the system has no ids."""
    mean_km: float
    median_km: float
    auc: float
    """Mean of ln(1 + error) over ln(1 + 20,039 km): 0 is perfect, 1 is nothing answered."""


class _Span(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


_G = TypeVar("_G", bound=_Span)
_A = TypeVar("_A", bound=_Span)


@dataclass(frozen=True, slots=True)
class Adjectives:
    """Which spans are words derived from place names, and whether they count.

    Corpora differ in whether they annotate "French" and "Ukrainians".  So by default such a span is left
    out where one side has it and the other does not: it counts neither as right nor as wrong.

    Attributes:
        counted: count them like everything else.
        words: case-folded demonyms, which tell the adjectives among GeoWebNews's Non_Literal_Modifier.
    """

    counted: bool = False
    words: Collection[str] = frozenset()

    @classmethod
    def load(cls, *, counted: bool = False) -> Adjectives:
        """Take the words from the shipped table of demonyms."""
        return cls(counted, frozenset(demonym.text.casefold() for demonym in load_demonyms()))

    def skips_gold(self, gold: GoldToponym) -> bool:
        """Whether a gold span that was not found is left out."""
        return not self.counted and (
            gold.type in ADJECTIVAL_TYPES
            or (gold.type == "Non_Literal_Modifier" and gold.text.casefold() in self.words)
        )

    def skips_answer(self, answer: Answer) -> bool:
        """Whether an answer that meets no gold span is left out."""
        return not self.counted and answer.kind in (Kind.DEMONYM, Kind.EMBEDDED)


def match(gold: Iterable[_G], answers: Iterable[_A]) -> list[tuple[_G | None, _A | None]]:
    """Pair gold spans with reported spans, one to one: equal spans first, then overlapping ones.

    Every span comes out once, alone where it has no partner; the order of the arguments does not matter.

    >>> from crisismap.evaluation import Answer, GoldToponym
    >>> [(g and g.text, a and (a.start, a.end)) for g, a in match(
    ...     [GoldToponym(0, 5, "Paris"), GoldToponym(7, 12, "Texas")], [Answer(0, 12), Answer(7, 12)])]
    [('Paris', (0, 12)), ('Texas', (7, 12))]
    """
    golds = sorted(gold, key=_range)
    free = sorted(answers, key=_range)
    partners: dict[int, _A] = {}
    for index, span in enumerate(golds):
        equal = next((answer for answer in free if _range(answer) == _range(span)), None)
        if equal is not None:
            partners[index] = equal
            free.remove(equal)
    # Left to right, the partner that ends first: the most pairs, since gold spans do not overlap each other.
    for index, span in enumerate(golds):
        meeting = [answer for answer in free if answer.start < span.end and span.start < answer.end]
        if index not in partners and meeting:
            partners[index] = min(meeting, key=lambda answer: (answer.end, answer.start))
            free.remove(partners[index])
    pairs: list[tuple[_G | None, _A | None]] = [
        (span, partners.get(index)) for index, span in enumerate(golds)
    ]
    pairs.extend((None, answer) for answer in free)
    return pairs


def score_recognition(
    gold: Sequence[GoldArticle], answers: Answers, adjectives: Adjectives = Adjectives()
) -> Scores:
    """Score spans alone, wherever they are put.  An article that ``answers`` lacks has no answers."""
    tally = _Tally()
    for span, answer in _pairs(gold, answers, adjectives):
        tally.add(span is not None, answer is not None, _equal(span, answer), True)
    return tally.scores()


def score_end_to_end(
    gold: Sequence[GoldArticle], answers: Answers, judge: Judge, adjectives: Adjectives = Adjectives()
) -> Scores:
    """Score spans and places together, over gold toponyms with coordinates.

    An answer without a place claims nothing and is not counted; nor is one that meets a gold span without
    coordinates, of which nobody can say whether it is right.
    """
    resolved = {id: tuple(answer for answer in found if answer.place) for id, found in answers.items()}
    tally = _Tally()
    for span, answer in _pairs(gold, resolved, adjectives):
        if span is not None and not span.located:
            continue
        right = span is not None and answer is not None and judge.is_right(span, answer.place)
        tally.add(span is not None, answer is not None, _equal(span, answer), right)
    return tally.scores()


def score_resolution(gold: Sequence[GoldArticle], answers: Answers, judge: Judge) -> ResolutionScore:
    """Score the places of given spans, over every gold toponym with coordinates.

    A gold span that ``answers`` lacks is unresolved.

    Raises:
        ValueError: no gold toponym has coordinates.
    """
    cases = [
        (toponym, places.get((toponym.start, toponym.end)))
        for item in gold
        for places in [{(a.start, a.end): a.place for a in answers.get(item.article.id, ())}]
        for toponym in item.toponyms
        if toponym.located
    ]
    if not cases:
        raise ValueError("no gold toponym has coordinates; score another corpus")
    errors = [judge.error_km(toponym, place) for toponym, place in cases]
    identified = [(toponym, place) for toponym, place in cases if toponym.place_id is not None]
    has_ids = any(place is not None and place.id is not None for _, place in cases)
    return ResolutionScore(
        toponyms=len(cases),
        unresolved=sum(place is None for _, place in cases),
        acc_161=sum(judge.is_right(toponym, place) for toponym, place in cases) / len(cases),
        acc_161_points=sum(judge.is_near(toponym, place) for toponym, place in cases) / len(cases),
        identified=len(identified),
        id_accuracy=(
            sum(place is not None and place.id == toponym.place_id for toponym, place in identified)
            / len(identified)
            if identified and has_ids
            else None
        ),
        mean_km=statistics.fmean(errors),
        median_km=statistics.median(errors),
        auc=statistics.fmean(math.log1p(error) for error in errors) / math.log1p(UNRESOLVED_KM),
    )


class _Tally:
    """Counts pairs, by exact span and by overlap."""

    def __init__(self) -> None:
        self._gold = self._reported = self._exact = self._overlap = 0

    def add(self, gold: bool, reported: bool, equal: bool, right: bool) -> None:
        self._gold += gold
        self._reported += reported
        self._overlap += gold and reported and right
        self._exact += equal and right

    def scores(self) -> Scores:
        return Scores(
            Counts(self._gold, self._reported, self._exact), Counts(self._gold, self._reported, self._overlap)
        )


def _pairs(
    gold: Sequence[GoldArticle], answers: Answers, adjectives: Adjectives
) -> Iterator[tuple[GoldToponym | None, Answer | None]]:
    for item in gold:
        for span, answer in match(item.toponyms, answers.get(item.article.id, ())):
            if answer is None and span is not None and adjectives.skips_gold(span):
                continue
            if span is None and answer is not None and adjectives.skips_answer(answer):
                continue
            yield span, answer


def _range(span: _Span) -> tuple[int, int]:
    return span.start, span.end


def _equal(gold: _Span | None, answer: _Span | None) -> bool:
    return gold is not None and answer is not None and _range(gold) == _range(answer)
