"""Rows of a full GeoNames dump, streamed: ``allCountries.txt`` and ``alternateNamesV2.txt``.

Both are tab-separated UTF-8 without a header; the columns are described in the readme of GeoNames' export
folder.  Plain files, and the same inside .zip or .gz, are read.  A bad row is counted and passed over.
"""

from __future__ import annotations

import gzip
import io
import logging
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeAlias

from crisismap.errors import GazetteerError

__all__ = ["AlternateName", "GeoNamesRow", "Progress", "Reading", "read_alternate_names", "read_rows"]

_log = logging.getLogger(__name__)

Progress: TypeAlias = Callable[[str, int, int, int], None]
"""Is told what is done, how many rows are through, and how many bytes of how many."""

_ROW_COLUMNS = 19
_NAME_COLUMNS = 10
_MAX_ID = (1 << 32) - 1
_SHOWN = 5
"""Bad rows that are reported one by one."""
_TRIAL = 1000
"""Rows after which a file must have shown that it is a dump."""
_LONGEST_LINE = 1 << 20
_BATCH = 8192
"""Rows between two reports of progress."""


@dataclass(frozen=True, slots=True)
class GeoNamesRow:
    """A row of ``allCountries.txt``."""

    id: int
    name: str
    ascii_name: str
    alternates: tuple[str, ...]
    lon: float
    lat: float
    feature_class: str
    feature_code: str
    country: str
    admin1: str
    admin2: str
    population: int
    modified: str
    """Date of the last change, ISO 8601."""


@dataclass(frozen=True, slots=True)
class AlternateName:
    """A row of ``alternateNamesV2.txt``."""

    place: int
    """GeoNames id of the place."""
    language: str
    """ISO 639 code, "" where unknown, or one of GeoNames' own: abbr, link, post, iata, wkdt ..."""
    name: str
    preferred: bool
    short: bool
    colloquial: bool
    historic: bool


@dataclass(slots=True)
class Reading:
    """How a file is being read."""

    path: Path
    rows: int = 0
    bad: int = 0
    done: int = 0
    """Bytes, of the file as it lies on disk or of its unpacked member."""
    total: int = 0
    examples: list[str] = field(default_factory=list)
    """What is wrong with the first bad rows, each with file and line."""

    def skip(self, fix: str) -> None:
        """Count the row at hand as bad.

        Raises:
            GazetteerError: hardly any row was good so far.
        """
        self.bad += 1
        if len(self.examples) < _SHOWN:
            self.examples.append(f"{self.path}:{self.rows}: {fix}")
        if self.bad >= _TRIAL and self.bad * 2 > self.rows:
            raise self.no_dump()

    def finish(self) -> None:
        """Report the first bad rows.

        Raises:
            GazetteerError: no row was good.
        """
        if self.bad == self.rows:
            raise self.no_dump()
        for example in self.examples:
            _log.warning("%s; left out", example)
        if self.bad > len(self.examples):
            _log.warning("%s: %d bad rows left out in all", self.path, self.bad)

    def no_dump(self) -> GazetteerError:
        """The error for a file of another kind."""
        first = self.examples[0] if self.examples else f"{self.path}: holds no row"
        return GazetteerError(f"{first}; this is no GeoNames dump, or one of another kind")


class _BadRowError(Exception):
    """Says what is wrong with a row."""


def read_rows(
    path: Path, keep: Callable[[str, str], bool], reading: Reading, progress: Progress | None = None
) -> Iterator[GeoNamesRow]:
    """Yield the rows whose feature class and code ``keep`` accepts.

    Raises:
        GazetteerError: the file cannot be read or is no dump.
    """
    wanted: dict[tuple[bytes, bytes], bool] = {}
    for line in _lines(path, reading, progress):
        cells = line.split(b"\t")
        try:
            if len(cells) != _ROW_COLUMNS:
                raise _BadRowError(f"{len(cells)} columns, want {_ROW_COLUMNS}")
            feature = cells[6], cells[7]
            kept = wanted.get(feature)
            if kept is None:
                kept = keep(feature[0].decode("utf-8", "replace"), feature[1].decode("utf-8", "replace"))
                wanted[feature] = kept
            if kept:
                yield _row([cell.decode() for cell in cells])
        except _BadRowError as error:
            reading.skip(str(error))
        except UnicodeDecodeError:
            reading.skip(f"{line[:60]!r} is not UTF-8")
    reading.finish()


def _row(cells: list[str]) -> GeoNamesRow:
    name = " ".join(cells[1].split())
    if not name:
        raise _BadRowError(f"name {cells[1]!r}: want a name")
    return GeoNamesRow(
        id=_number("geonameid", cells[0], 1),
        name=name,
        ascii_name=cells[2],
        alternates=tuple(filter(None, cells[3].split(","))),
        lon=_degrees("longitude", cells[5], 180),
        lat=_degrees("latitude", cells[4], 90),
        feature_class=cells[6],
        feature_code=cells[7],
        country=cells[8],
        admin1=cells[10],
        admin2=cells[11],
        population=_number("population", cells[14] or "0", 0),
        modified=cells[18],
    )


def _number(column: str, cell: str, least: int) -> int:
    value = int(cell) if cell.isascii() and cell.isdigit() and len(cell) <= len(str(_MAX_ID)) else -1
    if not least <= value <= _MAX_ID:
        raise _BadRowError(f"{column} {cell!r}: want a whole number from {least}")
    return value


def _degrees(column: str, cell: str, limit: int) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = limit + 1
    if not -limit <= value <= limit:
        raise _BadRowError(f"{column} {cell!r}: want degrees from -{limit} to {limit}")
    return value


def read_alternate_names(
    path: Path, reading: Reading, progress: Progress | None = None
) -> Iterator[AlternateName]:
    """Yield the alternate names.

    Raises:
        GazetteerError: the file cannot be read or is no dump.
    """
    for line in _lines(path, reading, progress):
        try:
            cells = line.decode().split("\t")
            # The first edition of the file lacks the two last columns.
            if not _NAME_COLUMNS - 2 <= len(cells) <= _NAME_COLUMNS:
                raise _BadRowError(f"{len(cells)} columns, want {_NAME_COLUMNS}")
            _number("alternateNameId", cells[0], 1)
            place = _number("geonameid", cells[1], 1)
            preferred, short, colloquial, historic = (cell == "1" for cell in cells[4:8])
            yield AlternateName(place, cells[2], cells[3], preferred, short, colloquial, historic)
        except _BadRowError as error:
            reading.skip(str(error))
        except UnicodeDecodeError:
            reading.skip(f"{line[:60]!r} is not UTF-8")
    reading.finish()


def _lines(path: Path, reading: Reading, progress: Progress | None) -> Iterator[bytes]:
    """The lines without their ends."""
    try:
        with _opened(path, reading) as (stream, position):
            # A file without line ends is no dump; it must not fill the memory before that shows.
            while line := stream.readline(_LONGEST_LINE):
                reading.rows += 1
                yield line.rstrip(b"\r\n")
                if reading.rows % _BATCH == 0 and progress:
                    progress(path.name, reading.rows, position(), reading.total)
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError) as error:
        fix = "fetch the file again" if path.is_file() else "name a GeoNames dump"
        raise GazetteerError(f"{path}: cannot be read ({error}); {fix}") from None


@contextmanager
def _opened(path: Path, reading: Reading) -> Iterator[tuple[IO[bytes], Callable[[], int]]]:
    """The unpacked stream, and a function that says how far it has been read."""
    with path.open("rb") as file:
        reading.total = path.stat().st_size
        magic = file.peek(4)[:4]
        if magic.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(file) as archive:
                texts = [member for member in archive.infolist() if member.filename.endswith(".txt")]
                if not texts:
                    raise zipfile.BadZipFile("no .txt file in it")
                member = max(texts, key=lambda text: text.file_size)
                reading.total = member.file_size
                with archive.open(member) as unpacked:
                    yield _buffered(unpacked), unpacked.tell
        elif magic.startswith(b"\x1f\x8b"):
            with gzip.open(file) as unpacked:
                yield _buffered(unpacked), file.tell
        else:
            yield file, file.tell


def _buffered(stream: Any) -> IO[bytes]:
    """Faster to read line by line; the archives' own readers will do as raw streams."""
    return io.BufferedReader(stream, 1 << 20)
