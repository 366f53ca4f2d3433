"""Many articles in many processes: order, bounds, and what becomes of those that hang or kill."""

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from crisismap.batch import outcomes, parse_batch
from crisismap.cache import Cache
from crisismap.errors import ArticleError, CrisismapError, GazetteerError
from crisismap.geoparsing import Geoparser
from crisismap.model import Article, ParsedArticle, Sentence
from crisismap.settings import Settings


class Parser:
    """Does what the article says."""

    def parse_all(self, articles: list[Article], *, given_spans: bool) -> list[ParsedArticle]:
        return [self._parse(article) for article in articles]

    def _parse(self, article: Article) -> ParsedArticle:
        match article.text.partition(" ")[0]:
            case "hang":
                while True:
                    time.sleep(60)
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "leave":
                os._exit(3)
            case "fail":
                raise ZeroDivisionError("division by zero")
            case "refuse":
                raise ArticleError(f"article {article.id!r} is refused")
        return ParsedArticle(article, (Sentence(0, 0, len(article.text)),), ())


@dataclass(frozen=True)
class Fake:
    """Settings whose pipeline is the one above."""

    problem: str = ""
    given_spans: bool = False

    def open(self) -> Geoparser:
        if self.problem == "die":
            os._exit(7)
        if self.problem:
            raise GazetteerError(self.problem)
        return cast(Geoparser, Parser())


FAKE = cast(Settings, Fake())


def articles(*texts: str) -> list[Article]:
    return [Article(str(number), text) for number, text in enumerate(texts)]


def test_results_come_in_order_and_what_goes_wrong_is_skipped() -> None:
    texts = ["hang", "a" * 300_000, "die", "b", "leave", "fail", "refuse", *("good" for _ in range(40))]
    given = articles(*texts)
    errors: list[str] = []
    found = list(
        parse_batch(given, FAKE, jobs=2, time_limit_s=0.2, on_error=lambda error: errors.append(str(error)))
    )
    assert [parsed.article for parsed in found] == [given[1], given[3], *given[7:]]
    assert all(parsed.sentences == (Sentence(0, 0, len(parsed.article.text)),) for parsed in found)
    assert errors == [
        "article '0': took longer than 0.2 s; skipped",
        "article '2': the process that parsed it ended (signal 9); skipped",
        "article '4': the process that parsed it ended (exit status 3); skipped",
        "article '5': ZeroDivisionError: division by zero; please report it",
        "article '6' is refused",
    ]


def test_without_on_error_the_first_one_is_raised() -> None:
    for jobs in (1, 2):
        found = parse_batch(articles("good", "refuse", "good"), FAKE, jobs=jobs)
        assert next(found).article.id == "0"
        with pytest.raises(ArticleError, match="'1' is refused"):
            next(found)


def test_a_stream_without_end_is_read_only_a_little_ahead() -> None:
    read = 0

    def stream() -> Iterator[Article]:
        nonlocal read
        while True:
            read += 1
            yield Article(str(read), "good")

    found = outcomes(stream(), FAKE, jobs=1)
    assert [next(found).article.id for _ in range(3)] == ["1", "2", "3"]
    assert read == 64
    found = outcomes(stream(), FAKE, jobs=2)
    assert [next(found).article.id for _ in range(100)] == [str(number) for number in range(65, 165)]
    assert read <= 164 + 64 + 8
    cast(Any, found).close()


def test_few_articles_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("multiprocessing.get_context", None)
    assert len(list(parse_batch(articles(*15 * ["good"]), FAKE))) == 15
    with pytest.raises(TypeError, match="NoneType"):
        list(parse_batch(articles(*16 * ["good"]), FAKE))


def test_settings_that_open_nothing_are_one_error() -> None:
    with pytest.raises(GazetteerError, match=r"no\.gaz: missing"):
        list(parse_batch(articles("good"), cast(Settings, Fake("no.gaz: missing")), jobs=2))
    with pytest.raises(CrisismapError, match=r"ended while it started \(exit status 7\)"):
        list(parse_batch(articles("good"), cast(Settings, Fake("die")), jobs=2))


def test_a_cache_spares_the_work(tmp_path: Path) -> None:
    settings = Settings(recognizer="fast")
    known = ParsedArticle(Article("a", "die"), (Sentence(0, 0, 3),), ())
    with Cache(tmp_path, settings) as cache:
        cache.put(known)
        for jobs in (1, 2):
            assert list(parse_batch([known.article], FAKE, jobs=jobs, cache=cache)) == [known]
        fresh = Article("b", "good")
        [parsed] = parse_batch([fresh], FAKE, jobs=2, cache=cache)
        assert cache.get(fresh) == parsed


def test_real_workers_find_what_this_process_finds(geoparser: Geoparser) -> None:
    settings = Settings(recognizer="fast", homes=())
    given = articles("Talks were held in Kyiv.", "Fire in eastern Ukraine.", "Nothing here.")
    here = list(parse_batch(given, settings, jobs=1))
    assert [len(parsed.mentions) for parsed in here] == [1, 2, 0]
    assert list(parse_batch(given, settings, jobs=2)) == here
