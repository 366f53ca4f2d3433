"""The panel that says where the map comes from, how to read it, and what it does not claim."""

from __future__ import annotations

import pytest
from webmap_scenes import sample_reading

from crisismap import __version__
from crisismap.gazetteer import Gazetteer
from crisismap.layers import build_layers
from crisismap.model import Borders
from crisismap.webmap import draw_map

pytestmark = pytest.mark.browser


@pytest.fixture
def about(world, tmp_path, visit):
    """The text of the panel on a page drawn with the options given."""

    def _about(borders=Borders.INTERNATIONAL, **options):
        path = tmp_path / "map.html"
        layers = build_layers([sample_reading().parsed()], world, borders)
        draw_map(layers, world, **options).save(path)
        page = visit(path)
        page.locator("#open-about").click()
        return page.locator("#about").inner_text()

    return _about


def test_it_says_how_far_to_trust_the_map(about):
    text = about()
    for words in (
        "It can be wrong",
        "Below 70%",
        "ring",
        "never as a point",
        "not of whether what the sentence says",
    ):
        assert words in text


def test_it_says_which_borders_are_drawn(about):
    assert "Crimea is drawn in Ukraine" in about()
    assert "Crimea with Russia" in about(Borders.DE_FACTO)


def test_it_names_sources_versions_and_licenses(about):
    gazetteer = Gazetteer.open()
    text = about(gazetteer=gazetteer)
    for words in (
        "Natural Earth, public domain",
        "CC BY 4.0",
        f"{len(gazetteer):,} places, as of",
        f"crisismap {__version__}",
        "Leaflet",
        "BSD 2-Clause",
        "loads nothing from the network",
    ):
        assert words in text, words


def test_without_a_gazetteer_it_says_nothing_of_its_age(about):
    assert "as of" not in about()


def test_it_lists_the_keys(about):
    text = about()
    for key in ("Tab", "Enter", "Esc", "←", "+"):
        assert key in text
    assert "popup opens and takes the focus" in text


def test_each_library_that_is_used_is_credited(about):
    text = about()
    assert "Volodymyr Agafonkin" in text
