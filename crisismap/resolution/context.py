"""What the rest of its article says for a candidate, through what the other names probably mean."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from crisismap.geodesy import EARTH_RADIUS_KM
from crisismap.resolution.features import COLUMN, DOUBT, CandidateBatch, columns_of

__all__ = ["put_context"]

_Floats = npt.NDArray[np.float64]

_COSINES = tuple(float(np.cos(km / EARTH_RADIUS_KM)) for km in (50.0, 161.0, 500.0))
_MAX_ANCHORS = 500
"""Places that distances are measured to: the first of the text, so that a book does not fill the memory."""
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


def put_context(batch: CandidateBatch, posterior: _Floats) -> None:
    """Fill the context columns from each row's ``posterior`` within its group."""
    _put_divisions(batch, posterior)
    _put_distances(batch, posterior)
    top = _top_rows(batch, posterior)
    _put_beside(batch, posterior, top)
    _put_listed(batch, posterior, top)
    _put_lead(batch, top)
    _put_capitals(batch, posterior)


def _put_divisions(batch: CandidateBatch, posterior: _Floats) -> None:
    mass = batch.columns(_MASSES)
    np.divide(batch.divisions.mass_of_others(posterior), batch.others, out=mass)
    np.subtract(mass[:2], batch.best(mass[:2]), out=batch.columns(_GAPS))
    # The highest posterior with which another name means each candidate's division, by level.
    probable = np.where(posterior > _PROBABLE, posterior, 0.0)
    batch.columns(_NAMED)[:] = batch.holders.highest(probable)


def _put_distances(batch: CandidateBatch, posterior: _Floats) -> None:
    for rows in batch.articles:
        _measure(batch, posterior[rows], rows)
    sums, gap = batch.columns(_DISTANCES)[:3], batch.columns(_DISTANCES)[5]
    best = batch.best(sums[1])
    np.divide(sums[1] - best, np.maximum(best, 1), out=gap)
    np.divide(np.minimum(sums, 4.0), 4, out=sums)


def _measure(batch: CandidateBatch, posterior: _Floats, rows: slice) -> None:
    """Sum up how many of an article's probable places are how near; ``posterior`` is that of its rows."""
    xyz, family, values = batch.xyz[rows], batch.family[rows], batch.columns(_DISTANCES)[:, rows]
    anchors = np.flatnonzero((batch.kind[rows] >= _ADMIN2) & (posterior > _LIKELY))[:_MAX_ANCHORS]
    if len(anchors) == 0:
        values[:] = 0.0
        return
    # A row an anchor: sums down the columns are the fast ones.
    cosines = xyz.take(anchors, axis=0) @ xyz.T
    other = family[anchors][:, None] != family
    weight = posterior[anchors][:, None] * other
    sums = values[:3]
    for threshold, row in zip(_COSINES, sums, strict=True):
        np.add.reduce((cosines > threshold) * weight, axis=0, out=row)
    np.divide(sums[1:], np.add.reduce(weight, axis=0) + DOUBT, out=values[3:5])
    values[6] = _closeness(np.where(other, cosines, -1.0).max(axis=0))


def _closeness(cosines: _Floats) -> _Floats:
    """1 at the same point, a third at 300 km, 0 far off."""
    angles = np.arccos(np.minimum(np.maximum(cosines, -1.0), 1.0))
    closeness: _Floats = np.exp(angles * (-EARTH_RADIUS_KM / _NEAR_KM))
    return closeness


def _top_rows(batch: CandidateBatch, posterior: _Floats) -> npt.NDArray[np.int64]:
    """The row of each group's best candidate; ties go to the lower entry."""
    order = np.lexsort((batch.entries, -posterior, batch.group))
    top: npt.NDArray[np.int64] = order[batch.starts]
    return top


def _put_beside(batch: CandidateBatch, posterior: _Floats, top: npt.NDArray[np.int64]) -> None:
    """Compare each candidate with the best candidates of the names that stand beside its own."""
    pairs, count = batch.beside, len(posterior)
    if not len(pairs.rows):
        return
    rows, best = pairs.rows, top.take(pairs.others)
    weight = (batch.nearness * posterior[top[pairs.seconds]]).take(pairs.pair)
    hits = np.empty((4, len(rows)))
    hits[:2] = batch.divisions.same(rows, best)
    cosines = np.einsum("ij,ij->i", batch.xyz.take(rows, axis=0), batch.xyz.take(best, axis=0))
    np.greater(cosines, _COSINES[1], out=hits[2])
    np.equal(batch.kind.take(rows), batch.kind.take(best), out=hits[3])
    hits *= weight
    total = np.maximum(np.bincount(rows, weights=weight, minlength=count), 1e-9)
    np.divide(pairs.sums(hits, count), total, out=batch.columns(_BESIDE))


def _put_listed(batch: CandidateBatch, posterior: _Floats, top: npt.NDArray[np.int64]) -> None:
    """The same for the names that are neighbors in a list, all of one weight."""
    pairs, count = batch.listed, len(posterior)
    if not len(pairs.rows):
        return
    rows, best = pairs.rows, top[pairs.others]
    size = batch.group_count * _KINDS
    kinds = np.bincount(batch.group * _KINDS + batch.kind, weights=posterior, minlength=size)
    values = np.empty((3, len(rows)))
    values[0] = kinds[pairs.others * _KINDS + batch.kind[rows]]
    values[1:] = batch.divisions.same(rows, best)
    repeats = np.maximum(np.bincount(rows, minlength=count), 1)
    np.divide(pairs.sums(values, count), repeats, out=batch.columns(_LISTED))


def _put_lead(batch: CandidateBatch, top: npt.NDArray[np.int64]) -> None:
    """Compare with what the article names first, and with the place of its dateline."""
    family = batch.family
    first = top[batch.first_groups[:-1]][batch.article]
    batch.columns(_FIRST)[:] = (batch.divisions.same_as(first) & (family != family[first]))[1::-1]
    named = batch.datelines >= 0
    if not named.any():
        return
    lead = np.where(named, top[batch.datelines], -1)[batch.article]
    values = batch.columns(_DATELINE)
    values[:2] = batch.divisions.same_as(lead)[:2]
    values[2] = _closeness(np.einsum("ij,ij->i", batch.xyz, batch.xyz[lead]))
    values *= (family != family[lead]) & (lead >= 0)


def _put_capitals(batch: CandidateBatch, posterior: _Floats) -> None:
    """Among countries "Washington" is the capital; among counties it is the state."""
    family, size = batch.family, int(batch.families.sum()) * _KINDS
    kinds = np.bincount(family * _KINDS + batch.kind, weights=posterior, minlength=size).reshape(-1, _KINDS)
    # The mean, over the names other than a row's own, of the mass in countries and in divisions.
    whole = np.add.reduceat(kinds, np.cumsum(batch.families) - batch.families)
    others = (whole[batch.article] - kinds[family]) / batch.others[:, None]
    abroad, company = others[:, _COUNTRY], others[:, _ADMIN1]
    is_admin1 = batch.kind == _ADMIN1
    capital = batch.matrix[:, COLUMN["capital"]]
    batch.put("capital_abroad", abroad * capital)
    batch.put("capital_speaking", capital * batch.speaking)
    batch.put("capital_of_named", capital * batch.matrix[:, COLUMN["country_named"]])
    batch.put("division_abroad", abroad * is_admin1)
    batch.put("division_company", company * is_admin1)
