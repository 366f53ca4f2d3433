"""Folders that are looked at again and again, and what has changed in them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

__all__ = ["INTERVAL_S", "Snapshot", "changes", "take_snapshot"]

Snapshot = dict[str, tuple[int, int]]
"""Path -> time of its last change in nanoseconds, and size in bytes."""

INTERVAL_S = 2.0
"""Seconds between two looks.  Looking works on every disk and network share, which system events do not."""


def changes(
    look: Callable[[], Snapshot],
    *,
    interval_s: float = INTERVAL_S,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Snapshot]:
    """Yield at once, and then each time that something has changed and has come to rest again.

    What changes while the caller works on one change is the next one.

    Args:
        look: says what there is now.
        interval_s: seconds from one look to the next.
        sleep: waits.
    """
    seen = look()
    yield seen
    while True:
        sleep(interval_s)
        now = look()
        if now == seen:
            continue
        while True:  # files are copied in one after the other, and large ones piece by piece
            sleep(interval_s)
            before, now = now, look()
            if now == before:
                break
        if now != seen:
            seen = now
            yield seen


def take_snapshot(paths: Iterable[str | Path], *, ignore: Iterable[str | Path] = ()) -> Snapshot:
    """What files there are: those named, and in folders those that are not hidden; without ``ignore``."""
    ignored = {os.path.realpath(path) for path in ignore}
    found: Snapshot = {}
    for path in paths:
        if not Path(path).is_dir():
            _note(Path(path), found, ignored)
            continue
        for folder, folders, files in os.walk(path):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in files:
                if not name.startswith("."):
                    _note(Path(folder, name), found, ignored)
    return found


def _note(path: Path, found: Snapshot, ignored: set[str]) -> None:
    if os.path.realpath(path) in ignored:
        return
    try:
        status = path.stat()
    except OSError:  # gone since it was listed
        return
    found[str(path)] = (status.st_mtime_ns, status.st_size)
