"""How fast, how soon and how big: prints a table, or JSON with --json.

Everything is measured in fresh processes pinned to one core, so that one measurement cannot warm another
and memory is each process's own.  ``benchmarks/README.md`` says what the rows mean.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
CORPORA = Path(os.environ.get("CRISISMAP_CORPORA") or CHECKOUT.parent / "shared" / "corpora")
DEFAULT_CORPORA = ("lgl", "gwn-a", "geovirus")

FIRST_PARSE = """
from crisismap.gazetteer import Gazetteer
from crisismap.geoparsing import Geoparser
from crisismap.model import Article
Geoparser(Gazetteer.open()).parse(Article("a", "Moscow and Kyiv talk while Washington waits."))
"""


@dataclass(frozen=True)
class Row:
    """One figure; ``value`` is None where it could not be measured, and ``note`` says why."""

    name: str
    value: float | None
    unit: str
    note: str = ""


@dataclass(frozen=True)
class Run:
    """What one process took."""

    seconds: float
    peak_mb: float
    output: str


class FailedRunError(Exception):
    """A measured process failed; the message is the last line of what it complained."""


def measure(command: Sequence[str | Path]) -> Run:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=err, stdin=subprocess.DEVNULL, cwd=CHECKOUT)
        # wait4 tells the peak memory of this child alone.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            complaint = err.read().decode(errors="replace").strip().splitlines()
            raise FailedRunError(complaint[-1] if complaint else f"exit status {process.returncode}")
        unit = 2**20 if sys.platform == "darwin" else 2**10
        return Run(seconds, usage.ru_maxrss / unit, out.read().decode())


def forget_files() -> None:
    """Drop crisismap, its data and its dependencies from the page cache, as after a restart."""
    if not hasattr(os, "posix_fadvise"):
        return
    for folder in (CHECKOUT / "crisismap", CHECKOUT / "data", Path(sysconfig.get_path("purelib"))):
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                with path.open("rb") as file:
                    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def measure_start(name: str, command: Sequence[str | Path], repeat: int) -> Iterator[Row]:
    """Yield cold and warm time and peak memory of one command."""
    try:
        forget_files()
        cold = measure(command)
        warm = [measure(command) for _ in range(repeat)]
    except (FailedRunError, OSError) as error:
        yield Row(name, None, "s", str(error))
        return
    yield Row(f"{name}, cold", cold.seconds, "s", "files read from disk")
    yield Row(f"{name}, warm", statistics.median(run.seconds for run in warm), "s", f"median of {repeat}")
    yield Row(f"{name}, peak memory", max(run.peak_mb for run in [cold, *warm]), "MB")


def measure_corpus(corpus: Path) -> Iterator[Row]:
    name = corpus.stem
    if not corpus.is_file():
        yield Row(name, None, "articles/s", f"no file {corpus}")
        return
    try:
        run = measure([sys.executable, Path(__file__).resolve(), "--parse", corpus])
    except FailedRunError as error:
        yield Row(name, None, "articles/s", str(error))
        return
    result = json.loads(run.output)
    size = f"{result['articles']} articles, {result['words']:,} words"
    yield Row(name, result["articles"] / result["seconds"], "articles/s", size)
    yield Row(name, result["words"] / result["seconds"], "words/s", f"{result['mentions']:,} mentions")
    yield Row(f"{name}, peak memory", run.peak_mb, "MB", "articles included")


def parse_corpus(corpus: Path) -> None:
    """Geoparse a corpus in this process and print its figures as JSON; loading is not counted."""
    from crisismap.articles import read_articles
    from crisismap.gazetteer import Gazetteer
    from crisismap.geoparsing import Geoparser

    articles = list(read_articles([corpus]))
    geoparser = Geoparser(Gazetteer.open())
    geoparser.parse(articles[0])
    start = time.perf_counter()
    mentions = sum(len(geoparser.parse(article).mentions) for article in articles)
    seconds = time.perf_counter() - start
    words = sum(len(article.text.split()) for article in articles)
    print(json.dumps({"articles": len(articles), "words": words, "mentions": mentions, "seconds": seconds}))


def measure_all(corpora: Sequence[Path], seeds: Path, repeat: int) -> Iterator[Row]:
    crisismap = Path(sysconfig.get_path("scripts")) / "crisismap"
    yield from measure_start("import crisismap", [sys.executable, "-c", "import crisismap"], repeat)
    yield from measure_start("crisismap --help", [crisismap, "--help"], repeat)
    yield from measure_start("first parse", [sys.executable, "-c", FIRST_PARSE], repeat)
    with tempfile.TemporaryDirectory() as folder:
        command: list[str | Path] = [crisismap, "map", seeds, "-o", Path(folder) / "map.html"]
        yield from measure_start(f"map of {seeds.name}", command, repeat)
    for corpus in corpora:
        yield from measure_corpus(corpus)


def pin_to_one_core() -> None:
    os.environ["OMP_NUM_THREADS"] = "1"
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    else:
        print("this system cannot pin a process to one core", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure crisismap's speed, start and memory on one core.")
    parser.add_argument(
        "--corpus",
        type=Path,
        action="append",
        help="JSONL of articles; repeatable",
    )
    parser.add_argument("--seeds", type=Path, default=CHECKOUT / "seeds", help="articles to map")
    parser.add_argument("--repeat", type=int, default=5, help="warm runs of each command [%(default)s]")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--parse", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.repeat < 1:
        parser.error(f"--repeat is {options.repeat}; give 1 or more")
    if options.parse:
        parse_corpus(options.parse)
        return
    pin_to_one_core()
    corpora = [path.resolve() for path in options.corpus or ()] or [
        CORPORA.resolve() / f"{name}.jsonl" for name in DEFAULT_CORPORA
    ]
    rows = []
    for row in measure_all(corpora, options.seeds.resolve(), options.repeat):
        rows.append(row)
        if not options.json:
            value = "skipped" if row.value is None else f"{row.value:,.{3 if row.unit == 's' else 0}f}"
            print(f"{row.name:32} {value:>9} {row.unit:11} {row.note}".rstrip(), flush=True)
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=2))


if __name__ == "__main__":
    main()
