"""The side panel in a real Chromium: filters, timeline, lists, search, the keyboard and the phone."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from webmap_scenes import KYIV, MOSCOW, UKRAINE, Reading, place

from crisismap.model import Kind, Role

pytestmark = pytest.mark.browser

PARIS = place("Paris", 2.35, 48.86, "P.PPLC", "FR")
LVIV = place("Lviv", 24.03, 49.84, "P.PPLA", "UA", "Lviv")


def newsroom():
    """Three articles of three days and two outlets: nine mentions on the map, one off it."""
    first = (
        Reading(
            "Shells hit Kyiv at dawn.\nLviv was quiet, and so was Ukraine.\nMoscow said nothing.",
            id="a1",
            title="Dawn",
            url="https://one.example/dawn",
            source="one.example",
            date=dt.date(2022, 3, 1),
        )
        .add("Kyiv", KYIV)
        .add("Lviv", LVIV, confidence=0.6)
        .add("Ukraine", UKRAINE, Kind.COUNTRY)
        .add("Moscow", MOSCOW, role=Role.ASSOCIATIVE)
    )
    second = (
        Reading(
            "In Paris ministers met.\nParis and Kyiv signed.",
            id="a2",
            title="Talks",
            url="https://two.example/talks",
            source="two.example",
            date=dt.date(2022, 3, 4),
        )
        .add("Paris", PARIS)
        .add("Paris", PARIS, role=Role.ASSOCIATIVE, nth=2)
        .add("Kyiv", KYIV, role=Role.ASSOCIATIVE)
    )
    third = (
        Reading(
            "Trains reached Lviv.\nThe village of Nirgendwo was not named on any list, said Kyiv.",
            id="a3",
            title="Trains",
            url="https://one.example/trains",
            source="one.example",
            date=dt.date(2022, 3, 9),
        )
        .add("Lviv", LVIV)
        .add_unresolved("Nirgendwo")
        .add("Kyiv", KYIV, role=Role.ASSOCIATIVE)
    )
    return [reading.parsed() for reading in (first, second, third)]


@pytest.fixture
def news(draw):
    return draw(*newsroom())


def summary(page) -> str:
    return page.locator("#summary").inner_text()


def names(page) -> list[str]:
    return page.locator("#places .place .place-text > span:first-child").all_inner_texts()


def expect_names(page, wanted: list[str]) -> None:
    page.wait_for_function(
        """wanted => {
            const found = [...document.querySelectorAll("#places .place .place-text > span:first-child")];
            return JSON.stringify(found.map(name => name.innerText)) === JSON.stringify(wanted);
        }""",
        arg=wanted,
    )


def expect_summary(page, words: str) -> None:
    page.wait_for_function(
        "words => document.querySelector('#summary').textContent.startsWith(words)", arg=words
    )


def focused(page) -> str:
    return page.evaluate("document.activeElement.textContent.trim()")


def open_filters(page) -> None:
    page.locator("#filters-toggle").click()
    assert page.locator("#filters").is_visible()


class TestFilters:
    def test_everything_at_first(self, news, visit):
        page = visit(news)
        assert summary(page) == "9 mentions in 3 articles"
        assert names(page)[:2] == ["Kyiv", "Lviv"]
        assert page.locator("#chips").is_hidden()
        tabs = page.locator("[role=tab]").all_inner_texts()
        assert [" ".join(tab.split()) for tab in tabs] == ["Places 5", "Articles 3", "Not mapped 1"]

    def test_one_choice_drives_marks_lists_and_counts(self, news, visit):
        page = visit(news)
        open_filters(page)
        page.get_by_role("checkbox", name="France").check()
        assert summary(page) == "2 of 9 mentions in 1 article"
        assert page.locator(".dot-icon").count() == 1
        page.wait_for_selector("path.area", state="hidden")
        page.get_by_role("button", name="Show 2 mentions").click()
        assert focused(page).startswith("Filters")
        expect_names(page, ["Paris"])
        page.get_by_role("tab", name="Articles").click()
        assert page.locator("#articles h3").all_inner_texts() == ["Talks"]
        assert page.locator("#articles .excerpt").count() == 2

    def test_each_choice_says_how_much_it_would_show(self, news, visit):
        page = visit(news)
        open_filters(page)

        def counts(legend):
            box = page.locator(".facet", has=page.get_by_text(legend, exact=True))
            rows = box.locator("label").all_inner_texts()
            return [" ".join(row.split()) for row in rows]

        assert counts("Country") == ["Ukraine 6", "France 2", "Russia 1"]
        assert counts("Outlet") == ["one.example 6", "two.example 3"]
        page.get_by_role("checkbox", name="two.example").check()
        assert counts("Outlet") == ["two.example 3", "one.example 6"]
        assert counts("Country") == ["France 2", "Ukraine 1", "Russia 0"]

    def test_the_place_itself_alone(self, news, visit):
        page = visit(news)
        open_filters(page)
        page.get_by_role("switch", name="Only the place itself").check()
        assert summary(page) == "5 of 9 mentions in 3 articles"
        assert page.locator(".dot-icon").count() == 3  # not Moscow, which only said nothing

    def test_the_least_confidence_is_said_in_words(self, news, visit):
        page = visit(news)
        open_filters(page)
        level = page.locator("#level")
        assert level.get_attribute("aria-valuetext") == "any"
        level.focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        assert level.get_attribute("aria-valuetext") == "likely or better (from 70%)"
        assert summary(page) == "8 of 9 mentions in 3 articles"
        page.keyboard.press("Home")
        assert summary(page) == "9 mentions in 3 articles"

    def test_precision_and_kind(self, news, visit):
        page = visit(news)
        open_filters(page)
        page.get_by_role("checkbox", name="a wide area").check()
        assert summary(page) == "1 of 9 mentions in 1 article"
        page.get_by_role("checkbox", name="Cities, towns and villages").check()
        assert summary(page) == "0 of 9 mentions in 0 articles"
        page.keyboard.press("Escape")
        assert page.locator("#empty").inner_text() == "Nothing fits these filters."

    def test_chips_say_what_is_left_out_and_take_it_back(self, news, visit):
        page = visit(news)
        open_filters(page)
        page.get_by_role("checkbox", name="Ukraine").check()
        page.get_by_role("checkbox", name="one.example").check()
        page.get_by_role("switch", name="Only the place itself").check()
        chips = page.locator(".chip-words")
        assert chips.all_inner_texts() == ["one.example", "Ukraine", "Only the place itself"]
        assert page.locator("#filters-count").inner_text() == "3"
        page.get_by_role("button", name="Remove filter: Ukraine").click()
        assert chips.all_inner_texts() == ["one.example", "Only the place itself"]
        assert not page.get_by_role("checkbox", name="Ukraine").is_checked()
        assert "Only the place itself" in focused(page)
        page.get_by_role("button", name="Clear all").click()
        assert summary(page) == "9 mentions in 3 articles"
        assert page.locator("#chips").is_hidden()
        assert focused(page).startswith("Filters")

    def test_a_long_facet_is_folded_and_searched(self, draw, visit):
        articles = [
            Reading("Kyiv", id=f"a{n}", source=f"outlet-{n}.example").add("Kyiv", KYIV).parsed()
            for n in range(20)
        ]
        page = visit(draw(*articles))
        open_filters(page)
        boxes = page.locator(".facet-list input")
        assert boxes.count() == 6
        page.get_by_role("button", name="Show all 20").click()
        assert boxes.count() == 20
        page.locator(".facet-find").fill("LET-1")
        assert boxes.count() == 11
        page.get_by_role("checkbox", name="outlet-15.example").check()
        assert summary(page) == "1 of 20 mentions in 1 article"

    def test_what_could_not_tell_anything_apart_is_not_offered(self, draw, visit):
        page = visit(draw(Reading("Kyiv and Kyiv", source="one.example").add("Kyiv", KYIV).parsed()))
        for selector in ("#timeline", "#filters-toggle", "#search-box", "#tab-unlocated"):
            assert not page.locator(selector).is_visible(), selector

    def test_escape_closes_the_drawer_and_the_focus_goes_back(self, news, visit):
        page = visit(news)
        open_filters(page)
        page.locator(".facet-list input").first.focus()
        page.keyboard.press("Escape")
        assert page.locator("#filters").is_hidden()
        assert page.locator("#filters-toggle").get_attribute("aria-expanded") == "false"
        assert focused(page).startswith("Filters")


class TestSearch:
    @pytest.fixture
    def page(self, draw, visit):
        reading = Reading(
            "\n".join(f"Line {number} of a long report." for number in range(7)) + "\nKyiv stood."
        )
        return visit(draw(*newsroom(), reading.add("Kyiv", KYIV).parsed()))

    def test_it_looks_in_places_sentences_and_titles(self, page):
        search = page.locator("#search")
        for words, count in (("PARIS", 3), ("trains", 2), ("ministers", 1), ("zzz", 0)):
            search.fill(words)
            assert summary(page).startswith(f"{count} of 10 mentions"), words
        assert page.locator("#search-status").inner_text().startswith("0 of 10 mentions")

    def test_escape_empties_it(self, page):
        search = page.locator("#search")
        search.fill("paris")
        assert page.locator(".chip-words").inner_text() == "“paris”"
        search.press("Escape")
        assert search.input_value() == ""
        assert summary(page).startswith("10 mentions")

    def test_taking_its_chip_away_empties_it(self, page):
        page.locator("#search").fill("paris")
        page.locator(".filter-chip").click()
        assert page.locator("#search").input_value() == ""


class TestTimeline:
    def test_two_sliders_by_keyboard(self, news, visit):
        page = visit(news)
        since, until = (
            page.get_by_role("slider", name="First day"),
            page.get_by_role("slider", name="Last day"),
        )
        assert [since.get_attribute("aria-valuetext"), until.get_attribute("aria-valuetext")] == [
            "1 Mar 2022",
            "9 Mar 2022",
        ]
        since.focus()
        page.keyboard.press("ArrowRight")
        expect_summary(page, "5 of 9 mentions in 2 articles")
        assert since.get_attribute("aria-valuetext") == "2 Mar 2022"
        until.focus()
        page.keyboard.press("Home")
        expect_summary(page, "0 of 9 mentions")
        assert page.locator(".timeline-words").inner_text() == "2 Mar 2022"
        page.keyboard.press("End")
        since.focus()
        page.keyboard.press("Home")
        expect_summary(page, "9 mentions")

    def test_dragging(self, news, visit):
        page = visit(news)
        track = page.locator(".track").bounding_box()
        day = track["width"] / 9
        middle = track["y"] + track["height"] / 2

        def drag(start, end):
            page.mouse.move(track["x"] + start * day, middle)
            page.mouse.down()
            page.mouse.move(track["x"] + end * day, middle, steps=3)
            page.mouse.up()

        drag(9, 4)  # the last handle to the end of the fourth day
        expect_summary(page, "7 of 9 mentions in 2 articles")
        drag(2.5, 4.5)  # all of the window by two days
        expect_summary(page, "3 of 9 mentions in 1 article")
        assert page.locator(".timeline-words").inner_text().startswith("3")
        drag(7.5, 8.9)  # a new window
        expect_summary(page, "2 of 9 mentions in 1 article")
        assert page.locator(".chip-words").inner_text().endswith("Mar 2022")

    def test_bars_follow_every_filter_but_their_own(self, news, visit):
        page = visit(news)
        heights = "[...document.querySelectorAll('.bar')].map(bar => Math.round(bar.getAttribute('height')))"
        assert page.evaluate(heights) == [100, 0, 0, 75, 0, 0, 0, 0, 50]
        page.get_by_role("slider", name="First day").press("ArrowRight")
        expect_summary(page, "5 of 9")
        assert page.evaluate(heights) == [100, 0, 0, 75, 0, 0, 0, 0, 50]
        open_filters(page)
        page.get_by_role("checkbox", name="two.example").check()
        assert page.evaluate(heights) == [0, 0, 0, 100, 0, 0, 0, 0, 0]

    def test_play_moves_the_window_to_the_end_and_stops(self, news, visit):
        page = visit(news, reduced_motion="no-preference")
        page.get_by_role("button", name="Play through time").click()
        assert page.get_by_role("button", name="Pause").is_visible()
        expect_summary(page, "4 of 9 mentions")
        expect_summary(page, "3 of 9 mentions")
        page.get_by_role("button", name="Pause").click()
        assert page.get_by_role("button", name="Play through time").is_visible()

    def test_who_asks_for_less_motion_steps(self, news, visit):
        page = visit(news)
        step = page.get_by_role("button", name="Step through time")
        step.click()
        expect_summary(page, "4 of 9 mentions in 1 article")
        step.click()
        expect_summary(page, "0 of 9 mentions")
        assert page.get_by_role("button", name="Pause").count() == 0


class TestReadingList:
    def test_by_article(self, news, visit):
        page = visit(news)
        page.get_by_role("tab", name="Articles").click()
        assert page.locator("#articles h3").all_inner_texts() == ["Dawn", "Talks", "Trains"]
        assert (
            page.locator("#articles .article-head p").first.inner_text()
            == "one.example · 1 Mar 2022 · 4 mentions"
        )
        second = page.locator("#articles .line").nth(1)
        assert second.locator(".excerpt").inner_text() == "Lviv was quiet, and so was Ukraine."
        assert second.locator(".mention").all_inner_texts() == ["Lviv", "Ukraine"]
        link = second.locator("a")
        assert (
            link.get_attribute("href")
            == "https://one.example/dawn#:~:text=Lviv%20was%20quiet%2C%20and%20so%20was%20Ukraine."
        )
        assert link.get_attribute("aria-label") == "Open at this sentence"

    def test_hovering_a_sentence_lights_its_mark(self, news, visit):
        page = visit(news)
        page.get_by_role("tab", name="Articles").click()
        assert page.locator(".dot-icon.is-hovered").count() == 0
        page.locator("#articles .excerpt").first.hover()
        assert page.locator(".dot-icon.is-hovered").count() == 1
        assert page.locator("#articles .mention.is-lit").all_inner_texts() == ["Kyiv"] * 3
        page.locator("h1").hover()
        assert page.locator(".is-hovered, .is-lit").count() == 0

    def test_choosing_a_mention_opens_its_mark(self, news, visit):
        page = visit(news)
        page.get_by_role("tab", name="Articles").click()
        page.locator("#articles .mention", has_text="Paris").first.click()
        page.wait_for_selector(".leaflet-popup")
        assert page.locator(".card h2").inner_text() == "Paris"
        assert page.locator("#articles .mention[aria-current]").all_inner_texts() == ["Paris", "Paris"]

    def test_choosing_a_mark_scrolls_to_its_sentences(self, draw, visit):
        lines = "\n".join(f"Kyiv, line {number} of a long report on the day." for number in range(80))
        reading = Reading(lines + "\nLviv came last.").add("Lviv", LVIV)
        for number in range(80):
            reading.add("Kyiv", KYIV, nth=number + 1)
        page = visit(draw(reading.parsed()))
        page.get_by_role("tab", name="Articles").click()
        assert (
            page.locator("#articles .mention", has_text="Lviv").count() == 0
        )  # far below, not in the document
        page.locator(".dot-icon").last.dispatch_event("click")
        page.wait_for_selector("#articles .mention:has-text('Lviv')")
        box = page.locator("#articles .mention", has_text="Lviv").bounding_box()
        frame = page.locator("#list-articles").bounding_box()
        assert frame["y"] <= box["y"] <= frame["y"] + frame["height"]

    def test_by_place(self, news, visit):
        page = visit(news)
        page.choose("Paris")
        unfolded = page.locator("#places .unfold[aria-expanded=true]")
        assert unfolded.get_attribute("aria-label") == "Sentences about Paris"
        assert page.locator("#places .excerpt").all_inner_texts() == [
            "In Paris ministers met.",
            "Paris and Kyiv signed.",
        ]
        assert page.locator("#places .line-article").inner_text() == "Talks · two.example · 4 Mar 2022"
        page.locator("#places .unfold").first.click()
        assert page.locator("#places .excerpt").first.inner_text() == "Shells hit Kyiv at dawn."
        assert page.locator("#places .unfold[aria-expanded=true]").count() == 1

    def test_not_mapped(self, news, visit):
        page = visit(news)
        page.get_by_role("tab", name="Not mapped").click()
        row = page.locator("#unlocated li")
        assert row.count() == 1
        assert row.locator("mark").inner_text() == "Nirgendwo"
        assert row.locator(".nowhere").inner_text().startswith("Nirgendwo — ")
        assert "Trains · one.example · 9 Mar 2022" in row.inner_text()
        open_filters(page)
        page.get_by_role("checkbox", name="two.example").check()
        page.keyboard.press("Escape")
        assert page.locator("#no-unlocated").is_visible()

    def test_what_was_not_located_is_marked_in_its_sentence_but_leads_nowhere(self, news, visit):
        page = visit(news)
        page.get_by_role("tab", name="Articles").click()
        nowhere = page.locator("#articles mark.is-nowhere")
        assert nowhere.all_inner_texts() == ["Nirgendwo"]
        assert nowhere.get_attribute("role") is None


class TestKeyboard:
    def test_tabs(self, news, visit):
        page = visit(news)
        page.get_by_role("tab", name="Places").focus()
        page.keyboard.press("ArrowRight")
        assert page.get_by_role("tab", name="Articles").get_attribute("aria-selected") == "true"
        assert page.locator("#list-articles").is_visible()
        assert focused(page).startswith("Articles")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        assert page.locator("#list-unlocated").is_visible()
        page.keyboard.press("Home")
        assert page.locator("#list-places").is_visible()

    def test_arrow_keys_go_through_a_list(self, news, visit):
        page = visit(news)
        page.get_by_role("tab", name="Places").focus()
        page.keyboard.press("Tab")
        assert focused(page).startswith("Kyiv")
        page.keyboard.press("ArrowDown")
        assert focused(page).startswith("Lviv")
        page.keyboard.press("ArrowRight")
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Sentences about Lviv"
        page.keyboard.press("Enter")
        page.keyboard.press("ArrowDown")
        assert focused(page) == "Lviv"  # the mention in the first of its sentences
        assert page.locator(".dot-icon.is-hovered").count() == 1
        page.keyboard.press("End")
        last = names(page)[-1]
        assert focused(page).startswith(last)
        page.keyboard.press("Home")
        assert focused(page).startswith("Kyiv")

    def test_a_sentence_opens_its_mark_and_gets_the_focus_back(self, news, visit):
        page = visit(news)
        page.get_by_role("tab", name="Articles").click()
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
        assert focused(page) == "Lviv"
        page.keyboard.press("ArrowRight")
        assert focused(page) == "Ukraine"
        page.keyboard.press("Enter")
        page.wait_for_selector(".leaflet-popup")
        assert page.locator(".card h2").inner_text() == "Ukraine"
        page.keyboard.press("Escape")
        page.wait_for_selector(".leaflet-popup", state="detached")
        assert focused(page) == "Ukraine"
        assert page.evaluate("document.activeElement.closest('#articles') !== null")

    @pytest.mark.parametrize(
        ("text", "words"), [("said", "Kyiv"), ("Talks", "Kyiv"), ("Trains reached", "Lviv")]
    )
    def test_a_list_made_anew_under_a_popup_gets_the_focus_back(self, news, visit, text, words):
        page = visit(news)
        page.locator("#places .place").filter(has_text="Kyiv").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(".leaflet-popup")
        page.evaluate(
            """text => {
              document.querySelector("#search").value = text;
              document.querySelector("#search").dispatchEvent(new Event("input", { bubbles: true }));
            }""",
            text,
        )
        page.keyboard.press("Escape")  # in vain where the mark has gone, and its popup with it
        page.wait_for_selector(".leaflet-popup", state="detached")
        assert focused(page).startswith(words)
        assert page.evaluate("document.activeElement.closest('#places') !== null")

    def test_who_has_gone_on_to_the_timeline_keeps_the_focus_there(self, news, visit):
        page = visit(news)
        page.locator("#places .place").filter(has_text="Paris").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(".leaflet-popup")
        page.locator(".grip.is-since").focus()
        page.keyboard.press("End")  # the last day, on which Paris is not named
        page.wait_for_selector(".leaflet-popup", state="detached")
        assert page.locator(".grip.is-since").evaluate("node => node === document.activeElement")

    def test_a_list_is_one_stop_of_the_tab_key(self, news, visit):
        page = visit(news)
        for name in ("Places", "Articles", "Not mapped"):
            page.get_by_role("tab", name=name).click()
            panel = page.get_by_role("tabpanel")
            assert panel.locator("[tabindex='0']").count() == 1
            rows = panel.get_by_role("listitem")
            assert rows.first.get_attribute("aria-posinset") == "1"


class TestManyRows:
    def test_a_long_list_holds_only_what_is_in_sight_and_reaches_its_end(self, draw, visit):
        articles = []
        for number in range(300):
            reading = Reading(
                "\n".join(f"Kyiv, line {line} of article {number}." for line in range(10)),
                id=f"a{number}",
                title=f"Article {number}",
            )
            for line in range(10):
                reading.add("Kyiv", KYIV, nth=line + 1)
            articles.append(reading.parsed())
        page = visit(draw(*articles))
        page.get_by_role("tab", name="Articles").click()
        assert page.locator("#articles li").count() < 80
        page.keyboard.press("Tab")
        page.keyboard.press("End")
        assert page.evaluate("document.activeElement.closest('li').getAttribute('aria-posinset')") == "3300"
        assert "line 9 of article 299" in page.evaluate("document.activeElement.closest('li').textContent")
        box = page.evaluate("document.activeElement.getBoundingClientRect().bottom")
        frame = page.locator("#list-articles").bounding_box()
        assert box <= frame["y"] + frame["height"]
        rows = page.locator("#articles li").evaluate_all(
            "nodes => nodes.map(n => n.getBoundingClientRect()).map(r => [r.top, r.bottom])"
        )
        rows.sort()
        assert all(abs(a[1] - b[0]) < 1 for a, b in pairwise(rows))


class TestPhone:
    def test_the_sheet_holds_the_whole_panel(self, news, visit):
        page = visit(news, width=390, height=844, has_touch=True)
        handle = page.locator("#sheet-handle")
        assert page.locator("#panel-body").is_hidden()
        handle.click()
        assert page.locator("#sheet-label").inner_text() == "Map"
        for selector in ("#search-box", "#timeline", "#tabs", "#places"):
            box = page.locator(selector).bounding_box()
            assert box is None or (box["x"] >= 0 and box["x"] + box["width"] <= 390), selector
        page.get_by_role("tab", name="Articles").click()
        page.locator("#articles .mention", has_text="Paris").first.click()
        page.wait_for_selector(".leaflet-popup")
        assert handle.get_attribute("aria-expanded") == "false"

    def test_the_filters_fit_and_their_button_leads_back(self, news, visit):
        page = visit(news, width=390, height=844, has_touch=True)
        page.locator("#sheet-handle").click()
        open_filters(page)
        page.get_by_role("checkbox", name="France").check()
        done = page.get_by_role("button", name="Show 2 mentions")
        box = done.bounding_box()
        assert box["y"] + box["height"] <= 844
        done.click()
        expect_names(page, ["Paris"])
        assert page.evaluate("document.documentElement.scrollWidth") == 390

    def test_escape_closes_the_sheet_and_the_handle_gets_the_focus(self, news, visit):
        page = visit(news, width=390, height=844)
        page.locator("#sheet-handle").click()
        page.get_by_role("tab", name="Articles").focus()
        page.keyboard.press("Escape")
        assert page.locator("#panel-body").is_hidden()
        assert page.evaluate("document.activeElement.id") == "sheet-handle"

    def test_the_handle_can_be_pulled(self, news, visit):
        page = visit(news, width=390, height=844)
        box = page.locator("#sheet-handle").bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + 8
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x, y - 60, steps=4)
        page.mouse.up()
        assert page.locator("#panel-body").is_visible()
