"""A full GeoNames dump becomes a gazetteer file: one pass, one row at a time, in bounded memory."""

from __future__ import annotations

import json
import logging
import mmap
import tempfile
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np

from crisismap.errors import GazetteerError
from crisismap.files import check_target
from crisismap.gazetteer.boundaries import Boundaries
from crisismap.gazetteer.building.curated import (
    add_names,
    curated_entries,
    curated_names,
    geonames_ids,
    same_as_metadata,
)
from crisismap.gazetteer.building.geonames import (
    AlternateName,
    GeoNamesRow,
    Progress,
    Reading,
    read_alternate_names,
    read_rows,
)
from crisismap.gazetteer.building.writing import GazetteerWriter
from crisismap.gazetteer.entries import Entry
from crisismap.gazetteer.lookup import Gazetteer, GazetteerInfo, Source
from crisismap.gazetteer.names import fold
from crisismap.gazetteer.naming import alternate_tier, bare_name, is_usable_alternate
from crisismap.lexicons import load_words
from crisismap.model import Tier
from crisismap.paths import data_path

__all__ = ["DumpBuild", "DumpFilter", "build_from_dump"]

_log = logging.getLogger(__name__)

_WELL_KNOWN = 3
"""Alternate names from which a stream, a hill or a building is known beyond its surroundings."""
_ALWAYS = {
    "H": ("CNL", "GULF", "OCN", "SD", "SEA", "STRT"),
    "L": ("AREA", "BTL", "CONT", "CST", "MILB", "NVB", "PRT", "RGN", "RGNE", "RGNL"),
    "S": (
        *(
            "AIRB",
            "AIRF",
            "AIRH",
            "AIRP",
            "BDG",
            "CMPRF",
            "CSTM",
            "DAM",
            "DIP",
            "GOVL",
            "INSM",
            "NSY",
            "OILR",
        ),
        *("PAL", "PRN", "PS", "PSH", "PSN", "PSTB", "SQR", "UNIV"),
    ),
    "T": ("DLTA", "DSRT", "ISLS", "MTS", "PASS", "PEN", "PLAT"),
}
"""Feature codes that news speaks of."""
_NO_LANGUAGES = frozenset(["link", "wkdt", "post", "iata", "icao", "faac", "tcid", "unlc", "phon"])
_COUNTRY_CODES = ("PCL", "PCLI", "PCLD", "PCLF", "PCLS", "PCLIX")
_MAX_UINT8 = 255
_DATE_LENGTH = 10
_MAX_ID = 1 << 32
_LICENSE = "CC-BY-4.0"
_ATTRIBUTION = "GeoNames (geonames.org)"


@dataclass(frozen=True, slots=True)
class DumpFilter:
    """Which rows of a dump become places.

    Countries, divisions and settlements are kept; of waters, regions, landforms and facilities the codes
    that news speaks of, and any other with at least three alternate names.  What no longer exists, of
    countries and divisions, is left out.
    """

    feature_classes: str = "APLHTS"
    """GeoNames feature classes; roads (R), undersea (U) and vegetation (V) may be added."""
    min_population: int = 0
    """Of settlements; one whose population is unknown counts as having none."""

    def __post_init__(self) -> None:
        if wrong := set(self.feature_classes) - set("AHLPRSTUV"):
            raise GazetteerError(
                f"feature classes {self.feature_classes!r}: {min(wrong)!r} is none of A H L P R S T U V"
            )

    def may_keep(self, feature_class: str, feature_code: str) -> bool:
        """Whether any row of this feature class and code is kept."""
        gone = feature_class == "A" and feature_code.endswith("H")
        return bool(feature_class) and feature_class in self.feature_classes and not gone

    def keeps(self, row: GeoNamesRow) -> bool:
        """Whether a row of a feature that :meth:`may_keep` accepts is kept."""
        if row.feature_class == "P":
            return row.population >= self.min_population
        return (
            row.feature_class == "A"
            or row.feature_code in _ALWAYS.get(row.feature_class, ())
            or len(row.alternates) >= _WELL_KNOWN
        )

    def __str__(self) -> str:
        few = f", settlements from {self.min_population:,} people" if self.min_population else ""
        return f"feature classes {self.feature_classes}{few}"


@dataclass(frozen=True, slots=True)
class DumpBuild:
    """What became of a dump."""

    info: GazetteerInfo
    """Of the new file."""
    rows: int
    """Read, bad ones included."""
    kept: int
    bad: int


def build_from_dump(
    output: Path,
    geonames: Path,
    alternate_names: Path | None = None,
    *,
    keep: DumpFilter | None = None,
    tables: Path | None = None,
    progress: Progress | None = None,
) -> DumpBuild:
    """Make a gazetteer file of GeoNames' ``allCountries.txt`` and the curated tables.

    Args:
        output: the file to write.
        geonames: the dump: .txt, .zip or .gz.
        alternate_names: GeoNames' ``alternateNamesV2.txt``, likewise: it says which names are English, former
            or short.  Without it the names that the dump itself lists are used.
        keep: which rows become places.
        tables: the folder of the curated tables; by default ``data/lexicons``.
        progress: is told how far the work is.

    Returns:
        What the new file holds, and how many rows were read, kept and bad.

    Raises:
        GazetteerError: a file cannot be read or is no dump.
        LexiconError: a curated table is malformed.
        OutputError: the output cannot be written.
    """
    check_target(output)
    keep = keep or DumpFilter()
    tables = tables or data_path("lexicons")
    reading = Reading(geonames)
    sources = []
    notes = {"filter": str(keep)}
    with GazetteerWriter() as writer, _NameShelf() as shelf:
        if alternate_names:
            names_reading = Reading(alternate_names)
            for name in read_alternate_names(alternate_names, names_reading, progress):
                shelf.add(name)
            shelf.close()
            notes["alternate names read"] = f"{names_reading.rows:,}, of them {names_reading.bad:,} bad"
            sources.append(Source(f"GeoNames {alternate_names.name}", "", _LICENSE, _ATTRIBUTION, ""))
        build = _Build(keep, shelf if alternate_names else None, tables)
        for entry in build.entries(read_rows(geonames, keep.may_keep, reading, progress), reading):
            writer.add(entry)
        if progress:
            progress("writing the file", reading.rows, reading.total, reading.total)
        notes["rows read"] = f"{reading.rows:,}, of them {reading.bad:,} bad"
        notes["rows kept"] = f"{build.kept:,}"
        sources.insert(0, Source(f"GeoNames {geonames.name}", "", _LICENSE, _ATTRIBUTION, build.latest))
        writer.write(output, sources, {"notes": json.dumps(notes), **same_as_metadata(build.same)})
    return DumpBuild(Gazetteer.open(output).info(), reading.rows, build.kept, reading.bad)


class _Build:
    """Turns rows into entries."""

    def __init__(self, keep: DumpFilter, shelf: _NameShelf | None, tables: Path):
        self.kept = 0
        self.latest = ""
        """The date of the latest change in the dump: its age."""
        self._keep = keep
        self._shelf = shelf
        self._own = curated_entries(tables)
        self.same = geonames_ids(tables, self._own)
        """The curated entries by their GeoNames ids; the dump's rows of them add their names only."""
        self._curated = curated_names(tables)
        self._words = frozenset(fold(word) for word in load_words("common_words"))
        boundaries = Boundaries.open()
        for reference in list(self._curated):
            if place_id := boundaries.division_id(reference):
                self._curated.setdefault(place_id, []).extend(self._curated.pop(reference))
        self._seen = mmap.mmap(-1, _MAX_ID >> 3)  # a bit an id; only pages that are written to take memory

    def entries(self, rows: Iterator[GeoNamesRow], reading: Reading) -> Iterator[Entry]:
        """Yield the entries: those of the dump and the curated ones."""
        countries: list[Entry] = []
        for row in rows:
            if len(row.modified) == _DATE_LENGTH and row.modified > self.latest:
                self.latest = row.modified
            if not self._keep.keeps(row):
                continue
            if self._is_repeated(row.id):
                reading.skip(f"geonameid {row.id} is there already")
                continue
            self.kept += 1
            entry = self._entry(row)
            if curated := self.same.get(row.id):
                for key, tier in entry.keys.items():
                    curated.keys.setdefault(key, max(tier, Tier.ALTERNATE))
                continue
            if row.feature_class == "A" and row.feature_code in _COUNTRY_CODES:
                countries.append(entry)
            else:
                yield self._named(entry, f"geonames:{entry.id}")
        # A code is that of its most populous country, and a dependency may share it.
        countries.sort(key=lambda country: (-country.population, country.id))
        for entry in countries:
            yield self._named(self._named(entry, f"geonames:{entry.id}"), entry.country)
        for entry in self._own:
            yield self._named(entry, entry.own_id)
        if self._curated:
            names = sum(map(len, self._curated.values()))
            some = ", ".join(sorted(self._curated)[:10])
            _log.info("%d curated names of places that the dump lacks are left out: %s ...", names, some)

    def _is_repeated(self, number: int) -> bool:
        byte, bit = number >> 3, 1 << (number & 7)
        if self._seen[byte] & bit:
            return True
        self._seen[byte] |= bit
        return False

    def _named(self, entry: Entry, reference: str) -> Entry:
        """The entry with what the curated tables call ``reference``."""
        if names := self._curated.pop(reference, None):
            add_names(entry, names)
        return entry

    def _entry(self, row: GeoNamesRow) -> Entry:
        admin1 = f"{row.country}.{row.admin1}"
        admin2 = f"{admin1}.{row.admin2}" if row.admin2 else ""
        entry = Entry(
            row.id,
            row.name,
            f"{row.feature_class}.{row.feature_code or row.feature_class}",
            row.lon,
            row.lat,
            country=row.country,
            population=row.population,
            alternates=min(len(row.alternates), _MAX_UINT8),
            admin1=admin1,
            admin2=admin2,
        )
        entry.add(row.name, Tier.PRIMARY)
        if not row.name.isascii() and row.ascii_name:
            entry.add(row.ascii_name, Tier.PRIMARY)
        if row.feature_class == "A" and row.admin1 not in ("", "00"):
            if row.feature_code == "ADM1":
                entry.code = admin1
            elif row.feature_code == "ADM2":
                entry.code = admin2
        for name, tier in self._names(row):
            self._add_other(entry, name, tier)
        if row.feature_class == "A":
            _add_division_names(entry)
        return entry

    def _names(self, row: GeoNamesRow) -> Iterator[tuple[str, Tier]]:
        if self._shelf:
            yield from self._shelf.names(row)
            return
        for name in row.alternates:
            if is_usable_alternate(name):
                yield name, alternate_tier(name, row.name)

    def _add_other(self, entry: Entry, name: str, tier: Tier) -> None:
        """File a name that is not the place's own; not where it is a common English word."""
        if tier == Tier.ABBREVIATION:
            entry.add_exact(name)
        elif tier == Tier.PRIMARY or fold(name) not in self._words:
            entry.add(name, tier)
            if bare := bare_name(name):
                entry.add(bare, Tier.STRIPPED)


def _add_division_names(entry: Entry) -> None:
    """File a division under its bare name, and with the words that newsrooms use for any kind of it."""
    bare = bare_name(entry.name)
    if bare:
        entry.add(bare, Tier.STRIPPED)
    kinds = {"A.ADM1": ("region", "province"), "A.ADM2": ("district",)}
    for kind in kinds.get(entry.feature, ()):
        entry.add(f"{bare or entry.name} {kind}", Tier.ALTERNATE)


class _NameShelf:
    """Alternate names by place: 9 bytes a name in memory, the names themselves in a temporary file."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._places, self._starts, self._tiers = array("I"), array("I", [0]), array("B")

    def __enter__(self) -> _NameShelf:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, name: AlternateName) -> None:
        """Put a name away, unless English-language news would not use it."""
        tier = _tier(name)
        if tier is None:
            return
        encoded = name.name.encode()
        self._file.write(encoded)
        self._places.append(name.place)
        self._starts.append(self._starts[-1] + len(encoded))
        self._tiers.append(tier)

    def close(self) -> None:
        """Make the shelf ready for reading; nothing can be added any more."""
        self._file.flush()
        places = np.frombuffer(self._places, "<u4")
        self._order = np.argsort(places, kind="stable").astype("<u4")
        self._sorted = places[self._order]
        size = self._starts[-1]
        self._text = mmap.mmap(self._file.fileno(), size, access=mmap.ACCESS_READ) if size else b""

    def names(self, row: GeoNamesRow) -> Iterator[tuple[str, Tier]]:
        """The names of a place."""
        first = int(np.searchsorted(self._sorted, np.uint32(row.id)))
        while first < len(self._sorted) and self._sorted[first] == row.id:
            index = int(self._order[first])
            tier = self._tiers[index]
            name = self._text[self._starts[index] : self._starts[index + 1]].decode()
            yield name, alternate_tier(name, row.name) if tier == _UNKNOWN else Tier(tier)
            first += 1


_UNKNOWN = 255
"""In place of a tier: the language is not known."""


def _tier(name: AlternateName) -> int | None:
    """How an alternate name belongs to its place; None where it is to be left out."""
    language = name.language
    if language in _NO_LANGUAGES:
        return None
    if language == "abbr":
        return Tier.ABBREVIATION if _is_abbreviation(name.name) else None
    if not is_usable_alternate(name.name):
        return None
    if name.historic or language.endswith("_1793"):
        return Tier.HISTORICAL
    if language == "en" or language.startswith("en-"):
        leads = (name.preferred or name.short) and not name.colloquial
        return Tier.PRIMARY if leads else Tier.ALTERNATE
    if language == "piny":
        return Tier.ALTERNATE
    return Tier.FOREIGN if language else _UNKNOWN


def _is_abbreviation(text: str) -> bool:
    """Whether the case of a short form tells it from a word: "NYC", "Calif."."""
    return text.isascii() and text[:1].isupper() and text[1:2].isalpha() and len(text) > 1 and " " not in text
