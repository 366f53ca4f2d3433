"""How soon, how big, how fast and how good, beside other systems: prints tables, or JSON with --json.

Everything is measured in fresh processes pinned to a core, so that one measurement cannot warm another and
memory is each process's own.  Systems take turns, so that a busy machine slows them alike; ratios are of CPU
time.  ``benchmarks/README.md`` says what the rows mean and how to install the other systems.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO

from systems import SYSTEMS

CHECKOUT = Path(__file__).resolve().parent.parent
CORPORA = Path(os.environ.get("CRISISMAP_CORPORA") or CHECKOUT.parent / "shared" / "corpora")
DEFAULT_CORPORA = ("lgl", "gwn-a", "geovirus")
BASELINE = "spacy-small"
"""What speeds are set against."""

FIRST_PARSE = """
from crisismap.gazetteer import Gazetteer
from crisismap.geoparsing import Geoparser
from crisismap.model import Article
Geoparser(Gazetteer.open()).parse(Article("a", "Moscow and Kyiv talk while Washington waits."))
"""


@dataclass(frozen=True)
class Start:
    """One figure of starting; ``value`` is None where it could not be measured, and ``note`` says why."""

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


@dataclass(frozen=True)
class Speed:
    """How a system did on a corpus; where it could not run, ``note`` says why."""

    system: str
    corpus: str
    articles: int = 0
    words: int = 0
    one_core: float | None = None
    """Articles a second, one process."""
    cpu: float | None = None
    """Articles a second of CPU of that process: what ``one_core`` would be if nothing else ran."""
    two_cores: float | None = None
    """Articles a second, two processes with half of the articles each."""
    peak_mb: float | None = None
    exact_f1: float | None = None
    overlap_f1: float | None = None
    note: str = ""


class FailedRunError(Exception):
    """A measured process failed; the message is the last line of what it complained."""


def measure(command: Sequence[str | Path]) -> Run:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=err, stdin=subprocess.DEVNULL, cwd=CHECKOUT)
        peak_mb = wait(process, err)
        seconds = time.perf_counter() - start
        out.seek(0)
        return Run(seconds, peak_mb, out.read().decode())


def wait(process: subprocess.Popen[bytes], complaints: IO[bytes]) -> float:
    """Wait for a child and return its peak memory in MB, which wait4 tells of this child alone."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        complaints.seek(0)
        lines = complaints.read().decode(errors="replace").strip().splitlines()
        raise FailedRunError(lines[-1] if lines else f"exit status {process.returncode}")
    return usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def forget_files() -> None:
    """Drop crisismap, its data and its dependencies from the page cache, as after a restart."""
    if not hasattr(os, "posix_fadvise"):
        return
    for folder in (CHECKOUT / "crisismap", CHECKOUT / "data", Path(sysconfig.get_path("purelib"))):
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                with path.open("rb") as file:
                    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def measure_start(name: str, command: Sequence[str | Path], repeat: int) -> Iterator[Start]:
    """Yield cold and warm time and peak memory of one command."""
    try:
        forget_files()
        cold = measure(command)
        warm = [measure(command) for _ in range(repeat)]
    except (FailedRunError, OSError) as error:
        yield Start(name, None, "s", str(error))
        return
    yield Start(f"{name}, cold", cold.seconds, "s", "files read from disk")
    yield Start(f"{name}, warm", statistics.median(run.seconds for run in warm), "s", f"median of {repeat}")
    yield Start(f"{name}, peak memory", max(run.peak_mb for run in [cold, *warm]), "MB")


def measure_starts(seeds: Path, repeat: int) -> Iterator[Start]:
    # As pip does when it installs a package.
    compileall.compile_dir(CHECKOUT / "crisismap", quiet=2)
    crisismap = Path(sysconfig.get_path("scripts")) / "crisismap"
    yield from measure_start("import crisismap", [sys.executable, "-c", "import crisismap"], repeat)
    yield from measure_start("crisismap --help", [crisismap, "--help"], repeat)
    yield from measure_start("first parse", [sys.executable, "-c", FIRST_PARSE], repeat)
    with tempfile.TemporaryDirectory() as folder:
        command: list[str | Path] = [crisismap, "map", seeds, "-o", Path(folder) / "map.html"]
        yield from measure_start(f"map of {seeds.name}", command, repeat)


def parse_together(
    commands: Sequence[Sequence[str | Path]], cores: Sequence[int]
) -> list[tuple[dict[str, float], float]]:
    """Run ``systems.py`` once a command, on a core each, all begun at the same time when all are loaded.

    Returns:
        What each printed, and its peak memory in MB.

    Raises:
        FailedRunError: one of them failed.
    """
    with tempfile.TemporaryFile() as err:
        processes = []
        for command, core in zip(commands, cores, strict=True):
            pin(core)  # a child inherits it
            processes.append(
                subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=err)
            )
        pin(*cores)
        ready = [process.stdout.readline() for process in processes]
        if all(ready):
            for process in processes:
                process.stdin.write(b"\n")
                process.stdin.flush()
        for process in processes:
            process.stdin.close()
        output = [process.stdout.read() for process in processes]
        peaks = [wait(process, err) for process in processes]
    return [(json.loads(text), peak) for text, peak in zip(output, peaks, strict=True)]


def measure_system(system: str, python: Path, corpus: Path, limit: int | None, folder: Path) -> Speed:
    """Run a system over a corpus on one core, then on two if there are two."""
    if not corpus.is_file():
        return Speed(system, corpus.stem, note=f"no file {corpus}")

    def command(share: str, *more: str) -> list[str | Path]:
        script = Path(__file__).with_name("systems.py").resolve()
        few = ["--limit", str(limit)] if limit else []
        return [python, script, system, corpus, answers_file(folder, system, corpus, share), *few, *more]

    cores = cores_here()
    both: list[tuple[dict[str, float], float]] = []
    try:
        ((alone, peak_mb),) = parse_together([command("all")], cores[-1:])
        pin(*cores)
        if len(cores) > 1:
            halves = [command("first", "--share", "1/2"), command("second", "--share", "2/2")]
            both = parse_together(halves, cores[:2])
    except (FailedRunError, OSError) as error:
        return Speed(system, corpus.stem, note=str(error))
    finally:
        pin(*cores)
    return Speed(
        system,
        corpus.stem,
        articles=int(alone["articles"]),
        words=int(alone["words"]),
        one_core=alone["articles"] / alone["seconds"],
        cpu=alone["articles"] / alone["cpu_seconds"],
        two_cores=alone["articles"] / max(run["seconds"] for run, _ in both) if both else None,
        peak_mb=peak_mb,
    )


def measure_corpus(
    corpus: Path, systems: Sequence[str], rivals: Path, rounds: int, limit: int | None
) -> list[Speed]:
    """Return each system's best of several rounds, in which they take turns, and its recognition F1."""
    best: dict[str, Speed] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for _ in range(rounds):
            for system in systems:
                python = Path(sys.executable) if system.startswith("crisismap") else rivals
                if system not in best:
                    best[system] = measure_system(system, python, corpus, limit, folder)
                elif not best[system].note:
                    again = measure_system(system, python, corpus, limit, folder)
                    best[system] = faster(best[system], again)
        return [
            speed if speed.note else with_f1(speed, corpus, answers_file(folder, system, corpus))
            for system, speed in best.items()
        ]


def answers_file(folder: Path, system: str, corpus: Path, share: str = "all") -> Path:
    return folder / f"{system}.{corpus.stem}.{share}.jsonl"


def faster(one: Speed, other: Speed) -> Speed:
    if one.note or other.note:
        return one if one.note else other
    return replace(
        one,
        one_core=max(one.one_core, other.one_core),
        cpu=max(one.cpu, other.cpu),
        two_cores=one.two_cores and max(one.two_cores, other.two_cores),
        peak_mb=max(one.peak_mb, other.peak_mb),
    )


def with_f1(speed: Speed, corpus: Path, answers: Path) -> Speed:
    from crisismap.evaluation import Adjectives, read_answers, read_gold, score_recognition

    found = read_answers(answers)
    gold = [item for item in read_gold(corpus) if item.article.id in found]
    scores = score_recognition(gold, found, Adjectives.load())
    return replace(speed, exact_f1=scores.exact.f1, overlap_f1=scores.overlap.f1)


def format_speeds(speeds: Sequence[Speed]) -> str:
    """One corpus as a Markdown table."""
    measured = [speed for speed in speeds if not speed.note]
    lines = []
    if measured:
        size = f"{measured[0].articles} articles of {measured[0].words / measured[0].articles:.0f} words"
        lines += [f"{speeds[0].corpus}: {size}; articles a second", ""]
    lines += [
        f"| | one core | of CPU | {BASELINE} = 1 | two cores | peak MB | F1 exact | F1 overlap |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    baseline = next((speed.cpu for speed in measured if speed.system == BASELINE), None)
    for speed in measured:
        ratio = f"{speed.cpu / baseline:.2f}" if baseline else "-"
        two = "-" if speed.two_cores is None else f"{speed.two_cores:,.0f}"
        cells = [speed.system, f"{speed.one_core:,.0f}", f"{speed.cpu:,.0f}", ratio, two]
        cells += [f"{speed.peak_mb:,.0f}", f"{speed.exact_f1:.3f}", f"{speed.overlap_f1:.3f}"]
        lines.append("| " + " | ".join(cells) + " |")
    lines += [f"\nskipped: {speed.system}: {speed.note}" for speed in speeds if speed.note]
    return "\n".join(lines) + "\n"


def cores_here() -> list[int]:
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]


def pin(*cores: int) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure start, memory, speed and F1, beside other systems.")
    parser.add_argument("--corpus", type=Path, action="append", help="annotated JSONL; repeatable")
    parser.add_argument("--system", action="append", choices=SYSTEMS, help="repeatable; default all")
    parser.add_argument(
        "--rivals",
        type=Path,
        default=os.environ.get("CRISISMAP_RIVALS") or sys.executable,
        help="Python of the environment that has the other systems; default this one",
    )
    parser.add_argument("--seeds", type=Path, default=CHECKOUT / "seeds", help="articles to map")
    parser.add_argument("--repeat", type=int, default=5, help="warm starts of each command [%(default)s]")
    parser.add_argument(
        "--rounds", type=int, default=3, help="rounds over a corpus, best counts [%(default)s]"
    )
    parser.add_argument("--limit", type=int, help="only so many articles of a corpus")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    options = parser.parse_args()
    if options.repeat < 1 or options.rounds < 1:
        parser.error(f"--repeat is {options.repeat}, --rounds {options.rounds}; give 1 or more")
    os.environ["OMP_NUM_THREADS"] = "1"
    cores = cores_here()
    pin(cores[-1])
    starts = []
    for start in measure_starts(options.seeds.resolve(), options.repeat):
        starts.append(start)
        if not options.json:
            value = "skipped" if start.value is None else f"{start.value:,.{3 if start.unit == 's' else 0}f}"
            print(f"{start.name:32} {value:>9} {start.unit:3} {start.note}".rstrip(), flush=True)
    pin(*cores)
    corpora = [path.resolve() for path in options.corpus or ()] or [
        CORPORA.resolve() / f"{name}.jsonl" for name in DEFAULT_CORPORA
    ]
    speeds = []
    for corpus in corpora:
        found = measure_corpus(
            corpus, options.system or list(SYSTEMS), options.rivals, options.rounds, options.limit
        )
        speeds += found
        if not options.json:
            print("\n" + format_speeds(found), flush=True)
    if options.json:
        record = {"start": [asdict(start) for start in starts], "speed": [asdict(speed) for speed in speeds]}
        print(json.dumps(record, indent=2))


if __name__ == "__main__":
    main()
