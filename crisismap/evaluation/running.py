"""Runs a geoparser over an annotated corpus and scores it, beside other systems' answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from crisismap.model import Article, ParsedArticle

from .calibration import Calibration, score_calibration
from .gold import Answers, GoldArticle, answers_of, read_answers, read_gold
from .roles import RoleScore, score_roles
from .rules import Boundaries, Gazetteer, Judge
from .scoring import (
    Adjectives,
    ResolutionScore,
    Scores,
    score_end_to_end,
    score_recognition,
    score_resolution,
)

__all__ = [
    "Evaluation",
    "Parse",
    "ParsedCorpus",
    "PeerScore",
    "evaluate",
    "parse_corpus",
    "score_corpus",
    "score_peers",
    "score_spans",
]

Parse = Callable[[Article], ParsedArticle]
"""A geoparser, seen from here."""


@dataclass(frozen=True, slots=True)
class ParsedCorpus:
    """What a geoparser made of annotated articles; article id -> parsed article."""

    gold: tuple[GoldArticle, ...]
    found: Mapping[str, ParsedArticle]
    """From the text alone."""
    given: Mapping[str, ParsedArticle]
    """From the gold spans."""


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
    calibration: Calibration | None = None
    """With given spans; None where the geoparser gives no confidence."""
    roles: RoleScore | None = None
    """With given spans; None where the corpus has no types that tell roles."""
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
    parsed = parse_corpus(read_gold(corpus), parse, resolve_given)
    judge = Judge(gazetteer, boundaries)
    others = score_peers(corpus.stem, parsed.gold, peers, judge) if peers else ()
    return score_corpus(corpus.stem, parsed, judge, peers=others, adjectives=adjectives)


def parse_corpus(gold: Sequence[GoldArticle], parse: Parse, resolve_given: Parse) -> ParsedCorpus:
    """Parse every article twice: from the text alone, and given the gold spans."""
    return ParsedCorpus(
        tuple(gold),
        {item.article.id: parse(replace(item.article, given_spans=None)) for item in gold},
        {item.article.id: resolve_given(item.article) for item in gold},
    )


def score_corpus(
    corpus: str,
    parsed: ParsedCorpus,
    judge: Judge,
    *,
    peers: tuple[PeerScore, ...] = (),
    adjectives: bool = False,
) -> Evaluation:
    """Score a corpus that is parsed already."""
    return score_spans(
        corpus,
        parsed.gold,
        {id: answers_of(article) for id, article in parsed.found.items()},
        {id: answers_of(article) for id, article in parsed.given.items()},
        judge,
        peers=peers,
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
        calibration=score_calibration(gold, given, judge),
        roles=score_roles(gold, given),
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
