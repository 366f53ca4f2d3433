"""Numbered divisions of candidates, and pairs of their groups, as arrays.

An article has a few dozen candidates, so that the number of array operations counts and not their length:
what can be done for several features and articles at once is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Divisions", "Holders", "Pairs"]

_Bools = npt.NDArray[np.bool_]
_Floats = npt.NDArray[np.float64]
_Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Divisions:
    """What holds each candidate, a row a level (its country, say) and a column a candidate."""

    label: _Ints
    """The divisions, numbered from 0; no two levels and no two articles share a number."""
    known: _Bools
    """Whether the candidate has a division of that level."""
    cell: _Ints
    """Family and division together, numbered from 0 likewise."""

    @classmethod
    def of(cls, values: _Ints, family: _Ints, article: _Ints) -> Divisions:
        """Number the values, of which there is at least one column, in their order; 0 is none.

        Families are numbered through all articles.
        """
        planes = article * len(values) + np.arange(len(values))[:, None]
        flat = (values + planes * (int(values.max()) + 1)).ravel()
        families = np.tile(family, len(values))
        # np.unique comes to the same, at several times the cost for arrays as short as these.
        order = (flat * (int(family.max()) + 1) + families).argsort()
        flat, families = flat[order], families[order]
        new_label = flat[1:] != flat[:-1]
        new_cell = new_label | (families[1:] != families[:-1])
        label, cell = np.zeros((2, len(order)), dtype=np.int64)
        label[order[1:]] = new_label.cumsum()
        cell[order[1:]] = new_cell.cumsum()
        return cls(label.reshape(values.shape), values > 0, cell.reshape(values.shape))

    def mass_of_others(self, mass: _Floats) -> _Floats:
        """The mass that other families have in each candidate's divisions, by level and candidate."""
        weights = np.concatenate([mass] * len(self.label))
        in_label = np.bincount(self.label.ravel(), weights)
        in_cell = np.bincount(self.cell.ravel(), weights)
        return np.where(self.known, in_label.take(self.label) - in_cell.take(self.cell), 0.0)

    def other_families(self) -> _Ints:
        """How many other families have a candidate in each candidate's divisions, by level and candidate."""
        # One cell of each label and family, whichever row of it was written last.
        last = np.empty(int(self.cell.max()) + 1, dtype=np.int64)
        flat = self.cell.ravel()
        numbers = np.arange(len(flat))
        last[flat] = numbers
        families = np.bincount(self.label.ravel(), last[flat] == numbers).astype(np.int64)
        return np.where(self.known, families.take(self.label) - 1, 0)

    def same(self, rows: _Ints, others: _Ints) -> _Bools:
        """Whether each row shares its country and first-level division with the other parallel to it."""
        label = self.label[:2]
        same: _Bools = label.take(rows, axis=1) == label.take(others, axis=1)
        same &= self.known[:2].take(rows, axis=1)
        return same

    def same_as(self, others: _Ints) -> _Bools:
        """Which candidates share the divisions of the other parallel to them, by level."""
        same: _Bools = self.known & (self.label == self.label.take(others, axis=1))
        return same


@dataclass(frozen=True, slots=True)
class Holders:
    """Candidates that are a division of other candidates: pairs of the two, whatever is meant."""

    rows: _Ints
    """The holder of each pair."""
    cells: _Ints
    """The flat places, in an array shaped like ``Divisions.label``, that are held by any; rising."""
    starts: _Ints
    """The first pair of each of ``cells``."""
    shape: tuple[int, int]

    @classmethod
    def of(
        cls, divisions: Divisions, family: _Ints, kind: _Ints, entries: _Ints, ancestors: _Ints
    ) -> Holders:
        """Pair candidates of other families with the candidates that are their divisions.

        ``kind`` of a candidate that is a division is its level.
        """
        levels, count = divisions.label.shape
        flat = divisions.label.ravel()
        holders = np.flatnonzero(kind < levels)
        holders = holders[ancestors[kind[holders], holders] == entries[holders]]
        own = divisions.label[kind[holders], holders]
        is_own = np.zeros(int(flat.max()) + 1, dtype=bool)
        is_own[own] = True
        held = np.flatnonzero(is_own[flat])
        held = held[flat[held].argsort(kind="stable")]
        low, high = (np.searchsorted(flat[held], own, side) for side in ("left", "right"))
        sizes = high - low
        cells = held[np.arange(sizes.sum()) + np.repeat(high - np.cumsum(sizes), sizes)]
        rows = np.repeat(holders, sizes)
        other = family[rows] != family[cells % count]
        rows, cells = rows[other], cells[other]
        order = cells.argsort(kind="stable")
        rows, cells = rows[order], cells[order]
        starts = np.flatnonzero(np.diff(cells, prepend=-1))
        return cls(rows, cells[starts], starts, (levels, count))

    def highest(self, values: _Floats) -> _Floats:
        """The highest of the ``values`` of each candidate's holders, by level and candidate; 0 for none."""
        found = np.zeros(self.shape)
        if len(self.rows):
            found.ravel()[self.cells] = np.maximum.reduceat(values.take(self.rows), self.starts)
        return found


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of groups, each repeated for every row of its first group."""

    seconds: _Ints
    """The second groups of the pairs themselves."""
    rows: _Ints
    others: _Ints
    """The second group, parallel to ``rows``."""
    pair: _Ints
    """The number of the pair, likewise."""

    @classmethod
    def of(cls, parts: Sequence[_Ints], first_groups: _Ints, starts: _Ints, sizes: _Ints) -> Pairs:
        """Repeat the pairs of each article, of shape (n, 2), over groups of consecutive rows.

        ``first_groups`` are what an article's groups are counted from.
        """
        articles = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
        pairs = np.concatenate(parts) + first_groups[articles][:, None]
        repeats = sizes[pairs[:, 0]]
        pair = np.repeat(np.arange(len(pairs)), repeats)
        within = np.arange(len(pair)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        seconds = pairs[:, 1]
        return cls(seconds, starts[pairs[pair, 0]] + within, seconds[pair], pair)

    def sums(self, values: _Floats, count: int) -> _Floats:
        """Sum ``values``, of shape (k, pairs), over the pairs of each of ``count`` rows: shape (k, count)."""
        number = len(values)
        rows = self.rows + np.arange(number)[:, None] * count
        sums = np.bincount(rows.ravel(), weights=values.ravel(), minlength=number * count)
        return sums.reshape(number, count).astype(np.float64, copy=False)
