"""Make the pictures of the documentation: ``python docs/pictures.py``.

Each is a map that ``crisismap map`` draws, of one sentence or of the example article, taken by Chromium
with the network cut off.  It needs Playwright, Pillow and /usr/bin/chromium; the same page gives the same
bytes.
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from crisismap.gazetteer import Gazetteer
from crisismap.geoparsing import Geoparser
from crisismap.layers import build_layers
from crisismap.model import Article
from crisismap.webmap import draw_map

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
CHECKOUT = Path(__file__).parent.parent
IMAGES = CHECKOUT / "docs" / "images"
FOLDER = IMAGES / "expressions"
SENTENCES = {
    "ukraine": "Troops are massing along Ukraine's northern and eastern borders.",
    "part": "The insurgents hold towns in northern Mali.",
    "border": "Shots were fired across the Syrian-Turkish border.",
    "offset": "The village lies about 40 km north of Kyiv.",
    "proximity": "Checkpoints went up near Mosul.",
    "between": "A bus was stopped on the road from Aden to Sanaa.",
    "water": "The tanker was seized off the coast of Yemen.",
}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
SEED_MAPS: dict[str, tuple[dict[str, Any], str]] = {
    "map-desktop": (DESKTOP, "Kyiv"),
    "map-dark": ({**DESKTOP, "color_scheme": "dark"}, "Kremlin"),
    "map-phone": (PHONE, ""),
    "map-arabic": (DESKTOP, ""),
}
"""By name of the picture, the browser's settings and the place that is chosen in the list."""
SMALL, LARGE = (480, 340), (840, 520)
COLORS = 64
LOCAL = ("file:", "data:", "blob:")
STILL_MS = 800  # until the camera rests


def take(browser: Any, page: Path, size: tuple[int, int]) -> bytes:
    """Return the picture of the map on a page."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        reduced_motion="reduce",
        device_scale_factor=1,
        bypass_csp=True,  # for the style below
    )
    context.route(
        "**/*", lambda route: route.continue_() if route.request.url.startswith(LOCAL) else route.abort()
    )
    tab = context.new_page()
    tab.goto(page.as_uri())
    tab.wait_for_selector("html.is-ready")
    tab.add_style_tag(content=".embed-bar { display: none }")
    tab.wait_for_timeout(STILL_MS)
    picture: bytes = tab.locator(".leaflet-container").first.screenshot()
    context.close()
    return picture


def take_seed_map(browser: Any, name: str) -> bytes:
    """Return the picture of the whole page of the example article."""
    settings, chosen = SEED_MAPS[name]
    context = browser.new_context(reduced_motion="reduce", device_scale_factor=1, **settings)
    tab = context.new_page()
    fragment = "#lg=ar" if name == "map-arabic" else ""
    tab.goto((CHECKOUT / "maps" / "crisis.html").as_uri() + fragment)
    tab.wait_for_selector("html.is-ready")
    if chosen:
        tab.locator("#places .place-row button", has_text=chosen).first.click()
    tab.wait_for_timeout(STILL_MS)
    picture: bytes = tab.screenshot()
    context.close()
    return picture


def save(picture: bytes, path: Path, colors: int = COLORS) -> None:
    """Write a picture with few colors, which makes it small."""
    image = (
        Image.open(io.BytesIO(picture)).convert("RGB").quantize(colors, kmeans=2, dither=Image.Dither.NONE)
    )
    image.save(path, optimize=True)
    print(f"{path} {path.stat().st_size} bytes")


def main() -> None:
    """Write a picture of each sentence, and those of the example map."""
    gazetteer = Gazetteer.open()
    geoparser = Geoparser(gazetteer)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        for name, sentence in SENTENCES.items():
            layers = build_layers([geoparser.parse(Article(name, sentence))], geoparser.boundaries)
            page = Path(folder) / f"{name}.html"
            draw_map(layers, geoparser.boundaries, title=sentence, embed=True).save(page)
            save(take(browser, page, LARGE if name == "ukraine" else SMALL), FOLDER / f"{name}.png")
        for name in SEED_MAPS:
            save(take_seed_map(browser, name), IMAGES / f"{name}.png", 256)
        browser.close()


if __name__ == "__main__":
    main()
