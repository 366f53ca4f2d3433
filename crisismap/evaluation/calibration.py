"""Can a confidence be believed?  Of the answers given with 0.8, eight in ten should be right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .gold import Answers, GoldArticle
from .rules import Judge

__all__ = ["CONFIDENT", "Calibration", "ConfidenceBin", "calibration_of", "score_calibration"]

CONFIDENT = 0.7
"""From here on an answer is called confident."""

_BINS = 10


@dataclass(frozen=True, slots=True)
class ConfidenceBin:
    """Answers of about the same confidence."""

    low: float
    high: float
    """The bin holds confidences from ``low`` up to, and but for 1 without, ``high``."""
    answers: int
    confidence: float
    """Their mean."""
    right: float
    """Share of them that is right."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How well confidence says what is right, over given spans with coordinates that were answered."""

    answers: int
    error: float
    """Expected calibration error: the bins' mean of \\|confidence - share right\\|, weighted by their answers
    (Guo et al. 2017, arXiv:1706.04599), with ten bins of equal width."""
    confident: float
    """Share of the answers whose confidence is at least ``CONFIDENT``."""
    confident_right: float | None
    """Share of these that is right; None where there are none."""
    bins: tuple[ConfidenceBin, ...]
    """Those that hold answers, lowest confidence first."""


def score_calibration(gold: Sequence[GoldArticle], answers: Answers, judge: Judge) -> Calibration | None:
    """Compare confidence with what is right, for the places of given spans.

    Returns:
        None where no gold toponym with coordinates was answered with a confidence.
    """
    outcomes = []
    for item in gold:
        by_span = {(answer.start, answer.end): answer for answer in answers.get(item.article.id, ())}
        for toponym in item.toponyms:
            answer = by_span.get((toponym.start, toponym.end))
            if toponym.located and answer and answer.place and answer.confidence is not None:
                outcomes.append((answer.confidence, judge.is_right(toponym, answer.place)))
    return calibration_of(outcomes) if outcomes else None


def calibration_of(outcomes: Sequence[tuple[float, bool]]) -> Calibration:
    """Score pairs of a confidence, 0 to 1, and whether the answer was right.

    >>> calibration_of([(0.75, True), (0.75, True), (0.75, True), (0.75, False), (0.5, False)]).error
    0.1

    Raises:
        ValueError: there are no outcomes.
    """
    if not outcomes:
        raise ValueError("no outcomes; calibration needs at least one answer")
    members: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for confidence, right in outcomes:
        members[min(int(confidence * _BINS), _BINS - 1)].append((confidence, right))
    bins = tuple(
        ConfidenceBin(
            low=index / _BINS,
            high=(index + 1) / _BINS,
            answers=len(inside),
            confidence=sum(confidence for confidence, _ in inside) / len(inside),
            right=sum(right for _, right in inside) / len(inside),
        )
        for index, inside in enumerate(members)
        if inside
    )
    confident = [right for confidence, right in outcomes if confidence >= CONFIDENT]
    return Calibration(
        answers=len(outcomes),
        error=sum(bin.answers * abs(bin.confidence - bin.right) for bin in bins) / len(outcomes),
        confident=len(confident) / len(outcomes),
        confident_right=sum(confident) / len(confident) if confident else None,
        bins=bins,
    )
