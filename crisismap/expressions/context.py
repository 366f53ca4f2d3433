"""Whose: what "its", "the country", "their common border" and "the Turkish border" rest on."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from crisismap.expressions.reader import Reader
from crisismap.model import Toponym

__all__ = ["country", "division", "neighbor", "pair", "setting", "subject"]

_CONTEXT = 600  # characters


def subject(reader: Reader, at: int, besides: Sequence[Toponym] = ()) -> Toponym | None:
    """The country that "its" means: the only one that the sentence speaks of before, none if in doubt."""
    names = [n for n in range(at) if _is_country_at(reader, n, besides) and reader.name(n) is not None]
    outside = [n for n in names if not reader.before(_phrase(reader, n), "subject preposition")]
    if outside:
        return _only(reader, outside)
    if names:
        # Only an opening phrase has the subject behind a preposition: "In Mali, the army and its ...".
        return None
    return _only(reader, [n for n in range(at) if _is_country_at(reader, n, besides)])


def country(reader: Reader, at: int) -> Toponym | None:
    """What "the country" means: the only one that the sentence, or the text just before, has named."""
    names = [n for n in range(at) if _is_country_at(reader, n, ())]
    if names or not reader.terminals:
        return _only(reader, names)
    start = reader.terminals[0].start
    nearby = [t for t in reader.places if start - _CONTEXT <= t.start < start and reader.is_country(t)]
    if len({reader.places[t].id for t in nearby}) != 1:
        return None
    return max(nearby, key=lambda toponym: toponym.start)


def pair(reader: Reader, at: int) -> tuple[Toponym, Toponym] | None:
    """The two neighbors that "their border" is between: the only two countries named before."""
    names: dict[str, Toponym] = {}
    for n in range(at):
        toponym = reader.terminals[n].name
        if toponym is not None and _is_country_at(reader, n, ()):
            names.setdefault(reader.places[toponym].country_code, toponym)
    if len(names) != 2 or not reader.are_neighbors(*names):
        return None
    first, second = names.values()
    return first, second


def division(reader: Reader, at: int, other: Toponym) -> Toponym | None:
    """The last division of the same country that the sentence has named before: Texas, of Louisiana."""
    for n in range(at - 1, -1, -1):
        found = reader.owner(n)
        if found is None or reader.is_country(found) or reader.places[found].id == reader.places[other].id:
            continue
        same = reader.places[found].country_code == reader.places[other].country_code
        return found if same else None
    return None


def setting(reader: Reader, at: int, owner: Toponym) -> Toponym | None:
    """The one neighbor of a country where the sentence is set, or a division of it: "in northern Syria"."""
    if not reader.is_country(owner):
        return None
    others = [n for n in range(at) if _is_country_at(reader, n, (owner,))]
    if others:
        found = _only(reader, [n for n in others if _is_setting(reader, n)])
    elif codes := _countries_of_places(reader, at):
        found = _country_named(reader, at, codes) or _division_of(reader, at, codes)
    else:
        found = _country_before(reader, owner)
    if found is None:
        return None
    home, other = reader.places[found].country_code, reader.places[owner].country_code
    return found if home != other and reader.are_neighbors(home, other) else None


def neighbor(reader: Reader, at: int, owner: Toponym) -> Toponym | None:
    """The one neighbor of a country that the sentence has named before."""
    others = [n for n in range(at) if _is_country_at(reader, n, (owner,))]
    found = _only(reader, others)
    if found is None:
        return None
    return found if reader.are_neighbors(*(reader.places[t].country_code for t in (found, owner))) else None


def _country_before(reader: Reader, owner: Toponym) -> Toponym | None:
    """The only other country that the text has named just before the sentence."""
    start, home = reader.terminals[0].start, reader.places[owner].id
    nearby = [t for t in reader.places if start - _CONTEXT <= t.start < start and reader.is_country(t)]
    others = [t for t in nearby if reader.places[t].id != home]
    if len({reader.places[t].id for t in others}) != 1:
        return None
    return max(others, key=lambda toponym: toponym.start)


def _countries_of_places(reader: Reader, at: int) -> set[str]:
    """The codes of the countries in which the places lie that the sentence has named before."""
    names = [name for n in range(at) if (name := reader.name(n)) is not None and reader.is_literal(name)]
    return {code for name in names if (code := reader.places[name].country_code)}


def _country_named(reader: Reader, at: int, codes: Collection[str]) -> Toponym | None:
    """The country of the only code, if the text names it: last before the terminal, else first."""
    if len(codes) != 1:
        return None
    named = [t for t in reader.places if reader.places[t].country_code in codes and reader.is_country(t)]
    before = [t for t in named if t.start < reader.terminals[at].start]
    return max(before, key=lambda t: t.start) if before else min(named, key=lambda t: t.start, default=None)


def _division_of(reader: Reader, at: int, codes: Collection[str]) -> Toponym | None:
    """The last division that the sentence has named before, for the country of the only code."""
    found = (owner for n in range(at - 1, -1, -1) if (owner := reader.owner(n)) is not None)
    divisions = (owner for owner in found if {reader.places[owner].country_code} == set(codes))
    return next(divisions, None)


def _is_setting(reader: Reader, at: int) -> bool:
    toponym = reader.terminals[at].name
    if toponym is None or reader.demonym(at) is not None:
        return any(reader.take(n, "settlement noun") for n in (at + 1, at + 2))
    return reader.is_literal(toponym)


def _phrase(reader: Reader, at: int) -> int:
    return at - 1 if reader.word(at - 1) == "the" else at


def _is_country_at(reader: Reader, at: int, besides: Sequence[Toponym]) -> bool:
    toponym = reader.resolved(at)
    if toponym is None or not reader.is_country(toponym):
        return False
    return reader.places[toponym].id not in {reader.places[other].id for other in besides}


def _only(reader: Reader, found: Sequence[int]) -> Toponym | None:
    toponyms = [toponym for n in found if (toponym := reader.terminals[n].name) is not None]
    ids = {reader.places[toponym].id for toponym in toponyms}
    return toponyms[-1] if len(ids) == 1 else None
