"""Boosted trees without the library that grew them."""

import numpy as np
import pytest

from crisismap.resolution.trees import Trees

STUMP = {
    "roots": [0],
    "feature": [1, 0, 0],
    "threshold": [0.5, 0.0, 0.0],
    "left": [1, 1, 2],
    "right": [2, 1, 2],
    "value": [0.0, -1.0, 2.0],
}


def test_rows_go_left_up_to_the_threshold() -> None:
    trees = Trees.from_json(STUMP, features=2)
    assert trees.score(np.array([[9.0, 0.4], [9.0, 0.5], [9.0, 0.6]])).tolist() == [-1.0, -1.0, 2.0]


def test_the_last_bits_decide_nothing() -> None:
    trees = Trees.from_json(STUMP, features=2)
    assert trees.score(np.array([[0.0, 0.5 + 1e-9]])).tolist() == [-1.0]


def test_no_rows() -> None:
    assert Trees.from_json(STUMP, features=2).score(np.zeros((0, 2))).tolist() == []


def test_json_and_back() -> None:
    assert Trees.from_json(STUMP, features=2).to_json() == STUMP


@pytest.mark.parametrize(
    "change",
    [
        {"left": [3, 1, 2]},
        {"left": [0, 1, 2]},
        {"feature": [2, 0, 0]},
        {"value": [0.0]},
        {"roots": [-1]},
    ],
)
def test_damage_is_noticed(change: dict[str, list[int]]) -> None:
    with pytest.raises(ValueError, match="a node"):
        Trees.from_json(STUMP | change, features=2)
