"""Fit everything that the resolver learns on annotated corpora; deterministic.

    python benchmarks/train_resolver.py -o data/models/resolution.json
    python benchmarks/train_resolver.py --folds          # k-fold and leave-one-corpus-out, nothing written
    python benchmarks/train_resolver.py --ablation       # two folds, leaving out one block of features each

Besides the annotated corpora it learns from world news (``silver.py``), in every fold alike.
The gold candidate of a name is the one with the gold id, else the nearest within 25 km.  The outlet of
every other article is hidden, so that the resolver gains where it is known and loses nothing where not.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from zlib import crc32

import lightgbm
import numpy as np
from corpora import fold_of
from resolver_examples import SHORT_TEXT, Example, ExampleReader, corpus_of, is_useful, share_of
from resolver_scores import Tally, answer, describe
from scipy.optimize import minimize
from silver import read_world

from crisismap.evaluation import (
    GoldArticle,
    read_gold,
)
from crisismap.gazetteer import Gazetteer
from crisismap.recognition import GazetteerRecognizer, Recognizer
from crisismap.resolution import ResolutionModel, Resolver
from crisismap.resolution.beside import BESIDE_FEATURES, Anchors
from crisismap.resolution.context import put_context
from crisismap.resolution.features import (
    BLOCKS,
    COLUMN,
    CONTEXT,
    FEATURES,
    OPPOSING,
    SUPPORTING,
)
from crisismap.resolution.resolver import anchors_of
from crisismap.resolution.scoring import (
    Ranking,
    confidence_features,
    look,
    ranking,
    shortlist,
    softmax_by_group,
    tree_matrix,
)
from crisismap.resolution.trees import Trees

CORPORA = ("lgl", "gwn-a", "geovirus", "idrisi-a")
FOLDS = 5
HOME_SHARE = 0.3
"""Share of an outlet's articles that name a settlement which is taken to be its home."""
STRENGTH = 0.3
"""L2 penalty of the linear looks."""
TREES = 250
WAYS = [1 if name in SUPPORTING else -1 if name in OPPOSING else 0 for name in FEATURES]
"""Whether a feature can only speak for a candidate, only against it, or either: no corpus is large enough to
teach that a stated parent is an argument in all company."""
PARAMETERS = {
    "objective": "binary",
    "learning_rate": 0.06,
    "num_leaves": 15,
    "max_depth": 6,
    "min_data_in_leaf": 20,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 2.0,
    "seed": 1,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}


def fit_resolver(
    articles: Iterable[GoldArticle],
    gazetteer: Gazetteer | None = None,
    recognizer: Recognizer | None = None,
    without: Sequence[str] = (),
) -> ResolutionModel:
    """Fit on annotated articles, in half a minute for a thousand; for ``Resolver(gazetteer, fitted)``.

    Args:
        articles: their given spans are what is learned from.
        gazetteer: by default the one that ships.
        recognizer: tells kinds and roles of the spans; by default the linear one.
        without: blocks of features to leave out.
    """
    gazetteer = gazetteer or Gazetteer.open()
    reader = ExampleReader(gazetteer, recognizer or GazetteerRecognizer(gazetteer), without)
    useful = [item for item in articles if is_useful(item)]
    return fit(reader, [example for item in useful for example in reader.examples(item)])


def fit(reader: ExampleReader, data: list[Example]) -> ResolutionModel:
    useful = [e for e in data if e.batch is not None]
    learn_homes(reader, data, *fit_looks(reader, useful))
    prior, context = fit_looks(reader, useful)
    # The curves of confidence must see rankings of articles that the ranking was not fitted on.
    held: list[tuple[Example, Ranking | None]] = []
    for half in (False, True):
        trees = fit_trees([e for e in useful if half_of(e) != half] or useful, prior, context)
        held += [(e, ranked(e, prior, context, trees)) for e in data if half_of(e) == half]
    confidence, none = fit_confidence(reader, held)
    beside = fit_beside(reader, held, confidence)
    return ResolutionModel(
        prior=np.round(prior, 5),
        context=np.round(context, 5),
        trees=fit_trees(useful, prior, context),
        confidence=np.round(confidence, 5),
        none=np.round(none, 5),
        beside=np.round(beside, 5),
        trained_on=tuple(sorted({corpus_of(e.id) for e in data})),
    )


def half_of(e: Example) -> bool:
    """A split that has nothing to do with any folds: by another bit of the hash."""
    return bool(crc32(e.id.encode()) >> 9 & 1)


def weights_of(data: Sequence[Example]) -> np.ndarray:
    """A name that an article repeats counts once and a little more, and so does a corpus of more names."""
    weight = np.sqrt(np.concatenate([e.weight for e in data]))
    corpus = np.repeat([e.corpus for e in data], [len(e.weight) for e in data])
    for name in sorted(set(corpus)):
        weight[corpus == name] *= share_of(name) * 20 / max(np.sqrt(weight[corpus == name].sum()), 1e-9)
    return weight


def fit_looks(reader: ExampleReader, data: Sequence[Example]) -> tuple[np.ndarray, np.ndarray]:
    prior = fit_linear(data, CONTEXT)
    for e in data:
        refresh(reader, e, e.batch.matrix[:, :CONTEXT] @ prior)
    context = fit_linear(data, len(FEATURES))
    for e in data:
        refresh(reader, e, e.batch.matrix @ context)
    return prior, fit_linear(data, len(FEATURES))


def guess_homes(data: Sequence[Example], prior: np.ndarray, context: np.ndarray) -> dict[str, int]:
    """The settlement that most other articles of an article's host seem to name, by article id.

    The gold is not looked at: anyone with a folder of articles can do the same.
    """
    named: dict[str, dict[str, set[int]]] = defaultdict(dict)
    for e in data:
        if e.host and e.batch is not None:
            _, posterior = look(e.batch, prior, context)
            likely = (posterior > 0.5) & (e.batch.kind == 3)
            named[e.host][e.id] = set(e.batch.entries[likely].tolist())
    homes = {}
    for articles in named.values():
        counts = Counter(entry for entries in articles.values() for entry in entries)
        for id, own in articles.items():
            others = Counter({entry: count - (entry in own) for entry, count in counts.items()})
            entry, count = min(others.items(), key=lambda item: (-item[1], item[0]), default=(0, 0))
            if count >= max(2, HOME_SHARE * len(articles)):
                homes[id] = entry
    return homes


def learn_homes(
    reader: ExampleReader, data: Sequence[Example], prior: np.ndarray, context: np.ndarray
) -> None:
    """Tell the examples whose outlet is known where it is at home."""
    home_columns = [COLUMN[name] for name in FEATURES if name.startswith("home_")]
    for e in data:
        if e.batch is not None:
            e.batch.matrix[:, home_columns] = 0
    homes = guess_homes(data, prior, context)
    for e in data:
        if e.host and e.batch is not None and e.id in homes:
            reader.put_home(e, homes[e.id])


def refresh(reader: ExampleReader, e: Example, scores: np.ndarray) -> None:
    put_context(e.batch, softmax_by_group(scores, e.batch.group))
    e.batch.matrix[:, reader.masked] = 0


def fit_linear(data: Sequence[Example], width: int) -> np.ndarray:
    """A conditional logit: the log-likelihood of the gold candidate among those of its name."""
    matrix = np.concatenate([e.batch.matrix[:, :width] for e in data])
    offsets = np.cumsum([0] + [e.batch.group_count for e in data])
    group = np.concatenate([e.batch.group + o for e, o in zip(data, offsets, strict=False)])
    gold, weight = np.concatenate([e.gold for e in data]), weights_of(data)
    starts = np.flatnonzero(np.diff(group, prepend=-1))

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        p = softmax_by_group(matrix @ w, group)
        right = np.add.reduceat(p * gold, starts)
        used = weight > 0
        value = -(weight[used] * np.log(right[used] + 1e-12)).sum() + STRENGTH * (w @ w)
        target = np.where(gold, p / (right[group] + 1e-12), 0)
        gradient = matrix.T @ ((p - target) * np.where(used, weight, 0)[group]) + 2 * STRENGTH * w
        return value, gradient

    bounds = [(0, None) if way > 0 else (None, 0) if way < 0 else (None, None) for way in WAYS[:width]]
    start = np.zeros(width)
    return minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": 100}).x


def fit_trees(data: Sequence[Example], prior: np.ndarray, context: np.ndarray) -> Trees:
    blocks, labels, row_weights = [], [], []
    weight = np.split(weights_of(data), np.cumsum([len(e.weight) for e in data])[:-1])
    scale = np.concatenate(weight)[np.concatenate(weight) > 0].mean()
    for e, w in zip(data, weight, strict=True):
        scores, posterior = look(e.batch, prior, context)
        rows = shortlist(e.batch, posterior)
        rows = rows[w[e.batch.group[rows]] > 0]
        blocks.append(np.round(tree_matrix(e.batch, rows, scores, posterior), 6))
        labels.append(e.gold[rows])
        row_weights.append(w[e.batch.group[rows]] / scale)
    dataset = lightgbm.Dataset(
        np.concatenate(blocks), np.concatenate(labels).astype(int), weight=np.concatenate(row_weights)
    )
    ways = {"monotone_constraints": [*WAYS, 1, 1, 1], "monotone_constraints_method": "intermediate"}
    return trees_of(lightgbm.train(PARAMETERS | ways, dataset, TREES))


def trees_of(booster: lightgbm.Booster) -> Trees:
    roots, feature, threshold, left, right, value = [], [], [], [], [], []

    def add(node: dict) -> int:
        index, leaf = len(value), "leaf_value" in node
        feature.append(0 if leaf else node["split_feature"])
        threshold.append(0.0 if leaf else round(node["threshold"], 7))
        value.append(round(node["leaf_value"], 5) if leaf else 0.0)
        left.append(index)
        right.append(index)
        if not leaf:
            left[index], right[index] = add(node["left_child"]), add(node["right_child"])
        return index

    for tree in booster.dump_model()["tree_info"]:
        roots.append(add(tree["tree_structure"]))  # noqa: PERF401, it fills the other lists as well
    return Trees(*map(np.array, (roots, feature, threshold, left, right, value)))


def ranked(e: Example, prior: np.ndarray, context: np.ndarray, trees: Trees) -> Ranking | None:
    if e.batch is None:
        return None
    scores, posterior = look(e.batch, prior, context)
    rows = shortlist(e.batch, posterior)
    return ranking(e.batch, rows, trees.score(tree_matrix(e.batch, rows, scores, posterior)))


def fit_logistic(matrix: np.ndarray, label: np.ndarray, weight: np.ndarray) -> np.ndarray:
    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        odds = matrix @ w
        value = (weight * (np.logaddexp(0, odds) - label * odds)).sum() + w @ w
        return value, matrix.T @ (weight * (1 / (1 + np.exp(-odds)) - label)) + 2 * w

    start = np.zeros(matrix.shape[1])
    return minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x


def corpus_weights(corpus: Sequence[str]) -> np.ndarray:
    counts = Counter(corpus)
    return np.array([share_of(name) * len(corpus) / len(counts) / counts[name] for name in corpus])


def fit_confidence(
    reader: ExampleReader, held: Sequence[tuple[Example, Ranking | None]]
) -> tuple[np.ndarray, np.ndarray]:
    """Learn when the best candidate is right, and when none is."""
    blocks, right, none, corpus = [], [], [], []
    for e, result in held:
        if e.batch is None or result is None:
            continue
        matrix = confidence_features(e.batch, result)
        for case in e.cases:
            if case.group is not None:
                blocks.append(matrix[case.group])
                right.append(reader.is_right(case.gold, int(e.batch.entries[result.top[case.group]])))
                none.append(not right[-1] and not reader.has_right(e, case))
                corpus.append(e.corpus)
    matrix, weight = np.array(blocks), corpus_weights(corpus)
    weight *= len(weight) / weight.sum()
    return fit_logistic(matrix, np.array(right), weight), fit_logistic(matrix, np.array(none), weight)


def fit_beside(
    reader: ExampleReader, held: Sequence[tuple[Example, Ranking | None]], confidence: np.ndarray
) -> np.ndarray:
    """Learn from the names whose right place is not among their candidates."""
    blocks, labels, corpus = [np.zeros((0, len(BESIDE_FEATURES)))], [], []
    for e, result in held:
        if e.batch is None or result is None or e.corpus.endswith(SHORT_TEXT):
            continue
        sure = 1 / (1 + np.exp(-(confidence_features(e.batch, result) @ confidence)))
        anchors = Anchors(
            e.text, *anchors_of(e.toponyms, e.batch.readings[0].group_of, e.batch, result.top, sure.tolist())
        )
        for case in e.cases:
            if reader.has_right(e, case):
                continue
            places, matrix = anchors.options(case.toponym)
            blocks.append(matrix)
            labels += [reader.is_right(case.gold, int(place)) for place in places]
            corpus += [e.corpus] * len(places)
    return fit_logistic(np.concatenate(blocks), np.array(labels), np.ones(len(labels)))


def validate(
    corpora: dict[str, list[GoldArticle]],
    world: Sequence[GoldArticle],
    reader: ExampleReader,
    label: str = "",
    folds: int = FOLDS,
) -> None:
    """Print k-fold scores: with nothing known of outlets, with URLs, with homes guessed besides.

    With FOLDS folds also leave-one-corpus-out.
    """
    everything = [item for name in CORPORA for item in corpora[name]]
    examples = {item.article.id: reader.examples(item) for item in (*everything, *world)}

    def model(items: Iterable[GoldArticle]) -> Resolver:
        data = [e for item in (*items, *world) for e in examples[item.article.id]]
        return Resolver(reader.gazetteer, fit(reader, data))

    outlets = [reader.example(item, True) for items in corpora.values() for item in items]

    def score(how: str, resolver: Resolver, items: Sequence[GoldArticle]) -> None:
        homes = guess_homes(outlets, resolver.model.prior, resolver.model.context)
        for item in items:
            for outlet in ("", "+url", "+home") if item.article.url else ("",):
                entry = homes.get(item.article.id) if outlet == "+home" else None
                home = None if entry is None else reader.gazetteer.place(entry)
                tally = tallies[how, corpus_of(item.article.id), outlet]
                answer(reader, resolver, item, tally, bool(outlet), home)

    tallies: dict[tuple[str, str, str], Tally] = defaultdict(lambda: Tally([], {}, []))
    for fold in range(folds):
        resolver = model(item for item in everything if fold_of(item.article.id, folds) != fold)
        score("fold", resolver, [item for item in everything if fold_of(item.article.id, folds) == fold])
    for name, items in corpora.items() if folds == FOLDS else ():
        resolver = model(item for other in CORPORA if other != name for item in corpora[other])
        score("left out", resolver, items)
    for (how, name, outlet), tally in sorted(tallies.items()):
        print(describe(reader, f"{label}{how} {name} {outlet}", tally), flush=True)


def read(path: Path) -> list[GoldArticle]:
    """Read a corpus without the articles, most of them tweets, of which nothing can be learned."""
    gold = read_gold(path, on_error=lambda error: print(f"skipped: {error}", file=sys.stderr))
    return [item for item in gold if is_useful(item)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    default = os.environ.get("CRISISMAP_CORPORA", "../shared/corpora")
    parser.add_argument("--corpora", type=Path, default=Path(default))
    parser.add_argument("--also", type=Path, action="append", default=[], help="a further corpus to score on")
    parser.add_argument("--folds", action="store_true", help="print held-out scores")
    parser.add_argument("--ablation", action="store_true", help="print them without each block of features")
    parser.add_argument("-o", "--output", type=Path)
    options = parser.parse_args()
    gazetteer = Gazetteer.open()
    recognizer = GazetteerRecognizer(gazetteer)
    corpora = {name: read(options.corpora / f"{name}.jsonl") for name in CORPORA}
    world = [item for item in read_world(options.corpora / "ner-train.jsonl", gazetteer) if is_useful(item)]
    if options.folds:
        further = {path.stem: read(path) for path in options.also}
        validate(corpora | further, world, ExampleReader(gazetteer, recognizer))
    if options.ablation:
        for block in ("", *BLOCKS):
            reader = ExampleReader(gazetteer, recognizer, (block,) if block else ())
            validate(corpora, world, reader, f"without {block or 'nothing':10} ", folds=2)
    if options.output:
        everything = [item for name in CORPORA for item in corpora[name]]
        model = fit_resolver([*everything, *world], gazetteer, recognizer)
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_text(model.to_json(), encoding="utf-8")


if __name__ == "__main__":
    main()
