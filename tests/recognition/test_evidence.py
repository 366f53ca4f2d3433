"""From the network's probabilities to names: where they begin and end, and what is left out around them."""

import numpy as np
import pytest

from crisismap.gazetteer import Gazetteer
from crisismap.recognition.context import Context
from crisismap.recognition.evidence import Evidence, find_sightings, place_mass, sighted_spans
from crisismap.recognition.network import TAGS, Reading
from crisismap.recognition.scan import NamedSpan, NameScanner


def reading_of(tags: list[str], sure: float = 0.9) -> Reading:
    probabilities = np.full((len(tags), len(TAGS)), (1 - sure) / (len(TAGS) - 1), np.float32)
    for row, tag in enumerate(tags):
        probabilities[row, TAGS.index(tag)] = sure
    count = len(tags)
    return Reading(probabilities, np.zeros(count, np.float32), np.ones(count, np.bool_))


def seen(text: str, tags: str, known: list[NamedSpan] | None = None) -> list[str]:
    context = Context(text, [0])
    spans = sighted_spans(context, find_sightings(context, reading_of(tags.split())), known or [])
    return [context.surface(span.first, span.last) for span in spans]


@pytest.mark.parametrize(
    ("text", "tags", "names"),
    [
        ("in Red River Valley today", "O B-LOC I-LOC I-LOC O", ["Red River Valley"]),
        ("in The Gambela region today", "O B-LOC I-LOC I-LOC O", ["Gambela region", "Gambela"]),
        ("in southern Wadistan today", "O B-LOC I-LOC O", ["Wadistan"]),
        ("at Qarbux's gates", "O B-LOC I-LOC O", ["Qarbux"]),
        ("on Elysian Fields today", "O B-LOC B-FAC O", ["Elysian", "Elysian Fields", "Fields"]),
        ("by Acme Corporation today", "O B-ORG I-ORG O", []),
        ("two Wadis\nFields", "O B-LOC I-LOC", []),
        ("a river in spring", "O B-LOC I-LOC I-LOC", []),
    ],
)
def test_names_are_cut_free_of_what_surrounds_them(text: str, tags: str, names: list[str]) -> None:
    assert sorted(seen(text, tags)) == sorted(names)


def test_a_name_that_the_gazetteer_has_is_not_listed_again(gazetteer: Gazetteer) -> None:
    context = Context("Rebels hold Goma.", [0])
    known = NameScanner(gazetteer).scan(context)
    assert seen("Rebels hold Goma.", "O O B-LOC O") == ["Goma"]
    assert seen("Rebels hold Goma.", "O O B-LOC O", known) == []


def test_a_tag_of_another_kind_inside_a_name_does_not_cut_it() -> None:
    context = Context("Third Presbyterian Church burned", [0])
    [sighting] = find_sightings(context, reading_of(["B-FAC", "I-ORG", "I-FAC", "O"]))
    assert (sighting.first, sighting.last, sighting.kind) == (0, 2, "FAC")


def test_what_was_not_read_is_not_seen() -> None:
    context = Context("Rebels hold Goma", [0])
    reading = reading_of(["O", "O", "B-LOC"])
    reading.read[:] = False
    assert find_sightings(context, reading) == []


def test_the_mass_of_a_place_is_the_mean_over_its_words() -> None:
    context = Context("North Wadistan", [0])
    evidence = Evidence.of(context, reading_of(["B-LOC", "O"]))
    [span] = sighted_spans(context, evidence.sightings, [])
    whole = NamedSpan(0, 1, -1, span.info)
    assert place_mass(span, evidence) == pytest.approx(0.93, abs=0.001)
    assert place_mass(whole, evidence) == pytest.approx((0.93 + 0.04) / 2, abs=0.001)
