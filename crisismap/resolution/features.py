"""Per-candidate features of all toponyms of an article, as one matrix.

Rows are candidates, in groups that share a name; columns are :data:`FEATURES`.  The columns before
:data:`CONTEXT` depend on the candidate alone and on what the text says beside its name; the others on
the article, and :mod:`crisismap.resolution.context` fills them again in each pass.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crisismap.gazetteer import Gazetteer
from crisismap.model import Tier
from crisismap.recognition.scan import feature_group
from crisismap.resolution.labels import Divisions, Pairs
from crisismap.resolution.outlet import NO_OUTLET, Outlet
from crisismap.resolution.reading import Reading

__all__ = [
    "BLOCKS",
    "COLUMN",
    "CONTEXT",
    "DOUBT",
    "FEATURES",
    "OPPOSING",
    "SUPPORTING",
    "ArticleCandidates",
    "FeatureBuilder",
    "columns_of",
    "unit_vectors",
]

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
_TIERS = tuple((tier, tier.name.lower()) for tier in Tier if tier is not Tier.PRIMARY)

STATIC_BLOCKS: dict[str, tuple[str, ...]] = {
    "name": (*(name for _, name in _TIERS), "worse_tier", "rivals"),
    "population": (
        "population",
        "population_gap",
        "population_lead",
        "population_rank",
        "unpopulated",
    ),
    "fame": ("fame", "fame_gap", "fame_lead", "curated"),
    "class": _GROUPS,
    "cues": (
        "cue_division",
        "cue_settlement",
        "twin_division",
        "speaking",
        "mentions",
        "early",
        "dateline",
        "dateline_settlement",
        "names",
    ),
    "parents": ("parent", "parent_settlement", "parent_elsewhere", "parent_rival"),
    "siblings": ("sibling_country", "sibling_admin1", "sibling_admin2"),
    "outlet": (
        "outlet_country",
        "outlet_named",
        "outlet_admin1",
        "outlet_near",
        "home_known",
        "home_country",
        "home_admin1",
        "home_near",
    ),
}
CONTEXT_BLOCKS: dict[str, tuple[str, ...]] = {
    "divisions": (
        "country_mass",
        "admin1_mass",
        "admin2_mass",
        "country_gap",
        "admin1_gap",
        "country_named",
        "admin1_named",
        "admin2_named",
    ),
    "geography": (
        "within_50_km",
        "within_161_km",
        "within_500_km",
        "share_161_km",
        "share_500_km",
        "within_gap",
        "nearest",
    ),
    "beside": (
        "beside_country",
        "beside_admin1",
        "beside_161_km",
        "beside_class",
        "listed_class",
        "listed_country",
        "listed_admin1",
    ),
    "lead": (
        "first_admin1",
        "first_country",
        "dateline_country",
        "dateline_admin1",
        "dateline_near",
    ),
    "capitals": (
        "capital_abroad",
        "capital_of_named",
        "capital_speaking",
        "division_abroad",
        "division_company",
    ),
}
BLOCKS = STATIC_BLOCKS | CONTEXT_BLOCKS
"""The features by what they look at, for ablations."""
FEATURES = tuple(name for names in BLOCKS.values() for name in names)
SUPPORTING = frozenset(
    {
        "cue_division",
        "cue_settlement",
        "dateline_settlement",
        *BLOCKS["parents"],
        *BLOCKS["siblings"],
        *BLOCKS["outlet"],
        *BLOCKS["divisions"],
        *BLOCKS["geography"],
        *BLOCKS["beside"],
        *BLOCKS["lead"],
    }
    - {"parent_rival", "home_known", "nearest"}
)
"""Features that can only speak for a candidate; "parent_rival" and "worse_tier" only speak against it."""
OPPOSING = frozenset({"parent_rival", "worse_tier"})
COLUMN = {name: index for index, name in enumerate(FEATURES)}
CONTEXT = sum(map(len, STATIC_BLOCKS.values()))
"""The first column that depends on the rest of the article."""

DOUBT = 2
"""Names that speak for nothing, added to those of an article: two names in one state may be chance."""


def columns_of(*names: str) -> slice:
    """Return where features lie that are filled together.

    Raises:
        ValueError: they do not follow one another.
    """
    first = COLUMN[names[0]]
    found = slice(first, first + len(names))
    if FEATURES[found] != names:
        raise ValueError(f"{names} do not follow one another among the features")
    return found


_GROUP_COLUMNS = columns_of(*_GROUPS)
_GROUP_NUMBERS = np.arange(len(_GROUPS))[:, None]
_TIER_COLUMNS = columns_of(*(name for _, name in _TIERS))
_TIER_NUMBERS = np.array([tier for tier, _ in _TIERS])[:, None]
_POPULATION = columns_of("population", "population_gap", "population_lead")
_FAME = columns_of("fame", "fame_gap", "fame_lead")
_SIBLINGS = columns_of("sibling_country", "sibling_admin1", "sibling_admin2")

_CURATED_FAME = 255
"""What crisismap's own tables are filed with, other than the entries that bulk sources add."""
_DIVISION_CUES = {
    "county": "admin2",
    "parish": "admin2",
    "district": "admin2",
    "borough": "admin2",
    "state": "admin1",
    "province": "admin1",
    "oblast": "admin1",
    "region": "admin1",
    "governorate": "admin1",
    "prefecture": "admin1",
}
_SETTLEMENT_CUES = frozenset({"city", "town", "village", "municipality"})
_EARLY = 500.0
"""Characters within which the weight of an early mention falls to a third."""


@dataclass(slots=True)
class ArticleCandidates:
    """All candidates of an article, flat; ``group[i]`` is the name group of row i.

    Groups of one name (Paris, France; Paris, Texas) are one ``family``: they say nothing for each other.
    """

    reading: Reading
    entries: npt.NDArray[np.int64]
    tiers: npt.NDArray[np.uint8]
    group: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    """The first row of each group."""
    sizes: npt.NDArray[np.int64]
    """The number of rows of each group."""
    group_count: int
    family: npt.NDArray[np.int64]
    family_count: int
    speaking: npt.NDArray[np.float64]
    matrix: npt.NDArray[np.float64]
    """A row a candidate; in the memory it lies by column, as it is filled."""
    divisions: Divisions
    """Country, first-level and second-level division."""
    ancestors: npt.NDArray[np.int64]
    """Entry indexes of the same, a row a level; -1 for none."""
    kind: npt.NDArray[np.int64]
    """Country 0, first-level division 1, lower division 2, settlement 3, anything else 4."""
    xyz: npt.NDArray[np.float64]
    """Unit vectors."""
    beside: Pairs
    listed: Pairs
    """The pairs of the reading, by row."""

    def put(self, name: str, values: npt.ArrayLike) -> None:
        """Fill a column."""
        self.matrix[:, COLUMN[name]] = values

    def put_all(self, where: slice, values: npt.NDArray[np.generic]) -> None:
        """Fill several :func:`columns_of` with a row of ``values`` each."""
        self.matrix[:, where] = values.T

    def rows_of(self, group: int) -> slice:
        """The rows of a group."""
        start = int(self.starts[group])
        return slice(start, start + int(self.sizes[group]))

    def best(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The highest value of each row's group, by row; of several rows of values at once."""
        highest: npt.NDArray[np.float64] = np.maximum.reduceat(values, self.starts, axis=-1)[..., self.group]
        return highest


class FeatureBuilder:
    """Turns what was read into matrices over one gazetteer."""

    def __init__(self, gazetteer: Gazetteer):
        self._columns = gazetteer.columns
        self._is_own = gazetteer.is_own
        groups = [feature_group(feature) for feature in gazetteer.feature_codes]
        self._group_of_feature = np.array([_GROUPS.index(g) if g in _GROUPS else -1 for g in groups])
        self._kind_of_feature = np.array([_KIND.get(g, 3) for g in groups])
        feature = np.asarray(gazetteer.columns.feature)
        countries = np.flatnonzero(np.isin(feature, [i for i, g in enumerate(groups) if g == "country"]))
        self._country_entry = np.full(len(gazetteer.country_codes), -1, dtype=np.int64)
        # The most populous entry of a code is the country itself, not a dependency of the same code.
        for entry in sorted(countries.tolist(), key=lambda i: int(gazetteer.columns.population[i])):
            self._country_entry[gazetteer.columns.country[entry]] = entry

    def build(self, reading: Reading, outlet: Outlet = NO_OUTLET) -> ArticleCandidates:
        """Fill the static columns; there must be at least one group."""
        columns, groups = self._columns, reading.groups
        entries = np.concatenate([group.candidates.entries for group in groups])
        tiers = np.concatenate([group.candidates.tiers for group in groups])
        sizes = np.array([len(group.candidates.entries) for group in groups])
        group = np.repeat(np.arange(len(groups)), sizes)
        starts = np.cumsum(sizes) - sizes
        names = [group.name.casefold() for group in groups]
        families = {name: i for i, name in enumerate(dict.fromkeys(names))}
        family = np.array([families[name] for name in names])[group]
        divisions = np.empty((3, len(entries)), dtype=np.int64)
        divisions[:] = columns.country[entries], columns.admin1[entries], columns.admin2[entries]
        ancestors = divisions - 1
        ancestors[0] = self._country_entry[divisions[0]]
        batch = ArticleCandidates(
            reading=reading,
            entries=entries,
            tiers=tiers,
            group=group,
            starts=starts,
            sizes=sizes,
            group_count=len(groups),
            family=family,
            family_count=len(families),
            speaking=np.array([group.speaking for group in groups])[group],
            matrix=np.zeros((len(entries), len(FEATURES)), order="F"),
            divisions=Divisions.of(divisions, family),
            ancestors=ancestors,
            kind=self._kind_of_feature[columns.feature[entries]],
            xyz=unit_vectors(columns.lon[entries], columns.lat[entries]),
            beside=Pairs.of(reading.beside, starts, sizes),
            listed=Pairs.of(reading.listed, starts, sizes),
        )
        self._put_candidates(batch)
        _put_cues(batch)
        _put_parents(batch)
        _put_siblings(batch)
        self.put_outlet(batch, outlet)
        return batch

    def put_outlet(self, batch: ArticleCandidates, outlet: Outlet) -> None:
        """Fill the columns of what is known of the outlet."""
        country, admin1 = self._columns.country[batch.entries], self._columns.admin1[batch.entries]
        outlet.put(batch, country.astype(np.int64), admin1.astype(np.int64))

    def _put_candidates(self, batch: ArticleCandidates) -> None:
        columns, put, entries = self._columns, batch.put, batch.entries
        kind = self._group_of_feature[columns.feature[entries]]
        # A settlement that a team added itself is judged like a landmark: its size is not known.
        own = self._is_own(entries) & (kind < 0)
        kind[own] = _GROUPS.index("facility")
        batch.put_all(_GROUP_COLUMNS, kind == _GROUP_NUMBERS)
        batch.put_all(_TIER_COLUMNS, batch.tiers == _TIER_NUMBERS)
        put("worse_tier", batch.tiers > np.minimum.reduceat(batch.tiers, batch.starts)[batch.group])
        put("rivals", np.log(batch.sizes)[batch.group] / 4)
        alternates = columns.alternates[entries]
        population = np.log10(columns.population[entries].astype(np.float64) + 1) / 7
        fame = np.log1p(alternates.astype(np.float64)) / 5
        order = _put_prominence(batch, _POPULATION, population)
        _put_prominence(batch, _FAME, fame)
        rank = np.empty(len(entries))
        rank[order] = np.arange(len(entries)) - batch.starts[batch.group]
        put("population_rank", np.log1p(rank) / 4)
        put("unpopulated", (population == 0) & ((batch.kind != _SETTLEMENT) | own))
        put("curated", (columns.id[entries] == 0) & (alternates == _CURATED_FAME))


def _put_prominence(
    batch: ArticleCandidates, where: slice, values: npt.NDArray[np.float64]
) -> npt.NDArray[np.int64]:
    """Fill values, how far they lie from their group's best, and how far from the best of the others.

    Where there is no other, its value is 0.

    Returns:
        The rows, best first in each group; ties go to the lower entry.
    """
    order: npt.NDArray[np.int64] = np.lexsort((batch.entries, -values, batch.group))
    first = order[batch.starts]
    alone = batch.sizes == 1
    second = values[order[batch.starts + ~alone]]
    second[alone] = 0.0
    best = values[first][batch.group]
    rival = best.copy()
    rival[first] = second
    batch.put_all(where, np.array([values, values - best, values - rival]))
    return order


_COUNTRY, _ADMIN1, _SETTLEMENT = 0, 1, 3
_KIND = {"country": 0, "admin1": 1, "admin2": 2, "admin3": 2}
_KIND |= {"region": 4, "water": 4, "terrain": 4, "facility": 4}


def unit_vectors(lon: npt.NDArray[np.float32], lat: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Points of the sphere as vectors of length 1, shape (n, 3)."""
    east, north = np.radians(lon.astype(np.float64)), np.radians(lat.astype(np.float64))
    return np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])


def _put_cues(batch: ArticleCandidates) -> None:
    groups, group, put = batch.reading.groups, batch.group, batch.put
    is_point = batch.kind == _SETTLEMENT
    for index, name_group in enumerate(groups):
        if not name_group.cue:
            continue
        rows = batch.rows_of(index)
        if name_group.cue in _DIVISION_CUES:
            matches = batch.matrix[rows, COLUMN[_DIVISION_CUES[name_group.cue]]] > 0
            batch.matrix[rows, COLUMN["cue_division"]] = np.where(matches, 1, -1 if matches.any() else 0)
        elif name_group.cue in _SETTLEMENT_CUES:
            batch.matrix[rows, COLUMN["cue_settlement"]] = np.where(is_point[rows], 1, -1)
    put("twin_division", (batch.kind == _ADMIN1) & np.logical_or.reduceat(is_point, batch.starts)[group])
    put("speaking", batch.speaking)
    put("mentions", np.log([g.mentions for g in groups])[group] / 3)
    put("early", np.exp(-np.array([g.start for g in groups]) / _EARLY)[group])
    if any(g.dateline for g in groups):
        dateline = np.array([g.dateline for g in groups])[group]
        put("dateline", dateline)
        put("dateline_settlement", dateline & is_point)
    put("names", np.log(batch.family_count) / 4)


def _put_parents(batch: ArticleCandidates) -> None:
    groups = batch.reading.groups
    if not any(group.parents or group.parents_elsewhere for group in groups):
        return
    parent, elsewhere = np.zeros((2, len(batch.entries)))
    for index, name_group in enumerate(groups):
        rows = batch.rows_of(index)
        for column, stated in ((parent, name_group.parents), (elsewhere, name_group.parents_elsewhere)):
            if stated:
                ancestors = batch.ancestors[:, rows]
                said = (ancestors[:, :, None] == np.array(list(stated))).any(axis=2)
                column[rows] = (said & (ancestors >= 0) & (ancestors != batch.entries[rows])).any(axis=0)
    put = batch.put
    put("parent", parent)
    # In "Georgia, Oklahoma and Texas" the next name is a neighbor, not a parent: it says most of names
    # that no country and no first-level division leads with.
    division = (batch.kind <= _ADMIN1) & (batch.tiers <= Tier.ABBREVIATION)
    put("parent_settlement", parent * ~np.logical_or.reduceat(division, batch.starts)[batch.group])
    put("parent_elsewhere", elsewhere)
    put("parent_rival", batch.best(parent) - parent)


def _put_siblings(batch: ArticleCandidates) -> None:
    """The share of the other names that could lie in the candidate's division at all."""
    others = batch.family_count - 1 + DOUBT
    batch.put_all(_SIBLINGS, batch.divisions.other_families() / others)
