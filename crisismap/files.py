"""Writing files so that a reader never sees half of one."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from crisismap.errors import OutputError

__all__ = ["check_target", "replace_atomically", "write_atomically"]


def check_target(path: str | Path, *, overwrite: bool = True) -> Path:
    """Return ``path`` as a Path when a result can go there; call it before hours of work, not after.

    Raises:
        OutputError: ``path`` is a folder, its folder is missing or read-only, or it exists and
            ``overwrite`` is false.
    """
    target = Path(path)
    try:
        if target.is_dir():
            raise OutputError(f"{target}: is a folder; name a file in it")
        if target.exists() and not overwrite:
            raise OutputError(f"{target}: exists already; pass --overwrite to replace it")
        folder = Path(os.path.realpath(target)).parent
        if not folder.is_dir():
            raise OutputError(f"{target}: there is no folder {str(folder)!r}; make it first")
    except ValueError:
        raise OutputError(f"{str(path)!r}: not a file name; it holds a NUL character") from None
    except OutputError:
        raise
    except OSError as error:
        raise OutputError(f"{target}: cannot be written ({error.strerror}); choose another place") from None
    if not os.access(folder if _is_replaceable(target) else target, os.W_OK):
        raise OutputError(f"{target}: cannot be written (Permission denied); choose another place")
    return target


@contextmanager
def write_atomically(path: str | Path, *, overwrite: bool = True) -> Iterator[BinaryIO]:
    """Open a temporary file beside ``path`` and rename it there once the block has ended well.

    Where the block raises, ``path`` keeps what it held and the temporary file goes.  A symbolic link
    is followed; a device or pipe such as ``/dev/stdout`` is written to directly.

    Raises:
        OutputError: as :func:`check_target`, or the disk refuses.

    Example:
        >>> with write_atomically("/tmp/crisis.txt") as file:
        ...     _ = file.write(b"Kyiv")
    """
    target = check_target(path, overwrite=overwrite)
    if not _is_replaceable(target):
        with target.open("wb") as file:
            yield file
        return
    real = Path(os.path.realpath(target))
    # The name is hidden and foreign to every reader, so a folder that is both input and output is safe.
    temporary = real.with_name(f".crisismap-{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as file:
            yield file
        temporary.replace(real)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError) and not isinstance(error, OutputError) and _concerns(error, temporary):
            raise OutputError(
                f"{target}: cannot be written ({error.strerror}); free some room or choose another place"
            ) from error
        raise


@contextmanager
def replace_atomically(path: str | Path, suffix: str, *, overwrite: bool = True) -> Iterator[Path]:
    """The same for libraries that want a name to write to, in a folder where they may leave more.

    The name has that suffix, by which such a library may go, and lies in a hidden folder beside ``path``.

    Raises:
        OutputError: as :func:`write_atomically`.
    """
    target = check_target(path, overwrite=overwrite)
    real = Path(os.path.realpath(target))
    beside = real.parent if _is_replaceable(target) else None
    try:
        with tempfile.TemporaryDirectory(prefix=".crisismap-", suffix=".tmp", dir=beside) as folder:
            temporary = Path(folder) / f"output{suffix}"
            yield temporary
            if beside:
                temporary.replace(real)
            else:
                with temporary.open("rb") as source, target.open("wb") as file:
                    shutil.copyfileobj(source, file)
    except OSError as error:
        if isinstance(error, OutputError) or error.errno is None:
            raise
        raise OutputError(
            f"{target}: cannot be written ({error.strerror}); free some room or choose another place"
        ) from error


def _is_replaceable(target: Path) -> bool:
    return target.is_file() or not target.exists()


def _concerns(error: OSError, temporary: Path) -> bool:
    # A failed write carries no file name; an error about another file is the caller's own.
    return error.filename in (None, str(temporary)) and error.errno is not None
