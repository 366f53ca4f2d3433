"""When a folder has changed: looks and waits are the test's own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from crisismap.watching import Snapshot, changes, take_snapshot

A: Snapshot = {"a.txt": (1, 10)}
B: Snapshot = {"a.txt": (2, 10)}
C: Snapshot = {"a.txt": (2, 10), "b.txt": (3, 1)}


def states(*looks: Snapshot) -> list[Snapshot]:
    """What is yielded when these are the looks, one after the other."""
    coming: Iterator[Snapshot] = iter(looks)
    slept: list[float] = []
    found: list[Snapshot] = []
    # A generator turns the StopIteration of the looks, when they are used up, into a RuntimeError.
    with pytest.raises(RuntimeError, match="StopIteration"):
        found.extend(changes(lambda: next(coming), interval_s=2.0, sleep=slept.append))
    assert slept == [2.0] * len(looks), "one wait before each look but the first, and the one that fails"
    return found


def test_a_change_is_told_when_it_has_come_to_rest() -> None:
    assert states(A) == [A], "at once"
    assert states(A, A, A, A) == [A]
    assert states(A, B) == [A]
    assert states(A, B, B) == [A, B]
    assert states(A, B, C, C, C) == [A, C]
    assert states(A, B, B, B, A, A) == [A, B, A]
    assert states(A, B, A, A, A) == [A], "it is as it was"
    assert states({}, A, A) == [{}, A]


def test_what_changes_meanwhile_is_the_next_change() -> None:
    current = [A]
    stream = changes(lambda: current[0], sleep=lambda _: None)
    assert next(stream) == A
    current[0] = B  # while the caller works
    assert next(stream) == B


def test_a_snapshot_is_of_what_is_not_hidden_or_ignored(tmp_path: Path) -> None:
    (tmp_path / "deep" / "deeper").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    for name in ("a.txt", "deep/deeper/b.txt", ".hidden", ".git/c.txt", "out.html"):
        (tmp_path / name).write_text(name)
    link = tmp_path / "link.txt"
    link.symlink_to(tmp_path / "a.txt")
    found = take_snapshot([tmp_path, tmp_path / "none.txt"], ignore=[tmp_path / "deep" / ".." / "out.html"])
    expected = [tmp_path / "a.txt", link, tmp_path / "deep" / "deeper" / "b.txt"]
    assert sorted(found) == sorted(map(str, expected))
    os.utime(tmp_path / "a.txt", ns=(7, 7))
    assert take_snapshot([tmp_path / "a.txt"]) == {str(tmp_path / "a.txt"): (7, len("a.txt"))}


def test_a_file_that_vanishes_is_a_change(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("a")
    before = take_snapshot([tmp_path])
    path.unlink()
    assert take_snapshot([tmp_path]) == {} != before
