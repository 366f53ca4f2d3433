"""How fast the gazetteer opens and answers, and how much memory it takes: a table, or JSON with --json.

``benchmarks/README.md`` says what the rows mean.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from speed import CHECKOUT, FailedRunError, Row, measure, measure_start, pin_to_one_core

SAMPLE = 1000


def answers(path: Path | None) -> dict[str, float]:
    """Time each kind of question, one process; in milliseconds."""
    from crisismap.gazetteer import Gazetteer
    from crisismap.gazetteer.fuzzy import suggest
    from crisismap.gazetteer.hierarchy import Hierarchy
    from crisismap.gazetteer.nearest import nearest_settlements
    from crisismap.gazetteer.search import search

    start = time.perf_counter()
    gazetteer = Gazetteer.open(path)
    figures = {"open": 1000 * (time.perf_counter() - start)}
    hierarchy = Hierarchy(gazetteer)
    places = [gazetteer.place(index) for index in range(0, len(gazetteer), len(gazetteer) // SAMPLE + 1)]
    names = [place.name for place in places]
    # Two neighbors in the middle change places: a long name then costs a walk of two edits.
    misspelled = [
        name[:middle] + name[middle + 1] + name[middle] + name[middle + 2 :]
        for name in names
        if len(name) >= 8
        for middle in [len(name) // 2]
    ]

    def find(name: str) -> None:
        for found in search(gazetteer, name)[:10]:
            hierarchy.record(found.place, found.tier)

    def timed(name: str, ask: Callable[..., object], questions: Sequence[tuple[object, ...]]) -> None:
        ask(*questions[0])
        took = []
        for question in questions:
            begun = time.perf_counter()
            ask(*question)
            took.append(1000 * (time.perf_counter() - begun))
        figures[f"{name}, median"] = statistics.median(took)
        figures[f"{name}, slowest"] = max(took)

    timed("find a name", find, [(name,) for name in names])
    parents = [(f"{place.name}, {place.admin1_name}",) for place in places if place.admin1_name]
    timed("find a name with a parent", find, parents)
    timed("names nearly the same", lambda name: suggest(gazetteer, name), [(name,) for name in misspelled])
    points = [(place.lon, place.lat) for place in places]
    timed("settlement of a point", lambda lon, lat: nearest_settlements(gazetteer, lon, lat), points)
    return figures


def measure_all(path: Path | None, repeat: int) -> Iterator[Row]:
    crisismap = Path(sysconfig.get_path("scripts")) / "crisismap"
    chosen: list[str | Path] = ["--gazetteer", path] if path else []
    yield from measure_start("crisismap find Kyiv", [crisismap, "find", "Kyiv", *chosen], repeat)
    try:
        run = measure([sys.executable, __file__, "--answers", *chosen])
    except FailedRunError as error:
        yield Row("answers", None, "ms", str(error))
        return
    for name, value in json.loads(run.output).items():
        yield Row(name, value, "ms")
    yield Row("all of these, peak memory", run.peak_mb, "MB", "pages of the mapped file included")
    shipped = sum(file.stat().st_size for file in (CHECKOUT / "data").rglob("*") if file.is_file())
    yield Row("the folder data", shipped / 2**20, "MB")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the gazetteer's speed and memory on one core.")
    parser.add_argument("--gazetteer", type=Path, help="a file other than the shipped one")
    parser.add_argument("--repeat", type=int, default=5, help="warm runs of each command [%(default)s]")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--answers", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.repeat < 1:
        parser.error(f"--repeat is {options.repeat}; give 1 or more")
    if options.answers:
        print(json.dumps(answers(options.gazetteer)))
        return
    pin_to_one_core()
    rows = []
    for row in measure_all(options.gazetteer and options.gazetteer.resolve(), options.repeat):
        rows.append(row)
        if not options.json:
            value = "skipped" if row.value is None else f"{row.value:,.{3 if row.unit == 's' else 1}f}"
            print(f"{row.name:36} {value:>9} {row.unit:3} {row.note}".rstrip(), flush=True)
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=2))


if __name__ == "__main__":
    main()
