"""A linear model over named binary features: the only learned model of the first edition.

Weights live in ``data/models/*.json`` as ``{"bias": b, "weights": {feature: weight}}``; a feature that
has no weight counts nothing, so features may name words ("next=said") without a vocabulary in the code.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

from crisismap.errors import LexiconError

__all__ = ["LinearModel", "sigmoid"]


def sigmoid(value: float) -> float:
    """Turn log-odds into a probability without overflow."""
    if value >= 0:
        return 1.0 / (1.0 + math.exp(-value))
    power = math.exp(value)
    return power / (1.0 + power)


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Log-odds as ``bias`` plus the weights of the active features."""

    bias: float
    weights: dict[str, float]

    @classmethod
    def load(cls, path: Path) -> LinearModel:
        """Read a model file.

        Raises:
            LexiconError: the file is missing or not a model.
        """
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            return cls(float(raw["bias"]), {str(k): float(v) for k, v in raw["weights"].items()})
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise LexiconError(f"{path}: not a readable model ({error}); reinstall crisismap") from None

    def log_odds(self, features: Iterable[str]) -> float:
        """Sum the weights of ``features``."""
        return self.bias + sum(map(self.weights.get, features, repeat(0.0)))
