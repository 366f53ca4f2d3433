"""A drawn page, and a browser that lets nothing leave the machine."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from webmap_scenes import SquareWorld, sample_reading

from crisismap.layers import build_layers
from crisismap.model import ParsedArticle
from crisismap.webmap import draw_map

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Watched:
    """A page and everything that it must not do."""

    page: Any
    problems: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.page, name)

    def choose(self, name: str) -> None:
        """Choose a place in the list and wait for its popup."""
        self.page.locator(".place").filter(has=self.page.get_by_text(name, exact=True)).click()
        self.page.wait_for_function(
            "name => document.querySelector('.leaflet-popup h2')?.textContent === name", arg=name
        )


@pytest.fixture
def world() -> SquareWorld:
    return SquareWorld()


@pytest.fixture
def draw(tmp_path: Path, world: SquareWorld) -> Callable[..., Path]:
    """Draws articles to a file and returns its path."""

    def _draw(*articles: ParsedArticle, title: str = "A test") -> Path:
        path = tmp_path / "map.html"
        draw_map(build_layers(articles, world), world, title=title).save(path)
        return path

    return _draw


@pytest.fixture
def sample(draw: Callable[..., Path]) -> Path:
    return draw(sample_reading().parsed())


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, once a run; absent, the test is skipped unless CRISISMAP_REQUIRE_BROWSER=1."""
    reason = ""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        reason = "playwright is not installed"
    if not CHROMIUM.exists():
        reason = f"{CHROMIUM} is not installed"
    if reason:
        if os.environ.get("CRISISMAP_REQUIRE_BROWSER") == "1":
            pytest.fail(f"{reason}, and CRISISMAP_REQUIRE_BROWSER=1")
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Watched]]:
    """Opens a file with the network cut; afterwards no request, message, error or dialog may have been."""
    opened: list[tuple[Any, Watched]] = []

    def _visit(
        path: Path, *, width: int = 1280, height: int = 800, fragment: str = "", **options: Any
    ) -> Watched:
        settings = {"viewport": {"width": width, "height": height}, "reduced_motion": "reduce"} | options
        context = browser.new_context(**settings)
        watched = Watched(context.new_page())
        opened.append((context, watched))

        def route(handler: Any) -> None:
            url = handler.request.url
            if re.split("[?#]", url)[0] == path.as_uri() or url.startswith("data:"):
                handler.continue_()
            else:
                watched.problems.append(f"request: {url}")
                handler.abort()

        def dialog(box: Any) -> None:
            watched.problems.append(f"dialog: {box.message}")
            box.dismiss()

        context.route("**/*", route)
        watched.page.on("console", lambda message: watched.problems.append(f"console: {message.text}"))
        watched.page.on("pageerror", lambda error: watched.problems.append(f"error: {error}"))
        watched.page.on("dialog", dialog)
        watched.page.goto(path.as_uri() + fragment)
        watched.page.wait_for_selector("html.is-ready")
        return watched

    yield _visit
    for context, watched in opened:
        assert watched.problems == []
        context.close()
