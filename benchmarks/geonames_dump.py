"""How fast and how large: a gazetteer from a generated dump that is shaped like GeoNames' own.

The shipped gazetteer's places come first, with their ids, codes and positions; then come made-up rows in the
shares of feature classes, lengths of names and numbers of alternate names of the full dump, which has about
13.5 million rows and 1.7 GB.  The same seed gives the same bytes.  ``benchmarks/README.md`` has the figures.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from speed import measure

from crisismap.gazetteer import Gazetteer

CRISISMAP = Path(sysconfig.get_path("scripts")) / "crisismap"
SEED = 20220204
# Class, code, share in thousandths: about as in the full dump.
FEATURES = [
    *(("P", "PPL", 380), ("P", "PPLX", 12), ("P", "PPLL", 12), ("A", "ADM3", 14), ("A", "ADM4", 20)),
    *(("H", "STM", 100), ("H", "LK", 35), ("H", "SPNG", 12), ("H", "BAY", 8), ("H", "CNL", 6)),
    *(("T", "HLL", 35), ("T", "MT", 35), ("T", "ISL", 15), ("T", "VAL", 12), ("T", "PK", 12)),
    *(("S", "SCH", 50), ("S", "CH", 40), ("S", "HTL", 45), ("S", "FRM", 40), ("S", "BLDG", 25)),
    *(("S", "AIRP", 4), ("T", "PASS", 4), ("L", "LCTY", 25), ("L", "PRK", 10), ("L", "RGN", 2)),
    *(("V", "FRST", 5), ("R", "RD", 5), ("", "", 1)),
]
STARTS = [*"bdfghjklmnprstvwyz", "br", "ch", "dr", "gr", "kh", "kr", "pr", "sh", "st", "tr"]
VOWELS = [*"aaaeeiou", "ai", "ei", "ou", "ya"]
ENDS = ["", "", "", *"nrlsmk", "ng", "sk"]
WORDS = [
    *(
        "San",
        "Santa",
        "New",
        "Old",
        "Upper",
        "Lower",
        "Al",
        "Nova",
        "Bad",
        "Great",
        "Little",
        "Saint",
        "Port",
    ),
    *("Mount", "Lake", "Villa"),
]
LANGUAGES = [
    *(("", 20), ("en", 22), ("fr", 6), ("de", 6), ("es", 6), ("ru", 6), ("ar", 6), ("zh", 6), ("fa", 5)),
    *(("link", 10), ("post", 4), ("wkdt", 6), ("abbr", 1), ("unlc", 2), ("iata", 1)),
]
SCRIPTS = {"ru": (0x430, 32), "ar": (0x627, 28), "zh": (0x4E00, 2000), "fa": (0x627, 28)}


def make_name(chance: random.Random) -> str:
    word = "".join(
        chance.choice(STARTS) + chance.choice(VOWELS) + chance.choice(ENDS)
        for _ in range(chance.choice((1, 2, 2, 2, 3)))
    ).capitalize()
    return f"{chance.choice(WORDS)} {word}" if chance.random() < 0.3 else word


def make_foreign(chance: random.Random, language: str) -> str:
    first, letters = SCRIPTS[language]
    return "".join(chr(first + chance.randrange(letters)) for _ in range(chance.randrange(2, 9)))


def write_dump(folder: Path, rows: int) -> tuple[Path, Path]:
    """Write both files; their paths."""
    chance = random.Random(SEED)
    dump, names = folder / "allCountries.txt", folder / "alternateNamesV2.txt"
    with dump.open("w", encoding="utf-8", newline="\n") as file, names.open("w", encoding="utf-8") as other:
        for number, (row, place) in enumerate(make_rows(chance, rows)):
            file.write("\t".join(row) + "\n")
            write_names(chance, other, number, place, row[1])
    return dump, names


def make_rows(chance: random.Random, rows: int) -> Iterator[tuple[list[str], int]]:
    gazetteer = Gazetteer.open()
    count = 0
    parents: list[tuple[str, str, str]] = []
    known = []
    for index in range(len(gazetteer)):
        place = gazetteer.place(index)
        if not place.id.startswith("geonames:") or count == rows:
            continue
        if place.feature_code == "ADM2":
            parents.append((place.country_code, place.admin1_code, place.admin2_code))
        known.append(place.name)
        count += 1
        number = int(place.id.partition(":")[2])
        codes = (place.country_code, place.admin1_code, place.admin2_code)
        feature = (place.feature_class, place.feature_code)
        yield (
            make_row(chance, number, place.name, place.lon, place.lat, feature, codes, place.population),
            number,
        )
    weights = [share for *_, share in FEATURES]
    number = 20_000_000
    while count < rows:
        number += chance.randrange(1, 4)
        name = chance.choice(known) if chance.random() < 0.35 else make_name(chance)
        feature = chance.choices(FEATURES, weights)[0][:2]
        people = int(10 ** chance.uniform(0, 4.5)) if feature[0] == "P" and chance.random() < 0.15 else 0
        lon, lat = chance.uniform(-180, 180), chance.uniform(-60, 75)
        count += 1
        yield make_row(chance, number, name, lon, lat, feature, chance.choice(parents), people), number


def make_row(
    chance: random.Random,
    number: int,
    name: str,
    lon: float,
    lat: float,
    feature: tuple[str, str],
    codes: tuple[str, str, str],
    people: int,
) -> list[str]:
    others = [
        make_name(chance) if chance.random() < 0.5 else make_foreign(chance, chance.choice(list(SCRIPTS)))
        for _ in range(min(int(chance.expovariate(0.55)), 60))
    ]
    position = [f"{lat:.5f}", f"{lon:.5f}"]
    cells = [str(number), name, name, ",".join(others), *position, *feature, codes[0], "", *codes[1:]]
    return [*cells, "", "", str(people), "", str(chance.randrange(3000)), "Europe/Berlin", "2022-02-04"]


def write_names(chance: random.Random, file: IO[str], number: int, place: int, name: str) -> None:
    for copy in range(min(int(chance.expovariate(0.6)), 40)):
        language = chance.choices(LANGUAGES, [share for _, share in LANGUAGES])[0][0]
        if language == "link":
            text = f"https://en.wikipedia.org/wiki/{name.replace(' ', '_')}"
        elif language in SCRIPTS:
            text = make_foreign(chance, language)
        elif language in ("post", "wkdt", "iata", "unlc", "abbr"):
            text = f"{name[:1].upper()}{chance.randrange(10**5)}"
        else:
            text = make_name(chance)
        marks = ["1" if chance.random() < share else "" for share in (0.1, 0.02, 0.005, 0.01)]
        file.write(
            "\t".join([str(number * 40 + copy + 1), str(place), language, text, *marks, "", ""]) + "\n"
        )


def measure_build(label: str, dump: Path, names: Path | None, output: Path, rows: int) -> None:
    command: list[str | Path] = [CRISISMAP, "-q", "gazetteer", "build", "--overwrite"]
    command += ["--geonames", dump, "-o", output, *(["--alternate-names", names] if names else [])]
    run = measure(command)
    size = output.stat().st_size / 1e6
    pace = rows / run.seconds
    print(f"| {label} | {run.seconds:.0f} s | {pace:,.0f} | {run.peak_mb:,.0f} MB | {size:.0f} MB |")


def measure_use(output: Path) -> None:
    """Opening and looking up, in a process of its own."""
    start = time.perf_counter()
    gazetteer = Gazetteer.open(output)
    opened = (time.perf_counter() - start) * 1000
    chance = random.Random(SEED)
    names = [gazetteer.place(chance.randrange(len(gazetteer))).name for _ in range(10_000)]
    times, missed = [], 0
    for name in names:
        start = time.perf_counter()
        missed += not gazetteer.lookup(name)
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    print(
        f"{len(gazetteer):,} places; opened in {opened:.0f} ms; a lookup takes"
        f" {statistics.median(times):.3f} ms, one in a hundred over {times[-len(times) // 100]:.2f} ms;"
        f" {missed} of {len(names):,} names are too long to be found"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--folder", type=Path, help="where the dump goes and stays; by default it is deleted")
    parser.add_argument("--use", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.use:
        measure_use(options.use)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        dump, names = folder / "allCountries.txt", folder / "alternateNamesV2.txt"
        if not (dump.exists() and names.exists()):
            dump, names = write_dump(folder, options.rows)
        sizes = [f"{path.name} {path.stat().st_size / 1e6:,.0f} MB" for path in (dump, names)]
        print(f"{options.rows:,} rows: {', '.join(sizes)}\n")
        print("| build | time | rows/s | peak memory | file |\n|---|---|---|---|---|")
        for label, other in (("dump alone", None), ("with alternate names", names)):
            output = folder / "my.gaz"
            measure_build(label, dump, other, output, options.rows)
        print()
        sys.stdout.flush()
        subprocess.run([sys.executable, __file__, "--use", output], check=True)


if __name__ == "__main__":
    main()
