"""What every rule reads with: words of a class, directions, distances, anchors and owners."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from crisismap.expressions.lexing import Terminal
from crisismap.expressions.words import Vocabulary
from crisismap.gazetteer.hierarchy import is_country
from crisismap.lexicons import load_folded_words
from crisismap.model import Kind, Node, Place, Role, Toponym

__all__ = ["Anchored", "Reader", "Reading", "Taken"]

_MAX_ADJECTIVES = 4
_OPPOSITE = {"north": "south", "south": "north", "east": "west", "west": "east"}
_LIST_MARKS = (",", "and", "or", "&")


class Taken(NamedTuple):
    """A phrase that was read: where it ends, and the value of it."""

    end: int
    value: str


class Anchored(NamedTuple):
    """A toponym that was read, and where its phrase ends."""

    end: int
    toponym: Toponym


@dataclass(frozen=True, slots=True)
class Reading:
    """What a rule makes of the terminals from ``start`` up to ``end``; without a node, why."""

    start: int
    end: int
    relation: str
    node: Node | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """The terminals of one sentence; positions are indices of terminals, and nothing moves."""

    terminals: Sequence[Terminal]
    phrases: Sequence[Mapping[str, Sequence[Taken]]]
    """By position and class, the phrases that begin there, longest first."""
    places: Mapping[Toponym, Place]
    is_name: Callable[[str], bool]
    are_neighbors: Callable[[str, str], bool]
    has_unit: bool
    """Whether any distance can be stated."""

    @classmethod
    def over(
        cls,
        terminals: Sequence[Terminal],
        places: Mapping[Toponym, Place],
        vocabulary: Vocabulary,
        is_name: Callable[[str], bool],
        are_neighbors: Callable[[str, str], bool],
    ) -> Reader:
        """A reader of a sentence's terminals."""
        phrases = _phrases(terminals, vocabulary)
        has_unit = any("unit" in here for here in phrases)
        return cls(terminals, phrases, places, is_name, are_neighbors, has_unit)

    def __len__(self) -> int:
        return len(self.terminals)

    def word(self, at: int) -> str:
        """The word at a position, "" for a name and outside the sentence."""
        return self.terminals[at].word if 0 <= at < len(self.terminals) else ""

    def joint(self, at: int) -> bool:
        """Whether a hyphen ties the terminal to the one before."""
        return 0 <= at < len(self.terminals) and self.terminals[at].joint

    def takes(self, at: int, kind: str) -> Sequence[Taken]:
        """Every phrase of a class that begins here, longest first."""
        return self.phrases[at].get(kind, ()) if 0 <= at < len(self.phrases) else ()

    def take(self, at: int, kind: str) -> Taken | None:
        """The longest phrase of a class that begins here."""
        found = self.takes(at, kind)
        return found[0] if found else None

    def before(self, at: int, kind: str, reach: int = 1) -> bool:
        """Whether a phrase of a class ends at most ``reach`` terminals before this one."""
        for start in range(max(0, at - reach - 2), at):
            for taken in self.takes(start, kind):
                if at - reach < taken.end <= at:
                    return True
        return False

    def skip(self, at: int, *words: str) -> int:
        """The position behind one of the words, or the same."""
        return at + 1 if self.word(at) in words else at

    # --- names -----------------------------------------------------------------------------------------

    def name(self, at: int) -> Toponym | None:
        """The resolved toponym here that may anchor an expression; no demonym, no part of a longer name."""
        toponym = self.resolved(at)
        return None if toponym is None or toponym.kind is Kind.DEMONYM else toponym

    def demonym(self, at: int) -> Toponym | None:
        """The resolved demonym here."""
        toponym = self.resolved(at)
        return toponym if toponym is not None and toponym.kind is Kind.DEMONYM else None

    def resolved(self, at: int) -> Toponym | None:
        """The resolved toponym here, a demonym too."""
        toponym = self.terminals[at].name if 0 <= at < len(self.terminals) else None
        if toponym is None or toponym.kind is Kind.EMBEDDED or toponym not in self.places:
            return None
        return None if self._is_street(toponym) else toponym

    def _is_street(self, toponym: Toponym) -> bool:
        """Whether it names a street that the gazetteer lacks: "King Street" for a town named King."""
        last = toponym.text.rpartition(" ")[2].rstrip(".").lower()
        streets = load_folded_words("street_words")
        return last in streets and not self.places[toponym].name.lower().endswith(last)

    def owner(self, at: int) -> Toponym | None:
        """What can have a land border: a country, a people's, or a division."""
        toponym = self.resolved(at)
        if toponym is None or self.places[toponym].feature_class != "A":
            return None
        return toponym

    def owners(self, at: int) -> tuple[int, tuple[Toponym, ...]]:
        """A list: "Ethiopia and Somalia", "Poland, Belarus and the Czech Republic"."""
        found: list[Toponym] = []
        end, position = at, at
        while (toponym := self.owner(begin := self.skip(position, "the"))) is not None:
            found.append(toponym)
            end = position = begin + 1
            if self.word(position) not in _LIST_MARKS:
                break
            position = self.skip(self.skip(position, ","), "and", "or", "&")
        return end, tuple(found)

    def is_country(self, toponym: Toponym) -> bool:
        """Whether the toponym means a country."""
        return is_country(self.places[toponym])

    def is_wide(self, toponym: Toponym) -> bool:
        """Whether it is a country, or a region of countries: nothing is "near" it."""
        place = self.places[toponym]
        return is_country(place) or place.feature_code in ("CONT", "RGN", "RGNE", "RGNH")

    def is_literal(self, toponym: Toponym) -> bool:
        """Whether the place itself is meant."""
        return toponym.role is Role.LITERAL

    def anchor(self, at: int) -> Anchored | None:
        """A place and the words that lead to it: "the city of Idlib", "the capital, Kyiv"."""
        begin = self.skip(at, "the", "a", "an")
        if (toponym := self.name(begin)) is not None:
            # "The Zaporizhzhia nuclear power plant" is not the city.
            if begin > at and self.places[toponym].feature_class == "P" and self._is_plain(begin + 1):
                return None
            return self._closed(begin + 1, toponym)
        for noun in range(begin, min(begin + 7, len(self))):
            taken = self.take(noun, "settlement noun")
            if taken is not None:
                found = self._apposed(taken.end, noun)
                if found is not None:
                    return found
            if self.demonym(noun) is None and not self._is_plain(noun):
                return None
        return None

    def _is_plain(self, at: int) -> bool:
        """Whether there is a word that may belong to what stands around it."""
        return at < len(self) and self.terminals[at].is_word and self.take(at, "stop") is None

    def _apposed(self, at: int, noun: int) -> Anchored | None:
        """The name behind "city", "city of" or "capital,"."""
        comma = self.word(at) == "," and self.word(noun) == "capital"
        begin = at + 1 if comma or self.word(at) == "of" else at
        begin = self.skip(begin, "the")
        toponym = self.name(begin)
        # "the capital of Chechnya" is not Chechnya.
        if toponym is None or (self.word(noun) == "capital" and self.places[toponym].feature_class != "P"):
            return None
        return self._closed(begin + 1, toponym)

    def _closed(self, end: int, toponym: Toponym) -> Anchored | None:
        """Not "Kyiv's airport", not "Kyiv-based"; "Idlib province" is one place."""
        if self.word(end) == "'s":
            # Ukraine's Kharkiv; Yemen's port of Hodeidah.
            found = self.anchor(end + 1)
            return found if found is not None and not self.is_country(found.toponym) else None
        if self.joint(end) or self.goes_on(end):
            return None
        taken = self.take(end, "area noun")
        if taken is not None and not self.terminals[end].capital and self.places[toponym].is_area:
            return Anchored(taken.end, toponym)
        # "Kyiv airport", "the Hanover police station": the name says which.
        return None if self.take(end, "name's noun") is not None else Anchored(end, toponym)

    def goes_on(self, at: int) -> bool:
        """Whether what follows a name makes it another's: "Boston High School", not "Kyiv Friday"."""
        if not 0 < at < len(self):
            return False
        behind = self.terminals[at]
        tied = behind.start == self.terminals[at - 1].end + 1
        return behind.is_word and behind.capital and tied and self.take(at, "date word") is None

    def follows_name(self, at: int) -> bool:
        """Whether a word with a capital stands right before: "the Gulf coast"."""
        if at < 2:
            return False  # what begins a sentence has a capital anyway
        before = self.terminals[at - 1]
        tied = self.terminals[at].start == before.end + 1
        return tied and (before.name is not None or (before.is_word and before.capital))

    def past_degree(self, at: int) -> int:
        """The position behind "far", "just" or "deep", or the same."""
        taken = self.take(at, "degree")
        return taken.end if taken is not None else at

    # --- directions ------------------------------------------------------------------------------------

    def direction(self, at: int, *kinds: str) -> Taken | None:
        """One direction of the classes given, by default any."""
        best: Taken | None = None
        for kind in kinds or ("direction noun", "direction"):
            taken = self.take(at, kind)
            if taken is not None and (best is None or taken.end > best.end):
                best = taken
        return best

    def directions(self, at: int, *kinds: str) -> tuple[int, tuple[str, ...]]:
        """A list of directions: "northern, eastern and south-eastern"; (at, ()) where there is none.

        "North-south" is none: it is the way of a road, or a divide.
        """
        found: list[str] = []
        end = position = at
        if not (0 <= at < len(self.phrases) and self.phrases[at]):
            return at, ()
        if self.joint(at) and (self.takes(at - 1, "direction noun") or self.takes(at - 1, "direction")):
            return at, ()
        while (taken := self.direction(position, *kinds)) is not None:
            if self.joint(position) and found and _OPPOSITE.get(found[-1]) == taken.value:
                return at, ()
            found.append(taken.value)
            end = taken.end
            position = self.skip(self.skip(end, ","), "and", "or", "&", "to")
            if position == end and not self.joint(end):
                break
        return end, tuple(dict.fromkeys(found))

    def adjectives(self, at: int) -> Iterator[int]:
        """Positions behind none to four words that may stand before a noun: "long, porous", "1,300-km"."""
        yield at
        for count in range(_MAX_ADJECTIVES):
            position = at + count
            terminal = self.terminals[position] if position < len(self) else None
            if terminal is None or terminal.name or self.word(position) == "'s":
                return
            if not (terminal.is_word or terminal.word[:1].isdigit() or terminal.word == ","):
                return
            if terminal.capital or self.take(position, "stop") is not None:
                return
            yield position + 1


_NOTHING: Mapping[str, Sequence[Taken]] = MappingProxyType({})


def _phrases(terminals: Sequence[Terminal], vocabulary: Vocabulary) -> list[Mapping[str, Sequence[Taken]]]:
    words = [terminal.word for terminal in terminals]
    found: list[Mapping[str, Sequence[Taken]]] = []
    for at, word in enumerate(words):
        phrases = vocabulary.starting.get(word)
        if phrases is None:
            found.append(_NOTHING)
            continue
        here: dict[str, list[Taken]] = {}
        for phrase, kind, value in phrases:
            if len(phrase) == 1 or words[at : at + len(phrase)] == list(phrase):
                here.setdefault(kind, []).append(Taken(at + len(phrase), value))
        found.append(here)
    return found
