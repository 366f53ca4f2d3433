"""When an answer counts as right: the one rule, used for crisismap and for every other system.

A gold place that is not a country: the same id, or a point within 161 km (100 miles, the usual tolerance
of toponym resolution).  A gold place that is a country: the same country, or a point inside its
polygon, or its very own gold point.  Distance alone never decides a country, because its gold point
is a centroid.  ``docs/evaluation.md`` says the same in plain words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import shapely

from crisismap.geodesy import distance_km
from crisismap.model import Candidate, Place

from .gold import AnswerPlace, GoldToponym

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

__all__ = [
    "SAME_POINT_KM",
    "TOLERANCE_KM",
    "UNRESOLVED_KM",
    "Boundaries",
    "Gazetteer",
    "Judge",
]

TOLERANCE_KM = 161.0
"""A hundred miles: the tolerance of Acc@161, as the toponym resolution literature has it."""

UNRESOLVED_KM = 20039.0
"""The error of no answer: half of the equator (Gritta et al. 2018, doi:10.1007/s10579-017-9385-8)."""

SAME_POINT_KM = 15.0
"""Two points this close are one point rounded to a tenth of a degree.

Some countries' own points lie outside of their polygons: in the sea between islands (the Philippines), or
beyond a generalized boundary (the Vatican).
"""


class _Point(Protocol):
    @property
    def lon(self) -> float: ...
    @property
    def lat(self) -> float: ...


class Gazetteer(Protocol):
    """What judging needs of ``crisismap.gazetteer.Gazetteer``."""

    def by_id(self, place_id: str) -> Place | None:
        """Return the place with this id."""
        ...

    def lookup(self, name: str) -> Sequence[Candidate]:
        """Return every place of this name."""
        ...


class Boundaries(Protocol):
    """What judging needs of ``crisismap.gazetteer.Boundaries``."""

    def country(self, code: str) -> BaseGeometry | None:
        """Return a country's polygon, lon/lat."""
        ...

    def country_at(self, lon: float, lat: float) -> str:
        """Return the code of the country at a point, "" where there is none."""
        ...


class Judge:
    """Says whether an answer is right, and how far off it is.

    Args:
        gazetteer: tells which gold places are countries.
        boundaries: the countries' polygons.
    """

    def __init__(self, gazetteer: Gazetteer, boundaries: Boundaries) -> None:
        self.gazetteer = gazetteer
        self._boundaries = boundaries
        self._countries: dict[GoldToponym, str] = {}

    def is_right(self, gold: GoldToponym, place: AnswerPlace | None) -> bool:
        """Whether ``place`` is what ``gold`` means; ``gold`` must be located."""
        if place is None:
            return False
        if gold.place_id is not None and gold.place_id == place.id:
            return True
        if country := self.country_of(gold):
            return self._is_in_country(country, gold, place)
        return self.is_near(gold, place)

    def is_near(self, gold: GoldToponym, place: AnswerPlace | None) -> bool:
        """Whether ``place`` lies within 161 km of the gold point, whatever the gold place is."""
        return place is not None and _km(_point(gold), place) <= TOLERANCE_KM

    def error_km(self, gold: GoldToponym, place: AnswerPlace | None) -> float:
        """Return how far off an answer is: 0 inside the right country, 20,039 km for no answer."""
        if place is None:
            return UNRESOLVED_KM
        if (country := self.country_of(gold)) and self._is_in_country(country, gold, place):
            return 0.0
        return _km(_point(gold), place)

    def country_of(self, gold: GoldToponym) -> str:
        """Return the code of the country that a located gold place is, "" where it is none.

        A country without a polygon of its own (an overseas territory) is judged as any other place: "".
        """
        if gold not in self._countries:
            code = self._find_country(gold)
            self._countries[gold] = code if code and self._boundaries.country(code) is not None else ""
        return self._countries[gold]

    def _find_country(self, gold: GoldToponym) -> str:
        point = _point(gold)
        if gold.place_id is not None:
            known = self.gazetteer.by_id(gold.place_id)
            if known is not None:
                return known.country_code if _is_country(known.feature_code) else ""
            if gold.type.startswith("A.PCL"):
                return self._boundaries.country_at(point.lon, point.lat)
            return ""
        # A corpus without ids tells by name: a country's, with the gold point in that country or in the sea.
        around = self._boundaries.country_at(point.lon, point.lat)
        codes = (
            candidate.place.country_code
            for candidate in self.gazetteer.lookup(gold.text)
            if _is_country(candidate.place.feature_code)
        )
        return next((code for code in codes if around in ("", code)), "")

    def _is_in_country(self, country: str, gold: GoldToponym, place: AnswerPlace) -> bool:
        if _is_country(place.feature_code):
            return place.country_code == country
        return self._contains(country, place) or _km(_point(gold), place) <= SAME_POINT_KM

    def _contains(self, country: str, place: AnswerPlace) -> bool:
        polygon = self._boundaries.country(country)
        if polygon is None:
            return False
        shapely.prepare(polygon)
        return bool(shapely.intersects_xy(polygon, place.lon, place.lat))


def _km(a: _Point, b: _Point) -> float:
    return distance_km(a.lon, a.lat, b.lon, b.lat)


def _point(gold: GoldToponym) -> AnswerPlace:
    if gold.lon is None or gold.lat is None:
        raise ValueError(f"{gold.text!r} at {gold.start} has no coordinates; judge only located toponyms")
    return AnswerPlace(gold.lon, gold.lat)


def _is_country(feature_code: str) -> bool:
    # GeoNames: PCL and PCLI countries, PCLD dependencies, PCLS and the like semi-independent ones.
    return feature_code.startswith("PCL") and feature_code != "PCLH"
