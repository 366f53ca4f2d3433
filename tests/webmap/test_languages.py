"""The page in its languages: words, plural forms, numbers, names of places, direction."""

from __future__ import annotations

import html
import json
import re

import pytest
from test_scripts import run_module
from webmap_scenes import KYIV, Reading

from crisismap.gazetteer import Gazetteer
from crisismap.layers import build_layers
from crisismap.model import Kind, Place
from crisismap.webmap import LANGUAGES, draw_map
from crisismap.webmap.languages import load_messages
from crisismap.webmap.names import division_names, place_names

CATEGORIES = {
    "en": {"one", "other"},
    "uk": {"one", "few", "many", "other"},
    "fr": {"one", "many", "other"},
    "ar": {"zero", "one", "two", "few", "many", "other"},
}
"""The plural forms of each language (CLDR)."""

NUMBERS = [0, 1, 2, 3, 5, 11, 21, 100, 1_000_000]


def test_every_language_has_all_its_plural_forms():
    for language, messages in load_messages().items():
        for key, message in messages.items():
            if isinstance(message, dict):
                assert set(message) == CATEGORIES[language], f"{language} {key}"


def test_the_forms_are_those_that_the_browser_asks_for():
    program = """
        const rules = JSON.parse(process.argv[1]).map((code) => new Intl.PluralRules(code).resolvedOptions());
        console.log(JSON.stringify(rules.map(({ pluralCategories }) => pluralCategories)));
    """.replace("process.argv[1]", json.dumps(json.dumps(list(CATEGORIES))))
    assert [set(found) for found in json.loads(run_module(program))] == list(CATEGORIES.values())


def test_nothing_was_left_in_english():
    messages = load_messages()
    same_by_right = re.compile(r"[^a-z]*|\{[\w-]+\}( \+\{n\})?|.*GeoNames.*|.*CC BY.*", re.DOTALL)
    for language in ("uk", "ar"):
        for key, text in messages[language].items():
            if text == messages["en"][key]:
                assert same_by_right.fullmatch(json.dumps(text)[1:-1]), f"{language} {key}: {text}"


def test_letters_are_those_of_the_language():
    letters = {
        "uk": re.compile(r"[ыэёъ]", re.IGNORECASE),
        "ar": re.compile(r"[،؟؛]?[a-z]{9,}"),
    }
    for language, wrong in letters.items():
        for key, message in load_messages()[language].items():
            for text in [message] if isinstance(message, str) else message.values():
                plain = re.sub(r"\{[\w-]+\}|crisismap", "", text)
                assert not wrong.search(plain), f"{language} {key}: {text}"


def test_messages_in_each_language_are_filled():
    program = """
        import { readFileSync } from "node:fs";
        import { createWords } from "PAGE/messages.js";
        const { tables, numbers } = JSON.parse(readFileSync(0, "utf8"));
        const said = Object.keys(tables).map((language) => {
          const words = createWords(tables, language);
          const counted = numbers.map((n) => words.text("popup.mentions", { n }));
          return [language, [words.date("2022-02-04"), words.nameOf(language), words.direction, ...counted]];
        });
        console.log(JSON.stringify(Object.fromEntries(said)));
    """
    said = json.loads(run_module(program, json.dumps({"tables": load_messages(), "numbers": NUMBERS})))
    assert said["en"][:4] == ["4 Feb 2022", "English", "ltr", "0 mentions"]
    assert said["uk"][:3] == ["4 лют. 2022\u202fр.", "Українська", "ltr"] or said["uk"][0].startswith(
        "4 лют. 2022"
    )
    assert said["uk"][3:10] == [
        "0 згадок",
        "1 згадка",
        "2 згадки",
        "3 згадки",
        "5 згадок",
        "11 згадок",
        "21 згадка",
    ]
    assert said["fr"][0] == "4 févr. 2022"
    assert said["fr"][3:6] == ["0 mention", "1 mention", "2 mentions"]
    assert said["ar"][2:6] == ["rtl", "لا إشارات", "إشارة واحدة", "إشارتان"]
    assert said["ar"][6].endswith("إشارات")
    assert said["ar"][8].endswith("إشارة")
    for texts in said.values():
        assert not any("{" in text or "undefined" in text for text in texts)


def test_names_of_places_and_of_their_divisions():
    gazetteer = Gazetteer.open()
    columns = {
        "id": ["geonames:703448", "geonames:1", "geonames:709717"],
        "country": ["UA", "", "UA"],
        "admin1": ["Kyiv City", "", "Donetsk Oblast"],
    }
    names = place_names(columns)
    assert names["uk"] == {0: "Київ", 2: "Донецьк"}
    assert names["ar"][0] == "كييف"
    divisions = division_names(columns, gazetteer)
    assert divisions["uk"]["UA"]["Donetsk Oblast"].startswith("Донецьк")
    assert divisions["fr"]["UA"]["Donetsk Oblast"]
    assert division_names(columns, None) == {"uk": {}, "fr": {}, "ar": {}}


@pytest.mark.browser
class TestPage:
    @pytest.fixture
    def path(self, world, tmp_path):
        path = tmp_path / "map.html"
        kyiv = Place("geonames:703448", "Kyiv", 30.52, 50.45, "P", "PPLC", "UA", admin1_name="Kyiv City")
        reading = Reading("Kyiv in Ukraine.", title="News").add("Kyiv", kyiv)
        ukraine = Place("geonames:690791", "Ukraine", 32.0, 49.0, "A", "PCLI", "UA")
        reading.add("Ukraine", ukraine, Kind.COUNTRY)
        layers = build_layers([reading.parsed()], world)
        draw_map(layers, world, title="A test").save(path)
        return path

    def test_a_choice_of_language_redraws_the_page_where_it_was(self, path, visit):
        page = visit(path)
        page.choose("Ukraine")
        view = page.evaluate("map_crisis.getCenter().lng")
        page.locator("#language").select_option("uk")
        page.wait_for_function(
            "() => document.documentElement.lang === 'uk' && document.querySelector('.leaflet-popup')"
        )
        assert page.locator("#language").input_value() == "uk"
        assert page.locator(".card h2").inner_text() == "Україна"
        assert page.locator(".card .what").inner_text() == "країна"
        assert page.evaluate("map_crisis.getCenter().lng") == pytest.approx(view, abs=0.01)
        assert "lg=uk" in page.evaluate("location.hash")
        assert "столиця · Україна" in page.locator(".place", has_text="Київ").first.inner_text()
        assert page.locator("#open-about").inner_text() == "Про цю карту"

    def test_arabic_runs_from_right_to_left(self, path, visit):
        page = visit(path, fragment="#lg=ar")
        assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
        panel, stage = (page.locator(name).bounding_box() for name in (".panel", ".stage"))
        assert panel["x"] > stage["x"]
        zoom = page.locator(".leaflet-control-zoom").bounding_box()
        assert zoom["x"] < stage["width"] / 2
        assert page.locator(".place-text > span").first.get_attribute("dir") == "auto"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_page_opens_in_the_language_it_was_drawn_in(self, language, world, tmp_path, visit):
        path = tmp_path / "map.html"
        layers = build_layers([Reading("To Kyiv.").add("Kyiv", KYIV).parsed()], world)
        draw_map(layers, world, language=language).save(path)
        page = visit(path)
        assert page.evaluate("document.documentElement.lang") == language
        assert page.locator("#language").input_value() == language
        assert page.locator("#open-about").inner_text() == load_messages()[language]["about.open"]

    def test_an_address_pasted_into_an_open_page_changes_its_language(self, path, visit):
        page = visit(path)
        page.evaluate("location.hash = 'lg=fr'")
        page.wait_for_function("() => document.documentElement.lang === 'fr'")
        page.wait_for_selector("html.is-ready")
        assert page.locator("#open-about").inner_text() == "À propos de cette carte"

    def test_a_page_in_a_frame_without_an_address_changes_its_language(self, world, tmp_path, visit):
        layers = build_layers([Reading("To Kyiv.").add("Kyiv", KYIV).parsed()], world)
        path = tmp_path / "notebook.html"
        inner = html.escape(draw_map(layers, world).get_root().render())
        path.write_text(f'<html class="is-ready"><iframe srcdoc="{inner}"></iframe></html>', "utf-8")
        page = visit(path)
        page.frame_locator("iframe").locator("#language").select_option("uk")
        page.frame_locator("iframe").locator("html.is-ready[lang=uk]").wait_for()

    def test_a_language_that_is_not_there_is_english(self, path, visit):
        page = visit(path, fragment="#lg=__proto__")
        assert page.evaluate("document.documentElement.lang") == "en"
