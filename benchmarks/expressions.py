"""Spatial expressions found in the corpora: counts, a judged sample, and what they cost.

    python benchmarks/expressions.py                  # counts by relation; precision of the judged samples
    python benchmarks/expressions.py --draw 2         # a new sample, seed 2, with empty verdicts
    python benchmarks/expressions.py --read 2         # that sample with its sentences, to judge it
    python benchmarks/expressions.py --speed          # milliseconds an article, and the slowest shapes

A sample is ``benchmarks/expressions_sample_SEED.csv``: 100 expressions, drawn at random from all that have a
shape.  It holds where each stands (corpus, article, offsets), its own words, the words of its shape, and the
verdicts of a reader: ``span_right`` (the words are an expression, and all of it), ``geometry_right`` (the
shape is where the article says).  The corpora's text stays out of it.
"""

from __future__ import annotations

import argparse
import csv
import math
import os
import random
import statistics
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import shapely

from crisismap import geoparsing
from crisismap.evaluation import read_gold
from crisismap.expressions import find_expressions
from crisismap.gazetteer import Gazetteer
from crisismap.geometry import coarse, crossings, expression_location, offsets, parts, rivers, water
from crisismap.geoparsing import Geoparser
from crisismap.model import Article, Location, Mention, SpatialExpression, Toponym
from crisismap.recognition import open_recognizer

CHECKOUT = Path(__file__).resolve().parent.parent
CORPORA = Path(os.environ.get("CRISISMAP_CORPORA") or CHECKOUT.parent / "shared" / "corpora")
NAMES = ("lgl", "gwn-a", "geovirus")
RELATIONS = ("part", "border", "offset", "proximity", "between", "water")
SAMPLE_SIZE = 100
CONTEXT = 300  # characters before and behind the sentence, for the reader of a sample
SLOWEST = 100
IN_TURN = 20  # articles that are parsed one way before they are parsed the other
EVERY = 4  # articles of the corpora that are parsed to time them
DRAWN = (
    *(coarse._thinned, crossings._abroad, offsets.band, offsets._side, offsets._around, parts._part),
    *(rivers._strip, water._facing, water._water_off),
)


@dataclass(frozen=True, slots=True)
class Found:
    """An expression of an article, and where it was located."""

    corpus: str
    article: Article
    mention: Mention

    @property
    def key(self) -> tuple[str, str, int, int]:
        return self.corpus, self.article.id, self.mention.span.start, self.mention.span.end


@dataclass(frozen=True, slots=True)
class Judged:
    """A row of a sample."""

    corpus: str
    article: str
    start: int
    end: int
    text: str
    relation: str
    geometry: str
    span_right: str = ""
    geometry_right: str = ""
    note: str = ""

    @property
    def key(self) -> tuple[str, str, int, int]:
        return self.corpus, self.article, self.start, self.end


def find_all(geoparser: Geoparser) -> Iterator[Found]:
    """Every expression of the corpora, located or not."""
    for name in NAMES:
        path = CORPORA / f"{name}.jsonl"
        if not path.is_file():
            print(f"skipped: {name}: no file {path}")
            continue
        for item in read_gold(path):
            for mention in geoparser.parse(item.article).mentions:
                if isinstance(mention.span, SpatialExpression):
                    yield Found(name, item.article, mention)


def format_counts(found: Sequence[Found]) -> str:
    """Expressions by relation and corpus, as Markdown."""
    names = [name for name in NAMES if any(one.corpus == name for one in found)]
    drawn = Counter((one.corpus, one.mention.relation) for one in found if one.mention.location.resolved)
    lines = [f"| relation | {' | '.join(names)} | all |", "|---|" + "---:|" * (len(names) + 1)]
    for relation in RELATIONS:
        counts = [drawn[name, relation] for name in names]
        lines.append(f"| {relation} | {' | '.join(map(str, counts))} | {sum(counts)} |")
    for label, resolved in (("with a shape", True), ("left open, with a reason", False)):
        kept = [one for one in found if one.mention.location.resolved is resolved]
        counts = [sum(one.corpus == name for one in kept) for name in names]
        lines.append(f"| {label} | {' | '.join(map(str, counts))} | {len(kept)} |")
    return "\n".join(lines)


def sample_path(seed: str) -> Path:
    return Path(__file__).with_name(f"expressions_sample_{seed}.csv")


def draw_sample(found: Iterable[Found], seed: str, avoided: set[tuple[str, str, int, int]]) -> list[Judged]:
    """Draw expressions that have a shape; none that an earlier sample holds."""
    drawn = sorted(
        (one for one in found if one.mention.location.resolved and one.key not in avoided),
        key=lambda one: one.key,
    )
    chosen = random.Random(seed).sample(drawn, min(SAMPLE_SIZE, len(drawn)))
    return [
        Judged(*one.key, one.mention.span.text, one.mention.relation, one.mention.location.reason)
        for one in sorted(chosen, key=lambda one: one.key)
    ]


def read_sample(path: Path) -> list[Judged]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Judged(**{**row, "start": int(row["start"]), "end": int(row["end"])})
            for row in csv.DictReader(file)
        ]


def write_sample(path: Path, rows: Iterable[Judged]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([field.name for field in fields(Judged)])
        writer.writerows(astuple(row) for row in rows)


def interval(right: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    share = right / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return middle - half, middle + half


def format_precision(rows: Sequence[Judged], found: Iterable[Found]) -> str:
    """Precision of spans and shapes, and how much of the sample is found likewise now."""
    now = {one.key: one.mention.location.reason for one in found if one.mention.location.resolved}
    kept = [row for row in rows if row.key in now]
    lines = []
    for label, verdicts in (
        ("spans right", [row.span_right for row in rows]),
        ("shapes right", [row.geometry_right for row in rows]),
    ):
        judged = [verdict for verdict in verdicts if verdict]
        if set(judged) - {"y", "n"}:
            raise SystemExit(f"verdicts {sorted(set(judged))}: write y or n")
        if not judged:
            lines.append(f"  {label}: not judged")
            continue
        right = judged.count("y")
        low, high = interval(right, len(judged))
        lines.append(f"  {label}: {right} of {len(judged)}, 95 % interval {low:.0%} to {high:.0%}")
    same = sum(now[row.key] == row.geometry for row in kept)
    lines.append(f"  found now: {len(kept)} of {len(rows)}, {same} with the same words for the shape")
    lines += [
        f"    gone: {row.text} ({row.span_right or '-'}{row.geometry_right or '-'})"
        for row in rows
        if row.key not in now
    ]
    lines += [f"    now: {row.text}: {now[row.key]}" for row in kept if now[row.key] != row.geometry]
    return "\n".join(lines)


def print_to_read(rows: Iterable[Judged], found: Iterable[Found]) -> None:
    """Print a sample with its sentences; nothing of it is stored."""
    known = {one.key: one for one in found}
    for number, row in enumerate(rows, 2):
        print(f"\n--- line {number}: {row.relation} | {row.text} | {row.geometry}")
        one = known.get(row.key)
        if one is None:
            print("not found now")
            continue
        text, sentence, location = one.article.text, one.mention.sentence, one.mention.location
        before = text[max(0, sentence.start - CONTEXT) : row.start]
        behind = text[row.end : sentence.end + CONTEXT // 3]
        print(f"{one.article.title!r}: {before}[[{row.text}]]{behind}".replace("\n", " "))
        assert location.geometry is not None
        bounds = ", ".join(f"{value:.2f}" for value in location.geometry.bounds)
        point = ", ".join(f"{value:.2f}" for value in location.point or ())
        print(f"bounds {bounds}; point {point}; {location.geometry.geom_type}")


def print_speed(gazetteer: Gazetteer) -> None:
    """Print what expressions add to the time per article, and what their shapes take."""
    articles = [
        item.article
        for name in NAMES
        if (CORPORA / f"{name}.jsonl").is_file()
        for item in read_gold(CORPORA / f"{name}.jsonl")
    ]
    few = articles[::EVERY]
    for kind in ("neural", "fast"):
        geoparser = Geoparser(gazetteer, recognizer=open_recognizer(kind, gazetteer))
        for article in few:  # fills the caches of both ways
            geoparser.parse(article)
        seconds = {"with": 0.0, "without": 0.0}
        for at in range(0, len(few), IN_TURN):
            ways = ("with", "without") if at % (2 * IN_TURN) else ("without", "with")
            for way in ways:
                geoparsing.find_expressions = find_expressions if way == "with" else find_nothing
                begin = time.process_time()
                for article in few[at : at + IN_TURN]:
                    geoparser.parse(article)
                seconds[way] += time.process_time() - begin
        geoparsing.find_expressions = find_expressions
        each = {way: 1000 * total / len(few) for way, total in seconds.items()}
        print(
            f"{kind}: {each['with']:.2f} ms of CPU an article with expressions, "
            f"{each['without']:.2f} without: ratio {each['with'] / each['without']:.3f}"
        )
    print_shapes(Geoparser(gazetteer), articles)


def find_nothing(*_: object) -> list[SpatialExpression]:
    return []


def print_shapes(geoparser: Geoparser, articles: Iterable[Article]) -> None:
    """Time the shape of each distinct expression: its places are known, its own shape is drawn anew."""
    seen: dict[tuple[object, ...], tuple[SpatialExpression, dict[Toponym, Location]]] = {}
    for article in articles:
        parsed = geoparser.parse(article)
        where = {m.span: m.location for m in parsed.mentions if isinstance(m.span, Toponym)}
        for mention in parsed.mentions:
            span = mention.span
            if isinstance(span, SpatialExpression) and mention.location.resolved:
                anchors = {anchor: where[anchor] for anchor in span.anchors}
                places = tuple(location.place.id for location in anchors.values() if location.place)
                seen.setdefault((mention.location.reason, places), (span, anchors))
    boundaries = geoparser.boundaries
    taken = []
    for span, anchors in seen.values():
        forget_results()
        for _ in range(2):  # the first time fetches the places
            forget_results()
            begin = time.process_time()
            location = expression_location(span, anchors, boundaries, geoparser.borders)
            elapsed = time.process_time() - begin
        assert location.geometry is not None
        points = len(shapely.get_coordinates(location.geometry))
        taken.append((1000 * elapsed, points, span.text))
    taken.sort(reverse=True)
    slow = [milliseconds for milliseconds, _, _ in taken[:SLOWEST]]
    print(
        f"{len(taken)} distinct shapes: median {statistics.median(row[0] for row in taken):.1f} ms; "
        f"of the {SLOWEST} slowest the first takes {slow[0]:.0f} ms, "
        f"the median {statistics.median(slow):.1f} ms, {sum(took > 50 for took in slow)} take over 50 ms"
    )
    for milliseconds, points, text in taken[:15]:
        print(f"  {milliseconds:6.1f} ms {points:6d} points  {text}")
    points, text = max((points, text) for _, points, text in taken)
    print(f"  most points: {points}, {text}")


def forget_results() -> None:
    """Empty the caches of drawn shapes; what is kept of places (coasts, land, divisions) stays."""
    for cache in DRAWN:
        cache.cache_clear()


def main() -> None:
    parser = argparse.ArgumentParser(description="Count, sample, judge and time spatial expressions.")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--draw", metavar="SEED", help="write a new sample")
    what.add_argument("--read", metavar="SEED", help="print a sample with its sentences")
    what.add_argument("--speed", action="store_true", help="what expressions and their shapes take")
    options = parser.parse_args()
    gazetteer = Gazetteer.open()
    if options.speed:
        print_speed(gazetteer)
        return
    found = list(find_all(Geoparser(gazetteer)))
    samples = {
        path: read_sample(path) for path in sorted(Path(__file__).parent.glob("expressions_sample_*.csv"))
    }
    if options.draw:
        path = sample_path(options.draw)
        if path.exists():
            raise SystemExit(f"{path} exists: its verdicts would be lost; choose another seed")
        write_sample(
            path, draw_sample(found, options.draw, {row.key for rows in samples.values() for row in rows})
        )
        print(f"wrote {path}")
    elif options.read:
        print_to_read(read_sample(sample_path(options.read)), found)
    else:
        print(format_counts(found))
        for path, rows in samples.items():
            print(f"\n{path.name}, {len(rows)} expressions")
            print(format_precision(rows, found))


if __name__ == "__main__":
    main()
