"""What a reader takes away: the table, the GeoJSON, the picture; and the page inside another page."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_scripts import run_module
from webmap_scenes import sample_reading

from crisismap.export import ATTRIBUTION, DISCLAIMER
from crisismap.export.text import defuse
from crisismap.layers import build_layers
from crisismap.webmap import draw_map

SVG = "{http://www.w3.org/2000/svg}"


def take(page: Any, name: str) -> tuple[str, str]:
    """The name and the text of a file that the menu gives."""
    page.locator(".tool-button").click()
    with page.expect_download() as waiting:
        page.locator(f"[data-take={name}]").click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_text(encoding="utf-8")


TEXTS = st.text(st.characters(codec="utf-8") | st.sampled_from("=+-@\t\r\n＝＋－＠,\"'"))


@settings(max_examples=25, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=20))
def test_a_table_of_the_page_is_as_safe_as_one_of_the_library(texts):
    program = """
        import { readFileSync } from "node:fs";
        import { cell } from "PAGE/download.js";
        console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(cell).join(",")));
    """
    line = json.loads(run_module(program, json.dumps(texts)))
    assert next(csv.reader(io.StringIO(line, newline="")), [""]) == [defuse(text) for text in texts]


@pytest.mark.browser
class TestFiles:
    def test_the_table_holds_what_the_layer_holds(self, sample, visit, world):
        name, text = take(visit(sample), "csv")
        assert name == "a-test.csv"
        assert text.startswith("\ufeff")
        rows = list(csv.DictReader(io.StringIO(text[1:])))
        layer = build_layers([sample_reading().parsed()], world).mentions
        assert len(rows) == len(layer)
        for row, (_, mention) in zip(rows, layer.iterrows(), strict=True):
            assert set(row) < set(layer.columns)
            for column in ("text", "sentence", "place_name", "role", "kind", "sentence_url", "article_date"):
                assert row[column] == mention[column], column
            for column in ("latitude", "longitude", "confidence", "geo_precision"):
                assert float(row[column]) == pytest.approx(mention[column], abs=1e-4), column

    def test_only_what_is_shown_is_taken(self, sample, visit):
        page = visit(sample, fragment="#role=literal")
        page.locator(".tool-button").click()
        assert "4 mentions" in page.locator(".menu-note").inner_text()
        page.keyboard.press("Escape")
        assert not page.locator(".menu").is_visible()
        _, text = take(page, "geojson")
        features = json.loads(text)["features"]
        assert len(features) == 4
        assert {feature["properties"]["role"] for feature in features} == {"literal"}

    def test_the_geojson_says_how_far_to_trust_it(self, sample, visit):
        name, text = take(visit(sample), "geojson")
        assert name == "a-test.geojson"
        found = json.loads(text)
        assert found["disclaimer"] == DISCLAIMER
        assert found["attribution"] == ATTRIBUTION
        assert {feature["geometry"]["type"] for feature in found["features"]} == {"Point", "MultiLineString"}

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_the_picture_is_the_map(self, sample, visit, scheme):
        page = visit(sample, color_scheme=scheme)
        name, text = take(page, "svg")
        assert name == "a-test.svg"
        root = ElementTree.fromstring(text)
        words = " ".join(node.text or "" for node in root.iter(f"{SVG}text"))
        for said in ("Moscow", "Kyiv", "Borders: international view", "GeoNames"):
            assert said in words
        box = page.locator(".map").bounding_box()
        assert float(root.get("width")) == box["width"]
        assert len(list(root.iter(f"{SVG}circle"))) >= 3
        assert len(list(root.iter(f"{SVG}path"))) >= 3
        tags = {node.tag.removeprefix(SVG) for node in root.iter()}
        assert tags <= {"svg", "g", "title", "defs", "pattern", "rect", "path", "circle", "text", "image"}
        assert root.find(f"{SVG}title").text == "A test"
        for node in root.iter():
            assert not any(key.startswith("on") for key in node.keys())  # noqa: SIM118

    def test_the_menu_by_keyboard(self, sample, visit):
        page = visit(sample)
        button = page.locator(".tool-button")
        button.focus()
        page.keyboard.press("Enter")
        assert button.get_attribute("aria-expanded") == "true"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.dataset.take") == "csv"
        page.keyboard.press("Escape")
        assert button.get_attribute("aria-expanded") == "false"
        assert button.evaluate("node => node === document.activeElement")


@pytest.mark.browser
class TestEmbedded:
    @pytest.fixture
    def embed(self, world, tmp_path) -> Callable[[], Path]:
        path = tmp_path / "map.html"
        layers = build_layers([sample_reading().parsed()], world)
        draw_map(layers, world, title="A test", embed=True).save(path)
        return path

    def test_it_is_the_map_alone_and_its_popups_work(self, embed, visit):
        page = visit(embed, width=480, height=320)
        assert not page.locator(".panel").is_visible()
        assert not page.locator(".toolbar").is_visible()
        stage = page.locator(".stage").bounding_box()
        assert (stage["x"], stage["y"], stage["width"], stage["height"]) == (0, 0, 480, 320)
        assert page.locator(".embed-bar").inner_text().split("\n")[0].startswith("A test")
        assert "GeoNames" in page.locator("#attribution").inner_text()
        page.locator(".dot-icon").nth(1).click()
        page.wait_for_selector(".leaflet-popup .quote")

    def test_its_link_opens_all_of_it_at_the_same_state(self, embed, visit):
        page = visit(embed, fragment="#role=literal")
        link = page.locator(".embed-bar a")
        assert link.get_attribute("target") == "_blank"
        assert link.get_attribute("rel") == "noopener"
        with page.context.expect_page() as waiting:
            link.click()
        whole = waiting.value
        assert "?full#" in whole.url
        assert "role=literal" in whole.url

    def test_the_whole_page_is_in_the_same_file(self, embed, visit):
        page = visit(embed, fragment="?full")
        assert page.locator(".panel").is_visible()
        assert page.locator(".embed-bar").count() == 0
