"""A team's own places on top of a gazetteer, looked up like everything else.

Nothing is rebuilt, and the file underneath stays memory-mapped but for its columns (28 bytes an entry).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from crisismap.errors import GazetteerError
from crisismap.gazetteer.entries import Entry
from crisismap.gazetteer.lookup import Columns, Tables
from crisismap.gazetteer.name_index import LayeredNames, Postings
from crisismap.gazetteer.storage import Strings
from crisismap.model import Place, Tier

__all__ = ["OwnPlace", "layer"]

_MAX_UINT8 = 255
_LONGEST_ABBREVIATION = 5


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """A place that a team adds, and what else it is called; its divisions are not used."""

    place: Place
    aliases: tuple[str, ...] = ()


def layer(base: Tables, own: Sequence[OwnPlace], index_of: Callable[[str], int | None]) -> Tables:
    """Return the tables of ``base`` with those of ``own`` behind them.

    Args:
        base: the tables of the gazetteer underneath.
        own: the places to add; the first leads where several bear one name.
        index_of: the entry of an id in the gazetteer underneath.

    Raises:
        GazetteerError: an id is taken, or a name holds nothing that could be found in a text.
    """
    first = len(base.columns.id)
    places = [item.place for item in own]
    own_ids = dict(base.own_ids)
    taken: set[str] = set()
    for index, place in enumerate(places, first):
        if place.id in taken or index_of(place.id) is not None:
            raise GazetteerError(f"{place.name}: the id {place.id!r} is taken; give this place another id")
        taken.add(place.id)
        own_ids[index] = place.id
    countries = _extended(base.country_codes, [place.country_code for place in places])
    features = _extended(base.feature_codes, [_feature(place) for place in places])
    return Tables(
        columns=_columns(base.columns, places, countries, features),
        country_codes=countries,
        feature_codes=features,
        names=_Names(base.names, first, [place.name for place in places]),
        codes=base.codes,
        own_ids=own_ids,
        same_as=base.same_as,
        blocks=base.blocks,
        index=LayeredNames(base.index, _postings(own, first)),
    )


def _feature(place: Place) -> str:
    return f"{place.feature_class}.{place.feature_code}"


def _extended(known: Sequence[str], more: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*known, *more]))


def _columns(
    base: Columns, places: Sequence[Place], countries: Sequence[str], features: Sequence[str]
) -> Columns:
    country = {code: number for number, code in enumerate(countries)}
    feature = {code: number for number, code in enumerate(features)}
    own: dict[str, Sequence[float]] = {
        "lon": [place.lon for place in places],
        "lat": [place.lat for place in places],
        "population": [place.population for place in places],
        "country": [country[place.country_code] for place in places],
        "feature": [feature[_feature(place)] for place in places],
        # As well known as a curated place: whoever adds it writes about it.
        "alternates": [_MAX_UINT8] * len(places),
    }
    nothing = [0] * len(places)
    columns: dict[str, npt.NDArray[np.generic]] = {}
    for field in fields(Columns):
        values = getattr(base, field.name)
        dtype = np.dtype("<u2") if field.name == "feature" and len(features) > _MAX_UINT8 else values.dtype
        columns[field.name] = np.concatenate([values, np.array(own.get(field.name, nothing), dtype)])
        columns[field.name].flags.writeable = False
    return Columns(**columns)  # type: ignore[arg-type]


def _postings(own: Sequence[OwnPlace], first: int) -> dict[str, Postings]:
    found: dict[str, list[tuple[int, int]]] = {}
    for index, item in enumerate(own, first):
        entry = Entry(0, item.place.name, _feature(item.place), item.place.lon, item.place.lat)
        entry.add(item.place.name, Tier.PRIMARY)
        if not entry.keys:
            raise GazetteerError(
                f"{item.place.name!r}: a name of more than eight words is never found; shorten it"
            )
        for alias in item.aliases:
            if alias.isupper() and len(alias) <= _LONGEST_ABBREVIATION:
                entry.add_exact(alias)
            else:
                entry.add(alias, Tier.PRIMARY)
        for key, tier in entry.keys.items():
            found.setdefault(key, []).append((tier, index))
    return {
        key: (
            np.array([index for _, index in sorted(rows)], "<u4"),
            np.array([tier for tier, _ in sorted(rows)], "u1"),
        )
        for key, rows in found.items()
    }


class _Names:
    """The names of the gazetteer underneath, then more."""

    def __init__(self, base: Strings, first: int, more: Sequence[str]):
        self._base = base
        self._first = first
        self._more = more

    def __getitem__(self, index: int, /) -> str:
        return self._base[index] if index < self._first else self._more[index - self._first]
