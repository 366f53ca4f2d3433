"""A text as tokens."""

from hypothesis import given
from hypothesis import strategies as st

from crisismap.recognition.context import Context


@given(st.text(max_size=40))
def test_lists_with_a_margin_say_what_the_methods_say(text: str) -> None:
    context = Context(text, [0])
    for index in range(-16, len(context.words) + 16):
        assert context.fold_at[index] == context.fold(index)
        assert context.shape_at[index] == context.shape(index)
        assert context.gap_at[index] == context.gap(index)


def test_what_stands_between_tokens_is_named() -> None:
    context = Context(" Al-Quds, St. John's \nIn  Sana’a.", [0])
    gaps = [(word, context.gap(index)) for index, word in enumerate(context.words)]
    assert gaps == [
        ("Al", "-"),
        ("Quds", ""),
        (",", "_"),
        ("St.", "_"),
        ("John", ""),
        ("'s", "n"),
        ("In", "_"),
        ("Sana", "’"),
        ("a", ""),
        (".", "^"),
    ]


def test_capitals_and_letters_without_case_begin_names() -> None:
    context = Context("In 2022 the U.S. left 喀布尔, Kabul", [0])
    assert [context.words[index] for index in context.capitals] == ["In", "U.S.", "喀布尔", "Kabul"]
