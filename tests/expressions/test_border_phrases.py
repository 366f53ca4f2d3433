import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisismap.expressions import find_expressions
from crisismap.model import Kind, Place, Role, Sentence, SpatialExpression, Toponym

NAMES = {
    "Ukraine": "UA",
    "Belarus": "BY",
    "Russia": "RU",
    "Sudan": "SD",
    "Chad": "TD",
    "Libya": "LY",
    "Mexico": "MX",
    "U.S.": "US",
    "Kenya": "KE",
    "Ethiopia": "ET",
    "Somalia": "SO",
}
DEMONYMS = {"Syrian": "SY", "Turkish": "TR", "Ukrainian": "UA", "Russian": "RU"}


def toponyms_of(text: str) -> dict[Toponym, str]:
    """Find the countries of the tables above in a text."""
    found = {}
    for table, kind in ((NAMES, Kind.COUNTRY), (DEMONYMS, Kind.DEMONYM)):
        for name, code in table.items():
            for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
                found[Toponym(match.start(), match.end(), name, kind, Role.LITERAL)] = code
    return found


def country(code: str) -> Place:
    return Place(f"test:{code}", code, 0.0, 0.0, "A", "PCLI", code)


def find_in(text: str, sentence: Sentence, toponyms: dict[Toponym, str]) -> list[SpatialExpression]:
    places = {toponym: country(code) for toponym, code in toponyms.items()}
    return find_expressions(text, sentence, list(toponyms), places, lambda text: False)


def find(text: str) -> list[SpatialExpression]:
    return find_in(text, Sentence(0, 0, len(text)), toponyms_of(text))


@pytest.mark.parametrize(
    ("text", "span", "directions", "anchors"),
    [
        (
            "troops near Ukraine's northern and eastern borders, raising concern",
            "Ukraine's northern and eastern borders",
            ("north", "east"),
            ("Ukraine",),
        ),
        ("along Ukraine’s borders.", "Ukraine’s borders", (), ("Ukraine",)),
        (
            "on Ukraine's border with Belarus.",
            "Ukraine's border with Belarus",
            (),
            ("Ukraine", "Belarus"),
        ),
        (
            "Kenya's borders with Ethiopia and Somalia are",
            "Kenya's borders with Ethiopia and Somalia",
            (),
            ("Kenya", "Ethiopia", "Somalia"),
        ),
        (
            "at the border between Sudan and Chad",
            "border between Sudan and Chad",
            (),
            ("Sudan", "Chad"),
        ),
        ("the Syrian-Turkish border", "Syrian-Turkish border", (), ("Syrian", "Turkish")),
        ("the U.S.-Mexico border", "U.S.-Mexico border", (), ("U.S.", "Mexico")),
        ("the U.S.–Mexico border", "U.S.–Mexico border", (), ("U.S.", "Mexico")),
        ("Libya's eastern border", "Libya's eastern border", ("east",), ("Libya",)),
        ("the eastern border of Libya", "eastern border of Libya", ("east",), ("Libya",)),
        ("the Ukrainian border", "Ukrainian border", (), ("Ukrainian",)),
        ("the border of Ukraine", "border of Ukraine", (), ("Ukraine",)),
        ("the southern U.S. border", "southern U.S. border", ("south",), ("U.S.",)),
        ("U.S. southern border", "U.S. southern border", ("south",), ("U.S.",)),
        ("the north-eastern Syrian border", "north-eastern Syrian border", ("northeast",), ("Syrian",)),
        (
            "Ukraine's northern, eastern, and South-Eastern\nborders",
            "Ukraine's northern, eastern, and South-Eastern\nborders",
            ("north", "east", "southeast"),
            ("Ukraine",),
        ),
    ],
)
def test_border_expressions(
    text: str, span: str, directions: tuple[str, ...], anchors: tuple[str, ...]
) -> None:
    (found,) = find(text)
    assert found.text == text[found.start : found.end] == span
    assert found.relation == "border"
    assert found.directions == directions
    assert tuple(anchor.text for anchor in found.anchors) == anchors
    assert all(text[anchor.start : anchor.end] == anchor.text for anchor in found.anchors)


@pytest.mark.parametrize(
    "text",
    [
        "Ukraine borders Russia.",
        "Ukrainian border guards opened fire.",
        "Ukraine's border crossing with",
        "Ukraine's border-based units",
        "the border town",
        "a cross-border raid into Ukraine",
        "the borderline case of Ukraine",
    ],
)
def test_what_is_no_border(text: str) -> None:
    assert find(text) == []


def test_several_in_one_sentence_do_not_overlap() -> None:
    text = "From the Syrian-Turkish border to Libya's eastern border and Ukraine's border with Russia."
    assert [expression.text for expression in find(text)] == [
        "Syrian-Turkish border",
        "Libya's eastern border",
        "Ukraine's border with Russia",
    ]


def test_only_the_sentence_and_only_areas_count() -> None:
    text = "He left. Ukraine's border is closed. Kharkiv's border is open."
    ukraine = Toponym(9, 16, "Ukraine", Kind.COUNTRY, Role.LITERAL)
    kharkiv = Toponym(37, 44, "Kharkiv", Kind.SETTLEMENT, Role.LITERAL)
    places = {ukraine: country("UA"), kharkiv: Place("test:k", "Kharkiv", 36.2, 50.0, "P", "PPLA", "UA")}

    def find_at(sentence: Sentence) -> list[SpatialExpression]:
        return find_expressions(text, sentence, list(places), places, lambda text: False)

    (found,) = find_at(Sentence(1, 9, 36))
    assert (found.start, found.end, found.anchors) == (9, 25, (ukraine,))
    assert find_at(Sentence(0, 0, 8)) == []
    assert find_at(Sentence(2, 37, len(text))) == []


WORDS = st.sampled_from(
    [
        *(
            *NAMES,
            *DEMONYMS,
            "'s",
            "’s",
            "-",
            "–",
            " ",
            "  ",
            "\n",
            ", ",
            "and",
            "with",
            "between",
            "of",
            "the",
        ),
        *("border", "borders", "frontier", "land", "northern", "south-east", "eastern", "\ue000", "\ue001"),
    ]
)


@given(st.lists(WORDS, max_size=30).map("".join), st.text(alphabet="x \ue000🙂", max_size=5))
def test_spans_slice_back_and_anchors_lie_inside(body: str, before: str) -> None:
    text = before + body
    countries = toponyms_of(text)
    sentence = Sentence(0, len(before), len(text))
    inside = {t: c for t, c in countries.items() if t.start >= sentence.start}
    found = find_in(text, sentence, inside)
    assert find_in(text, sentence, dict(list(inside.items())[::-1])) == found
    end = sentence.start
    for expression in found:
        assert end <= expression.start < expression.end <= sentence.end
        assert expression.text == text[expression.start : expression.end]
        assert expression.anchors
        assert set(expression.anchors) <= set(inside)
        assert all(
            expression.start <= anchor.start and anchor.end <= expression.end for anchor in expression.anchors
        )
        end = expression.end
