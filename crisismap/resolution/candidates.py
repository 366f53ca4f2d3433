"""Toponym to candidates: which gazetteer entries its text can mean, and by which tier."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crisismap.gazetteer import Gazetteer
from crisismap.gazetteer.names import Token, tokenize
from crisismap.lexicons import load_words
from crisismap.model import Tier

__all__ = ["CandidateFinder", "Candidates"]

_CACHE_SIZE = 20_000


@dataclass(frozen=True, slots=True)
class Candidates:
    """Entry indexes and tiers, parallel; ``cue`` is the kind of division the text itself names."""

    entries: npt.NDArray[np.int64]
    tiers: npt.NDArray[np.uint8]
    cue: str = ""


_NOTHING = Candidates(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint8))


class CandidateFinder:
    """Looks up a toponym's text, first whole, then without the words that only qualify the name."""

    def __init__(self, gazetteer: Gazetteer):
        self._gazetteer = gazetteer
        self._cache: OrderedDict[str, Candidates] = OrderedDict()
        self._divisions = _folded("admin_words")
        self._qualifiers = _folded("direction_words") | {"the", "greater", "central", "downtown", "old"}
        self._facilities = _folded("facility_words") | _folded("organization_words")

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
        if (shorter := self._without_qualifiers(tokens)) is not None:
            return shorter
        # An UPPER CASE name may be an abbreviation's or a name's; a lower-case hashtag is left alone.
        return self._without_facility(tokens) or _NOTHING

    def _whole(self, tokens: list[Token]) -> Candidates | None:
        best: dict[int, int] = {}
        for match in self._gazetteer.match(tokens, 0) if tokens else []:
            if match.end != len(tokens):
                break
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
            if tokens[last].fold in self._facilities:
                found = self._whole(tokens[:last])
                if found is not None:
                    tiers = np.full(len(found.tiers), Tier.STRIPPED, dtype=np.uint8)
                    return Candidates(found.entries, tiers)
        return None


def _folded(name: str) -> frozenset[str]:
    return frozenset(word.casefold().rstrip(".") for word in load_words(name))
