"""Build time only: the curated tables as entries, and as names of the entries they refer to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from crisismap import lexicons
from crisismap.gazetteer.entries import Entry
from crisismap.gazetteer.lookup import SAME_AS
from crisismap.gazetteer.names import fold
from crisismap.model import Tier

__all__ = ["add_names", "curated_entries", "curated_names", "geonames_ids", "same_as_metadata"]

_MAX_UINT8 = 255


def curated_entries(tables: Path) -> list[Entry]:
    """The regions and landmarks of the tables.

    Raises:
        LexiconError: a table is malformed.
    """
    entries = [_region_entry(region) for region in lexicons.load_regions(tables / "regions.csv")]
    return entries + [_landmark_entry(mark) for mark in lexicons.load_landmarks(tables / "landmarks.csv")]


def curated_names(tables: Path) -> dict[str, list[tuple[str, Tier]]]:
    """What the tables call each place that they refer to ("UA", "US-TX", "geonames:2988507" ...).

    Raises:
        LexiconError: a table is malformed.
    """
    names: dict[str, list[tuple[str, Tier]]] = {}
    for name in lexicons.load_place_names(tables / "place_names.csv"):
        names.setdefault(name.place, []).append((name.text, name.tier))
    for abbreviation in lexicons.load_abbreviations(tables / "abbreviations.csv"):
        names.setdefault(abbreviation.place, []).append((abbreviation.text, Tier.ABBREVIATION))
    for demonym in lexicons.load_demonyms(tables / "demonyms.csv"):
        names.setdefault(demonym.place, []).append((demonym.text, Tier.DEMONYM))
    return names


def geonames_ids(tables: Path, entries: Iterable[Entry]) -> dict[int, Entry]:
    """Those of the entries that have an id of their own, by the GeoNames ids of the same place.

    Raises:
        LexiconError: the table is malformed.
    """
    own = {entry.own_id: entry for entry in entries if entry.own_id}
    rows = [row for row in lexicons.load_geonames_ids(tables / "geonames_ids.csv") if row.place in own]
    # Where GeoNames has two, the first is the one that the place bears: the one of its very name.
    rows.sort(key=lambda row: (row.name != own[row.place].name, row.number))
    return {row.number: own[row.place] for row in rows}


def same_as_metadata(same: Mapping[int, Entry]) -> dict[str, str]:
    """What a gazetteer file keeps of :func:`geonames_ids` in its header."""
    return {SAME_AS: json.dumps({f"geonames:{number}": entry.own_id for number, entry in same.items()})}


def add_names(entry: Entry, names: Iterable[tuple[str, Tier]]) -> None:
    """File ``entry`` under curated names; a division takes the first primary one as its own.

    The sources' names of divisions are not always English; the table's are.
    """
    for text, tier in names:
        if tier == Tier.ABBREVIATION:
            entry.add_exact(text)
        else:
            entry.add(text, tier)
    primary = [text for text, tier in names if tier == Tier.PRIMARY]
    if entry.code and primary and fold(entry.name) not in map(fold, primary):
        entry.name = primary[0]


def _region_entry(region: lexicons.Region) -> Entry:
    feature = f"{region.feature_class}.{region.feature_code}"
    entry = Entry(
        0,
        region.name,
        feature,
        region.lon,
        region.lat,
        country=region.country_code,
        own_id=region.id,
        alternates=_MAX_UINT8,
    )
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
