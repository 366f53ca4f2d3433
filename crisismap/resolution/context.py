"""What the rest of an article says for a candidate, through what its other names probably mean."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from crisismap.geodesy import EARTH_RADIUS_KM
from crisismap.resolution.features import COLUMN, DOUBT, ArticleCandidates, columns_of

__all__ = ["put_context"]

_Floats = npt.NDArray[np.float64]

_COSINES = tuple(float(np.cos(km / EARTH_RADIUS_KM)) for km in (50.0, 161.0, 500.0))
_MAX_ANCHORS = 500
"""Places that distances are measured to: the first of the text, so that a book does not fill the memory."""
_BLOCK = 64
"""Divisions that are looked at together, for the same reason."""
_COUNTRY, _ADMIN1, _ADMIN2, _SETTLEMENT, _OTHER = range(5)
_KINDS = 5
_LIKELY = 0.2
"""Probability from which a candidate counts as a place of the article."""
_PROBABLE = 0.05
"""The same for a division that is named."""
_NEAR_KM = 300.0

_MASSES = columns_of("country_mass", "admin1_mass", "admin2_mass")
_GAPS = columns_of("country_gap", "admin1_gap")
_NAMED = columns_of("country_named", "admin1_named", "admin2_named")
_DISTANCES = columns_of(
    "within_50_km", "within_161_km", "within_500_km", "share_161_km", "share_500_km", "within_gap", "nearest"
)
_BESIDE = columns_of("beside_country", "beside_admin1", "beside_161_km", "beside_class")
_LISTED = columns_of("listed_class", "listed_country", "listed_admin1")
_FIRST = columns_of("first_admin1", "first_country")
_DATELINE = columns_of("dateline_country", "dateline_admin1", "dateline_near")


def put_context(batch: ArticleCandidates, posterior: _Floats) -> None:
    """Fill the context columns from each row's ``posterior`` within its group."""
    _put_divisions(batch, posterior)
    _put_distances(batch, posterior)
    top = _top_rows(batch, posterior)
    _put_beside(batch, posterior, top)
    _put_listed(batch, posterior, top)
    _put_lead(batch, top)
    _put_capitals(batch, posterior)


def _put_divisions(batch: ArticleCandidates, posterior: _Floats) -> None:
    mass = batch.divisions.mass_of_others(posterior) / (batch.family_count - 1 + DOUBT)
    batch.put_all(_MASSES, mass)
    batch.put_all(_GAPS, mass[:2] - batch.best(mass[:2]))
    batch.put_all(_NAMED, _named(batch, posterior))


def _named(batch: ArticleCandidates, posterior: _Floats) -> _Floats:
    """The highest posterior with which another name means each candidate's division, a row a level."""
    result = np.zeros(batch.ancestors.shape)
    named = np.flatnonzero((posterior > _PROBABLE) & (batch.kind <= _ADMIN2))
    levels = batch.kind[named]
    for level, ancestor in enumerate(batch.ancestors):
        of_level = named[levels == level]
        for start in range(0, len(of_level), _BLOCK):
            rows = of_level[start : start + _BLOCK]
            hit = (ancestor == batch.entries[rows, None]) & (batch.family != batch.family[rows, None])
            np.maximum(result[level], (hit * posterior[rows, None]).max(axis=0), out=result[level])
    return result


def _put_distances(batch: ArticleCandidates, posterior: _Floats) -> None:
    anchors = np.flatnonzero((batch.kind >= _ADMIN2) & (posterior > _LIKELY))[:_MAX_ANCHORS]
    if len(anchors) == 0:
        batch.matrix[:, _DISTANCES] = 0.0
        return
    # A row an anchor: sums down the columns are the fast ones.
    cosines = batch.xyz[anchors] @ batch.xyz.T
    weight = posterior[anchors, None] * (batch.family[anchors, None] != batch.family)
    total = weight.sum(axis=0) + DOUBT
    sums = np.array([((cosines > threshold) * weight).sum(axis=0) for threshold in _COSINES])
    best = batch.best(sums[1])
    gap = (sums[1] - best) / np.maximum(best, 1)
    closest = np.where(weight > 0, cosines, -1.0).max(axis=0)
    shares = sums[1:] / total
    batch.put_all(_DISTANCES, np.array([*(np.minimum(sums, 4.0) / 4), *shares, gap, _closeness(closest)]))


def _closeness(cosines: _Floats) -> _Floats:
    """1 at the same point, a third at 300 km, 0 far off."""
    closeness: _Floats = np.exp(np.arccos(cosines.clip(-1, 1)) * (-EARTH_RADIUS_KM / _NEAR_KM))
    return closeness


def _top_rows(batch: ArticleCandidates, posterior: _Floats) -> npt.NDArray[np.int64]:
    """The row of each group's best candidate; ties go to the lower entry."""
    order = np.lexsort((batch.entries, -posterior, batch.group))
    top: npt.NDArray[np.int64] = order[batch.starts]
    return top


def _put_beside(batch: ArticleCandidates, posterior: _Floats, top: npt.NDArray[np.int64]) -> None:
    """Compare each candidate with the best candidates of the names that stand beside its own."""
    pairs, count = batch.beside, len(posterior)
    if not len(pairs.rows):
        return
    rows, best = pairs.rows, top[pairs.others]
    weight = (batch.reading.weight * posterior[top[pairs.seconds]])[pairs.pair]
    hits = np.empty((4, len(rows)))
    hits[:2] = batch.divisions.same(rows, best)[:2]
    hits[2] = np.einsum("ij,ij->i", batch.xyz[rows], batch.xyz[best]) > _COSINES[1]
    hits[3] = batch.kind[rows] == batch.kind[best]
    total = np.maximum(np.bincount(rows, weights=weight, minlength=count), 1e-9)
    batch.put_all(_BESIDE, pairs.sums(weight * hits, count) / total)


def _put_listed(batch: ArticleCandidates, posterior: _Floats, top: npt.NDArray[np.int64]) -> None:
    """The same for the names that are neighbors in a list, all of one weight."""
    pairs, count = batch.listed, len(posterior)
    if not len(pairs.rows):
        return
    rows, best = pairs.rows, top[pairs.others]
    size = batch.group_count * _KINDS
    kinds = np.bincount(batch.group * _KINDS + batch.kind, weights=posterior, minlength=size)
    values = np.empty((3, len(rows)))
    values[0] = kinds[pairs.others * _KINDS + batch.kind[rows]]
    values[1:] = batch.divisions.same(rows, best)[:2]
    repeats = np.maximum(np.bincount(rows, minlength=count), 1)
    batch.put_all(_LISTED, pairs.sums(values, count) / repeats)


def _put_lead(batch: ArticleCandidates, top: npt.NDArray[np.int64]) -> None:
    """Compare with what the article names first, and with the place of its dateline."""
    family = batch.family
    batch.put_all(_FIRST, (batch.divisions.same_as(int(top[0])) & (family != 0))[1::-1])
    dateline = next((index for index, group in enumerate(batch.reading.groups) if group.dateline), None)
    if dateline is None:
        return
    lead = int(top[dateline])
    other = family != family[lead]
    near = _closeness(batch.xyz @ batch.xyz[lead])
    batch.put_all(_DATELINE, np.array([*batch.divisions.same_as(lead)[:2], near]) * other)


def _put_capitals(batch: ArticleCandidates, posterior: _Floats) -> None:
    """Among countries "Washington" is the capital; among counties it is the state."""
    family, size = batch.family, batch.family_count * _KINDS
    kinds = np.bincount(family * _KINDS + batch.kind, weights=posterior, minlength=size).reshape(-1, _KINDS)
    # The mean, over the names other than a row's own, of the mass in countries and in divisions.
    others = (kinds.sum(axis=0) - kinds[family]) / (batch.family_count - 1 + DOUBT)
    abroad, company = others[:, _COUNTRY], others[:, _ADMIN1]
    is_admin1 = batch.kind == _ADMIN1
    capital = batch.matrix[:, COLUMN["capital"]]
    batch.put("capital_abroad", abroad * capital)
    batch.put("capital_speaking", capital * batch.speaking)
    batch.put("capital_of_named", capital * batch.matrix[:, COLUMN["country_named"]])
    batch.put("division_abroad", abroad * is_admin1)
    batch.put("division_company", company * is_admin1)
