"""What a misspelled name may mean: names a letter or two away, the well-known places first.

Only for a name that the gazetteer lacks, and only ever an offer: nothing is placed by a guess.  The name is
walked through the gazetteer's trie with a budget of edits, so that only beginnings of real names are
followed.  An edit is a letter left out, added, changed, or swapped with the next (Damerau 1964).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from string import ascii_lowercase

from crisismap.gazetteer.lookup import Gazetteer
from crisismap.gazetteer.names import fold
from crisismap.model import Place, Tier

__all__ = ["Suggestion", "suggest"]

_SHORTEST = 5
"""Letters: of shorter names half the dictionary is one edit away."""
_LONG = 8
"""Letters from which a name may differ by two edits."""
_LONGEST = 60
"""Letters of the longest name worth looking at; the gazetteer's own are shorter."""
_EDIT_COST = 2.0
"""In powers of ten of population: a city of a million is as likely meant as one edit less and 10,000."""
_TIER_COST = {Tier.STRIPPED: 3.0}
"""Likewise: "Cook" for Cook County is hardly what anyone misspells."""
_FAR_BEHIND = 1.5
"""Likewise: what is thirty times less likely than the best is not offered beside it."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name that the gazetteer has, the first place it means, and how many edits away it is."""

    name: str
    place: Place
    edits: int


def suggest(gazetteer: Gazetteer, name: str, limit: int = 5) -> list[Suggestion]:
    """Return names like ``name``, best first: few edits and a large population; [] where there are none.

    One edit is allowed, two from eight letters on; names of fewer than five letters have none.  A place is
    suggested once, by the name that fits best.

    >>> [found.name for found in suggest(Gazetteer.open(), "Khrakiv", limit=1)]
    ['Kharkiv']
    """
    key = fold(name)
    letters = sum(letter.isalpha() for letter in key)
    # A lone surrogate is not printable, and no name holds one.
    if letters < _SHORTEST or len(key) > _LONGEST or not key.isprintable():
        return []
    found: dict[str, tuple[float, Suggestion]] = {}
    for other, edits in _walk(gazetteer, key, 2 if letters >= _LONG else 1).items():
        likelihood, suggestion = _rate(gazetteer, other, edits)
        known = found.get(suggestion.place.id)
        if known is None or likelihood > known[0]:
            found[suggestion.place.id] = likelihood, suggestion
    best = sorted(found.values(), key=lambda item: (-item[0], item[1].name))
    return [suggestion for likelihood, suggestion in best[:limit] if likelihood >= best[0][0] - _FAR_BEHIND]


def _walk(gazetteer: Gazetteer, key: str, budget: int) -> dict[str, int]:
    """Return the gazetteer's names within ``budget`` edits of ``key``, and how many edits each takes."""
    alphabet = sorted({*ascii_lowercase, " ", *key})

    @cache
    def letters_after(written: str) -> list[str]:
        return [letter for letter in alphabet if gazetteer.begins_name(written + letter)]

    found: dict[str, int] = {}
    # What was read of the key and written of the name so far; each layer has spent one edit more.
    layer = {(0, "")}
    for edits in range(budget + 1):
        reached: set[tuple[int, str]] = set()
        for read, written in layer:
            whole = written + key[read:]
            if gazetteer.name_id(whole) is not None:
                found.setdefault(whole, edits)
            if edits < budget:
                reached.update(_edited(key, read, written, letters_after))
        layer = reached
    return found


def _edited(
    key: str, read: int, written: str, letters_after: Callable[[str], list[str]]
) -> Iterator[tuple[int, str]]:
    """Yield every state that one edit leads to, at this letter or behind any of the next that fit."""
    for at in range(read, len(key) + 1):
        rest, letters = key[at:], letters_after(written)
        if rest:
            yield at + 1, written
        if len(rest) > 1:
            yield at + 2, written + rest[1] + rest[0]
        for letter in letters:
            yield at, written + letter
            if rest:
                yield at + 1, written + letter
        if not rest or rest[0] not in letters:
            return
        written += rest[0]


def _rate(gazetteer: Gazetteer, key: str, edits: int) -> tuple[float, Suggestion]:
    name_id = gazetteer.name_id(key)
    assert name_id is not None
    entries, tiers = gazetteer.postings(name_id)
    place = gazetteer.place(int(entries[0]))
    # Countries and regions without a known population are as well known as cities.
    fame = math.log10(max(place.population, int(gazetteer.columns.alternates[entries[0]]) ** 2) + 1)
    likelihood = fame - _EDIT_COST * edits - _TIER_COST.get(Tier(int(tiers[0])), 0.0)
    return likelihood, Suggestion(place.name if fold(place.name) == key else key.title(), place, edits)
