"""The words that say whether a sentence is read at all."""

from collections.abc import Mapping
from dataclasses import replace
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisismap import expressions
from crisismap.expressions import find_expressions
from crisismap.expressions.words import load_vocabulary
from crisismap.model import Kind, Place, Role, Sentence, SpatialExpression, Toponym

PLACES = {
    "Syria": Place("test:SY", "Syria", 38.0, 35.0, "A", "PCLI", "SY"),
    "Homs": Place("test:HO", "Homs", 36.7, 34.7, "P", "PPL", "SY"),
    "Hama": Place("test:HA", "Hama", 36.8, 35.1, "P", "PPL", "SY"),
}
FRAGMENTS = [
    *(
        "Syria",
        "Homs",
        "Hama",
        "Homs to Hama",
        "Homs and Hama",
        "the",
        "a",
        "of",
        "'s",
        "-",
        ",",
        "and",
        "to",
    ),
    *("40 km from", "between", "the road from", "rail line", "drive from", "convoy from", "highway linking"),
    *("the center of", "in the heart of", "interior", "to the north of", "west", "northern", "buffer zone"),
    *("not far from", "close to", "in the vicinity of", "in and around", "outskirts of", "off the coast of"),
    *("its border with", "the country", "in the country's south", "next to", "supply route between"),
]


def find_in(text: str) -> list[SpatialExpression]:
    places: Mapping[Toponym, Place] = {
        Toponym(start, start + len(name), name, Kind.REGION, Role.LITERAL): place
        for name, place in PLACES.items()
        if (start := text.find(name)) >= 0
    }
    return find_expressions(text, Sentence(0, 0, len(text)), list(places), places, lambda text: False)


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=8).map(" ".join))
def test_no_sentence_that_holds_an_expression_is_passed_over(text: str) -> None:
    """A vocabulary by which every word is a trigger finds no more where a place is named."""
    found = find_in(text)
    everything = replace(load_vocabulary(), triggers=frozenset(" ".join(FRAGMENTS).lower().split()))
    with patch.object(expressions, "load_vocabulary", lambda: everything):
        assert find_in(text) == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on the road from Homs to Hama", "road from Homs to Hama"),
        ("by the Homs to Hama rail line", "Homs to Hama rail line"),
        ("in the center of Homs", "center of Homs"),
        ("not far from Homs", "not far from Homs"),
        ("in and around Homs", "in and around Homs"),
        ("a camp 40 km from Homs", "40 km from Homs"),
        ("in northern Syria", "northern Syria"),
        ("near Homs", "near Homs"),
        ("the outskirts of Homs", "outskirts of Homs"),
        ("for the Syria border", "Syria border"),
        ("by the coast of Syria", "coast of Syria"),
        ("ships off Syria", "off Syria"),
        ("between Homs and Hama", "between Homs and Hama"),
        ("in a convoy from Homs to Hama", "from Homs to Hama"),
        ("for Syria's north", "Syria's north"),
    ],
)
def test_a_trigger_of_every_sort(text: str, expected: str) -> None:
    assert [expression.text for expression in find_in(f"They left {text}.")] == [expected]


def test_a_way_needs_two_places() -> None:
    vocabulary = load_vocabulary()
    assert {"road", "between", "drive"} <= vocabulary.pair_triggers
    assert vocabulary.triggers.isdisjoint(vocabulary.pair_triggers)
