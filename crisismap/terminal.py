"""What the command line shows: tables, progress, and text that cannot steer a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from rich.progress import TaskID

__all__ = ["printable", "row_progress", "table", "with_progress"]

_T = TypeVar("_T")
_PATIENCE_S = 1.0
"""Work that is done sooner shows no progress."""


def with_progress(items: Iterator[_T], noun: str, *, hidden: bool, total: int | None = None) -> Iterator[_T]:
    """Count ``items`` on standard error, on a terminal, once it has taken more than a second.

    The rate is shown with them, and with a ``total`` the time that is left.
    """
    if hidden or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import (
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = [
        SpinnerColumn(),
        TextColumn(noun),
        MofNCompleteColumn(),
        TextColumn("{task.fields[pace]:,.1f}/s"),
        TimeElapsedColumn(),
    ]
    if total:
        columns += [TextColumn("left:"), TimeRemainingColumn()]
    progress = Progress(*columns, console=Console(stderr=True), transient=True)
    task = progress.add_task(noun, total=total, pace=0.0)
    begun = time.monotonic()
    try:
        for number, item in enumerate(items, 1):
            yield item
            pace = number / max(time.monotonic() - begun, 0.001)
            progress.update(task, advance=1, pace=pace)
            if not progress.live.is_started and time.monotonic() - begun > _PATIENCE_S:
                progress.start()
    finally:
        progress.stop()


@contextmanager
def row_progress(*, hidden: bool) -> Iterator[Callable[[str, int, int, int], None]]:
    """A bar on standard error, on a terminal: give what is read, rows so far, and bytes of how many."""
    if hidden or not sys.stderr.isatty():
        yield lambda what, rows, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rows]:,} rows, {task.fields[pace]:,.0f}/s"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        tasks: dict[str, TaskID] = {}
        begun: dict[str, float] = {}

        def report(what: str, rows: int, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=None, rows=0, pace=0.0)
                begun[what] = time.monotonic()
            seconds = max(time.monotonic() - begun[what], 0.001)
            progress.update(tasks[what], completed=done, total=total, rows=rows, pace=rows / seconds)

        yield report


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
