"""Interrupted runs: whatever is left of the journal, the results are those of one that was not."""

import errno
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crisismap.batch import Outcome
from crisismap.errors import ArticleError, OutputError
from crisismap.journal import Journal
from crisismap.model import Article, Borders, ParsedArticle, Sentence
from crisismap.settings import Settings

SETTINGS = Settings(recognizer="fast")
ARTICLES = [Article(str(number), f"Text {number}", source="Herald") for number in range(6)]
BAD = "3"


class Parser:
    """Takes articles from a run, one of which is bad, and stops after some."""

    def __init__(self, last: int | None = None):
        self.taken: list[str] = []
        self._last = last

    def __call__(self, articles: Iterable[Article]) -> Iterator[Outcome]:
        for article in articles:
            if len(self.taken) == self._last:
                raise KeyboardInterrupt
            self.taken.append(article.id)
            if article.id == BAD:
                yield Outcome(article, ArticleError(f"article {article.id!r}: took too long"))
            else:
                sentences = (Sentence(0, 0, len(article.text)),)
                yield Outcome(article, ParsedArticle(article, sentences, ()))


def run(
    target: Path, parser: Parser, articles: Iterable[Article] = ARTICLES, resume: bool = True
) -> tuple[list[ParsedArticle], list[str]]:
    errors: list[str] = []
    with Journal(target, SETTINGS, resume=resume) as journal:
        journal.fill(articles, parser)
        found = list(journal.results(on_error=lambda error: errors.append(str(error))))
    return found, errors


EXPECTED = (
    [ParsedArticle(article, (Sentence(0, 0, 6),), ()) for article in ARTICLES if article.id != BAD],
    ["article '3': took too long"],
)


def test_a_run_that_ends_well_leaves_nothing(tmp_path: Path) -> None:
    assert run(tmp_path / "out.jsonl", Parser(), resume=False) == EXPECTED
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("last", range(6))
def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path, last: int) -> None:
    target = tmp_path / "out.jsonl"
    with pytest.raises(KeyboardInterrupt):
        run(target, Parser(last), resume=False)
    second = Parser()
    assert run(target, second) == EXPECTED
    assert second.taken == [article.id for article in ARTICLES[last:]]
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The journal of five articles of six."""
    target = tmp_path_factory.mktemp("whole") / "out.jsonl"
    with pytest.raises(KeyboardInterrupt):
        run(target, Parser(5), resume=False)
    return (target.parent / ".out.jsonl.part.jsonl").read_bytes()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_is_left_of_the_journal(tmp_path: Path, whole: bytes, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(whole)))
    rubbish = data.draw(st.sampled_from([b"", b"\n", b"{}\n", b"\0" * 10, b'{"id": "'])) if cut else b""
    left = whole[:cut] + rubbish
    (tmp_path / ".out.jsonl.part.jsonl").write_bytes(left)
    parser = Parser()
    assert run(tmp_path / "out.jsonl", parser) == EXPECTED
    lines, all_lines = left.split(b"\n")[:-1], whole.split(b"\n")[:-1]
    good = [mine == theirs for mine, theirs in zip(lines, all_lines, strict=False)]
    assert len(parser.taken) == 6 - [*good, False].index(False)


def test_from_a_changed_article_on_all_are_parsed_again(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    with pytest.raises(KeyboardInterrupt):
        run(target, Parser(5), resume=False)
    changed = [*ARTICLES[:2], replace(ARTICLES[2], text="Text X"), *ARTICLES[3:]]
    parser = Parser()
    found, errors = run(target, parser, changed)
    assert [parsed.article for parsed in found] == [*changed[:3], *changed[4:]]
    assert errors == EXPECTED[1]
    assert parser.taken == ["2", "3", "4", "5"]


def test_an_input_that_has_become_shorter(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    with pytest.raises(KeyboardInterrupt):
        run(target, Parser(5), resume=False)
    found, _ = run(target, Parser(), ARTICLES[:2])
    assert [parsed.article for parsed in found] == ARTICLES[:2]


def test_what_was_left_is_not_thrown_away_unasked(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    with pytest.raises(KeyboardInterrupt):
        run(target, Parser(5), resume=False)
    with pytest.raises(OutputError, match="--resume to go on with it, or --overwrite"):
        Journal(target, SETTINGS)
    with Journal(target, SETTINGS, overwrite=True) as journal:
        journal.fill(ARTICLES, Parser())
        assert journal.done == 6


def test_other_settings_do_not_go_on(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    with pytest.raises(KeyboardInterrupt):
        run(target, Parser(5), resume=False)
    left = next(tmp_path.iterdir()).read_bytes()
    other = replace(SETTINGS, borders=Borders.DE_FACTO)
    with pytest.raises(OutputError, match="other settings"), Journal(target, other, resume=True) as journal:
        journal.fill(ARTICLES, Parser())
    assert next(tmp_path.iterdir()).read_bytes() == left


def test_two_runs_do_not_write_one_journal(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    with Journal(tmp_path / "out.jsonl", SETTINGS) as journal:
        journal.fill(ARTICLES[:1], Parser())
        with pytest.raises(OutputError, match="another run is writing it"):
            Journal(tmp_path / "out.jsonl", SETTINGS, resume=True)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"cannot be written \(No such file"):
        Journal(tmp_path / "none" / "out.jsonl", SETTINGS)


def test_a_full_disk_is_one_error_and_can_be_resumed(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    with (
        pytest.raises(OutputError, match=r"cannot be written \(No space left on device\); free some room"),
        Journal(target, SETTINGS) as journal,
    ):
        journal._file = cast(BinaryIO, Full(journal._file, writes=3))
        journal.fill(ARTICLES, Parser())
    parser = Parser()
    assert run(target, parser) == EXPECTED
    assert parser.taken == ["3", "4", "5"]


class Full:
    """A file on a disk that has room for some writes and half of another."""

    def __init__(self, file: BinaryIO, writes: int):
        self.file, self.writes = file, writes

    def write(self, data: bytes) -> int:
        self.writes -= 1
        if self.writes >= 0:
            return self.file.write(data)
        self.file.write(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)
