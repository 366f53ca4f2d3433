"""What resolution can choose from must not shrink: floors on the corpora, where this machine has them."""

import os
from pathlib import Path

import pytest

from crisismap.evaluation import format_retrieval, read_gold, score_retrieval
from crisismap.gazetteer import Boundaries, Gazetteer

CORPORA = Path(os.environ.get("CRISISMAP_CORPORA") or Path(__file__).parents[2] / "shared" / "corpora")


@pytest.mark.parametrize(
    ("corpus", "same_id", "near"),
    [("lgl", 0.924, 0.975), ("gwn-a", 0.875, 0.88), ("geovirus", 0.0, 0.96)],
)
def test_candidate_recall(gazetteer: Gazetteer, corpus: str, same_id: float, near: float) -> None:
    path = CORPORA / f"{corpus}.jsonl"
    if not path.is_file():
        pytest.skip(f"no corpus {path}; set CRISISMAP_CORPORA to the folder that holds it")
    score = score_retrieval(read_gold(path), gazetteer, Boundaries.open())
    assert score.same_id >= same_id, format_retrieval(score)
    assert score.near >= near, format_retrieval(score)
    assert score.mean_candidates < 20, format_retrieval(score)
