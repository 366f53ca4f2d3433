"""The settlements around a point, the one it belongs to first."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from crisismap import geodesy
from crisismap.gazetteer.lookup import Gazetteer
from crisismap.model import Place

__all__ = ["nearest_settlements", "settlement_radius_km"]

_PEOPLE_PER_KM2 = 5000
"""A settlement is taken for a disk of this density, between the towns and the inner cities of the world; it
gives Moscow 26 km and Kyiv 14 km, about the distance from the center to the city limits."""
_MIN_RADIUS_KM = 1.0
_NOT_A_TOWN = frozenset({"PPLX", "PPLH", "PPLCH", "PPLQ", "PPLW"})
"""Quarters of towns, and settlements that are no more."""
_KM_PER_DEGREE = 110.5
"""A degree of latitude is nowhere shorter."""


def settlement_radius_km(population: int) -> float:
    """Return the radius of a settlement taken for a disk of 5,000 people per km², at least 1 km.

    >>> round(settlement_radius_km(2_952_301), 1)  # Kyiv
    13.7
    """
    return max(math.sqrt(population / _PEOPLE_PER_KM2 / math.pi), _MIN_RADIUS_KM)


def nearest_settlements(
    gazetteer: Gazetteer, lon: float, lat: float, *, within_km: float = 100.0, limit: int = 1
) -> list[tuple[Place, float]]:
    """Return settlements and the distance in km to their centers, the one that the point belongs to first.

    Distance alone would name a hamlet in the suburbs for a point downtown.  So first come the settlements
    whose disk holds the point, by distance in parts of their radius; then the others, by distance to the
    edge of their disk.  Quarters of towns and abandoned settlements are left out, and so is everything
    whose center is farther than ``within_km``; the list is empty at sea.

    >>> [place.name for place, _ in nearest_settlements(Gazetteer.open(), 32.58, 15.58)]
    ['Khartoum']
    """
    columns = gazetteer.columns
    codes = [code.partition(".") for code in gazetteer.feature_codes]
    towns = np.array([kind == "P" and code not in _NOT_A_TOWN for kind, _, code in codes], dtype=bool)
    entries = np.flatnonzero(np.abs(columns.lat - np.float32(lat)) <= within_km / _KM_PER_DEGREE)
    entries = entries[towns[columns.feature[entries]]]
    distances = geodesy.distances_km(lon, lat, columns.lon[entries], columns.lat[entries])
    near = distances <= within_km
    entries, distances = entries[near], distances[near]
    radii = _radii_km(columns.population[entries])
    outside = distances > radii
    belonging = np.where(outside, distances - radii, distances / radii)
    best = np.lexsort((entries, belonging, outside))[:limit]
    return [(gazetteer.place(int(entries[at])), round(float(distances[at]), 3)) for at in best]


def _radii_km(population: npt.NDArray[np.uint32]) -> npt.NDArray[np.float64]:
    radii: npt.NDArray[np.float64] = np.sqrt(population / _PEOPLE_PER_KM2 / math.pi)
    return np.maximum(radii, _MIN_RADIUS_KM)
