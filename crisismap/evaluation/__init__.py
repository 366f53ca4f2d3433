"""Gold and predicted spans -> scores; how, in plain words: ``docs/evaluation.md``."""

from .calibration import CONFIDENT, Calibration, ConfidenceBin, calibration_of, score_calibration
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
from .mistakes import Mistake, MistakeKind, find_mistakes, format_mistakes, mistake_json
from .novelty import novel_pairs
from .report import evaluation_json, format_evaluation
from .retrieval import RetrievalScore, format_retrieval, score_retrieval
from .roles import RoleScore, gold_role, score_roles
from .rules import Judge
from .running import (
    Evaluation,
    ParsedCorpus,
    PeerScore,
    evaluate,
    parse_corpus,
    score_corpus,
    score_peers,
    score_spans,
)
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
    "CONFIDENT",
    "Adjectives",
    "Answer",
    "AnswerPlace",
    "Answers",
    "Calibration",
    "ConfidenceBin",
    "Counts",
    "Evaluation",
    "GoldArticle",
    "GoldToponym",
    "Judge",
    "Mistake",
    "MistakeKind",
    "ParsedCorpus",
    "PeerScore",
    "ResolutionScore",
    "RetrievalScore",
    "RoleScore",
    "Scores",
    "answers_of",
    "calibration_of",
    "evaluate",
    "evaluation_json",
    "find_mistakes",
    "format_evaluation",
    "format_mistakes",
    "format_retrieval",
    "gold_role",
    "match",
    "mistake_json",
    "novel_pairs",
    "parse_corpus",
    "read_answers",
    "read_gold",
    "score_calibration",
    "score_corpus",
    "score_end_to_end",
    "score_peers",
    "score_recognition",
    "score_resolution",
    "score_retrieval",
    "score_roles",
    "score_spans",
]
