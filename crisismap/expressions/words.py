"""The words of spatial expressions, from ``data/lexicons/relations.csv``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from crisismap.lexicons import RelationWord, load_relations

__all__ = ["Vocabulary", "build_vocabulary", "load_vocabulary"]

_TRIGGERS = (
    *("direction noun", "direction", "border", "near", "outskirts", "radius"),
    *("coast", "bank", "mouth", "unit"),
)
_OTHER_TRIGGERS = ("off",)
_PAIR_TRIGGERS = ("way noun", "way travel")
_OTHER_PAIR_TRIGGERS = ("between",)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Phrases by their first word, longest first: (words, class, value)."""

    starting: dict[str, tuple[tuple[tuple[str, ...], str, str], ...]]
    triggers: frozenset[str]
    """Words of which every sentence that can hold an expression has one, or one of ``phrases``."""
    pair_triggers: frozenset[str]
    """Those that do it only in a sentence which names two places or more."""
    phrases: re.Pattern[str]
    phrase_starts: frozenset[str]
    """The first words of phrases, which are quicker to look for."""


def build_vocabulary(rows: Iterable[RelationWord]) -> Vocabulary:
    """Index the rows of the table."""
    starting: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
    triggers, pair_triggers = set(_OTHER_TRIGGERS), set(_OTHER_PAIR_TRIGGERS)
    triggering: set[tuple[str, ...]] = set()
    for row in rows:
        words = tuple(row.text.split())
        starting.setdefault(words[0], []).append((words, row.kind, row.value))
        if row.kind == "middle":
            triggering.add((*words, "of"))
        elif row.kind in _TRIGGERS or row.kind in _PAIR_TRIGGERS:
            if len(words) > 1:
                triggering.add(words)
            elif row.kind in _TRIGGERS:
                triggers.add(row.text)
            else:
                pair_triggers.add(row.text)
    ordered = {
        word: tuple(sorted(phrases, key=lambda phrase: -len(phrase[0]))) for word, phrases in starting.items()
    }
    # A phrase that holds a trigger need not be looked for itself.
    triggering = {words for words in triggering if triggers.isdisjoint(words)}
    pattern = "|".join(sorted(r"\W+".join(map(re.escape, words)) for words in triggering))
    return Vocabulary(
        ordered,
        frozenset(triggers),
        frozenset(pair_triggers),
        re.compile(rf"(?<![^\W\d_])(?:{pattern})(?![^\W_])", re.IGNORECASE),
        frozenset(words[0] for words in triggering),
    )


@lru_cache(maxsize=4)
def load_vocabulary(path: Path | None = None) -> Vocabulary:
    """Read the table at ``path``, or the one that ships with crisismap; read once a process.

    Raises:
        LexiconError: the table is missing or a row of it is wrong.
    """
    return build_vocabulary(load_relations(path))
