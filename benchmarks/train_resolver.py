"""Fit everything that the resolver learns on annotated corpora; deterministic.

    python benchmarks/train_resolver.py -o data/models/resolution.json
    python benchmarks/train_resolver.py --folds          # k-fold and leave-one-corpus-out, nothing written
    python benchmarks/train_resolver.py --ablation       # the same, leaving out one block of features each

The gold candidate of a name is the one with the gold id, else the nearest within 25 km.  The outlet of
every other article is hidden, so that the resolver gains where it is known and loses nothing where not.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import lightgbm
import numpy as np
from scipy.optimize import minimize

from crisismap.evaluation import (
    Answer,
    GoldArticle,
    GoldToponym,
    Judge,
    read_gold,
    score_resolution,
)
from crisismap.evaluation.gold import answer_place
from crisismap.gazetteer import Boundaries, Gazetteer
from crisismap.model import Kind, Place, Role, Toponym
from crisismap.recognition import GazetteerRecognizer, Recognizer
from crisismap.resolution import ResolutionModel, Resolver
from crisismap.resolution.beside import BESIDE_FEATURES, Anchors
from crisismap.resolution.candidates import CandidateFinder
from crisismap.resolution.context import put_context
from crisismap.resolution.features import (
    BLOCKS,
    COLUMN,
    CONTEXT,
    FEATURES,
    OPPOSING,
    SUPPORTING,
    ArticleCandidates,
    FeatureBuilder,
)
from crisismap.resolution.outlet import NO_OUTLET, OutletFinder
from crisismap.resolution.reading import ArticleReader
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
from crisismap.sentences import split_sentences

CORPORA = ("lgl", "gwn-a", "geovirus", "idrisi-a")
LOCAL = frozenset({"lgl"})
"""Corpora of local news, where a name alone means the place nearby."""
SHORT = 0.5
"""Weight of the short texts that are cut out of a corpus, beside its articles."""
SHORT_TEXT = "cut short"
HOME_SHARE = 0.3
"""Share of an outlet's articles that name a settlement which is taken to be its home."""
FOLDS = 5
NEAR_KM = 25.0
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


@dataclass
class Case:
    """A gold toponym with coordinates."""

    gold: GoldToponym
    toponym: Toponym
    group: int | None


@dataclass
class Example:
    """An article as the resolver sees it, and what is right in it."""

    id: str
    corpus: str
    text: str
    toponyms: list[Toponym]
    batch: ArticleCandidates | None
    """None where no toponym has a candidate."""
    gold: np.ndarray
    """A bool a row."""
    weight: np.ndarray
    """Mentions a group that have a gold row."""
    cases: list[Case]
    host: str = ""
    """Of an outlet that the resolver may know."""


def keep_stated(e: Example) -> None:
    """Keep only names that the text gives a parent."""
    if e.batch is not None:
        stated = [bool(group.parents) for group in e.batch.reading.groups]
        e.weight = np.where(stated, e.weight, 0)
        e.cases = [case for case in e.cases if case.group is not None and stated[case.group]]


def corpus_of(article_id: str) -> str:
    return article_id.partition("/")[0]


def fold_of(article_id: str, folds: int = FOLDS) -> int:
    return crc32(article_id.encode()) % folds


class Trainer:
    """Reads articles once and fits models on any part of them."""

    def __init__(self, gazetteer: Gazetteer, recognizer: Recognizer, without: Sequence[str] = ()):
        self.gazetteer = gazetteer
        self.judge = Judge(gazetteer, Boundaries.open())
        self._recognizer = recognizer
        finder = CandidateFinder(gazetteer)
        self._reader = ArticleReader(gazetteer, finder)
        self._outlets = OutletFinder(gazetteer, finder)
        self._builder = FeatureBuilder(gazetteer)
        self.masked = [COLUMN[name] for block in without for name in BLOCKS[block]]
        self._toponyms: dict[str, list[Toponym]] = {}
        self._right: dict[tuple[object, ...], bool] = {}

    def toponyms(self, item: GoldArticle) -> list[Toponym]:
        text, known = item.article.text, self._toponyms
        if item.article.id not in known:
            found = {(t.start, t.end): t for t in self._recognizer.recognize(text, split_sentences(text))}
            known[item.article.id] = [
                found.get((t.start, t.end)) or Toponym(t.start, t.end, t.text, Kind.REGION, Role.LITERAL)
                for t in item.toponyms
            ]
        return known[item.article.id]

    def example(self, item: GoldArticle, known: bool, home: Place | None = None) -> Example:
        """An article, with its outlet or without."""
        return self._example(item, item.toponyms, self.toponyms(item), known, home)

    def examples(self, item: GoldArticle) -> list[Example]:
        """An article, and short texts of one to three names cut out of it.

        A short text has little context, so the most prominent place of a name is mostly meant; local news
        would teach otherwise, except where it states the place: "Paris, Texas".
        """
        whole = [self.example(item, is_known(item))]
        name = corpus_of(item.article.id)
        toponyms = self.toponyms(item)
        if len(toponyms) <= 3:
            return whole
        first, size = 0, crc32(item.article.id.encode()) % 3 + 1
        while first < len(toponyms):
            part = slice(first, first + size)
            short = self._example(item, item.toponyms[part], toponyms[part], False, None)
            short.corpus, short.host = f"{name} {SHORT_TEXT}", ""
            if name in LOCAL:
                keep_stated(short)
            whole.append(short)
            first, size = first + size, size % 3 + 1
        return whole

    def _example(
        self,
        item: GoldArticle,
        golds: Sequence[GoldToponym],
        toponyms: list[Toponym],
        known: bool,
        home: Place | None,
    ) -> Example:
        reading = self._reader.read(item.article.text, toponyms)
        pairs = zip(golds, toponyms, reading.group_of, strict=True)
        cases = [Case(gold, toponym, group) for gold, toponym, group in pairs if gold.located]
        batch, gold, weight = None, np.zeros(0, dtype=bool), np.zeros(len(reading.groups))
        if reading.groups:
            outlet = self._outlets.find(item.article.url, home) if known else NO_OUTLET
            batch = self._builder.build(reading, outlet)
            batch.matrix[:, self.masked] = 0
            gold = np.zeros(len(batch.entries), dtype=bool)
            bounds = np.append(batch.starts, len(batch.entries))
            for case in cases:
                if case.group is None:
                    continue
                rows = slice(int(bounds[case.group]), int(bounds[case.group + 1]))
                hit = gold_rows(batch, rows, self.gazetteer, case.gold)
                if hit.any():
                    gold[rows] |= hit
                    weight[case.group] += 1
        name, text = item.article.id, item.article.text
        host = item.article.source if known else ""
        return Example(name, corpus_of(name), text, toponyms, batch, gold, weight, cases, host)

    def is_right(self, gold: GoldToponym, entry: int) -> bool:
        key = (gold, entry)
        if key not in self._right:
            self._right[key] = self.judge.is_right(gold, answer_place(self.gazetteer.place(entry)))
        return self._right[key]

    def put_home(self, e: Example, entry: int) -> None:
        self._builder.put_outlet(e.batch, self._outlets.find(home=self.gazetteer.place(entry)))
        e.batch.matrix[:, self.masked] = 0

    def has_right(self, e: Example, case: Case) -> bool:
        """Whether any candidate of the name is right."""
        if case.group is None:
            return False
        entries = e.batch.entries[e.batch.group == case.group].tolist()
        return any(self.is_right(case.gold, entry) for entry in entries)


def gold_rows(batch: ArticleCandidates, rows: slice, gazetteer: Gazetteer, gold: GoldToponym) -> np.ndarray:
    entries = batch.entries[rows]
    if gold.place_id:
        index = gazetteer.index_of(gold.place_id)
        if index is not None and (hit := entries == index).any():
            return hit
    lat, lon = np.radians(gold.lat), np.radians(gold.lon)
    point = np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    km = np.arccos(np.clip(batch.xyz[rows] @ point, -1, 1)) * 6371
    near = (km <= NEAR_KM) & (km <= km.min() + 1e-6)
    if not near.any() and not gold.place_id:
        # A gold without an id is a Wikipedia coordinate: a country's lies anywhere inside it.
        division = batch.kind[rows] <= 1
        near = division & (km < 1000) & (km <= np.where(division, km, np.inf).min() + 1e-6)
    return near


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
    trainer = Trainer(gazetteer, recognizer or GazetteerRecognizer(gazetteer), without)
    useful = [item for item in articles if is_useful(item)]
    return fit(trainer, [example for item in useful for example in trainer.examples(item)])


def is_useful(item: GoldArticle) -> bool:
    return any(toponym.located for toponym in item.toponyms)


def is_known(item: GoldArticle) -> bool:
    """Whether the outlet is known in training: for every other article, by a hash of its id."""
    return bool(crc32(item.article.id.encode()) & 64)


def fit(trainer: Trainer, data: list[Example]) -> ResolutionModel:
    learn_homes(trainer, data, *fit_looks(trainer, [e for e in data if e.batch is not None]))
    # The curves of confidence must see rankings of articles that the ranking was not fitted on.
    held: list[tuple[Example, Ranking | None]] = []
    for fold in range(2):
        prior, context, trees = fit_ranking(trainer, [e for e in data if fold_of(e.id, 2) != fold])
        held += [(e, ranked(e, prior, context, trees)) for e in data if fold_of(e.id, 2) == fold]
    confidence, none = fit_confidence(trainer, held)
    beside = fit_beside(trainer, held, confidence)
    prior, context, trees = fit_ranking(trainer, data)
    return ResolutionModel(
        prior=np.round(prior, 5),
        context=np.round(context, 5),
        trees=trees,
        confidence=np.round(confidence, 5),
        none=np.round(none, 5),
        beside=np.round(beside, 5),
        trained_on=tuple(sorted({corpus_of(e.id) for e in data})),
    )


def weights_of(data: Sequence[Example]) -> np.ndarray:
    """A name that an article repeats counts once and a little more; each corpus counts the same."""
    weight = np.sqrt(np.concatenate([e.weight for e in data]))
    corpus = np.repeat([e.corpus for e in data], [len(e.weight) for e in data])
    for name in sorted(set(corpus)):
        share = SHORT if name.endswith(SHORT_TEXT) else 1.0
        weight[corpus == name] *= share * 1000 / max(weight[corpus == name].sum(), 1e-9)
    return weight


def fit_ranking(trainer: Trainer, data: Sequence[Example]) -> tuple[np.ndarray, np.ndarray, Trees]:
    data = [e for e in data if e.batch is not None]
    prior, context = fit_looks(trainer, data)
    return prior, context, fit_trees(data, prior, context)


def fit_looks(trainer: Trainer, data: Sequence[Example]) -> tuple[np.ndarray, np.ndarray]:
    prior = fit_linear(data, CONTEXT)
    for e in data:
        refresh(trainer, e, e.batch.matrix[:, :CONTEXT] @ prior)
    context = fit_linear(data, len(FEATURES))
    for e in data:
        refresh(trainer, e, e.batch.matrix @ context)
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


def learn_homes(trainer: Trainer, data: Sequence[Example], prior: np.ndarray, context: np.ndarray) -> None:
    """Tell the examples whose outlet is known where it is at home."""
    home_columns = [COLUMN[name] for name in FEATURES if name.startswith("home_")]
    for e in data:
        if e.batch is not None:
            e.batch.matrix[:, home_columns] = 0
    homes = guess_homes(data, prior, context)
    for e in data:
        if e.host and e.batch is not None and e.id in homes:
            trainer.put_home(e, homes[e.id])


def refresh(trainer: Trainer, e: Example, scores: np.ndarray) -> None:
    put_context(e.batch, softmax_by_group(scores, e.batch.group))
    e.batch.matrix[:, trainer.masked] = 0


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
    return minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": 150}).x


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
    depth = 0

    def add(node: dict, level: int) -> int:
        nonlocal depth
        depth, index = max(depth, level), len(value)
        leaf = "leaf_value" in node
        feature.append(0 if leaf else node["split_feature"])
        threshold.append(0.0 if leaf else round(node["threshold"], 7))
        value.append(round(node["leaf_value"], 5) if leaf else 0.0)
        left.append(index)
        right.append(index)
        if not leaf:
            left[index] = add(node["left_child"], level + 1)
            right[index] = add(node["right_child"], level + 1)
        return index

    for tree in booster.dump_model()["tree_info"]:
        roots.append(add(tree["tree_structure"], 0))  # noqa: PERF401, it fills the other lists as well
    whole = [np.array(column, dtype=np.int64) for column in (roots, feature, left, right)]
    return Trees(whole[0], whole[1], np.array(threshold), whole[2], whole[3], np.array(value), depth)


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
    share = {name: SHORT if name.endswith(SHORT_TEXT) else 1.0 for name in counts}
    return np.array([share[name] * len(corpus) / len(counts) / counts[name] for name in corpus])


def fit_confidence(
    trainer: Trainer, held: Sequence[tuple[Example, Ranking | None]]
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
                right.append(trainer.is_right(case.gold, int(e.batch.entries[result.top[case.group]])))
                none.append(not right[-1] and not trainer.has_right(e, case))
                corpus.append(e.corpus)
    matrix, weight = np.array(blocks), corpus_weights(corpus)
    weight *= len(weight) / weight.sum()
    return fit_logistic(matrix, np.array(right), weight), fit_logistic(matrix, np.array(none), weight)


def fit_beside(
    trainer: Trainer, held: Sequence[tuple[Example, Ranking | None]], confidence: np.ndarray
) -> np.ndarray:
    """Learn from the names whose right place is not among their candidates."""
    blocks, labels, corpus = [np.zeros((0, len(BESIDE_FEATURES)))], [], []
    for e, result in held:
        if e.batch is None or result is None:
            continue
        sure = 1 / (1 + np.exp(-(confidence_features(e.batch, result) @ confidence)))
        anchors = Anchors(
            e.text, *anchors_of(e.toponyms, e.batch.reading, e.batch, result.top, sure.tolist())
        )
        for case in e.cases:
            if trainer.has_right(e, case):
                continue
            places, matrix = anchors.options(case.toponym)
            blocks.append(matrix)
            labels += [trainer.is_right(case.gold, int(place)) for place in places]
            corpus += [e.corpus] * len(places)
    return fit_logistic(np.concatenate(blocks), np.array(labels), np.ones(len(labels)))


@dataclass
class Tally:
    """Answers of one corpus with their confidence."""

    gold: list[GoldArticle]
    answers: dict[str, tuple[Answer, ...]]
    sure: list[tuple[float, bool]]


def answer(
    trainer: Trainer,
    resolver: Resolver,
    item: GoldArticle,
    tally: Tally,
    url: bool,
    home: Place | None = None,
) -> None:
    toponyms = trainer.toponyms(item)
    located = resolver.resolve(
        item.article.text, toponyms, url=item.article.url if url else "", home=home, given=True
    )
    places = [answer_place(location.place) for location in located]
    tally.gold.append(item)
    tally.answers[item.article.id] = tuple(
        Answer(t.start, t.end, place) for t, place in zip(item.toponyms, places, strict=True)
    )
    for gold, location, place in zip(item.toponyms, located, places, strict=True):
        if gold.located and place is not None:
            tally.sure.append((location.confidence, trainer.judge.is_right(gold, place)))


def calibration(sure: Sequence[tuple[float, bool]]) -> str:
    """Expected calibration error in ten bins, and what a threshold of 0.7 keeps."""
    confidence, right = np.array([c for c, _ in sure]), np.array([r for _, r in sure], dtype=float)
    bins = np.minimum((confidence * 10).astype(int), 9)
    error = sum(
        abs(confidence[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean()
        for b in sorted(set(bins.tolist()))
    )
    kept = confidence >= 0.7
    return f"ECE {error:.3f}, at 0.7 {kept.mean():.3f} kept at {right[kept].mean():.3f}"


def describe(trainer: Trainer, name: str, tally: Tally) -> str:
    score = score_resolution(tally.gold, tally.answers, trainer.judge)
    identity = "     " if score.id_accuracy is None or not score.identified else f"{score.id_accuracy:.3f}"
    return f"{name:28} Acc@161 {score.acc_161:.3f}  id {identity}  {calibration(tally.sure)}"


def validate(corpora: dict[str, list[GoldArticle]], trainer: Trainer, label: str) -> None:
    """Print k-fold and leave-one-corpus-out scores, without and with the URL."""
    everything = [item for name in CORPORA for item in corpora[name]]
    examples = {item.article.id: trainer.examples(item) for item in everything}

    def model(items: Iterable[GoldArticle]) -> Resolver:
        return Resolver(
            trainer.gazetteer, fit(trainer, [e for item in items for e in examples[item.article.id]])
        )

    outlets = [trainer.example(item, True) for items in corpora.values() for item in items]

    def score(how: str, resolver: Resolver, items: Sequence[GoldArticle]) -> None:
        homes = guess_homes(outlets, resolver.model.prior, resolver.model.context)
        for item in items:
            for outlet in ("", "+url", "+home"):
                entry = homes.get(item.article.id) if outlet == "+home" else None
                home = None if entry is None else trainer.gazetteer.place(entry)
                tally = tallies[how, corpus_of(item.article.id), outlet]
                answer(trainer, resolver, item, tally, bool(outlet), home)

    tallies: dict[tuple[str, str, str], Tally] = defaultdict(lambda: Tally([], {}, []))
    for fold in range(FOLDS):
        resolver = model(item for item in everything if fold_of(item.article.id) != fold)
        score("fold", resolver, [item for item in everything if fold_of(item.article.id) == fold])
    for name, items in corpora.items():
        resolver = model(item for other in CORPORA if other != name for item in corpora[other])
        score("left out", resolver, items)
    for (how, name, outlet), tally in sorted(tallies.items()):
        print(describe(trainer, f"{label}{how} {name} {outlet}", tally), flush=True)


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
    if options.folds:
        further = {path.stem: read(path) for path in options.also}
        validate(corpora | further, Trainer(gazetteer, recognizer), "")
    if options.ablation:
        for block in BLOCKS:
            validate(corpora, Trainer(gazetteer, recognizer, (block,)), f"-{block} ")
    if options.output:
        everything = [item for name in CORPORA for item in corpora[name]]
        model = fit_resolver(everything, gazetteer, recognizer)
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_text(model.to_json(), encoding="utf-8")


if __name__ == "__main__":
    main()
