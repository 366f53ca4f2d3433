"""How well a fitted resolver does on articles that it was not fitted on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from resolver_examples import ExampleReader

from crisismap.evaluation import CONFIDENT, Answer, GoldArticle, calibration_of, score_resolution
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
    """Expected calibration error, and what the threshold of a confident answer keeps."""
    score = calibration_of(sure)
    right = "-" if score.confident_right is None else f"{score.confident_right:.3f}"
    return f"ECE {score.error:.3f}, at {CONFIDENT} {score.confident:.3f} kept at {right}"


def describe(reader: ExampleReader, name: str, tally: Tally) -> str:
    score = score_resolution(tally.gold, tally.answers, reader.judge)
    identity = "     " if score.id_accuracy is None or not score.identified else f"{score.id_accuracy:.3f}"
    return f"{name:28} Acc@161 {score.acc_161:.3f}  id {identity}  {calibration(tally.sure)}"
