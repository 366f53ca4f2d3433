import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisismap.expressions.distances import read_distance
from crisismap.expressions.lexing import lex
from crisismap.expressions.reader import Reader
from crisismap.expressions.words import load_vocabulary
from crisismap.model import Distance, Sentence

MILE = 1.609344


def read(text: str) -> tuple[str, Distance] | None:
    """The text that a distance takes, and the distance."""
    vocabulary = load_vocabulary()
    terminals = lex(text, Sentence(0, 0, len(text)), [], {}, vocabulary, lambda text: False)
    reader = Reader.over(terminals, {}, vocabulary, lambda text: False, lambda code, other: False)
    found = read_distance(reader, 0)
    return None if found is None else (text[: terminals[found[0] - 1].end], found[1])


@pytest.mark.parametrize(
    ("text", "low", "high", "rounding", "approximate"),
    [
        ("40 km", 40, 40, 5, False),
        ("40km", 40, 40, 5, False),
        ("12 kilometres", 12, 12, 0.5, False),
        ("100 kilometers", 100, 100, 50, False),
        ("12.5 km", 12.5, 12.5, 0.05, False),
        ("1,300-km", 1300, 1300, 50, False),
        ("about 40 km", 40, 40, 5, True),
        ("some forty miles", 40 * MILE, 40 * MILE, 5 * MILE, True),
        ("twenty-five miles", 25 * MILE, 25 * MILE, 0.5 * MILE, False),
        ("a hundred kilometers", 100, 100, 50, False),
        ("a mile", MILE, MILE, 0.5 * MILE, False),
        ("half a mile", 0.5 * MILE, 0.5 * MILE, 0.25 * MILE, False),
        ("1/2 mile", 0.5 * MILE, 0.5 * MILE, 0.25 * MILE, False),
        ("50 nautical miles", 92.6, 92.6, 9.26, False),
        ("500 meters", 0.5, 0.5, 0.05, False),
        ("30 to 40 km", 30, 40, 5, False),
        ("30-40 km", 30, 40, 5, False),
        ("30–40km", 30, 40, 5, False),
        ("between 30 and 40 km", 30, 40, 5, False),
        ("10 km to 15 km", 10, 15, 5, False),
        ("a few kilometers", 2, 5, 0, True),
        ("less than 10 km", 0, 10, 5, True),
        ("up to 30 miles", 0, 30 * MILE, 5 * MILE, True),
        ("15km (9 miles)", 15, 15, 0.5, False),
        ("40 km or so", 40, 40, 5, True),
        ("0 km", 0, 0, 0.5, False),
    ],
)
def test_distances(text: str, low: float, high: float, rounding: float, approximate: bool) -> None:
    found = read(text)
    assert found is not None
    taken, distance = found
    assert taken == text
    assert distance.low_km == pytest.approx(low)
    assert distance.high_km == pytest.approx(high)
    assert distance.rounding_km == pytest.approx(rounding)
    assert distance.approximate is approximate


@pytest.mark.parametrize(
    "text", ["", "km", "40", "forty people", "50 minutes", "$40 a barrel", "the mile", "between 30 and km"]
)
def test_what_is_no_distance(text: str) -> None:
    assert read(text) is None


@given(st.integers(1, 10**9), st.sampled_from(["km", "kilometres", "miles", "nautical miles"]))
def test_whole_numbers_come_back_however_they_are_grouped(number: int, unit: str) -> None:
    plain, grouped = read(f"{number} {unit}"), read(f"{number:,} {unit}")
    assert plain is not None
    assert grouped is not None
    assert plain[1] == grouped[1]
    assert plain[1].low_km == plain[1].high_km
    assert 0 < plain[1].rounding_km <= plain[1].low_km / 2 + 1e-9


@given(st.text(alphabet="0123456789.,/-– kmtoandabouthalf()", max_size=30))
def test_never_raises_and_is_never_negative(text: str) -> None:
    found = read(text)
    if found is not None:
        assert 0 <= found[1].low_km <= found[1].high_km
        assert text.startswith(found[0])
