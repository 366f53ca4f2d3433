"""Paths -> Articles: walks files, folders, addresses and standard input, and gives each article its id."""

from __future__ import annotations

import io
import logging
import os
import re
import stat
import sys
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from crisismap.articles.duplicates import DigestSet, Duplicates
from crisismap.articles.fetching import Fetcher
from crisismap.articles.fields import printable_path
from crisismap.articles.formats import SUFFIXES, read_source
from crisismap.articles.language import foreign_language
from crisismap.articles.options import ReadOptions
from crisismap.articles.source import Context, Source
from crisismap.errors import ArticleError
from crisismap.model import Article

__all__ = ["read_articles"]

_LOG = logging.getLogger(__name__)

_URL = re.compile(r"(?!file\b)[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_FILE_URL = re.compile(r"file:/", re.IGNORECASE)


def read_articles(
    paths: Iterable[str | Path] | Path,
    *,
    on_error: Callable[[ArticleError], None] | None = None,
    on_duplicate: Callable[[Article], None] | None = None,
    options: ReadOptions | None = None,
    fetcher: Fetcher | None = None,
) -> Iterator[Article]:
    """Yield the articles of files, folders, web addresses and standard input (``-``), in order.

    A folder is read whole, sorted by path; hidden files and those with other extensions than
    ``docs/formats.md`` lists are passed over.  A file that is reached twice is read once.  Articles whose
    places are marked by hand (``given_spans``) are kept whatever their language and however often they come.

    Args:
        paths: what to read; a single path will do.
        on_error: is given each ArticleError, and reading goes on.  Without it the first one is raised.
        on_duplicate: is given each article that is left out since its URL or its text came before.
        options: how to read; by default English articles once each, and nothing that a feed links to.
        fetcher: asks for web pages; by default one that keeps to ``options.private_addresses``.

    Raises:
        ArticleError: a path or a line cannot be read, or an article is not in English, and there is no
            ``on_error``.

    Example:
        >>> articles = read_articles(["seeds"])
        >>> next(articles).date
        datetime.date(2022, 2, 4)
    """
    options = options or ReadOptions()
    fetcher = fetcher or Fetcher(private_addresses=options.private_addresses)
    reader = _Reader(Context(options, fetcher))
    numbers = _Numbers()
    duplicates = Duplicates()
    for path in [paths] if isinstance(paths, str | Path) else paths:
        for found in reader.read(path):
            if isinstance(found, Article):
                marked = found.given_spans is not None
                if not (options.keep_duplicates or marked) and duplicates.holds(found):
                    _LOG.debug("%s: left out; its address or text came before", found.id)
                    if on_duplicate is not None:
                        on_duplicate(found)
                    continue
                problem = None if options.any_language or marked else _foreign(found)
                if problem is None:
                    yield numbers.unique(found)
                    continue
                found = problem
            if on_error is None:
                raise found
            on_error(found)


class _Numbers:
    """The ids of one run; the second and later articles of one id get a number."""

    __slots__ = ("_last", "_used")

    def __init__(self) -> None:
        self._used = DigestSet()
        self._last: dict[str, int] = {}

    def unique(self, article: Article) -> Article:
        if self._used.add(article.id):
            return article
        number = self._last.get(article.id, 1) + 1
        while not self._used.add(f"{article.id}-{number}"):
            number += 1
        self._last[article.id] = number
        return replace(article, id=f"{article.id}-{number}")


class _Reader:
    """One run over the paths; knows what was read, so that links lead in no circle."""

    __slots__ = ("_context", "_seen")

    def __init__(self, context: Context) -> None:
        self._context = context
        self._seen = DigestSet()

    def read(self, path: str | Path) -> Iterator[Article | ArticleError]:
        if str(path) == "-":
            stdin = sys.stdin.buffer
            stream = stdin if isinstance(stdin, io.BufferedReader) else io.BufferedReader(stdin)  # type: ignore[type-var]
            yield from read_source(Source(stream, "stdin"), self._context)
            return
        if isinstance(path, str) and (_URL.match(path) or _FILE_URL.match(path)):
            yield from self._read_address(path)
            return
        path = Path(path)
        try:
            is_folder = stat.S_ISDIR(path.stat().st_mode)
        except (OSError, ValueError) as error:
            yield _unreadable(path, error)
            return
        yield from self._read_folder(path) if is_folder else self._read_file(path, _show(path.stem))

    def _read_address(self, url: str) -> Iterator[Article | ArticleError]:
        try:
            page = self._context.fetcher.fetch(url)
        except ArticleError as error:
            yield error
            return
        suffix = _SUFFIX_OF.get(page.content_type) or PurePosixPath(page.url.partition("?")[0]).suffix.lower()
        stream = io.BufferedReader(io.BytesIO(page.body))
        yield from read_source(
            Source(stream, page.url, suffix=suffix, url=page.url, charset=page.charset), self._context
        )

    def _read_folder(self, top: Path) -> Iterator[Article | ArticleError]:
        waiting = [top]
        empty = True
        while waiting:
            path = waiting.pop()
            try:
                if path.is_dir():
                    if not self._is_new(path):
                        empty = False
                    else:
                        found = {p.name: p for p in path.iterdir() if not p.name.startswith(".")}
                        waiting += [found[n] for n in sorted(found, reverse=True) if not _is_aside(n, found)]
                    continue
            except OSError as error:
                empty = False
                yield _unreadable(path, error)
                continue
            if path.suffix.lower() not in SUFFIXES:
                _LOG.debug("%s: passed over; not an article by its name", _show(path))
                continue
            empty = False
            yield from self._read_file(path, _show(path.relative_to(top).with_suffix("").as_posix()))
        if empty:
            kinds = ", ".join(SUFFIXES)
            yield ArticleError(f"{_show(top)}: no articles in this folder; it takes {kinds} files")

    def _read_file(self, path: Path, stem: str) -> Iterator[Article | ArticleError]:
        try:
            mode = path.stat().st_mode
            if not stat.S_ISREG(mode):
                yield ArticleError(f"{_show(path)}: not a regular file; pipe it in and name it '-'")
                return
            if not self._is_new(path):
                _LOG.debug("%s: read already", _show(path))
                return
            with path.open("rb") as file:
                source = Source(file, _show(path), stem=stem, suffix=path.suffix.lower())
                yield from read_source(source, self._context)
        except OSError as error:
            yield _unreadable(path, error)

    def _is_new(self, path: Path) -> bool:
        return self._seen.add(os.path.realpath(path))


_SUFFIX_OF = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "application/rss+xml": ".rss",
    "application/atom+xml": ".atom",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "text/markdown": ".md",
    "application/x-ndjson": ".jsonl",
    "application/json": ".json",
}
"""Media type -> extension; of any other the address has to tell."""


def _foreign(article: Article) -> ArticleError | None:
    found = foreign_language(article.text)
    if found is None:
        return None
    language, probability = found
    return ArticleError(
        f"article {_show(article.id)!r} is in {language} ({probability:.2f}); crisismap reads English; "
        "--any-language reads it all the same"
    )


def _is_aside(name: str, beside: Container[str]) -> bool:
    """Whether a folder is what a browser saves beside a page: images, scripts and frames."""
    page = name.removesuffix("_files")
    return page != name and (f"{page}.html" in beside or f"{page}.htm" in beside)


def _unreadable(path: Path, error: OSError | ValueError) -> ArticleError:
    if isinstance(error, FileNotFoundError):
        return ArticleError(f"{_show(path)}: no such file or folder")
    reason = error.strerror if isinstance(error, OSError) else error
    return ArticleError(f"{_show(path)}: cannot be read ({reason})")


def _show(path: str | Path) -> str:
    return printable_path(os.fsencode(str(path)))
