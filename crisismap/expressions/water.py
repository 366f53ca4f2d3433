"""Rules for coasts, waters, banks and mouths."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from crisismap.expressions import context
from crisismap.expressions.distances import read_distance
from crisismap.expressions.parts import read_part
from crisismap.expressions.reader import Reader, Reading
from crisismap.model import Bank, Coast, Mouth, Part, Toponym

__all__ = ["read_coast", "read_river", "read_water"]

_NOBODY = "the text does not say whose coast it is"
_MARINE_REACH = 8


def read_water(reader: Reader, at: int) -> Iterator[Reading]:
    """Every phrase for coasts, waters off them, and rivers."""
    if reader.joint(at):
        return
    yield from read_coast(reader, at)
    yield from _offshore(reader, at)
    yield from read_river(reader, at)


def read_coast(reader: Reader, at: int) -> Iterator[Reading]:
    """The Libyan coast, Yemen's Red Sea coast, the northern coast of Libya, the shores of Lake Chad."""
    if reader.joint(at):
        return
    owner = reader.name(at) or reader.demonym(at)
    if owner is not None:
        yield from _of_owner(reader, at, owner)
    yield from _named_behind(reader, at)
    own = reader.word(at) == "its"
    country = reader.word(at - 1) == "the" and reader.take(at, "the country") is not None
    if own or (country and reader.word(at + 1) == "'s"):
        yield from _of_pronoun(reader, at, own=own)


def _of_owner(reader: Reader, at: int, owner: Toponym) -> Iterator[Reading]:
    """Libya's eastern coast, the Libyan coastline, the Red Sea coast of Yemen, Yemeni waters."""
    possessive = reader.word(at + 1) == "'s"
    begin = at + 2 if possessive else at + 1
    if _is_water(reader, owner) and not possessive:
        noun = _noun(reader, begin)
        if noun is None or reader.is_name(f"{owner.text} {reader.word(begin)}"):
            return
        if reader.word(noun[0]) == "of" and (land := _land(reader, noun[0] + 1)) is not None:
            yield Reading(at, land[0], "water", Coast(land[1], owner))
        else:
            # "the Black Sea coast", of the country that the text is about, if it says so.
            yield Reading(at, noun[0], "water", Coast(context.country(reader, at), owner))
        return
    if reader.places[owner].feature_code in ("CONT", "RGN"):
        return
    for start in reader.adjectives(begin) if possessive else (begin,):
        position, directions = reader.directions(start)
        water = reader.name(position)
        if water is not None:
            position += 1
            # "Canada's Arctic coast": a region says no more than the owner does.
            water = water if _is_water(reader, water) else None
        noun = _noun(reader, position)
        if noun is None:
            continue
        end, offshore = noun
        if reader.word(end) == "of" and not possessive and _land(reader, end + 1) is not None:
            return  # "the Gulf coast of Florida" is nobody's of the name of Gulf
        if offshore and reader.places[owner].feature_class in ("P", "S", "H"):
            return
        yield Reading(at, end, "water", Coast(owner, water, offshore, directions))
        return


def _named_behind(reader: Reader, at: int) -> Iterator[Reading]:
    """The coast of Yemen, the western coast of the island of Lesbos, the shores of Lake Chad."""
    position, directions = reader.directions(at)
    noun = _noun(reader, position)
    if noun is None or reader.follows_name(at):
        return
    if reader.word(noun[0]) not in (("off", "around", "surrounding", "near") if noun[1] else ("of",)):
        return
    land = _land(reader, noun[0] + 1)
    if land is None:
        return
    end, node = land
    if isinstance(node, Toponym) and _is_water(reader, node):
        yield Reading(at, end, "water", Coast(None, node, noun[1], directions))
    elif not (noun[1] and isinstance(node, Toponym) and reader.places[node].feature_class == "P"):
        yield Reading(at, end, "water", Coast(node, None, noun[1], directions))


def _of_pronoun(reader: Reader, at: int, *, own: bool) -> Iterator[Reading]:
    """Its Black Sea coast, the country's western coast."""
    for start in reader.adjectives(at + 1 if own else at + 2):
        position, directions = reader.directions(start)
        water = reader.name(position)
        if water is not None and _is_water(reader, water):
            position += 1
        else:
            water = None
        noun = _noun(reader, position)
        if noun is None:
            continue
        land = context.subject(reader, at) if own else context.country(reader, at)
        if land is None:
            yield Reading(at, noun[0], "water", None, _NOBODY)
        else:
            yield Reading(at, noun[0], "water", Coast(land, water, noun[1], directions))
        return


def _offshore(reader: Reader, at: int) -> Iterator[Reading]:
    """20 miles off the coast of Libya, off the Somali coast, waters off Crimea."""
    stated = read_distance(reader, at)
    begin = stated[0] if stated is not None else at
    if reader.take(begin, "coast") is not None and reader.word(begin + 1) == "off":
        begin += 1
    degree = reader.take(begin, "degree")
    begin = degree.end if degree is not None else begin
    if reader.word(begin) != "off":
        return
    distance = stated[1] if stated is not None else None
    found = False
    for reading in read_coast(reader, reader.skip(begin + 1, "the")):
        if isinstance(reading.node, Coast):
            found = True
            node = replace(reading.node, offshore=True, distance=distance)
            yield Reading(at, reading.end, "water", node)
        elif reading.node is None:
            yield Reading(at, reading.end, "water", None, reading.reason)
    if found:
        return
    # "They cut off Kyiv": a bare name needs ships, or a distance, about it.
    port = reader.name(begin + 1) is None and reader.word(begin + 1) == "the"
    if stated is None and begin == at and not port and not reader.before(begin, "marine", _MARINE_REACH):
        return
    land = _land(reader, begin + 1)
    if land is None:
        return
    end, whole = land
    if isinstance(whole, Toponym) and (
        _is_water(reader, whole) or not reader.is_literal(whole) or reader.places[whole].feature_class == "S"
    ):
        return
    yield Reading(at, end, "water", Coast(whole, None, True, (), distance))


def read_river(reader: Reader, at: int) -> Iterator[Reading]:
    """The east bank of the Dnieper, the left bank of the Don, the mouth of the Danube."""
    river = reader.name(at)
    if river is not None and reader.word(at + 1) == "'s":
        position, directions = reader.directions(at + 2)
        if _is_water(reader, river):
            if (bank := _lower(reader, position, "bank")) is not None and directions:
                yield Reading(at, bank, "water", Bank(river, directions))
            if (mouth := _lower(reader, at + 2, "mouth")) is not None:
                yield Reading(at, mouth, "water", Mouth(river))
        return
    position, directions = reader.directions(at)
    if (hand := reader.take(at, "hand")) is not None:
        position, directions = hand.end, (hand.value,)
    bank = _lower(reader, position, "bank")
    mouth = _lower(reader, at, "mouth")
    end = bank if bank is not None else mouth
    if end is None or reader.word(end) != "of":
        return
    begin = reader.skip(reader.skip(end + 1, "the"), "river")
    river = reader.name(begin)
    if river is None or reader.word(begin + 1) == "'s":
        return
    noun = reader.take(begin + 1, "water noun")
    named = reader.word(begin - 1) in ("the", "river") or noun is not None
    if not _is_water(reader, river) and not (named and (directions or mouth is not None)):
        return
    stop = noun.end if noun is not None else begin + 1
    yield Reading(at, stop, "water", Bank(river, directions) if bank is not None else Mouth(river))


def _noun(reader: Reader, at: int) -> tuple[int, bool] | None:
    """The position behind the noun, and whether it is the water; not "coast guard", not "coast-based"."""
    taken = reader.take(at, "coast")
    if taken is None or reader.joint(at) or reader.joint(taken.end):
        return None
    if reader.take(taken.end, "coast compound") is not None:
        return None
    return taken.end, taken.value == "water"


def _lower(reader: Reader, at: int, kind: str) -> int | None:
    """The position behind a noun that is no part of a name: "bank", not "Bank of England"."""
    taken = reader.take(at, kind)
    return None if taken is None or reader.terminals[at].capital or reader.joint(at) else taken.end


def _land(reader: Reader, at: int) -> tuple[int, Toponym | Part] | None:
    """A place, or a part of one: "southern Yemen"."""
    begin = reader.skip(at, "the")
    found = reader.anchor(at)
    options: list[tuple[int, Toponym | Part]] = []
    if found is not None:
        options.append((found.end, found.toponym))
    parts = read_part(reader, begin)
    options += [(reading.end, reading.node) for reading in parts if isinstance(reading.node, Part)]
    return max(options, key=lambda option: option[0], default=None)


def _is_water(reader: Reader, toponym: Toponym) -> bool:
    return reader.places[toponym].feature_class == "H"
