"""The gazetteer behind geopy's interface, so that whatever takes a geopy geocoder can work offline.

>>> geocoder = GazetteerGeocoder()
>>> geocoder.geocode("Paris, Texas")
Location(Paris, Lamar County, Texas, United States, (33.66094, -95.55551, 0.0))
>>> geocoder.reverse("44.95, 34.1").raw["name"]
'Simferopol'
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeocoderQueryError
from geopy.geocoders.base import Geocoder
from geopy.location import Location
from geopy.point import Point

from crisismap.gazetteer.hierarchy import Hierarchy
from crisismap.gazetteer.lookup import Gazetteer
from crisismap.gazetteer.nearest import nearest_settlements
from crisismap.gazetteer.search import search
from crisismap.model import Place

__all__ = ["GazetteerGeocoder"]

_LIMIT = 10


class _NoAdapter(BaseSyncAdapter):  # type: ignore[misc]
    """What geopy would send requests through; here there are none."""

    def get_json(self, url: str, **_: Any) -> Any:
        raise AssertionError(f"the offline geocoder was about to fetch {url!r}")

    get_text = get_json


class GazetteerGeocoder(Geocoder):  # type: ignore[misc]
    """A geopy geocoder that answers from the gazetteer and opens no socket.

    As everywhere in geopy, points are latitude before longitude, what is not found is None, and a
    Location's ``raw`` is the source's own record, here a plain mapping with ``id``, ``name``, ``kind``,
    ``feature_code``, ``country_code``, ``admin1_name``, ``population`` and more (``docs/geocoding.md``).

    Args:
        gazetteer: the one that ships with crisismap if left out.
    """

    def __init__(self, gazetteer: Gazetteer | None = None):
        super().__init__(timeout=None, adapter_factory=_NoAdapter)
        self._gazetteer = gazetteer or Gazetteer.open()
        self._hierarchy = Hierarchy(self._gazetteer)

    def geocode(
        self,
        query: str,
        *,
        exactly_one: bool = True,
        language: str | bool | None = None,
        limit: int | None = None,
        country_codes: str | Iterable[str] | None = None,
        timeout: Any = None,
    ) -> Location | list[Location] | None:
        """Find the places of a name, best first.

        Args:
            query: a name, if need be with its parents: "Paris", "Paris, Texas", "Springfield, Illinois, USA".
            exactly_one: return the best Location, not a list.
            language: taken for geopy's sake; names are English where the gazetteer has an English one.
            limit: the longest list; 10 if left out.
            country_codes: keep to these ISO 3166-1 alpha-2 codes.
            timeout: taken for geopy's sake; nothing is waited for.

        Raises:
            GeocoderQueryError: ``query`` is not a string or empty, or ``limit`` is below 1.
        """
        if not isinstance(query, str) or not query.strip():
            raise GeocoderQueryError(f"query {query!r}: give a place name")
        limit = _checked(limit)
        codes = _codes(country_codes)
        return self._answer(
            [
                (candidate.place, asdict(self._hierarchy.record(candidate.place, candidate.tier)))
                for candidate in search(self._gazetteer, query)
                if not codes or candidate.place.country_code in codes
            ],
            exactly_one,
            limit,
        )

    def reverse(
        self,
        query: Point | str | Iterable[float],
        *,
        exactly_one: bool = True,
        language: str | bool | None = None,
        limit: int | None = None,
        within_km: float = 100.0,
        timeout: Any = None,
    ) -> Location | list[Location] | None:
        """Find the settlement that a point belongs to, or the nearest ones in order.

        A point within a city belongs to the city even where a hamlet's center is nearer;
        :func:`crisismap.gazetteer.nearest.nearest_settlements` says how that is weighed.

        Args:
            query: a geopy Point, a "lat, lon" string, or a pair of latitude and longitude.
            exactly_one: return the best Location, not a list.
            language: as in :meth:`geocode`.
            limit: the longest list; 10 if left out.
            within_km: look no farther; None is returned in the desert and at sea.
            timeout: as in :meth:`geocode`.

        ``raw`` has ``distance_km`` as well, from the point to the settlement's center.

        Raises:
            GeocoderQueryError: ``query`` is no point, or ``limit`` or ``within_km`` is too small.
        """
        try:
            point = _point(query)
        except (TypeError, ValueError):
            raise GeocoderQueryError(f"query {query!r}: give a latitude and a longitude") from None
        if not within_km > 0:
            raise GeocoderQueryError(f"within_km {within_km!r}: give a distance above 0")
        limit = _checked(limit)
        found = nearest_settlements(
            self._gazetteer, point.longitude, point.latitude, within_km=within_km, limit=limit
        )
        return self._answer(
            [(place, asdict(self._hierarchy.record(place)) | {"distance_km": km}) for place, km in found],
            exactly_one,
            limit,
        )

    def _answer(
        self, found: list[tuple[Place, dict[str, Any]]], exactly_one: bool, limit: int
    ) -> Location | list[Location] | None:
        locations = [
            Location(self._hierarchy.address(place), Point(place.lat, place.lon), raw)
            for place, raw in found[: 1 if exactly_one else limit]
        ]
        if not locations:
            return None
        return locations[0] if exactly_one else locations


def _point(query: Point | str | Iterable[float]) -> Point:
    if isinstance(query, Point | str):
        return Point(query)
    # geopy takes None and () for the point at 0, 0.
    lat, lon, *_ = query
    return Point(lat, lon)


def _checked(limit: int | None) -> int:
    if limit is None:
        return _LIMIT
    if limit < 1:
        raise GeocoderQueryError(f"limit {limit!r}: give 1 or more")
    return limit


def _codes(country_codes: str | Iterable[str] | None) -> frozenset[str]:
    codes = [country_codes] if isinstance(country_codes, str) else country_codes or ()
    return frozenset(code.strip().upper() for code in codes)
