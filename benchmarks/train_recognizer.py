"""Train the recognizers' linear models.

    python benchmarks/train_recognizer.py --corpora ../shared/corpora -o data/models

Two steps.  ``--base`` learns from ``ner-train.jsonl`` (LOC, FAC and NORP spans that are gazetteer names):
the first pass, and a base for the final models (``benchmarks/recognition-base.json``); a few minutes.
The final models of both recognizers then start from that base and are adjusted to annotated articles; the
network of the neural one never saw these.  ``cross_validation.py`` scores all of it out of fold.
Needs scikit-learn (``pip install 'crisismap[train]'``).
"""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from corpora import NER_SOURCES, read_ner
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import expit
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from crisismap.evaluation import GoldArticle, read_gold
from crisismap.gazetteer import Gazetteer
from crisismap.linear import LinearModel
from crisismap.recognition import GazetteerRecognizer, NeuralRecognizer
from crisismap.recognition.context import Context
from crisismap.recognition.features import WordClasses, local_features, name_key, names_of_power
from crisismap.recognition.recognizer import document_features_of
from crisismap.recognition.scan import NamedSpan, NameScanner
from crisismap.sentences import split_sentences

MIN_COUNT = 3
"""Features seen less often are left out: they would only be remembered."""
BASE = Path(__file__).with_name("recognition-base.json")
L2 = 8.0
"""Penalty on what a final model adds to the base; best F1 on corpora left out among 0.5, 1.5, 4, 8 and 16."""


@dataclass
class Document:
    context: Context
    spans: list[NamedSpan]
    labels: list[int | None]  # 1 a place, 0 not, None unknown


@dataclass(frozen=True, slots=True)
class Example:
    """A candidate span of an annotated article."""

    features: list[str]
    label: bool


class RecognizerFitter:
    """Fits the final model of a recognizer on annotated articles, reading each article only once."""

    def __init__(self, base: GazetteerRecognizer):
        self._recognizer = base
        self._examples: dict[str, list[Example]] = {}
        self._prior = LinearModel.load(BASE)

    def fit(self, articles: Sequence[GoldArticle]) -> LinearModel:
        """Start from the base, which knows other corpora, and adjust it to these articles."""
        examples = [example for item in articles for example in self._examples_of(item)]
        rows = [example.features for example in examples]
        return adjust(self._prior, rows, [example.label for example in examples], L2)

    def _examples_of(self, item: GoldArticle) -> list[Example]:
        known = self._examples.get(item.article.id)
        if known is None:
            known = self._examples[item.article.id] = list(examples_of(item, self._recognizer))
        return known


def fit_recognizer(articles: Sequence[GoldArticle], base: GazetteerRecognizer) -> GazetteerRecognizer:
    """Return ``base`` with a final model fitted on ``articles`` only.

    To fit the same recognizer on several sets of articles, keep a :class:`RecognizerFitter`.
    """
    return base.with_model(RecognizerFitter(base).fit(articles))


def examples_of(item: GoldArticle, recognizer: GazetteerRecognizer) -> Iterator[Example]:
    sentences = split_sentences(item.article.text)
    context = Context(item.article.text, [sentence.start for sentence in sentences])
    candidates = recognizer.find_candidates(context)
    gold = {(toponym.start, toponym.end) for toponym in item.toponyms}
    powers = names_of_power()
    for span, features in zip(candidates.spans, candidates.features, strict=True):
        start, end = recognizer.span_range(context, span)
        right = (start, end) in gold or (start, end + 1) in gold
        # Corpora differ in whether they mark adjectives and the Kremlin: one not marked says nothing.
        optional = span.info.demonym or name_key(context, span) in powers
        if optional and not any(s < end and start < e for s, e in gold):
            continue
        yield Example(features, right)


def adjust(
    prior: LinearModel, rows: Sequence[Sequence[str]], labels: Sequence[bool], l2: float
) -> LinearModel:
    """Fit a logistic regression whose penalty is on the difference from the weights of ``prior``."""
    counts = Counter(feature for row in rows for feature in set(row))
    names = sorted(name for name, count in counts.items() if count >= MIN_COUNT or name in prior.weights)
    column = {name: number for number, name in enumerate(names)}
    columns = [sorted({column[name] for name in row if name in column}) for row in rows]
    ends = np.cumsum([0, *map(len, columns)])
    flat = np.fromiter((number for row in columns for number in row), np.int32, int(ends[-1]))
    matrix = csr_matrix((np.ones(len(flat)), flat, ends), shape=(len(rows), len(names)))
    transposed = matrix.T.tocsr()
    start = np.array([prior.weights.get(name, 0.0) for name in names])
    truth = np.array(labels, dtype=np.float64)
    margin = matrix @ start + prior.bias

    def loss(change: np.ndarray) -> tuple[float, np.ndarray]:
        scores = margin + matrix @ change[1:] + change[0]
        wrong = expit(scores) - truth
        value = np.logaddexp(0.0, scores).sum() - truth @ scores + l2 / 2 * change[1:] @ change[1:]
        return value, np.concatenate([[wrong.sum()], transposed @ wrong + l2 * change[1:]])

    result = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    weights = {
        name: round(float(weight), 3)
        for name, weight in zip(names, start + result.x[1:], strict=True)
        if abs(weight) >= 0.01
    }
    return LinearModel(round(prior.bias + float(result.x[0]), 4), weights)


def read_documents(path: Path, sources: set[str], scanner: NameScanner) -> Iterator[Document]:
    for document in read_ner(path, sources):
        context = Context(document.text, document.sentence_starts)
        spans = scanner.scan(context)
        labels = [label_span(context, span, document.entities, document.unknown) for span in spans]
        yield Document(context, spans, labels)


def label_span(
    context: Context, span: NamedSpan, entities: dict[tuple[int, int], str], unknown: frozenset[int]
) -> int | None:
    start, end = context.tokens[span.first].start, context.tokens[span.last].end
    if not unknown.isdisjoint(range(start, end)):
        return None
    for at in ((start, end), (start, end + 1)):  # the corpus may keep an abbreviation's dot
        label = entities.get(at)
        if label in ("LOC", "FAC"):
            return 1
        if label == "NORP":
            return 1 if span.info.demonym else 0
    around = [label for (s, e), label in entities.items() if s < end and start < e]
    if span.info.demonym and not around:
        return None  # most of these corpora leave adjectives unmarked
    if "ORG" in around or "FAC" in around:
        return None  # a place or not: "Danbury Police" and "Ford Motor" look alike to the annotator
    return 0


def fit(
    rows: list[list[str]], labels: list[int], groups: list[int], c: float, weights: np.ndarray | None = None
) -> tuple[LinearModel, np.ndarray]:
    """Fit a model; also return out-of-fold log-odds."""
    counts = Counter(feature for row in rows for feature in set(row))
    kept = [{f: 1 for f in row if counts[f] >= MIN_COUNT} for row in rows]
    vectorizer = DictVectorizer(sort=True)
    matrix = vectorizer.fit_transform(kept)
    model = LogisticRegression(C=c, max_iter=400, solver="lbfgs")
    weights = np.ones(len(rows)) if weights is None else weights
    probability = cross_val_predict(
        model,
        matrix,
        labels,
        groups=groups,
        cv=GroupKFold(5),
        method="predict_proba",
        params={"sample_weight": weights},
    )[:, 1]
    model.fit(matrix, labels, sample_weight=weights)
    kept_weights = {
        str(name): round(float(w), 3)
        for name, w in zip(vectorizer.feature_names_, model.coef_[0], strict=True)
        if abs(w) >= 0.02
    }
    clipped = np.clip(probability, 1e-6, 1 - 1e-6)
    return LinearModel(round(float(model.intercept_[0]), 4), kept_weights), np.log(clipped / (1 - clipped))


def report(name: str, labels: list[int], log_odds: np.ndarray) -> None:
    gold, found = np.array(labels) == 1, log_odds > 0
    hit = (gold & found).sum()
    precision, recall = hit / max(found.sum(), 1), hit / max(gold.sum(), 1)
    f1 = 2 * precision * recall / (precision + recall)
    print(f"{name}: {len(labels)} candidates, out of fold P {precision:.3f} R {recall:.3f} F1 {f1:.3f}")


def save(model: LinearModel, path: Path, trained_on: Iterable[str]) -> None:
    raw = {
        "trained_on": sorted(trained_on),
        "bias": model.bias,
        "weights": dict(sorted(model.weights.items())),
    }
    path.write_text(json.dumps(raw, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


def train_base(options: argparse.Namespace, scanner: NameScanner) -> None:
    classes = WordClasses.load()
    sources = set(options.sources.split(","))
    documents = list(read_documents(options.corpora / "ner-train.jsonl", sources, scanner))
    known = [
        (number, at)
        for number, document in enumerate(documents)
        for at, label in enumerate(document.labels)
        if label is not None
    ]
    labels = [documents[n].labels[at] for n, at in known]
    groups = [n for n, _ in known]
    rows = [local_features(documents[n].context, documents[n].spans[at], classes) for n, at in known]
    local, log_odds = fit(rows, labels, groups, options.c)
    report("first pass", labels, log_odds)
    # The second pass learns from out-of-fold first passes, as it will meet them on new articles.
    out_of_fold = dict(zip(known, log_odds.tolist(), strict=True))
    second = {}
    for number, document in enumerate(documents):
        scores = [
            out_of_fold.get((number, at))
            if (number, at) in out_of_fold
            else local.log_odds(local_features(document.context, span, classes))
            for at, span in enumerate(document.spans)
        ]
        extra = document_features_of(document.context, document.spans, scores, classes)
        for at, names in enumerate(extra):
            second[number, at] = names + local_features(document.context, document.spans[at], classes)
    rows = [second[key] for key in known]
    document_model, log_odds = fit(rows, labels, groups, options.c)
    report("second pass", labels, log_odds)
    save(local, options.output / "recognition-local.json", sources)
    save(document_model, BASE, sources)


def train_final(options: argparse.Namespace, gazetteer: Gazetteer) -> None:
    names = options.articles.split(",")
    articles = [item for name in names for item in read_gold(options.corpora / f"{name}.jsonl")]
    for kind in (GazetteerRecognizer, NeuralRecognizer):
        path = options.output / f"recognition-{kind.name}.json"
        # The final model is what is about to be written: the recognizer need not have one yet.
        model = RecognizerFitter(kind(gazetteer, LinearModel(0.0, {}))).fit(articles)
        save(model, path, [*names, *options.sources.split(",")])
        print(f"{path}: {len(model.weights)} weights from {len(articles)} articles")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    default = os.environ.get("CRISISMAP_CORPORA", "../shared/corpora")
    parser.add_argument("--corpora", type=Path, default=Path(default))
    parser.add_argument("--sources", default=NER_SOURCES, help="sets of ner-train.jsonl, for the base")
    parser.add_argument("--articles", default="lgl,gwn-a,geovirus", help="corpora of the final models")
    parser.add_argument("--base", action="store_true", help="train the first pass and the base, too")
    parser.add_argument("--c", type=float, default=0.3, help="inverse L2 penalty of the base")
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    gazetteer = Gazetteer.open()
    if options.base:
        train_base(options, NameScanner(gazetteer))
    train_final(options, gazetteer)


if __name__ == "__main__":
    main()
