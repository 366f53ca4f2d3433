"""Per-candidate features of all toponyms of some articles, as one matrix.

Rows are candidates, in groups that share a name, article after article; columns are :data:`FEATURES`.  The
columns before :data:`CONTEXT` depend on the candidate alone and on what the text says beside its name; the
others on its article, and :mod:`crisismap.resolution.context` fills them again in each pass.

An article has some dozen names: what numpy does for one takes as long to begin as to do, so articles are
best looked at together.  None has a say in another: the numbers are the same, to the last bit, as alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt

from crisismap.gazetteer import Gazetteer
from crisismap.model import Tier
from crisismap.resolution.facts import FACT_BLOCKS, FactFinder
from crisismap.resolution.labels import Divisions, Holders, Pairs
from crisismap.resolution.outlet import Outlet
from crisismap.resolution.reading import NameGroup, Reading

__all__ = [
    "BLOCKS",
    "COLUMN",
    "CONTEXT",
    "DOUBT",
    "FEATURES",
    "FIRST_LEVEL_CUES",
    "OPPOSING",
    "SUPPORTING",
    "CandidateBatch",
    "FeatureBuilder",
    "columns_of",
]

STATIC_BLOCKS: dict[str, tuple[str, ...]] = {
    **FACT_BLOCKS,
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


_FACTS = slice(0, sum(map(len, FACT_BLOCKS.values())))
_SIBLINGS = columns_of("sibling_country", "sibling_admin1", "sibling_admin2")

_DIVISION_CUES = {
    "county": "admin2",
    "department": "admin1",
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
FIRST_LEVEL_CUES = frozenset(cue for cue, level in _DIVISION_CUES.items() if level == "admin1")
"""Folded words beside a name that make it a first-level division's."""
_SETTLEMENT_CUES = frozenset({"city", "town", "village", "municipality"})
_EARLY = 500.0
"""Characters within which the weight of an early mention falls to a third."""


@dataclass(slots=True)
class CandidateBatch:
    """All candidates of some articles, flat; ``group[i]`` is the name group of row i.

    Groups of one name (Paris, France; Paris, Texas) are one ``family``: they say nothing for each other.
    """

    readings: Sequence[Reading]
    """Of each article; all have groups."""
    groups: Sequence[NameGroup]
    """Of all articles, in order."""
    first_groups: npt.NDArray[np.int64]
    """The first group of each article, and the number of all."""
    articles: Sequence[slice]
    """The rows of each article."""
    datelines: npt.NDArray[np.int64]
    """The first group of each article that its dateline names; -1 for none."""
    article: npt.NDArray[np.int64]
    """The number of each row's article."""
    entries: npt.NDArray[np.int64]
    tiers: npt.NDArray[np.uint8]
    group: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    """The first row of each group."""
    sizes: npt.NDArray[np.int64]
    """The number of rows of each group."""
    group_count: int
    family: npt.NDArray[np.int64]
    """Numbered through all articles; no two share one."""
    families: npt.NDArray[np.int64]
    """The number of each article's families."""
    others: npt.NDArray[np.float64]
    """How many names a row's article has besides its own, and :data:`DOUBT`; by row."""
    speaking: npt.NDArray[np.float64]
    matrix: npt.NDArray[np.float64]
    """A row a candidate; in the memory it lies by column, as it is filled."""
    divisions: Divisions
    """Country, first-level and second-level division."""
    holders: Holders
    """The rows that are a division of others."""
    country: npt.NDArray[np.int64]
    """Index of the country, 0 for none."""
    ancestors: npt.NDArray[np.int64]
    """Entry indexes of the divisions, a row a level; -1 for none."""
    kind: npt.NDArray[np.int64]
    """Country 0, first-level division 1, lower division 2, settlement 3, anything else 4."""
    xyz: npt.NDArray[np.float64]
    """Unit vectors."""
    beside: Pairs
    listed: Pairs
    """The pairs of the readings, by row."""
    nearness: npt.NDArray[np.float64]
    """How near the two of each pair ``beside`` each other stand, 0 to 1."""

    def put(self, name: str, values: npt.ArrayLike, rows: slice = slice(None)) -> None:
        """Fill a column, or some rows of it."""
        self.matrix[rows, COLUMN[name]] = values

    def columns(self, where: slice) -> npt.NDArray[np.float64]:
        """Several :func:`columns_of`, a row each, to be filled in place."""
        return self.matrix.T[where]

    def rows_of(self, group: int) -> slice:
        """The rows of a group."""
        start = int(self.starts[group])
        return slice(start, start + int(self.sizes[group]))

    def best(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The highest value of each row's group, by row; of several rows of values at once."""
        highest: npt.NDArray[np.float64] = np.maximum.reduceat(values, self.starts, axis=-1)
        return highest.take(self.group, axis=-1)


class FeatureBuilder:
    """Turns what was read into matrices over one gazetteer."""

    def __init__(self, gazetteer: Gazetteer):
        self._facts = FactFinder(gazetteer)

    def build(self, readings: Sequence[Reading], outlets: Sequence[Outlet]) -> CandidateBatch:
        """Fill the static columns; there is at least one reading, and each has groups and an outlet."""
        groups = list(chain.from_iterable(reading.groups for reading in readings))
        facts = self._facts.find([group.name for group in groups], [group.candidates for group in groups])
        entries = np.concatenate([group.candidates.entries for group in groups])
        tiers = np.concatenate([group.candidates.tiers for group in groups])
        sizes = np.array([len(group.candidates.entries) for group in groups])
        group = np.repeat(np.arange(len(groups)), sizes)
        starts = np.cumsum(sizes) - sizes
        counts = np.array([len(reading.groups) for reading in readings])
        first_groups = np.concatenate([[0], np.cumsum(counts)])
        article_of_group = np.repeat(np.arange(len(readings)), counts)
        names = list(zip(article_of_group.tolist(), (g.name.casefold() for g in groups), strict=True))
        numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
        family = np.array([numbers[name] for name in names])[group]
        article = article_of_group[group]
        divisions, kind = facts.places[:3], facts.places[4]
        ancestors = divisions - 1
        ancestors[0] = facts.places[3]
        labels = Divisions.of(divisions, family, article)
        families = np.bincount([number for number, _ in numbers])
        bounds = np.append(starts, len(entries))[first_groups].tolist()
        batch = CandidateBatch(
            readings=readings,
            groups=groups,
            first_groups=first_groups,
            articles=[slice(first, stop) for first, stop in pairwise(bounds)],
            datelines=np.array([*map(_first_dateline, readings, first_groups.tolist())]),
            article=article,
            entries=entries,
            tiers=tiers,
            group=group,
            starts=starts,
            sizes=sizes,
            group_count=len(groups),
            family=family,
            families=families,
            others=(families - 1 + DOUBT).astype(np.float64)[article],
            speaking=np.array([group.speaking for group in groups])[group],
            matrix=np.zeros((len(entries), len(FEATURES)), order="F"),
            divisions=labels,
            holders=Holders.of(labels, family, kind, entries, ancestors),
            country=divisions[0],
            ancestors=ancestors,
            kind=kind,
            xyz=np.ascontiguousarray(facts.xyz.T),
            beside=Pairs.of([reading.beside for reading in readings], first_groups, starts, sizes),
            listed=Pairs.of([reading.listed for reading in readings], first_groups, starts, sizes),
            nearness=np.concatenate([reading.weight for reading in readings]),
        )
        batch.columns(_FACTS)[:] = facts.features
        _put_cues(batch)
        _put_parents(batch)
        _put_siblings(batch)
        for rows, outlet in zip(batch.articles, outlets, strict=True):
            outlet.put(batch, rows)
        return batch


_ADMIN1, _SETTLEMENT = 1, 3


def _first_dateline(reading: Reading, first_group: int) -> int:
    """The number of an article's first group in a dateline, counted from ``first_group``; -1 for none."""
    return next((first_group + own for own, group in enumerate(reading.groups) if group.dateline), -1)


def _put_cues(batch: CandidateBatch) -> None:
    groups, group, put = batch.groups, batch.group, batch.put
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
    put("names", (np.log(batch.families) / 4)[batch.article])


def _put_parents(batch: CandidateBatch) -> None:
    groups = batch.groups
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


def _put_siblings(batch: CandidateBatch) -> None:
    """The share of the other names that could lie in the candidate's division at all."""
    batch.columns(_SIBLINGS)[:] = batch.divisions.other_families() / batch.others
