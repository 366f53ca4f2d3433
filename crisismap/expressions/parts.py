"""Rules for parts of a place."""

from __future__ import annotations

from collections.abc import Iterator

from crisismap.expressions import context
from crisismap.expressions.reader import Reader, Reading
from crisismap.lexicons import load_folded_words
from crisismap.model import Part, Toponym

__all__ = ["read_part"]

_NOBODY = "the text does not say which country is meant"


def read_part(reader: Reader, at: int) -> Iterator[Reading]:
    """Every phrase for a part of a place that begins at a terminal."""
    yield from _before_name(reader, at)
    yield from _of_people(reader, at)
    yield from _of_name(reader, at)
    yield from _of_owner(reader, at)


def _before_name(reader: Reader, at: int) -> Iterator[Reading]:
    """Eastern Ukraine, northwest Syria, central and southern Gaza Strip, far northern Mali."""
    begin = reader.past_degree(at)
    end, directions = reader.directions(begin)
    toponym = reader.name(end)
    if not directions or toponym is None or reader.joint(end) or reader.joint(at):
        return
    if reader.word(end + 1) == "'s" and _is_border(reader, end + 2):
        return
    # "The eastern Mediterranean regional office" may be in Cairo.
    if reader.take(reader.skip(end + 1, "regional"), "office noun") is not None:
        return
    # "Malawi's south and central Mozambique" are two places.
    if reader.word(at - 1) == "'s" and reader.direction(begin, "direction noun") and end > begin + 1:
        return
    if reader.joint(end + 1) or reader.goes_on(end + 1) or _is_name(reader, begin, end, toponym):
        return
    if _locates(reader, at, end, toponym):
        return
    yield Reading(at, end + 1, "part", Part(toponym, directions))


def _of_people(reader: Reader, at: int) -> Iterator[Reading]:
    """The northern Syrian countryside, eastern Ukrainian regions.  Not "eastern Congolese city of Goma"."""
    begin = reader.past_degree(at)
    end, directions = reader.directions(begin)
    people = reader.demonym(end)
    if not directions or people is None or reader.joint(end) or reader.joint(at):
        return
    noun = reader.take(end + 1, "part noun")
    if noun is None or _names_one(reader, noun.end) or not reader.places[people].is_area:
        return
    yield Reading(at, noun.end, "part", Part(people, directions))


def _of_name(reader: Reader, at: int) -> Iterator[Reading]:
    """The north and west of Mali, the far north of the country, northern parts of Gaza, the heart of Kyiv."""
    begin = reader.past_degree(at)
    end, directions = reader.directions(begin)
    middle = reader.take(begin, "middle")
    around = reader.take(end, "outskirts") is not None
    if directions and (noun := reader.take(end, "part noun")) is not None:
        end = noun.end
    elif middle is not None and reader.word(at - 1) == "the":
        end, directions = middle.end, (middle.value,)
    elif not _is_side(reader, at, begin, end):
        return
    if not directions or reader.joint(at) or reader.word(end) != "of":
        return
    target = reader.skip(end + 1, "the")
    if (country := reader.take(target, "the country")) is not None and target > end + 1:
        yield _reading(at, country.end, context.country(reader, at), directions)
        return
    found = reader.anchor(end + 1)
    if found is None:
        return
    if around and reader.places[found.toponym].feature_class == "P":
        return
    # "the heart of Europe" is no place; "in the centre of Mali" is.
    idiom = reader.word(begin) == "heart" or reader.word(at - 2) != "in"
    if middle is not None and idiom and reader.is_wide(found.toponym):
        return
    if _is_named(reader, end, found.toponym):
        return
    yield Reading(at, found.end, "part", Part(found.toponym, directions))


def _is_side(reader: Reader, at: int, begin: int, end: int) -> bool:
    """Whether "north of" is a part ("the north of Mali") and not a way ("to the north of Kyiv")."""
    nouns_end, nouns = reader.directions(begin, "direction noun")
    if not nouns or nouns_end != end:
        return False
    behind = reader.anchor(end + 1) if reader.word(end) == "of" else None
    area = behind is not None and reader.places[behind.toponym].is_area
    country = reader.word(end + 1) == "the" and reader.take(end + 2, "the country") is not None
    if reader.word(at - 1) != "the" and reader.word(at - 2) == "the" and reader.terminals[at - 1].is_word:
        return _is_adjective(reader, at - 1)  # the tropical north of Australia
    if reader.word(at - 1) != "the":
        return area and reader.word(at - 1) == "in"
    if reader.word(at - 2) != "to":
        return not (reader.word(at - 2) == "from" and not (area or country))
    return (area or country) and reader.before(at - 2, "after motion", 2)


def _is_named(reader: Reader, end: int, toponym: Toponym) -> bool:
    """Whether "the eastern region of Donetsk" names what is the part."""
    return reader.word(end - 1) in (
        "region",
        "regions",
        "provinces",
        "districts",
        "states",
        "territory",
    ) and (not reader.is_country(toponym))


def _of_owner(reader: Reader, at: int) -> Iterator[Reading]:
    """Ukraine's east, Mali's restive north, Ukraine's northern regions, the country's north-east."""
    toponym = reader.name(at)
    own = reader.take(at, "the country") is not None and reader.word(at - 1) == "the"
    if (toponym is None and not own) or reader.word(at + 1) != "'s" or reader.joint(at):
        return
    for adjectives in reader.adjectives(at + 2):
        begin = reader.past_degree(adjectives)
        end, directions = reader.directions(begin)
        if not directions:
            if adjectives < len(reader) and not _is_adjective(reader, adjectives):
                return
            continue
        noun = reader.take(end, "part noun")
        nouns_end, nouns = reader.directions(begin, "direction noun")
        if noun is not None and not _names_one(reader, noun.end):
            end = noun.end
        elif noun is not None or not nouns or not _stands_alone(reader, nouns_end):
            return
        elif (
            toponym is not None and not reader.places[toponym].is_area and not _ends_phrase(reader, nouns_end)
        ):
            return  # the Capitol's north steps
        else:
            end, directions = nouns_end, nouns
        yield _reading(at, end, toponym if toponym is not None else context.country(reader, at), directions)
        return


def _reading(at: int, end: int, whole: Toponym | None, directions: tuple[str, ...]) -> Reading:
    if whole is None:
        return Reading(at, end, "part", None, _NOBODY)
    return Reading(at, end, "part", Part(whole, directions))


def _locates(reader: Reader, at: int, end: int, toponym: Toponym) -> bool:
    """Whether it says where a place is: "Nigeria's northern Kano", "eastern Anhui province".

    Or where one in it is: "southern US states of Texas and Louisiana".
    """
    if reader.is_country(toponym):
        kinds = ("settlement noun", "settlement nouns", "part noun")
        noun = any(reader.take(end + 1, kind) is not None for kind in kinds)
        return noun and reader.word(end + 2) == "of"
    if reader.take(end + 1, "area noun") is not None:
        return not reader.terminals[end + 1].capital
    return reader.word(at - 1) == "'s"


def _is_name(reader: Reader, begin: int, end: int, toponym: Toponym) -> bool:
    """Whether direction and name are together a name: "West Bank", "northern Ireland", "southern Africa".

    In lower case a country keeps its parts: "western Australia" is some of Australia.
    """
    first = reader.terminals[begin]
    text = " ".join(word.word for word in reader.terminals[begin:end]) + " " + toponym.text
    water = reader.places[toponym].feature_class == "H"
    if not first.capital and (water or reader.is_country(toponym)):
        return False
    return reader.is_name(text)


def _ends_phrase(reader: Reader, at: int) -> bool:
    """Whether no noun can follow."""
    if at >= len(reader) or not reader.terminals[at].is_word:
        return True
    return reader.take(at, "stop") is not None or reader.word(at) in ("and", "or")


def _is_border(reader: Reader, at: int) -> bool:
    return reader.take(at, "border") is not None


def _names_one(reader: Reader, at: int) -> bool:
    """Whether the part is named next: "eastern regions of Donetsk and Luhansk"."""
    behind = at + 1 if reader.word(at) == "of" else at
    return reader.name(behind) is not None or (behind < len(reader) and reader.terminals[behind].capital)


def _is_adjective(reader: Reader, at: int) -> bool:
    word = reader.word(at)
    if reader.joint(at) or reader.joint(at + 1) or reader.take(at, "degree") is not None:
        return True
    return word == "," or any(word.endswith(ending) for ending in _ENDINGS)


_ENDINGS = ("ive", "ous", "ful", "al", "ile", "ic", "ant", "ent", "ed", "y", "ish", "ote", "en", "less", "id")


def _stands_alone(reader: Reader, at: int) -> bool:
    """Whether "east" is the noun.

    Not in "Yemen's east coast", "Sudan's West Darfur", "Ukraine's army north of Kyiv".
    """
    word = reader.word(at)
    if reader.joint(at) or reader.goes_on(at) or word == "of" or word in load_folded_words("place_nouns"):
        return False
    return at >= len(reader) or reader.terminals[at].name is None
