"""Fit the weights of the resolver's conditional logit on annotated corpora.

    python benchmarks/train_resolver.py --corpora ../shared/corpora -o data/models/resolution.json

Prints Acc by leave-one-corpus-out first, then fits on everything.  The gold of a name group is the
candidate with the gold id, else the nearest within 25 km; groups without one are left out.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from crisismap.evaluation import GoldArticle, GoldToponym, read_gold
from crisismap.gazetteer import Gazetteer
from crisismap.model import Kind, Role, Toponym
from crisismap.recognition import GazetteerRecognizer, Recognizer
from crisismap.resolution.features import CONTEXT, FEATURES, ArticleCandidates, FeatureBuilder
from crisismap.resolution.resolver import Resolver
from crisismap.resolution.scoring import LinearScorer, softmax_by_group
from crisismap.sentences import split_sentences

CORPORA = ("lgl", "gwn-a", "geovirus")
NEAR_KM = 25.0
STRENGTH = 0.1
FLAT = LinearScorer(np.zeros(CONTEXT), np.zeros(len(FEATURES)))


@dataclass
class Example:
    batch: ArticleCandidates
    gold: np.ndarray  # bool a row
    weight: np.ndarray  # mentions a group
    corpus: str


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
        division = batch.is_country[rows] | batch.is_admin1[rows]
        near = division & (km < 1000) & (km <= np.where(division, km, np.inf).min() + 1e-6)
    return near


def examples(
    articles: Iterable[GoldArticle],
    recognizer: Recognizer,
    gazetteer: Gazetteer,
    resolver: Resolver,
    builder: FeatureBuilder,
) -> list[Example]:
    result = []
    for item in articles:
        text, golds = item.article.text, item.toponyms
        found = {(t.start, t.end): t for t in recognizer.recognize(text, split_sentences(text))}
        toponyms = [
            found.get((t.start, t.end)) or Toponym(t.start, t.end, t.text, Kind.REGION, Role.LITERAL)
            for t in golds
        ]
        groups, group_of = resolver.group(text, toponyms)
        if not groups:
            continue
        batch = builder.build(groups)
        gold = np.zeros(len(batch.entries), dtype=bool)
        weight = np.zeros(len(groups))
        bounds = np.searchsorted(batch.group, np.arange(len(groups) + 1))
        for t, index in zip(golds, group_of, strict=True):
            if index is None or not t.located:
                continue
            rows = slice(int(bounds[index]), int(bounds[index + 1]))
            hit = gold_rows(batch, rows, gazetteer, t)
            if hit.any():
                gold[rows] |= hit
                weight[index] += 1
        result.append(Example(batch, gold, weight, corpus_of(item)))
    return result


def corpus_of(item: GoldArticle) -> str:
    return item.article.id.partition("/")[0]


def fit_resolver(
    articles: Iterable[GoldArticle],
    gazetteer: Gazetteer | None = None,
    recognizer: Recognizer | None = None,
    strength: float = STRENGTH,
) -> LinearScorer:
    """Fit on annotated articles, a few seconds a hundred; for ``Resolver(gazetteer, fitted)``."""
    gazetteer = gazetteer or Gazetteer.open()
    resolver, builder = Resolver(gazetteer, FLAT), FeatureBuilder(gazetteer)
    data = examples(articles, recognizer or GazetteerRecognizer(gazetteer), gazetteer, resolver, builder)
    return train(data, builder, strength)


def fit(data: list[Example], width: int, strength: float) -> np.ndarray:
    matrix = np.concatenate([e.batch.matrix[:, :width] for e in data])
    offsets = np.cumsum([0] + [e.batch.group_count for e in data])
    group = np.concatenate([e.batch.group + o for e, o in zip(data, offsets, strict=False)])
    gold = np.concatenate([e.gold for e in data])
    # A name that an article repeats counts once and a little more; each corpus counts the same, so that
    # local news does not outvote world news by its number of articles.
    weight = np.sqrt(np.concatenate([e.weight for e in data]))
    corpus = np.concatenate([[e.corpus] * len(e.weight) for e in data])
    for name in set(corpus):
        weight[corpus == name] *= 1000 / weight[corpus == name].sum()
    starts = np.flatnonzero(np.diff(group, prepend=-1))

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        p = softmax_by_group(matrix @ w, group)
        right = np.add.reduceat(p * gold, starts)
        used = weight > 0
        value = -(weight[used] * np.log(right[used] + 1e-12)).sum() + strength * (w @ w)
        target = np.where(gold, p / (right[group] + 1e-12), 0)
        gradient = matrix.T @ ((p - target) * np.where(used, weight, 0)[group]) + 2 * strength * w
        return value, gradient

    return minimize(loss, np.zeros(width), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x


def train(data: list[Example], builder: FeatureBuilder, strength: float) -> LinearScorer:
    prior = fit(data, CONTEXT, strength)
    for e in data:
        builder.put_context(e.batch, softmax_by_group(e.batch.matrix[:, :CONTEXT] @ prior, e.batch.group))
    context = fit(data, len(FEATURES), strength)
    for e in data:
        builder.put_context(e.batch, softmax_by_group(e.batch.matrix @ context, e.batch.group))
    context = fit(data, len(FEATURES), strength)
    return LinearScorer(prior, context)


def accuracy(data: list[Example], builder: FeatureBuilder, scorer: LinearScorer) -> float:
    from crisismap.resolution.scoring import posterior_of

    right = total = 0.0
    for e in data:
        posterior = posterior_of(e.batch, builder, scorer)
        for index in np.flatnonzero(e.weight):
            rows = np.flatnonzero(e.batch.group == index)
            right += e.weight[index] * e.gold[rows[np.argmax(posterior[rows])]]
            total += e.weight[index]
    return right / total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    default = os.environ.get("CRISISMAP_CORPORA", "../shared/corpora")
    parser.add_argument("--corpora", type=Path, default=Path(default))
    parser.add_argument("--strength", type=float, default=STRENGTH, help="L2 penalty")
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    gazetteer = Gazetteer.open()
    recognizer = GazetteerRecognizer(gazetteer)
    resolver, builder = Resolver(gazetteer, FLAT), FeatureBuilder(gazetteer)
    data = {
        name: examples(read_gold(options.corpora / f"{name}.jsonl"), recognizer, gazetteer, resolver, builder)
        for name in CORPORA
    }
    for held_out in CORPORA:
        rest = [e for name in CORPORA if name != held_out for e in data[name]]
        scorer = train(rest, builder, options.strength)
        print(f"{held_out:10} held out {accuracy(data[held_out], builder, scorer):.3f} of resolvable golds")
    everything = [e for name in CORPORA for e in data[name]]
    scorer = train(everything, builder, options.strength)
    for name in CORPORA:
        print(f"{name:10} trained on {accuracy(data[name], builder, scorer):.3f}")
    options.output.parent.mkdir(parents=True, exist_ok=True)
    weights = {
        "trained_on": list(CORPORA),
        "prior": {n: round(float(w), 4) for n, w in zip(FEATURES, scorer._prior, strict=False)},
        "context": {n: round(float(w), 4) for n, w in zip(FEATURES, scorer._context, strict=True)},
    }
    options.output.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
