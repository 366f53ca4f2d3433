"""Build time only: rules over all entries that settle which of them a name means first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from crisismap.gazetteer.entries import Entry
from crisismap.gazetteer.naming import name_keys, spelling
from crisismap.model import Tier

__all__ = [
    "add_compass_initials",
    "add_namesake_demonyms",
    "drop_words",
    "raise_spellings",
    "yield_to_curated",
]

_Names = Mapping[str, Sequence[tuple[str, Tier]]]
"""Curated names by the reference of their place."""

_COMPASS = ("North", "South", "East", "West")
_NAMESAKE_POPULATION = 100_000
"""A smaller namesake of a famous city is not who a newspaper's "Londoners" are."""


def drop_words(entries: Iterable[Entry], words: frozenset[str]) -> None:
    """Forget alternate names of settlements and divisions that are common English words."""
    for entry in entries:
        if entry.feature[0] in "PA":
            for key, tier in list(entry.keys.items()):
                if tier in (Tier.ALTERNATE, Tier.FOREIGN) and key in words:
                    del entry.keys[key]


def raise_spellings(entries: Sequence[Entry]) -> None:
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


def yield_to_curated(
    entries: Sequence[Entry],
    curated: Mapping[str, Iterable[tuple[str, Tier]]],
    by_reference: Mapping[str, Entry],
) -> None:
    """Let no alternate name of the sources stand before the place that the curated tables give it to.

    "Peking" is Beijing before it is a spelling of Pöcking in Bavaria.
    """
    owners: dict[str, set[str]] = defaultdict(set)
    for reference, names in curated.items():
        for text, tier in names:
            if tier in (Tier.PRIMARY, Tier.ALTERNATE, Tier.HISTORICAL):
                owner = by_reference[reference]
                for key in name_keys(text):
                    owners[key].add(owner.own_id or str(owner.id))
    for entry in entries:
        # A curated region is what its own name means: Kashmir is no short name of the Indian part.
        if entry.own_id.startswith("crisismap:") and entry.feature.startswith("L."):
            for key in name_keys(entry.name):
                owners[key].add(entry.own_id)
    for entry in entries:
        if entry.feature.startswith(("P.", "A.ADM")):
            for key in owners.keys() & entry.keys.keys():
                if entry.keys[key] == Tier.ALTERNATE and (entry.own_id or str(entry.id)) not in owners[key]:
                    entry.keys[key] = Tier.FOREIGN


def add_compass_initials(entries: Iterable[Entry]) -> None:
    """File "West Columbia" under "W. Columbia" as well."""
    for entry in entries:
        first, _, rest = entry.name.partition(" ")
        if first in _COMPASS and rest[:1].isupper() and entry.feature.startswith(("P.", "A.")):
            entry.add_exact(f"{first[0]}. {rest}")


def add_namesake_demonyms(
    entries: Iterable[Entry],
    curated: Mapping[str, Iterable[tuple[str, Tier]]],
    by_reference: Mapping[str, Entry],
) -> None:
    """Let the people of a city be those of its large namesakes as well: "Londoners" of London, Ontario."""
    demonyms: dict[str, set[str]] = defaultdict(set)
    for reference, names in curated.items():
        if (city := by_reference[reference]).feature.startswith("P."):
            demonyms[city.name].update(text for text, tier in names if tier == Tier.DEMONYM)
    for entry in entries:
        if entry.feature.startswith("P.") and entry.population >= _NAMESAKE_POPULATION:
            for text in sorted(demonyms.get(entry.name, ())):
                entry.add(text, Tier.DEMONYM)
