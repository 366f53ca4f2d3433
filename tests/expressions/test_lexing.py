import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisismap.expressions import find_expressions
from crisismap.expressions.lexing import Terminal, lex
from crisismap.expressions.words import load_vocabulary
from crisismap.model import Kind, Place, Role, Sentence, Toponym

SYRIA = Place("test:SY", "Syria", 38.0, 35.0, "A", "PCLI", "SY")
CHARLESTON = Place("test:WV", "South Charleston", -81.7, 38.4, "P", "PPL", "US")


def lex_all(text: str, names: dict[str, Place] | None = None) -> list[Terminal]:
    places = {}
    for name, place in (names or {}).items():
        start = text.index(name)
        places[Toponym(start, start + len(name), name, Kind.REGION, Role.LITERAL)] = place
    return lex(
        text, Sentence(0, 0, len(text)), list(places), places, load_vocabulary(), lambda text: text == "Syria"
    )


def test_words_marks_and_names() -> None:
    terminals = lex_all("The rebels' border-post, 15km from Syria’s edge.", {"Syria": SYRIA})
    words = ["the", "rebels", "'s", "border", "post", ",", "15", "km", "from", "", "'s", "edge", "."]
    assert [terminal.word for terminal in terminals] == words
    assert [terminal.word for terminal in terminals if terminal.joint] == ["post"]


@pytest.mark.parametrize("text", ["Syria-Turkey", "Syria–Turkey", "Syria/Turkey", "Syria‐Turkey"])
def test_what_ties_two_names(text: str) -> None:
    first, second = lex_all(text)
    assert (first.joint, second.joint) == (False, True)


def test_a_mark_between_spaces_ties_nothing() -> None:
    assert [terminal.joint for terminal in lex_all("Syria - Turkey")] == [False, False, False]


def test_a_direction_in_a_span_is_cut_off_unless_the_place_is_called_so() -> None:
    terminals = lex_all(
        "in North-Eastern Syria and South Charleston",
        {"North-Eastern Syria": SYRIA, "South Charleston": CHARLESTON},
    )
    assert [t.word for t in terminals] == ["in", "north", "eastern", "", "and", ""]
    assert (terminals[3].start, terminals[3].end) == (17, 22)
    assert (terminals[5].start, terminals[5].end) == (27, 43)


def test_a_direction_before_what_is_no_name_is_part_of_the_name() -> None:
    first, last = lex_all("East River closed", {"East River": CHARLESTON})
    assert (first.start, first.end, last.word) == (0, 10, "closed")


WORDS = """
Syria Turkey Kyiv the a of 's ’s - – / , . ( ) 40 1,300 km miles about some north south-east eastern and
between from to border borders with near outside off coast bank mouth its country across in road
"""
NEWS = st.lists(st.sampled_from(WORDS.split()), max_size=25).map(" ".join)


@given(st.one_of(NEWS, st.text(max_size=60)), st.integers(0, 3))
def test_offsets_are_exact_and_nothing_raises(text: str, seed: int) -> None:
    """Any text, with names wherever the words allow, reads without fault and in any order of the toponyms."""
    places: dict[Toponym, Place] = {}
    kinds = [("A", "PCLI"), ("P", "PPLC"), ("H", "STM"), ("A", "ADM1")]
    for index, name in enumerate(("Syria", "Turkey", "Kyiv")):
        start = text.find(name)
        if start >= 0:
            feature_class, code = kinds[(index + seed) % len(kinds)]
            toponym = Toponym(start, start + len(name), name, Kind.REGION, Role.LITERAL)
            places[toponym] = Place(f"test:{name}", name, 0.0, 0.0, feature_class, code, name[:2].upper())
    sentence = Sentence(0, 0, len(text))
    position = 0
    for terminal in lex(text, sentence, list(places), places, load_vocabulary(), lambda text: False):
        assert position <= terminal.start < terminal.end <= len(text)
        position = terminal.end
        if terminal.name is None and terminal.is_word:
            assert text[terminal.start : terminal.end].lower() == terminal.word
    found = find_expressions(text, sentence, list(places), places, lambda text: False)
    assert find_expressions(text, sentence, list(places)[::-1], places, lambda text: False) == found
    position = 0
    for expression in found:
        assert position <= expression.start < expression.end <= len(text)
        assert expression.text == text[expression.start : expression.end]
        assert (expression.tree is None) == bool(expression.reason)
        assert set(expression.anchors) <= set(places)
        position = expression.end
