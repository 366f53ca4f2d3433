"""Toponym to candidates: which gazetteer entries its text can mean, and by which tier."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from crisismap.gazetteer import Gazetteer
from crisismap.gazetteer.names import Token, tokenize
from crisismap.lexicons import load_folded_words
from crisismap.model import Tier

__all__ = ["CandidateFinder", "Candidates"]

_CACHE_SIZE = 20_000
_KNOWN_POPULATION = 100_000


@dataclass(frozen=True, slots=True)
class Candidates:
    """Entry indexes and tiers, parallel."""

    entries: npt.NDArray[np.int64]
    tiers: npt.NDArray[np.uint8]
    cue: str = ""
    """The kind of division that the text itself names."""
    lent: bool = False
    """Whether these places have only lent their name to a street or a water: that is none of them, but often
    in the same area."""


_NOTHING = Candidates(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint8))


class CandidateFinder:
    """Looks up a toponym's text, first whole, then without the words that only qualify the name."""

    def __init__(self, gazetteer: Gazetteer):
        self._gazetteer = gazetteer
        self._cache: OrderedDict[str, Candidates] = OrderedDict()
        self._divisions = load_folded_words("admin_words")
        self._qualifiers = load_folded_words("direction_words") | {
            "the",
            "greater",
            "central",
            "downtown",
            "old",
        }
        self._facilities = load_folded_words("facility_words") | load_folded_words("organization_words")
        self._streets = load_folded_words("street_words")
        self._waters = load_folded_words("water_words")
        self._common = (
            load_folded_words("common_words") | self._divisions | self._qualifiers | self._facilities
        )

    def find(self, text: str) -> Candidates:
        """Return the candidates of ``text``, none where nothing fits.  Results are remembered."""
        found = self._cache.get(text)
        if found is None:
            found = self._cache[text] = self._find(text)
            if len(self._cache) > _CACHE_SIZE:
                self._cache.popitem(last=False)
        return found

    def _find(self, text: str) -> Candidates:
        tokens = tokenize(text)
        while tokens and not tokens[-1].text[0].isalnum():
            tokens = tokens[:-1]
        found = self._whole(tokens)
        if found is not None or not tokens:
            return found or _NOTHING
        shorter = self._without_qualifiers(tokens)
        found = shorter or self._without_facility(tokens) or self._inside(tokens) or _NOTHING
        lent = len(tokens) > 1 and (
            tokens[-1].text.casefold().rstrip(".") in self._streets
            or (shorter is None and not self._waters.isdisjoint((tokens[0].fold, tokens[-1].fold)))
        )
        return replace(found, lent=True) if lent else found

    def _whole(self, tokens: list[Token]) -> Candidates | None:
        matches = [m for m in (self._gazetteer.match(tokens, 0) if tokens else []) if m.end == len(tokens)]
        if all(token.text.isupper() for token in tokens) and any(m.exact_case for m in matches):
            matches = [m for m in matches if m.exact_case]  # "EU" is not Eu in Normandy
        best: dict[int, int] = {}
        for match in matches:
            entries, tiers = self._gazetteer.postings(match.name_id)
            for entry, tier in zip(entries.tolist(), tiers.tolist(), strict=True):
                best[entry] = min(tier, best.get(entry, tier))
        if not best:
            return None
        return Candidates(
            np.fromiter(best, dtype=np.int64, count=len(best)),
            np.fromiter(best.values(), dtype=np.uint8, count=len(best)),
        )

    def _without_qualifiers(self, tokens: list[Token]) -> Candidates | None:
        """Try "northern Iraq" as Iraq, "the city of Aleppo" as Aleppo, "Kherson region" as Kherson."""
        first, last, cue = 0, len(tokens), ""
        while first < last - 1:
            if tokens[first].fold in self._qualifiers:
                first += 1
            elif tokens[first].fold in self._divisions and tokens[first + 1].fold == "of":
                cue, first = tokens[first].fold, first + 2
            else:
                break
        if (found := self._whole(tokens[first:last])) is not None and first:
            return Candidates(found.entries, found.tiers, cue)
        while last - first > 1 and tokens[last - 1].fold in self._divisions:
            cue, last = tokens[last - 1].fold, last - 1
            if (found := self._whole(tokens[first:last])) is not None:
                return Candidates(found.entries, found.tiers, cue)
        return None

    def _without_facility(self, tokens: list[Token]) -> Candidates | None:
        """Try "Boise Airport" as Boise: the name before the words that say what stands there."""
        for last in range(len(tokens) - 1, 0, -1):
            if tokens[last].fold in self._facilities and (found := self._leading(tokens[:last])):
                return found
        return None

    def _inside(self, tokens: list[Token]) -> Candidates | None:
        """Try "Embassy of Armenia" as Armenia: the longest well-known name within, the last of equals."""
        for width in range(len(tokens) - 1, 0, -1):
            for first in range(len(tokens) - width, -1, -1):
                part = tokens[first : first + width]
                word = width == 1 and not part[0].text.isupper() and part[0].fold in self._common
                if word or not part[0].text[0].isupper():
                    continue  # "Danube Delta" is not in the state of Delta
                if (found := self._leading(part)) and self._is_known(found):
                    return found
        return None

    def _leading(self, tokens: list[Token]) -> Candidates | None:
        """Find the places that the tokens are a leading name of; the name is then a part of the toponym."""
        found = self._whole(tokens)
        kept = found.tiers <= Tier.ABBREVIATION if found else np.zeros(0)
        if found is None or not kept.any():
            return None
        entries = found.entries[kept]
        return Candidates(entries, np.full(len(entries), Tier.STRIPPED, dtype=np.uint8))

    def _is_known(self, found: Candidates) -> bool:
        return bool((self._gazetteer.columns.population[found.entries] >= _KNOWN_POPULATION).any())
