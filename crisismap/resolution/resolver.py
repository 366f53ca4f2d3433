"""Toponyms of whole articles to Locations: candidates, context, ranking, confidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from crisismap.gazetteer import Gazetteer
from crisismap.linear import sigmoid
from crisismap.model import Candidate, Location, Place, Precision, Tier, Toponym
from crisismap.resolution.beside import Anchor, Anchors
from crisismap.resolution.candidates import CandidateFinder
from crisismap.resolution.features import FIRST_LEVEL_CUES, CandidateBatch, FeatureBuilder
from crisismap.resolution.outlet import OutletFinder
from crisismap.resolution.reading import ArticleReader
from crisismap.resolution.scoring import Ranking, ResolutionModel, confidence_features, rank

__all__ = ["Resolver", "Unresolved", "anchors_of"]

_CACHE_SIZE = 20_000
_SHOWN = 5
"""Candidates kept in a Location."""
_BESIDE_KM = 25.0
_BESIDE_SURE = 0.7
"""Confidence from which a name found in the text, which may be no place at all, is put beside another."""
_BESIDE_LEAST = 0.15
"""The same for names that are known to be places."""
_TIERS = tuple(Tier)
"""By value; calling the enumeration takes longer."""
_NONE = 0.1
"""Confidence below which a name is left unresolved: a wrong pin is worse than none."""


@dataclass(frozen=True, slots=True)
class Unresolved:
    """An article as the resolver sees it."""

    text: str
    toponyms: Sequence[Toponym]
    """In the order of the text."""
    url: str = ""
    """The article's URL or its outlet's host, as weak evidence of where it is from."""
    home: Place | None = None
    """Where the outlet is at home, a place of the gazetteer."""
    given: bool = False
    """Whether the toponyms were marked by a person, so that a name which the gazetteer lacks, or holds only
    elsewhere, is a place none the less; it is then put near one that the text names."""


@dataclass(frozen=True, slots=True)
class _Answers:
    """What is made of the names of some articles."""

    batch: CandidateBatch
    ranking: Ranking
    confidence: Sequence[float]
    """By group: how surely the best candidate is right."""
    none: Sequence[float]
    """By group: how surely no candidate is."""


class Resolver:
    """Resolves all toponyms of an article together; one name keeps one meaning unless the text differs."""

    def __init__(self, gazetteer: Gazetteer, model: ResolutionModel | None = None):
        self.model = model or ResolutionModel.load()
        finder = CandidateFinder(gazetteer)
        self._reader = ArticleReader(gazetteer, finder)
        self._outlets = OutletFinder(gazetteer, finder)
        self._builder = FeatureBuilder(gazetteer)
        self._place = lru_cache(maxsize=_CACHE_SIZE)(gazetteer.place)

    def resolve(
        self,
        text: str,
        toponyms: Sequence[Toponym],
        *,
        url: str = "",
        home: Place | None = None,
        given: bool = False,
    ) -> list[Location]:
        """Return one Location a toponym of an article, in order; unresolved where nothing fits.

        The arguments are those of :class:`Unresolved`.
        """
        [found] = self.resolve_all([Unresolved(text, toponyms, url, home, given)])
        return found

    def resolve_all(self, articles: Sequence[Unresolved]) -> list[list[Location]]:
        """Return what :meth:`resolve` does of each of some articles, in less time.

        Precision and uncertainty are left to :mod:`crisismap.geometry`, which knows shapes.
        """
        readings = [self._reader.read(article.text, article.toponyms) for article in articles]
        known = [number for number, reading in enumerate(readings) if reading.groups]
        located = [[_UNKNOWN] * len(article.toponyms) for article in articles]
        if not known:
            return located
        outlets = [self._outlets.find(articles[number].url, articles[number].home) for number in known]
        batch = self._builder.build([readings[number] for number in known], outlets)
        ranking = rank(batch, self.model)
        features = confidence_features(batch, ranking)
        confidence = _probabilities(features, self.model.confidence)
        answers = _Answers(batch, ranking, confidence, _probabilities(features, self.model.none))
        for number, first in zip(known, batch.first_groups.tolist(), strict=False):
            lent = [group.candidates.lent for group in readings[number].groups]
            group_of = [
                None if own is None or lent[own] else first + own for own in readings[number].group_of
            ]
            held = {index: group_of[inner] for index, inner in readings[number].held.items()}
            located[number] = self._locate_all(articles[number], group_of, held, answers)
        return located

    def _locate_all(
        self,
        article: Unresolved,
        group_of: Sequence[int | None],
        held: Mapping[int, int | None],
        answers: _Answers,
    ) -> list[Location]:
        """Locate an article's toponyms; ``held`` are the groups of what some of them state to hold."""
        batch, ranking, given = answers.batch, answers.ranking, article.given
        by_group: dict[tuple[int, int], Location] = {}
        locations: list[Location] = []
        anchors: Anchors | None = None
        for index, (toponym, group) in enumerate(zip(article.toponyms, group_of, strict=True)):
            own = 0.0 if group is None else answers.confidence[group]
            if group is None or (given and own < 0.5):
                anchors = anchors or Anchors(
                    article.text,
                    *anchors_of(article.toponyms, group_of, batch, ranking.top, answers.confidence),
                )
                beside = self._beside(toponym, anchors, 1.0 if group is None else answers.none[group])
                if beside.confidence > (max(own, _BESIDE_LEAST) if given else _BESIDE_SURE):
                    locations.append(beside)
                    continue
            if group is None or (own < _NONE and not given):
                locations.append(_UNKNOWN if group is None else _DOUBTFUL)
                continue
            chosen = _division_of_name(batch, ranking, group)
            inner = held.get(index)
            if inner is not None and (holder := _holder(batch, ranking, group, chosen, inner)) != chosen:
                chosen, own = holder, max(own, answers.confidence[inner])
            if (group, chosen) not in by_group:
                by_group[group, chosen] = self._locate(batch, ranking, group, chosen, own)
            locations.append(by_group[group, chosen])
        return locations

    def _beside(self, unknown: Toponym, anchors: Anchors, chance: float) -> Location:
        """Place a name near another of the article; ``chance`` is that of the gazetteer lacking it."""
        neighbor = anchors.choose(unknown, self.model.beside)
        if neighbor is None:
            return _UNKNOWN
        place = self._place(neighbor.entry)
        return Location(
            place=place,
            point=(place.lon, place.lat),
            confidence=round(chance * sigmoid(neighbor.log_odds), 6),
            precision=None if place.is_area else Precision.NEAR,
            uncertainty_km=None if place.is_area else _BESIDE_KM,
            reason=f"not in the gazetteer: placed near {place.name}, which is named beside it",
        )

    def _locate(
        self, batch: CandidateBatch, ranking: Ranking, group: int, chosen: int, confidence: float
    ) -> Location:
        """The location of a name whose place is the candidate that stands ``chosen`` in the ranking."""
        order = [chosen, *(number for number in ranking.of(group)[:_SHOWN] if number != chosen)][:_SHOWN]
        candidates = tuple(
            Candidate(self._place(int(batch.entries[row])), _TIERS[batch.tiers[row]], round(chance, 6))
            for row, chance in zip(
                ranking.rows[order].tolist(), ranking.probability[order].tolist(), strict=True
            )
        )
        place = candidates[0].place
        return Location(
            place=place, point=(place.lon, place.lat), confidence=confidence, candidates=candidates
        )


def _division_of_name(batch: CandidateBatch, ranking: Ranking, group: int) -> int:
    """Where in the ranking the region around a name's place stands, if the text says so; else the place.

    "The Belgorod region" is the one around Belgorod, whatever is meant more often.
    """
    numbers = ranking.of(group)
    if batch.groups[group].cue not in FIRST_LEVEL_CUES:
        return numbers.start
    rows = ranking.rows[numbers.start : numbers.stop]
    return numbers.start + int((batch.entries[rows] == batch.ancestors[1, rows[0]]).argmax())


def _holder(batch: CandidateBatch, ranking: Ranking, group: int, chosen: int, held: int) -> int:
    """Where in the ranking the candidate stands that holds the place of another name, as the text says.

    "From Georgia he flew to Atlanta, Georgia": one sense of a name is not the only one here.  ``chosen`` if
    it holds that place, or none does.
    """
    row, inner = ranking.rows[chosen], ranking.top[held]
    country, division = batch.ancestors[:2]
    if country[row] == country[inner] and division[row] in (division[inner], -1):
        return chosen  # "Queens, New York": city or state, both are where it lies
    numbers = ranking.of(group)
    rows = ranking.rows[numbers.start : numbers.stop]
    holds = (batch.entries[rows] == batch.ancestors[:, inner, None]).any(axis=0)
    return numbers.start + int(holds.argmax()) if holds.any() else chosen


def anchors_of(
    toponyms: Sequence[Toponym],
    group_of: Sequence[int | None],
    batch: CandidateBatch,
    top: npt.NDArray[np.int64],
    confidence: Sequence[float],
) -> tuple[list[Anchor], npt.NDArray[np.float64]]:
    """The mentions that have a place, with the unit vectors of their places."""
    known = [(t, group) for t, group in zip(toponyms, group_of, strict=True) if group is not None]
    rows = top[[group for _, group in known]]
    anchors = [
        Anchor(
            toponym,
            int(batch.entries[row]),
            int(batch.kind[row]),
            confidence[group],
            batch.groups[group].dateline,
        )
        for (toponym, group), row in zip(known, rows.tolist(), strict=True)
    ]
    return anchors, batch.xyz[rows]


def _probabilities(features: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]) -> list[float]:
    """By row, to the last bit the same whatever rows are beside it."""
    return [round(sigmoid(value), 6) for value in (features * weights).sum(axis=1).tolist()]


_UNKNOWN = Location(reason="no place of this name in the gazetteer")
_DOUBTFUL = Location(reason="no place of this name fits the article")
