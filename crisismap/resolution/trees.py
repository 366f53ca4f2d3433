"""Boosted decision trees, evaluated with numpy.

All rows are put to all splits, wherever they are in a tree: each split that sends a row to the right rules
out the leaves on its left, and the first leaf that is left over is the row's.  That is more comparisons than
a walk down each tree, but of whole arrays (QuickScorer, Lucchese et al. 2015).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

__all__ = ["MOST_LEAVES", "Trees"]

MOST_LEAVES = 16
"""Leaves of a tree, a bit each."""
_DIGITS = 6
"""Values are rounded before they are compared, so that the last bits of a machine's exp() decide nothing."""
_BLOCK = 128
"""Rows that are scored together: what is kept of them fits a core's cache."""


@dataclass(frozen=True, slots=True)
class Trees:
    """Nodes of all trees in a row, each before those below it; at a leaf both ways lead to itself.

    Raises:
        ValueError: a node leads nowhere, or a tree has more than :data:`MOST_LEAVES` leaves.
    """

    roots: npt.NDArray[np.int64]
    feature: npt.NDArray[np.int64]
    threshold: npt.NDArray[np.float64]
    """A value up to it goes left."""
    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    value: npt.NDArray[np.float64]
    _splits: _Splits = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_splits", _Splits.of(self))

    def score(self, matrix: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Sum the leaves that each row reaches; rounded, so that equal rows tie on every machine."""
        columns = np.round(matrix, _DIGITS).T
        sums = [self._splits.score(columns[:, at : at + _BLOCK]) for at in range(0, len(matrix), _BLOCK)]
        rounded: npt.NDArray[np.float64] = np.round(np.concatenate([np.zeros(0), *sums]), _DIGITS)
        return rounded

    def to_json(self) -> dict[str, object]:
        """Return plain lists."""
        return {name: getattr(self, name).tolist() for name in ("roots", *_COLUMNS)}

    @classmethod
    def from_json(cls, raw: Mapping[str, object], features: int) -> Trees:
        """Read what :meth:`to_json` wrote.

        Raises:
            ValueError: it is not whole, or a node asks for a feature that there is not.
        """
        roots, feature, left, right = (
            np.array(raw[name], dtype=np.int64) for name in ("roots", "feature", "left", "right")
        )
        threshold, value = (np.array(raw[name], dtype=np.float64) for name in ("threshold", "value"))
        if any(len(column) != len(value) for column in (feature, threshold, left, right)):
            raise ValueError("a node is not whole")
        if not all(0 <= index < features for index in feature):
            raise ValueError("a node asks for an unknown feature")
        return cls(roots, feature, threshold, left, right, value)


_COLUMNS = ("feature", "threshold", "left", "right", "value")


@dataclass(frozen=True, slots=True)
class _Splits:
    """The first split of every tree, then the second, and so on: arrays of shape (splits, trees)."""

    feature: npt.NDArray[np.int64]
    threshold: npt.NDArray[np.float64]
    """Infinite where a tree has no more splits."""
    ruled_out: npt.NDArray[np.uint16]
    """The leaves that a row which goes right cannot reach, a bit each."""
    leaves: npt.NDArray[np.float64]
    """Values of the leaves from left to right, a row of :data:`MOST_LEAVES` a tree."""
    lowest: npt.NDArray[np.int64]
    """The place of the lowest bit of each number that is set."""

    @classmethod
    def of(cls, trees: Trees) -> _Splits:
        shape = MOST_LEAVES - 1, len(trees.roots)
        feature, ruled_out = np.zeros(shape, np.int64), np.zeros(shape, np.uint16)
        threshold, leaves = np.full(shape, np.inf), np.zeros((shape[1], MOST_LEAVES))
        nodes = list(zip(trees.left.tolist(), trees.right.tolist(), strict=True))
        for tree, root in enumerate(trees.roots.tolist()):
            splits, reached = _walk(nodes, root)
            leaves[tree, : len(reached)] = trees.value[reached]
            for place, (node, first, stop) in enumerate(splits):
                feature[place, tree], threshold[place, tree] = trees.feature[node], trees.threshold[node]
                ruled_out[place, tree] = (1 << stop) - (1 << first)
        numbers = np.arange(1 << MOST_LEAVES)
        lowest = np.log2(np.maximum(numbers & -numbers, 1)).astype(np.int64)
        used = np.isfinite(threshold).any(axis=1)
        return cls(feature[used], threshold[used, :, None], ruled_out[used, :, None], leaves, lowest)

    def score(self, columns: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Sum the leaves of some rows, which are given by column."""
        columns = np.ascontiguousarray(columns)
        lost = np.zeros((len(self.leaves), columns.shape[1]), np.uint16)
        for feature, threshold, ruled_out in zip(self.feature, self.threshold, self.ruled_out, strict=True):
            lost |= (columns.take(feature, axis=0) > threshold) * ruled_out
        leaf = self.lowest.take(~lost) + np.arange(0, self.leaves.size, MOST_LEAVES)[:, None]
        # By row, so that its sum has the same last bits whatever rows are beside it.
        values = np.ascontiguousarray(self.leaves.take(leaf).T)
        sums: npt.NDArray[np.float64] = values.sum(axis=1)
        return sums


def _walk(nodes: list[tuple[int, int]], root: int) -> tuple[list[tuple[int, int, int]], list[int]]:
    """List a tree's splits, each with the range of leaves on its left; and its leaves from left to right."""
    splits: list[tuple[int, int, int]] = []
    leaves: list[int] = []

    def visit(node: int) -> None:
        if not 0 <= node < len(nodes):
            raise ValueError("a node leads nowhere")
        left, right = nodes[node]
        if left == right == node:
            leaves.append(node)
            if len(leaves) > MOST_LEAVES:
                raise ValueError(f"a node is one too many: a tree has more than {MOST_LEAVES} leaves")
            return
        if min(left, right) <= node:
            raise ValueError("a node leads back")
        first = len(leaves)
        visit(left)
        splits.append((node, first, len(leaves)))
        visit(right)

    visit(root)
    return splits, leaves
