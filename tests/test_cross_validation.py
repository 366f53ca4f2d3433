"""The cross-validated figures that are kept belong to the models that ship, and reach their floors."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from crisismap.evaluation import ConfidenceBin, GoldArticle
from crisismap.model import Article

ROOT = Path(__file__).parents[1]
FIGURES = ROOT / "benchmarks" / "cross_validation.json"
PAGE = ROOT / "docs" / "accuracy.md"

sys.path.insert(0, str(ROOT / "benchmarks"))
import cross_validation  # noqa: E402
from cross_validation import Row  # noqa: E402


def articles(*ids: str) -> list[GoldArticle]:
    return [GoldArticle(Article(id, "text"), ()) for id in ids]


def test_folds_hold_every_article_once_and_never_train_on_it() -> None:
    gold = articles(*(f"lgl/{number}" for number in range(40)))
    splits = list(cross_validation.k_folds(gold, 5))
    held_out = [item.article.id for split in splits for item in split.held_out]
    assert sorted(held_out) == sorted(item.article.id for item in gold)
    for split in splits:
        ids = {item.article.id for item in split.training}
        assert len(ids) + len(split.held_out) == 40
        assert ids.isdisjoint(item.article.id for item in split.held_out)
    # Pinned, so that a fold is the same on every machine and for every stage.
    assert cross_validation.fold_of(articles("lgl/40450848")[0], 5) == 1


def test_tweets_of_one_event_stay_together() -> None:
    tweets = articles(*(f"idrisi/maryland_floods_2018/{number}" for number in range(20)))
    assert {cross_validation.fold_of(item, 5) for item in tweets} == {3}
    assert cross_validation.event_of(tweets[0]) == "maryland floods 2018"
    assert cross_validation.event_of(articles("lgl/1")[0]) == ""


def test_a_corpus_left_out_is_not_trained_on() -> None:
    corpora = {"a": articles("a/1"), "b": articles("b/1", "b/2"), "c": articles("c/1")}
    splits = list(cross_validation.leave_one_out(corpora))
    assert [[item.article.id for item in split.training] for split in splits] == [
        ["b/1", "b/2", "c/1"],
        ["a/1", "c/1"],
        ["a/1", "b/1", "b/2"],
    ]
    assert [split.held_out for split in splits] == list(corpora.values())


def test_figures_survive_the_file(tmp_path: Path) -> None:
    rows = [
        Row("5 folds", "fast", "lgl", 2, 9, 0.5, 0.75, 0.25, acc_161=0.1235, novel=3),
        Row(
            "5 folds", "fast", "together", 2, 9, 1, 1, 1, reliability=(ConfidenceBin(0.9, 1.0, 4, 0.95, 1.0),)
        ),
    ]
    path = tmp_path / "figures.json"
    cross_validation.write_file(path, rows)
    hashes, again = cross_validation.read_file(path)
    assert hashes == cross_validation.models_sha256()
    assert again == rows
    tables = cross_validation.format_rows(again)
    assert "| lgl | fast | 2 | 0.500 | 0.750 | 0.250 | 0.123 |" in tables
    assert "| 0.9 to 1.0 | 4 | 0.950 | 1.000 |" in tables
    assert "roles" not in tables, "a column without figures"


def test_tables_go_between_the_marks_of_a_page() -> None:
    begin, end = cross_validation.MARKS
    page = f"before\n{begin}\nold\n{end}\nafter\n"
    new = cross_validation.replace_tables(page, "new\n")
    assert new == f"before\n{begin}\n\nnew\n\n{end}\nafter\n"
    with pytest.raises(ValueError, match="has no line"):
        cross_validation.replace_tables("before", "new\n")


# --- the figures that are kept ---


FLOORS = {
    "lgl": {"acc_161": 0.92, "same_id": 0.87, "exact_f1": 0.82, "overlap_f1": 0.88, "end_to_end_f1": 0.80},
    "gwn-a": {
        "acc_161": 0.91,
        "same_id": 0.845,
        "exact_f1": 0.86,
        "overlap_f1": 0.90,
        "end_to_end_f1": 0.80,
        "roles": 0.88,
    },
    "geovirus": {"acc_161": 0.84, "exact_f1": 0.90, "overlap_f1": 0.94, "end_to_end_f1": 0.80},
    "together": {"confident": 0.90, "confident_right": 0.96},
}
CALIBRATION_ERROR = 0.03
FAST_MAY_LOSE = 0.06
"""End to end, of the neural recognizer's F1."""


@pytest.fixture(scope="module")
def folds() -> dict[tuple[str, str], Row]:
    """The rows of the folds, by recognizer and corpus."""
    _, rows = cross_validation.read_file(FIGURES)
    return {(row.recognizer, row.corpus): row for row in rows if row.scheme == "5 folds"}


def test_figures_are_those_of_the_models_that_ship() -> None:
    hashes, rows = cross_validation.read_file(FIGURES)
    assert hashes == cross_validation.models_sha256(), "run benchmarks/cross_validation.py again"
    schemes = {(row.scheme, row.recognizer) for row in rows}
    without = f"5 folds, {cross_validation.NO_HOMES}"
    wanted = ("5 folds", without, cross_validation.LEFT_OUT, cross_validation.BY_EVENT)
    assert schemes == {(scheme, name) for scheme in wanted for name in cross_validation.RECOGNIZERS}
    articles = {row.corpus: row.articles for row in rows if row.scheme != cross_validation.BY_EVENT}
    assert articles == {"lgl": 588, "gwn-a": 100, "geovirus": 229, "idrisi-a": 12607, "together": 917}


@pytest.mark.parametrize(
    ("corpus", "figure", "floor"),
    [(corpus, figure, floor) for corpus, floors in FLOORS.items() for figure, floor in floors.items()],
)
def test_cross_validated_floor(
    folds: dict[tuple[str, str], Row], corpus: str, figure: str, floor: float
) -> None:
    assert getattr(folds["neural", corpus], figure) >= floor


def test_confidence_can_be_believed(folds: dict[tuple[str, str], Row]) -> None:
    error = folds["neural", "together"].calibration_error
    assert error is not None
    assert error <= CALIBRATION_ERROR


@pytest.mark.parametrize("corpus", ["lgl", "gwn-a", "geovirus"])
def test_the_fast_recognizer_loses_little(folds: dict[tuple[str, str], Row], corpus: str) -> None:
    loss = folds["neural", corpus].end_to_end_f1 - folds["fast", corpus].end_to_end_f1
    assert loss <= FAST_MAY_LOSE


def test_the_page_shows_the_figures_that_are_kept() -> None:
    page = PAGE.read_text(encoding="utf-8")
    _, rows = cross_validation.read_file(FIGURES)
    assert cross_validation.replace_tables(page, cross_validation.format_rows(rows)) == page
