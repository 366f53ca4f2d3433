"""The options on running, as a user meets them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crisismap.cli import main
from crisismap.commands.running import expected_articles
from crisismap.errors import ArticleError
from crisismap.geoparsing import Geoparser, portions
from crisismap.model import Article, ParsedArticle

PLACES = ("Kyiv", "Lviv", "Odesa", "Kharkiv")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)])


def export(source: Path, target: Path, *options: str | Path) -> Result:
    return run("export", source, "-o", target, "--recognizer", "fast", "--jobs", "1", *options)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """More articles than are parsed without a journal."""
    path = tmp_path / "in.jsonl"
    lines = [
        {"id": f"a{number}", "text": f"Fire broke out in {PLACES[number % 4]} on day {number}."}
        for number in range(20)
    ]
    path.write_text("\n".join(map(json.dumps, lines)))
    return path


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the articles that are parsed from now on."""
    ids: list[str] = []
    parse_all = Geoparser.parse_all

    def counted(self: Geoparser, articles: list[Article], **options: bool) -> list[ParsedArticle]:
        ids.extend(article.id for article in articles)
        return parse_all(self, articles, **options)

    monkeypatch.setattr(Geoparser, "parse_all", counted)
    return ids


def test_jobs_change_nothing_but_the_time(corpus: Path, tmp_path: Path) -> None:
    for jobs in ("1", "2"):
        result = export(corpus, tmp_path / f"{jobs}.jsonl", "--jobs", jobs)
        assert (result.exit_code, result.output) == (0, "")
    assert (tmp_path / "1.jsonl").read_bytes() == (tmp_path / "2.jsonl").read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"in.jsonl", "1.jsonl", "2.jsonl"}


def test_what_is_cached_is_not_parsed_again(corpus: Path, tmp_path: Path, parsed: list[str]) -> None:
    cache = ("--cache", tmp_path / "cache")
    assert export(corpus, tmp_path / "a.geojson", *cache).exit_code == 0
    assert len(parsed) == 20
    assert export(corpus, tmp_path / "b.geojson", *cache).exit_code == 0
    assert len(parsed) == 20
    assert (tmp_path / "a.geojson").read_bytes() == (tmp_path / "b.geojson").read_bytes()
    with corpus.open("a") as file:
        file.write('\n{"id": "new", "text": "Shells hit Kyiv."}\n')
    assert export(corpus, tmp_path / "b.geojson", *cache, "--overwrite").exit_code == 0
    assert parsed[20:] == ["new"]


@pytest.mark.parametrize("suffix", [".jsonl", ".geojson"])
def test_an_interrupted_export_says_how_to_go_on(
    corpus: Path, tmp_path: Path, parsed: list[str], monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    whole, target = tmp_path / f"whole{suffix}", tmp_path / f"out{suffix}"
    assert export(corpus, whole).exit_code == 0
    del parsed[:]
    with monkeypatch.context() as patch:
        parse_all = Geoparser.parse_all

        def stopped(self: Geoparser, articles: list[Article], **options: bool) -> list[ParsedArticle]:
            if "a12" in [article.id for article in articles]:
                raise KeyboardInterrupt
            return parse_all(self, articles, **options)

        patch.setattr(Geoparser, "parse_all", stopped)
        patch.setattr("crisismap.batch.portions", lambda articles: portions(articles, 4))
        result = export(corpus, target)
    journal = tmp_path / f".out{suffix}.part.jsonl"
    assert result.exit_code == 1
    assert f"stopped; {journal} keeps 12 articles; --resume goes on from there" in result.stderr
    assert not target.exists()
    assert journal.read_bytes().count(b"\n") == 12
    assert parsed == [f"a{number}" for number in range(12)]

    refused = export(corpus, target)
    assert refused.exit_code == 1
    assert "pass --resume to go on with it" in refused.stderr
    assert export(corpus, target, "--resume").exit_code == 0
    assert parsed[12:] == [f"a{number}" for number in range(12, 20)]
    assert target.read_bytes() == whole.read_bytes()
    assert not journal.exists()


def test_only_a_file_can_be_resumed(corpus: Path) -> None:
    result = export(corpus, Path("-"), "--resume", "--format", "csv")
    assert result.exit_code == 2
    assert "--resume needs a file as output" in result.stderr
    assert "--cache FOLDER" in result.stderr


def test_resuming_with_nothing_to_resume_is_a_run(corpus: Path, tmp_path: Path) -> None:
    assert export(corpus, tmp_path / "a.jsonl").exit_code == 0
    assert export(corpus, tmp_path / "b.jsonl", "--resume").exit_code == 0
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()


def test_articles_that_fail_are_skipped_and_counted(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parse_all = Geoparser.parse_all

    def failing(self: Geoparser, articles: list[Article], **options: bool) -> list[ParsedArticle]:
        if "a3" in [article.id for article in articles]:
            raise ArticleError("article 'a3' is bad")
        return parse_all(self, articles, **options)

    monkeypatch.setattr(Geoparser, "parse_all", failing)
    with corpus.open("a") as file:
        file.write("\nno JSON\n")
    result = export(corpus, tmp_path / "out.jsonl")
    assert result.exit_code == 0
    assert "skipped: article 'a3' is bad\n" in result.stderr
    assert "in.jsonl:21: not JSON" in result.stderr
    assert "2 skipped, 19 read" in result.stderr


def test_earlier_results_are_drawn_without_parsing(corpus: Path, tmp_path: Path, parsed: list[str]) -> None:
    results = tmp_path / "out.jsonl"
    assert export(corpus, results).exit_code == 0
    assert export(corpus, tmp_path / "direct.geojson").exit_code == 0
    del parsed[:]
    assert export(results, tmp_path / "again.geojson").exit_code == 0
    assert run("map", results, "-o", tmp_path / "again.html").exit_code == 0
    assert parsed == []
    assert (tmp_path / "again.geojson").read_bytes() == (tmp_path / "direct.geojson").read_bytes()
    other = export(results, tmp_path / "other.geojson", "--borders", "de-facto")
    assert other.exit_code == 1
    assert "drawn with --borders international, not de-facto" in other.stderr


def test_watching_writes_again_what_has_changed(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def scripted(look: Any) -> Iterator[Any]:
        target = tmp_path / "out.jsonl"
        for text in ("", '\n{"id": "b", "text": "Shells hit Lviv."}', None):
            if text is None:
                corpus.unlink()
            else:
                with corpus.open("a") as file:
                    file.write(text)
            assert str(target) not in look()
            yield look()
            seen.append(target.read_bytes().count(b"\n"))

    monkeypatch.setattr("crisismap.watching.changes", scripted)
    result = export(corpus, tmp_path / "out.jsonl", "--watch")
    assert result.exit_code == 0, result.stderr
    assert seen == [20, 21, 21]
    assert "in.jsonl: no such file" in result.stderr.lower() or "cannot be read" in result.stderr


def test_how_many_articles_are_to_be_expected(corpus: Path, tmp_path: Path) -> None:
    corpus.write_text("{}\n" * 30)
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("a.txt", "b.txt", ".hidden"):
        (folder / name).write_text("Kyiv")
    assert expected_articles([str(corpus), str(folder), str(folder / "a.txt")]) == 33
    assert expected_articles([str(corpus), "-"]) is None
    assert expected_articles(["https://example.org/feed"]) is None


def test_what_cannot_be_watched_is_refused(tmp_path: Path) -> None:
    for path in ("-", "https://example.org/feed"):
        result = run("export", path, "-o", tmp_path / "out.jsonl", "--watch")
        assert result.exit_code == 2
        assert f"--watch takes files and folders, and {path!r} is neither" in result.stderr
