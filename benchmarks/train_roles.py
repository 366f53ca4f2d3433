"""Train the models that tell literal from associative place names.

    python benchmarks/train_roles.py --corpora ../shared/corpora -o data/models

Both models, that of the words alone and the one that reads the network as well, learn from the toponym
types of ``gwn-a.jsonl`` and from ``metonymy-train.jsonl``.  ``--score`` prints accuracies of five folds.
Needs scikit-learn (``pip install 'crisismap[train]'``).
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from corpora import fold_of, read_metonymy
from scipy.sparse import csr_matrix, diags, hstack, vstack
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from crisismap.evaluation import GoldArticle, gold_role, read_gold
from crisismap.gazetteer import Gazetteer
from crisismap.linear import LinearModel
from crisismap.model import Role
from crisismap.recognition.context import Context
from crisismap.recognition.network import Network, Reading
from crisismap.recognition.role_features import GivenName, RoleWords, role_features, use_of
from crisismap.recognition.roles import (
    ARTICLE_FEATURES,
    RoleClassifier,
    RoleModel,
    article_features,
    reading_features,
)
from crisismap.recognition.scan import NameScanner
from crisismap.sentences import split_sentences

__all__ = ["RoleFitter", "fit_roles"]

FOLDS = 5
MIN_COUNT = 2
"""Features seen less often are left out: they would only be remembered."""
C = 0.1
"""Inverse L2 penalty, of the weights that all sentences share and of those that news adds."""
NEWS_WEIGHT = 3.0
TRAINED_ON = ("conll", "gwn-a", "relocar", "semeval")
SMALL = 0.02
"""Weights below are left out."""

First = tuple[LinearModel, npt.NDArray[np.float32]]
"""The first step of a role model: weights of words, and of the network's reading."""


@dataclass(frozen=True)
class Names:
    """The names of a text whose role is known, with the features of each."""

    context: Context
    names: list[GivenName]
    literal: list[int]
    types: list[str]
    features: list[list[str]]
    uses: list[str]
    reading: Reading | None


class RoleFitter:
    """Fits role models to annotated articles; what does not depend on these is computed once.

    Args:
        gazetteer: knows the names.
        metonymy: ``metonymy-train.jsonl``.
        network: if given, a model that reads it is fitted too.
    """

    def __init__(self, gazetteer: Gazetteer, metonymy: Path, network: Network | None = None):
        self._scanner = NameScanner(gazetteer)
        self._network = network
        self._words = RoleWords.load()
        self._known: dict[str, Names] = {}
        self.sentences = [
            self._names(s.text, [(s.start, s.end)], [s.literal], [s.source], None)
            for s in read_metonymy(metonymy)
        ]

    def fit(self, articles: Sequence[GoldArticle]) -> RoleClassifier:
        """Fit to the toponyms of ``articles`` whose type tells the role."""
        news = {}
        for item in articles:
            if any(gold_role(toponym) for toponym in item.toponyms):
                news[item.article.id] = self.names_of(item)
        plain = fit_model(news, self.sentences, with_readings=False)
        if self._network is None or not news:
            return RoleClassifier(plain)
        return RoleClassifier(plain, fit_model(news, self.sentences, with_readings=True))

    def names_of(self, item: GoldArticle) -> Names:
        """Return the names of an article whose role is known; remembered by the article's id."""
        if item.article.id not in self._known:
            gold = [toponym for toponym in item.toponyms if gold_role(toponym) is not None]
            self._known[item.article.id] = self._names(
                item.article.text,
                [(toponym.start, toponym.end) for toponym in gold],
                [gold_role(toponym) is Role.LITERAL for toponym in gold],
                [toponym.type for toponym in gold],
                self._network,
            )
        return self._known[item.article.id]

    def _names(
        self,
        text: str,
        spans: Sequence[tuple[int, int]],
        literal: Sequence[bool],
        types: Sequence[str],
        network: Network | None,
    ) -> Names:
        context = Context(text, [sentence.start for sentence in split_sentences(text)])
        known = {(span.first, span.last): span.info for span in self._scanner.scan(context)}
        names = [GivenName.at(context, start, end, known) for start, end in spans]
        reading = None
        if network is not None:
            runs = [run for run in context.sentences() if any(name.first in run for name in names)]
            reading = network.read(context, runs)
        features = [role_features(context, name, self._words) for name in names]
        uses = [use_of(context, name, self._words) for name in names]
        return Names(context, names, [int(one) for one in literal], list(types), features, uses, reading)


def fit_roles(
    articles: Sequence[GoldArticle], gazetteer: Gazetteer, metonymy: Path, network: Network | None = None
) -> RoleClassifier:
    """Fit once; who fits several times keeps a :class:`RoleFitter`."""
    return RoleFitter(gazetteer, metonymy, network).fit(articles)


def fit_model(news: Mapping[str, Names], sentences: Sequence[Names], with_readings: bool) -> RoleModel:
    """Fit the first step, and the second to what the first says of articles that it did not see."""
    linear, reading = fit_first([*news.values()], sentences, with_readings)
    article = {"bias": 0.0, "own": 1.0, "same": 0.0, "before": 0.0, "after": 0.0}
    if len(news) >= FOLDS:
        rows: list[tuple[float, ...]] = []
        labels: list[int] = []
        for fold in range(FOLDS):
            seen = [names for id, names in news.items() if fold_of(id, FOLDS) != fold]
            inner = fit_first(seen, sentences, with_readings)
            for names in (names for id, names in news.items() if fold_of(id, FOLDS) == fold):
                rows += article_features(names.context, names.names, log_odds_of(names, inner))
                labels += names.literal
        second = LogisticRegression(C=1.0).fit(np.array(rows), labels)
        article = dict(zip(ARTICLE_FEATURES, second.coef_[0].tolist(), strict=True))
        article["bias"] = float(second.intercept_[0])
    return RoleModel(linear, reading, {name: round(weight, 4) for name, weight in article.items()})


def fit_first(news: Sequence[Names], sentences: Sequence[Names], with_readings: bool) -> First:
    """Fit weights that all sentences share, and those that news adds: of the same features and of readings.

    The sentences have no readings: the network learned their roles, and is surer of them than of new ones.
    """
    everything = [*news, *sentences]
    labels = [label for item in everything for label in item.literal]
    is_news = np.arange(len(labels)) < sum(len(item.literal) for item in news)
    counts = Counter(name for item in everything for row in item.features for name in row)
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(
        [
            dict.fromkeys((name for name in row if counts[name] >= MIN_COUNT), 1)
            for item in everything
            for row in item.features
        ]
    )
    parts = [matrix, diags(is_news.astype(float)) @ matrix]
    if with_readings:
        readings = np.concatenate([readings_of(item) for item in news])
        empty = csr_matrix((len(labels) - len(readings), readings.shape[1]))
        parts.append(vstack([csr_matrix(readings), empty]))
    model = LogisticRegression(C=C, max_iter=500)
    model.fit(hstack(parts).tocsr(), labels, sample_weight=np.where(is_news, NEWS_WEIGHT, 1.0))
    names = vectorizer.feature_names_
    shared, added, reading = np.split(model.coef_[0], [len(names), 2 * len(names)])
    weights = {
        str(name): round(float(weight), 3)
        for name, weight in zip(names, shared + added, strict=True)
        if abs(weight) >= SMALL
    }
    return LinearModel(round(float(model.intercept_[0]), 4), weights), reading.astype(np.float32)


def log_odds_of(names: Names, model: First) -> list[float]:
    """Return the first step's log-odds of each name."""
    linear, reading = model
    own = np.array([linear.log_odds(row) for row in names.features])
    log_odds: list[float] = (own + readings_of(names) @ reading if len(reading) else own).tolist()
    return log_odds


def readings_of(names: Names) -> npt.NDArray[np.float32]:
    """Return :func:`reading_features` of each name."""
    if names.reading is None:
        raise ValueError("the names were not read by a network; give RoleFitter one")
    return reading_features(names.names, names.uses, names.reading)


def score(fitter: RoleFitter, articles: Sequence[GoldArticle]) -> None:
    """Print accuracies out of fold: of articles with and without the network, and of sentences."""
    right: dict[str, Counter[str]] = {"network": Counter(), "words alone": Counter()}
    of: Counter[str] = Counter()
    for fold in range(FOLDS):
        classifier = fitter.fit([item for item in articles if fold_of(item.article.id, FOLDS) != fold])
        for item in articles:
            if fold_of(item.article.id, FOLDS) != fold:
                continue
            names = fitter.names_of(item)
            of.update(names.types)
            for system, reading in {"network": names.reading, "words alone": None}.items():
                roles = classifier.classify(names.context, names.names, reading)
                answers = zip(names.types, roles, names.literal, strict=True)
                right[system].update(t for t, role, literal in answers if (role is Role.LITERAL) == literal)
    for system, counts in right.items():
        print(f"{system}: accuracy {counts.total() / of.total():.4f} of {of.total()} toponyms, out of fold")
        print("   ", ", ".join(f"{type} {counts[type] / of[type]:.2f} of {of[type]}" for type in sorted(of)))
    news = [fitter.names_of(item) for item in articles]
    hits: Counter[str] = Counter()
    for fold in range(FOLDS):
        seen = [names for names in fitter.sentences if fold_of(names.context.text, FOLDS) != fold]
        model = fit_first(news, seen, with_readings=False)
        for names in fitter.sentences:
            if fold_of(names.context.text, FOLDS) == fold:
                [literal] = log_odds_of(names, model)
                hits[names.types[0]] += (literal > 0) == names.literal[0]
    of = Counter(names.types[0] for names in fitter.sentences)
    for source in sorted(of):
        print(f"{source}: accuracy {hits[source] / of[source]:.4f} of {of[source]} sentences, out of fold")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    default = os.environ.get("CRISISMAP_CORPORA", "../shared/corpora")
    parser.add_argument("--corpora", type=Path, default=Path(default))
    parser.add_argument("--network", type=Path, help="its folder; by default the one that ships")
    parser.add_argument("--score", action="store_true", help="print accuracies out of fold; a minute")
    parser.add_argument("-o", "--output", type=Path, help="folder of the models")
    options = parser.parse_args()
    articles = read_gold(options.corpora / "gwn-a.jsonl")
    metonymy = options.corpora / "metonymy-train.jsonl"
    fitter = RoleFitter(Gazetteer.open(), metonymy, Network.load(options.network))
    if options.score:
        score(fitter, articles)
    if options.output:
        options.output.mkdir(parents=True, exist_ok=True)
        fitter.fit(articles).save(options.output, TRAINED_ON)


if __name__ == "__main__":
    main()
