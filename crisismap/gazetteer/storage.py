"""A file of named arrays that opens in microseconds: the safetensors layout, memory-mapped.

The layout (https://github.com/huggingface/safetensors#format) is an 8-byte little-endian header
length, a JSON header that maps each name to its dtype, shape and byte range, and the raw arrays.
Anything can read it; nothing in it can execute.  Arrays are views into the mapping, so a process
only holds the pages that it touches.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from crisismap.errors import GazetteerError
from crisismap.files import write_atomically

__all__ = ["ArrayFile", "read_arrays", "write_arrays"]

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


class ArrayFile:
    """The open file: ``arrays`` by name, read-only, and ``metadata`` (string to string)."""

    def __init__(self, path: Path, arrays: dict[str, npt.NDArray[Any]], metadata: dict[str, str]):
        self.path = path
        self.arrays = arrays
        self.metadata = metadata

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        """Return one array.

        Raises:
            GazetteerError: the file holds no array of that name.
        """
        try:
            return self.arrays[name]
        except KeyError:
            raise GazetteerError(
                f"{self.path}: no array {name!r} in this file; rebuild it with 'crisismap gazetteer build'"
            ) from None

    def strings(self, name: str) -> list[str]:
        """Return a small list of strings that was stored as newline-joined UTF-8 bytes."""
        text = self[name].tobytes().decode("utf-8")
        return text.split("\n") if text else []


def read_arrays(path: Path, kind: str, version: int) -> ArrayFile:
    """Map the file at ``path`` and check that it is a ``kind`` file of format ``version``.

    Raises:
        GazetteerError: the file is missing, cut short, of another kind or version, or not ours.
    """
    fix = "rebuild it with 'crisismap gazetteer build'"
    try:
        mapping = np.memmap(path, dtype=np.uint8, mode="r")
    except FileNotFoundError:
        raise GazetteerError(f"{path}: no such file; {fix}") from None
    except (OSError, ValueError) as error:
        raise GazetteerError(f"{path}: cannot be opened ({error}); {fix}") from None
    buffer = np.asarray(mapping)
    try:
        length = int.from_bytes(buffer[:8].tobytes(), "little")
        if not 2 <= length <= min(_MAX_HEADER, buffer.size - 8):
            raise ValueError("no header")
        header = json.loads(buffer[8 : 8 + length].tobytes())
        metadata = header.pop("__metadata__")
        found = (metadata["crisismap"], int(metadata["version"]))
        body = buffer[8 + length :]
        arrays = {name: _view(body, entry) for name, entry in header.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise GazetteerError(f"{path}: not a crisismap file, or a damaged one; {fix}") from None
    if found != (kind, version):
        raise GazetteerError(
            f"{path}: holds {found[0]!r} in format {found[1]}, wanted {kind!r} in format {version}; {fix}"
        )
    return ArrayFile(path, arrays, metadata)


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
    blobs: list[bytes] = []
    offset = 0
    for name, value in arrays.items():
        if isinstance(value, list):
            array = np.frombuffer("\n".join(value).encode("utf-8"), dtype=np.uint8)
        else:
            array = np.ascontiguousarray(value)
        blob = array.tobytes()
        header[name] = {
            "dtype": _CODES[array.dtype.newbyteorder("<")],
            "shape": list(array.shape),
            "data_offsets": [offset, offset + len(blob)],
        }
        padding = -len(blob) % _ALIGNMENT
        blobs.append(blob + b"\0" * padding)
        offset += len(blob) + padding
    head = json.dumps(header, ensure_ascii=True, separators=(",", ":")).encode()
    head += b" " * (-(len(head) + 8) % _ALIGNMENT)
    with write_atomically(path) as file:
        file.write(len(head).to_bytes(8, "little") + head)
        file.writelines(blobs)
