"""Can the right place be chosen at all?  The gold place among the candidates of its own span, at any rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from shapely.geometry import Point

from crisismap import geodesy
from crisismap.gazetteer import Boundaries, Gazetteer
from crisismap.resolution.candidates import CandidateFinder

from .gold import GoldArticle, GoldToponym
from .rules import TOLERANCE_KM

__all__ = ["RetrievalScore", "format_retrieval", "score_retrieval"]

_TOLERANCE_DEGREES = TOLERANCE_KM / 111.2
"""The same on the plane of degrees: strict in longitude away from the equator."""
_COAST_KM = 25.0
"""A gold point this far off a coast belongs to the country there."""


@dataclass(frozen=True, slots=True)
class RetrievalScore:
    """What the candidates of all gold toponyms with coordinates hold."""

    located: int
    with_id: int
    same_id: float
    """Of those with an id: the gold id is among the candidates."""
    near: float
    """A candidate, or its shape, lies within 161 km of the gold point or in the same country."""
    mean_candidates: float


def score_retrieval(
    gold: Sequence[GoldArticle], gazetteer: Gazetteer, boundaries: Boundaries
) -> RetrievalScore:
    """Look up each gold toponym's own text and say what its candidates hold."""
    finder = CandidateFinder(gazetteer)
    toponyms = [toponym for article in gold for toponym in article.toponyms if toponym.located]
    found = [finder.find(toponym.text).entries for toponym in toponyms]
    with_id = [toponym.place_id is not None for toponym in toponyms]
    same = [
        toponym.place_id is not None and gazetteer.index_of(toponym.place_id) in entries.tolist()
        for toponym, entries in zip(toponyms, found, strict=True)
    ]
    near = [
        _is_near(toponym, entries, gazetteer, boundaries)
        for toponym, entries in zip(toponyms, found, strict=True)
    ]
    return RetrievalScore(
        located=len(toponyms),
        with_id=sum(with_id),
        same_id=sum(same) / max(sum(with_id), 1),
        near=sum(near) / max(len(toponyms), 1),
        mean_candidates=sum(map(len, found)) / max(len(toponyms), 1),
    )


def format_retrieval(score: RetrievalScore) -> str:
    """Return the score as one line of text."""
    same = f"gold id among them {score.same_id:.3f} of {score.with_id}, " if score.with_id else ""
    return (
        f"Candidates of the gold spans, at any rank: {same}one within {TOLERANCE_KM:.0f} km or in the right "
        f"country {score.near:.3f} of {score.located}, {score.mean_candidates:.1f} a toponym\n"
    )


def _is_near(toponym: GoldToponym, entries: np.ndarray, gazetteer: Gazetteer, boundaries: Boundaries) -> bool:
    if toponym.lon is None or toponym.lat is None or len(entries) == 0:
        return False
    columns = gazetteer.columns
    km = geodesy.distances_km(toponym.lon, toponym.lat, columns.lon[entries], columns.lat[entries])
    if bool((km <= TOLERANCE_KM).any()):
        return True
    country = boundaries.country_at(toponym.lon, toponym.lat, tolerance_km=_COAST_KM)
    codes = {gazetteer.country_codes[index] for index in columns.country[entries].tolist()}
    if country != "" and country in codes:
        return True
    point = Point(toponym.lon, toponym.lat)
    places = [gazetteer.place(int(entry)) for entry in entries]
    shapes = [boundaries.boundary(place) for place in places if place.is_area]
    return any(shape is not None and shape.distance(point) <= _TOLERANCE_DEGREES for shape in shapes)
