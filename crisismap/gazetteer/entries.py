"""An entry in the making, and where to put one that has no position of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from crisismap.gazetteer.lookup import exact_key
from crisismap.gazetteer.naming import name_keys, without_brackets
from crisismap.geodesy import EARTH_RADIUS_KM
from crisismap.model import Tier

__all__ = ["Entry", "is_near", "middle"]

# Longer names do not occur in running text, and each word more makes every match slower.
_MAX_KEY_WORDS = 8
_MAX_SHORT_LETTERS = 2


class _Located(Protocol):
    @property
    def lon(self) -> float: ...

    @property
    def lat(self) -> float: ...


@dataclass(slots=True)
class Entry:
    """An entry in the making."""

    id: int
    name: str
    feature: str
    lon: float
    lat: float
    country: str = ""
    population: int = 0
    alternates: int = 0
    own_id: str = ""
    code: str = ""
    """GeoNames code of a division with its parents: "US.CA.037"."""
    admin1: str = ""
    """Code of the first-level division that holds it, likewise with its country."""
    admin2: str = ""
    keys: dict[str, Tier] = field(default_factory=dict)

    def add(self, name: str, tier: Tier) -> None:
        """File the entry under each key of ``name``; less surely without brackets and article.

        A name of one or two letters holds only with its case: Us in Val-d'Oise is no pronoun.
        """
        if sum(letter.isalpha() for letter in name) <= _MAX_SHORT_LETTERS:
            self._add_key(exact_key(name), tier)
            return
        for key in name_keys(name):
            self._add_key(key, tier)
            if key.startswith("the "):
                self._add_key(key.removeprefix("the "), max(tier, Tier.ALTERNATE))
        if plain := without_brackets(name):
            self.add(plain, max(tier, Tier.ALTERNATE))

    def add_exact(self, abbreviation: str) -> None:
        """File the entry under an abbreviation, which holds only with its case."""
        self._add_key(exact_key(abbreviation), Tier.ABBREVIATION)

    def _add_key(self, key: str, tier: Tier) -> None:
        if key.count(" ") < _MAX_KEY_WORDS:
            self.keys[key] = min(tier, self.keys.get(key, tier))


def middle(members: Sequence[_Located]) -> tuple[float, float]:
    """The lon, lat of the member nearest to the mean position: a point that is certainly inside.

    Positions are averaged as vectors, so that the antimeridian is no edge.
    """
    vectors = [_unit_vector(member.lon, member.lat) for member in members]
    mean = [sum(axis) for axis in zip(*vectors, strict=True)]
    nearest = max(range(len(members)), key=lambda i: _dot(vectors[i], mean))
    return members[nearest].lon, members[nearest].lat


def is_near(lon: float, lat: float, members: Sequence[_Located], km: float) -> bool:
    """Whether any member lies within ``km`` of a point."""
    point = _unit_vector(lon, lat)
    cosine = math.cos(km / EARTH_RADIUS_KM)
    return any(_dot(_unit_vector(member.lon, member.lat), point) >= cosine for member in members)


def _dot(a: Sequence[float], b: Sequence[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def _unit_vector(lon: float, lat: float) -> tuple[float, float, float]:
    east, north = math.radians(lon), math.radians(lat)
    return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)
