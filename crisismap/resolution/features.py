"""Per-candidate features of all toponyms of an article, as one matrix.

Rows are candidates, in groups that share a name; columns are :data:`FEATURES`.  The columns before
:data:`CONTEXT` depend on the candidate alone; the others on the article, through the posterior
probabilities of the other groups' candidates, and are filled again in each pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crisismap.gazetteer import Gazetteer
from crisismap.geodesy import EARTH_RADIUS_KM
from crisismap.model import Tier
from crisismap.recognition.scan import feature_group
from crisismap.resolution.candidates import Candidates

__all__ = ["CONTEXT", "FEATURES", "ArticleCandidates", "FeatureBuilder", "NameGroup"]

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
_STATIC = (
    *(name for _, name in _TIERS),
    "population",
    "population_gap",
    "unpopulated",
    "fame",
    "fame_gap",
    "curated",
    *_GROUPS,
    "cue_division",
    "cue_settlement",
    "twin_division",
    "parent",
    "parent_settlement",
    "parent_elsewhere",
)
_DYNAMIC = (
    "country_mass",
    "admin1_mass",
    "country_named",
    "admin1_named",
    "within_50_km",
    "within_161_km",
    "within_500_km",
    "first_admin1",
    "first_country",
    "capital_abroad",
    "capital_of_named",
    "capital_speaking",
    "division_abroad",
    "division_company",
)
FEATURES = (*_STATIC, *_DYNAMIC)
CONTEXT = len(_STATIC)
"""The first column that depends on the rest of the article."""

_COSINES = [np.cos(distance / EARTH_RADIUS_KM) for distance in (50.0, 161.0, 500.0)]
_MAX_ANCHORS = 500
"""Places that distances are measured to: the first of the text, so that a book does not fill the memory."""
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


@dataclass(frozen=True, slots=True)
class NameGroup:
    """Mentions of one name in an article, with what the text around them says of the place."""

    name: str
    candidates: Candidates
    parents: frozenset[int]
    """Entry indexes that the text names as containing the place: "Paris, Texas"."""
    parents_elsewhere: frozenset[int]
    """The same, said of this name at another mention."""
    cue: str
    """A folded division word beside the name: "county", "city"."""
    speaking: float = 0.0
    """The share of the mentions that mean a government, people or team: "Washington said"."""


@dataclass(slots=True)
class ArticleCandidates:
    """All candidates of an article, flat; ``group[i]`` is the NameGroup of row i.

    Groups of one name (Paris, France; Paris, Texas) are one ``family``: they say nothing for each other.
    """

    entries: npt.NDArray[np.int64]
    tiers: npt.NDArray[np.uint8]
    group: npt.NDArray[np.int64]
    group_count: int
    family: npt.NDArray[np.int64]
    family_count: int
    speaking: npt.NDArray[np.float64]
    matrix: npt.NDArray[np.float64]
    country: npt.NDArray[np.int64]
    admin1: npt.NDArray[np.int64]
    is_country: npt.NDArray[np.bool_]
    is_admin1: npt.NDArray[np.bool_]
    is_point: npt.NDArray[np.bool_]
    xyz: npt.NDArray[np.float64]


class FeatureBuilder:
    """Turns name groups into matrices over one gazetteer."""

    def __init__(self, gazetteer: Gazetteer):
        self._columns = gazetteer.columns
        self._is_own = gazetteer.is_own
        groups = [feature_group(feature) for feature in gazetteer.feature_codes]
        self._group_of_feature = np.array([_GROUPS.index(g) if g in _GROUPS else -1 for g in groups])
        self._capital = _GROUPS.index("capital")
        feature = np.asarray(gazetteer.columns.feature)
        countries = np.flatnonzero(np.isin(feature, [i for i, g in enumerate(groups) if g == "country"]))
        self._country_entry = np.full(len(gazetteer.country_codes), -1, dtype=np.int64)
        # The most populous entry of a code is the country itself, not a dependency of the same code.
        for entry in sorted(countries.tolist(), key=lambda i: int(gazetteer.columns.population[i])):
            self._country_entry[gazetteer.columns.country[entry]] = entry

    def build(self, groups: Sequence[NameGroup]) -> ArticleCandidates:
        """Fill the static columns; each group must have at least one candidate."""
        columns = self._columns
        entries = np.concatenate([group.candidates.entries for group in groups])
        tiers = np.concatenate([group.candidates.tiers for group in groups])
        sizes = np.array([len(group.candidates.entries) for group in groups])
        group = np.repeat(np.arange(len(groups)), sizes)
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        families = {name: i for i, name in enumerate(dict.fromkeys(group.name for group in groups))}
        kind = self._group_of_feature[columns.feature[entries]]
        population = np.log10(columns.population[entries].astype(np.float64) + 1)
        fame = np.log1p(columns.alternates[entries].astype(np.float64))
        lon = np.radians(columns.lon[entries].astype(np.float64))
        lat = np.radians(columns.lat[entries].astype(np.float64))
        batch = ArticleCandidates(
            entries=entries,
            tiers=tiers,
            group=group,
            group_count=len(groups),
            family=np.array([families[group.name] for group in groups])[group],
            family_count=len(families),
            speaking=np.array([group.speaking for group in groups])[group],
            matrix=np.zeros((len(entries), len(FEATURES))),
            country=columns.country[entries].astype(np.int64),
            admin1=columns.admin1[entries].astype(np.int64),
            is_country=kind == _GROUPS.index("country"),
            is_admin1=kind == _GROUPS.index("admin1"),
            is_point=(kind < 0) | (kind >= self._capital) & (kind <= _GROUPS.index("section")),
            xyz=np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]),
        )
        # A settlement that a team added itself is judged like a landmark: its size is not known.
        own = self._is_own(entries) & (kind < 0)
        kind = np.where(own, _GROUPS.index("facility"), kind)
        put = _Putter(batch.matrix)
        for tier, name in _TIERS:
            put(name, tiers == tier)
        put("population", population / 7)
        put("population_gap", (population - np.maximum.reduceat(population, starts)[group]) / 7)
        put("unpopulated", (population == 0) & (~batch.is_point | own))
        put("curated", (columns.id[entries] == 0) & (columns.alternates[entries] == _CURATED_FAME))
        put("fame", fame / 5)
        put("fame_gap", (fame - np.maximum.reduceat(fame, starts)[group]) / 5)
        for index, name in enumerate(_GROUPS):
            put(name, kind == index)
        self._put_cues(put, groups, batch, kind)
        self._put_parents(put, groups, batch)
        return batch

    def _put_cues(
        self, put: _Putter, groups: Sequence[NameGroup], batch: ArticleCandidates, kind: npt.NDArray[np.int64]
    ) -> None:
        division, settlement = np.zeros(len(kind)), np.zeros(len(kind))
        for index, name_group in enumerate(groups):
            cue = name_group.cue or name_group.candidates.cue
            rows = batch.group == index
            if cue in _DIVISION_CUES:
                matches = kind[rows] == _GROUPS.index(_DIVISION_CUES[cue])
                division[rows] = np.where(matches, 1.0, -1.0 if matches.any() else 0.0)
            elif cue in _SETTLEMENT_CUES:
                settlement[rows] = np.where(batch.is_point[rows], 1.0, -1.0)
        put("cue_division", division)
        put("cue_settlement", settlement)
        settled = np.zeros(batch.group_count, dtype=bool)
        settled[batch.group[batch.is_point]] = True
        put("twin_division", batch.is_admin1 & settled[batch.group])

    def _put_parents(self, put: _Putter, groups: Sequence[NameGroup], batch: ArticleCandidates) -> None:
        columns = self._columns
        parent, elsewhere = np.zeros(len(batch.entries)), np.zeros(len(batch.entries))
        for index, name_group in enumerate(groups):
            if not (name_group.parents or name_group.parents_elsewhere):
                continue
            rows = np.flatnonzero(batch.group == index)
            ancestors = np.column_stack(
                [
                    self._country_entry[batch.country[rows]],
                    batch.admin1[rows] - 1,
                    columns.admin2[batch.entries[rows]].astype(np.int64) - 1,
                ]
            )
            ancestors[ancestors == batch.entries[rows, None]] = -1
            for column, stated in ((parent, name_group.parents), (elsewhere, name_group.parents_elsewhere)):
                said = np.isin(ancestors, list(stated)) & (ancestors >= 0)
                column[rows] = said.any(axis=1)
        put("parent", parent)
        # In "Georgia, Oklahoma and Texas" the next name is a neighbor, not a parent: it says most of names
        # that no country and no first-level division leads with.
        division = (batch.is_country | batch.is_admin1) & (batch.tiers <= Tier.ABBREVIATION)
        divisions = np.bincount(batch.group, weights=division, minlength=batch.group_count)
        put("parent_settlement", parent * (divisions[batch.group] == 0))
        put("parent_elsewhere", elsewhere)

    def put_context(self, batch: ArticleCandidates, posterior: npt.NDArray[np.float64]) -> None:
        """Fill the context columns from each row's ``posterior`` within its group."""
        put = _Putter(batch.matrix)
        others = max(batch.family_count - 1, 1)
        country_mass = _mass_of_others(batch.country, batch.family, batch.family_count, posterior)
        admin1_mass = _mass_of_others(batch.admin1, batch.family, batch.family_count, posterior)
        put("country_mass", np.where(batch.country > 0, country_mass / others, 0))
        put("admin1_mass", np.where(batch.admin1 > 0, admin1_mass / others, 0))
        country_entry = self._country_entry[batch.country]
        put("country_named", self._named(batch, country_entry, posterior, batch.is_country))
        put("admin1_named", self._named(batch, batch.admin1 - 1, posterior, batch.is_admin1))
        self._put_distances(put, batch, posterior)
        first = batch.family == 0
        lead = int(np.argmax(np.where(first, posterior, -1.0)))
        put("first_admin1", ~first & (batch.admin1 > 0) & (batch.admin1 == batch.admin1[lead]))
        put("first_country", ~first & (batch.country > 0) & (batch.country == batch.country[lead]))
        # Among countries "Washington" is the capital; among counties it is the state.
        abroad = _share_of_others(batch, posterior * batch.is_country)
        company = _share_of_others(batch, posterior * batch.is_admin1)
        capital = batch.matrix[:, FEATURES.index("capital")]
        put("capital_abroad", abroad * capital)
        put("capital_speaking", capital * batch.speaking)
        put("capital_of_named", capital * batch.matrix[:, FEATURES.index("country_named")])
        put("division_abroad", abroad * batch.is_admin1)
        put("division_company", company * batch.is_admin1)

    def _named(
        self,
        batch: ArticleCandidates,
        ancestor: npt.NDArray[np.int64],
        posterior: npt.NDArray[np.float64],
        is_division: npt.NDArray[np.bool_],
    ) -> npt.NDArray[np.float64]:
        """The highest posterior with which another name means the candidate's ancestor itself."""
        rows = np.flatnonzero(is_division & (posterior > 0.05))
        result = np.zeros(len(batch.entries))
        for row in rows.tolist():
            hit = (ancestor == batch.entries[row]) & (batch.family != batch.family[row])
            result[hit] = np.maximum(result[hit], posterior[row])
        return result

    def _put_distances(
        self, put: _Putter, batch: ArticleCandidates, posterior: npt.NDArray[np.float64]
    ) -> None:
        anchors = np.flatnonzero(batch.is_point & (posterior > 0.2))[:_MAX_ANCHORS]
        names = ("within_50_km", "within_161_km", "within_500_km")
        if len(anchors) == 0:
            for name in names:
                put(name, 0.0)
            return
        cosines = batch.xyz @ batch.xyz[anchors].T
        weight = posterior[anchors] * (batch.family[:, None] != batch.family[anchors])
        for name, threshold in zip(names, _COSINES, strict=True):
            put(name, np.minimum(((cosines > threshold) * weight).sum(axis=1), 4.0) / 4)


class _Putter:
    """Writes named columns of a feature matrix."""

    def __init__(self, matrix: npt.NDArray[np.float64]):
        self._matrix = matrix

    def __call__(self, name: str, values: npt.ArrayLike) -> None:
        self._matrix[:, FEATURES.index(name)] = values


def _share_of_others(batch: ArticleCandidates, mass: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The mean, over the names other than a row's own, of the mass in them."""
    sums = np.bincount(batch.family, weights=mass, minlength=batch.family_count)
    share: npt.NDArray[np.float64] = (sums.sum() - sums[batch.family]) / max(batch.family_count - 1, 1)
    return share


def _mass_of_others(
    label: npt.NDArray[np.int64],
    family: npt.NDArray[np.int64],
    family_count: int,
    posterior: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Sum, over the other names, of the posterior mass on candidates with the same label."""
    _, local = np.unique(label, return_inverse=True)
    width = int(local.max()) + 1
    mass = np.bincount(family * width + local, weights=posterior, minlength=family_count * width)
    table = mass.reshape(family_count, width)
    result: npt.NDArray[np.float64] = table.sum(axis=0)[local] - table[family, local]
    return result
