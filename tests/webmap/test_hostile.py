"""A hostile article, address or data file on every surface of the page: it shows as text, nothing runs.

The fixture ``visit`` fails a test afterwards for any request, console message, error or dialog.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from webmap_scenes import Reading

import crisismap.webmap
from crisismap.export.text import defuse
from crisismap.layers import build_layers
from crisismap.model import Place
from crisismap.webmap import draw_map

pytestmark = pytest.mark.browser

ATTACKS = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "{{ cycler.__init__.__globals__.os.popen('touch pwned').read() }}",
    "${alert(1)}`{n}|{name}",
    "__proto__",
    "\u202egnp.exe\u2028x",
    "\x00\x1b[31m\ufffe",
    '=HYPERLINK("http://evil.example","x")',
    '\'"><b onmouseover=alert(1) style="background:url(//evil.example)">',
    "%3Cscript%3Ealert(1)%3C/script%3E#:~:text=x",
]


def hostile(attack: str, number: int = 0):
    """An article that is hostile in each of its fields, and in the gazetteer's fields of its place."""
    place = Place(f"{attack}{number}", attack, 30.5 + number, 50.4, "P", "PPLC", "UA", admin1_name=attack)
    return (
        Reading(
            f"Before {attack} Kyiv after {attack}, and Nowhere.",
            id=f"{attack}{number}",
            title=attack,
            url=f"javascript:alert(1)//{attack}",
            source=attack,
            date=dt.date(2022, 2, 4 + number),
        )
        .add("Kyiv", place, confidence=0.6)
        .add_unresolved("Nowhere")
        .parsed()
    )


@pytest.fixture
def path(world, tmp_path, monkeypatch) -> Path:
    """A page of hostile articles, one an attack; the names of places in other languages are hostile too."""
    monkeypatch.chdir(tmp_path)
    names = {language: dict(enumerate(ATTACKS)) for language in ("uk", "fr", "ar")}
    monkeypatch.setattr(crisismap.webmap, "place_names", lambda places: names)
    path = tmp_path / "map.html"
    layers = build_layers([hostile(attack, number) for number, attack in enumerate(ATTACKS)], world)
    draw_map(layers, world, title="".join(ATTACKS)).save(path)
    return path


def open_all(page) -> list[str]:
    """Open everything there is, one after the other; the names of the places."""
    for name in ("tab-articles", "tab-unlocated", "tab-places", "filters-toggle", "tab-places"):
        page.evaluate("name => document.getElementById(name).click()", name)
    names = page.locator(".place .place-text > span:first-child").evaluate_all(
        "them => them.map(it => it.textContent)"
    )
    for number, name in enumerate(names):
        page.evaluate("number => document.querySelectorAll('.place')[number].click()", number)
        page.wait_for_function(
            "name => [...document.querySelectorAll('.card h2')].map(it => it.textContent).join() === name",
            arg=name,
        )
        page.evaluate("document.querySelectorAll('details').forEach(node => { node.open = true })")
        nothing_grew(page)
    return names


def nothing_grew(page) -> None:
    assert page.locator("img").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    assert (
        page.locator(":is(.panel, .stage, .about, .print-head, .print-body) :is(script, style)").count() == 0
    )
    attributes = page.evaluate(
        "[...document.querySelectorAll('*')].flatMap(node => [...node.attributes].map(it => it.name))"
    )
    assert not [name for name in attributes if name.lower().startswith("on")]


class TestEveryField:
    def test_lists_popups_filters_and_chips(self, path, visit, tmp_path):
        page = visit(path)
        assert page.locator("#title").evaluate("node => node.textContent") == "".join(ATTACKS)
        assert sorted(open_all(page)) == sorted(ATTACKS)
        for attack in ATTACKS:
            page.evaluate(
                "text => { const node = document.querySelector('#search'); node.value = text;"
                " node.dispatchEvent(new Event('input')) }",
                attack,
            )
            page.wait_for_timeout(1)
            assert page.locator(".chip-words").count() == 1
            nothing_grew(page)
        assert not (tmp_path / "pwned").exists()

    def test_names_in_another_language(self, path, visit):
        page = visit(path, fragment="#lg=ar")
        assert sorted(open_all(page)) == sorted(ATTACKS)

    def test_the_printed_page(self, path, visit):
        page = visit(path, fragment="#q=before")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.locator("#print-head h1").evaluate("node => node.textContent") == "".join(ATTACKS)
        titles = page.locator("#print-body .article h3").evaluate_all(
            "nodes => nodes.map(it => it.textContent)"
        )
        assert titles == ATTACKS
        nothing_grew(page)

    def test_files(self, path, visit):
        page = visit(path)
        files = {}
        for name in ("csv", "geojson", "svg"):
            page.locator(".tool-button").click()
            with page.expect_download() as waiting:
                page.locator(f"[data-take={name}]").click()
            files[name] = Path(waiting.value.path()).read_bytes().decode("utf-8")
            assert set(waiting.value.suggested_filename).isdisjoint('<>:"/\\|?*\0\u202e$`')
        rows = list(csv.DictReader(io.StringIO(files["csv"][1:], newline="")))
        assert [row["article_title"] for row in rows] == [defuse(attack) for attack in ATTACKS]
        assert "'=HYPERLINK" in files["csv"]
        for row in rows:
            assert not any(value.startswith(("=", "+", "@", "\t")) for value in row.values())
        features = json.loads(files["geojson"])["features"]
        assert [feature["properties"]["article_title"] for feature in features] == ATTACKS
        root = ElementTree.fromstring(files["svg"])
        tags = {node.tag.rpartition("}")[2] for node in root.iter()}
        assert tags <= {"svg", "g", "title", "defs", "pattern", "rect", "path", "circle", "text", "image"}
        links = [value for node in root.iter() for key, value in node.items() if key.endswith("href")]
        assert all(value.startswith("data:image/png") for value in links)


HASHES = [
    "",
    "#",
    "#%",
    "#%E0%A4%A",
    "#p=__proto__&lg=constructor&t=toString",
    "#p=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&q=%3Cscript%3Ealert(1)%3C/script%3E",
    "#v=1e999,NaN,Infinity",
    "#v=91,999,99&since=2022-02-30&until=9999-99-99",
    "#since=2022-02-06&until=2022-02-01",
    "#src=" + quote("</script>") + "&kind=a,b,c&prec=9,-1,x&country=../..&sure=-1&role=admin",
    "#q=" + "a" * 30_000,
    "#" + "&".join(f"src={n}" for n in range(3000)),
    "#q=%F0%9F%9A%A9%00%1B",
    "#javascript:alert(1)",
]


@pytest.mark.parametrize("fragment", HASHES)
def test_no_address_breaks_the_page(fragment, sample, visit):
    page = visit(sample, fragment=fragment)
    assert page.locator("h1").inner_text() == "A test"
    page.evaluate("hash => { location.hash = hash }", fragment)
    page.wait_for_timeout(300)
    center = page.evaluate("[map_crisis.getCenter().lat, map_crisis.getCenter().lng, map_crisis.getZoom()]")
    assert all(isinstance(value, int | float) and abs(value) < 1000 for value in center)
    page.evaluate("location.hash = ''")
    nothing_grew(page)


def test_the_head_of_an_embedded_page(world, tmp_path, visit):
    path = tmp_path / "map.html"
    layers = build_layers([hostile(ATTACKS[0])], world)
    draw_map(layers, world, title="".join(ATTACKS), embed=True).save(path)
    page = visit(path)
    assert page.locator(".embed-bar b").evaluate("node => node.textContent") == "".join(ATTACKS)
    nothing_grew(page)


def test_messages_are_texts_and_values_are_not_messages(sample, visit):
    """A file of messages that was tampered with shows its tags; a value with slots or bars is left alone."""
    written = sample.read_text("utf-8")
    attack = "\\u003cimg src=x onerror=alert(1)\\u003e{n}"
    sample.write_text(written.replace('"about.open":"About this map"', f'"about.open":"{attack}"'), "utf-8")
    assert attack in sample.read_text("utf-8")
    page = visit(sample)
    assert page.locator("#open-about").inner_text() == "<img src=x onerror=alert(1)>"
    page.locator("#open-about").click()
    nothing_grew(page)
