"""Build time only: airports with an IATA code, as entries."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from crisismap.gazetteer.building.records import Settlement
from crisismap.gazetteer.building.sources import SourceFolder
from crisismap.gazetteer.entries import Entry, is_near
from crisismap.gazetteer.names import fold
from crisismap.model import Tier

__all__ = ["Airport", "airport_entries", "read_airports"]

_AIRPORT = re.compile(
    r"(?P<name>.+?)(?: (?P<kind>International|Regional|National|Municipal|Domestic))? Airport"
)
_MILITARY = re.compile(r"\b(Air Base|Air Force Base|AFB|Naval Air Station|Army Air ?field|Air Station)\b")
_NO_AIRPORT = re.compile(r"\b(Heliport|Seaplane|Airstrip|Station)\b")
_NOT_THERE = re.compile(r"under construction|unknown coordinates|\(closed\)", re.IGNORECASE)
"""What the source says of airports that have no place, or none yet."""
_SAME_KM = 6.0
"""An airport this close to a curated one is the same."""
_CITY_KM = 60.0
"""Airports further from the city that they are named after are not found by its name."""


@dataclass(frozen=True, slots=True)
class Airport:
    """An airport; ``lon``, ``lat`` are WGS 84 degrees."""

    iata: str
    name: str
    city: str
    country: str
    lon: float
    lat: float


def read_airports(sources: SourceFolder) -> list[Airport]:
    """The airports that have an IATA code, by that code."""
    text = sources.read("airportsdata", "airportsdata/airports.csv").decode("utf-8")
    airports = [
        Airport(
            row["iata"],
            _plain_name(row["name"]),
            row["city"],
            row["country"],
            float(row["lon"]),
            float(row["lat"]),
        )
        for row in csv.DictReader(io.StringIO(text, newline=""))
        if row["iata"] and not _NOT_THERE.search(row["name"])
    ]
    return sorted(airports, key=lambda airport: airport.iata)


def _plain_name(name: str) -> str:
    """The first of joined names, without what the source adds in parentheses."""
    return " ".join(re.sub(r"\([^)]*\)", " ", name).partition("/")[0].replace(",", " ").split())


def airport_entries(
    airports: Iterable[Airport], settlements: Iterable[Settlement], curated: Sequence[Entry]
) -> list[Entry]:
    """Airports that are not curated ones; those lend the curated their names."""
    known = [entry for entry in curated if entry.feature in ("S.AIRP", "S.AIRB")]
    inside = _by_name(settlements)
    entries = []
    for airport in airports:
        same = [entry for entry in known if is_near(entry.lon, entry.lat, [airport], _SAME_KM)]
        if same:
            same[0].add(airport.name, Tier.ALTERNATE)
            continue
        code = "AIRB" if _MILITARY.search(airport.name) else "AIRP"
        entry = Entry(
            0,
            airport.name,
            f"S.{code}",
            airport.lon,
            airport.lat,
            country=airport.country,
            own_id=f"iata:{airport.iata}",
        )
        entry.add(airport.name, Tier.PRIMARY)
        towns = inside[airport.country, fold(airport.city)]
        for name in _airport_names(airport, is_near(airport.lon, airport.lat, towns, _CITY_KM)):
            entry.add(name, Tier.ALTERNATE)
        entries.append(entry)
    return entries


def _airport_names(airport: Airport, near_city: bool) -> Iterator[str]:
    """What else news calls it: "Heathrow Airport" for London Heathrow Airport, "Odesa airport"."""
    match = _AIRPORT.fullmatch(airport.name)
    if not match or _NO_AIRPORT.search(airport.name):
        return
    name, city = match["name"], airport.city
    if match["kind"]:
        yield f"{name} Airport"
    else:
        yield f"{name} International Airport"
    if city and name.startswith(f"{city} ") and (rest := name.removeprefix(f"{city} ").strip("- ")):
        yield f"{rest} Airport"
    if city and near_city:
        yield f"{city} Airport"


def _by_name(settlements: Iterable[Settlement]) -> defaultdict[tuple[str, str], list[Settlement]]:
    """Settlements by country and by each of their folded names."""
    found: defaultdict[tuple[str, str], list[Settlement]] = defaultdict(list)
    for settlement in settlements:
        for key in {fold(name) for name in (settlement.name, *settlement.alternates)}:
            found[settlement.country, key].append(settlement)
    return found
