"""Where an article comes from, as weak evidence of which places it means."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from crisismap.gazetteer import Gazetteer
from crisismap.geodesy import EARTH_RADIUS_KM
from crisismap.model import Place, Tier
from crisismap.resolution.candidates import CandidateFinder

if TYPE_CHECKING:
    from crisismap.resolution.features import CandidateBatch

__all__ = ["NO_OUTLET", "Outlet", "OutletFinder"]

_CACHE_SIZE = 2_000
_NEAR_KM = 161.0
_MIN_LETTERS = 5
"""Letters of a host that can be a place name: "houma" in "houmatoday.com"."""
_MIN_POPULATION = 5_000
_TOP_LEVEL = {"uk": "GB"}
"""Country domains that are not the country's code."""
_GENERIC = frozenset({"tv", "me", "io", "co", "ai", "fm", "ws", "cc", "la", "ly", "to", "am", "eu", "int"})
"""Country domains that are sold for what they spell."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """What is known of an outlet, as indexes into the gazetteer."""

    home: int = -1
    """Entry of the place that the outlet is at home in, -1 where nobody said."""
    home_country: int = 0
    home_admin1: int = 0
    home_xyz: tuple[float, float, float] = (0.0, 0.0, 0.0)
    country: int = 0
    """Country index of the top-level domain, 0 for none."""
    entries: frozenset[int] = frozenset()
    """Places that the host's name may name."""
    admin1s: frozenset[int] = frozenset()
    xyz: tuple[tuple[float, float, float], ...] = ()

    def put(self, batch: CandidateBatch, rows: slice = slice(None)) -> None:
        """Fill the columns of the outlet, in an article's rows; they stay 0 where nothing is known."""
        country, admin1 = batch.country[rows], batch.ancestors[1, rows] + 1
        if self.country:
            batch.put("outlet_country", country == self.country, rows)
        if self.entries:
            batch.put("outlet_named", _is_one_of(batch.entries[rows], self.entries), rows)
            batch.put("outlet_admin1", _is_one_of(admin1, self.admin1s), rows)
            cosines = batch.xyz[rows] @ np.array(self.xyz).T
            batch.put("outlet_near", (cosines > np.cos(_NEAR_KM / EARTH_RADIUS_KM)).any(axis=1), rows)
        if self.home >= 0:
            cosines = np.clip(batch.xyz[rows] @ np.array(self.home_xyz), -1, 1)
            batch.put("home_known", 1.0, rows)
            batch.put("home_country", country == self.home_country, rows)
            batch.put("home_admin1", (admin1 == self.home_admin1) & (admin1 > 0), rows)
            batch.put("home_near", np.exp(-np.arccos(cosines) * EARTH_RADIUS_KM / _NEAR_KM), rows)


def _is_one_of(values: npt.NDArray[np.int64], wanted: frozenset[int]) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = (values[:, None] == np.array(sorted(wanted))).any(axis=1)
    return found


NO_OUTLET = Outlet()


class OutletFinder:
    """Reads hosts and homes against one gazetteer."""

    def __init__(self, gazetteer: Gazetteer, finder: CandidateFinder):
        self._gazetteer = gazetteer
        self._finder = finder
        self._countries = {code: index for index, code in enumerate(gazetteer.country_codes) if code}
        self._known: OrderedDict[tuple[str, int | None], Outlet] = OrderedDict()

    def find(self, url: str = "", home: Place | None = None) -> Outlet:
        """Return what a URL or bare host and an outlet's home say; both may be missing."""
        host = _host(url) if url else ""
        entry = self._gazetteer.index_of(home.id) if home else None
        if entry is None and not host:
            return NO_OUTLET
        outlet = self._known.get((host, entry))
        if outlet is None:
            outlet = self._known[host, entry] = self._describe(host.split(".") if host else [], entry)
            if len(self._known) > _CACHE_SIZE:
                self._known.popitem(last=False)
        return outlet

    def _describe(self, labels: list[str], entry: int | None) -> Outlet:
        named = self._named(labels)
        columns = self._gazetteer.columns
        at = -1 if entry is None else entry
        return Outlet(
            home=at,
            home_country=0 if entry is None else int(columns.country[entry]),
            home_admin1=0 if entry is None else int(columns.admin1[entry]),
            home_xyz=(0.0, 0.0, 0.0) if entry is None else self._vector(entry),
            country=self._country(labels),
            entries=frozenset(named),
            admin1s=frozenset(int(columns.admin1[i]) for i in named) - {0},
            xyz=tuple(self._vector(i) for i in named),
        )

    def _country(self, labels: list[str]) -> int:
        top = labels[-1] if len(labels) > 1 else ""
        return 0 if top in _GENERIC else self._countries.get(_TOP_LEVEL.get(top, top.upper()), 0)

    def _named(self, labels: list[str]) -> list[int]:
        """Places of the longest name that the host's own label begins with."""
        own = max(labels[:-1], key=len, default="")
        words = own.split("-")
        names = [" ".join(words[:count]) for count in range(len(words), 0, -1)]
        names += [words[0][:count] for count in range(len(words[0]) - 1, _MIN_LETTERS - 1, -1)]
        columns = self._gazetteer.columns
        for name in names:
            if len(name) < _MIN_LETTERS:
                continue
            found = self._finder.find(name.title())
            kept = (found.tiers <= Tier.ALTERNATE) & (columns.population[found.entries] >= _MIN_POPULATION)
            if kept.any():
                entries: list[int] = found.entries[kept].tolist()
                return entries
        return []

    def _vector(self, entry: int) -> tuple[float, float, float]:
        lon = np.radians(float(self._gazetteer.columns.lon[entry]))
        lat = np.radians(float(self._gazetteer.columns.lat[entry]))
        return float(np.cos(lat) * np.cos(lon)), float(np.cos(lat) * np.sin(lon)), float(np.sin(lat))


def _host(url: str) -> str:
    if not re.match(r"[a-z][a-z0-9+.-]*://", url, re.IGNORECASE):
        url = f"//{url}"
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.casefold().removeprefix("www.")
