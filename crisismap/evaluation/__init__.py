"""Gold and predicted spans -> scores; how, in plain words: ``docs/evaluation.md``."""

from .gold import (
    Answer,
    AnswerPlace,
    Answers,
    GoldArticle,
    GoldToponym,
    answers_of,
    read_answers,
    read_gold,
)
from .mistakes import Mistake, MistakeKind, find_mistakes, format_mistakes
from .report import evaluation_json, format_evaluation
from .retrieval import RetrievalScore, format_retrieval, score_retrieval
from .rules import Judge
from .running import Evaluation, PeerScore, evaluate, score_peers, score_spans
from .scoring import (
    Adjectives,
    Counts,
    ResolutionScore,
    Scores,
    match,
    score_end_to_end,
    score_recognition,
    score_resolution,
)

__all__ = [
    "Adjectives",
    "Answer",
    "AnswerPlace",
    "Answers",
    "Counts",
    "Evaluation",
    "GoldArticle",
    "GoldToponym",
    "Judge",
    "Mistake",
    "MistakeKind",
    "PeerScore",
    "ResolutionScore",
    "RetrievalScore",
    "Scores",
    "answers_of",
    "evaluate",
    "evaluation_json",
    "find_mistakes",
    "format_evaluation",
    "format_mistakes",
    "format_retrieval",
    "match",
    "read_answers",
    "read_gold",
    "score_end_to_end",
    "score_peers",
    "score_recognition",
    "score_resolution",
    "score_retrieval",
    "score_spans",
]
