"""The printed page: heading, date, filters, map, legend, disclaimer, places and sentences."""

from __future__ import annotations

import io
from typing import Any

import pypdf
import pytest
from webmap_scenes import KYIV, Reading

pytestmark = pytest.mark.browser


def printed(page: Any) -> tuple[int, str]:
    """The number of pages and the text of the page as a PDF."""
    reader = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))
    return len(reader.pages), " ".join(" ".join(sheet.extract_text() for sheet in reader.pages).split())


@pytest.mark.parametrize("width", [1280, 390])
def test_it_holds_all_that_a_reader_needs(sample, visit, width):
    pages, text = printed(visit(sample, width=width))
    assert pages <= 2
    for words in (
        "A test",
        "mentions in 1 article",
        "Printed",
        "Named as the place itself",
        "check the sentence before you rely on a mark",
        "no opinion about the legal status",
        "Borders: international view",
        "GeoNames",
        "Moscow capital of Russia",
        "A visit",
        "4 Feb 2022",
        "He will head to Moscow and Kyiv next week.",
    ):
        assert words in text, words
    for control in ("Search", "Filters", "Save or print", "Skip to the map", "About this map"):
        assert control not in text


def test_it_holds_what_is_shown_and_says_what_is_left_out(sample, visit):
    page = visit(sample, fragment="#role=literal")
    _, text = printed(page)
    assert "Only: Only the place itself" in text
    assert "He will head" in text
    assert "The Kremlin denied it" not in text


def test_the_screen_is_as_it_was_afterwards(sample, visit):
    page = visit(sample)
    view = "[...Object.values(map_crisis.getCenter()), map_crisis.getZoom(), map_crisis.getSize().x]"
    before = page.evaluate(view)
    printed(page)
    page.wait_for_function("() => !document.documentElement.classList.contains('is-printing')")
    assert page.evaluate(view) == pytest.approx(before)
    assert not page.locator("#print-body").is_visible()
    assert page.locator("#print-body > *").count() == 0


def test_the_whole_view_is_on_the_paper(sample, visit):
    page = visit(sample)
    west, east = page.evaluate("[map_crisis.getBounds().getWest(), map_crisis.getBounds().getEast()]")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("map_crisis.getSize().x") == 680
    assert page.evaluate("map_crisis.getBounds().getWest()") <= west + 0.5
    assert page.evaluate("map_crisis.getBounds().getEast()") >= east - 0.5


def test_a_dark_screen_prints_in_the_colors_of_paper(sample, visit):
    page = visit(sample, color_scheme="dark")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)" != dark
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark


def test_a_print_of_very_many_sentences_says_how_many_it_leaves_out(draw, visit):
    lines = [f"Kyiv, line {number}." for number in range(1003)]
    reading = Reading("\n".join(lines), title="Long")
    for number in range(1003):
        reading.add("Kyiv", KYIV, nth=number + 1)
    page = visit(draw(reading.parsed()))
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#print-body q").count() == 1000
    assert page.locator("#print-body > p").last.evaluate("node => node.textContent") == (
        "3 more sentences are left out. Narrow the filters to print them."
    )
