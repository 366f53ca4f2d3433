"""Looks up names that say what they lie in: "Paris, Texas", "Springfield, Illinois, USA"."""

from __future__ import annotations

from crisismap import geodesy
from crisismap.gazetteer.hierarchy import is_country
from crisismap.gazetteer.lookup import Gazetteer
from crisismap.gazetteer.nearest import settlement_radius_km
from crisismap.model import Candidate, Place

__all__ = ["search"]

_MAX_PARTS = 8


def search(gazetteer: Gazetteer, query: str) -> list[Candidate]:
    """Return every place that ``query`` can mean, as :meth:`Gazetteer.lookup` orders them.

    What stands behind a comma must hold the place: its country, one of its divisions, or a city in whose
    midst it lies.  A comma may also belong to the name ("Washington, D.C."): the longest name wins.  A parent
    that is unknown or does not fit leaves nothing, because the wrong Paris is worse than none.

    >>> [found.place.id for found in search(Gazetteer.open(), "Paris, Texas")]
    ['geonames:4717560']
    """
    parts = [part for part in (part.strip() for part in query.split(",")) if part]
    if len(parts) > _MAX_PARTS:
        return []
    for length in range(len(parts), 0, -1):
        found = _lookup(gazetteer, ", ".join(parts[:length]))
        for part in parts[length:]:
            if not found:
                break
            holders = [candidate.place for candidate in _lookup(gazetteer, part)]
            found = [
                candidate
                for candidate in found
                if any(_holds(gazetteer, holder, candidate.place) for holder in holders)
            ]
        if found:
            return found
    return []


def _lookup(gazetteer: Gazetteer, name: str) -> list[Candidate]:
    return gazetteer.lookup(name) or gazetteer.lookup(name.removesuffix("."))


def _holds(gazetteer: Gazetteer, holder: Place, place: Place) -> bool:
    if holder.id == place.id or holder.country_code != place.country_code:
        return False
    if is_country(holder):
        return True
    if holder.feature_class == "P":
        apart = geodesy.distance_km(holder.lon, holder.lat, place.lon, place.lat)
        return apart <= settlement_radius_km(holder.population)
    index, inner = gazetteer.index_of(holder.id), gazetteer.index_of(place.id)
    if index is None or inner is None:
        return False
    return index + 1 in (int(gazetteer.columns.admin1[inner]), int(gazetteer.columns.admin2[inner]))
