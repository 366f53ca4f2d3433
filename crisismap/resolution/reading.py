"""What an article says around its place names: parents, divisions, datelines, lists."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from crisismap.gazetteer import Gazetteer
from crisismap.model import Role, Tier, Toponym
from crisismap.recognition.scan import feature_group, is_curated
from crisismap.resolution.candidates import CandidateFinder, Candidates

__all__ = ["ArticleReader", "NameGroup", "Reading"]

_STATED = 2  # "Springfield, Clark County, Ohio"
_PARENT = re.compile(r"(?:,|,? in| ?\()\s*(?P<parent>[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){0,2})")
"""What may follow a name and hold it: ", Texas", ", W.Va.", " in New South Wales", " (Ukraine"."""
_DESCRIBED = re.compile(
    r"""
    (?:[ ](?:is|was)[ ](?:an?|the|one[ ]of[ ]the)       # "Lima is a"
      |,[ ](?:an?|one[ ]of[ ]the)                       # "Lima, a"
      |,[ ]the(?=[ ](?:[\w’'-]{1,40}[ ]){0,3}(?:capital|seat)\b|[^,.]{0,80}[ ]in[ ]))
    (?:[ ](?!(?:at|by|for|from|in|of|on|to|with)\b)[\w’'-]{1,40}){0,4}?
    [ ](?P<kind>borough|capital|city|commune|county|department|district|governorate|municipality|oblast|parish
      |port|prefecture|province|region|resort|seat|settlement|state|suburb|town|village)s?\b
    (?![ ](?:capital|city|department|district|province|region|seat|state|town|village)\b)    # "county seat"
    (?:[ ]of[ ][\d,.]+(?:[ ](?:inhabitants|people|residents))?)?
    (?:[ ](?:in|of)[ ](?:[a-z][\w-]*[ ]){0,3}(?P<parent>[A-Z][\w.’'-]*(?:[ ][A-Z][\w.’'-]*){0,2}))?
    """,
    re.VERBOSE,
)
"""What may follow a name and say what it is: " is a city in Ohio", ", the capital of Gezira state".

"Mariupol, the port of Berdyansk" may be two of a list, so behind a comma "the" needs a capital or an "in".
"""
_SETTLEMENTS = frozenset({"capital", "commune", "port", "resort", "seat", "settlement", "suburb"})
_POSSESSED = re.compile(r"['’]s?$")
_POSSESSIVE = re.compile(r"['’]s? (?:\w+ ){0,2}")
_CUE_BEFORE = re.compile(r"\b(city|town|village|state|province|county) of $")
_CUE_AFTER = re.compile(
    r" (city|town|village|state|province|county|parish|district|borough"
    r"|oblast|region|governorate|prefecture)\b",
    re.IGNORECASE,
)
_RIVER_BEFORE = re.compile(r"\b[Rr]iver $")
_RIVER_AFTER = re.compile(r" [Rr]ivers?\b")
_COAST_AFTER = re.compile(r" (?:coast|coastline|seaboard|shore)s?\b")
_ARTICLE = re.compile(r"\b[Tt]he $")
_ALONE = re.compile(
    r"(?= (?:above|and|are|as|at|below|between|by|for|from|had|has|in|into|is|near|on|or|since|that|to"
    r"|towards?|was|were|where|which|with)\b)|(?![ -]?\w)"
)
"""What follows a name that is no part of another noun: not "the Dnipro hospital"."""
_DATELINE = re.compile(
    r"(?:, ?[A-Z][\w.’' -]{1,24})?(?:, [A-Z][a-z]{2,8}\.? \d{1,2}\b(?:, \d{4})?)?,?\s*"
    r"(?:\([A-Z][\w./& ’'-]{1,30}\)|/PRNewswire/)?\s*(?:--|[-–—\x96\x97])\s"
)
"""What follows the place of a dateline: "ANKARA, Turkey (AP) - ", "BAGHDAD -- "."""
_DATELINE_REACH = 400
"""Characters from the start within which a dateline stands; a headline may come before it."""
_LIST = re.compile(r"(?:, (?:and |or )?| (?:and|or|&) |/|; )(?:in |the |from |to )?")
"""What stands between the names of a list: "Boston, Denver and Austin"."""
_CACHE_SIZE = 20_000
_NEIGHBORS = 2
"""Names before and after a mention that are taken to be beside it."""
_BESIDE = 150.0
"""Characters within which the weight of a name beside another falls to a third."""


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
    mentions: int = 1
    start: int = 0
    """Where the first mention begins."""
    dateline: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """The names of an article and which of them stand beside which."""

    groups: tuple[NameGroup, ...]
    group_of: tuple[int | None, ...]
    """The group of each toponym; None where the gazetteer has no candidate."""
    beside: npt.NDArray[np.int64]
    """Shape (n, 2): a group, and a group of another name near one of its mentions."""
    weight: npt.NDArray[np.float64]
    """How near, 0 to 1, parallel to ``beside``."""
    listed: npt.NDArray[np.int64]
    """Shape (n, 2), both ways: groups that are neighbors in a list."""
    held: Mapping[int, int]
    """Toponyms by index that state what holds another, and that other: of "Paris, Texas", Texas and Paris."""


class ArticleReader:
    """Reads the text around toponyms; knows one gazetteer."""

    def __init__(self, gazetteer: Gazetteer, finder: CandidateFinder):
        self._gazetteer = gazetteer
        self._finder = finder
        groups = [feature_group(feature) for feature in gazetteer.feature_codes]
        self._is_division = np.array([g in ("country", "admin1", "admin2", "region") for g in groups])
        self._is_country = np.array([g == "country" for g in groups])
        self._is_region = np.array([g == "region" for g in groups])
        self._is_vast = np.array([g in ("country", "admin1", "region") for g in groups])
        self._is_water = np.array([g == "water" for g in groups])
        self._find_plain = lru_cache(maxsize=_CACHE_SIZE)(self._without_namesakes)

    def read(self, text: str, toponyms: Sequence[Toponym]) -> Reading:
        """Gather mentions of one name with the same stated parents, in the order of the text."""
        described = [_DESCRIBED.match(text, toponym.end) for toponym in toponyms]
        cues = [_cue(text, *one) for one in zip(toponyms, described, strict=True)]
        candidates = [self._find(text, toponym, cue) for toponym, cue in zip(toponyms, cues, strict=True)]
        stated = [self._stated_parents(text, toponyms, *one) for one in enumerate(described)]
        parents = [own for own, _ in stated]
        said: dict[str, frozenset[int]] = {}
        for toponym, own in zip(toponyms, parents, strict=True):
            said[toponym.text] = said.get(toponym.text, frozenset()) | own
        members: dict[tuple[str, frozenset[int], str], list[int]] = {}
        for index, (toponym, found, own) in enumerate(zip(toponyms, candidates, parents, strict=True)):
            if len(found.entries):
                cue = cues[index] or found.cue
                members.setdefault((toponym.text, own, cue), []).append(index)
        groups: list[NameGroup] = []
        group_of: list[int | None] = [None] * len(toponyms)
        for (name, own, cue), indexes in members.items():
            for index in indexes:
                group_of[index] = len(groups)
            groups.append(
                NameGroup(
                    name=name,
                    candidates=candidates[indexes[0]],
                    parents=own,
                    parents_elsewhere=frozenset() if own else said[name],
                    cue=cue,
                    speaking=sum(toponyms[i].role is Role.ASSOCIATIVE for i in indexes) / len(indexes),
                    mentions=len(indexes),
                    start=toponyms[indexes[0]].start,
                    dateline=any(_is_dateline(text, toponyms[i]) for i in indexes),
                )
            )
        at = {toponym.start: index for index, toponym in enumerate(toponyms)}
        held = {
            at[start]: index for index, (_, starts) in enumerate(stated) for start in starts if start in at
        }
        return Reading(tuple(groups), tuple(group_of), *_neighbors(text, toponyms, group_of), held)

    def _find(self, text: str, toponym: Toponym, cue: str) -> Candidates:
        """The candidates of a name; only waters if it stands as theirs do: "the left bank of the Dnipro"."""
        found = self._find_plain(toponym.text)
        if _COAST_AFTER.match(text, toponym.end) and (sea := self._sea_of(toponym.text, found)):
            return sea
        before = text[max(0, toponym.start - 6) : toponym.start]
        if not (
            _RIVER_BEFORE.search(before)
            or _RIVER_AFTER.match(text, toponym.end)
            or (_ARTICLE.search(before) and _ALONE.match(text, toponym.end))
        ):
            return self._finder.find(toponym.text) if cue else found
        features = self._gazetteer.columns.feature
        # "The Gambia" and "the Congo" are countries as well.
        vast = found.tiers[self._is_vast[features[found.entries]]]
        for rivers in (found, self._finder.find(f"{toponym.text} River")):
            kept = self._is_water[features[rivers.entries]]
            if kept.any() and not (vast <= rivers.tiers[kept].min()).any():
                return Candidates(rivers.entries[kept], rivers.tiers[kept], "river")
        return found

    def _sea_of(self, name: str, found: Candidates) -> Candidates | None:
        """The sea or ocean of a region whose name says which coast: "Canada's Arctic coast"."""
        features = self._gazetteer.columns.feature
        if not len(found.entries) or not self._is_region[features[found.entries]].all():
            return None
        for kind in ("Sea", "Ocean"):
            seas = self._finder.find(f"{name} {kind}")
            if len(seas.entries) and self._is_water[features[seas.entries]].all():
                return seas
        return None

    def _without_namesakes(self, name: str) -> Candidates:
        """The candidates of a name but for two kinds that only bear it at times.

        What a country of just this name holds: "Morocco" has been Marrakesh and "Mexico" is its capital in
        old books.  And, where a curated region is called just so, what is in some languages or for short:
        "Donbas" is not Donetsk.
        """
        found = self._finder.find(name)
        if len(found.entries) < 2:
            return found
        columns = self._gazetteer.columns
        country = columns.country[found.entries]
        primary = found.tiers == Tier.PRIMARY
        countries = country[primary & self._is_country[columns.feature[found.entries]]]
        kept = primary | (country[:, None] != countries).all(axis=1)
        if is_curated(columns, found.entries[primary]).any():
            kept &= found.tiers < Tier.FOREIGN
        return found if kept.all() else Candidates(found.entries[kept], found.tiers[kept], found.cue)

    def _stated_parents(
        self, text: str, toponyms: Sequence[Toponym], index: int, described: re.Match[str] | None
    ) -> tuple[frozenset[int], list[int]]:
        """Divisions that the text names as holding the toponym: "Paris, Texas", "Ukraine's Kherson".

        And where the names behind the toponym begin.  ``described`` is what it says the toponym is.
        """
        entries: list[int] = []
        starts: list[int] = []
        at = toponyms[index].end
        for behind in range(_STATED + 1):
            match = _PARENT.match(text, at) if behind else described
            if match and (found := self._parent(match)):
                parents, name = found
                entries += parents
                starts.append(match.start("parent"))
                at = starts[-1] + len(name)
            elif behind:
                break
        if index and _POSSESSIVE.fullmatch(text, toponyms[index - 1].end, toponyms[index].start):
            entries += self._divisions(toponyms[index - 1].text)
        return frozenset(entries), starts

    def _parent(self, match: re.Match[str]) -> tuple[list[int], str] | None:
        """The divisions that a pattern's parent names, toponyms here or not, and the name."""
        words = (match["parent"] or "").split(" ")
        for count in range(len(words), 0, -1):
            # "Goma, Congo's eastern hub"
            name = _POSSESSED.sub("", " ".join(words[:count]))
            if name and (found := self._divisions(name)):
                return found, name
        return None

    def _divisions(self, name: str) -> list[int]:
        found = self._finder.find(name).entries
        divisions: list[int] = found[self._is_division[self._gazetteer.columns.feature[found]]].tolist()
        return divisions


def _cue(text: str, toponym: Toponym, described: re.Match[str] | None) -> str:
    if match := _CUE_BEFORE.search(text[max(0, toponym.start - 16) : toponym.start].lower()):
        return match[1]
    if match := _CUE_AFTER.match(text[toponym.end : toponym.end + 16]):
        return match[1].lower()
    if described:
        return "town" if described["kind"] in _SETTLEMENTS else described["kind"]
    return ""


def _is_dateline(text: str, toponym: Toponym) -> bool:
    """Whether a sentence or line near the start opens with the name, and a dash ends its place line."""
    if toponym.start > _DATELINE_REACH or _DATELINE.match(text, toponym.end) is None:
        return False
    before = text[: toponym.start].rstrip()
    opens = not before or before[-1] in ".!?”\"'’" or "\n" in text[len(before) : toponym.start]
    return opens or (toponym.text.isupper() and len(toponym.text) > 3)


def _neighbors(
    text: str, toponyms: Sequence[Toponym], group_of: Sequence[int | None]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    beside: dict[tuple[int, int], int] = {}
    listed: dict[tuple[int, int], None] = {}
    known = [(toponym, group) for toponym, group in zip(toponyms, group_of, strict=True) if group is not None]
    for index, (left, one) in enumerate(known):
        for step, (right, other) in enumerate(known[index + 1 : index + 1 + _NEIGHBORS]):
            if left.text.casefold() == right.text.casefold():
                continue
            gap = right.start - left.end
            for pair in ((one, other), (other, one)):
                beside[pair] = min(gap, beside.get(pair, gap))
                if step == 0 and _LIST.fullmatch(text, left.end, right.start):
                    listed[pair] = None
    pairs = np.array(list(beside), dtype=np.int64).reshape(-1, 2)
    weights = np.exp(-np.array(list(beside.values()), dtype=np.float64) / _BESIDE)
    return pairs, weights, np.array(list(listed), dtype=np.int64).reshape(-1, 2)
