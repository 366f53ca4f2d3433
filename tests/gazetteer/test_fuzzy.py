"""Misspelled names: what is offered, and when nothing is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisismap.gazetteer import Gazetteer, fold
from crisismap.gazetteer.fuzzy import suggest


@pytest.mark.parametrize(
    ("written", "place_id"),
    [
        ("Khrakiv", "geonames:706483"),  # swapped
        ("Bakmut", "geonames:713174"),  # left out
        ("Lisbonn", "geonames:2267057"),  # added
        ("Baghdud", "geonames:98182"),  # changed
        ("Mariopul", "geonames:701822"),  # two edits
        ("Masachusets", "geonames:6254926"),
        ("Azerbijan", "geonames:587116"),
        ("Ukranian", "geonames:690791"),
        ("SAO PUALO", "geonames:3448439"),
    ],
)
def test_the_well_known_place_comes_first(gazetteer: Gazetteer, written: str, place_id: str) -> None:
    assert suggest(gazetteer, written)[0].place.id == place_id


@pytest.mark.parametrize("name", ["", "Pari", "Qwxyzzy", "Xyzzyville", "Mogadi\ud800shu", "K" * 5000])
def test_nothing_is_offered_where_nothing_is_near(gazetteer: Gazetteer, name: str) -> None:
    assert suggest(gazetteer, name) == []


def test_short_names_may_differ_by_one_edit_only(gazetteer: Gazetteer) -> None:
    assert {found.edits for found in suggest(gazetteer, "Lisbonn", limit=50)} == {1}


def test_a_place_is_offered_once_and_the_limit_holds(gazetteer: Gazetteer) -> None:
    found = suggest(gazetteer, "Springfeild", limit=3)
    assert len({suggestion.place.id for suggestion in found}) == len(found)
    assert len(suggest(gazetteer, "Mariopul", limit=2)) == 2


def test_what_is_far_less_likely_is_not_offered_beside_the_best(gazetteer: Gazetteer) -> None:
    [only] = suggest(gazetteer, "Ukranian")
    assert (only.name, only.place.name, only.edits) == ("Ukrainian", "Ukraine", 1)


def distance(a: str, b: str) -> int:
    """The textbook table of edits, swaps of neighbors included."""
    rows = [list(range(len(b) + 1))]
    for i, letter in enumerate(a, 1):
        row = [i]
        for j, other in enumerate(b, 1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != other))
            if i > 1 and j > 1 and (letter, a[i - 2]) == (b[j - 2], other):
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]


@given(data=st.data())
def test_edits_are_what_they_are_said_to_be_and_are_undone(gazetteer: Gazetteer, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["mogadishu", "lisbon", "tegucigalpa", "new south wales", "kharkiv"]))
    at = data.draw(st.integers(0, len(name) - 1))
    letter = data.draw(st.sampled_from("aekz"))
    changes = (
        name[:at] + name[at + 1 :],
        name[:at] + letter + name[at:],
        name[:at] + letter + name[at + 1 :],
        name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :],
    )
    written = fold(data.draw(st.sampled_from(changes)))
    for suggestion in suggest(gazetteer, written):
        assert suggestion.edits == distance(written, fold(suggestion.name))
    assert suggest(gazetteer, written)[0].edits <= 1
