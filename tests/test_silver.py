"""What the resolver learns of the world is right beyond doubt."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from crisismap.gazetteer import Gazetteer
from crisismap.resolution.candidates import CandidateFinder

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
from silver import (
    BULLETINS,
    country_of,
    find_great_cities,
    find_regions,
    undoubted,
    write_bulletins,
    write_regions,
)


@pytest.mark.parametrize(
    ("name", "countries", "place_id"),
    [
        ("Paris", "", "geonames:2988507"),  # for its size
        ("Tripoli", "", None),  # Libya's, or Lebanon's
        ("Tripoli", "LB", None),  # the larger one may be meant all the same
        ("Tripoli", "LY", "geonames:2210247"),
        ("Sydney", "US", "geonames:2147714"),  # not Sidney, Ohio, though the text is about the United States
        ("New York", "US", None),  # the city or the state
        ("Qwxyzzy", "", None),
    ],
)
def test_only_what_is_beyond_doubt(
    gazetteer: Gazetteer, name: str, countries: str, place_id: str | None
) -> None:
    codes = {gazetteer.country_codes.index(countries)} if countries else set()
    entry = undoubted(name, codes, CandidateFinder(gazetteer), gazetteer)
    assert (None if entry is None else gazetteer.place(entry).id) == place_id


def test_a_name_of_a_country_and_of_a_state_is_in_doubt(gazetteer: Gazetteer) -> None:
    finder = CandidateFinder(gazetteer)
    ukraine = country_of("Ukraine", finder, gazetteer)
    assert ukraine is not None and gazetteer.place(ukraine).id == "geonames:690791"
    assert country_of("Georgia", finder, gazetteer) is None


def test_bulletins_say_what_their_places_are(gazetteer: Gazetteer) -> None:
    bulletins = list(write_bulletins(gazetteer))
    assert bulletins == list(write_bulletins(gazetteer)), "the same on every run"
    assert len(bulletins) == BULLETINS
    cities = {gazetteer.place(entry).id for entry in find_great_cities(gazetteer)[0]}
    for number, item in enumerate(bulletins):
        for toponym in item.toponyms:
            assert item.article.text[toponym.start : toponym.end] == toponym.text
        stated = [toponym.place_id for toponym in item.toponyms if toponym.located]
        if number % 3 == 2:
            town, division = (gazetteer.index_of(place_id or "") for place_id in stated)
            assert town is not None and division is not None
            assert int(gazetteer.columns.admin1[town]) - 1 == division
            assert stated[0] not in cities
        else:
            assert set(stated) <= cities


def test_a_region_is_meant_unless_the_text_names_the_division_of_a_town(gazetteer: Gazetteer) -> None:
    pairs = [(gazetteer.place(a), gazetteer.place(b)) for a, b in find_regions(gazetteer)]
    assert len(pairs) >= 40
    assert ("Yorkshire", "Virginia") in {(region.name, town.admin1_name) for region, town in pairs}
    articles = list(write_regions(gazetteer))
    assert articles == list(write_regions(gazetteer)), "the same on every run"
    assert len(articles) == 9 * len(pairs)
    regions, towns = ({pair[side].id: pair[1] for pair in pairs} for side in (0, 1))
    for item in articles:
        text = item.article.text
        for toponym in item.toponyms:
            assert text[toponym.start : toponym.end] == toponym.text
        [meant] = [t for t in item.toponyms if t.place_id in regions or t.place_id in towns]
        town = regions.get(meant.place_id) or towns[meant.place_id]
        stated = text[meant.end :].startswith(f", {town.admin1_name}")
        assert stated == (meant.place_id in towns), text
