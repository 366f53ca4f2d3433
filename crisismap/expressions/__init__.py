"""Find the spans of a sentence that describe a geometry relative to toponyms.

A sentence that names no place, or holds no word of the table ``data/lexicons/relations.csv`` that an
expression needs, is passed over.  Any other is cut into terminals (`lexing`), which the rules read by
recursive descent (`borders` and the others); of what they read, the longest wins, and none overlap.

Spans: a leading article or preposition of place (in, at, on, along, across) stays outside; a word that makes
the relation is inside ("near Kyiv", "off the coast of Yemen", "between Kherson and Mykolaiv"), and so is what
qualifies the distance ("about 40 km north of Kyiv").  ``docs/expressions.md`` has the table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from crisismap.expressions.around import read_offset, read_vicinity
from crisismap.expressions.between import read_between
from crisismap.expressions.borders import read_border
from crisismap.expressions.lexing import lex
from crisismap.expressions.parts import read_part
from crisismap.expressions.reader import Reader, Reading
from crisismap.expressions.water import read_water
from crisismap.expressions.words import load_vocabulary
from crisismap.model import (
    Bank,
    Between,
    Border,
    Coast,
    Mouth,
    Node,
    Offset,
    Part,
    Place,
    Sentence,
    SpatialExpression,
    Toponym,
    Vicinity,
)

__all__ = ["find_expressions", "may_be_nameless"]

_Rule = Callable[[Reader, int], Iterator[Reading]]
# What may read like an expression in a sentence that names no place; of the text in lower case.
_NAMELESS = re.compile(r"border|frontier|coast|the (?:country|nation)\b")
_WORD = re.compile(r"[^\W\d_]+")
_DIRECTIONS = frozenset({"direction", "direction noun", "degree"})
_DISTANCES = frozenset({"number", "vague number", "multiplier", "about"})
_OWNERS = frozenset({"pronoun", "the country"})
# Each rule with the classes of the words that a phrase of it may begin with, besides names and digits, and
# the classes and words of which a sentence that has such a phrase holds one.
_RULES: tuple[tuple[_Rule, frozenset[str], frozenset[str]], ...] = (
    (read_border, _DIRECTIONS | _OWNERS | {"border", "border word", "triple"}, frozenset({"border"})),
    (read_part, _DIRECTIONS | _OWNERS | {"middle"}, _DIRECTIONS | {"middle"}),
    (read_offset, _DIRECTIONS | _DISTANCES, _DIRECTIONS),
    (
        read_vicinity,
        _DIRECTIONS | _DISTANCES | {"near", "outskirts", "opening"},
        frozenset({"near", "outskirts", "border", "unit", "radius"}),
    ),
    (
        read_between,
        frozenset({"midway", "way noun", "opening"}),
        frozenset({"between", "way noun", "way travel"}),
    ),
    (
        read_water,
        _DIRECTIONS | _DISTANCES | _OWNERS | {"coast", "bank", "hand", "mouth", "opening"},
        frozenset({"coast", "bank", "mouth", "off"}),
    ),
)


def find_expressions(
    text: str,
    sentence: Sentence,
    toponyms: Sequence[Toponym],
    places: Mapping[Toponym, Place],
    is_name: Callable[[str], bool],
    are_neighbors: Callable[[str, str], bool] = lambda code, other: False,
) -> list[SpatialExpression]:
    """Return the spatial expressions of one sentence, in the order of the text; none overlap.

    Args:
        text: the article's text.
        sentence: the range to search.
        toponyms: the article's toponyms, or the sentence's; those outside the sentence are passed over.
        places: what each resolved toponym means; only these are anchors.
        is_name: whether a text such as "Northern Ireland" is itself the name of a place.
        are_neighbors: whether two countries, by code, share a land border; "a Syrian town near the Turkish
            border" then is about the border of the two.

    What reads like an expression but rests on nothing ("its border", of nobody) has no tree, and a reason.
    """
    vocabulary = load_vocabulary()
    lowered = text[sentence.start : sentence.end].lower()
    inside = [t for t in toponyms if sentence.start <= t.start < sentence.end]
    names = sum(t in places for t in inside)
    if not names and not may_be_nameless(lowered):
        return []
    words = _WORD.findall(lowered)
    if vocabulary.triggers.isdisjoint(words) and (names < 2 or vocabulary.pair_triggers.isdisjoint(words)):
        if vocabulary.phrase_starts.isdisjoint(words):
            return []
        if vocabulary.phrases.search(text, sentence.start, sentence.end) is None:
            return []
    terminals = lex(text, sentence, inside, places, vocabulary, is_name)
    reader = Reader.over(terminals, places, vocabulary, is_name, are_neighbors)
    held = {kind for here in reader.phrases for kind in here}.union(words)
    rules = [(rule, begin) for rule, begin, needed in _RULES if not needed.isdisjoint(held)]
    found = [
        reading
        for at in range(len(reader))
        for rule in _rules(reader, at, rules)
        for reading in rule(reader, at)
    ]
    return [_expression(text, reader, reading) for reading in _choose(reader, found)]


def may_be_nameless(lowered: str) -> bool:
    """Whether a text in lower case may hold an expression that rests on no name: "its border"."""
    return _NAMELESS.search(lowered) is not None


def _rules(reader: Reader, at: int, rules: Sequence[tuple[_Rule, frozenset[str]]]) -> Sequence[_Rule]:
    """The rules that a phrase which begins here may be of."""
    if phrases := reader.phrases[at]:
        return [rule for rule, begin in rules if not begin.isdisjoint(phrases)]
    terminal = reader.terminals[at]
    if terminal.name is not None or terminal.word[:1].isdigit():
        return [rule for rule, _ in rules]
    return ()


def _choose(reader: Reader, found: Iterable[Reading]) -> list[Reading]:
    """Take the longest first, in characters; then those that do not overlap it."""

    def length(reading: Reading) -> int:
        return reader.terminals[reading.end - 1].end - reader.terminals[reading.start].start

    chosen: list[Reading] = []
    for reading in sorted(found, key=lambda r: (-length(r), r.node is None, r.start)):
        if all(reading.end <= other.start or other.end <= reading.start for other in chosen):
            chosen.append(reading)
    return sorted(chosen, key=lambda reading: reading.start)


def _expression(text: str, reader: Reader, reading: Reading) -> SpatialExpression:
    start, end = reader.terminals[reading.start].start, reader.terminals[reading.end - 1].end
    anchors = sorted(dict.fromkeys(_leaves(reading.node)), key=lambda toponym: toponym.start)
    return SpatialExpression(
        start=start,
        end=end,
        text=text[start:end],
        relation=reading.relation,
        directions=tuple(dict.fromkeys(_directions(reading.node))),
        anchors=tuple(anchors),
        tree=reading.node,
        reason=reading.reason,
    )


def _children(node: Node | None) -> tuple[Node | None, ...]:
    match node:
        case Part(whole=child) | Offset(origin=child) | Vicinity(center=child):
            return (child,)
        case Border(owners=owners, neighbors=neighbors):
            return (*owners, *neighbors)
        case Between(ends=ends):
            return ends
        case Coast(land=land, water=water):
            return (land, water)
        case Bank(river=river) | Mouth(river=river):
            return (river,)
        case _:
            return ()


def _leaves(node: Node | None) -> Iterator[Toponym]:
    if isinstance(node, Toponym):
        yield node
    for child in _children(node):
        yield from _leaves(child)


def _directions(node: Node | None) -> Iterator[str]:
    if isinstance(node, Part | Border | Offset | Coast | Bank):
        yield from node.directions
    for child in _children(node):
        yield from _directions(child)
