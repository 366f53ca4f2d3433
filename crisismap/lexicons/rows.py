"""Reads the rows of a table and checks each cell as it is read."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from crisismap.errors import LexiconError

__all__ = ["COUNTRY", "OURS", "OWN_ID", "Row", "load_rows", "read_text"]

_T = TypeVar("_T")
_E = TypeVar("_E", bound=StrEnum)

COUNTRY = re.compile(r"[A-Z]{2}")
DIVISION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
OURS = re.compile(r"crisismap:[a-z0-9]+(-[a-z0-9]+)*")
OWN_ID = re.compile(rf"{OURS.pattern}|naturalearth:[1-9][0-9]*")
PLACE = re.compile(rf"{COUNTRY.pattern}|{DIVISION.pattern}|geonames:[1-9][0-9]*|{OURS.pattern}")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table that knows where it stands; each method reads and checks one cell."""

    file: Path
    line: int
    cells: Mapping[str, str]

    def error(self, column: str, fix: str) -> LexiconError:
        """What to raise where the cell is wrong."""
        return LexiconError(f"{self.file}:{self.line}: {column} {self.cells[column]!r}: {fix}")

    def text(self, column: str) -> str:
        """A cell that is not empty."""
        if not self.cells[column]:
            raise self.error(column, "must not be empty")
        return self.cells[column]

    def match(self, column: str, pattern: re.Pattern[str], want: str) -> str:
        """A cell that is all of ``pattern``; ``want`` tells people so."""
        if not pattern.fullmatch(self.cells[column]):
            raise self.error(column, f"want {want}")
        return self.cells[column]

    def place(self, column: str) -> str:
        """A reference to a place."""
        return self.match(column, PLACE, "UA, US-TX, geonames:2988507 or crisismap:some-name")

    def option(self, column: str, options: Mapping[str, _T]) -> _T:
        """What the cell stands for."""
        try:
            return options[self.cells[column]]
        except KeyError:
            raise self.error(column, f"want one of {', '.join(options)}") from None

    def choice(self, column: str, enum: type[_E]) -> _E:
        """The member of ``enum`` that the cell names."""
        return self.option(column, {member.value: member for member in enum})

    def number(self, column: str, low: float, high: float) -> float:
        """A number from ``low`` to ``high``."""
        try:
            value = float(self.cells[column])
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            raise self.error(column, f"want a number from {low:g} to {high:g}")
        return value

    def several(self, column: str) -> tuple[str, ...]:
        """Different entries joined with ";", or none."""
        if not self.cells[column]:
            return ()
        parts = tuple(part.strip() for part in self.cells[column].split(";"))
        if "" in parts or len(set(parts)) < len(parts):
            raise self.error(column, 'want different entries joined with ";"')
        return parts

    def members(self, column: str) -> tuple[str, ...]:
        """Countries and divisions, likewise."""
        for part in (parts := self.several(column)):
            if not (COUNTRY.fullmatch(part) or DIVISION.fullmatch(part)):
                raise self.error(column, f"{part!r} is no ISO 3166 code such as UA or US-TX")
        return parts


def load_rows(
    path: Path, columns: tuple[str, ...], build: Callable[[Row], _T], key: Callable[[_T], Hashable]
) -> tuple[_T, ...]:
    """Build a value from each row; no two may have the same key."""
    values: list[_T] = []
    first_lines: dict[Hashable, int] = {}
    for row in _rows(path, columns):
        value = build(row)
        if (first := first_lines.setdefault(key(value), row.line)) != row.line:
            raise LexiconError(f"{path}:{row.line}: {key(value)!r} repeats line {first}; delete one of them")
        values.append(value)
    return tuple(values)


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    try:
        header = next(reader, [])
        if tuple(header) != columns:
            raise LexiconError(f"{path}:1: the header is {','.join(header)!r}; want {','.join(columns)!r}")
        for cells in reader:
            if len(cells) != len(columns):
                where = f"{path}:{reader.line_num}"
                raise LexiconError(f"{where}: {','.join(cells)!r} has {len(cells)} cells, not {len(columns)}")
            stripped = (cell.strip() for cell in cells)
            yield Row(path, reader.line_num, dict(zip(columns, stripped, strict=True)))
    except csv.Error as error:
        raise LexiconError(f"{path}:{reader.line_num}: {error}; quote cells that hold commas") from None


def read_text(path: Path) -> str:
    """The text of a table or list.

    Raises:
        LexiconError: The file cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise LexiconError(f"{path}: {error.strerror}; reinstall crisismap or give another path") from None
    except UnicodeDecodeError as error:
        raise LexiconError(f"{path}: byte {error.start} is not UTF-8; save the table as UTF-8") from None
