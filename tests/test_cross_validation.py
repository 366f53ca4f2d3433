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
        Row("5 folds", "fast", "lgl", 2, 9, 0.5, 0.75, 0.25, acc_161=0.123456, novel=3),
        Row(
            "5 folds", "fast", "together", 2, 9, 1, 1, 1, reliability=(ConfidenceBin(0.9, 1.0, 4, 0.95, 1.0),)
        ),
    ]
    path = tmp_path / "figures.json"
    cross_validation.write_file(path, rows)
    hashes, again = cross_validation.read_file(path)
    assert hashes == cross_validation.models_sha256()
    assert again[0].acc_161 == 0.1235
    assert again[1] == rows[1]
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
