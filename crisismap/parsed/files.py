"""Files of results -> ParsedArticles, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from crisismap.articles.limits import MAX_ARTICLE, megabytes
from crisismap.errors import ArticleError
from crisismap.model import Borders, ParsedArticle
from crisismap.parsed.records import load, mark_of, parse_record

__all__ = ["MAX_LINE", "holds_results", "read_results"]

MAX_LINE = 4 * MAX_ARTICLE
"""Bytes of a line: the article, and as much again and more for what was found in it."""

_BEGINNING = b'{"id":'
"""How a line of results begins, whoever has laid it out anew."""

_Found = Iterator[tuple[Borders, ParsedArticle] | ArticleError]


def holds_results(path: str | Path) -> bool:
    """Whether ``crisismap export`` may have written a file, as .jsonl or .parquet; False if unreadable."""
    if _is_parquet(path):
        from crisismap.parsed.tables import holds_mentions

        return holds_mentions(path)
    try:
        with Path(path).open("rb") as file:
            # Most inputs are something else, and may be one long line.
            if not file.peek(len(_BEGINNING)).startswith(_BEGINNING):
                return False
            record = load(file.readline(MAX_LINE), str(path))
    except (OSError, ValueError):
        return False
    return all(record.has(key) for key in ("id", "sentences", "mentions", "borders"))


def read_results(
    path: str | Path,
    *,
    borders: Borders | None = None,
    on_error: Callable[[ArticleError], None] | None = None,
) -> Iterator[ParsedArticle]:
    """Yield the articles of a file of results, with what was found in them.

    Args:
        path: JSON Lines, which carry everything, of a finished run or an unfinished one; or GeoParquet of the
            layer ``mentions``, which carries what ``crisismap.parsed.tables`` says.
        borders: the worldview to draw in; an article that was drawn in another is an error.
        on_error: is given each ArticleError, and reading goes on.  Without it the first one is raised.

    Raises:
        ArticleError: the file cannot be read; or an article cannot, and there is no ``on_error``.
    """
    path = Path(path)
    for found in _read(path):
        if not isinstance(found, ArticleError):
            drawn, parsed = found
            if borders in (None, drawn):
                yield parsed
                continue
            found = ArticleError(
                f"{path}: article {parsed.article.id!r} was drawn with --borders {drawn}, not {borders}; pass"
                f" --borders {drawn}, or export the articles again"
            )
        if on_error is None:
            raise found
        on_error(found)


def _read(path: Path) -> _Found:
    if _is_parquet(path):
        from crisismap.parsed.tables import read_mentions

        yield from read_mentions(path)
        return
    try:
        file = path.open("rb")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no file name"
        raise ArticleError(f"{path}: cannot be read ({reason})") from None
    with file:
        for number, line in _lines(file):
            where = f"{path}:{number}"
            try:
                if len(line) > MAX_LINE:
                    raise ArticleError(
                        f"{where}: longer than {megabytes(MAX_LINE)}, the most a line may hold"
                    )
                record = load(line, where)
                found = mark_of(record).borders, parse_record(record)
            except ArticleError as error:
                yield error
            else:
                yield found


def _is_parquet(path: str | Path) -> bool:
    return Path(path).suffix.lower() in (".parquet", ".geoparquet")


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank with their numbers; of one that is too long only the beginning."""
    number = 0
    while line := file.readline(MAX_LINE + 1):
        number += 1
        rest = line
        while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
            rest = file.readline(MAX_LINE + 1)
        if not line.isspace():
            yield number, line
