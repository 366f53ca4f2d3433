"""The page in a real Chromium, from a file, with the network cut.

The fixture ``visit`` fails a test afterwards for any request, console message, error or dialog; the
browser reports a breach of the Content-Security-Policy as a console message.
"""

from __future__ import annotations

import datetime as dt

import folium
import pytest
from webmap_scenes import KREMLIN, KYIV, MOSCOW, UKRAINE, Reading, sample_reading

from crisismap.layers import build_layers
from crisismap.model import Kind, Place, Role
from crisismap.webmap import draw_map

pytestmark = pytest.mark.browser


def text(page, selector: str) -> str:
    return page.locator(selector).first.inner_text()


class TestSample:
    def test_heading_and_list(self, sample, visit):
        page = visit(sample)
        assert page.title() == "A test"
        assert text(page, "h1") == "A test"
        assert text(page, "#summary") == "8 mentions in 1 article · 4 Feb 2022"
        names = page.locator(".place .place-text > span:first-child").all_inner_texts()
        assert names == [
            "Moscow",
            "Kyiv",
            "Ukraine",
            "Ukraine's northern and eastern borders",
            "Kremlin",
            "Russia",
        ]
        assert "1" in text(page, ".place:has-text('Kremlin') .place-count")

    def test_forms_on_the_map(self, sample, visit):
        page = visit(sample)
        assert page.locator(".dot-icon").count() == 3
        assert page.locator("path.area").count() == 2
        assert page.locator("path.area.in-name").count() == 1  # Russia, named only for its government
        assert page.locator("path.line").count() == 1
        assert page.locator(".dot-icon .dot.in-name.is-unsure").count() == 1  # the Kremlin, at 0.6
        assert page.locator("canvas.ground").count() == 1

    def test_a_circle_is_as_large_as_its_mentions(self, sample, visit):
        page = visit(sample)
        rims = page.locator(".dot-icon .dot-rim").evaluate_all(
            "nodes => nodes.map(n => +n.getAttribute('r'))"
        )
        cores = page.locator(".dot-icon .dot-core").evaluate_all(
            "nodes => nodes.map(n => +n.getAttribute('r'))"
        )
        moscow, kyiv, kremlin = rims
        assert moscow == kyiv
        assert (moscow / kremlin) ** 2 == pytest.approx(2)  # two mentions against one
        assert [(core / rim) ** 2 for core, rim in zip(cores, rims, strict=True)] == pytest.approx(
            [0.5, 0.5, 0]
        )

    def test_a_popup_quotes_and_says_how_sure(self, sample, visit):
        page = visit(sample)
        page.choose("Kyiv")
        assert text(page, ".card .what") == "capital of Ukraine"
        assert (
            text(page, ".card .tally") == "2 mentions in 1 article: 1 as the place itself, 1 by its name only"
        )
        assert text(page, ".article h3") == "A visit"
        assert text(page, ".article p") == "example.org · 4 Feb 2022"
        quotes = page.locator(".quote").all_inner_texts()
        assert quotes == [
            "He will head to Moscow and Kyiv next week.",
            "The Kremlin denied it; Russia said so — “twice” 🚩 Kyiv answered.",
        ]
        assert page.locator(".quote mark").all_inner_texts() == ["Kyiv", "Kyiv"]
        facts = page.locator(".facts").all_inner_texts()
        assert facts[0] == "the place itself · almost certain (97%) · exact place"
        assert facts[1].startswith("in its name: a government, people or team")
        link = page.locator(".source-link").first
        assert link.get_attribute("href") == (
            "https://example.org/a#:~:text=He%20will%20head%20to%20Moscow%20and%20Kyiv%20next%20week."
        )
        assert link.get_attribute("rel") == "noopener noreferrer"
        assert page.locator("path.uncertainty").count() == 1

    def test_an_uncertain_reading_says_so(self, sample, visit):
        page = visit(sample)
        page.choose("Kremlin")
        assert "not sure" in text(page, ".warning")
        assert "uncertain (60%)" in text(page, ".facts")
        assert "Moscow" in text(page, ".near")

    def test_choosing_an_area_shows_all_of_it(self, sample, visit):
        page = visit(sample)
        page.choose("Ukraine")
        view = page.evaluate(
            "(() => { const b = map_crisis.getBounds(); return [b.getWest(), b.getEast()] })()"
        )
        assert view[0] < 27
        assert view[1] > 37

    def test_clicking_the_map(self, sample, visit):
        page = visit(sample)
        page.locator("path.line-band").dispatch_event("click")
        assert text(page, ".card h2") == "Ukraine's northern and eastern borders"
        assert page.locator(".place[aria-current]").count() == 1
        page.locator(".leaflet-popup-close-button").click()
        page.wait_for_selector(".leaflet-popup", state="detached")
        assert page.locator(".place[aria-current]").count() == 0

    def test_names_do_not_run_into_each_other(self, sample, visit):
        page = visit(sample)
        boxes = page.locator(".name-face.is-set .name").evaluate_all(
            "nodes => nodes.map(n => n.getBoundingClientRect()).map(r => [r.left, r.top, r.right, r.bottom])"
        )
        assert len(boxes) >= 3
        for number, a in enumerate(boxes):
            for b in boxes[number + 1 :]:
                assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]

    def test_the_worldview_and_the_sources_are_named(self, sample, visit):
        page = visit(sample)
        assert text(page, "#attribution").startswith("Borders: international view, no legal claim")
        page.locator("#open-about").click()
        about = text(page, "#about")
        for words in (
            "Crimea",
            "no opinion about the legal status",
            "Natural Earth",
            "GeoNames",
            "CC BY 4.0",
            "Leaflet",
        ):
            assert words in about

    def test_the_legend_explains_what_is_there(self, sample, visit):
        rows = visit(sample).locator("#legend li").all_inner_texts()
        assert len(rows) == 7
        assert any("uncertain" in row for row in rows)


class TestMotion:
    def test_the_last_choice_wins_while_the_map_still_flies(self, sample, visit):
        page = visit(sample, reduced_motion="no-preference")
        page.evaluate(
            "window.seen = []; map_crisis.on('popupopen', e => seen.push(e.popup._content.innerText))"
        )
        # In one turn of the page's own loop, so that every flight but the last is cut short.
        page.evaluate(
            "(places => [5, 0, 2, 1].forEach(n => places[n].click()))(document.querySelectorAll('.place'))"
        )
        page.wait_for_selector(".leaflet-popup")
        opened = page.evaluate("seen.map(text => text.split('\\n')[0])")
        assert opened == ["Kyiv"]
        assert page.locator(".leaflet-popup").count() == 1
        assert page.locator(".place[aria-current]").inner_text().startswith("Kyiv")

    def test_choosing_the_same_place_twice(self, sample, visit):
        page = visit(sample)
        page.choose("Ukraine")
        page.choose("Ukraine")
        page.wait_for_function("() => document.querySelectorAll('.leaflet-popup').length === 1")
        assert page.locator(".place[aria-current]").count() == 1
        assert page.locator("path.area.is-selected").count() == 1


class TestKeyboard:
    def test_a_place_opens_takes_the_focus_and_gives_it_back(self, sample, visit):
        page = visit(sample)
        entry = page.locator(".place", has_text="Kyiv").first
        entry.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(".leaflet-popup[role=dialog]")
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Kyiv"
        page.keyboard.press("Escape")
        page.wait_for_selector(".leaflet-popup", state="detached")
        assert entry.evaluate("node => node === document.activeElement")

    def test_every_control_is_reached_by_tab(self, sample, visit):
        page = visit(sample)
        reached = []
        for _ in range(12):
            page.keyboard.press("Tab")
            reached.append(
                page.evaluate("document.activeElement.innerText || document.activeElement.className")
            )
        for name in ("Filters", "Places", "Moscow", "How to read it", "About this map", "+"):
            assert any(name in item for item in reached), name
        assert not any(item.startswith("Kyiv") for item in reached)  # the arrow keys go through a list

    def test_escape_closes_the_about_panel(self, sample, visit):
        page = visit(sample)
        page.locator("#open-about").click()
        assert page.locator("#about").is_visible()
        page.keyboard.press("Escape")
        assert not page.locator("#about").is_visible()


class TestViews:
    def test_far_outliers_do_not_make_the_view_unreadable(self, draw, visit):
        tokyo = Place("t:tokyo", "Tokyo", 139.7, 35.7, "P", "PPLC", "JP")
        reading = Reading("Moscow, Kyiv, Kyiv again and Tokyo").add("Moscow", MOSCOW).add("Kyiv", KYIV)
        page = visit(draw(reading.add("Kyiv", KYIV, nth=2).add("Tokyo", tokyo).parsed()))
        assert page.evaluate("map_crisis.getZoom()") >= 4
        assert text(page, "#outside").startswith("Outside this view: Tokyo")
        page.locator("#outside").click()
        assert page.locator("#outside").is_hidden()
        assert page.evaluate("map_crisis.getBounds().contains([35.7, 139.7])")

    def test_one_place_alone_is_shown_in_its_surroundings(self, draw, visit):
        page = visit(draw(Reading("Kyiv").add("Kyiv", KYIV).parsed()))
        assert 3 <= page.evaluate("map_crisis.getZoom()") <= 6

    def test_no_mentions(self, draw, visit):
        page = visit(draw())
        assert "no place was located" in text(page, "#empty")
        assert page.locator("canvas.ground").count() == 1
        assert page.locator(".place").count() == 0

    def test_search(self, draw, visit):
        reading = Reading("\n".join(f"Târgu{number}" for number in range(9)))
        for number in range(9):
            town = Place(f"t:{number}", f"Târgu{number}", 20 + number, 46.0, "P", "PPL", "RO")
            reading.add(f"Târgu{number}", town)
        page = visit(draw(reading.parsed()))
        page.locator("#search").fill("targu3")
        assert page.locator(".place:visible").all_inner_texts()[0].startswith("Târgu3")
        assert page.locator(".place:visible").count() == 1
        assert text(page, "#search-status").startswith("1 of 9 mentions")
        page.locator("#search").fill("zzz")
        assert page.locator("#empty").is_visible()

    def test_many_mentions_come_twenty_at_a_time(self, draw, visit):
        reading = Reading("\n".join(f"Kyiv, line {number}." for number in range(45)))
        for number in range(45):
            reading.add("Kyiv", KYIV, nth=number + 1)
        page = visit(draw(reading.parsed()))
        page.choose("Kyiv")
        more = page.locator(".more")
        assert page.locator(".entry").count() == 20
        assert more.inner_text() == "Show 20 more of 25"
        more.click()
        assert page.locator(".entry").count() == 40
        assert page.evaluate("document.activeElement.innerText").startswith("Kyiv, line 20.")
        more.click()
        assert page.locator(".entry").count() == 45
        assert more.is_hidden()

    def test_ten_thousand_mentions(self, draw, visit):
        articles = []
        for number in range(250):
            reading = Reading(
                "\n".join(f"P{item}." for item in range(40)), id=f"a{number}", title=f"Article {number}"
            )
            for item in range(40):
                place = number * 40 + item if number < 25 else item
                lon, lat = (place * 37 % 1800) / 10 - 90, (place * 53 % 1200) / 10 - 60
                town = Place(f"t:{place}", f"P{item} ({place})", lon, lat, "P", "PPL")
                reading.add(f"P{item}.", town)
            articles.append(reading.parsed())
        path = draw(*articles)
        assert path.stat().st_size < 4_000_000
        page = visit(path)
        assert text(page, "#summary") == "10,000 mentions in 250 articles"
        assert page.locator(".group-icon").count() > 5
        page.choose("P0 (0)")
        assert page.locator(".entry").count() == 20
        assert page.locator(".dot-icon.is-selected").count() == 1


class TestScreens:
    def test_a_phone_has_a_sheet(self, sample, visit):
        page = visit(sample, width=390, height=844, has_touch=True)
        assert page.locator("#places").is_hidden()
        handle = page.locator("#sheet-handle")
        handle.click()
        assert handle.get_attribute("aria-expanded") == "true"
        page.choose("Kyiv")
        assert handle.get_attribute("aria-expanded") == "false"
        box = page.locator(".leaflet-popup-content-wrapper").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert page.evaluate("document.documentElement.scrollWidth") == 390

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_text_has_the_contrast_of_wcag_aa(self, sample, visit, scheme):
        page = visit(sample, color_scheme=scheme)
        page.choose("Kremlin")
        worst = page.evaluate(CONTRAST)
        assert len(worst) > 20
        assert [item for item in worst if item[0] < 4.5] == []


# The contrast of each piece of text with the nearest opaque background under it.
CONTRAST = """() => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = color;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r, g, b]) => {
    const f = (v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b);
  };
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const color = rgba(getComputedStyle(at).backgroundColor);
      if (color[3] > 200) return color;
    }
    return rgba(getComputedStyle(document.body).backgroundColor);
  };
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode.parentElement;
    const text = walk.currentNode.data.trim().slice(0, 40);
    if (!text || node.closest("script, style, dialog:not([open]), .hidden-label")) continue;
    if (!node.checkVisibility({ visibilityProperty: true })) continue;
    const land = getComputedStyle(document.body).getPropertyValue("--land");
    const under = node.closest(".name") ? rgba(land) : ground(node);
    const [a, b] = [luminance(rgba(getComputedStyle(node).color)), luminance(under)];
    found.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), text, node.className]);
  }
  return found;
}"""

ATTACKS = [
    "{{ cycler.__init__.__globals__.os.popen('touch pwned').read() }}",
    "{% raw",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "${alert(1)}",
    "`${alert(1)}`",
    "a\u2028b\u2029c",
    "\u202egnp.exe",
    "__proto__",
    "constructor",
    "<!--<script>",
    "]]></style><style>*{display:none}</style>",
    "&lt;b&gt;",
    "\x00\x1b[31m",
]


class TestFilter:
    def test_marks_list_and_popup_follow_what_is_searched(self, draw, visit):
        reading = Reading("\n".join(f"Town{number} and Kyiv." for number in range(9)))
        for number in range(9):
            reading.add(f"Town{number}", Place(f"t:{number}", f"Town{number}", 20 + number, 46.0, "P", "PPL"))
            reading.add("Kyiv", KYIV, nth=number + 1)
        page = visit(draw(reading.parsed()))
        page.choose("Kyiv")
        assert page.locator(".entry").count() == 9
        page.locator("#search").fill("town3")
        assert page.locator(".dot-icon").count() == page.locator(".place").count() == 2
        assert page.locator(".entry").count() == 1
        assert page.locator(".dot-icon.is-selected").count() == 1
        page.locator("#search").fill("nothing of the kind")
        page.wait_for_selector(".leaflet-popup", state="detached")
        assert page.locator(".dot-icon").count() == 0
        page.locator("#search").fill("")
        assert page.locator(".dot-icon").count() == 10
        assert page.locator(".leaflet-popup").count() == 0


class TestComposed:
    def test_pins_and_popups_of_folium_work_beside_ours(self, world, tmp_path, visit):
        drawing = draw_map(build_layers([sample_reading().parsed()], world), world)
        folium.Marker([48, 25], popup=folium.Popup("Our <b>office</b>"), tooltip="here").add_to(drawing)
        folium.GeoJson({"type": "Point", "coordinates": [20, 50]}).add_to(drawing)
        path = tmp_path / "composed.html"
        drawing.save(path)
        page = visit(path)
        page.problems[:] = [text for text in page.problems if "style-src" not in text]
        pins = page.locator("img.leaflet-marker-icon")
        assert pins.evaluate_all("nodes => nodes.map(n => n.naturalWidth > 0)") == [True, True]
        pins.first.click()
        assert page.locator(".leaflet-popup b").inner_text() == "office"
        assert page.locator(".dot-icon").count() == 3

    def test_a_page_of_ours_alone_has_none_of_that(self, sample):
        html = sample.read_text("utf-8")
        assert "window.$" not in html
        assert "innerHTML = html" not in html


class TestNotebook:
    def test_the_map_shows_inside_a_frame_without_an_address(self, world, tmp_path, visit):
        drawing = draw_map(build_layers([sample_reading().parsed()], world), world)
        folium.CircleMarker([50, 30], radius=5).add_to(drawing)
        path = tmp_path / "notebook.html"
        path.write_text(
            f"<!doctype html><link rel=icon href=data:,><html class=is-ready>{drawing._repr_html_()}", "utf-8"
        )
        page = visit(path)
        frame = page.frame_locator("iframe")
        frame.locator("html.is-ready").wait_for()
        assert frame.locator(".dot-icon").count() == 3
        assert frame.locator("canvas.ground").count() == 1
        assert frame.locator(".leaflet-overlay-pane path").count() == 1


class TestHostileArticle:
    @pytest.mark.parametrize("attack", ATTACKS)
    def test_it_shows_as_text_and_nothing_runs(self, attack, draw, visit, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        place = Place(attack, attack, 30.5, 50.4, "P", "PPLC", "UA", admin1_name=attack)
        reading = Reading(
            f"Before {attack} Kyiv after {attack}.",
            title=attack,
            url=f"javascript:alert(1)//{attack}",
            source=attack,
        ).add("Kyiv", place)
        page = visit(draw(reading.parsed(), title=attack))
        page.locator(".place").click()
        page.wait_for_selector(".leaflet-popup")
        for selector in (".card h2", ".article h3", "h1", ".place-text > span"):
            assert page.locator(selector).first.evaluate("node => node.textContent") == attack
        quote = page.locator(".quote").evaluate("node => node.textContent")
        assert quote == f"Before {attack} Kyiv after {attack}."
        assert page.locator(".quote mark").all_inner_texts() == ["Kyiv"]
        assert page.locator(".source-link").count() == 0
        assert page.locator("img").count() == 0
        assert page.locator("a[href^=javascript]").count() == 0
        assert not (tmp_path / "pwned").exists()

    def test_an_override_of_direction_stays_in_its_quotation(self, draw, visit):
        reading = Reading("See \u202eKyiv now", title="\u202etitle", source="\u202esource").add("Kyiv", KYIV)
        page = visit(draw(reading.parsed()))
        page.choose("Kyiv")
        for selector in (".quote", ".article h3", ".article bdi", ".place-text > span"):
            style = page.locator(selector).first.evaluate("node => getComputedStyle(node).unicodeBidi")
            assert style in ("isolate", "plaintext")
            assert page.locator(selector).first.get_attribute("dir") == "auto"

    def test_a_right_to_left_article(self, draw, visit):
        reading = Reading("وصلت القوات إلى كييف اليوم", title="أخبار").add("كييف", KYIV)
        page = visit(draw(reading.parsed()))
        page.choose("Kyiv")
        assert page.locator(".quote").evaluate("node => getComputedStyle(node).direction") == "rtl"
        assert page.locator(".quote mark").inner_text() == "كييف"

    def test_the_sentence_link_keeps_to_the_web(self, draw, visit):
        path = draw(sample_reading().parsed())
        # A page whose data was tampered with must not grow a script link either.
        tampered = path.read_text().replace('"https://example.org/a"', '"javascript:alert(1)//"')
        assert "javascript:alert" in tampered
        path.write_text(tampered)
        page = visit(path)
        page.choose("Kyiv")
        assert page.locator(".entry").count() == 2
        assert page.locator(".source-link").count() == 0

    def test_a_date_far_away_and_an_untitled_article(self, draw, visit):
        reading = Reading("Kyiv and the Kremlin", date=dt.date(101, 1, 2))
        reading.add("Kyiv", KYIV).add("Kremlin", KREMLIN, Kind.FACILITY, Role.ASSOCIATIVE)
        page = visit(draw(reading.parsed()))
        page.choose("Kyiv")
        assert text(page, ".article h3") == "Untitled article"
        assert text(page, ".article p") == "2 Jan 101"

    def test_overlapping_mentions_keep_the_sentence_whole(self, draw, visit):
        reading = (
            Reading("New Kyiv City fell").add("New Kyiv City", KYIV).add("Kyiv", KYIV).add("fell", UKRAINE)
        )
        page = visit(draw(reading.parsed()))
        page.choose("Kyiv")
        assert text(page, ".quote") == "New Kyiv City fell"
        assert page.locator(".quote mark").all_inner_texts() == ["New Kyiv City"]
