"""Accuracy must not fall: floors on the annotated corpora, where this machine has them.

These are the models that ship, on every fourth article of corpora that they were fitted on: a fast check
that nothing broke.  ``test_cross_validation.py`` holds the figures on articles that no model has seen.
The corpora are read by path from ``CRISISMAP_CORPORA`` (default ``../shared/corpora`` beside the
checkout); each is pinned by its hash, so that a floor always speaks of the same documents.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from crisismap.evaluation import Judge, format_evaluation, parse_corpus, read_gold, score_corpus
from crisismap.gazetteer import Gazetteer
from crisismap.geoparsing import Geoparser
from crisismap.recognition import open_recognizer

CHECKOUT = Path(__file__).resolve().parent.parent
CORPORA = Path(os.environ.get("CRISISMAP_CORPORA") or CHECKOUT.parent / "shared" / "corpora")
EVERY = 4


@dataclass(frozen=True)
class Floor:
    corpus: str
    sha256: str
    acc_161: float
    """Given spans, every gold toponym with coordinates."""
    f1: float
    """End to end, overlapping spans."""
    calibration_error: float
    """A ceiling; wide: a sample is small, and confidence is fitted for articles that no model has seen, on
    which answers are wrong more often."""
    roles: float | None = None


FLOORS = [
    Floor("lgl", "9ce1396de7fc22007d16a28162140a1b8b86ea0da6231181efe3a7fe87734054", 0.91, 0.87, 0.045),
    Floor(
        "gwn-a", "b5d90f78d03b91d259cbdb910ec881905d1d0d1dab0673b149d315774cd245da", 0.88, 0.83, 0.08, 0.90
    ),
    Floor("geovirus", "4cf62dd9622724276e7c1075dd48cbbb988924324acbbffb9c95e634783abe60", 0.91, 0.88, 0.035),
]


@pytest.mark.parametrize("recognizer", ["neural", "fast"])
@pytest.mark.parametrize("floor", FLOORS, ids=lambda floor: floor.corpus)
def test_accuracy_floor(gazetteer: Gazetteer, floor: Floor, recognizer: str) -> None:
    path = CORPORA / f"{floor.corpus}.jsonl"
    if not path.is_file():
        pytest.skip(f"no corpus {path}; set CRISISMAP_CORPORA to the folder that holds it")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == floor.sha256, f"{path}: not the pinned corpus"
    geoparser = Geoparser(gazetteer, recognizer=open_recognizer(recognizer, gazetteer))
    parsed = parse_corpus(read_gold(path)[::EVERY], geoparser.parse, geoparser.resolve_given)
    result = score_corpus(floor.corpus, parsed, Judge(gazetteer, geoparser.boundaries))
    table = format_evaluation(result)
    assert result.resolution is not None
    assert result.calibration is not None
    assert result.resolution.acc_161 >= floor.acc_161, table
    assert result.end_to_end.overlap.f1 >= floor.f1, table
    assert result.calibration.error <= floor.calibration_error, table
    if floor.roles is not None:
        assert result.roles is not None
        assert result.roles.accuracy >= floor.roles, table
