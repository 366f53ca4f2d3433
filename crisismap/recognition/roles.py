"""Literal or associative: does a name mean the place, or its government, people or team?

Two steps.  A linear model reads the words around each name and, where there is one, the network's reading;
then a name's log-odds are joined with those of the same name elsewhere in the article, and of its neighbors
in a list: who writes "talks with Minsk, Warsaw and Kyiv" rarely means two of them as places.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from crisismap.errors import LexiconError
from crisismap.linear import LinearModel
from crisismap.model import Role
from crisismap.paths import data_path
from crisismap.recognition.context import Context
from crisismap.recognition.role_features import Name, RoleWords, name_of, role_features, use_of

if TYPE_CHECKING:
    from crisismap.recognition.network import Reading

__all__ = ["ARTICLE_FEATURES", "RoleClassifier", "RoleModel", "article_features", "reading_features"]

ARTICLE_FEATURES = ("own", "same", "before", "after")
"""The columns of :func:`article_features`."""

_USES = ("mod", "poss", "bare")
_LARGEST = 3.0
"""Log-odds of other names count up to this much."""
_LIST = frozenset({",", "and", "or", "the", "&", "-"})
_LIST_GAP = 3
"""The most tokens between neighbors in a list."""


@dataclass(frozen=True, slots=True)
class RoleModel:
    """Weights of the two steps; log-odds are of the literal role."""

    words: LinearModel
    reading: npt.NDArray[np.float32]
    """Weights of :func:`reading_features`; empty in the model that needs no network."""
    article: Mapping[str, float]
    """Weights of :data:`ARTICLE_FEATURES`, and the ``bias``."""

    @classmethod
    def load(cls, path: Path) -> RoleModel:
        """Read a model file.

        Raises:
            LexiconError: the file is missing or not a model.
        """
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            words = LinearModel(float(raw["bias"]), {str(k): float(v) for k, v in raw["weights"].items()})
            article = {name: float(raw["article"][name]) for name in ("bias", *ARTICLE_FEATURES)}
            return cls(words, np.array(raw["reading"], np.float32), article)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise LexiconError(f"{path}: not a readable role model ({error}); reinstall crisismap") from None

    def literal(self, row: tuple[float, float, float, float]) -> float:
        """Return the log-odds of the literal role by a row of :func:`article_features`."""
        weights = self.article
        own, same, before, after = row
        joined = weights["own"] * own + weights["same"] * same
        return weights["bias"] + (joined + weights["before"] * before + weights["after"] * after)

    def save(self, path: Path, trained_on: Sequence[str]) -> None:
        """Write a model file."""
        raw = {
            "trained_on": sorted(trained_on),
            "bias": self.words.bias,
            "article": dict(self.article),
            "reading": [round(float(weight), 4) for weight in self.reading],
            "weights": dict(sorted(self.words.weights.items())),
        }
        path.write_text(json.dumps(raw, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


class RoleClassifier:
    """Decides the roles of an article's place names.

    Args:
        plain: the model for names that no network has read.
        network: the model for names that one has; without it, readings are left aside.
    """

    def __init__(self, plain: RoleModel, network: RoleModel | None = None):
        self._plain = plain
        self._network = network
        self._words = RoleWords.load()

    @classmethod
    def load(cls) -> RoleClassifier:
        """Read the shipped weights (``data/models/roles.json`` and ``roles-network.json``)."""
        return cls(
            RoleModel.load(data_path("models", "roles.json")),
            RoleModel.load(data_path("models", "roles-network.json")),
        )

    def save(self, folder: Path, trained_on: Sequence[str]) -> None:
        """Write the models as ``roles.json`` and ``roles-network.json``."""
        self._plain.save(folder / "roles.json", trained_on)
        if self._network is not None:
            self._network.save(folder / "roles-network.json", trained_on)

    def classify(self, context: Context, names: Sequence[Name], reading: Reading | None = None) -> list[Role]:
        """Return the more probable role of each name; ``names`` are all of the article's, in its order."""
        words = [role_features(context, name, self._words) for name in names]
        models = [self._plain] * len(names)
        log_odds = [0.0] * len(names)
        if self._network is not None and reading is not None and names:
            uses = [use_of(context, name, self._words) for name in names]
            read = reading_features(names, uses, reading) @ self._network.reading
            for at, name in enumerate(names):
                if reading.read[name.first]:
                    models[at] = self._network
                    log_odds[at] = float(read[at])
        for at, model in enumerate(models):
            log_odds[at] += model.words.log_odds(words[at])
        rows = article_features(context, names, log_odds)
        literal = [model.literal(row) for model, row in zip(models, rows, strict=True)]
        return [Role.LITERAL if value >= 0 else Role.ASSOCIATIVE for value in literal]


def reading_features(names: Sequence[Name], uses: Sequence[str], reading: Reading) -> npt.NDArray[np.float32]:
    """Return what the network says of each name and of the words beside it, a row of numbers a name.

    The tags of the word before, of the first and the last word and of the word after; how far the first word
    belongs to a name of each kind, separately for each of the :func:`uses <use_of>`; the network's own
    log-odds of the first word and the mean of all, scaled; and 1.
    """
    first = np.array([name.first for name in names])
    last = np.array([name.last for name in names])
    # A row before the text and one after it.
    tags = np.zeros((len(reading.tags) + 2, reading.tags.shape[1]), np.float32)
    tags[1:-1] = reading.tags
    here = tags[first + 1]
    kinds = here[:, 1::2] + here[:, 2::2]
    is_use = np.array([[use == one for use in _USES] for one in uses])
    by_use = (is_use[:, :, None] * kinds[:, None, :]).reshape(len(names), -1)
    sums = np.concatenate([np.zeros(1), np.cumsum(reading.literal, dtype=np.float64)])
    mean = (sums[last + 1] - sums[first]) / (last + 1 - first)
    literal = (np.array([reading.literal[first], mean]).T / 4).clip(-2, 2)
    parts = [tags[first], here, tags[last + 1], tags[last + 2], by_use, literal, np.ones((len(names), 1))]
    return np.concatenate(parts, axis=1, dtype=np.float32)


def article_features(
    context: Context, names: Sequence[Name], log_odds: Sequence[float]
) -> list[tuple[float, float, float, float]]:
    """Join each name's log-odds with those of the other names of the article.

    Returns:
        For each name: its own log-odds; the mean of the same name's elsewhere, shrunk where these are few;
        and those of the neighbors before and after in a list, 0 where there is none.
    """
    limited = [_LARGEST * math.tanh(value / _LARGEST) for value in log_odds]
    keys = [name_of(context, name) for name in names]
    sums: dict[str, float] = defaultdict(float)
    counts: dict[str, int] = defaultdict(int)
    for key, value in zip(keys, limited, strict=True):
        sums[key] += value
        counts[key] += 1
    linked = [_is_listed(context, a, b) for a, b in pairwise(names)]
    rows = []
    for at, key in enumerate(keys):
        same = (sums[key] - limited[at]) / counts[key]
        before = limited[at - 1] if at and linked[at - 1] else 0.0
        after = limited[at + 1] if at < len(linked) and linked[at] else 0.0
        rows.append((log_odds[at], same, before, after))
    return rows


def _is_listed(context: Context, left: Name, right: Name) -> bool:
    between = context.folds[left.last + 1 : right.first]
    return len(between) <= _LIST_GAP and _LIST.issuperset(between)
