"""Packed files: .gz, .zst and .zip, read without ever being unpacked to disk by their names.

No member's name becomes a path, so none can lead out of a folder.  What unpacks to far more than it is, a
bomb, is cut off.
"""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Any

from crisismap.articles import limits
from crisismap.articles.source import Context, Source, damage, first_line
from crisismap.errors import ArticleError, MissingDependencyError
from crisismap.model import Article

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["Read", "read_gzip", "read_zip", "read_zstd"]

Read = Callable[[Source, Context], Iterator[Article | ArticleError]]
"""Reads what lies in an archive, whatever it is."""

_TAIL = 22 + 2**16
_BUFFER = 2**16


class _Unpacked(io.RawIOBase):
    """What unpacks from ``packed``, with an end to bombs and one kind of error."""

    def __init__(self, packed: IO[bytes], kind: str, name: str, consumed: Callable[[], int]) -> None:
        self._packed, self._kind, self._name, self._consumed = packed, kind, name, consumed
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        try:
            data = self._packed.read(len(view))
        except (
            OSError,
            EOFError,
            RuntimeError,
            NotImplementedError,
            zlib.error,
            zipfile.BadZipFile,
        ) as error:
            raise ArticleError(f"{self._name}: damaged {self._kind} ({first_line(error)})") from None
        except Exception as error:
            if type(error).__name__ != "ZstdError":
                raise
            raise ArticleError(f"{self._name}: damaged {self._kind} ({first_line(error)})") from None
        self._size += len(data)
        if self._size > limits.RATIO_FREE and self._size > limits.MAX_RATIO * max(1, self._consumed()):
            raise ArticleError(
                f"{self._name}: unpacks to more than {limits.MAX_RATIO} times its size; "
                "if it is no bomb, unpack it first"
            )
        view[: len(data)] = data
        return len(data)


class _Counted(io.RawIOBase):
    """A stream that counts what is read from it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        data = self._stream.read(len(view))
        view[: len(data)] = data
        self.count += len(data)
        return len(data)


def read_gzip(source: Source, context: Context, read: Read) -> Iterator[Article | ArticleError]:
    """What a .gz file holds.

    Raises:
        ArticleError: it lies too deep in other archives, or is damaged.
    """
    counted = _Counted(source.stream)
    packed = io.BufferedReader(counted, _BUFFER)
    with gzip.GzipFile(fileobj=packed) as file:
        yield from _read_inner(source, context, read, file, "gzip archive", lambda: counted.count)


def read_zstd(source: Source, context: Context, read: Read) -> Iterator[Article | ArticleError]:
    """What a .zst file holds.

    Raises:
        ArticleError: it lies too deep in other archives, or is damaged.
        MissingDependencyError: zstandard is not installed.
    """
    try:
        import zstandard
    except ImportError:
        raise MissingDependencyError(
            f"{source.name}: reading .zst takes zstandard; pip install 'crisismap[zstd]'"
        ) from None
    counted = _Counted(source.stream)
    unpacker = zstandard.ZstdDecompressor(max_window_size=limits.MAX_WINDOW)
    with unpacker.stream_reader(io.BufferedReader(counted, _BUFFER), read_across_frames=True) as file:
        yield from _read_inner(source, context, read, file, "zstd archive", lambda: counted.count)


def _read_inner(
    source: Source, context: Context, read: Read, file: Any, kind: str, consumed: Callable[[], int]
) -> Iterator[Article | ArticleError]:
    _check_depth(source)
    inner = PurePosixPath(source.stem)
    unpacked = io.BufferedReader(_Unpacked(file, kind, source.name, consumed), _BUFFER)
    stem = inner.with_suffix("").as_posix() if source.stem else ""
    yield from read(
        replace(source, stream=unpacked, stem=stem, suffix=inner.suffix.lower(), depth=source.depth + 1),
        context,
    )


def read_zip(source: Source, context: Context, read: Read) -> Iterator[Article | ArticleError]:
    """The files in a .zip archive, sorted by name; a name is a label and never a path.

    Raises:
        ArticleError: it lies too deep in other archives, is damaged, or holds too much.
    """
    _check_depth(source)
    with source.seekable() as file:
        _check_directory(file, source.name)
        with damage(source.name, "a zip archive"):
            archive = zipfile.ZipFile(file)
        with archive:
            members = [m for m in archive.infolist() if _is_file(m.filename)]
            _check_members(members, file, source.name)
            for member in sorted(members, key=lambda m: m.filename):
                yield from _read_member(archive, member, source, context, read)


def _read_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, source: Source, context: Context, read: Read
) -> Iterator[Article | ArticleError]:
    shown = "".join(c if c.isprintable() else "\ufffd" for c in member.filename)
    name = f"{source.name}: {shown}"
    if member.flag_bits & 1:
        yield ArticleError(f"{name}: encrypted; unpack it first")
        return
    path = PurePosixPath(shown.replace("\\", "/"))
    parts = [part for part in path.parts if part not in ("/", "..", ".")]
    label = PurePosixPath(*parts) if parts else PurePosixPath("member")
    try:
        with damage(name, "a part of a zip archive"):
            file = archive.open(member)
        with file:
            unpacked = io.BufferedReader(
                _Unpacked(file, "zip archive", name, lambda: member.compress_size), _BUFFER
            )
            yield from read(
                Source(
                    unpacked,
                    name,
                    stem=label.with_suffix("").as_posix(),
                    suffix=label.suffix.lower(),
                    depth=source.depth + 1,
                ),
                context,
            )
    except ArticleError as error:
        yield error


def _check_depth(source: Source) -> None:
    if source.depth >= limits.MAX_DEPTH:
        raise ArticleError(f"{source.name}: an archive inside {limits.MAX_DEPTH} others; unpack it first")


def _check_members(members: list[zipfile.ZipInfo], file: IO[bytes], name: str) -> None:
    size = file.seek(0, io.SEEK_END)
    if not members:
        raise ArticleError(f"{name}: no articles in this zip archive")
    if any(m.filename == "word/document.xml" or m.filename == "xl/workbook.xml" for m in members):
        raise ArticleError(
            f"{name}: looks like an office document; save its text as .txt or its table as .csv"
        )
    if len(members) > limits.MAX_MEMBERS:
        raise ArticleError(
            f"{name}: holds {len(members)} files, the most is {limits.MAX_MEMBERS}; unpack it first"
        )
    # Members that share their bytes are how a small archive holds an endless one.
    total = sum(member.file_size for member in members)
    if total > limits.RATIO_FREE and total > limits.MAX_RATIO * size:
        raise ArticleError(
            f"{name}: unpacks to more than {limits.MAX_RATIO} times its size; "
            "if it is no bomb, unpack it first"
        )


def _check_directory(file: IO[bytes], name: str) -> None:
    """Refuse a table of contents that is too long, before it is read into memory."""
    start = max(0, file.seek(0, io.SEEK_END) - _TAIL)
    file.seek(start)
    tail = file.read(_TAIL)
    at = tail.rfind(b"PK\5\6")
    size = 0
    if 0 <= at <= len(tail) - 22:
        (size,) = struct.unpack_from("<L", tail, at + 12)
        large = tail.rfind(b"PK\6\6", 0, at)
        if 0 <= large <= len(tail) - 56:
            size = max(size % 0xFFFFFFFF, *struct.unpack_from("<Q", tail, large + 40))
    file.seek(0)
    if size > limits.MAX_DIRECTORY:
        raise ArticleError(f"{name}: holds more files than are read from one zip archive; unpack it first")


def _is_file(name: str) -> bool:
    """Whether a member is no folder, not hidden, and not what macOS adds."""
    parts = name.replace("\\", "/").split("/")
    hidden = any((part.startswith(".") and part not in (".", "..")) or part == "__MACOSX" for part in parts)
    return parts[-1] != "" and not hidden
