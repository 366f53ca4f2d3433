"""What a URL and a home say of an article's outlet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisismap.gazetteer import Gazetteer
from crisismap.resolution.candidates import CandidateFinder
from crisismap.resolution.outlet import NO_OUTLET, OutletFinder


@pytest.fixture(scope="module")
def outlets(gazetteer: Gazetteer) -> OutletFinder:
    return OutletFinder(gazetteer, CandidateFinder(gazetteer))


@pytest.mark.parametrize(
    ("url", "country"),
    [
        ("https://www.example.co.uk/a/b", "GB"),
        ("example.ie", "IE"),
        ("http://example.com.au", "AU"),
        ("https://example.com/story.co.uk", ""),
        ("https://example.tv/", ""),
        ("", ""),
    ],
)
def test_countries_of_hosts(outlets: OutletFinder, gazetteer: Gazetteer, url: str, country: str) -> None:
    assert gazetteer.country_codes[outlets.find(url).country] == country


@pytest.mark.parametrize(
    ("url", "place_id"),
    [
        ("https://www.houstonchronicle.com/x", "geonames:4699066"),
        ("http://new-york-times.example", "geonames:5128581"),
    ],
)
def test_places_in_hosts(outlets: OutletFinder, gazetteer: Gazetteer, url: str, place_id: str) -> None:
    assert gazetteer.index_of(place_id) in outlets.find(url).entries


def test_words_of_the_path_say_nothing(outlets: OutletFinder) -> None:
    assert not outlets.find("https://www.xyzzy.com/paris/london").entries


def test_home(outlets: OutletFinder, gazetteer: Gazetteer) -> None:
    kyiv = gazetteer.by_id("geonames:703448")
    assert kyiv is not None
    outlet = outlets.find(home=kyiv)
    assert outlet.home == gazetteer.index_of(kyiv.id)
    assert gazetteer.country_codes[outlet.home_country] == "UA"


def test_nothing_known(outlets: OutletFinder) -> None:
    assert outlets.find() is NO_OUTLET


@given(st.text(max_size=40))
def test_any_text_is_a_url_or_none(outlets: OutletFinder, url: str) -> None:
    assert outlets.find(url).home == -1
