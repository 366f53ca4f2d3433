"""Build time only: administrative divisions, their positions, and which name means them first."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence

from crisismap.gazetteer.building.records import Country, Division, DivisionPoint, Settlement
from crisismap.gazetteer.entries import Entry, is_near, middle
from crisismap.gazetteer.names import fold
from crisismap.gazetteer.naming import (
    adjective_stem,
    bare_name,
    english_division_name,
    is_usable_alternate,
    spelling,
)
from crisismap.model import Tier

__all__ = ["division_entries"]

_log = logging.getLogger(__name__)

# A settlement this large, against the division of the same name, is what the bare name means.
_CITY_SHARE = 0.12
# "Kharkiv region", "Anbar province": newsrooms use these words for divisions of any kind.
_NEWSROOM_KINDS = ("region", "province")
_FAR_KM = 150
_SEAT_KM = 50
_MAX_UINT8 = 255


def division_entries(
    divisions: Iterable[Division],
    settlements: Iterable[Settlement],
    countries: Iterable[Country],
    points: dict[int | str, DivisionPoint],
) -> list[Entry]:
    """Divisions that have a position; first level, then second level, each by id."""
    members: dict[str, list[Settlement]] = defaultdict(list)
    for settlement in settlements:
        admin1 = f"{settlement.country}.{settlement.admin1}"
        members[admin1].append(settlement)
        if settlement.admin2:
            members[f"{admin1}.{settlement.admin2}"].append(settlement)
    rivals = _Rivals(settlements, countries)
    entries: list[Entry] = []
    missing = 0
    for division in divisions:
        inside = members[division.code]
        known = points.get(division.id) or points.get(division.iso)
        point = _position(known, inside) or rivals.seat(division)
        if point is None:
            missing += 1
            continue
        country, first, *_ = division.code.split(".")
        is_first = division.code.count(".") == 1
        population = sum(s.population for s in inside if s.feature_code != "PPLX")
        names = (division.name, *division.aliases)
        english = known.names if known else ()
        # The bare name of a second-level division is rarely what a reader thinks of.
        name = english_division_name(names, english, kind := _kind(division, known), not is_first)
        overshadowed = any(
            rivals.overshadow(division, bare_name(n) or n, population)
            for n in (name, division.name, *english[:1])
        )
        if is_first and overshadowed:
            name = english_division_name(names, english, kind, overshadowed)
        entry = Entry(
            division.id,
            name,
            "A.ADM1" if is_first else "A.ADM2",
            *point,
            country=country,
            population=population,
            alternates=min(len(division.aliases), _MAX_UINT8),
            code=division.code,
            admin1=f"{country}.{first}",
            admin2="" if is_first else division.code,
        )
        kinds = {*_NEWSROOM_KINDS, kind.lower()} if is_first else {"district"}
        _add_division_names(entry, names, english, overshadowed, sorted(kinds - {""}))
        entries.append(entry)
    _log.info("%d divisions have no position in any source: left out", missing)
    return sorted(entries, key=lambda entry: (entry.code.count("."), entry.id))


def _position(known: DivisionPoint | None, inside: Sequence[Settlement]) -> tuple[float, float] | None:
    """The known point, unless every settlement is far from it: then it was drawn for another division."""
    if known and (not inside or is_near(known.lon, known.lat, inside, _FAR_KM)):
        return known.lon, known.lat
    return middle(inside) if inside else None


def _kind(division: Division, known: DivisionPoint | None) -> str:
    """What the division is in English; "" for a city, whose name needs no such word."""
    if "city" in division.kind.lower():
        return ""
    return known.kind if known else division.kind


class _Rivals:
    """Which cities and countries a reader thinks of first at the bare name of a division."""

    def __init__(self, settlements: Iterable[Settlement], countries: Iterable[Country]):
        self._countries = {(country.code, fold(country.name)) for country in countries}
        self._largest: dict[tuple[str, str], int] = {}
        self._seats: dict[tuple[str, str], Settlement] = {}
        self._known: dict[tuple[str, str], list[Settlement]] = defaultdict(list)
        """By first-level division and any usable name."""
        self._centers: dict[str, list[tuple[str, Settlement]]] = defaultdict(list)
        """By first-level division, the seats of second-level ones with their folded names."""
        self._capitals: set[tuple[str, str]] = set()
        """By country, of countries; by division, the seats of divisions."""
        for settlement in settlements:
            own = spelling(settlement.name)
            first = f"{settlement.country}.{settlement.admin1}"
            if settlement.feature_code == "PPLA2":
                self._centers[first].append((fold(settlement.name), settlement))
            for name in (settlement.name, *filter(is_usable_alternate, settlement.alternates)):
                self._known[first, fold(name)].append(settlement)
                if name == settlement.name or spelling(name) == own:
                    key = (settlement.country, fold(name))
                    self._largest[key] = max(settlement.population, self._largest.get(key, 0))
                    if settlement.feature_code == "PPLC":
                        self._capitals.add((settlement.country, fold(name)))
                    if settlement.feature_code in ("PPLA", "PPLC"):
                        self._capitals.add((first, fold(name)))
            seat = (first, fold(settlement.name))
            if settlement.population >= self._seats.setdefault(seat, settlement).population:
                self._seats[seat] = settlement

    def overshadow(self, division: Division, name: str, population: int) -> bool:
        """Whether ``name`` rather means the country, a city large beside the division, or its seat."""
        country = division.code.partition(".")[0]
        key = fold(name)
        return (
            (country, key) in self._countries
            or (division.code, key) in self._capitals
            or (country, key) in self._capitals  # "Washington" alone is the city, wherever the state lies
            or self._largest.get((country, key), 0) > _CITY_SHARE * population
        )

    def seat(self, division: Division) -> tuple[float, float] | None:
        """Where a second-level division without known members has its seat, by name within its parent.

        That is the settlement of its name; the settlements known under its name, where they lie together;
        the one seat whose name its adjective is made of ("Teykovskiy Rayon" of Teykovo).
        """
        parent = division.code.rpartition(".")[0]
        if "." not in parent:
            return None
        for name in (division.name, *division.aliases):
            if seat := self._seats.get((parent, fold(bare_name(name) or name))):
                return seat.lon, seat.lat
        for name in (division.name, *division.aliases):
            known = self._known.get((parent, fold(bare_name(name) or name)), [])
            if known and all(is_near(one.lon, one.lat, known[:1], _SEAT_KM) for one in known):
                largest = max(known, key=lambda one: (one.population, -one.id))
                return largest.lon, largest.lat
        if stem := adjective_stem(division.name):
            named = [seat for name, seat in self._centers[parent] if name.startswith(stem)]
            if len(named) == 1:
                return named[0].lon, named[0].lat
        return None


def _add_division_names(
    entry: Entry, names: Sequence[str], english: Sequence[str], overshadowed: bool, kinds: Sequence[str]
) -> None:
    """File a division under its names, and under its bare name with the words of newsrooms.

    Where a city or the country itself is what the bare name means, the division comes last.
    """
    lead = names[0]
    known = {fold(name) for name in names}
    english = [name for name in english if fold(name) in known]
    bare = {b for name in (entry.name, *english, *names) if (b := bare_name(name))}
    shorts = {bare_name(name) or name for name in (entry.name, lead, *english[:1])}
    last = {fold(name) for name in bare | shorts} if overshadowed else {fold(name) for name in bare}
    if not overshadowed:
        last.discard(fold(entry.name))
    for name in (entry.name, lead, *english, *filter(is_usable_alternate, names)):
        first_rank = name in (entry.name, lead, *english[:1])
        tier = Tier.PRIMARY if first_rank else Tier.ALTERNATE
        entry.add(name, Tier.STRIPPED if fold(name) in last else tier)
    for name in sorted(bare):
        entry.add(name, Tier.STRIPPED)
    for short in sorted(shorts):
        for kind in kinds:
            entry.add(f"{short} {kind}", Tier.ALTERNATE)
