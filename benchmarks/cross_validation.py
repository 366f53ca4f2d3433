"""Score crisismap on annotated articles that none of its models was fitted on.

    python benchmarks/cross_validation.py -o benchmarks/cross_validation.json --page docs/accuracy.md

Two schemes, the same for every stage (recognition, roles, resolution, confidence).  *K folds*: article by
article, fold ``crc32(id) % k``; the models are fitted on the other folds of all corpora, and the answers of
all folds are scored together, so that the figures compare with those of ``crisismap evaluate``.  The fold of
a tweet (IDRISI) is that of its event, so that no event is answered by models that saw tweets of it.  *Leave
one corpus out*: the models are fitted on the other corpora.  The homes of outlets are guessed from the
articles as so read; a second set of rows shows what happens without them.
Needs what the training scripts need (``pip install 'crisismap[train]'``).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from corpora import fold_of as fold_of_key

from crisismap.errors import ArticleError
from crisismap.evaluation import (
    Answer,
    ConfidenceBin,
    GoldArticle,
    Judge,
    answers_of,
    novel_pairs,
    parse_corpus,
    read_gold,
    score_resolution,
    score_spans,
)
from crisismap.gazetteer import Boundaries, Gazetteer
from crisismap.homes import homes_of
from crisismap.paths import data_path

if TYPE_CHECKING:
    from fitting import Fitter

    from crisismap.geoparsing import Geoparser
    from crisismap.model import ParsedArticle

CHECKOUT = Path(__file__).resolve().parent.parent
CORPORA = Path(os.environ.get("CRISISMAP_CORPORA") or CHECKOUT.parent / "shared" / "corpora")
RECOGNIZERS = ("neural", "fast")
NEWS = ("lgl", "gwn-a", "geovirus")
TWEETS = "idrisi-a"
TOGETHER = "together"
BY_EVENT = "leave each event out"
LEFT_OUT = "leave one corpus out"
NO_HOMES = "no home of an outlet guessed"
MARKS = ("<!-- printed by benchmarks/cross_validation.py -->", "<!-- end -->")

Gold = Sequence[GoldArticle]
Answers = dict[str, tuple[Answer, ...]]


@dataclass(frozen=True)
class Row:
    """The scores of one corpus under one scheme; None where the corpus cannot tell."""

    scheme: str
    recognizer: str
    corpus: str
    articles: int
    toponyms: int
    exact_f1: float
    overlap_f1: float
    end_to_end_f1: float
    acc_161: float | None = None
    same_id: float | None = None
    roles: float | None = None
    calibration_error: float | None = None
    confident: float | None = None
    confident_right: float | None = None
    novel: int = 0
    novel_acc_161: float | None = None
    novel_same_id: float | None = None
    reliability: tuple[ConfidenceBin, ...] = ()
    """Of all news together, or all tweets."""


@dataclass(frozen=True)
class Split:
    """Articles to be scored by models of other articles."""

    training: Gold
    held_out: Gold


def k_folds(gold: Gold, k: int) -> Iterator[Split]:
    for fold in range(k):
        yield Split(
            [item for item in gold if fold_of(item, k) != fold],
            [item for item in gold if fold_of(item, k) == fold],
        )


def fold_of(item: GoldArticle, k: int) -> int:
    """By article; a tweet by its event, so that those of one event stay together."""
    return fold_of_key(event_of(item) or item.article.id, k)


def event_of(item: GoldArticle) -> str:
    """ "idrisi/italy_earthquake_aug_2016/123" -> "italy earthquake aug 2016"; "" for news."""
    corpus, _, rest = item.article.id.partition("/")
    return rest.partition("/")[0].replace("_", " ") if corpus == "idrisi" else ""


def leave_one_out(corpora: Mapping[str, Gold]) -> Iterator[Split]:
    for name, held_out in corpora.items():
        yield Split([item for other, gold in corpora.items() if other != name for item in gold], held_out)


@dataclass
class Pool:
    """The answers to all held-out articles of a scheme, and which of their gold is novel."""

    found: Answers
    given: Answers
    novel: dict[str, GoldArticle]


@dataclass(frozen=True)
class Pools:
    """The same articles with the outlets' homes guessed, as ``crisismap evaluate`` does, and without."""

    guessed: Pool
    unknown: Pool


def answer(splits: Iterable[Split], names: Sequence[str], fitter: Fitter, judge: Judge) -> dict[str, Pools]:
    """Have every held-out article answered with each of the recognizers."""
    fitted = [(split, fitter.fit(split.training, names)) for split in splits]
    unknown = {name: Pool({}, {}, {}) for name in names}
    parsed: list[ParsedArticle] = []
    for split, geoparsers in fitted:
        novel = {item.article.id: item for item in novel_pairs(split.held_out, split.training, judge)}
        for name in names:
            found = put_answers(unknown[name], split.held_out, geoparsers[name])
            unknown[name].novel |= novel
            parsed += found.values() if name == names[-1] else ()
    # Every article is read by models that did not see it; the outlets' homes come from all of these readings.
    homes = homes_of(parsed)
    guessed = {name: Pool(dict(pool.found), dict(pool.given), pool.novel) for name, pool in unknown.items()}
    for split, geoparsers in fitted:
        at_home = [item for item in split.held_out if item.article.source in homes]
        for name in names:
            put_answers(guessed[name], at_home, geoparsers[name].with_homes(homes))
    return {name: Pools(guessed[name], unknown[name]) for name in names}


def put_answers(pool: Pool, gold: Gold, geoparser: Geoparser) -> Mapping[str, ParsedArticle]:
    parsed = parse_corpus(gold, geoparser.parse, geoparser.resolve_given)
    pool.found |= {id: answers_of(article) for id, article in parsed.found.items()}
    pool.given |= {id: answers_of(article) for id, article in parsed.given.items()}
    return parsed.found


def score(scheme: str, recognizer: str, corpus: str, gold: Gold, pool: Pool, judge: Judge) -> Row:
    result = score_spans(corpus, gold, pool.found, pool.given, judge)
    novel = [pool.novel[item.article.id] for item in gold]
    count = sum(len(item.toponyms) for item in novel)
    of_novel = score_resolution(novel, pool.given, judge) if count else None
    places, confidence = result.resolution, result.calibration
    row = Row(
        scheme=scheme,
        recognizer=recognizer,
        corpus=corpus,
        articles=len(gold),
        toponyms=result.toponyms,
        exact_f1=result.recognition.exact.f1,
        overlap_f1=result.recognition.overlap.f1,
        end_to_end_f1=result.end_to_end.overlap.f1,
        acc_161=places and places.acc_161,
        same_id=places and places.id_accuracy,
        roles=result.roles and result.roles.accuracy,
        calibration_error=confidence and confidence.error,
        confident=confidence and confidence.confident,
        confident_right=confidence and confidence.confident_right,
        novel=count,
        novel_acc_161=of_novel and of_novel.acc_161,
        novel_same_id=of_novel and of_novel.id_accuracy,
        reliability=confidence.bins if confidence and corpus == TOGETHER else (),
    )
    return rounded(row)


def rounded(row: Row) -> Row:
    """Four decimals, so that file and page show the same figures."""
    figures = {name: round(value, 4) for name, value in asdict(row).items() if isinstance(value, float)}
    bins = tuple(
        replace(bin, confidence=round(bin.confidence, 4), right=round(bin.right, 4))
        for bin in row.reliability
    )
    return replace(row, **figures, reliability=bins)


def score_all(
    corpora: Mapping[str, Gold], tweets: Gold, names: Sequence[str], k: int, fitter: Fitter, judge: Judge
) -> Iterator[Row]:
    """Score every scheme, recognizer and corpus."""
    news = [item for gold in corpora.values() for item in gold]
    by_event: dict[str, list[GoldArticle]] = {}
    for item in sorted(tweets, key=event_of):
        by_event.setdefault(event_of(item), []).append(item)
    parts: dict[str, Gold] = {**corpora, TOGETHER: news}
    events = {**by_event, TOGETHER: tweets} if tweets else {}
    everything = {**corpora, TWEETS: tweets} if tweets else corpora
    folds = answer(k_folds([*news, *tweets], k), names, fitter, judge)
    for scheme, shown in ((f"{k} folds", parts), (BY_EVENT, events)):
        for recognizer, pools in folds.items():
            for corpus, gold in shown.items():
                yield score(scheme, recognizer, corpus, gold, pools.guessed, judge)
    left_out = answer(leave_one_out(everything), names, fitter, judge)
    for recognizer, pools in left_out.items():
        for corpus, gold in {**everything, TOGETHER: news}.items():
            yield score(LEFT_OUT, recognizer, corpus, gold, pools.guessed, judge)
    for recognizer, pools in folds.items():
        for corpus, gold in parts.items():
            yield score(f"{k} folds, {NO_HOMES}", recognizer, corpus, gold, pools.unknown, judge)


FOUND_AND_PLACED = {
    "exact_f1": "F1 exact",
    "overlap_f1": "F1 overlap",
    "end_to_end_f1": "F1 end to end",
    "acc_161": "Acc@161",
    "same_id": "same id",
    "roles": "roles",
}
BELIEVED_AND_NOVEL = {
    "calibration_error": "ECE",
    "confident": "kept at 0.7",
    "confident_right": "kept and right",
    "novel": "novel pairs",
    "novel_acc_161": "novel Acc@161",
    "novel_same_id": "novel same id",
}


def format_rows(rows: Sequence[Row]) -> str:
    """Two Markdown tables a scheme, and its reliability; a column without any figure is left out."""
    parts = []
    for scheme in dict.fromkeys(row.scheme for row in rows):
        of = [row for row in rows if row.scheme == scheme]
        parts.append(f"### {scheme[0].upper()}{scheme[1:]}")
        parts.append(format_table(of, FOUND_AND_PLACED))
        # An event has too few located names to tell more.
        many = [row for row in of if scheme != BY_EVENT or row.corpus == TOGETHER]
        parts.append(format_table(many, BELIEVED_AND_NOVEL))
        parts += [format_reliability(row) for row in of if row.reliability]
    return "\n\n".join(parts) + "\n"


def format_table(rows: Sequence[Row], columns: Mapping[str, str]) -> str:
    shown = [name for name in columns if any(getattr(row, name) is not None for row in rows)]
    lines = [
        ["corpus", "recognizer", "articles", *(columns[name] for name in shown)],
        ["---", "---", *["---:"] * (len(shown) + 1)],
    ]
    for row in sorted(rows, key=lambda row: [other.corpus for other in rows].index(row.corpus)):
        figures = [cell(getattr(row, name)) for name in shown]
        lines.append([row.corpus, row.recognizer, str(row.articles), *figures])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def format_reliability(row: Row) -> str:
    lines = [
        f"Confidence with the recognizer {row.recognizer}, {row.corpus}:",
        "",
        "| confidence | answers | mean | right |",
        "| --- | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {bin.low:.1f} to {bin.high:.1f} | {bin.answers} | {bin.confidence:.3f} | {bin.right:.3f} |"
        for bin in row.reliability
    ]
    return "\n".join(lines)


def cell(value: float | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def models_sha256() -> dict[str, str]:
    """The shipped models by their hashes: which state of them the figures speak of."""
    folder = data_path("models")
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=CORPORA)
    parser.add_argument("--recognizer", action="append", choices=RECOGNIZERS, help="repeatable; default all")
    parser.add_argument("--network", type=Path, help="folder of another network than the one that ships")
    parser.add_argument("-k", "--folds", type=int, default=5, help="folds [%(default)s]")
    parser.add_argument("--no-tweets", action="store_true", help="leave IDRISI out")
    parser.add_argument("--every", type=int, default=1, help="only each n-th article, to try things out")
    parser.add_argument("-o", "--output", type=Path, help="also write the figures as JSON")
    parser.add_argument("--page", type=Path, help="also put the tables into this page, between its marks")
    options = parser.parse_args()
    if options.folds < 2 or options.every < 1:
        parser.error(f"--folds is {options.folds} and --every is {options.every}; give 2 and 1 or more")
    from fitting import Fitter  # it needs what training needs

    start = time.perf_counter()
    corpora = {name: read(options.corpora, name, options.every) for name in NEWS}
    tweets = () if options.no_tweets else read(options.corpora, TWEETS, options.every)
    gazetteer, boundaries = Gazetteer.open(), Boundaries.open()
    fitter = Fitter(gazetteer, boundaries, options.corpora, options.network)
    names = options.recognizer or RECOGNIZERS
    rows = []
    for row in score_all(corpora, tweets, names, options.folds, fitter, Judge(gazetteer, boundaries)):
        seconds = time.perf_counter() - start
        print(f"{seconds:5.0f} s  {json.dumps(record_of(row))}", file=sys.stderr, flush=True)
        rows.append(row)
    print(format_rows(rows))
    if options.output:
        write_file(options.output, rows)
    if options.page:
        page = options.page.read_text(encoding="utf-8")
        options.page.write_text(replace_tables(page, format_rows(rows)), encoding="utf-8")


def read(folder: Path, name: str, every: int) -> Gold:
    def report(error: ArticleError) -> None:
        print(f"skipped: {error}", file=sys.stderr)

    return read_gold(folder / f"{name}.jsonl", on_error=report)[::every]


def write_file(path: Path, rows: Sequence[Row]) -> None:
    """Write JSON with a line a row, so that a change of figures is read with ease."""
    lines = ",\n".join(f"  {json.dumps(record_of(row))}" for row in rows)
    hashes = ",\n".join(f'  "{name}": "{value}"' for name, value in models_sha256().items())
    text = f'{{\n "models_sha256": {{\n{hashes}\n }},\n "rows": [\n{lines}\n ]\n}}\n'
    path.write_text(text, encoding="utf-8")


def record_of(row: Row) -> dict[str, object]:
    """The row for the file, without what was not measured."""
    figures = {
        name: value for name, value in asdict(row).items() if value is not None and name != "reliability"
    }
    if row.reliability:
        figures["reliability"] = [list(astuple(bin)) for bin in row.reliability]
    return figures


def read_file(path: Path) -> tuple[dict[str, str], list[Row]]:
    """Read what was written: the models' hashes, and the rows."""
    record = json.loads(path.read_text(encoding="utf-8"))
    rows = []
    for figures in record["rows"]:
        bins = tuple(ConfidenceBin(*figures) for figures in figures.pop("reliability", ()))
        rows.append(Row(**figures, reliability=bins))
    return record["models_sha256"], rows


def replace_tables(page: str, tables: str) -> str:
    """Put the tables between the page's two marks.

    Raises:
        ValueError: a mark is missing.
    """
    for mark in MARKS:
        if mark not in page:
            raise ValueError(f"the page has no line {mark!r}; add it where the tables belong")
    before, _, rest = page.partition(MARKS[0])
    after = rest.partition(MARKS[1])[2]
    return f"{before}{MARKS[0]}\n\n{tables}\n{MARKS[1]}{after}"


if __name__ == "__main__":
    main()
