"""A sentence with its toponyms to terminals, with exact offsets."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from crisismap.expressions.words import Vocabulary
from crisismap.model import Place, Sentence, Toponym

__all__ = ["Terminal", "lex"]

_TOKEN = re.compile(
    r"[^\W\d_]++(?:['’](?![sS](?!\w))[^\W\d_]++)*"
    r"|\d+/\d+(?![/\d])|\d+(?:[.,]\d+)*"
    r"|(?<=\w)['’][sS]?(?!\w)|(?<=\.)['’][sS](?!\w)"  # Ukraine's, the rebels'
    r"|\S"
)
_JOINERS = frozenset("-‐‑–—/")


class Terminal(NamedTuple):
    """A name, a word, a number in digits or a mark: a half-open range of the text."""

    start: int
    end: int
    word: str
    """In lower case; "'s" for every possessive, "" for a name."""
    name: Toponym | None = None
    joint: bool = False
    """Whether a hyphen, a dash or a slash ties it to the one before."""
    capital: bool = False

    @property
    def is_word(self) -> bool:
        """Whether it is neither a name nor a mark nor a number."""
        return self.word[:1].isalpha()


def lex(
    text: str,
    sentence: Sentence,
    toponyms: Sequence[Toponym],
    places: Mapping[Toponym, Place],
    vocabulary: Vocabulary,
    is_name: Callable[[str], bool],
) -> list[Terminal]:
    """Return the terminals of a sentence, in the order of the text.

    Hyphens between two terminals are not terminals: the second is ``joint``.  A toponym that begins with a
    direction which the place's own name lacks ("Northern Syria") is the direction and, behind it, the name.
    """
    found: list[Terminal] = []
    position = sentence.start
    inside = [t for t in toponyms if sentence.start <= t.start < t.end <= sentence.end]
    for toponym in sorted(inside, key=lambda t: (t.start, -t.end)):
        if toponym.start < position:
            continue
        begin = _name_start(toponym, places.get(toponym), vocabulary, is_name)
        found += _words(text, position, begin)
        found.append(Terminal(begin, toponym.end, "", toponym, capital=True))
        position = toponym.end
    found += _words(text, position, sentence.end)
    return _join(text, found)


def _words(text: str, start: int, end: int) -> list[Terminal]:
    terminals = []
    for match in _TOKEN.finditer(text, start, end):
        word = match.group()
        possessive = word[0] in "'’" and word[1:] in ("", "s", "S")
        folded = "'s" if possessive else word.lower()
        terminals.append(Terminal(*match.span(), folded, None, False, word[0].isupper()))
    return terminals


def _join(text: str, terminals: list[Terminal]) -> list[Terminal]:
    """Take out the hyphens that tie two terminals together."""
    joined: list[Terminal] = []
    tied = False
    for index, terminal in enumerate(terminals):
        if terminal.word in _JOINERS and 0 < index < len(terminals) - 1:
            before, after = terminals[index - 1], terminals[index + 1]
            if before.end == terminal.start and terminal.end == after.start and before.word not in _JOINERS:
                tied = True
                continue
        if tied:
            terminal = Terminal(
                terminal.start, terminal.end, terminal.word, terminal.name, True, terminal.capital
            )
        tied = False
        joined.append(terminal)
    return joined


def _name_start(
    toponym: Toponym, place: Place | None, vocabulary: Vocabulary, is_name: Callable[[str], bool]
) -> int:
    """Return where the name begins behind the directions that a recognizer left in its span."""
    if place is None:
        return toponym.start
    words = _words(toponym.text, 0, len(toponym.text))
    end = 0
    while end < len(words) and (length := _direction(words, end, vocabulary)):
        end += length
    own = words[0].word[:3] in place.name.lower() if words else True
    if end == 0 or own or end == len(words) or not words[end].is_word or is_name(toponym.text):
        return toponym.start
    begin = words[end].start
    # "East Aleppo" is some of Aleppo; there is no River that the East River could be some of.
    if toponym.text[0].isupper() and not is_name(toponym.text[begin:]):
        return toponym.start
    return toponym.start + begin


def _direction(words: Sequence[Terminal], at: int, vocabulary: Vocabulary) -> int:
    """Return how many terminals a direction at ``at`` takes, hyphens included."""
    for phrase, kind, _ in vocabulary.starting.get(words[at].word, ()):
        if kind not in ("direction", "direction noun"):
            continue
        end = at
        for word in phrase:
            if end < len(words) and end > at and words[end].word in _JOINERS:
                end += 1
            if end >= len(words) or words[end].word != word:
                break
            end += 1
        else:
            return end - at
    return 0
