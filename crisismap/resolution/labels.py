"""Numbered divisions of candidates, and pairs of their groups, as arrays.

An article has a few dozen candidates, so that the number of array operations counts and not their length:
what can be done for several features at once is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Divisions", "Pairs"]

_Bools = npt.NDArray[np.bool_]
_Floats = npt.NDArray[np.float64]
_Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Divisions:
    """What holds each candidate, a row a level (its country, say) and a column a candidate."""

    label: _Ints
    """The divisions, numbered from 0; no two levels share a number."""
    known: _Bools
    """Whether the candidate has a division of that level."""
    cell: _Ints
    """The numbers of family and division together."""

    @classmethod
    def of(cls, values: _Ints, family: _Ints) -> Divisions:
        """Number the values, of which there is at least one column, in their order; 0 is none."""
        levels = np.arange(len(values))[:, None] * (int(values.max()) + 1)
        flat = (values + levels).ravel()
        # np.unique comes to the same, at several times the cost for arrays as short as these.
        order = flat.argsort()
        ordered = flat[order]
        steps = np.zeros(len(flat), dtype=np.int64)
        steps[1:] = ordered[1:] != ordered[:-1]
        numbers = steps.cumsum()
        label = np.empty_like(numbers)
        label[order] = numbers
        label = label.reshape(values.shape)
        return cls(label, values > 0, family * (int(numbers[-1]) + 1) + label)

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

    def same_as(self, row: int) -> _Bools:
        """Which candidates share the divisions of one, by level."""
        same: _Bools = self.known & (self.label == self.label[:, row : row + 1])
        return same


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
    def of(cls, pairs: _Ints, starts: _Ints, sizes: _Ints) -> Pairs:
        """Repeat ``pairs``, of shape (n, 2), over groups of consecutive rows."""
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
