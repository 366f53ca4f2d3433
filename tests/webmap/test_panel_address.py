"""What the reader chose stands in the address, and an address brings it back."""

from __future__ import annotations

import dataclasses

import pytest
from test_panel import expect_summary, names, newsroom, open_filters, summary
from webmap_scenes import KYIV, Reading

from crisismap.gazetteer import Gazetteer
from crisismap.layers import build_layers
from crisismap.webmap import draw_map

pytestmark = pytest.mark.browser

HASH = "decodeURIComponent(location.hash)"


@pytest.fixture
def news(draw):
    return draw(*newsroom())


def wait_for_hash(page, part: str) -> None:
    page.wait_for_function(f"part => {HASH}.includes(part)", arg=part)


def test_the_address_follows_and_leaves_no_trail(news, visit):
    page = visit(news)
    assert page.evaluate("location.hash") == ""
    before = page.evaluate("history.length")
    open_filters(page)
    page.get_by_role("checkbox", name="Ukraine").check()
    page.get_by_role("switch", name="Only the place itself").check()
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Articles").click()
    page.locator("#articles .mention", has_text="Lviv").first.click()
    page.wait_for_selector(".leaflet-popup")
    wait_for_hash(page, "p=test:Lviv")
    hash_ = page.evaluate(HASH)
    assert "&role=literal&country=UA&t=articles&v=" in hash_
    assert page.evaluate("history.length") == before


def test_an_address_opens_what_was_seen(news, visit):
    first = visit(news)
    first.locator("#tab-articles").click()
    first.get_by_role("slider", name="First day").press("ArrowRight")
    expect_summary(first, "5 of 9 mentions")
    first.locator("#articles .mention", has_text="Paris").first.click()
    first.wait_for_selector(".leaflet-popup")
    first.evaluate("map_crisis.setView([47.5, 3.25], 6, { animate: false })")
    wait_for_hash(first, "v=47.500,3.250,6")
    again = visit(news, fragment=first.evaluate("location.hash"))
    again.wait_for_selector(".leaflet-popup")
    assert summary(again) == summary(first)
    assert again.locator(".card h2").inner_text() == "Paris"
    assert again.locator("#list-articles").is_visible()
    view = again.evaluate("[map_crisis.getCenter().lat, map_crisis.getCenter().lng, map_crisis.getZoom()]")
    assert view == pytest.approx([47.5, 3.25, 6], abs=0.6)  # the popup may have moved it a little


def test_a_new_address_in_the_same_page(news, visit):
    page = visit(news)
    page.evaluate("location.hash = '#q=trains&t=unlocated'")
    expect_summary(page, "2 of 9 mentions")
    assert page.locator("#list-unlocated").is_visible()
    assert page.locator("#search").input_value() == "trains"
    page.evaluate("location.hash = ''")
    expect_summary(page, "9 mentions")
    assert page.locator("#list-places").is_visible()


def test_an_anchor_of_the_page_changes_nothing(news, visit):
    page = visit(news, fragment="#country=FR")
    assert names(page) == ["Paris"]
    page.evaluate("location.hash = '#map_crisis'")
    page.wait_for_function("() => location.hash === '#map_crisis'")
    assert names(page) == ["Paris"]


def test_the_language_of_the_address(news, visit):
    page = visit(news, fragment="#lg=uk")
    assert page.evaluate("document.documentElement.lang") == "uk"


@pytest.mark.parametrize(
    "fragment",
    [
        "#p=<img src=x onerror=alert(1)>&src=javascript:alert(1)&lg=../../x&t=<script>",
        "#p=__proto__&country=constructor&kind=__proto__&src=toString",
        "#v=1e999,NaN,Infinity&sure=1e9&prec=99999999999&since=9999-99-99",
        "#%E0%A4%A&%&&&===",
        "#" + "p=x&" * 20_000,
    ],
)
def test_a_hostile_address_changes_nothing(news, visit, fragment):
    page = visit(news, fragment=fragment)
    assert summary(page) == "9 mentions in 3 articles"
    assert page.locator(".leaflet-popup").count() == 0
    assert page.locator("#list-places").is_visible()
    assert page.evaluate("document.documentElement.lang") == "en"


def test_markup_in_a_search_of_the_address_is_text(news, visit):
    attack = "<img src=x onerror=alert(1)>{{7*7}}"
    page = visit(news, fragment=f"#q={attack}")
    assert page.locator(".chip-words").inner_text() == f"“{attack}”"
    assert page.locator("img").count() == 0
    assert summary(page).startswith("0 of 9 mentions")


def test_a_place_is_found_by_another_of_its_names(tmp_path, world, visit):
    kyiv = dataclasses.replace(KYIV, id="geonames:703448")
    reading = Reading("Kyiv stood.").add("Kyiv", kyiv)
    path = tmp_path / "map.html"
    draw_map(build_layers([*newsroom(), reading.parsed()], world), world, gazetteer=Gazetteer.open()).save(
        path
    )
    page = visit(path)
    for words, found in (("kiev", ["Kyiv"]), ("Київ", ["Kyiv"]), ("Kijow", ["Kyiv"]), ("iev", [])):
        page.locator("#search").fill(words)
        assert names(page) == found, words
