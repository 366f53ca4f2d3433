"""The cache: what is in it is right or not found."""

import multiprocessing
import os
from dataclasses import replace
from pathlib import Path

import pytest

from crisismap.cache import Cache
from crisismap.errors import OutputError
from crisismap.model import Article, Borders, ParsedArticle, Place, Sentence
from crisismap.settings import Settings

HOME = Place("geonames:1", "Paris", -95.6, 33.7, "P", "PPL", "US")


def entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_what_is_kept_is_found_again(tmp_path: Path, parsed_seed: ParsedArticle) -> None:
    cache = Cache(tmp_path, Settings())
    assert cache.get(parsed_seed.article) is None
    cache.put(parsed_seed)
    assert cache.get(parsed_seed.article) == parsed_seed
    assert Cache(tmp_path, Settings()).get(parsed_seed.article) == parsed_seed


def test_the_same_content_under_another_id_has_its_own_mention_ids(
    tmp_path: Path, parsed_seed: ParsedArticle
) -> None:
    cache = Cache(tmp_path, Settings())
    cache.put(parsed_seed)
    again = cache.get(replace(parsed_seed.article, id="other", title="Other"))
    assert again is not None
    assert again.article.title == "Other"
    assert [mention.id for mention in again.mentions] == [
        f"other:{mention.span.start}-{mention.span.end}" for mention in parsed_seed.mentions
    ]


def test_everything_that_matters_is_in_the_key(
    tmp_path: Path, parsed_seed: ParsedArticle, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = replace(parsed_seed.article, source="Herald")
    Cache(tmp_path, Settings()).put(replace(parsed_seed, article=article))
    gazetteer = tmp_path / "own.gaz"
    gazetteer.write_bytes(b"own")
    own = tmp_path / "own.csv"
    own.write_text("name,lon,lat\n")
    for settings in (
        Settings(recognizer="fast"),
        Settings(borders=Borders.DE_FACTO),
        Settings(given_spans=True),
        Settings(gazetteer=gazetteer),
        Settings(places=(own,)),
        Settings(homes=(("Herald", HOME),)),
        Settings(homes=(("", HOME),)),
    ):
        assert Cache(tmp_path, settings).get(article) is None, settings
    for other in (
        replace(article, text=article.text + "."),
        replace(article, url="https://elsewhere.example/"),
        replace(article, given_spans=((0, 1),)),
    ):
        assert Cache(tmp_path, Settings()).get(other) is None
    assert Cache(tmp_path, Settings(homes=(("Tribune", HOME),))).get(article), "another outlet's home"
    monkeypatch.setattr("crisismap.settings._own_files", lambda: iter([own]))
    assert Cache(tmp_path, Settings()).get(article) is None, "other code or models"


@pytest.mark.parametrize("damage", ["empty", "half", "flipped", "foreign"])
def test_damaged_entries_are_dropped(tmp_path: Path, parsed_seed: ParsedArticle, damage: str) -> None:
    cache = Cache(tmp_path, Settings())
    cache.put(parsed_seed)
    [entry] = entries(tmp_path)
    good = entry.read_bytes()
    middle = len(good) // 2
    entry.write_bytes(
        {
            "empty": b"",
            "half": good[:middle],
            "flipped": good[:middle] + bytes([good[middle] ^ 255]) + good[middle + 1 :],
            "foreign": b"{}",
        }[damage]
    )
    assert cache.get(parsed_seed.article) is None
    assert entries(tmp_path) == []
    cache.put(parsed_seed)
    assert cache.get(parsed_seed.article) == parsed_seed


def test_the_entries_unused_for_longest_go_first(tmp_path: Path) -> None:
    articles = [Article(str(number), f"Text {number}") for number in range(4)]
    with Cache(tmp_path, Settings()) as cache:
        for article in articles:
            cache.put(ParsedArticle(article, (), ()))
    paths = entries(tmp_path)
    for path in paths:
        os.utime(path, ns=(0, 0))
    assert cache.get(articles[2]) is not None  # used just now
    with Cache(tmp_path, Settings(), max_bytes=paths[0].stat().st_size) as cache:
        cache.trim()
    assert [article.id for article in articles if cache.get(article)] == ["2"]


def test_a_disk_that_refuses_costs_only_the_entry(
    tmp_path: Path, parsed_seed: ParsedArticle, caplog: pytest.LogCaptureFixture
) -> None:
    cache = Cache(tmp_path, Settings())
    for letter in range(256):
        (tmp_path / f"{letter:02x}").write_text("a file where a folder should be")
    cache.put(parsed_seed)
    assert "not kept" in caplog.text
    assert cache.get(parsed_seed.article) is None


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="file: no folder for a cache"):
        Cache(tmp_path / "file", Settings())


def test_two_processes_may_write_and_read_at_once(tmp_path: Path) -> None:
    articles = [Article(str(number), f"Text {number}") for number in range(20)]
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write, args=(tmp_path, articles, 30)) for _ in range(2)]
    for writer in writers:
        writer.start()
    cache = Cache(tmp_path, Settings())
    while any(writer.is_alive() for writer in writers):
        for article in articles:
            found = cache.get(article)
            assert found is None or found == results(article)
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert [cache.get(article) for article in articles] == [results(article) for article in articles]
    assert len(entries(tmp_path)) == len(articles), "no temporary file is left"


def write(folder: Path, articles: list[Article], times: int) -> None:
    cache = Cache(folder, Settings())
    for _ in range(times):
        for article in articles:
            cache.put(results(article))


def results(article: Article) -> ParsedArticle:
    return ParsedArticle(article, (Sentence(0, 0, len(article.text)),), ())
