"""Folded names to name ids to postings: which entries bear a name, each with its tier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol, TypeAlias

import marisa_trie
import numpy as np
import numpy.typing as npt

__all__ = ["LayeredNames", "NameIndex", "Postings", "TrieNames"]

Postings: TypeAlias = tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint8]]
"""Entry indices and ``Tier`` values, parallel, best first."""


class NameIndex(Protocol):
    """What a gazetteer asks of its names; a key is a folded name or an abbreviation's exact key."""

    @property
    def longest(self) -> int:
        """Words of the longest folded name."""

    @property
    def longest_exact(self) -> int:
        """Words of the longest abbreviation."""

    @property
    def end_id(self) -> int:
        """One more than the last name id."""

    def __len__(self) -> int:
        """The number of distinct keys."""

    def prefixes(self, text: str) -> list[tuple[str, int]]:
        """The keys that ``text`` begins with and their name ids, shortest first."""

    def name_id(self, key: str) -> int | None:
        """The name id of a key; None where it is no name."""

    def beginning(self, text: str) -> Iterator[str]:
        """The keys that begin with ``text``, in no order."""

    def postings(self, name_id: int) -> Postings:
        """The entries of a name."""

    def naming(self, entries: npt.NDArray[np.integer[Any]]) -> Iterator[tuple[int, str]]:
        """Each of ``entries`` with each key that it bears; goes through all names once."""


@dataclass(frozen=True)
class TrieNames:
    """The names of a gazetteer file."""

    trie: marisa_trie.Trie
    starts: npt.NDArray[np.uint32]
    entries: npt.NDArray[np.uint32]
    tiers: npt.NDArray[np.uint8]
    longest: int
    longest_exact: int

    @property
    def end_id(self) -> int:
        """See :class:`NameIndex`."""
        return len(self.trie)

    def __len__(self) -> int:
        return len(self.trie)

    def prefixes(self, text: str) -> list[tuple[str, int]]:
        """See :class:`NameIndex`."""
        return _prefixes(self.trie, text)

    def name_id(self, key: str) -> int | None:
        """See :class:`NameIndex`."""
        found: int | None = self.trie.get(key)
        return found

    def beginning(self, text: str) -> Iterator[str]:
        """See :class:`NameIndex`."""
        return iter(self.trie.iterkeys(text))

    def postings(self, name_id: int) -> Postings:
        """See :class:`NameIndex`."""
        start, end = self.starts[name_id], self.starts[name_id + 1]
        return self.entries[start:end], self.tiers[start:end]

    def naming(self, entries: npt.NDArray[np.integer[Any]]) -> Iterator[tuple[int, str]]:
        """See :class:`NameIndex`."""
        positions = np.flatnonzero(np.isin(self.entries, entries))
        ids = np.searchsorted(self.starts, positions, side="right") - 1
        for position, name_id in zip(positions.tolist(), ids.tolist(), strict=True):
            yield int(self.entries[position]), self.trie.restore_key(name_id)


class LayeredNames:
    """The names of ``base`` with a few of its own on top.

    Own names have the ids after those of ``base``.  One that ``base`` has too keeps its entries there behind
    its own ones of the same tier.
    """

    def __init__(self, base: NameIndex, own: Mapping[str, Postings]):
        words = max((key.count(" ") + 1 for key in own), default=1)
        self.longest = max(base.longest, words)
        self.longest_exact = max(base.longest_exact, words)
        self.end_id = base.end_id + len(own)
        self._base = base
        self._first_id = base.end_id
        self._trie = marisa_trie.Trie(own)
        self._postings: list[Postings] = [
            self._merged(self._trie.restore_key(i), own) for i in range(len(own))
        ]
        self._shared = sum(base.name_id(key) is not None for key in own)

    def _merged(self, key: str, own: Mapping[str, Postings]) -> Postings:
        entries, tiers = own[key]
        known = self._base.name_id(key)
        if known is None:
            return entries, tiers
        base_entries, base_tiers = self._base.postings(known)
        both = np.concatenate([tiers, base_tiers])
        order = np.argsort(both, kind="stable")
        return np.concatenate([entries, base_entries])[order], both[order]

    def __len__(self) -> int:
        return len(self._base) + len(self._trie) - self._shared

    def prefixes(self, text: str) -> list[tuple[str, int]]:
        """See :class:`NameIndex`."""
        found = self._base.prefixes(text)
        if own := _prefixes(self._trie, text):
            found = [*{**dict(found), **{key: self._first_id + own_id for key, own_id in own}}.items()]
            found.sort(key=lambda item: len(item[0]))
        return found

    def name_id(self, key: str) -> int | None:
        """See :class:`NameIndex`."""
        own = self._trie.get(key)
        return self._base.name_id(key) if own is None else self._first_id + int(own)

    def beginning(self, text: str) -> Iterator[str]:
        """See :class:`NameIndex`."""
        return chain(self._base.beginning(text), self._trie.iterkeys(text))

    def postings(self, name_id: int) -> Postings:
        """See :class:`NameIndex`."""
        if name_id < self._first_id:
            return self._base.postings(name_id)
        return self._postings[name_id - self._first_id]

    def naming(self, entries: npt.NDArray[np.integer[Any]]) -> Iterator[tuple[int, str]]:
        """See :class:`NameIndex`."""
        found = dict.fromkeys(self._base.naming(entries))
        wanted = set(entries.tolist())
        for key, own_id in self._trie.items():
            found |= dict.fromkeys(
                (entry, key) for entry in self._postings[own_id][0].tolist() if entry in wanted
            )
        return iter(found)


def _prefixes(trie: marisa_trie.Trie, text: str) -> list[tuple[str, int]]:
    try:
        return list(trie.iter_prefixes_with_ids(text))
    except UnicodeEncodeError as error:  # No name holds a lone surrogate.
        return _prefixes(trie, text[: error.start])
