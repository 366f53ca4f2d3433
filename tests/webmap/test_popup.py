"""The popup in Chromium: where the focus goes, and why a mention is where it is."""

from __future__ import annotations

import dataclasses

import pytest
from webmap_scenes import KYIV, Reading

from crisismap.model import Candidate, ParsedArticle, Place, Tier

pytestmark = pytest.mark.browser

PARIS = Place("geonames:2988507", "Paris", 2.35, 48.85, "P", "PPLC", "FR")
TEXAS = Place("geonames:4717560", "Paris", -95.56, 33.66, "P", "PPL", "US", admin1_name="Texas")


@pytest.fixture
def two_parises() -> ParsedArticle:
    parsed = (
        Reading("Rain fell on Paris.", url="https://example.org/p")
        .add("Paris", PARIS, confidence=0.8)
        .parsed()
    )
    (mention,) = parsed.mentions
    candidates = (Candidate(PARIS, Tier.PRIMARY, 0.8), Candidate(TEXAS, Tier.PRIMARY, 0.18))
    location = dataclasses.replace(mention.location, candidates=candidates)
    return dataclasses.replace(parsed, mentions=(dataclasses.replace(mention, location=location),))


def ask(page) -> None:
    page.choose("Paris")
    page.locator(".why").click()


class TestWhyHere:
    def test_it_names_the_chosen_place_its_id_and_how_sure_that_is(self, draw, visit, two_parises):
        page = visit(draw(two_parises))
        page.choose("Paris")
        assert page.locator(".why").get_attribute("aria-expanded") == "false"
        page.locator(".why").click()
        assert page.locator(".why").get_attribute("aria-expanded") == "true"
        words = page.locator(".why-box").inner_text()
        assert "Chosen: Paris, capital of France geonames:2988507" in words
        assert "The reading is likely (80%)." in words
        assert "good to about 15 km" in words
        link = page.locator("a.place-id")
        assert link.get_attribute("href") == "https://www.geonames.org/2988507"
        assert link.get_attribute("rel") == "noopener noreferrer"

    def test_a_rejected_place_is_shown_where_it_is(self, draw, visit, two_parises):
        page = visit(draw(two_parises))
        ask(page)
        rival = page.locator(".rival")
        assert rival.count() == 1
        assert "Texas" in rival.inner_text()
        assert "18%" in rival.inner_text()
        rival.click()
        assert rival.get_attribute("aria-pressed") == "true"
        assert page.locator("path.rival-mark").count() == 1
        assert page.evaluate("map_crisis.getBounds().contains([33.66, -95.56])")
        assert page.evaluate("map_crisis.getBounds().contains([48.85, 2.35])")
        assert "Texas" in page.locator(".rival-name").inner_text()
        hidden = page.evaluate(
            """() => {
              const mark = document.querySelector("path.rival-mark");
              const { left, right, top, bottom } = mark.getBoundingClientRect();
              const under = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
              return Boolean(under.closest(".leaflet-popup"));
            }"""
        )
        assert not hidden
        rival.click()
        assert page.locator("path.rival-mark").count() == 0

    def test_the_hollow_mark_goes_with_the_popup(self, draw, visit, two_parises):
        page = visit(draw(two_parises))
        ask(page)
        page.locator(".rival").click()
        page.keyboard.press("Escape")
        page.wait_for_selector(".leaflet-popup", state="detached")
        assert page.locator("path.rival-mark").count() == 0

    def test_a_name_of_one_place_says_so(self, sample, visit):
        page = visit(sample)
        page.choose("Kyiv")
        page.locator(".why").first.click()
        assert "No other place" in page.locator(".why-box").first.inner_text()
        assert page.locator(".rival").count() == 0


class TestFocus:
    def test_it_goes_into_the_popup_and_back_to_the_list(self, sample, visit):
        page = visit(sample)
        entry = page.locator(".place").filter(has=page.get_by_text("Kyiv", exact=True))
        entry.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(".leaflet-popup")
        assert page.evaluate("Boolean(document.activeElement.closest('.leaflet-popup'))")
        page.keyboard.press("Escape")
        page.wait_for_selector(".leaflet-popup", state="detached")
        assert page.evaluate("document.activeElement.innerText").startswith("Kyiv")

    def test_it_is_a_dialog_with_the_name_of_the_place(self, sample, visit):
        page = visit(sample)
        page.choose("Kyiv")
        assert page.get_by_role("dialog", name="Kyiv").count() == 1


def test_each_quotation_is_printed_whole_and_leads_to_its_sentence(draw, visit):
    text = "Kyiv — first-rate, he said, and quiet."
    page = visit(draw(Reading(text, url="https://example.org/k").add("Kyiv", KYIV).parsed()))
    page.choose("Kyiv")
    assert page.locator(".leaflet-popup .quote").inner_text() == text
    assert page.locator(".leaflet-popup .source-link").get_attribute("href") == (
        "https://example.org/k#:~:text=Kyiv%20%E2%80%94%20first%2Drate%2C%20he%20said%2C%20and%20quiet."
    )
