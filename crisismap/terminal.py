"""What the command line shows: tables, progress, and text that cannot steer a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

__all__ = ["printable", "table", "with_progress"]

_T = TypeVar("_T")
_PATIENCE_S = 1.0
"""Work that is done sooner shows no progress."""


def with_progress(items: Iterator[_T], noun: str, *, hidden: bool) -> Iterator[_T]:
    """Count ``items`` on standard error, on a terminal, once it has taken more than a second."""
    if hidden or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn(noun), MofNCompleteColumn(), TimeElapsedColumn())
    progress = Progress(*columns, console=Console(stderr=True), transient=True)
    task = progress.add_task(noun, total=None)
    begun = time.monotonic()
    try:
        for item in items:
            yield item
            progress.advance(task)
            if not progress.live.is_started and time.monotonic() - begun > _PATIENCE_S:
                progress.start()
    finally:
        progress.stop()


def table(header: Sequence[str], rows: Sequence[Sequence[str]], indent: str = "") -> str:
    """Align cells in columns; what cannot be printed is shown escaped.

    >>> print(table(["place", "id"], [["Kyiv", "geonames:703448"]]))
    place  id
    Kyiv   geonames:703448
    """
    cells = [list(header), *([printable(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )
    return "\n".join(indent + line for line in lines)


def printable(text: str) -> str:
    r"""Show control and direction marks escaped: text from articles must not steer a terminal.

    >>> printable("Kyiv \x1b[2J")
    'Kyiv \\x1b[2J'
    """
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in " ".join(text.split())
    )
