"""The neural recognizer: what it sees beyond the gazetteer, and that it keeps its promises on any text."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisismap.gazetteer import Gazetteer
from crisismap.model import Kind, Toponym
from crisismap.recognition import NeuralRecognizer, open_recognizer
from crisismap.recognition.evidence import UNKNOWN
from crisismap.recognition.recognizer import choose_spans
from crisismap.recognition.scan import NamedSpan
from crisismap.sentences import split_sentences


@pytest.fixture(scope="module")
def recognizer(gazetteer: Gazetteer) -> NeuralRecognizer:
    return NeuralRecognizer(gazetteer)


def recognize(recognizer: NeuralRecognizer, text: str) -> list[Toponym]:
    return recognizer.recognize(text, split_sentences(text))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The convoy left Kharkiv for Poltava on Sunday.", ["Kharkiv", "Poltava"]),
        ("Schools in Paducah, Ky., were closed.", ["Paducah", "Ky."]),
        ("He met Sen. Jane Doe, D-N.Y., in Albany.", ["N.Y.", "Albany"]),
        ("Shelling hit villages in southern Iraq and the Aleppo countryside.", ["Iraq", "Aleppo"]),
        ("HEAVY FLOODS KILL DOZENS IN BANGLADESH AND INDIA", ["BANGLADESH", "INDIA"]),
        ("Rain fell on Al-Hasakah's suburbs.", ["Al-Hasakah"]),
    ],
)
def test_places_are_found(recognizer: NeuralRecognizer, text: str, names: list[str]) -> None:
    assert [toponym.text for toponym in recognize(recognizer, text)] == names


@pytest.mark.parametrize(
    "text",
    [
        "NATO and OPEC met on Monday.",
        "President Biden spoke with Putin and with Xi Jinping.",
        "Mr. Houston said that Sgt. Lincoln had left.",
        "Paris Hilton and Jack London wrote to Ms. Chelsea Clinton.",
        "Reading is a pleasure, and a nice one.",
        "",
    ],
)
def test_what_is_no_place_is_left_alone(recognizer: NeuralRecognizer, text: str) -> None:
    assert recognize(recognizer, text) == []


def test_places_that_the_gazetteer_lacks_are_found(recognizer: NeuralRecognizer) -> None:
    found = recognize(recognizer, "Fighting spread to the village of Qarbuxata, near Wallenquist Street.")
    assert "Qarbuxata" in [toponym.text for toponym in found]


def test_a_place_in_the_name_of_an_organization_is_embedded(recognizer: NeuralRecognizer) -> None:
    [toponym] = recognize(recognizer, "A report by the Houston Police Department says so.")
    assert (toponym.text, toponym.kind) == ("Houston", Kind.EMBEDDED)


def test_the_same_text_gives_the_same(recognizer: NeuralRecognizer, gazetteer: Gazetteer) -> None:
    text = "Flooding hit South Sudan, not Sudan. Officials in Juba and Elysian Fields agreed."
    assert recognize(recognizer, text) == recognize(NeuralRecognizer(gazetteer), text)


def test_a_text_without_a_space_is_no_trouble(recognizer: NeuralRecognizer) -> None:
    assert recognize(recognizer, "Kyiv" * 250_000) == []


NAMES = ["Kyiv", "New", "York", "St.", "U.S.", "County", "IRAQ", "Al"]
OTHERS = ["the", "of", ",", "-", "'s", "\n", "🌊", "é", "\ud800"]
WORDS = st.sampled_from(NAMES + OTHERS)


@settings(max_examples=60, deadline=None)
@given(text=st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=40).map(" ".join)))
def test_offsets_are_exact_and_spans_apart(recognizer: NeuralRecognizer, text: str) -> None:
    found = recognize(recognizer, text)
    assert all(text[toponym.start : toponym.end] == toponym.text for toponym in found)
    assert all(toponym.text.strip() == toponym.text != "" for toponym in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@pytest.mark.parametrize("name", ["neural", "fast"])
def test_recognizers_open_by_name(gazetteer: Gazetteer, name: str) -> None:
    text = "Rebels hold Goma."
    assert [t.text for t in open_recognizer(name, gazetteer).recognize(text, split_sentences(text))] == [
        "Goma"
    ]


def test_there_is_no_other_recognizer(gazetteer: Gazetteer) -> None:
    with pytest.raises(ValueError, match="no recognizer 'slow'; choose 'neural' or 'fast'"):
        open_recognizer("slow", gazetteer)


SPANS = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 3), st.integers(-4, 6)), max_size=9)


@given(rows=SPANS)
def test_the_chosen_spans_are_the_best_that_do_not_overlap(rows: list[tuple[int, int, int]]) -> None:
    spans = [NamedSpan(first, first + more, -1, UNKNOWN) for first, more, _ in rows]
    margins = [float(margin) for *_, margin in rows]
    best = 0.0
    for chosen in range(1 << len(spans)):
        numbers = [n for n in range(len(spans)) if chosen >> n & 1]
        tokens = [t for n in numbers for t in range(spans[n].first, spans[n].last + 1)]
        if len(tokens) == len(set(tokens)):
            best = max(best, sum(margins[n] for n in numbers))
    kept = choose_spans(spans, margins)
    assert sum(margins[n] for n in kept) == best
    assert all(spans[a].last < spans[b].first for a, b in pairwise(kept))
