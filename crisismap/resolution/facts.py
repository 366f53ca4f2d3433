"""What the gazetteer says of the candidates of a name, whatever the article; remembered by name."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crisismap.gazetteer import Gazetteer
from crisismap.model import Tier
from crisismap.recognition.scan import feature_group, is_curated
from crisismap.resolution.candidates import Candidates

__all__ = ["FACT_BLOCKS", "FactFinder", "Facts", "unit_vectors"]

_Floats = npt.NDArray[np.float64]
_Ints = npt.NDArray[np.int64]

_GROUPS = (
    "country",
    "admin1",
    "admin2",
    "admin3",
    "capital",
    "seat1",
    "seat2",
    "section",
    "region",
    "water",
    "terrain",
    "facility",
)
_TIERS = tuple(tier for tier in Tier if tier is not Tier.PRIMARY)

FACT_BLOCKS: dict[str, tuple[str, ...]] = {
    "name": (*(tier.name.lower() for tier in _TIERS), "worse_tier", "rivals"),
    "population": (
        "population",
        "population_gap",
        "population_lead",
        "population_rank",
        "unpopulated",
    ),
    "fame": ("fame", "fame_gap", "fame_lead", "curated"),
    "class": _GROUPS,
}
"""The features that depend on a name and its candidates alone, by what they look at."""

_KIND = {"country": 0, "admin1": 1, "admin2": 2, "admin3": 2}
_KIND |= {"region": 4, "water": 4, "terrain": 4, "facility": 4}
_SETTLEMENT = 3
_GROUP_NUMBERS = np.arange(len(_GROUPS))[:, None]
_TIER_NUMBERS = np.array(_TIERS)[:, None]
_REMEMBERED = 20_000
"""Candidates whose facts are kept, up to a kilobyte each."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Arrays with a column a candidate."""

    features: _Floats
    """A row a feature of FACT_BLOCKS."""
    xyz: _Floats
    """Unit vectors, shape (3, n)."""
    places: _Ints
    """Indexes of the country and of the entries, and 1, of the first- and second-level division, each 0 for
    none; the entry of the country itself, -1 for none; and the kind: country 0, first-level division 1,
    lower division 2, settlement 3, anything else 4."""


class FactFinder:
    """Describes candidates by the columns of one gazetteer."""

    def __init__(self, gazetteer: Gazetteer):
        self._columns = gazetteer.columns
        self._is_own = gazetteer.is_own
        groups = [feature_group(feature) for feature in gazetteer.feature_codes]
        self._group_of_feature = np.array([_GROUPS.index(g) if g in _GROUPS else -1 for g in groups])
        self._kind_of_feature = np.array([_KIND.get(g, _SETTLEMENT) for g in groups])
        feature = np.asarray(gazetteer.columns.feature)
        countries = np.flatnonzero(np.isin(feature, [i for i, g in enumerate(groups) if g == "country"]))
        self._country_entry = np.full(len(gazetteer.country_codes), -1, dtype=np.int64)
        # The most populous entry of a code is the country itself, not a dependency of the same code.
        for entry in sorted(countries.tolist(), key=lambda i: int(gazetteer.columns.population[i])):
            self._country_entry[gazetteer.columns.country[entry]] = entry
        self._known: OrderedDict[str, tuple[Candidates, Facts]] = OrderedDict()
        self._remembered = 0

    def find(self, names: Sequence[str], candidates: Sequence[Candidates]) -> Facts:
        """Return the facts of the candidates of several names, one after the other; there is at least one."""
        found = [self._recall(name, own) for name, own in zip(names, candidates, strict=True)]
        missing = [number for number, facts in enumerate(found) if facts is None]
        if missing:
            described = self._describe([candidates[number] for number in missing])
            for number, facts in zip(missing, described, strict=True):
                found[number] = facts
                self._remember(names[number], candidates[number], facts)
        parts = [facts for facts in found if facts is not None]
        return Facts(
            np.concatenate([facts.features for facts in parts], axis=1),
            np.concatenate([facts.xyz for facts in parts], axis=1),
            np.concatenate([facts.places for facts in parts], axis=1),
        )

    def _recall(self, name: str, candidates: Candidates) -> Facts | None:
        known = self._known.get(name)
        return known[1] if known is not None and known[0] is candidates else None

    def _remember(self, name: str, candidates: Candidates, facts: Facts) -> None:
        before = self._known.pop(name, None)
        self._known[name] = candidates, facts
        self._remembered += len(candidates.entries) - (len(before[0].entries) if before else 0)
        while self._remembered > _REMEMBERED:
            _, (oldest, _) = self._known.popitem(last=False)
            self._remembered -= len(oldest.entries)

    def _describe(self, candidates: Sequence[Candidates]) -> list[Facts]:
        """Describe the candidates of all names at once, which takes hardly longer than those of one."""
        columns = self._columns
        entries = np.concatenate([own.entries for own in candidates])
        sizes = np.array([len(own.entries) for own in candidates])
        feature, country = columns.feature[entries], columns.country[entries]
        places = np.empty((5, len(entries)), dtype=np.int64)
        places[:3] = country, columns.admin1[entries], columns.admin2[entries]
        places[3:] = self._country_entry[country], self._kind_of_feature[feature]
        xyz = unit_vectors(columns.lon[entries], columns.lat[entries])
        tiers = np.concatenate([own.tiers for own in candidates])
        features = self._features(entries, tiers, sizes, self._group_of_feature[feature], places[4])
        ends = np.cumsum(sizes).tolist()
        return [
            Facts(features[:, start:end].copy(), xyz[:, start:end].copy(), places[:, start:end].copy())
            for start, end in zip([0, *ends], ends, strict=False)
        ]

    def _features(
        self, entries: _Ints, tiers: npt.NDArray[np.uint8], sizes: _Ints, group: _Ints, kind: _Ints
    ) -> _Floats:
        columns = self._columns
        name = np.repeat(np.arange(len(sizes)), sizes)
        starts = np.cumsum(sizes) - sizes
        # A settlement that a team added itself is judged like a landmark: its size is not known.
        own = self._is_own(entries) & (group < 0)
        group[own] = _GROUPS.index("facility")
        alternates = columns.alternates[entries]
        population = np.log10(columns.population[entries].astype(np.float64) + 1) / 7
        fame = np.log1p(alternates.astype(np.float64)) / 5
        order, prominence = _prominence(entries, name, sizes, population)
        rank = np.empty(len(entries))
        rank[order] = np.arange(len(entries)) - starts[name]
        return np.vstack(
            [
                tiers == _TIER_NUMBERS,
                tiers > np.minimum.reduceat(tiers, starts)[name],
                np.log(sizes)[name] / 4,
                *prominence,
                np.log1p(rank) / 4,
                (population == 0) & ((kind != _SETTLEMENT) | own),
                *_prominence(entries, name, sizes, fame)[1],
                is_curated(columns, entries),
                group == _GROUP_NUMBERS,
            ]
        )


def _prominence(
    entries: _Ints, name: _Ints, sizes: _Ints, values: _Floats
) -> tuple[_Ints, tuple[_Floats, _Floats, _Floats]]:
    """Compare values with those of the same name.

    Returns:
        The candidates, best first in each name, where ties go to the lower entry; and the values, how far
        they lie from the best, and how far from the best of the others, 0 where there is no other.
    """
    order: _Ints = np.lexsort((entries, -values, name))
    starts = np.cumsum(sizes) - sizes
    first = order[starts]
    alone = sizes == 1
    second = values[order[starts + ~alone]]
    second[alone] = 0.0
    best = values[first][name]
    rival = best.copy()
    rival[first] = second
    return order, (values, values - best, values - rival)


def unit_vectors(lon: npt.NDArray[np.float32], lat: npt.NDArray[np.float32]) -> _Floats:
    """Points of the sphere as vectors of length 1, shape (3, n)."""
    east, north = np.radians(lon.astype(np.float64)), np.radians(lat.astype(np.float64))
    return np.vstack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])
