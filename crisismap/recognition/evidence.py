"""What the network's reading says of a span: names that it sees, and features for the final decision.

The feature names are part of the model file, as in :mod:`crisismap.recognition.features`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from crisismap.model import Tier
from crisismap.recognition.context import Context
from crisismap.recognition.features import WordClasses
from crisismap.recognition.network import TAGS, Reading
from crisismap.recognition.scan import NamedSpan, NameInfo

__all__ = [
    "UNKNOWN",
    "Evidence",
    "Sighting",
    "find_sightings",
    "place_mass",
    "sighted_spans",
    "sighting_features",
]

UNKNOWN = NameInfo("unknown", Tier.PRIMARY, 0, 0, -1, 0, 0, frozenset(), frozenset(), False)
"""What the gazetteer knows of a name that it lacks."""

_KINDS = ("LOC", "FAC", "NORP", "ORG", "PER")
_BEGINS = np.array([TAGS.index(f"B-{kind}") for kind in _KINDS])
_INSIDE = np.array([TAGS.index(f"I-{kind}") for kind in _KINDS])
_PLACES = frozenset({"LOC", "FAC"})
_LONGEST = 8
"""Words of a name that the gazetteer lacks; what is longer is a list."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A name that the network sees: tokens ``first`` to ``last`` (inclusive)."""

    first: int
    last: int
    kind: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A reading, summed up for the features of an article's spans."""

    inside: list[list[float]]
    """For each token the probability of each kind."""
    goes_on: list[float]
    """For each token the probability that it continues the name before it."""
    sighting_at: list[Sighting | None]
    sightings: list[Sighting]
    read: list[bool]
    """Which tokens the network read."""

    @classmethod
    def of(cls, context: Context, reading: Reading) -> Evidence:
        """Sum up ``reading``."""
        sightings = find_sightings(context, reading)
        at: list[Sighting | None] = [None] * len(context.words)
        for sighting in sightings:
            at[sighting.first : sighting.last + 1] = [sighting] * (sighting.last + 1 - sighting.first)
        inside = reading.tags[:, _BEGINS] + reading.tags[:, _INSIDE]
        goes_on = reading.tags[:, _INSIDE].sum(axis=1)
        return cls(inside.tolist(), goes_on.tolist(), at, sightings, reading.read.tolist())


def find_sightings(context: Context, reading: Reading) -> list[Sighting]:
    """List the names that the network sees, by the most probable kind of each run of words.

    A word begins a name where that is more probable than that it continues the one before.
    """
    begins, inside = reading.tags[:, _BEGINS], reading.tags[:, _INSIDE]
    kinds = begins + inside
    best = kinds.argmax(axis=1).tolist()
    continues = (inside.sum(axis=1) >= begins.sum(axis=1)).tolist()
    runs: list[list[int]] = []
    for index in np.flatnonzero((reading.tags[:, 0] < 0.5) & reading.read).tolist():
        if runs and runs[-1][1] == index - 1 and continues[index]:
            runs[-1][1] = index
        else:
            runs.append([index, index])
    return [
        Sighting(first, last, _KINDS[int(kinds[first : last + 1].sum(axis=0).argmax())])
        if last > first
        else Sighting(first, last, _KINDS[best[first]])
        for first, last in runs
    ]


def sighted_spans(
    context: Context, sightings: Sequence[Sighting], known: Iterable[NamedSpan]
) -> list[NamedSpan]:
    """List spans that the network sees as places and that are not among the ``known`` ones.

    Each also without the words around it that are no part of a name ("the", "southern", "province"), and
    joined with its neighbor, where the network may have cut one name in two ("Elysian | Fields").
    """
    seen = {(span.first, span.last) for span in known}
    spans = []
    for first, last in _proposals(context, sightings):
        if (first, last) not in seen and last - first < _LONGEST:
            seen.add((first, last))
            spans.append(NamedSpan(first, last, -1, UNKNOWN))
    return spans


def _proposals(context: Context, sightings: Sequence[Sighting]) -> Iterable[tuple[int, int]]:
    before: Sighting | None = None
    for sighting in sightings:
        ranges = [(sighting.first, sighting.last)] if sighting.kind in _PLACES else []
        if before and before.last + 1 == sighting.first and context.gap(before.last) in ("_", "-", "'", "’"):
            kinds = {before.kind, sighting.kind}
            if kinds & _PLACES and "NORP" not in kinds:
                ranges.append((before.first, sighting.last))
        before = sighting
        for first, last in ranges:
            while first <= last and not _may_begin(context, first):
                first += 1
            while first <= last and not context.words[last][0].isalnum():
                last -= 1
            if first <= last and context.fold(last) == "'s":
                last -= 1
            if first > last or "\n" in context.surface(first, last):
                continue
            yield first, last
            if context.shape(last) == "l":
                while last > first and context.shape(last) not in "TUI":
                    last -= 1
                yield first, last


def _may_begin(context: Context, index: int) -> bool:
    return (
        context.shape(index) in "TUIdo" and context.fold(index) != "the" and context.fold(index)[0].isalnum()
    )


def sighting_features(
    context: Context, span: NamedSpan, evidence: Evidence, best: float, classes: WordClasses
) -> list[str]:
    """List what the network says of a span; ``best`` is its surest view of the name in the article."""
    first, last = span.first, span.last
    info = span.info
    group = "demonym" if info.demonym else info.group
    rows = evidence.inside[first : last + 1]
    location, facility, people, organization, person = (
        sum(column) / len(rows) for column in zip(*rows, strict=True)
    )
    place = location + facility
    least = min(row[0] + row[1] for row in rows)
    left = evidence.goes_on[first]
    right = evidence.goes_on[last + 1] if last + 1 < len(evidence.goes_on) else 0.0
    sure, whole = _level(place), _level(place * (1.0 - left) * (1.0 - right))
    norp, org, per = _level(people), _level(organization), _level(person)
    surest = _level(best)
    features = [
        f"N:place={sure}",
        f"N:place={sure}:{group}",
        f"N:least={_level(least)}",
        f"N:fac={_level(facility)}",
        f"N:norp={norp}",
        f"N:norp={norp}:{group}",
        f"N:org={org}",
        f"N:org={org}:{group}",
        f"N:per={per}",
        f"N:per={per}:{group}",
        f"N:left={_level(left)}",
        f"N:right={_level(right)}",
        f"N:whole={whole}",
        f"N:whole={whole}:{min(last - first, 3)}",
        f"N:best={surest}",
        f"N:best={surest}:{sure}",
    ]
    relation = _relation(span, evidence)
    features += [f"N:{relation}", f"N:{relation}:{group}"]
    if relation.endswith(("end", "start")):
        outer = evidence.sighting_at[first]
        if outer:
            neighbor = outer.last if outer.last > last else outer.first
            features += [f"N:{relation}:{context.fold(neighbor)}"]
            features += [f"N:{relation}:{name}" for name in classes.describe(context.fold(neighbor))]
    following = evidence.sighting_at[last + 1] if last + 1 < len(evidence.sighting_at) else None
    if following and following.first == last + 1:
        features.append(f"N:next={following.kind}:{context.gap(last)}")
    preceding = evidence.sighting_at[first - 1] if first else None
    if preceding and preceding.last == first - 1:
        features.append(f"N:previous={preceding.kind}:{context.gap(first - 1)}")
    return features


def place_mass(span: NamedSpan, evidence: Evidence) -> float:
    """Return the mean probability that the span's words are part of a place's or facility's name."""
    rows = evidence.inside[span.first : span.last + 1]
    return sum(row[0] + row[1] for row in rows) / len(rows)


def _relation(span: NamedSpan, evidence: Evidence) -> str:
    """Say how a span lies to the names that the network sees."""
    over = dict.fromkeys(evidence.sighting_at[span.first : span.last + 1])
    names = [sighting for sighting in over if sighting]
    if not names:
        return "unseen"
    if len(names) > 1 or None in over:
        return f"across={names[0].kind}:{names[-1].kind}:{len(over)}"
    outer = names[0]
    if (outer.first, outer.last) == (span.first, span.last):
        return f"same={outer.kind}"
    if outer.first == span.first:
        return f"within={outer.kind}:start"
    return f"within={outer.kind}:{'end' if outer.last == span.last else 'middle'}"


def _level(probability: float) -> int:
    """Cut log-odds into steps of about 1, from -6 to 6."""
    clipped = min(max(probability, 0.0025), 0.9975)
    return round(math.log(clipped / (1.0 - clipped)))
