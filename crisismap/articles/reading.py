"""Paths -> Articles: walks files, folders and standard input, and gives each article its id."""

from __future__ import annotations

import io
import logging
import os
import re
import stat
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from crisismap.articles import decoding
from crisismap.articles.lines import read_lines
from crisismap.articles.text import parse_text
from crisismap.errors import ArticleError
from crisismap.model import Article

__all__ = ["read_articles"]

_LOG = logging.getLogger(__name__)

_TEXT_SUFFIXES = (".txt", ".text")
_JSONL_SUFFIXES = (".jsonl", ".ndjson")
_HEAD = 4096

# Spreadsheets and GIS programs read such ids as numbers, dates or nothing at all.
_MISREAD_ID = re.compile(
    r"[\d\W_]*"
    r"|[+-]?\d*\.?\d*e[+-]?\d+"
    r"|\d*\W*(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\W*\d*(\W+\d*)?"
    r"|nan|inf|infinity|null|none|na|n/a|true|false",
    re.IGNORECASE,
)


def read_articles(
    paths: Iterable[str | Path] | Path, *, on_error: Callable[[ArticleError], None] | None = None
) -> Iterator[Article]:
    """Yield the articles of files, folders and standard input (``-``), in order.

    A folder is read whole, sorted by path: ``.txt`` and ``.text`` files are one article each, ``.jsonl``
    and ``.ndjson`` files one article a line; hidden and other files are passed over.  A file that is
    reached twice is read once.

    Args:
        paths: what to read; a single path will do.
        on_error: is given each ArticleError, and reading goes on.  Without it the first one is raised.

    Raises:
        ArticleError: a path or a line cannot be read, and there is no ``on_error``.

    Example:
        >>> articles = read_articles(["seeds"])
        >>> next(articles).date
        datetime.date(2022, 2, 4)
    """
    used: dict[str, int] = {}
    reader = _Reader()
    for path in [paths] if isinstance(paths, str | Path) else paths:
        for found in reader.read(path):
            if isinstance(found, Article):
                yield _with_unique_id(found, used)
            elif on_error is None:
                raise found
            else:
                on_error(found)


@dataclass(slots=True)
class _Reader:
    """One run over the paths; ``seen`` holds what was read, so that links lead in no circle."""

    seen: set[str] = field(default_factory=set)

    def read(self, path: str | Path) -> Iterator[Article | ArticleError]:
        if str(path) == "-":
            stdin = sys.stdin.buffer
            stream = stdin if isinstance(stdin, io.BufferedReader) else io.BufferedReader(stdin)  # type: ignore[type-var]
            yield from _read_stream(stream, "stdin", stem="", jsonl=None)
            return
        path = Path(path)
        try:
            is_folder = stat.S_ISDIR(path.stat().st_mode)
        except (OSError, ValueError) as error:
            yield _unreadable(path, error)
            return
        yield from self._read_folder(path) if is_folder else self._read_file(path, path.stem)

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
                        waiting += sorted(
                            (p for p in path.iterdir() if not p.name.startswith(".")),
                            key=lambda p: p.name,
                            reverse=True,
                        )
                    continue
            except OSError as error:
                empty = False
                yield _unreadable(path, error)
                continue
            if path.suffix.lower() not in _TEXT_SUFFIXES + _JSONL_SUFFIXES:
                _LOG.debug("%s: passed over; not an article by its name", _show(path))
                continue
            empty = False
            yield from self._read_file(path, path.relative_to(top).with_suffix("").as_posix())
        if empty:
            kinds = ", ".join(_TEXT_SUFFIXES + _JSONL_SUFFIXES)
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
                suffix = path.suffix.lower()
                known = suffix in _TEXT_SUFFIXES + _JSONL_SUFFIXES
                jsonl = suffix in _JSONL_SUFFIXES if known else None
                yield from _read_stream(file, _show(path), stem=stem, jsonl=jsonl)
        except OSError as error:
            yield _unreadable(path, error)

    def _is_new(self, path: Path) -> bool:
        real = os.path.realpath(path)
        if real in self.seen:
            return False
        self.seen.add(real)
        return True


def _read_stream(
    stream: io.BufferedReader[Any], name: str, *, stem: str, jsonl: bool | None
) -> Iterator[Article | ArticleError]:
    """Read one open file as JSON lines or as one text; where ``jsonl`` is None its first bytes decide."""
    head = stream.peek(_HEAD)
    if jsonl is None:
        jsonl = re.match(rb'(\xef\xbb\xbf)?\s*\{\s*["}]', head) is not None
    if jsonl:
        yield from read_lines(stream, name, head)
        return
    data = stream.read(decoding.MAX_BYTES + 1)
    try:
        yield parse_text(decoding.decode(data, name), name, _id_from_stem(stem))
    except ArticleError as error:
        yield error


def _id_from_stem(stem: str) -> str:
    """An id that no spreadsheet takes for a number or a date; "" for ""."""
    if not stem:
        return ""
    stem = unicodedata.normalize("NFC", _show(stem))
    return f"article-{stem}" if _MISREAD_ID.fullmatch(stem) else stem


def _with_unique_id(article: Article, used: dict[str, int]) -> Article:
    """Number the second and later articles of one id; ``used`` holds the last number given to each."""
    identity, number = article.id, used.get(article.id, 0)
    while identity in used:
        number += 1
        identity = f"{article.id}-{number + 1}"
    used[article.id] = number
    used[identity] = 0
    return article if identity == article.id else replace(article, id=identity)


def _unreadable(path: Path, error: OSError | ValueError) -> ArticleError:
    if isinstance(error, FileNotFoundError):
        return ArticleError(f"{_show(path)}: no such file or folder")
    reason = error.strerror if isinstance(error, OSError) else error
    return ArticleError(f"{_show(path)}: cannot be read ({reason})")


def _show(path: str | Path) -> str:
    """A path as one printable line, whatever bytes its name holds."""
    name = os.fsencode(str(path)).decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "\ufffd" for c in name)
