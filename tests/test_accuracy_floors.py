"""Accuracy must not fall: floors on the annotated corpora, where this machine has them.

The corpora are read by path from ``CRISISMAP_CORPORA`` (default ``../shared/corpora`` beside the
checkout); each is pinned by its hash, so that a floor always speaks of the same documents.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from crisismap.evaluation import evaluate, format_evaluation

CHECKOUT = Path(__file__).resolve().parent.parent
CORPORA = Path(os.environ.get("CRISISMAP_CORPORA") or CHECKOUT.parent / "shared" / "corpora")


@dataclass(frozen=True)
class Floor:
    corpus: str
    sha256: str
    acc_161: float
    """Given spans, every gold toponym with coordinates."""
    f1: float
    """End to end, overlapping spans."""


FLOORS = [
    Floor("lgl", "9ce1396de7fc22007d16a28162140a1b8b86ea0da6231181efe3a7fe87734054", 0.87, 0.78),
    Floor("gwn-a", "b5d90f78d03b91d259cbdb910ec881905d1d0d1dab0673b149d315774cd245da", 0.85, 0.82),
    Floor("geovirus", "4cf62dd9622724276e7c1075dd48cbbb988924324acbbffb9c95e634783abe60", 0.92, 0.88),
]


@pytest.mark.parametrize("floor", FLOORS, ids=lambda floor: floor.corpus)
def test_accuracy_floor(floor: Floor) -> None:
    path = CORPORA / f"{floor.corpus}.jsonl"
    if not path.is_file():
        pytest.skip(f"no corpus {path}; set CRISISMAP_CORPORA to the folder that holds it")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == floor.sha256, f"{path}: not the pinned corpus"

    from crisismap.gazetteer import Gazetteer
    from crisismap.geoparsing import Geoparser

    geoparser = Geoparser(Gazetteer.open())
    result = evaluate(
        path,
        geoparser.parse,
        geoparser.resolve_given,
        geoparser.gazetteer,
        geoparser.boundaries,
    )
    assert result.resolution is not None
    table = format_evaluation(result)
    assert result.resolution.acc_161 >= floor.acc_161, table
    assert result.end_to_end.overlap.f1 >= floor.f1, table
