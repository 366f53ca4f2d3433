"""Toponyms of a whole article to Locations: candidates, context, ranking."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from crisismap.gazetteer import Gazetteer
from crisismap.model import Candidate, Location, Place, Precision, Role, Tier, Toponym
from crisismap.recognition.scan import feature_group
from crisismap.resolution.candidates import CandidateFinder
from crisismap.resolution.features import FeatureBuilder, NameGroup
from crisismap.resolution.scoring import LinearScorer, Scorer, posterior_of

__all__ = ["Resolver"]

_STATED = 2  # "Springfield, Clark County, Ohio"
_SHOWN = 5
"""Candidates kept in a Location."""
_BESIDE = 200
"""Characters between an unknown name and a settlement that is taken to be beside it."""
_BESIDE_CONFIDENCE = 0.55
"""Share of such names on LGL, GeoWebNews-a and GeoVirus that lie within 161 km of that settlement (0.60)."""
_BESIDE_KM = 25.0
_PARENT = re.compile(r"(?:,|,? in| ?\()\s*([A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){0,2})")
"""What may follow a name and hold it: ", Texas", ", W.Va.", " in New South Wales", " (Ukraine"."""
_POSSESSIVE = re.compile(r"['’]s? (?:\w+ ){0,2}")
_CUE_BEFORE = re.compile(r"\b(city|town|village|state|province|county) of $")
_CUE_AFTER = re.compile(
    r" (city|town|village|state|province|county|parish|district|borough"
    r"|oblast|region|governorate|prefecture)\b",
    re.IGNORECASE,
)


class Resolver:
    """Resolves all toponyms of an article together; one name keeps one meaning unless the text differs."""

    def __init__(self, gazetteer: Gazetteer, scorer: Scorer | None = None):
        self._gazetteer = gazetteer
        self._scorer = scorer or LinearScorer.load()
        self._finder = CandidateFinder(gazetteer)
        self._builder = FeatureBuilder(gazetteer)
        groups = [feature_group(feature) for feature in gazetteer.feature_codes]
        self._is_division = np.array([g in ("country", "admin1", "admin2", "region") for g in groups])

    def resolve(self, text: str, toponyms: Sequence[Toponym]) -> list[Location]:
        """Return one Location a toponym, in order; unresolved where the gazetteer has no candidate.

        Precision and uncertainty are left to :mod:`crisismap.geometry`, which knows shapes.
        """
        groups, group_of = self.group(text, toponyms)
        locations: dict[int, Location] = {}
        if groups:
            batch = self._builder.build(groups)
            posterior = posterior_of(batch, self._builder, self._scorer)
            bounds = np.searchsorted(batch.group, np.arange(len(groups) + 1))
            for index in range(len(groups)):
                rows = slice(int(bounds[index]), int(bounds[index + 1]))
                locations[index] = self._locate(batch.entries[rows], batch.tiers[rows], posterior[rows])
        found = [None if index is None else locations[index] for index in group_of]
        return [location or self._beside(toponyms, found, index) for index, location in enumerate(found)]

    def _beside(
        self, toponyms: Sequence[Toponym], locations: Sequence[Location | None], index: int
    ) -> Location:
        """Place a name that the gazetteer lacks near the settlement named beside it, or nowhere.

        "Third Street, San Francisco" is somewhere in San Francisco.
        """
        unknown = toponyms[index]
        beside = [
            (max(toponym.start - unknown.end, unknown.start - toponym.end), toponym.start, location)
            for toponym, location in zip(toponyms, locations, strict=True)
            if location and location.place and _is_local(location.place)
        ]
        distance, _, neighbor = min(beside, key=lambda item: item[:2], default=(_BESIDE + 1, 0, None))
        if neighbor is None or neighbor.place is None or distance > _BESIDE:
            return Location(reason="no place of this name in the gazetteer")
        return replace(
            neighbor,
            confidence=neighbor.confidence * _BESIDE_CONFIDENCE,
            precision=Precision.NEAR,
            uncertainty_km=_BESIDE_KM,
            reason=f"not in the gazetteer: placed near {neighbor.place.name}, which is named beside it",
        )

    def group(self, text: str, toponyms: Sequence[Toponym]) -> tuple[list[NameGroup], list[int | None]]:
        """Gather mentions of one name with the same stated parents; None where there is no candidate."""
        candidates = [self._finder.find(toponym.text) for toponym in toponyms]
        parents = [self._stated_parents(text, toponyms, index) for index in range(len(toponyms))]
        said: dict[str, frozenset[int]] = {}
        for toponym, own in zip(toponyms, parents, strict=True):
            said[toponym.text] = said.get(toponym.text, frozenset()) | own
        members: dict[tuple[str, frozenset[int], str], list[int]] = {}
        for index, (toponym, found, own) in enumerate(zip(toponyms, candidates, parents, strict=True)):
            if len(found.entries):
                members.setdefault((toponym.text, own, _cue(text, toponym)), []).append(index)
        groups: list[NameGroup] = []
        group_of: list[int | None] = [None] * len(toponyms)
        for (name, own, cue), indexes in members.items():
            for index in indexes:
                group_of[index] = len(groups)
            speaking = sum(toponyms[index].role is Role.ASSOCIATIVE for index in indexes) / len(indexes)
            elsewhere = frozenset() if own else said[name]
            groups.append(NameGroup(name, candidates[indexes[0]], own, elsewhere, cue, speaking))
        return groups, group_of

    def _stated_parents(self, text: str, toponyms: Sequence[Toponym], index: int) -> frozenset[int]:
        """Divisions that the text names as holding the toponym: "Paris, Texas", "Ukraine's Kherson"."""
        entries: list[int] = []
        at = toponyms[index].end
        for _ in range(_STATED):
            found, at = self._parent_at(text, at)
            if not found:
                break
            entries += found
        if index and _POSSESSIVE.fullmatch(text, toponyms[index - 1].end, toponyms[index].start):
            entries += self._divisions(toponyms[index - 1].text)
        return frozenset(entries)

    def _parent_at(self, text: str, at: int) -> tuple[list[int], int]:
        """The divisions named right after ``at``, whether or not they are toponyms here, and their end."""
        if match := _PARENT.match(text, at):
            words = match[1].split(" ")
            for count in range(len(words), 0, -1):
                name = " ".join(words[:count])
                if found := self._divisions(name):
                    return found, match.start(1) + len(name)
        return [], at

    def _divisions(self, name: str) -> list[int]:
        found = self._finder.find(name).entries
        divisions: list[int] = found[self._is_division[self._gazetteer.columns.feature[found]]].tolist()
        return divisions

    def _locate(
        self,
        entries: npt.NDArray[np.int64],
        tiers: npt.NDArray[np.uint8],
        posterior: npt.NDArray[np.float64],
    ) -> Location:
        # Ties go to the lower entry, so that equal scores never depend on the order of the postings.
        order = np.lexsort((entries, -posterior))[:_SHOWN]
        candidates = tuple(
            Candidate(self._gazetteer.place(int(entries[row])), Tier(int(tiers[row])), float(posterior[row]))
            for row in order.tolist()
        )
        place = candidates[0].place
        return Location(
            place=place,
            point=(place.lon, place.lat),
            confidence=candidates[0].score,
            candidates=candidates,
        )


def _is_local(place: Place) -> bool:
    return place.feature_class in ("P", "S") or place.feature_code == "ADM2"


def _cue(text: str, toponym: Toponym) -> str:
    if match := _CUE_BEFORE.search(text[max(0, toponym.start - 16) : toponym.start].lower()):
        return match[1]
    if match := _CUE_AFTER.match(text[toponym.end : toponym.end + 16]):
        return match[1].lower()
    return ""
