"""What a place lies in, by name: what tells one Springfield from the next."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from crisismap.gazetteer.lookup import Gazetteer
from crisismap.gazetteer.wording import describe
from crisismap.model import Place, Tier

__all__ = ["Hierarchy", "Parents", "PlaceRecord", "is_country"]


@dataclass(frozen=True, slots=True)
class Parents:
    """English names of what a place lies in, "" where there is none or it is the place itself."""

    admin2_name: str = ""
    admin1_name: str = ""
    country_name: str = ""

    def __str__(self) -> str:
        """Narrow to wide, joined by commas: "Lamar County, Texas, United States"."""
        return ", ".join(_distinct(self.admin2_name, self.admin1_name, self.country_name))


@dataclass(frozen=True, slots=True)
class PlaceRecord:
    """A place with its parents in words: a row for people, JSON for programs.

    ``docs/geocoding.md`` documents the fields; what is unknown is "" or 0.
    """

    id: str
    name: str
    kind: str
    lat: float
    lon: float
    feature_class: str = ""
    feature_code: str = ""
    admin2_code: str = ""
    admin2_name: str = ""
    admin1_code: str = ""
    admin1_name: str = ""
    country_code: str = ""
    country_name: str = ""
    population: int = 0
    tier: str = ""
    source: str = "gazetteer"

    @property
    def within(self) -> str:
        """The parents, narrow to wide, on one line."""
        return str(Parents(self.admin2_name, self.admin1_name, self.country_name))


class Hierarchy:
    """Names the parents of a gazetteer's places."""

    def __init__(self, gazetteer: Gazetteer):
        self._gazetteer = gazetteer

    def parents(self, place: Place) -> Parents:
        """The divisions and the country that hold a place of the gazetteer.

        >>> gazetteer = Gazetteer.open()
        >>> str(Hierarchy(gazetteer).parents(gazetteer.by_id("geonames:4717560")))
        'Lamar County, Texas, United States'
        """
        index = self._gazetteer.index_of(place.id)
        admin2 = int(self._gazetteer.columns.admin2[index]) - 1 if index is not None else -1
        itself = index is not None and int(self._gazetteer.columns.admin1[index]) - 1 == index
        return Parents(
            admin2_name=self._gazetteer.place(admin2).name if admin2 >= 0 and admin2 != index else "",
            admin1_name="" if itself else place.admin1_name,
            country_name="" if is_country(place) else self._countries.get(place.country_code, ""),
        )

    def address(self, place: Place) -> str:
        """The place with its parents, as one line: "Paris, Lamar County, Texas, United States"."""
        return ", ".join(_distinct(place.name, *str(self.parents(place)).split(", ")))

    def record(self, place: Place, tier: Tier | None = None) -> PlaceRecord:
        """The place with its parents in words, and how the name that it was found by belongs to it."""
        parents = self.parents(place)
        return PlaceRecord(
            id=place.id,
            name=place.name,
            kind=describe(place.feature_class, place.feature_code, "", "", ""),
            lat=place.lat,
            lon=place.lon,
            feature_class=place.feature_class,
            feature_code=place.feature_code,
            admin2_code=place.admin2_code,
            admin2_name=parents.admin2_name,
            admin1_code=place.admin1_code,
            admin1_name=parents.admin1_name,
            country_code=place.country_code,
            country_name=parents.country_name,
            population=place.population,
            tier="" if tier is None else tier.name.lower(),
        )

    @cached_property
    def _countries(self) -> dict[str, str]:
        """English names by country code; where entries share a code, the one with most people names it."""
        gazetteer = self._gazetteer
        codes = [code.partition(".")[2] for code in gazetteer.feature_codes]
        countries = np.array([_is_country_code(code) for code in codes], dtype=bool)
        entries = np.flatnonzero(countries[gazetteer.columns.feature])
        by_population = entries[np.argsort(gazetteer.columns.population[entries], kind="stable")]
        places = [gazetteer.place(int(entry)) for entry in by_population]
        return {place.country_code: place.name for place in places}


def is_country(place: Place) -> bool:
    """Whether the place is a country or a dependent territory of today."""
    return _is_country_code(place.feature_code)


def _is_country_code(feature_code: str) -> bool:
    return feature_code.startswith(("PCL", "TERR")) and feature_code != "PCLH"


def _distinct(*names: str) -> list[str]:
    return list(dict.fromkeys(filter(None, names)))
