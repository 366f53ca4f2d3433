"""Rules for land borders."""

from __future__ import annotations

from collections.abc import Iterator

from crisismap.expressions import context
from crisismap.expressions.reader import Reader, Reading
from crisismap.model import Border, Toponym

__all__ = ["read_border"]

_NOBODY = "the text does not say whose border it is"
_NO_NEIGHBOR = "the text does not name the neighbor"


def read_border(reader: Reader, at: int) -> Iterator[Reading]:
    """Every border phrase that begins at a terminal; articles before it are left out."""
    yield from _of_owner(reader, at)
    yield from _of_two(reader, at)
    yield from _directions_first(reader, at)
    yield from _named_behind(reader, at)
    yield from _of_pronoun(reader, at)
    yield from _of_three(reader, at)


def _of_owner(reader: Reader, at: int) -> Iterator[Reading]:
    """Ukraine's northern and eastern borders, the Ukrainian border, the U.S. southern border."""
    owner = reader.owner(at)
    if owner is None or reader.joint(at):
        return
    possessive = reader.word(at + 1) == "'s"
    demonym = reader.demonym(at) is not None
    begin = at + 2 if possessive else at + 1
    for noun, directions in _nouns(reader, begin, adjectives=possessive or demonym):
        # "Ukraine borders Russia" is a verb.
        many = possessive or demonym or bool(directions)
        end = _noun(reader, noun, many)
        if end is not None:
            yield from _with(reader, at, end, owner, directions)


def _of_two(reader: Reader, at: int) -> Iterator[Reading]:
    """The Syrian-Turkish border, the Sudan/Chad border, the Kenya - Somalia border area."""
    first = reader.owner(at)
    if first is None:
        return
    second_at = at + 1
    if reader.word(second_at) in ("-", "–", "—", "/"):
        second_at += 1
    elif not reader.joint(second_at):
        return
    second = reader.owner(second_at)
    if second is None:
        return
    begin = second_at + 2 if reader.word(second_at + 1) == "'s" else second_at + 1
    for noun, directions in _nouns(reader, begin, adjectives=False):
        end = _noun(reader, noun, True, areas=True)
        if end is not None:
            yield Reading(at, end, "border", Border((first, second), directions))


def _directions_first(reader: Reader, at: int) -> Iterator[Reading]:
    """The northern Syrian border, the southern Turkey-Syria border."""
    begin, directions = reader.directions(at)
    if not directions:
        return
    for reading in (*_of_owner(reader, begin), *_of_two(reader, begin)):
        node = reading.node
        if isinstance(node, Border) and not node.directions and reader.word(begin + 1) != "'s":
            yield Reading(at, reading.end, "border", Border(node.owners, directions, node.neighbors))


def _named_behind(reader: Reader, at: int) -> Iterator[Reading]:
    """The border between Sudan and Chad, the eastern border of Libya, the borders of Ukraine and Belarus."""
    if reader.joint(at) or reader.before(at, "pronoun"):
        return
    for noun, directions in _nouns(reader, at, adjectives=False):
        end = _noun(reader, noun, True)
        if end is None:
            continue
        link = end
        if reader.take(link, "border area") is not None:
            link += 1
        if reader.word(link) == "between" or (reader.word(link) == "of" and link == end):
            stop, owners = reader.owners(link + 1)
            if not owners or reader.word(stop) == "'s" or len(owners) > 3:
                continue
            if len(owners) == 1 and reader.word(link) == "between":
                continue
            yield Reading(at, stop, "border", Border(owners, directions))
        elif reader.word(link) == "from" and (far := _crossed(reader, link)) is not None:
            yield Reading(at, far[0], "border", Border(far[1]))
        elif reader.word(link) == "with" and reader.word(at - 1) == "the":
            yield from _with_stated(reader, at, link + 1, directions)


def _crossed(reader: Reader, at: int) -> tuple[int, tuple[Toponym, ...]] | None:
    """The border from Belarus into Poland."""
    stop, first = reader.owners(at + 1)
    if len(first) != 1 or reader.word(stop) not in ("into", "to"):
        return None
    end, last = reader.owners(stop + 1)
    return (end, first + last) if len(last) == 1 and reader.word(end) != "'s" else None


def _with_stated(reader: Reader, at: int, begin: int, directions: tuple[str, ...]) -> Iterator[Reading]:
    """The border with Syria: of the country that the sentence is about."""
    stop, others = reader.owners(begin)
    if not others or reader.word(stop) == "'s":
        return
    home = context.subject(reader, at, others) or context.country(reader, at)
    if not reader.is_country(others[0]):
        home = context.division(reader, at, others[0])
    if home is None or any(reader.places[home].id == reader.places[other].id for other in others):
        yield Reading(at, stop, "border", None, _NOBODY)
    else:
        yield Reading(at, stop, "border", _shared(home, others, directions))


def _of_pronoun(reader: Reader, at: int) -> Iterator[Reading]:
    """Its eastern border, the country's borders with Chad."""
    begin = at + 1
    if reader.take(at, "pronoun") is None:
        country = reader.word(at - 1) == "the" and reader.take(at, "the country")
        if not country or reader.word(begin) != "'s":
            return
        begin += 1
    for noun, directions in _nouns(reader, begin, adjectives=True):
        end = _noun(reader, noun, True)
        if end is None:
            continue
        others: tuple[Toponym, ...] = ()
        if reader.word(end) == "with":
            stop, others = reader.owners(end + 1)
            if not others and reader.word(end + 1) in ("the", "its"):
                yield Reading(at, end, "border", None, _NO_NEIGHBOR)
                return
            end = stop if others else end
        own = reader.word(at) == "its" or begin > at + 1
        if reader.word(at) == "their" and not others and (pair := context.pair(reader, at)) is not None:
            yield Reading(at, end, "border", Border(pair, directions))
            return
        home = None
        if own:
            its = reader.word(at) == "its"
            home = context.subject(reader, at, others) if its else context.country(reader, at)
        if home is None:
            yield Reading(at, end, "border", None, _NOBODY)
        else:
            yield Reading(at, end, "border", _shared(home, others, directions))


def _of_three(reader: Reader, at: int) -> Iterator[Reading]:
    """The tri-border area of Mali, Burkina Faso and Niger."""
    if reader.word(at) not in ("tri", "three", "triple") or reader.take(at + 1, "border") is None:
        return
    area = reader.take(at + 2, "border area")
    link = reader.skip(area.end if area is not None else at + 2, '"', "”")
    if area is None or reader.word(link) not in ("of", "between"):
        return
    stop, owners = reader.owners(link + 1)
    if len(owners) == 3:
        yield Reading(at, stop, "border", Border(owners))


def _with(
    reader: Reader, at: int, end: int, owner: Toponym, directions: tuple[str, ...]
) -> Iterator[Reading]:
    others: tuple[Toponym, ...] = ()
    if reader.word(end) == "with":
        stop, others = reader.owners(end + 1)
        if others and reader.word(stop) != "'s":
            end = stop
        elif reader.word(end + 1) in ("the", "its"):
            yield Reading(at, end, "border", None, _NO_NEIGHBOR)
            return
        else:
            others = ()
    if not others and not directions and (home := context.setting(reader, at, owner)) is not None:
        owner, others = home, (owner,)
    yield Reading(at, end, "border", _shared(owner, others, directions))


def _shared(home: Toponym, others: tuple[Toponym, ...], directions: tuple[str, ...]) -> Border:
    if len(others) > 1:
        return Border((home,), directions, others)
    return Border((home, *others), directions)


def _nouns(reader: Reader, at: int, *, adjectives: bool) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Where a border noun may stand, behind adjectives and directions."""
    for begin in reader.adjectives(at) if adjectives else (at,):
        position, directions = reader.directions(begin)
        if reader.take(position, "border word") is not None:
            position += 1
        if reader.take(position, "border") is not None:
            yield position, directions
            return


def _noun(reader: Reader, at: int, many: bool, *, areas: bool = False) -> int | None:
    """The position behind the noun, unless it is part of a compound: "border guards", "border-based"."""
    taken = reader.take(at, "border")
    if taken is None or (taken.value == "many" and not many) or reader.joint(at):
        return None
    end = taken.end
    if reader.joint(end):
        return None
    if reader.take(end, "border area") is not None:
        return end if areas or reader.word(end + 1) in ("between", "with") else None
    return None if reader.take(end, "border compound") is not None else end
