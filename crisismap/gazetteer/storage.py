"""A file of named arrays that opens in microseconds: the safetensors layout, memory-mapped.

The layout (https://github.com/huggingface/safetensors#format) is an 8-byte little-endian header
length, a JSON header that maps each name to its dtype, shape and byte range, and the raw arrays.
Anything can read it; nothing in it can execute.  Arrays are views into the mapping, so a process
only holds the pages that it touches.

The last array, ``crc32``, holds the CRC-32 of the header and of each array before it.  A file of up to
64 MiB is checked whole when it is opened, at some gigabytes a second; of a larger one the header and the
arrays that the reader names, and the rest by :meth:`ArrayFile.verify`.  A checksum finds damage, not malice.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from crisismap.errors import GazetteerError
from crisismap.files import write_atomically

__all__ = ["ArrayFile", "FileStrings", "Strings", "read_arrays", "write_arrays"]

_DTYPES: dict[str, np.dtype[Any]] = {
    "U8": np.dtype("u1"),
    "U16": np.dtype("<u2"),
    "U32": np.dtype("<u4"),
    "U64": np.dtype("<u8"),
    "I32": np.dtype("<i4"),
    "I64": np.dtype("<i8"),
    "F32": np.dtype("<f4"),
    "F64": np.dtype("<f8"),
}
_CODES = {dtype: code for code, dtype in _DTYPES.items()}
_ALIGNMENT = 8
_MAX_HEADER = 1_000_000
_CHECKSUMS = "crc32"
_CHECKED_WHOLE = 1 << 26
_FIX = "rebuild it with 'crisismap gazetteer build'"


class ArrayFile:
    """The open file: ``arrays`` by name, read-only, and ``metadata`` (string to string)."""

    def __init__(
        self,
        path: Path,
        arrays: dict[str, npt.NDArray[Any]],
        metadata: dict[str, str],
        checksums: Mapping[str, int] | None = None,
    ):
        self.path = path
        self.arrays = arrays
        self.metadata = metadata
        self._checksums = checksums or {}

    def verify(self, names: Collection[str] | None = None) -> None:
        """Compare the arrays, or those of ``names``, with their checksums; this reads them through.

        Raises:
            GazetteerError: an array is not what was written.
        """
        for name, checksum in self._checksums.items():
            if (names is None or name in names) and zlib.crc32(
                self.arrays[name].reshape(-1).data
            ) != checksum:
                raise GazetteerError(f"{self.path}: the file is damaged in {name!r}; {_FIX}")

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        """Return one array.

        Raises:
            GazetteerError: the file holds no array of that name.
        """
        try:
            return self.arrays[name]
        except KeyError:
            raise GazetteerError(f"{self.path}: no array {name!r} in this file; {_FIX}") from None

    def strings(self, name: str) -> list[str]:
        """Return a small list of strings that was stored as newline-joined UTF-8 bytes."""
        text = self[name].tobytes().decode("utf-8")
        return text.split("\n") if text else []


class Strings(Protocol):
    """Strings by index."""

    def __getitem__(self, index: int, /) -> str:
        """The string at ``index``."""


class FileStrings:
    """Many short strings of a file, read one at a time: UTF-8 bytes and where each begins."""

    def __init__(self, file: ArrayFile, name: str):
        self._bytes = file[name]
        self._starts = file[f"{name}_starts"]

    def __getitem__(self, index: int, /) -> str:
        start, end = self._starts.item(index), self._starts.item(index + 1)
        return self._bytes[start:end].tobytes().decode("utf-8")


def read_arrays(path: Path, kind: str, version: int, check: Collection[str] = ()) -> ArrayFile:
    """Map the file at ``path`` and check that it is a ``kind`` file of format ``version``, and whole.

    Args:
        path: the file.
        kind: what it must hold.
        version: the format it must have.
        check: the arrays that are checked even in a file too large to be checked whole.

    Raises:
        GazetteerError: the file is missing, cut short, damaged, of another kind or version, or not ours.
    """
    try:
        mapping = np.memmap(path, dtype=np.uint8, mode="r")
    except FileNotFoundError:
        raise GazetteerError(f"{path}: no such file; {_FIX}") from None
    except (OSError, ValueError) as error:
        raise GazetteerError(f"{path}: cannot be opened ({error}); {_FIX}") from None
    buffer = np.asarray(mapping)
    try:
        length = int.from_bytes(buffer[:8].tobytes(), "little")
        if not 2 <= length <= min(_MAX_HEADER, buffer.size - 8):
            raise ValueError("no header")
        head = buffer[8 : 8 + length].tobytes()
        header = json.loads(head)
        metadata = header.pop("__metadata__")
        found = (metadata["crisismap"], int(metadata["version"]))
        body = buffer[8 + length :]
        arrays = {name: _view(body, entry) for name, entry in header.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise GazetteerError(f"{path}: not a crisismap file, or a damaged one; {_FIX}") from None
    if found != (kind, version):
        raise GazetteerError(
            f"{path}: holds {found[0]!r} in format {found[1]}, wanted {kind!r} in format {version}; {_FIX}"
        )
    checksums = arrays.pop(_CHECKSUMS, None)
    if checksums is None or checksums.shape != (len(arrays) + 1,) or checksums[0] != zlib.crc32(head):
        raise GazetteerError(f"{path}: the file is damaged in its header; {_FIX}")
    file = ArrayFile(path, arrays, metadata, dict(zip(arrays, checksums[1:].tolist(), strict=True)))
    file.verify(None if buffer.size <= _CHECKED_WHOLE else check)
    return file


def _view(body: npt.NDArray[np.uint8], entry: dict[str, Any]) -> npt.NDArray[Any]:
    dtype = _DTYPES[entry["dtype"]]
    start, end = entry["data_offsets"]
    shape = tuple(entry["shape"])
    if not 0 <= start <= end <= body.size or math.prod(shape) * dtype.itemsize != end - start:
        raise ValueError("array outside the file")
    array: npt.NDArray[Any] = body[start:end].view(dtype).reshape(shape)
    return array


def write_arrays(
    path: Path,
    kind: str,
    version: int,
    arrays: Mapping[str, npt.NDArray[Any] | list[str]],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write ``arrays`` to ``path`` through a temporary file beside it; equal input, equal bytes.

    A list of strings is stored as newline-joined UTF-8; read it with :meth:`ArrayFile.strings`.

    Raises:
        OutputError: the file cannot be written.
    """
    header: dict[str, Any] = {
        "__metadata__": {"crisismap": kind, "version": str(version), **(metadata or {})}
    }
    stored = {name: _stored(value) for name, value in arrays.items()}
    stored[_CHECKSUMS] = checksums = np.zeros(len(stored) + 1, "<u4")
    offset = 0
    for name, array in stored.items():
        header[name] = {
            "dtype": _CODES[array.dtype],
            "shape": list(array.shape),
            "data_offsets": [offset, offset + array.nbytes],
        }
        offset += array.nbytes + -array.nbytes % _ALIGNMENT
    head = json.dumps(header, ensure_ascii=True, separators=(",", ":")).encode()
    head += b" " * (-(len(head) + 8) % _ALIGNMENT)
    checksums[0] = zlib.crc32(head)
    with write_atomically(path) as file:
        file.write(len(head).to_bytes(8, "little") + head)
        for number, array in enumerate(stored.values(), 1):
            content = array.reshape(-1).view("u1").data
            if number < len(checksums):
                checksums[number] = zlib.crc32(content)
            file.write(content)
            file.write(bytes(-array.nbytes % _ALIGNMENT))


def _stored(value: npt.NDArray[Any] | list[str]) -> npt.NDArray[Any]:
    """The array as its bytes are to lie in the file: contiguous and little-endian."""
    if isinstance(value, list):
        return np.frombuffer("\n".join(value).encode("utf-8"), dtype=np.uint8)
    return np.ascontiguousarray(value, value.dtype.newbyteorder("<"))
