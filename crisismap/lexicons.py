"""The curated tables of ``data/lexicons``, read into value types.

Tables are UTF-8 CSV with a header row; word lists are text files with one entry a line and ``#``
comments.  ``data/README.md`` says where each comes from.  Every row is checked as it is read, so a slip
of the pen is an error with its file, line and column, never a wrong pin on a map.

A table names a place by one of four references:

- ``UA``: a country, ISO 3166-1 alpha-2 (``XK`` is Kosovo);
- ``US-TX``: a division, ISO 3166-2;
- ``geonames:2988507``: a GeoNames entry;
- ``crisismap:middle-east``: a row of ``regions.csv`` or ``landmarks.csv``.

Whether the reference leads anywhere is checked where the gazetteer is built.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TypeVar

from crisismap.errors import LexiconError
from crisismap.model import Tier
from crisismap.paths import data_path

__all__ = [
    "Abbreviation",
    "Demonym",
    "DemonymForm",
    "Landmark",
    "PlaceName",
    "Region",
    "Use",
    "load_abbreviations",
    "load_demonyms",
    "load_folded_words",
    "load_landmarks",
    "load_place_names",
    "load_regions",
    "load_words",
]

_T = TypeVar("_T")
_E = TypeVar("_E", bound=StrEnum)

_COUNTRY = re.compile(r"[A-Z]{2}")
_DIVISION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
_OURS = re.compile(r"crisismap:[a-z0-9]+(-[a-z0-9]+)*")
_PLACE = re.compile(rf"{_COUNTRY.pattern}|{_DIVISION.pattern}|geonames:[1-9][0-9]*|{_OURS.pattern}")
_REGION_FEATURE_CLASSES = ("A", "H", "L", "T", "V")


class DemonymForm(StrEnum):
    """How a demonym is used."""

    ADJECTIVE = "adjective"
    """Before a noun: "Turkish forces"."""
    PEOPLE = "people"
    """As a noun: "Turks"."""
    BOTH = "both"
    """Either: "Ukrainian"."""


class Use(StrEnum):
    """Where an abbreviation is a place."""

    ANYWHERE = "anywhere"
    AFTER_SETTLEMENT = "after_settlement"
    """Only behind a settlement: "Portland, Ore."."""


@dataclass(frozen=True, slots=True)
class Demonym:
    """A people or an adjective of a place; several rows with one text are several readings."""

    text: str
    place: str
    form: DemonymForm


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A short form, matched with its case and its dots."""

    text: str
    place: str
    use: Use


@dataclass(frozen=True, slots=True)
class PlaceName:
    """An English newsroom name of a place that the gazetteer's sources lack or rank low."""

    text: str
    place: str
    tier: Tier
    """PRIMARY, ALTERNATE, HISTORICAL or FOREIGN."""


@dataclass(frozen=True, slots=True)
class Region:
    """A region, sea or landform of the news; ``lon``, ``lat`` (WGS 84 degrees) lie on it."""

    id: str
    """"crisismap:middle-east"."""
    name: str
    aliases: tuple[str, ...]
    feature_class: str
    """GeoNames: A, H, L, T or V."""
    feature_code: str
    """GeoNames: RGN, SEA, MTS ..."""
    members: tuple[str, ...]
    """Countries and divisions that make it up; empty for water and for what no division fits."""
    lon: float
    lat: float
    extent_km: float
    """Radius around the point that roughly holds it."""
    source: str


@dataclass(frozen=True, slots=True)
class Landmark:
    """A building or site of the news, drawn as a point; ``lon``, ``lat`` are WGS 84 degrees."""

    id: str
    """"crisismap:kremlin"."""
    name: str
    aliases: tuple[str, ...]
    feature_code: str
    """GeoNames code within class S, the facilities: PAL, AIRB ..."""
    lon: float
    lat: float
    country_code: str
    stands_for: str
    """The place that the news means by its name: RU for the Kremlin; "" where only itself."""
    power: bool
    """Whether the news uses it as a name of those who rule or work there."""
    source: str


def load_demonyms(path: Path | None = None) -> tuple[Demonym, ...]:
    """Read ``demonyms.csv`` (``demonym,place,form``), or the table at ``path``.

    Raises:
        LexiconError: A row is malformed or repeated.
    """
    return _load(
        path or data_path("lexicons", "demonyms.csv"),
        ("demonym", "place", "form"),
        lambda row: Demonym(row.text("demonym"), row.place("place"), row.choice("form", DemonymForm)),
        lambda d: (d.text, d.place),
    )


def load_abbreviations(path: Path | None = None) -> tuple[Abbreviation, ...]:
    """Read ``abbreviations.csv`` (``abbreviation,place,use``), or the table at ``path``.

    Raises:
        LexiconError: A row is malformed or repeated.
    """
    return _load(
        path or data_path("lexicons", "abbreviations.csv"),
        ("abbreviation", "place", "use"),
        lambda row: Abbreviation(row.text("abbreviation"), row.place("place"), row.choice("use", Use)),
        lambda a: (a.text, a.place),
    )


def load_place_names(path: Path | None = None) -> tuple[PlaceName, ...]:
    """Read ``place_names.csv`` (``name,place,tier``), or the table at ``path``.

    Raises:
        LexiconError: A row is malformed or repeated.
    """
    tiers = {t.name.lower(): t for t in (Tier.PRIMARY, Tier.ALTERNATE, Tier.HISTORICAL, Tier.FOREIGN)}
    return _load(
        path or data_path("lexicons", "place_names.csv"),
        ("name", "place", "tier"),
        lambda row: PlaceName(row.text("name"), row.place("place"), row.option("tier", tiers)),
        lambda n: (n.text, n.place),
    )


def load_regions(path: Path | None = None) -> tuple[Region, ...]:
    """Read ``regions.csv``, or the table at ``path``; ``aliases`` and ``members`` are joined with ";".

    Raises:
        LexiconError: A row is malformed or its id repeated.
    """
    return _load(
        path or data_path("lexicons", "regions.csv"),
        (
            "id",
            "name",
            "aliases",
            "feature_class",
            "feature_code",
            "members",
            "lon",
            "lat",
            "extent_km",
            "source",
        ),
        lambda row: Region(
            id=row.match("id", _OURS, "crisismap:some-name"),
            name=row.text("name"),
            aliases=row.several("aliases"),
            feature_class=row.option("feature_class", {c: c for c in _REGION_FEATURE_CLASSES}),
            feature_code=row.match("feature_code", re.compile("[A-Z]{2,5}"), "a GeoNames code such as RGN"),
            members=row.members("members"),
            lon=row.number("lon", -180, 180),
            lat=row.number("lat", -90, 90),
            extent_km=row.number("extent_km", 0.1, 20_000),
            source=row.text("source"),
        ),
        lambda r: r.id,
    )


def load_landmarks(path: Path | None = None) -> tuple[Landmark, ...]:
    """Read ``landmarks.csv``, or the table at ``path``; ``aliases`` are joined with ";".

    Raises:
        LexiconError: A row is malformed or its id repeated.
    """
    return _load(
        path or data_path("lexicons", "landmarks.csv"),
        (
            "id",
            "name",
            "aliases",
            "feature_code",
            "lon",
            "lat",
            "country_code",
            "stands_for",
            "power",
            "source",
        ),
        lambda row: Landmark(
            id=row.match("id", _OURS, "crisismap:some-name"),
            name=row.text("name"),
            aliases=row.several("aliases"),
            feature_code=row.match("feature_code", re.compile("[A-Z]{2,5}"), "a GeoNames code such as BLDG"),
            lon=row.number("lon", -180, 180),
            lat=row.number("lat", -90, 90),
            country_code=row.match("country_code", _COUNTRY, "two capital letters"),
            stands_for=row.place("stands_for") if row.cells["stands_for"] else "",
            power=row.option("power", {"yes": True, "no": False}),
            source=row.text("source"),
        ),
        lambda m: m.id,
    )


def load_words(name: str) -> frozenset[str]:
    """The entries of ``words/NAME.txt``, in the case of running text.

    >>> "County" in load_words("admin_words")
    True

    Raises:
        LexiconError: There is no such list.
    """
    path = data_path("lexicons", "words", f"{name}.txt")
    lines = (line.partition("#")[0].strip() for line in _read(path).splitlines())
    return frozenset(line for line in lines if line)


@cache
def load_folded_words(name: str) -> frozenset[str]:
    """The entries of ``words/NAME.txt`` in lower case and without a final dot, to compare words with.

    Read once a process: several stages ask for the same lists.

    >>> "gen" in load_folded_words("person_titles")
    True

    Raises:
        LexiconError: There is no such list.
    """
    return frozenset(word.casefold().rstrip(".") for word in load_words(name))


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a table that knows where it stands; each method reads and checks one cell."""

    file: Path
    line: int
    cells: Mapping[str, str]

    def error(self, column: str, fix: str) -> LexiconError:
        return LexiconError(f"{self.file}:{self.line}: {column} {self.cells[column]!r}: {fix}")

    def text(self, column: str) -> str:
        if not self.cells[column]:
            raise self.error(column, "must not be empty")
        return self.cells[column]

    def match(self, column: str, pattern: re.Pattern[str], want: str) -> str:
        if not pattern.fullmatch(self.cells[column]):
            raise self.error(column, f"want {want}")
        return self.cells[column]

    def place(self, column: str) -> str:
        return self.match(column, _PLACE, "UA, US-TX, geonames:2988507 or crisismap:some-name")

    def option(self, column: str, options: Mapping[str, _T]) -> _T:
        try:
            return options[self.cells[column]]
        except KeyError:
            raise self.error(column, f"want one of {', '.join(options)}") from None

    def choice(self, column: str, enum: type[_E]) -> _E:
        return self.option(column, {member.value: member for member in enum})

    def number(self, column: str, low: float, high: float) -> float:
        try:
            value = float(self.cells[column])
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            raise self.error(column, f"want a number from {low:g} to {high:g}")
        return value

    def several(self, column: str) -> tuple[str, ...]:
        if not self.cells[column]:
            return ()
        parts = tuple(part.strip() for part in self.cells[column].split(";"))
        if "" in parts or len(set(parts)) < len(parts):
            raise self.error(column, 'want different entries joined with ";"')
        return parts

    def members(self, column: str) -> tuple[str, ...]:
        for part in (parts := self.several(column)):
            if not (_COUNTRY.fullmatch(part) or _DIVISION.fullmatch(part)):
                raise self.error(column, f"{part!r} is no ISO 3166 code such as UA or US-TX")
        return parts


def _load(
    path: Path, columns: tuple[str, ...], build: Callable[[_Row], _T], key: Callable[[_T], Hashable]
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


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[_Row]:
    reader = csv.reader(io.StringIO(_read(path), newline=""), strict=True)
    try:
        header = next(reader, [])
        if tuple(header) != columns:
            raise LexiconError(f"{path}:1: the header is {','.join(header)!r}; want {','.join(columns)!r}")
        for cells in reader:
            if len(cells) != len(columns):
                where = f"{path}:{reader.line_num}"
                raise LexiconError(f"{where}: {','.join(cells)!r} has {len(cells)} cells, not {len(columns)}")
            stripped = (cell.strip() for cell in cells)
            yield _Row(path, reader.line_num, dict(zip(columns, stripped, strict=True)))
    except csv.Error as error:
        raise LexiconError(f"{path}:{reader.line_num}: {error}; quote cells that hold commas") from None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise LexiconError(f"{path}: {error.strerror}; reinstall crisismap or give another path") from None
    except UnicodeDecodeError as error:
        raise LexiconError(f"{path}: byte {error.start} is not UTF-8; save the table as UTF-8") from None
