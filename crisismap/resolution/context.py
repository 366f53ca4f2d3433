"""What the rest of an article says for a candidate, through what its other names probably mean."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from crisismap.geodesy import EARTH_RADIUS_KM
from crisismap.resolution.features import COLUMN, DOUBT, ArticleCandidates

__all__ = ["put_context"]

_Floats = npt.NDArray[np.float64]

_COSINES = tuple(float(np.cos(km / EARTH_RADIUS_KM)) for km in (50.0, 161.0, 500.0))
_MAX_ANCHORS = 500
"""Places that distances are measured to: the first of the text, so that a book does not fill the memory."""
_BLOCK = 64
"""Divisions that are looked at together, for the same reason."""
_COUNTRY, _ADMIN1, _ADMIN2, _SETTLEMENT, _OTHER = range(5)
_LIKELY = 0.2
"""Probability from which a candidate counts as a place of the article."""
_PROBABLE = 0.05
"""The same for a division that is named."""
_NEAR_KM = 300.0


def put_context(batch: ArticleCandidates, posterior: _Floats) -> None:
    """Fill the context columns from each row's ``posterior`` within its group."""
    _put_divisions(batch, posterior)
    _put_distances(batch, posterior)
    top = _top_rows(batch, posterior)
    _put_beside(batch, posterior, top)
    _put_lead(batch, top)
    _put_capitals(batch, posterior)


def _put_divisions(batch: ArticleCandidates, posterior: _Floats) -> None:
    others = batch.family_count - 1 + DOUBT
    for name, labels in (("country", batch.country), ("admin1", batch.admin1), ("admin2", batch.admin2)):
        table = labels.table(batch.family, batch.family_count, posterior)
        mass = table.sum(axis=0)[labels.local] - table[batch.family, labels.local]
        mass = np.where(labels.known, mass / others, 0)
        batch.put(f"{name}_mass", mass)
        if name != "admin2":
            batch.put(f"{name}_gap", mass - batch.best(mass))
    probable = posterior > _PROBABLE
    for name, ancestor, kind in (
        ("country_named", batch.country_entry, _COUNTRY),
        ("admin1_named", batch.admin1_entry, _ADMIN1),
        ("admin2_named", batch.admin2_entry, _ADMIN2),
    ):
        batch.put(name, _named(batch, ancestor, posterior, np.flatnonzero(probable & (batch.kind == kind))))


def _named(
    batch: ArticleCandidates,
    ancestor: npt.NDArray[np.int64],
    posterior: _Floats,
    named: npt.NDArray[np.int64],
) -> _Floats:
    """The highest posterior with which another name means the candidate's ancestor, one of the rows named."""
    result = np.zeros(len(batch.entries))
    for start in range(0, len(named), _BLOCK):
        rows = named[start : start + _BLOCK]
        hit = (ancestor[:, None] == batch.entries[rows]) & (batch.family[:, None] != batch.family[rows])
        np.maximum(result, (hit * posterior[rows]).max(axis=1), out=result)
    return result


def _put_distances(batch: ArticleCandidates, posterior: _Floats) -> None:
    anchors = np.flatnonzero((batch.kind >= _ADMIN2) & (posterior > _LIKELY))[:_MAX_ANCHORS]
    names = ("within_50_km", "within_161_km", "within_500_km")
    if len(anchors) == 0:
        for name in (*names, "share_161_km", "share_500_km", "within_gap", "nearest"):
            batch.put(name, 0.0)
        return
    cosines = batch.xyz @ batch.xyz[anchors].T
    weight = posterior[anchors] * (batch.family[:, None] != batch.family[anchors])
    total = weight.sum(axis=1) + DOUBT
    for name, threshold in zip(names, _COSINES, strict=True):
        sums = ((cosines > threshold) * weight).sum(axis=1)
        batch.put(name, np.minimum(sums, 4.0) / 4)
        if name == "within_161_km":
            best = batch.best(sums)
            batch.put("within_gap", (sums - best) / np.maximum(best, 1))
        if name != "within_50_km":
            batch.put(name.replace("within", "share"), sums / total)
    closest = np.where(weight > 0, cosines, -1.0).max(axis=1)
    batch.put("nearest", _closeness(closest))


def _closeness(cosines: _Floats) -> _Floats:
    """1 at the same point, a third at 300 km, 0 far off."""
    closeness: _Floats = np.exp(-np.arccos(np.clip(cosines, -1, 1)) * (EARTH_RADIUS_KM / _NEAR_KM))
    return closeness


def _top_rows(batch: ArticleCandidates, posterior: _Floats) -> npt.NDArray[np.int64]:
    """The row of each group's best candidate; ties go to the lower entry."""
    order = np.lexsort((batch.entries, -posterior, batch.group))
    top: npt.NDArray[np.int64] = order[batch.starts]
    return top


def _put_beside(batch: ArticleCandidates, posterior: _Floats, top: npt.NDArray[np.int64]) -> None:
    """Compare each candidate with the best candidates of the names that stand beside its own."""
    pairs = batch.beside
    rows, best = pairs.rows, top[pairs.others]
    weight = (batch.reading.weight * posterior[top[pairs.seconds]])[pairs.pair]
    total = np.maximum(np.bincount(rows, weights=weight, minlength=len(posterior)), 1e-9)

    def share(hit: npt.NDArray[np.bool_]) -> _Floats:
        sums: _Floats = np.bincount(rows, weights=weight * hit, minlength=len(posterior)) / total
        return sums

    batch.put("beside_country", share(batch.country.same(rows, best)))
    batch.put("beside_admin1", share(batch.admin1.same(rows, best)))
    cosines = np.einsum("ij,ij->i", batch.xyz[rows], batch.xyz[best])
    batch.put("beside_161_km", share(cosines > _COSINES[1]))
    batch.put("beside_class", share(batch.kind[rows] == batch.kind[best]))
    rows, others = batch.listed.rows, batch.listed.others
    best, count = top[others], np.maximum(np.bincount(rows, minlength=len(posterior)), 1)
    classes = np.bincount(batch.group * 5 + batch.kind, weights=posterior, minlength=batch.group_count * 5)
    for name, values in (
        ("listed_class", classes[others * 5 + batch.kind[rows]]),
        ("listed_country", batch.country.same(rows, best)),
        ("listed_admin1", batch.admin1.same(rows, best)),
    ):
        batch.put(name, np.bincount(rows, weights=values, minlength=len(posterior)) / count)


def _put_lead(batch: ArticleCandidates, top: npt.NDArray[np.int64]) -> None:
    """Compare with what the article names first, and with the place of its dateline."""
    family = batch.family
    lead, other = int(top[0]), family != 0
    batch.put("first_admin1", other & batch.admin1.same_as(lead))
    batch.put("first_country", other & batch.country.same_as(lead))
    datelines = [index for index, group in enumerate(batch.reading.groups) if group.dateline]
    if not datelines:
        return
    lead = int(top[datelines[0]])
    other = family != family[lead]
    batch.put("dateline_admin1", other & batch.admin1.same_as(lead))
    batch.put("dateline_country", other & batch.country.same_as(lead))
    batch.put("dateline_near", other * _closeness(batch.xyz @ batch.xyz[lead]))


def _put_capitals(batch: ArticleCandidates, posterior: _Floats) -> None:
    """Among countries "Washington" is the capital; among counties it is the state."""
    is_admin1 = batch.kind == _ADMIN1
    abroad = _share_of_others(batch, posterior * (batch.kind == _COUNTRY))
    company = _share_of_others(batch, posterior * is_admin1)
    capital = batch.matrix[:, COLUMN["capital"]]
    batch.put("capital_abroad", abroad * capital)
    batch.put("capital_speaking", capital * batch.speaking)
    batch.put("capital_of_named", capital * batch.matrix[:, COLUMN["country_named"]])
    batch.put("division_abroad", abroad * is_admin1)
    batch.put("division_company", company * is_admin1)


def _share_of_others(batch: ArticleCandidates, mass: _Floats) -> _Floats:
    """The mean, over the names other than a row's own, of the mass in them."""
    sums = np.bincount(batch.family, weights=mass, minlength=batch.family_count)
    share: _Floats = (sums.sum() - sums[batch.family]) / (batch.family_count - 1 + DOUBT)
    return share
