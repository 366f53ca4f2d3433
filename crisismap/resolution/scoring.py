"""Scores of candidates: how well each fits its name and its article, and how sure that makes an answer.

Two linear looks, the second of which knows what the first made of the article's other names, choose the
candidates worth a closer look; boosted trees rank those; a logistic curve turns the ranking into the
probability that the answer is right.  ``benchmarks/train_resolver.py`` fits all of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from crisismap.errors import LexiconError
from crisismap.geodesy import EARTH_RADIUS_KM
from crisismap.paths import data_path
from crisismap.resolution.beside import BESIDE_FEATURES
from crisismap.resolution.context import put_context
from crisismap.resolution.features import CONTEXT, FEATURES, CandidateBatch
from crisismap.resolution.trees import Trees

__all__ = [
    "CONFIDENCE_FEATURES",
    "RANKED",
    "Ranking",
    "ResolutionModel",
    "confidence_features",
    "look",
    "rank",
    "ranking",
    "shortlist",
    "softmax_by_group",
    "tree_matrix",
]

_Floats = npt.NDArray[np.float64]

_PASSES = 2
RANKED = 8
"""Candidates of a name that the trees look at, the most probable so far."""
_LIKELY = 0.003
"""Probability of a candidate that the trees look at, unless it is one of the two most probable."""
_SAME_COSINE = float(np.cos(161.0 / EARTH_RADIUS_KM))
_DIGITS = 6
TREE_FEATURES = (*FEATURES, "linear_gap", "linear_probability", "linear_log")

CONFIDENCE_FEATURES = ("bias", "evidence", "chance", "near", "alone", *FEATURES)


@dataclass(frozen=True, slots=True)
class ResolutionModel:
    """Everything that is learned of resolution."""

    prior: _Floats
    """Weights of the first look, over the features that need no context."""
    context: _Floats
    """Weights of the second look, over all features."""
    trees: Trees
    confidence: _Floats
    """Weights of CONFIDENCE_FEATURES: log-odds that an answer is right."""
    none: _Floats
    """Likewise, that no candidate is."""
    beside: _Floats
    """Weights of BESIDE_FEATURES: log-odds that an unknown name lies by a place of the article."""
    trained_on: tuple[str, ...] = ()

    @classmethod
    def load(cls, path: Path | None = None) -> ResolutionModel:
        """Read the model at ``path``, or the one that ships.

        Raises:
            LexiconError: the file is missing, or is not a whole model.
        """
        path = path or data_path("models", "resolution.json")
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            return cls(
                prior=_weights(raw["prior"], FEATURES[:CONTEXT]),
                context=_weights(raw["context"], FEATURES),
                trees=Trees.from_json(raw["trees"], len(TREE_FEATURES)),
                confidence=_weights(raw["confidence"], CONFIDENCE_FEATURES),
                none=_weights(raw["none"], CONFIDENCE_FEATURES),
                beside=_weights(raw["beside"], BESIDE_FEATURES),
                trained_on=tuple(raw["trained_on"]),
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise LexiconError(f"{path}: not a readable model ({error}); reinstall crisismap") from None

    def to_json(self) -> str:
        """Return the model as :meth:`load` reads it."""
        parts = {
            "trained_on": list(self.trained_on),
            "prior": dict(zip(FEATURES, self.prior.tolist(), strict=False)),
            "context": dict(zip(FEATURES, self.context.tolist(), strict=True)),
            "confidence": dict(zip(CONFIDENCE_FEATURES, self.confidence.tolist(), strict=True)),
            "none": dict(zip(CONFIDENCE_FEATURES, self.none.tolist(), strict=True)),
            "beside": dict(zip(BESIDE_FEATURES, self.beside.tolist(), strict=True)),
            "trees": self.trees.to_json(),
        }
        return json.dumps(parts, separators=(",", ":")) + "\n"


@dataclass(frozen=True, slots=True)
class Ranking:
    """The candidates worth showing, by group: ``rows`` of the batch, best first in each."""

    rows: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    """The first of ``rows`` of each group, and their number."""
    scores: _Floats
    """Log-odds, parallel to ``rows``."""
    probability: _Floats
    """Softmax of the scores within a group."""

    def of(self, group: int) -> range:
        """The numbers of a group's ``rows``."""
        return range(int(self.starts[group]), int(self.starts[group + 1]))

    @property
    def top(self) -> npt.NDArray[np.int64]:
        """The best row of each group."""
        return self.rows[self.starts[:-1]]


def softmax_by_group(
    scores: _Floats, group: npt.NDArray[np.int64], starts: npt.NDArray[np.int64] | None = None
) -> _Floats:
    """Turn scores into probabilities that sum to one in each group.

    ``group`` is sorted; ``starts`` are the first rows of the groups, where they are known.
    """
    if starts is None:
        starts = np.concatenate([[0], np.flatnonzero(group[1:] != group[:-1]) + 1])
    powers = np.exp(scores - np.maximum.reduceat(scores, starts)[group])
    result: _Floats = powers / np.add.reduceat(powers, starts)[group]
    return result


def look(batch: CandidateBatch, prior: _Floats, context: _Floats) -> tuple[_Floats, _Floats]:
    """Return linear scores and probabilities by row: a look without context, then passes with it."""
    posterior = softmax_by_group(_weigh(batch, prior), batch.group, batch.starts)
    scores = posterior
    for _ in range(_PASSES):
        put_context(batch, posterior)
        scores = _weigh(batch, context)
        posterior = softmax_by_group(scores, batch.group, batch.starts)
    return scores, posterior


def _weigh(batch: CandidateBatch, weights: _Floats) -> _Floats:
    """The matrix's first columns times ``weights``.

    By column, so that a row's sum has the same last bits whatever rows are beside it; BLAS does not see to
    that.
    """
    columns = batch.columns(slice(len(weights)))
    total: _Floats = np.add.reduce(columns * weights[:, None], axis=0)
    return total


def shortlist(batch: CandidateBatch, posterior: _Floats) -> npt.NDArray[np.int64]:
    """The rows of the most probable candidates of each group; ties go to the lower entry."""
    chance = np.round(posterior, _DIGITS)
    order = np.lexsort((batch.entries, -chance, batch.group))
    place = np.arange(len(order)) - batch.starts[batch.group[order]]
    rows: npt.NDArray[np.int64] = order[(place < 2) | ((place < RANKED) & (chance[order] >= _LIKELY))]
    return rows


def tree_matrix(
    batch: CandidateBatch, rows: npt.NDArray[np.int64], scores: _Floats, posterior: _Floats
) -> _Floats:
    """The features of the shortlisted rows with what the linear look made of them."""
    chance = posterior[rows]
    result = np.empty((len(rows), len(TREE_FEATURES)))
    result[:, :-3] = batch.matrix[rows]
    result[:, -3] = (scores - batch.best(scores))[rows] / 5
    result[:, -2] = chance
    result[:, -1] = np.log(chance + 1e-4) / 9
    return result


def rank(batch: CandidateBatch, model: ResolutionModel) -> Ranking:
    """Rank the candidates of an article."""
    scores, posterior = look(batch, model.prior, model.context)
    rows = shortlist(batch, posterior)
    ranked = model.trees.score(tree_matrix(batch, rows, scores, posterior))
    return ranking(batch, rows, ranked)


def ranking(batch: CandidateBatch, rows: npt.NDArray[np.int64], scores: _Floats) -> Ranking:
    """Order shortlisted rows by score within their groups; ties go to the lower entry."""
    order = np.lexsort((batch.entries[rows], -scores, batch.group[rows]))
    rows, scores = rows[order], scores[order]
    group = batch.group[rows]
    starts = np.searchsorted(group, np.arange(batch.group_count + 1))
    return Ranking(rows, starts, scores, softmax_by_group(scores, group, starts[:-1]))


def confidence_features(batch: CandidateBatch, ranked: Ranking) -> _Floats:
    """What tells a right answer from a wrong one, a row a group, over CONFIDENCE_FEATURES."""
    group, top, first = batch.group[ranked.rows], ranked.top, ranked.starts[:-1]
    same = np.einsum("ij,ij->i", batch.xyz[ranked.rows], batch.xyz[top][group])
    is_near = same > _SAME_COSINE
    # A country is right wherever in it the answer lies.
    country = batch.country
    is_near |= (batch.kind[top] == 0)[group] & (country[ranked.rows] == country[top][group])
    mass = np.add.reduceat(ranked.probability * is_near, first)
    result = np.empty((len(top), len(CONFIDENCE_FEATURES)))
    result[:, 0] = 1.0
    result[:, 1] = ranked.scores[first] / 5
    result[:, 2:4] = _log_odds(np.array([ranked.probability[first], mass])).T
    result[:, 4] = ranked.starts[1:] - first == 1
    result[:, 5:] = batch.matrix[top]
    return result


def _log_odds(probability: _Floats) -> _Floats:
    clipped = np.minimum(np.maximum(probability, 0.01), 0.99)
    odds: _Floats = np.log(clipped / (1 - clipped))
    return odds


def _weights(raw: Mapping[str, float], names: tuple[str, ...]) -> _Floats:
    return np.array([float(raw[name]) for name in names])
