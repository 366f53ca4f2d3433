"""What keeps people from using the page, by axe-core and by looking at where the focus goes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from webmap_scenes import SquareWorld, sample_reading

from crisismap.layers import build_layers
from crisismap.webmap import draw_map

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="session")
def axe() -> str:
    """The text of axe-core; absent, the test is skipped unless CRISISMAP_REQUIRE_BROWSER=1."""
    if not AXE.exists():
        reason = f"{AXE} is not there: run npm ci"
        if os.environ.get("CRISISMAP_REQUIRE_BROWSER") == "1":
            pytest.fail(f"{reason}, and CRISISMAP_REQUIRE_BROWSER=1")
        pytest.skip(reason)
    return AXE.read_text(encoding="utf-8")


@pytest.fixture
def speak(tmp_path: Path, world: SquareWorld) -> Callable[..., Path]:
    """Draws the sample, with something that was not located, in a language."""

    def _speak(language: str = "en", **options: Any) -> Path:
        path = tmp_path / "map.html"
        reading = sample_reading()
        reading.add_unresolved("Troops")
        layers = build_layers([reading.parsed()], world)
        draw_map(layers, world, title="A test", language=language, **options).save(path)
        return path

    return _speak


def violations(page: Any, axe: str) -> list[str]:
    """Each serious or critical fault that axe finds, with where it is."""
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    assert len(found["passes"]) > 10
    return [
        f"{fault['id']} ({fault['impact']}): {node['target']} {node['failureSummary']}"
        for fault in found["violations"]
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]


SCREENS = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"width": 390, "height": 844, "has_touch": True},
    "dark phone": {"width": 390, "height": 844, "has_touch": True, "color_scheme": "dark"},
    "forced colors": {"forced_colors": "active"},
}

OPENED = {
    "list": "",
    "articles": "document.querySelector('#tab-articles').click()",
    "not mapped": "document.querySelector('#tab-unlocated').click()",
    "unfolded": "document.querySelector('.unfold').click()",
    "filters": "document.querySelector('#filters-toggle').click()",
    "about": "document.querySelector('#open-about').click()",
    "menu": "document.querySelector('.tool-button').click()",
    "legend": "document.querySelector('#legend-fold').open = true",
    "popup": "document.querySelectorAll('.place')[1].click()",
    "why": "document.querySelectorAll('.place')[1].click();"
    " document.querySelectorAll('.leaflet-popup details').forEach(it => { it.open = true })",
}


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_serious(screen, language, speak, visit, axe):
    faults: dict[str, list[str]] = {}
    page = visit(speak(language), **SCREENS[screen])
    phone = "phone" in screen
    for name, script in OPENED.items():
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        if phone and name not in ("popup", "why", "menu"):
            page.evaluate(
                "document.querySelector('.panel.is-open') || document.querySelector('#sheet-handle').click()"
            )
        if name not in ("filters", "articles", "not mapped"):
            page.evaluate("document.querySelector('#tab-places').click()")
        page.evaluate(f"() => {{ {script} }}")
        if name in ("popup", "why"):
            page.wait_for_selector(".leaflet-popup")
        faults[name] = violations(page, axe)
    assert {name: found for name, found in faults.items() if found} == {}


def test_axe_sees_what_is_amiss(speak, visit, axe):
    page = visit(speak())
    page.evaluate("document.querySelector('#open-about').textContent = ''")
    page.evaluate("document.querySelector('#summary').style.color = '#ccc'")
    found = violations(page, axe)
    assert {fault.split()[0] for fault in found} == {"button-name", "color-contrast"}


@pytest.mark.parametrize("screen", ["light", "dark"])
def test_axe_finds_nothing_serious_in_an_embedded_page(screen, speak, visit, axe):
    page = visit(speak(embed=True), **SCREENS[screen])
    assert violations(page, axe) == []


def test_the_first_stop_leads_past_the_panel(speak, visit):
    page = visit(speak())
    page.keyboard.press("Tab")
    skip = page.locator("#skip")
    assert skip.evaluate("node => node === document.activeElement")
    assert skip.bounding_box()["width"] > 60
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement === map_crisis.getContainer()")
    page.keyboard.press("Tab")
    assert page.evaluate("map_crisis.getContainer().contains(document.activeElement)")


def test_each_stop_of_the_tab_key_is_seen_and_named(speak, visit):
    page = visit(speak())
    stops = []
    for _ in range(40):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => {
              const node = document.activeElement;
              if (node === document.body) return null;
              const style = getComputedStyle(node);
              const box = node.getBoundingClientRect();
              return {
                name: [node.ariaLabel, node.labels?.[0]?.textContent, node.textContent].find(Boolean)?.trim(),
                outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1,
                seen: box.width > 0 && box.height > 0 && box.right > 0 && box.bottom > 0,
                panel: Boolean(node.closest(".panel")), map: Boolean(node.closest(".stage")),
              };
            }"""
        )
        if stop is None:
            break
        stops.append(stop)
    assert len(stops) > 10
    assert [stop for stop in stops if not (stop["name"] and stop["outline"] and stop["seen"])] == []
    # The panel, all of it, then the map.
    regions = ["panel" if stop["panel"] else "map" for stop in stops[1:] if stop["panel"] or stop["map"]]
    assert regions == sorted(regions, reverse=True)
    assert {"panel", "map"} == set(regions)


def test_the_page_may_be_zoomed_and_says_its_language(speak, visit):
    page = visit(speak("ar"))
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    viewport = page.locator("meta[name=viewport]").get_attribute("content")
    assert "user-scalable" not in viewport
    assert "maximum-scale" not in viewport
    assert page.title() == "A test"


def test_at_twice_the_size_nothing_is_cut_off_sideways(speak, visit):
    page = visit(speak(), width=640, height=400)  # what 1280 by 800 is to a reader who zooms to 200 percent
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#sheet-handle").click()
    assert page.locator(".place").first.is_visible()


def test_calm_readers_see_no_flight(speak, visit):
    page = visit(speak(), reduced_motion="reduce")
    page.evaluate("window.moves = 0; map_crisis.on('move', () => { moves += 1 })")
    page.choose("Kyiv")
    assert page.evaluate("moves") <= 3
    moving = page.evaluate(
        "document.getAnimations().map(it => it.effect.target.className).filter(name => name)"
    )
    assert json.dumps(moving) == "[]"
