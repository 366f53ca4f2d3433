"""How well a fitted resolver does on articles that it was not fitted on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from resolver_examples import ExampleReader

from crisismap.evaluation import (
    Answer,
    GoldArticle,
    score_resolution,
)
from crisismap.evaluation.gold import answer_place
from crisismap.model import Place
from crisismap.resolution import Resolver

__all__ = ["Tally", "answer", "describe"]


@dataclass
class Tally:
    """Answers of one corpus with their confidence."""

    gold: list[GoldArticle]
    answers: dict[str, tuple[Answer, ...]]
    sure: list[tuple[float, bool]]


def answer(
    reader: ExampleReader,
    resolver: Resolver,
    item: GoldArticle,
    tally: Tally,
    url: bool,
    home: Place | None = None,
) -> None:
    toponyms = reader.toponyms(item)
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
            tally.sure.append((location.confidence, reader.judge.is_right(gold, place)))


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


def describe(reader: ExampleReader, name: str, tally: Tally) -> str:
    score = score_resolution(tally.gold, tally.answers, reader.judge)
    identity = "     " if score.id_accuracy is None or not score.identified else f"{score.id_accuracy:.3f}"
    return f"{name:28} Acc@161 {score.acc_161:.3f}  id {identity}  {calibration(tally.sure)}"
