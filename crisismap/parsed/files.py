"""Files of results -> ParsedArticles, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from crisismap.articles.limits import MAX_ARTICLE, megabytes
from crisismap.errors import ArticleError
from crisismap.model import Borders, ParsedArticle
from crisismap.parsed.records import load, mark_of, parse_record

__all__ = ["MAX_LINE", "holds_results", "lines", "read_results"]

MAX_LINE = 4 * MAX_ARTICLE
"""Bytes of a line: the article, and as much again and more for what was found in it."""


def holds_results(path: str | Path) -> bool:
    """Whether a file looks like one that ``crisismap export -o FILE.jsonl`` wrote; False if unreadable."""
    try:
        with Path(path).open("rb") as file:
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
    """Yield the articles of a JSON Lines file of results, with everything that was found in them.

    Args:
        path: a file that :func:`crisismap.export.write_jsonl` wrote, or that of an unfinished run.
        borders: the worldview to draw in; a line that was drawn in another is an error.
        on_error: is given each ArticleError, and reading goes on.  Without it the first one is raised.

    Raises:
        ArticleError: the file cannot be read; or a line cannot, and there is no ``on_error``.
    """
    path = Path(path)
    try:
        file = path.open("rb")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no file name"
        raise ArticleError(f"{path}: cannot be read ({reason})") from None
    with file:
        for number, line in lines(file):
            where = f"{path}:{number}"
            try:
                if len(line) > MAX_LINE:
                    raise ArticleError(
                        f"{where}: longer than {megabytes(MAX_LINE)}, the most a line may hold"
                    )
                record = load(line, where)
                if borders is not None:
                    _check_borders(mark_of(record).borders, borders, where)
                parsed = parse_record(record)
            except ArticleError as error:
                if on_error is None:
                    raise
                on_error(error)
            else:
                yield parsed


def lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank with their numbers; of one that is too long only the beginning."""
    number = 0
    while line := file.readline(MAX_LINE + 1):
        number += 1
        rest = line
        while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
            rest = file.readline(MAX_LINE + 1)
        if not line.isspace():
            yield number, line


def _check_borders(found: Borders, wanted: Borders, where: str) -> None:
    if found is not wanted:
        raise ArticleError(
            f"{where}: drawn with --borders {found}, not {wanted}; pass --borders {found}, or export the"
            " articles again"
        )
