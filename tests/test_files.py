import errno
import os
import stat
from pathlib import Path

import pytest

from crisismap.errors import OutputError
from crisismap.files import check_target, write_atomically


def test_writes_and_leaves_nothing_beside(tmp_path: Path) -> None:
    with write_atomically(tmp_path / "a.txt") as file:
        file.write(b"Kyiv")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert (tmp_path / "a.txt").read_bytes() == b"Kyiv"


def test_a_failure_keeps_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_bytes(b"old")
    with pytest.raises(KeyError), write_atomically(target) as file:
        file.write(b"new")
        raise KeyError
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.txt", b"old")]


def test_target_is_untouched_until_the_end(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_bytes(b"old")
    with write_atomically(target) as file:
        file.write(b"new")
        file.flush()
        assert target.read_bytes() == b"old"
    assert target.read_bytes() == b"new"


def test_permissions_follow_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        with write_atomically(tmp_path / "a.txt"):
            pass
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o640


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_bytes(b"old")
    (tmp_path / "link.txt").symlink_to("real.txt")
    with write_atomically(tmp_path / "link.txt") as file:
        file.write(b"new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_bytes() == b"new"


def test_a_device_is_never_replaced() -> None:
    before = Path("/dev/null").stat()
    with write_atomically("/dev/null") as file:
        file.write(b"gone")
    assert Path("/dev/null").stat().st_rdev == before.st_rdev
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_a_name_of_the_longest_length(tmp_path: Path) -> None:
    target = tmp_path / ("n" * 255)
    with write_atomically(target) as file:
        file.write(b"x")
    assert target.read_bytes() == b"x"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "is a folder"),
        ("missing/a.txt", "there is no folder"),
        ("file.txt/a.txt", "there is no folder"),
        ("a\0b", "NUL"),
        ("n" * 300, "cannot be written"),
    ],
)
def test_bad_targets(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "file.txt").write_bytes(b"")
    with pytest.raises(OutputError, match=words) as caught, write_atomically(tmp_path / name):
        pass
    assert "\n" not in str(caught.value)


def test_refuses_an_existing_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"old")
    with pytest.raises(OutputError, match="--overwrite"):
        check_target(tmp_path / "a.txt", overwrite=False)
    assert check_target(tmp_path / "a.txt") == tmp_path / "a.txt"
    assert check_target(tmp_path / "b.txt", overwrite=False) == tmp_path / "b.txt"


def test_a_read_only_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write anywhere
    with pytest.raises(OutputError, match="Permission denied"):
        check_target(tmp_path / "a.txt")


def test_a_full_disk_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="No space left"), write_atomically(tmp_path / "a.txt"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert list(tmp_path.iterdir()) == []


def test_an_error_about_another_file_passes(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), write_atomically(tmp_path / "a.txt"):
        (tmp_path / "other").read_bytes()
