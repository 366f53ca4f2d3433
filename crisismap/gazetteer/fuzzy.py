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
from itertools import islice
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
_FEW = 24
"""Names with the same beginning that are sooner compared one by one than spelled on letter by letter."""
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
    for other, edits in sorted(_walk(gazetteer, key, 2 if letters >= _LONG else 1).items()):
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
        return [letter for letter in alphabet if any(gazetteer.names_beginning(written + letter))]

    found: dict[str, int] = {}
    # What was read of the key and written of the name so far; each layer has spent one edit more.
    layer = {(0, "")}
    for edits in range(budget):
        _keep(gazetteer, {written + key[read:] for read, written in layer}, edits, found)
        if edits < budget - 1:
            layer = {state for here in layer for state in _edited(key, *here, letters_after)}
    last: set[str] = set()
    for read, written in layer:
        for at in range(read, len(key) + 1):
            few = list(islice(gazetteer.names_beginning(written), _FEW + 1))
            if len(few) <= _FEW:
                last.update(name for name in few if _is_one_edit(name[len(written) :], key[at:]))
                break
            last.update(new + key[to:] for to, new in _edited_here(key, at, written, letters_after(written)))
            written += key[at : at + 1]
    _keep(gazetteer, last, budget, found)
    return found


def _keep(gazetteer: Gazetteer, names: set[str], edits: int, found: dict[str, int]) -> None:
    """Note those of ``names`` that the gazetteer has, unless fewer edits lead there."""
    for name in names - found.keys():
        if gazetteer.name_id(name) is not None:
            found[name] = edits


def _edited(
    key: str, read: int, written: str, letters_after: Callable[[str], list[str]]
) -> Iterator[tuple[int, str]]:
    """Yield every state that one edit leads to, at this letter or behind any of the next that fit."""
    for at in range(read, len(key) + 1):
        letters = letters_after(written)
        yield from _edited_here(key, at, written, letters)
        if at == len(key) or key[at] not in letters:
            return
        written += key[at]


def _edited_here(key: str, at: int, written: str, letters: list[str]) -> Iterator[tuple[int, str]]:
    """Yield every state that one edit at this letter leads to."""
    if at == len(key):
        for letter in letters:
            yield at, written + letter
        return
    first = key[at]
    yield at + 1, written
    if at + 1 < len(key) and (second := key[at + 1]) != first and second in letters:
        yield at + 2, written + second + first
    for letter in letters:
        # Its like is added behind a letter, not before it.
        if letter != first:
            yield at, written + letter
            yield at + 1, written + letter


def _is_one_edit(a: str, b: str) -> bool:
    """Whether one edit, or none, makes ``a`` of ``b``."""
    same = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    a, b = a[same:], b[same:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[2:] == b[2:] and a[:2] == b[1::-1])
    return a[1:] == b or b[1:] == a


def _rate(gazetteer: Gazetteer, key: str, edits: int) -> tuple[float, Suggestion]:
    name_id = gazetteer.name_id(key)
    assert name_id is not None
    entries, tiers = gazetteer.postings(name_id)
    place = gazetteer.place(int(entries[0]))
    # Countries and regions without a known population are as well known as cities.
    fame = math.log10(max(place.population, int(gazetteer.columns.alternates[entries[0]]) ** 2) + 1)
    likelihood = fame - _EDIT_COST * edits - _TIER_COST.get(Tier(int(tiers[0])), 0.0)
    return likelihood, Suggestion(place.name if fold(place.name) == key else key.title(), place, edits)
