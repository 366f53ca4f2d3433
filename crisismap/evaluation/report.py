"""An Evaluation as a table to read, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from .calibration import CONFIDENT, Calibration
from .roles import RoleScore
from .rules import TOLERANCE_KM, UNRESOLVED_KM
from .running import Evaluation
from .scoring import Counts, ResolutionScore

__all__ = ["evaluation_json", "format_evaluation"]


def format_evaluation(evaluation: Evaluation, *, markdown: bool = False) -> str:
    """Return the scores as plain text, or as Markdown tables.  Peers stand below crisismap."""
    table = _markdown if markdown else _plain
    left_out = (
        "counted like everything else" if evaluation.adjectives else "left out where only one side has them"
    )
    title = (
        f"{evaluation.corpus}: {evaluation.articles} articles, {evaluation.toponyms} toponyms, "
        f"{evaluation.located} of them with coordinates"
    )
    spans = [
        _counts_row("recognition, overlapping span", evaluation.recognition.overlap),
        _counts_row("recognition, exact span", evaluation.recognition.exact),
        _counts_row("end to end, overlapping span", evaluation.end_to_end.overlap),
        _counts_row("end to end, exact span", evaluation.end_to_end.exact),
    ]
    parts = [
        f"## {title}" if markdown else title,
        f"Found in the text (adjectives and demonyms: {left_out})",
        table(["", "P", "R", "F1", "gold", "reported", "right"], spans),
    ]
    if evaluation.roles is not None:
        parts.append(_roles_line(evaluation.roles))
    if evaluation.calibration is not None:
        parts += [
            _confidence_line(evaluation.calibration),
            table(
                ["confidence", "answers", "mean", "right"],
                [
                    [
                        f"{bin.low:.1f} to {bin.high:.1f}",
                        str(bin.answers),
                        f"{bin.confidence:.3f}",
                        f"{bin.right:.3f}",
                    ]
                    for bin in evaluation.calibration.bins
                ],
            ),
        ]
    systems = [(peer.name, peer.resolution) for peer in evaluation.peers]
    if evaluation.resolution is not None:
        systems.insert(0, ("crisismap", evaluation.resolution))
    if systems:
        parts += [
            f"Given spans, every gold toponym with coordinates (unresolved: {UNRESOLVED_KM:,.0f} km)",
            table(_RESOLUTION_HEADER, [_resolution_row(name, score) for name, score in systems]),
        ]
    return "\n\n".join(parts) + "\n"


_RESOLUTION_HEADER = (
    "",
    f"Acc@{TOLERANCE_KM:.0f}",
    "points only",
    "same id",
    "mean km",
    "median km",
    "AUC",
    "unresolved",
)


def evaluation_json(evaluation: Evaluation) -> str:
    """Return the scores as one line of JSON: the dataclasses' fields, and P, R, F1 beside the counts."""
    record = asdict(evaluation)
    for stage, scores in (("recognition", evaluation.recognition), ("end_to_end", evaluation.end_to_end)):
        for span, counts in (("exact", scores.exact), ("overlap", scores.overlap)):
            record[stage][span] |= {"precision": counts.precision, "recall": counts.recall, "f1": counts.f1}
    if evaluation.roles is not None:
        record["roles"]["accuracy"] = evaluation.roles.accuracy
    return json.dumps(record, ensure_ascii=False, allow_nan=False)


def _counts_row(name: str, counts: Counts) -> list[str]:
    shares = [f"{share:.3f}" for share in (counts.precision, counts.recall, counts.f1)]
    return [name, *shares, *(str(count) for count in (counts.gold, counts.reported, counts.right))]


def _resolution_row(name: str, score: ResolutionScore) -> list[str]:
    return [
        name,
        f"{score.acc_161:.3f}",
        f"{score.acc_161_points:.3f}",
        "-" if score.id_accuracy is None else f"{score.id_accuracy:.3f}",
        f"{score.mean_km:.0f}",
        f"{score.median_km:.1f}",
        f"{score.auc:.3f}",
        str(score.unresolved),
    ]


def _roles_line(score: RoleScore) -> str:
    associative = score.toponyms - score.literal
    return (
        f"Roles of given spans: accuracy {score.accuracy:.3f} of {score.toponyms} "
        f"(literal {score.literal_right} of {score.literal}, "
        f"associative {score.associative_right} of {associative})"
    )


def _confidence_line(score: Calibration) -> str:
    right = "" if score.confident_right is None else f", {score.confident_right:.3f} of them right"
    return (
        f"Confidence of given spans: expected calibration error {score.error:.3f} over {score.answers} "
        f"answers; {CONFIDENT} or more keeps {score.confident:.3f} of them{right}"
    )


def _plain(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    rule = ["---"] + ["---:"] * (len(header) - 1)
    return "\n".join("| " + " | ".join(line) + " |" for line in [header, rule, *rows])
