"""How large, how soon and how quick the map is with few and with many mentions: prints a table, or JSON.

Articles are those of the corpora, parsed once, cut into pieces of five located mentions, and repeated under
other ids and dates until they hold as many as asked for; without corpora there is nothing to measure.  The
page is opened in Chromium through Playwright from a file, with the network cut.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, astuple, dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crisismap.gazetteer import Boundaries, Gazetteer
from crisismap.geoparsing import Geoparser
from crisismap.layers import build_layers
from crisismap.model import Article, Mention, ParsedArticle
from crisismap.webmap import draw_map

CHECKOUT = Path(__file__).resolve().parent.parent
CORPORA = Path(os.environ.get("CRISISMAP_CORPORA") or CHECKOUT.parent / "shared" / "corpora")
NAMES = ("gwn-a", "geovirus", "lgl")
SIZES = (1, 100, 10_000, 100_000)
FIRST_DAY = dt.date(2022, 1, 1)
DAYS = 365
PER_ARTICLE = 5
"""Located mentions of an article: 10,000 are in 2,000 articles."""
TIMEOUT_MS = 120_000

COLUMNS = (
    ("mentions", 9, 0),
    ("articles", 10, 0),
    ("build s", 9, 1),
    ("file MB", 9, 2),
    ("interactive s", 15, 2),
    ("filter ms", 11, 0),
    ("zoom ms", 9, 0),
    ("heap MB", 9, 0),
)
"""Name, width and decimals of each of the figures."""

FILTER = """
async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const field = document.querySelector("#search");
  const times = [];
  for (const text of ["east", "north", "", "said", ""]) {
    await frame();
    const start = performance.now();
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await frame();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return times[2];
}
"""


@dataclass(frozen=True)
class Figures:
    """One row; ``filter_ms`` is the median of five changes of the search, up to the frame that shows them."""

    mentions: int
    articles: int
    build_s: float
    """Layers and page, parsing not counted."""
    file_mb: float
    interactive_s: float
    """From navigation to the frame in which every view has been drawn."""
    filter_ms: float
    zoom_ms: float
    """One step of zooming in and one of panning, each up to the frame that shows it."""
    heap_mb: float


def read_corpora(limit: int) -> Iterator[Article]:
    for name in NAMES:
        path = CORPORA / f"{name}.jsonl"
        if not path.exists():
            print(f"{path}: missing, skipped", file=sys.stderr)
            continue
        with path.open(encoding="utf-8") as lines:
            for line in itertools.islice(lines, limit):
                record = json.loads(line)
                url = record.get("url") or ""
                source = urlsplit(url).hostname or ""
                yield Article(
                    record["id"], record["text"], title=record.get("title") or "", url=url, source=source
                )


def in_fives(parsed: Sequence[ParsedArticle]) -> list[ParsedArticle]:
    """The articles in pieces of five located mentions each, without what is left over at an article's end."""
    pieces: list[ParsedArticle] = []
    for item in parsed:
        piece: list[Mention] = []
        located = 0
        for mention in item.mentions:
            piece.append(mention)
            located += mention.location.point is not None
            if located == PER_ARTICLE:
                pieces.append(replace(item, mentions=tuple(piece)))
                piece, located = [], 0
    return pieces


def repeated(pieces: Sequence[ParsedArticle], mentions: int) -> list[ParsedArticle]:
    """Articles with that many located mentions together, each with ids and a date of its own."""
    count, rest = divmod(mentions, PER_ARTICLE)
    found: list[ParsedArticle] = []
    for number, item in enumerate(itertools.islice(itertools.cycle(pieces), count + bool(rest))):
        article_id = f"{item.article.id}#{number}"
        date = FIRST_DAY + dt.timedelta(days=number * 7 % DAYS)
        title = item.article.title or f"Article {number}"
        article = replace(item.article, id=article_id, date=date, title=title)
        kept = [renamed(mention, article_id) for mention in item.mentions]
        if number == count:
            kept = [mention for mention in kept if mention.location.point is not None][:rest]
        found.append(replace(item, article=article, mentions=tuple(kept)))
    return found


def renamed(mention: Mention, article_id: str) -> Mention:
    return replace(mention, id=f"{article_id}:{mention.span.start}-{mention.span.end}")


def build(articles: Sequence[ParsedArticle], boundaries: Boundaries, path: Path) -> float:
    start = time.perf_counter()
    draw_map(build_layers(articles, boundaries), boundaries, title="A benchmark").save(path)
    return time.perf_counter() - start


def open_page(browser: Any, path: Path) -> tuple[float, float, float, float]:
    """Seconds to interactive, ms of a filter, ms of a zoom and a pan, MB of JavaScript heap."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, offline=True, reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_default_timeout(TIMEOUT_MS)
    start = time.perf_counter()
    page.goto(path.as_uri(), wait_until="commit")
    page.wait_for_selector("html.is-ready")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    interactive = time.perf_counter() - start
    filter_ms = page.evaluate(FILTER)
    zoom_ms = page.evaluate(
        """async () => {
          const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
          await frame();
          const start = performance.now();
          map_crisis.setZoom(map_crisis.getZoom() + 1, { animate: false });
          await frame();
          map_crisis.panBy([200, 100], { animate: false });
          await frame();
          return (performance.now() - start) / 2;
        }"""
    )
    session = context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    heap = page.evaluate("performance.memory.usedJSHeapSize") / 1e6
    context.close()
    return interactive, filter_ms, zoom_ms, heap


def measure(sizes: Sequence[int], limit: int, chromium: str) -> Iterator[Figures]:
    from playwright.sync_api import sync_playwright

    geoparser = Geoparser(Gazetteer.open())
    boundaries = Boundaries.open()
    pieces = in_fives([geoparser.parse(article) for article in read_corpora(limit)])
    if not pieces:
        sys.exit(f"{CORPORA}: no corpora; set CRISISMAP_CORPORA")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        flags = ["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info"]
        browser = playwright.chromium.launch(executable_path=chromium or None, args=flags)
        for size in sizes:
            articles = repeated(pieces, size)
            path = Path(folder) / f"{size}.html"
            seconds = build(articles, boundaries, path)
            figures = open_page(browser, path)
            yield Figures(size, len(articles), seconds, path.stat().st_size / 1e6, *figures)
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="MENTIONS")
    parser.add_argument("--limit", type=int, default=400, help="articles parsed of each corpus")
    parser.add_argument("--chromium", default="/usr/bin/chromium", help='"" for the one Playwright installed')
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = []
    if not options.json:
        print("".join(f"{name:>{width}}" for name, width, _ in COLUMNS))
    for row in measure(options.sizes, options.limit, options.chromium):
        rows.append(asdict(row))
        if not options.json:
            cells = zip(astuple(row), COLUMNS, strict=True)
            print("".join(f"{value:>{width},.{digits}f}" for value, (_, width, digits) in cells), flush=True)
    if options.json:
        print(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
