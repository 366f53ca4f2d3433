"""How fast, and in how much memory, many articles are exported: prints a table.

    python benchmarks/many.py 10000 100000 -- --recognizer fast

exports that many articles, the corpora over and over with other ids and a line of their own, and measures all
processes of the run together.  What follows ``--`` goes to ``crisismap export``.  Memory is the sum of the
processes' proportional set sizes (Linux): a page that several of them share counts once.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
CORPORA = Path(os.environ.get("CRISISMAP_CORPORA") or CHECKOUT.parent / "shared" / "corpora")
NAMES = ("lgl", "gwn-a", "geovirus")
COMMAND = (str(Path(sys.executable).with_name("crisismap")), "-q", "export")
LOOK_EVERY_S = 0.25


@dataclass(frozen=True)
class Measured:
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    processes: int


def main() -> None:
    own, _, passed_on = " ".join(sys.argv[1:]).partition("-- ")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("counts", type=int, nargs="+", help="articles, such as 10000 100000")
    parser.add_argument("--format", default="jsonl", help="the extension of the output (default: jsonl)")
    options = parser.parse_args(own.split())
    print("| articles | output | seconds | articles/s | of CPU | peak memory, MB | processes |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for count in options.counts:
            source, target = folder / "in.jsonl", folder / f"out.{options.format}"
            write_articles(source, count)
            found = measure([*COMMAND, str(source), "-o", str(target), "--overwrite", *passed_on.split()])
            print(
                f"| {count:,} | {options.format}, {target.stat().st_size / 1e6:,.0f} MB"
                f" | {found.seconds:,.0f}"
                f" | {count / found.seconds:.1f} | {count / found.cpu_seconds:.1f}"
                f" | {found.peak_bytes / 1e6:,.0f} | {found.processes} |",
                flush=True,
            )


def write_articles(path: Path, count: int) -> None:
    """Write the corpora over and over up to ``count`` articles, each with an id and a text of its own."""
    with path.open("w", encoding="utf-8") as file:
        for number, record in enumerate(islice(cycle(list(read_corpora())), count)):
            text = f"{record['text']}\n\nReport {number}."
            article = {**record, "id": f"{record['id']}/{number}", "url": "", "text": text}
            file.write(json.dumps(article) + "\n")


def read_corpora() -> Iterator[dict[str, object]]:
    for name in NAMES:
        with (CORPORA / f"{name}.jsonl").open(encoding="utf-8") as file:
            for line in file:
                record = json.loads(line)
                kept = ("id", "title", "date", "source", "text")
                yield {key: record[key] for key in kept if record.get(key)}


def measure(command: Sequence[str]) -> Measured:
    """Run a command to its end; stops where it fails."""
    begun = time.monotonic()
    before = os.times()
    peak = most = 0
    process = subprocess.Popen(command, env={**os.environ, "OMP_NUM_THREADS": "1"})
    while process.poll() is None:
        family = [process.pid, *descendants(process.pid)]
        peak = max(peak, sum(map(proportional_size, family)))
        most = max(most, len(family))
        time.sleep(LOOK_EVERY_S)
    if process.returncode:
        sys.exit(f"{' '.join(command)}: exit status {process.returncode}")
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Measured(time.monotonic() - begun, cpu, peak, most)


def descendants(pid: int) -> Iterator[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in map(int, children):
        yield child
        yield from descendants(child)


def proportional_size(pid: int) -> int:
    """Bytes of memory, pages shared with n processes counting one nth."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


if __name__ == "__main__":
    main()
