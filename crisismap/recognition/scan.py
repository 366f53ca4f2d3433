"""Spans of a text that are names in the gazetteer, with what the gazetteer knows of each name."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from crisismap.gazetteer import Gazetteer
from crisismap.gazetteer.lookup import Columns
from crisismap.lexicons import Use, load_abbreviations, load_folded_words, load_words
from crisismap.model import Tier
from crisismap.recognition.context import Context

__all__ = ["NameInfo", "NameScanner", "NameTable", "NamedSpan", "feature_group", "is_curated"]

_CACHE_SIZE = 50_000
_MAX_PARENTS = 64
"""Parents kept a name: enough to see that a name fits an article, bounded for "San Antonio"."""


_KNOWN_POPULATION = 100_000
_DATELINE_MARKS = frozenset({",", "(", "-", "–", "—"})  # "ERIE, Pa. (AP) - "
_PARTIES = frozenset({"D", "R", "I"})  # "Schumer, D-N.Y."
_DIVISIONS = frozenset({"country", "admin1", "capital", "region", "water", "terrain", "facility"})


@dataclass(frozen=True, slots=True)
class NameInfo:
    """What recognition needs to know of a gazetteer name: its most prominent reading and its parents."""

    group: str
    """The most prominent place's group: country, admin1, capital, city, town ..."""
    tier: Tier
    """The tier by which the name belongs to its most prominent reading."""
    readings: int
    population: int
    """The largest population among the readings."""
    prominent: int
    """Entry index of the most prominent reading."""
    country: int
    """Country index of the most prominent reading, 0 for none."""
    admin1: int
    """First-level entry (index + 1) of the most prominent reading, 0 for none."""
    countries: frozenset[int]
    admin1s: frozenset[int]
    demonym: bool
    own: bool = False
    """Whether a place is one of a team's own."""


class NamedSpan(NamedTuple):
    """Tokens ``first`` to ``last`` (inclusive) are the gazetteer name ``name_id``."""

    first: int
    last: int
    name_id: int
    info: NameInfo


def feature_group(feature: str) -> str:
    """Group a GeoNames "class.code" by how news uses such places."""
    kind, _, code = feature.partition(".")
    if kind == "P":
        groups = {"PPLC": "capital", "PPLG": "capital", "PPLA": "seat1", "PPLA2": "seat2", "PPLX": "section"}
        return groups.get(code, "place")
    if kind == "A":
        if code.startswith(("PCL", "TERR")):
            return "country"
        return {"ADM1": "admin1", "ADM2": "admin2"}.get(code, "admin3")
    return {"L": "region", "H": "water", "T": "terrain"}.get(kind, "facility")


_GROUP_RANK = {
    "country": 9.0,
    "facility": 8.0,  # those that are curated
    "capital": 7.0,
    "admin1": 6.5,
    "region": 6.0,
    "water": 5.0,
    "seat1": 5.0,
}
_PLAIN_RANK = 3.0
_CURATED_FAME = 255
"""The number of alternate names of curated entries; airports and the like have fewer."""


def is_curated(
    columns: Columns, entries: npt.NDArray[np.integer[Any]] | slice = slice(None)
) -> npt.NDArray[np.bool_]:
    """Which entries are of crisismap's own tables, rather than added by a bulk source."""
    curated: npt.NDArray[np.bool_] = (columns.id[entries] == 0) & (
        columns.alternates[entries] == _CURATED_FAME
    )
    return curated


_TIERS = tuple(Tier)
_TIER_PENALTY = {
    Tier.PRIMARY: 0.0,
    Tier.ABBREVIATION: 1.5,
    Tier.ALTERNATE: 3.0,
    Tier.HISTORICAL: 3.5,
    Tier.FOREIGN: 4.0,
    Tier.DEMONYM: 4.5,
    Tier.STRIPPED: 6.0,
}
"""How far below its rank a place stands where a name is not its own; 1 is a tenth of the population."""


class NameTable:
    """Name ids to :class:`NameInfo`, remembered for the most recent names."""

    def __init__(self, gazetteer: Gazetteer):
        self._gazetteer = gazetteer
        self._groups = [feature_group(feature) for feature in gazetteer.feature_codes]
        self._penalties = np.array([_TIER_PENALTY[tier] for tier in Tier])
        self._own, self._prominence = self._weigh()
        self._first_own = gazetteer.first_own
        self._cache: OrderedDict[int, NameInfo] = OrderedDict()

    def _weigh(self) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float64]]:
        """Say of each entry whether a team added it as a settlement, and how prominent it is."""
        columns = self._gazetteer.columns
        ranks = np.array([_GROUP_RANK.get(group, _PLAIN_RANK) for group in self._groups])[columns.feature]
        # A settlement that a team added itself: its size is not known, but it is in their news.
        own = self._gazetteer.is_own(np.arange(len(ranks))) & (ranks == _PLAIN_RANK)
        ranks[own] = _GROUP_RANK["facility"]
        is_facility = np.array([group == "facility" for group in self._groups])[columns.feature]
        ranks[is_facility & (columns.alternates < _CURATED_FAME)] = _PLAIN_RANK
        return own, np.log10(columns.population.astype(np.float64) + 1) + ranks

    def __getitem__(self, name_id: int) -> NameInfo:
        """Return what is known of the name."""
        info = self._cache.get(name_id)
        if info is None:
            info = self._cache[name_id] = self._describe(name_id)
            if len(self._cache) > _CACHE_SIZE:
                self._cache.popitem(last=False)
        return info

    def _describe(self, name_id: int) -> NameInfo:
        columns = self._gazetteer.columns
        entries, tiers = self._gazetteer.postings(name_id)
        best = 0 if len(entries) == 1 else int((self._prominence[entries] - self._penalties[tiers]).argmax())
        prominent, tier = int(entries[best]), _TIERS[tiers[best]]
        country, admin1 = int(columns.country[prominent]), int(columns.admin1[prominent])
        # Most names are one place's: nothing to gather.
        countries, admin1s, population = {country}, {admin1}, int(columns.population[prominent])
        own = prominent >= self._first_own
        if len(entries) > 1:
            parents = entries[:_MAX_PARENTS]
            countries = set(columns.country[parents].tolist())
            admin1s = set(columns.admin1[parents].tolist())
            population = int(columns.population[entries].max())
            own = int(entries.max()) >= self._first_own
        return NameInfo(
            group="facility" if self._own[prominent] else self._groups[int(columns.feature[prominent])],
            tier=tier,
            readings=len(entries),
            population=population,
            prominent=prominent,
            country=country,
            admin1=admin1,
            countries=frozenset(countries - {0}),
            admin1s=frozenset(admin1s - {0}),
            demonym=tier is Tier.DEMONYM,
            own=own,
        )


class NameScanner:
    """Lists the gazetteer names of a text."""

    def __init__(self, gazetteer: Gazetteer):
        self._gazetteer = gazetteer
        self._table = NameTable(gazetteer)
        self._abbreviated_titles = frozenset(
            word.casefold().removesuffix(".") for word in load_words("person_titles") if word.endswith(".")
        )
        self._directions = load_folded_words("direction_words")
        self._after_settlement = frozenset(
            entry.text.replace(".", "") for entry in load_abbreviations() if entry.use is Use.AFTER_SETTLEMENT
        )

    def scan(self, context: Context) -> list[NamedSpan]:
        """List every span that starts with a capital and is a name: by start, longest first."""
        words, folds, match_words = context.words, context.folds, self._gazetteer.match_words
        spans: list[NamedSpan] = []
        for first in context.capitals:
            for match in match_words(words, folds, first):
                last = match.end - 1
                if spans and (spans[-1].first, spans[-1].last) == (first, last):
                    continue  # an abbreviation and a name of the same letters: the abbreviation came first
                info = self._table[match.name_id]
                if self._fits(context, first, last, match.exact_case, info):
                    spans.append(NamedSpan(first, last, match.name_id, info))
        return spans

    def _fits(self, context: Context, first: int, last: int, exact_case: bool, info: NameInfo) -> bool:
        """Whether a name may be written so: on one line; postal codes behind a settlement or party."""
        words = context.words
        if context.shape_at[last] == "l" or "n" in context.gap_at[first:last]:
            return False
        if not exact_case:
            return first < last or not self._is_other_word(context, first, info)
        surface = context.surface(first, last)
        if "." in surface or surface not in self._after_settlement:
            return True
        if context.gap_at[first - 1] == "-" and words[first - 1] in _PARTIES:
            return True
        return first >= 2 and words[first - 1] == "," and context.shape_at[first - 2] in "TU"

    def _is_other_word(self, context: Context, index: int, info: NameInfo) -> bool:
        """Whether a lone name is a person, an acronym ("NATO", not Nato in Bicol) or a side ("the West")."""
        word = context.words[index]
        before = context.previous(index)
        fold_at = context.fold_at
        if before < index - 1 and fold_at[before] in self._abbreviated_titles:
            return True
        if fold_at[index - 1] == "the" and fold_at[index] in self._directions:
            return True
        if not (2 <= len(word) <= 5 and word.isupper()) or context.in_capitals(index):
            return False
        dateline = context.initial[index] and fold_at[index + 1] in _DATELINE_MARKS
        return not dateline and info.population < _KNOWN_POPULATION and info.group not in _DIVISIONS
