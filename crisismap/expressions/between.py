"""Rules for what lies between two places."""

from __future__ import annotations

from collections.abc import Iterator

from crisismap.expressions.reader import Reader, Reading
from crisismap.model import Between, Toponym

__all__ = ["read_between"]

_REACH = 5


def read_between(reader: Reader, at: int) -> Iterator[Reading]:
    """Every phrase for what lies between two places."""
    if reader.joint(at):
        return
    yield from _between(reader, at)
    yield from _way(reader, at)
    yield from _travel(reader, at)
    yield from _named_way(reader, at)


def _between(reader: Reader, at: int) -> Iterator[Reading]:
    """Between Kherson and Mykolaiv, halfway between Baghdad and Mosul.  No "talks between Kyiv and Minsk"."""
    midway = reader.take(at, "midway")
    begin = midway.end if midway is not None else at
    if reader.word(begin) != "between":
        return
    found = _ends(reader, begin + 1, "and")
    if found is None:
        return
    end, first, last = found
    located = midway is not None or reader.before(begin, "located", 2)
    if reader.before(begin, "abstract", _REACH):
        return
    capitals = _is_seat(reader, first) or _is_seat(reader, last)
    literal = reader.is_literal(first) and reader.is_literal(last)
    if not located and (_is_area(reader, first, last) or (capitals and not literal)):
        return
    yield Reading(at, end, "between", Between((first, last)))


def _way(reader: Reader, at: int) -> Iterator[Reading]:
    """The road from Bakhmut to Kostiantynivka, a highway linking Damascus with Homs."""
    way = reader.take(at, "way noun")
    if way is None:
        return
    begin = way.end
    link = reader.take(reader.skip(begin, ","), "way link")
    if link is not None:
        begin = link.end
    if reader.word(begin) == "between":
        found = _ends(reader, begin + 1, "and")
    elif reader.word(begin) == "from":
        found = _ends(reader, begin + 1, "to", "toward", "towards", "into")
    elif link is not None:
        found = _ends(reader, begin, "to", "and", "with")
    else:
        return
    if found is not None:
        yield Reading(at, found[0], "between", Between(found[1:]))


def _travel(reader: Reader, at: int) -> Iterator[Reading]:
    """A convoy from Sumy to Kharkiv, driving from Aden to Sanaa."""
    if reader.word(at) != "from" or not reader.before(at, "way travel", 2):
        return
    found = _ends(reader, at + 1, "to", "toward", "towards")
    if found is None:
        return
    end, first, last = found
    if all(reader.places[toponym].feature_class == "P" for toponym in (first, last)):
        yield Reading(at, end, "between", Between((first, last)))


def _named_way(reader: Reader, at: int) -> Iterator[Reading]:
    """The Kyiv-Kharkiv highway, the Kabul to Kandahar road."""
    first = reader.name(at)
    second_at = at + 1 if reader.joint(at + 1) else at + 2
    if first is None or (second_at == at + 2 and reader.word(at + 1) not in ("to", "-", "–", "—")):
        return
    last = reader.name(second_at)
    way_at = second_at + 1
    if last is None or reader.joint(way_at):
        return
    way_at = next((n for n in reader.adjectives(way_at) if reader.take(n, "way noun") is not None), -1)
    way = reader.take(way_at, "way noun")
    if way is not None and _fit(reader, first, last):
        yield Reading(at, way.end, "between", Between((first, last)))


def _ends(reader: Reader, at: int, *links: str) -> tuple[int, Toponym, Toponym] | None:
    """Two places and where they end; two countries are parties, not places."""
    the = reader.skip(at, "the")
    if reader.take(the, "settlement nouns") is not None and reader.word(the + 1) == "of":
        at = the + 2
    first = reader.anchor(at)
    if first is None or reader.word(first.end) not in links:
        return None
    last = reader.anchor(first.end + 1)
    if last is None or not _fit(reader, first.toponym, last.toponym):
        return None
    return last.end, first.toponym, last.toponym


def _fit(reader: Reader, first: Toponym, last: Toponym) -> bool:
    """Not countries, and not two capitals: what is between those are talks and flights."""
    if reader.places[first].id == reader.places[last].id:
        return False
    if _is_seat(reader, first) and _is_seat(reader, last):
        return False
    return not (reader.is_wide(first) or reader.is_wide(last))


def _is_seat(reader: Reader, toponym: Toponym) -> bool:
    """Whether it is a capital, which may stand for a government."""
    return reader.places[toponym].feature_code == "PPLC"


def _is_area(reader: Reader, *toponyms: Toponym) -> bool:
    return any(reader.places[toponym].feature_class in ("A", "L") for toponym in toponyms)
