"""Kill an export at random moments, resume it, and compare with one that was not killed.

    python benchmarks/kill_resume.py --articles 300 --rounds 20
    python benchmarks/kill_resume.py --articles 100000 --rounds 1 --kills 20 --formats parquet

Each round begins an export, ends it with SIGKILL after a random part of the time that the whole takes,
resumes it and kills it again up to twice, or so often that ``--kills`` are spread over the whole, and lets
the last resumption end.  Prints a line a round, and stops with exit status 1 where one byte differs or
anything is left behind.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from many import COMMAND, write_articles


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--kills", type=int, help="in each round (default: one to three, at any moment)")
    parser.add_argument("--formats", default="jsonl,geojson", help="extensions, taken in turn")
    parser.add_argument("--recognizer", default="fast")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    formats = options.formats.split(",")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "in.jsonl"
        write_articles(source, options.articles)
        command = [*COMMAND, str(source), "--recognizer", options.recognizer, "--jobs", str(options.jobs)]
        expected = {}
        begun = time.monotonic()
        for extension in formats:
            target = folder / f"whole.{extension}"
            subprocess.run([*command, "-o", str(target)], check=True)
            expected[extension] = target.read_bytes()
        whole_s = (time.monotonic() - begun) / len(formats)
        print(f"{options.articles} articles, {whole_s:.0f} s a run")
        for number in range(options.rounds):
            extension = formats[number % len(formats)]
            target = folder / f"round.{extension}"
            begun_run = [*command, "-o", str(target), "--resume"]
            kills = options.kills or chance.randint(1, 3)
            longest_s = 1.8 * whole_s / options.kills if options.kills else whole_s
            times = [chance.uniform(0, longest_s) for _ in range(kills)]
            killed = [kill(begun_run, seconds, target) for seconds in times]
            target.unlink(missing_ok=True)  # a run that ended before its time was killed, too late
            subprocess.run(begun_run, check=True)
            left = sorted(path.name for path in folder.glob(".*"))
            same = target.read_bytes() == expected[extension]
            target.unlink()
            verdict = "same" if same else "DIFFERENT"
            print(f"{number + 1:>3} {extension:<8} killed with {killed} done: {verdict}", flush=True)
            if left or not same:
                sys.exit(f"round {number + 1}: left behind {left}, same bytes: {same}")


def kill(command: list[str], after_s: float, target: Path) -> int:
    """Run a command for so long; the number of articles that it, and those before it, had finished."""
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        process.wait(after_s)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    journal = target.with_name(f".{target.name}.part.jsonl")
    for temporary in target.parent.glob(
        ".crisismap-*.tmp"
    ):  # of the target, when killed while it was written
        temporary.unlink()
    return journal.read_bytes().count(b"\n") if journal.exists() else 0


if __name__ == "__main__":
    main()
