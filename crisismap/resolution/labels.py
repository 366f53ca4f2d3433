"""Numbered labels of candidates, and pairs of their groups, as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Labels", "Pairs"]

_Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Labels:
    """A label of each candidate (its country, say), numbered from 0; ``known`` where it has one."""

    local: _Ints
    count: int
    known: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, values: _Ints) -> Labels:
        """Number the values, of which there is at least one, in their order; 0 is none."""
        # np.unique comes to the same, at several times the cost for arrays as short as these.
        order = values.argsort()
        ordered = values[order]
        steps = np.zeros(len(values), dtype=np.int64)
        steps[1:] = ordered[1:] != ordered[:-1]
        numbers = steps.cumsum()
        local = np.empty_like(numbers)
        local[order] = numbers
        return cls(local, int(numbers[-1]) + 1, values > 0)

    def table(self, family: _Ints, families: int, mass: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Sum the mass by family and label; shape (families, labels)."""
        flat = np.bincount(family * self.count + self.local, weights=mass, minlength=families * self.count)
        return flat.reshape(families, self.count).astype(np.float64, copy=False)

    def same(self, rows: _Ints, others: _Ints) -> npt.NDArray[np.bool_]:
        """Whether each row has the label of the other that is parallel to it."""
        same: npt.NDArray[np.bool_] = self.known[rows] & (self.local[rows] == self.local[others])
        return same

    def same_as(self, row: int) -> npt.NDArray[np.bool_]:
        """Which rows have the label of one."""
        same: npt.NDArray[np.bool_] = self.known & (self.local == self.local[row])
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
