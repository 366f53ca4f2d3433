"""Rules for ways from a place, for what lies about it, and for what lies between two."""

from __future__ import annotations

from collections.abc import Iterator

from crisismap.expressions import context
from crisismap.expressions.borders import read_border
from crisismap.expressions.distances import read_distance
from crisismap.expressions.parts import read_part
from crisismap.expressions.reader import Reader, Reading
from crisismap.expressions.water import read_coast
from crisismap.model import Border, Node, Offset, Part, Toponym, Vicinity

__all__ = ["read_node", "read_offset", "read_vicinity"]

_NO_BORDER = "the text does not say which border is meant"
_NO_PLACE = "the text does not name the place"


def read_offset(reader: Reader, at: int) -> Iterator[Reading]:
    """About 40 km north of Kyiv, 12 miles to the south-east of Gaziantep, just north of the Polish border."""
    if reader.joint(at):
        return
    stated = read_distance(reader, at)
    begin = stated[0] if stated is not None else at
    if reader.word(begin) == "to" and reader.word(begin + 1) == "the":
        begin += 2
    begin = reader.past_degree(begin)
    end, directions = reader.directions(begin, "direction noun")
    if not directions or reader.word(end) not in ("of", "from"):
        return
    if reader.word(end) == "from" and stated is None:
        return
    # "the north of Mali" is a part.
    if stated is None and reader.word(at - 1) in ("the", "in") and reader.word(at - 2) != "to":
        return
    found = read_node(reader, end + 1)
    if found is not None:
        stop, node = found
        if node is None:
            yield Reading(at, stop, "offset", None, _NO_BORDER)
        elif stated is not None or not (isinstance(node, Toponym) and _is_vast(reader, node)):
            yield Reading(at, stop, "offset", Offset(node, directions, stated[1] if stated else None))
        return
    noun = end + 2 if reader.word(end + 1) == "the" else end + 1
    taken = reader.take(noun, "anywhere noun")
    if taken is not None and (noun > end + 1 or reader.word(noun) in ("here", "there")):
        reason = _NO_BORDER if reader.take(noun, "border") else _NO_PLACE
        yield Reading(at, taken.end, "offset", None, reason)


def read_vicinity(reader: Reader, at: int) -> Iterator[Reading]:
    """Every phrase for what lies about a place."""
    if reader.joint(at):
        return
    yield from _near(reader, at)
    yield from _at_distance(reader, at)
    yield from _outskirts(reader, at)
    yield from _across(reader, at)
    yield from _side(reader, at)
    yield from _inside(reader, at)


def _near(reader: Reader, at: int) -> Iterator[Reading]:
    """Near Kyiv, just outside Tripoli, around the city of Idlib, in the vicinity of Zaporizhzhia."""
    begin = reader.past_degree(at)
    near = reader.take(begin, "near")
    found = reader.anchor(near.end) if near is not None else None
    if near is None or found is None:
        return
    toponym, manner = found.toponym, near.value
    place_class = reader.places[toponym].feature_class
    if reader.is_wide(toponym) or not reader.is_literal(toponym):
        return
    # "The minister is close to Moscow."
    seat = reader.places[toponym].feature_code == "PPLC"
    if seat and reader.word(begin) == "close" and reader.before(begin, "ally", 2):
        return
    if manner != "near" and place_class == "A":
        return
    if manner == "outside" and place_class not in ("P", "S"):
        return
    yield Reading(at, found.end, "proximity", Vicinity(toponym, manner))


def _at_distance(reader: Reader, at: int) -> Iterator[Reading]:
    """Within 50 km of Goma, 15km (9 miles) from Idlib, 40 km from the Polish border, 5 km outside Kyiv."""
    within = reader.word(at) == "within"
    begin = at + 1 if within else at
    if within:
        begin = reader.skip(begin, "a", "just")
    radius = reader.word(begin) == "radius" and reader.word(begin + 1) == "of"
    stated = read_distance(reader, begin + 2 if radius else begin)
    if stated is None:
        return
    end, distance = stated
    manner = "within" if within or radius else "away"
    if (zone := reader.take(end, "radius")) is not None:
        end, manner, radius = zone.end, "within", True
    end = reader.skip(end, "away")
    link = reader.word(end)
    allowed = {"of"} if within else {"from", "outside"}
    if radius:
        allowed = {"of", "around", "from"}
    if link not in allowed:
        return
    if link == "outside":
        manner = "outside"
        end = reader.skip(end + 1, "of") - 1
    found = read_node(reader, end + 1)
    if found is None:
        return
    stop, node = found
    # "the 40 km from Kyiv to Bucha" is a length.
    if link == "from" and reader.word(stop) == "to" and not reader.word(stop + 1):
        return
    if node is None:
        yield Reading(at, stop, "proximity", None, _NO_BORDER)
    else:
        yield Reading(at, stop, "proximity", Vicinity(node, manner, distance))


def _outskirts(reader: Reader, at: int) -> Iterator[Reading]:
    """The eastern outskirts of Damascus, Beirut's southern suburbs, the northern Aleppo countryside."""
    begin, directions = reader.directions(at)
    toponym = reader.name(begin)
    end = begin
    if toponym is not None and directions:
        end = begin + 1
    elif toponym is not None:
        end, directions = reader.directions(at + 2 if reader.word(at + 1) == "'s" else at + 1)
    outskirts = reader.take(end, "outskirts")
    if outskirts is None or reader.joint(end) or reader.terminals[end].capital:
        return
    stop = outskirts.end
    if toponym is None:
        found = reader.anchor(stop + 1) if reader.word(stop) == "of" else None
        if found is None:
            return
        stop, toponym = found
    if reader.places[toponym].feature_class != "P" or not reader.is_literal(toponym):
        return
    ring = Vicinity(toponym, "outskirts")
    yield Reading(at, stop, "proximity", Part(ring, directions) if directions else ring)


def _across(reader: Reader, at: int) -> Iterator[Reading]:
    """Just across the border in Chad, over the border from Arsal."""
    begin = reader.past_degree(at)
    if reader.word(begin) not in ("across", "over") or reader.word(begin + 1) != "the":
        return
    noun = reader.take(begin + 2, "border")
    if noun is None or noun.value != "one":
        return
    if reader.word(noun.end) == "in" and (far := reader.owner(reader.skip(noun.end + 1, "the"))) is not None:
        end = reader.skip(noun.end + 1, "the") + 1
        if reader.demonym(end - 1) is not None or not reader.is_country(far):
            return
        home = context.subject(reader, at, (far,)) or context.country(reader, at)
        same = home is None or reader.places[home].id == reader.places[far].id
        owners = (far,) if home is None or same else (home, far)
        yield Reading(at, end, "proximity", Vicinity(Border(owners), "across"))
    elif reader.word(noun.end) == "from" and (found := reader.anchor(noun.end + 1)) is not None:
        yield Reading(at, found.end, "proximity", Vicinity(found.toponym, "across"))


def _side(reader: Reader, at: int) -> Iterator[Reading]:
    """The Russian side of the Ukrainian border, the Syrian side of its border with Turkey."""
    home = reader.owner(at)
    noun = at + 2 if reader.word(at + 1) == "'s" else at + 1
    if home is None or reader.word(noun) != "side" or reader.word(noun + 1) != "of":
        return
    for reading in read_border(reader, reader.skip(noun + 2, "the")):
        border = reading.node
        if isinstance(border, Border) and not border.neighbors and len(border.owners) < 3:
            others = [o for o in border.owners if reader.places[o].id != reader.places[home].id]
            if len(others) == 1:
                yield Reading(at, reading.end, "proximity", Vicinity(Border((*others, home)), "across"))


def _inside(reader: Reader, at: int) -> Iterator[Reading]:
    """Ukraine struck a depot 20 km inside Russia; 10 miles inside Syrian territory."""
    stated = read_distance(reader, at)
    if stated is None or reader.word(stated[0]) != "inside":
        return
    end = reader.skip(stated[0] + 1, "the") + 1
    far = reader.owner(end - 1)
    if far is None or not reader.is_country(far):
        return
    if reader.demonym(end - 1) is not None:
        if reader.word(end) not in ("territory", "soil"):
            return
        end += 1
    home = context.setting(reader, at, far) or context.neighbor(reader, at, far)
    if home is not None:
        yield Reading(at, end, "proximity", Vicinity(Border((home, far)), "across", stated[1]))


def read_node(reader: Reader, at: int) -> tuple[int, Node | None] | None:
    """What an offset or a distance starts from: a place, or a border, a part, a coast; the longest."""
    begin = reader.skip(at, "the")
    readings = [
        reading
        for rule in (read_border, read_part, read_coast)
        for reading in rule(reader, begin)
        if reading.start == begin
    ]
    found = reader.anchor(at)
    options: list[tuple[int, Node | None]] = [(reading.end, reading.node) for reading in readings]
    if found is not None:
        options.append((found.end, found.toponym))
    return max(options, key=lambda option: (option[0], option[1] is not None), default=None)


def _is_vast(reader: Reader, toponym: Toponym) -> bool:
    return reader.is_wide(toponym) and not reader.is_country(toponym)
