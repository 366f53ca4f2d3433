"""Scores of candidates: how well each fits its name and its article."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from crisismap.errors import LexiconError
from crisismap.paths import data_path
from crisismap.resolution.features import CONTEXT, FEATURES, ArticleCandidates, FeatureBuilder

__all__ = ["LinearScorer", "Scorer", "posterior_of", "softmax_by_group"]

_PASSES = 2


class Scorer(Protocol):
    """Scores the rows of a feature matrix; the softmax within a group is the probability."""

    def score(self, matrix: npt.NDArray[np.float64], *, with_context: bool) -> npt.NDArray[np.float64]:
        """Return one score a row; without context only the first ``CONTEXT`` columns are filled."""
        ...


class LinearScorer:
    """Two weight vectors: one for the first look, one once the article's context is known.

    The weights are those of a conditional logit, fitted by ``benchmarks/train_resolver.py``.
    """

    def __init__(self, prior: npt.NDArray[np.float64], context: npt.NDArray[np.float64]):
        self._prior = prior
        self._context = context

    @classmethod
    def load(cls, path: Path | None = None) -> LinearScorer:
        """Read the weights at ``path``, or those that ship.

        Raises:
            LexiconError: the file is missing, or does not hold a weight for each feature.
        """
        path = path or data_path("models", "resolution.json")
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            prior = np.array([float(raw["prior"][name]) for name in FEATURES[:CONTEXT]])
            context = np.array([float(raw["context"][name]) for name in FEATURES])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise LexiconError(f"{path}: not a readable model ({error}); reinstall crisismap") from None
        return cls(prior, context)

    def score(self, matrix: npt.NDArray[np.float64], *, with_context: bool) -> npt.NDArray[np.float64]:
        """Return the weighted sums of the rows."""
        if with_context:
            scores: npt.NDArray[np.float64] = matrix @ self._context
        else:
            scores = matrix[:, :CONTEXT] @ self._prior
        return scores


def softmax_by_group(
    scores: npt.NDArray[np.float64], group: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Turn scores into probabilities that sum to one in each group; ``group`` is sorted."""
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    powers = np.exp(scores - np.maximum.reduceat(scores, starts)[group])
    result: npt.NDArray[np.float64] = powers / np.add.reduceat(powers, starts)[group]
    return result


def posterior_of(
    batch: ArticleCandidates, builder: FeatureBuilder, scorer: Scorer
) -> npt.NDArray[np.float64]:
    """Score a batch: a first look without context, then passes that each use the one before."""
    posterior = softmax_by_group(scorer.score(batch.matrix, with_context=False), batch.group)
    for _ in range(_PASSES):
        builder.put_context(batch, posterior)
        posterior = softmax_by_group(scorer.score(batch.matrix, with_context=True), batch.group)
    return posterior
