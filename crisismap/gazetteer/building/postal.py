"""Build time only: the small places of the United States that only their post offices tell of."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from crisismap.gazetteer.building.records import Settlement
from crisismap.gazetteer.building.sources import SourceFolder
from crisismap.gazetteer.entries import Entry
from crisismap.gazetteer.names import fold
from crisismap.model import Tier

__all__ = ["PostalPlace", "postal_entries", "read_postal_places"]


@dataclass(frozen=True, slots=True)
class PostalPlace:
    """A place with a ZIP code of its own; ``lon``, ``lat`` (WGS 84 degrees) are those of its lowest one."""

    zip_code: str
    name: str
    state: str
    lon: float
    lat: float


def read_postal_places(sources: SourceFolder) -> list[PostalPlace]:
    """The places of the United States by their lowest ZIP code, without military post offices."""
    rows = json.loads(sources.read("zips", "package/data/loc-tree.json"))["index"]
    places: dict[tuple[str, str], PostalPlace] = {}
    for row in sorted(rows, key=lambda row: row["zip"]):
        name = row["city"].replace("Mc ", "Mc")
        if row["state"]:
            place = PostalPlace(row["zip"], name, row["state"], row["long"], row["lat"])
            places.setdefault((place.state, fold(name)), place)
    return list(places.values())


def postal_entries(
    places: Iterable[PostalPlace], settlements: Iterable[Settlement], common_words: frozenset[str]
) -> list[Entry]:
    """The places whose state has no settlement of that name; common words ("Eagle") are left out."""
    known = {
        (settlement.admin1, fold(name))
        for settlement in settlements
        if settlement.country == "US"
        for name in (settlement.name, *settlement.alternates)
    }
    entries = []
    for place in places:
        key = fold(place.name)
        if (place.state, key) in known or key in common_words:
            continue
        entry = Entry(
            0,
            place.name,
            "P.PPL",
            place.lon,
            place.lat,
            country="US",
            own_id=f"zip:{place.zip_code}",
            admin1=f"US.{place.state}",
        )
        entry.add(place.name, Tier.PRIMARY)
        entries.append(entry)
    return entries
