"""Score crisismap on annotated articles that none of its models was fitted on.

    python benchmarks/cross_validation.py -o benchmarks/cross_validation.json > tables.md

Two schemes, the same for every stage (recognition, roles, resolution, confidence).  *K folds*: article by
article, fold ``crc32(id) % k``; the models are fitted on the other folds of all corpora, and the answers of
all folds are scored together, so that the figures compare with those of ``crisismap evaluate``.  *Leave one
corpus out*: the models are fitted on the other corpora.  Tweets (IDRISI) are scored by event, with the
models of all news corpora: nothing is fitted on tweets, so that every event is left out.
Needs what the training scripts need (``pip install 'crisismap[train]'``).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from zlib import crc32

from fitting import RECOGNIZERS, Fitter

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
from crisismap.paths import data_path

CHECKOUT = Path(__file__).resolve().parent.parent
CORPORA = Path(os.environ.get("CRISISMAP_CORPORA") or CHECKOUT.parent / "shared" / "corpora")
NEWS = ("lgl", "gwn-a", "geovirus")
TWEETS = "idrisi-a"
TOGETHER = "together"

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
    acc_161: float | None
    same_id: float | None
    roles: float | None
    calibration_error: float | None
    confident: float | None
    confident_right: float | None
    novel: int
    novel_acc_161: float | None
    novel_same_id: float | None
    reliability: tuple[ConfidenceBin, ...] = ()
    """Of all corpora together."""


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
    return crc32(item.article.id.encode()) % k


def leave_one_out(corpora: Mapping[str, Gold]) -> Iterator[Split]:
    for name, held_out in corpora.items():
        yield Split([item for other, gold in corpora.items() if other != name for item in gold], held_out)


@dataclass
class Pool:
    """The answers to all held-out articles of a scheme, and which of their gold is novel."""

    found: Answers
    given: Answers
    novel: dict[str, GoldArticle]


def answer(splits: Iterable[Split], recognizer: str, fitter: Fitter, judge: Judge) -> Pool:
    pool = Pool({}, {}, {})
    for split in splits:
        geoparser = fitter.fit(split.training, recognizer)
        parsed = parse_corpus(split.held_out, geoparser.parse, geoparser.resolve_given)
        pool.found |= {id: answers_of(article) for id, article in parsed.found.items()}
        pool.given |= {id: answers_of(article) for id, article in parsed.given.items()}
        novel = novel_pairs(split.held_out, split.training, judge)
        pool.novel |= {item.article.id: item for item in novel}
    return pool


def score(scheme: str, recognizer: str, corpus: str, gold: Gold, pool: Pool, judge: Judge) -> Row:
    result = score_spans(corpus, gold, pool.found, pool.given, judge)
    novel = [pool.novel[item.article.id] for item in gold]
    count = sum(len(item.toponyms) for item in novel)
    of_novel = score_resolution(novel, pool.given, judge) if count else None
    places, confidence = result.resolution, result.calibration
    return Row(
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


def event_of(item: GoldArticle) -> str:
    """ "idrisi/italy_earthquake_aug_2016/123" -> "italy earthquake aug 2016"."""
    return item.article.id.split("/")[1].replace("_", " ")


def score_tweets(news: Gold, tweets: Gold, recognizer: str, fitter: Fitter, judge: Judge) -> Iterator[Row]:
    pool = answer([Split(news, tweets)], recognizer, fitter, judge)
    for event in sorted({event_of(item) for item in tweets}):
        gold = [item for item in tweets if event_of(item) == event]
        yield score("leave one event out", recognizer, event, gold, pool, judge)
    yield score("leave one event out", recognizer, TOGETHER, tweets, pool, judge)


def score_all(corpora: Mapping[str, Gold], tweets: Gold, names: Sequence[str], k: int) -> Iterator[Row]:
    """Score every scheme, corpus and recognizer; what takes long is done once for all of them."""
    gazetteer, boundaries = Gazetteer.open(), Boundaries.open()
    fitter, judge = Fitter(gazetteer, boundaries), Judge(gazetteer, boundaries)
    news = [item for gold in corpora.values() for item in gold]
    schemes: dict[str, Callable[[], Iterator[Split]]] = {
        f"{k} folds": lambda: k_folds(news, k),
        "leave one corpus out": lambda: leave_one_out(corpora),
    }
    for recognizer in names:
        for scheme, splits in schemes.items():
            pool = answer(splits(), recognizer, fitter, judge)
            for corpus, gold in {**corpora, TOGETHER: news}.items():
                yield score(scheme, recognizer, corpus, gold, pool, judge)
        if tweets:
            yield from score_tweets(news, tweets, recognizer, fitter, judge)


COLUMNS = {
    "exact_f1": "F1 exact",
    "overlap_f1": "F1 overlap",
    "end_to_end_f1": "end to end F1",
    "acc_161": "Acc@161",
    "same_id": "same id",
    "roles": "roles",
    "calibration_error": "ECE",
    "confident": "kept at 0.7",
    "confident_right": "right of kept",
    "novel": "novel pairs",
    "novel_acc_161": "Acc@161 novel",
    "novel_same_id": "same id novel",
}


def format_rows(rows: Sequence[Row]) -> str:
    """A Markdown table a scheme and recognizer; columns without a figure are left out."""
    tables = []
    for scheme, recognizer in dict.fromkeys((row.scheme, row.recognizer) for row in rows):
        of = [row for row in rows if (row.scheme, row.recognizer) == (scheme, recognizer)]
        shown = [name for name in COLUMNS if any(getattr(row, name) is not None for row in of)]
        lines = [["", "articles", *(COLUMNS[name] for name in shown)], ["---"] + ["---:"] * (len(shown) + 1)]
        lines += [
            [row.corpus, str(row.articles), *(cell(getattr(row, name)) for name in shown)] for row in of
        ]
        table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
        tables.append(f"### {scheme}, recognizer {recognizer}\n\n{table}\n")
        tables += [format_reliability(row.reliability) for row in of if row.reliability]
    return "\n".join(tables)


def format_reliability(bins: Sequence[ConfidenceBin]) -> str:
    lines = ["| confidence | answers | mean | right |", "| --- | ---: | ---: | ---: |"]
    lines += [
        f"| {bin.low:.1f} to {bin.high:.1f} | {bin.answers} | {bin.confidence:.3f} | {bin.right:.3f} |"
        for bin in bins
    ]
    return "\n".join(lines) + "\n"


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
    parser.add_argument("-k", "--folds", type=int, default=5, help="folds [%(default)s]")
    parser.add_argument("--no-tweets", action="store_true", help="leave IDRISI out")
    parser.add_argument("--every", type=int, default=1, help="only each n-th article, to try things out")
    parser.add_argument("-o", "--output", type=Path, help="also write the figures as JSON")
    options = parser.parse_args()
    if options.folds < 2 or options.every < 1:
        parser.error(f"--folds is {options.folds} and --every is {options.every}; give 2 and 1 or more")
    start = time.perf_counter()
    corpora = {name: read(options.corpora, name, options.every) for name in NEWS}
    tweets = () if options.no_tweets else read(options.corpora, TWEETS, options.every)
    rows = []
    for row in score_all(corpora, tweets, options.recognizer or RECOGNIZERS, options.folds):
        print(
            f"{time.perf_counter() - start:5.0f} s  {row.scheme}, {row.recognizer}, {row.corpus}",
            file=sys.stderr,
        )
        rows.append(row)
    print(format_rows(rows))
    if options.output:
        options.output.write_text(format_file(rows), encoding="utf-8")


def read(folder: Path, name: str, every: int) -> Gold:
    def report(error: ArticleError) -> None:
        print(f"skipped: {error}", file=sys.stderr)

    return read_gold(folder / f"{name}.jsonl", on_error=report)[::every]


def format_file(rows: Sequence[Row]) -> str:
    """JSON with a line a row, so that a change of figures is read with ease."""
    lines = ",\n".join(f"  {json.dumps(record_of(row))}" for row in rows)
    hashes = ",\n".join(f'  "{name}": "{value}"' for name, value in models_sha256().items())
    return f'{{\n "models_sha256": {{\n{hashes}\n }},\n "rows": [\n{lines}\n ]\n}}\n'


def record_of(row: Row) -> dict[str, object]:
    """The row for the file: four decimals, and nothing that was not measured."""
    figures = {
        name: round(value, 4) if isinstance(value, float) else value
        for name, value in asdict(row).items()
        if value is not None and name != "reliability"
    }
    if row.reliability:
        figures["reliability"] = [
            [bin.low, bin.answers, round(bin.confidence, 4), round(bin.right, 4)] for bin in row.reliability
        ]
    return figures


if __name__ == "__main__":
    main()
