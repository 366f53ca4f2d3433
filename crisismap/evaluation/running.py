"""Runs a geoparser over an annotated corpus and scores it, beside other systems' answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from crisismap.model import Article, ParsedArticle

from .gold import Answers, GoldArticle, answers_of, read_answers, read_gold
from .rules import Boundaries, Gazetteer, Judge
from .scoring import (
    Adjectives,
    ResolutionScore,
    Scores,
    score_end_to_end,
    score_recognition,
    score_resolution,
)

__all__ = ["Evaluation", "Parse", "PeerScore", "evaluate", "score_peers", "score_spans"]

Parse = Callable[[Article], ParsedArticle]
"""A geoparser, seen from here."""


@dataclass(frozen=True, slots=True)
class PeerScore:
    """How well another system resolved the same given spans."""

    name: str
    resolution: ResolutionScore


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Every score of one corpus."""

    corpus: str
    articles: int
    toponyms: int
    located: int
    """Toponyms with coordinates."""
    adjectives: bool
    """Whether adjectives and demonyms count like everything else."""
    recognition: Scores
    resolution: ResolutionScore | None
    """With given spans; None where the corpus has no coordinates."""
    end_to_end: Scores
    peers: tuple[PeerScore, ...] = ()


def evaluate(
    corpus: Path,
    parse: Parse,
    resolve_given: Parse,
    gazetteer: Gazetteer,
    boundaries: Boundaries,
    *,
    peers: Path | None = None,
    adjectives: bool = False,
) -> Evaluation:
    """Score a geoparser on one annotated corpus.

    Args:
        corpus: a gold JSONL file.
        parse: finds toponyms and resolves them; never sees the gold spans.
        resolve_given: resolves exactly the spans of ``Article.given_spans``.
        gazetteer: tells which gold places are countries.
        boundaries: the countries' polygons.
        peers: a folder with other systems' answers, ``NAME.CORPUS.jsonl``; skipped where it does not exist.
        adjectives: count adjectives and demonyms that only one side has.

    Raises:
        ArticleError: the corpus or a peer's answers cannot be read.
    """
    gold = read_gold(corpus)
    judge = Judge(gazetteer, boundaries)
    given = {item.article.id: answers_of(resolve_given(item.article)) for item in gold}
    found = {item.article.id: answers_of(parse(_without_spans(item.article))) for item in gold}
    return score_spans(
        corpus.stem,
        gold,
        found,
        given,
        judge,
        peers=score_peers(corpus.stem, gold, peers, judge) if peers else (),
        adjectives=adjectives,
    )


def score_spans(
    corpus: str,
    gold: Sequence[GoldArticle],
    found: Answers,
    given: Answers,
    judge: Judge,
    *,
    peers: tuple[PeerScore, ...] = (),
    adjectives: bool = False,
) -> Evaluation:
    """Score answers that are there already: those ``found`` in the text and those for ``given`` spans."""
    rule = Adjectives.load(counted=adjectives)
    toponyms = [toponym for item in gold for toponym in item.toponyms]
    located = sum(toponym.located for toponym in toponyms)
    return Evaluation(
        corpus=corpus,
        articles=len(gold),
        toponyms=len(toponyms),
        located=located,
        adjectives=adjectives,
        recognition=score_recognition(gold, found, rule),
        resolution=score_resolution(gold, given, judge) if located else None,
        end_to_end=score_end_to_end(gold, found, judge, rule),
        peers=peers,
    )


def score_peers(
    corpus: str, gold: Sequence[GoldArticle], folder: Path, judge: Judge
) -> tuple[PeerScore, ...]:
    """Score every ``NAME.CORPUS.jsonl`` of a folder by the same rule, best first; () where there is none."""
    scores = [
        PeerScore(
            path.name.removesuffix(f".{corpus}.jsonl"), score_resolution(gold, read_answers(path), judge)
        )
        for path in sorted(folder.glob(f"*.{corpus}.jsonl"))
    ]
    return tuple(sorted(scores, key=lambda peer: -peer.resolution.acc_161))


def _without_spans(article: Article) -> Article:
    return replace(article, given_spans=None)
