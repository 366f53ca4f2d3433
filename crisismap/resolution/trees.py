"""Boosted decision trees, evaluated with numpy: all rows go down all trees at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Trees"]

_DIGITS = 6
"""Values are rounded before they are compared, so that the last bits of a machine's exp() decide nothing."""


@dataclass(frozen=True, slots=True)
class Trees:
    """Nodes of all trees in a row; at a leaf both ways lead to itself."""

    roots: npt.NDArray[np.int64]
    feature: npt.NDArray[np.int64]
    threshold: npt.NDArray[np.float64]
    """A value up to it goes left."""
    ways: npt.NDArray[np.int64]
    """The nodes to the left and to the right of each node in turn."""
    value: npt.NDArray[np.float64]
    depth: int

    def score(self, matrix: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Sum the leaves that each row reaches; rounded, so that equal rows tie on every machine."""
        flat = np.round(matrix, _DIGITS).ravel()
        offset = np.repeat(np.arange(len(matrix)) * matrix.shape[1], len(self.roots))
        node = np.tile(self.roots, len(matrix))
        for _ in range(self.depth):
            goes_right = flat.take(offset + self.feature.take(node)) > self.threshold.take(node)
            node = self.ways.take(2 * node + goes_right)
        leaves = self.value.take(node).reshape(len(matrix), len(self.roots))
        sums: npt.NDArray[np.float64] = np.round(leaves.sum(axis=1), _DIGITS)
        return sums

    def to_json(self) -> dict[str, object]:
        """Return plain lists."""
        return {
            "depth": self.depth,
            "roots": self.roots.tolist(),
            "feature": self.feature.tolist(),
            "threshold": self.threshold.tolist(),
            "left": self.ways[::2].tolist(),
            "right": self.ways[1::2].tolist(),
            "value": self.value.tolist(),
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, object], features: int) -> Trees:
        """Read what :meth:`to_json` wrote.

        Raises:
            ValueError: a node leads nowhere, or asks for a feature that there is not.
        """
        left, right = np.array(raw["left"], dtype=np.int64), np.array(raw["right"], dtype=np.int64)
        value = np.array(raw["value"], dtype=np.float64)
        trees = cls(
            roots=np.array(raw["roots"], dtype=np.int64),
            feature=np.array(raw["feature"], dtype=np.int64),
            threshold=np.array(raw["threshold"], dtype=np.float64),
            ways=np.ravel([left, right], order="F") if len(left) == len(right) else left,
            value=value,
            depth=int(str(raw["depth"])),
        )
        nodes = len(value)
        whole = all(len(column) == nodes for column in (trees.feature, trees.threshold, left, right))
        if not whole or not all(0 <= index < nodes for part in (trees.roots, left, right) for index in part):
            raise ValueError("a node leads nowhere")
        if not all(0 <= index < features for index in trees.feature):
            raise ValueError("a node asks for an unknown feature")
        return trees
