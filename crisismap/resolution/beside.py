"""Names that the gazetteer lacks: which place of the article they lie by.

"Third Street, San Francisco" is somewhere in San Francisco.  Streets, churches and stations are in no
gazetteer of this size; the article mostly names the town, and a logistic model over where it stands says
which of its places that is, and how surely.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crisismap.geodesy import EARTH_RADIUS_KM
from crisismap.model import Toponym

__all__ = ["BESIDE_FEATURES", "Anchor", "Anchors", "Neighbor"]

BESIDE_FEATURES = (
    "bias",
    "distance",
    "close",
    "after",
    "same_sentence",
    "linked",
    "owned",
    "inside",
    "country",
    "admin1",
    "admin2",
    "other",
    "confidence",
    "mentions",
    "dateline",
    "first",
    "company",
    "best_company",
)
_KINDS = {"country": 0, "admin1": 1, "admin2": 2, "other": 4}
_CONSIDERED = 24
"""Places of an article that are considered, the nearest in the text."""
_REACH = 250
"""Characters within which some place must be named; a name that stands alone is not placed."""
_CONFIDENT = 0.2
"""Below this, an answer is no anchor for another."""
_NEAR_COSINE = float(np.cos(161.0 / EARTH_RADIUS_KM))
_LINK = re.compile(
    r",? (?:(?:in|at|of|near|outside|north|south|east|west|downtown|the|city|central) ?){1,4}|, ?| \("
)
"""What stands between a name and the place it lies in: ", San Francisco", " in downtown Boston"."""
_OWNER = re.compile(r"['’]s? (?:[\w-]+ ){0,3}|[ /-]")
"""What stands between a place and a name in it: "Seoul's Jamsil Stadium"."""
_STOP = re.compile(r"[.!?][”\"'’)]*\s+(?=[A-Z“\"])|\n")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A mention of the article whose place is known."""

    toponym: Toponym
    entry: int
    kind: int
    """As ``ArticleCandidates.kind``."""
    confidence: float
    dateline: bool


@dataclass(frozen=True, slots=True)
class Neighbor:
    """The place that an unknown name lies by, with the log-odds that it does."""

    entry: int
    log_odds: float


class Anchors:
    """The located mentions of an article, ready to be asked."""

    def __init__(self, text: str, anchors: Sequence[Anchor], xyz: npt.NDArray[np.float64]):
        """``xyz`` are unit vectors, a row an anchor."""
        kept = [index for index, anchor in enumerate(anchors) if anchor.confidence >= _CONFIDENT]
        self._text = text
        self._anchors = [anchors[index] for index in kept]
        self._starts = np.array([anchor.toponym.start for anchor in self._anchors], dtype=np.int64)
        self._ends = np.array([anchor.toponym.end for anchor in self._anchors], dtype=np.int64)
        self._entries = np.array([anchor.entry for anchor in self._anchors], dtype=np.int64)
        self._xyz = xyz[kept]
        distinct, self._number = np.unique(self._entries, return_inverse=True)
        self._counts = np.bincount(self._number, minlength=len(distinct))
        first = np.zeros(len(distinct), dtype=np.int64)
        first[self._number[::-1]] = np.arange(len(self._number))[::-1]
        confidence = np.array([anchor.confidence for anchor in self._anchors])
        weights = (confidence * np.array([anchor.kind >= 2 for anchor in self._anchors]))[first]
        near = self._xyz[first[:_LIMIT]] @ self._xyz[first].T > _NEAR_COSINE
        self._company = np.zeros(len(first))
        self._company[: len(near)] = (near @ weights - weights[: len(near)]) / max(float(weights.sum()), 1e-9)

    def options(self, unknown: Toponym) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """The distinct places to choose from and their features, shape (n, len(BESIDE_FEATURES))."""
        gaps = np.maximum(self._starts - unknown.end, unknown.start - self._ends)
        order = np.lexsort((self._starts, gaps)) if (gaps <= _REACH).any() else gaps[:0]
        seen: dict[int, int] = {}
        for index in order.tolist():
            anchor = self._anchors[index]
            if len(seen) >= _CONSIDERED:
                break
            if anchor.toponym.text.casefold() == unknown.text.casefold():
                continue
            seen.setdefault(int(self._number[index]), index)
        chosen = list(seen.values())
        best = max((float(self._company[self._number[index]]) for index in chosen), default=0.0)
        rows = [self._features(unknown, index, max(int(gaps[index]), 0), best) for index in chosen]
        matrix = np.array(rows, dtype=np.float64).reshape(-1, len(BESIDE_FEATURES))
        return self._entries[chosen], matrix

    def choose(self, unknown: Toponym, weights: npt.NDArray[np.float64]) -> Neighbor | None:
        """The most probable place; of equals the one nearest in the text.  None where there is none."""
        entries, matrix = self.options(unknown)
        if not len(entries):
            return None
        scores = np.round(matrix @ weights, 6)
        best = int(np.argmax(scores))
        return Neighbor(int(entries[best]), float(scores[best]))

    def _features(self, unknown: Toponym, index: int, gap: int, best_company: float) -> list[float]:
        anchor, text = self._anchors[index], self._text
        after = anchor.toponym.start >= unknown.end
        low, high = min(anchor.toponym.end, unknown.end), max(anchor.toponym.start, unknown.start)
        between = text[low:high] if gap <= _SENTENCE else None
        number = self._number[index]
        company = float(self._company[number])
        return [
            1.0,
            float(np.log1p(gap)) / 6,
            float(np.exp(-gap / 100)),
            float(after),
            float(between is not None and _STOP.search(between) is None),
            float(after and between is not None and _LINK.fullmatch(between) is not None),
            float(not after and between is not None and _OWNER.fullmatch(between) is not None),
            float(anchor.toponym.text in unknown.text),
            *(float(anchor.kind == kind) for kind in _KINDS.values()),
            anchor.confidence,
            float(self._counts[number]) / len(self._anchors),
            float(anchor.dateline),
            float(number == self._number[0]),
            company,
            company - best_company,
        ]


_LIMIT = 200
"""Distinct places whose company is counted, so that a book costs no more than a long article."""
_SENTENCE = 400
"""Characters between two names of one sentence, at most."""
