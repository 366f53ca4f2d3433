import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisismap.errors import LexiconError
from crisismap.linear import LinearModel, sigmoid


def test_unknown_features_count_nothing() -> None:
    model = LinearModel(-1.0, {"a": 2.0, "b": 0.5})
    assert model.log_odds(["a", "b", "never seen"]) == 1.5
    assert model.log_odds([]) == -1.0


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_sigmoid_is_a_probability_and_symmetric(value: float) -> None:
    assert 0.0 <= sigmoid(value) <= 1.0
    assert math.isclose(sigmoid(value) + sigmoid(-value), 1.0)


@pytest.mark.parametrize(
    "content", ["", "[]", '{"bias": 1}', '{"bias": "x", "weights": {}}', '{"bias": 1, "weights": []}']
)
def test_a_damaged_model_is_one_clear_line(tmp_path, content: str) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "model.json"
    path.write_text(content)
    with pytest.raises(LexiconError, match=r"model\.json: not a readable model"):
        LinearModel.load(path)
    with pytest.raises(LexiconError, match="nowhere"):
        LinearModel.load(tmp_path / "nowhere.json")
