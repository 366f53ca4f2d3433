"""What is a place name and what is not, in sentences of our own."""

from itertools import pairwise

import pytest

from crisismap.gazetteer import Gazetteer
from crisismap.model import Kind, Role, Toponym
from crisismap.recognition import GazetteerRecognizer
from crisismap.sentences import split_sentences


@pytest.fixture(scope="module")
def recognizer(gazetteer: Gazetteer) -> GazetteerRecognizer:
    return GazetteerRecognizer(gazetteer)


def recognize(recognizer: GazetteerRecognizer, text: str) -> list[Toponym]:
    return recognizer.recognize(text, split_sentences(text))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The convoy left Kharkiv for Poltava on Sunday.", ["Kharkiv", "Poltava"]),
        ("He was born in St. Louis and lives in Winston-Salem, N.C.", ["St. Louis", "Winston-Salem", "N.C."]),
        ("Flooding hit South Sudan, not Sudan.", ["South Sudan", "Sudan"]),
        ("Troops crossed into Côte d'Ivoire.", ["Côte d'Ivoire"]),
        ("The U.S. and the U.K. signed it in the UAE.", ["U.S.", "U.K.", "UAE"]),
        ("BEIRUT, Lebanon (AP) - Shelling resumed at dawn.", ["BEIRUT", "Lebanon"]),
        ("Rebels hold Goma; aid has reached Bukavu's hospitals.", ["Goma", "Bukavu"]),
        ("Schools in Paducah, Ky., were closed.", ["Paducah", "Ky."]),
    ],
)
def test_places_are_found(recognizer: GazetteerRecognizer, text: str, names: list[str]) -> None:
    assert [toponym.text for toponym in recognize(recognizer, text)] == names


@pytest.mark.parametrize(
    "text",
    [
        "NATO and OPEC met on Monday.",
        "They told us that it may rain in March.",
        "President Biden spoke with Putin and with Xi Jingping.",
        "Mr. Houston said that Sgt. Lincoln had left.",
        "Some in the West disagree.",
        "Of the people, for the people.",
        "Reading is a pleasure, and a nice one.",
    ],
)
def test_what_is_no_place_is_left_alone(recognizer: GazetteerRecognizer, text: str) -> None:
    assert recognize(recognizer, text) == []


def test_peoples_and_adjectives_are_demonyms(recognizer: GazetteerRecognizer) -> None:
    found = recognize(recognizer, "French diplomats met Ukrainians and two Texans.")
    assert [(t.text, t.kind, t.role) for t in found] == [
        (name, Kind.DEMONYM, Role.ASSOCIATIVE) for name in ("French", "Ukrainians", "Texans")
    ]


def test_a_place_in_the_name_of_an_organization_is_embedded(recognizer: GazetteerRecognizer) -> None:
    [toponym] = recognize(recognizer, "A report by the Houston Police Department says so.")
    assert (toponym.text, toponym.kind, toponym.role) == ("Houston", Kind.EMBEDDED, Role.ASSOCIATIVE)


@pytest.mark.parametrize(
    "text",
    [
        "The International Monetary Fund (IMF) cut its forecast.",  # no International City in Dubai
        "She is a fellow of the Royal Society and of George Mason University.",
    ],
)
def test_a_word_that_organizations_bear_is_no_embedded_place(
    recognizer: GazetteerRecognizer, text: str
) -> None:
    assert recognize(recognizer, text) == []


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Hundreds gathered in Warsaw on Friday.", Role.LITERAL),
        ("The plane flew from Warsaw to Rzeszow.", Role.LITERAL),
        ("Warsaw said it would send tanks.", Role.ASSOCIATIVE),
        ("Relations between Warsaw and Minsk are tense.", Role.ASSOCIATIVE),
    ],
)
def test_roles(recognizer: GazetteerRecognizer, text: str, role: Role) -> None:
    assert recognize(recognizer, text)[0].role is role


def test_toponyms_come_in_order_and_do_not_overlap(recognizer: GazetteerRecognizer) -> None:
    found = recognize(recognizer, "New York City, New York, and York; West Virginia and Virginia. " * 20)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert len(found) >= 80
