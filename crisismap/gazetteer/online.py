"""Asking a service on the net for names that the gazetteer lacks: only where a caller wants it.

What is asked leaves this machine: each name goes to the service, once.  Answers, "there is none" included,
are kept on disk, requests are spaced, and a service that keeps failing is left alone.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from geopy.adapters import URLLibAdapter
from geopy.exc import GeopyError
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import Nominatim
from geopy.geocoders.base import Geocoder
from geopy.location import Location
from geopy.point import Point

from crisismap.errors import OutputError
from crisismap.gazetteer.geocoder import GazetteerGeocoder
from crisismap.gazetteer.hierarchy import PlaceRecord
from crisismap.gazetteer.lookup import Gazetteer

__all__ = ["FallbackGeocoder", "ask_nominatim", "nominatim"]

_log = logging.getLogger(__name__)

_MAX_FAILURES = 3
_PUBLIC_NOMINATIM = "https://nominatim.openstreetmap.org"


class FallbackGeocoder:
    """Answers from ``offline``; asks ``online`` only for names that ``offline`` lacks.

    The online service never costs an article: when it is down, slow, refuses or answers nonsense, a warning
    is logged and the name is not found.  After three failures in a row it is not asked again by this object.

    Args:
        offline: asked first, such as :class:`GazetteerGeocoder`.
        online: any geopy geocoder in synchronous mode, such as ``Nominatim(user_agent="me@example.org")``.
        cache_dir: a folder for the service's answers, made where missing; delete it to ask again.
        min_delay_seconds: between two requests; public services ask for one second.
        timeout: seconds to wait for an answer.
        online_options: more arguments for ``online.geocode``, such as ``{"language": "en"}``.

    Raises:
        OutputError: ``cache_dir`` cannot be made.
    """

    def __init__(
        self,
        offline: Geocoder,
        online: Geocoder,
        *,
        cache_dir: Path,
        min_delay_seconds: float = 1.0,
        timeout: float = 10.0,
        online_options: Mapping[str, Any] | None = None,
    ):
        self._offline = offline
        self._options = {"exactly_one": False, **(online_options or {}), "timeout": timeout}
        self._ask: Callable[..., Any] = RateLimiter(
            online.geocode,
            min_delay_seconds=min_delay_seconds,
            max_retries=0,
            error_wait_seconds=min_delay_seconds,
            swallow_exceptions=False,
        )
        options = json.dumps(dict(online_options or {}), sort_keys=True, default=str)
        self._service = " ".join([type(online).__name__, str(getattr(online, "domain", "")), options])
        self._cache = _Cache(cache_dir)
        self._failures = 0

    def geocode(self, query: str, *, exactly_one: bool = True) -> Location | list[Location] | None:
        """Find the places of a name, offline if it can be; None where neither source has one.

        A Location's ``raw`` is the record of the source that answered; only the gazetteer's have ``tier``.

        Raises:
            GeocoderQueryError: ``query`` is not a string or empty.
        """
        found = self._offline.geocode(query, exactly_one=exactly_one)
        if found is not None:
            return found
        # What no text can hold, half a surrogate pair, cannot be sent either.
        sendable = query.encode("utf-8", "replace").decode("utf-8")
        locations = self._answers(" ".join(sendable.split()))
        if not locations:
            return None
        return locations[0] if exactly_one else locations

    def reverse(self, query: Any, *, exactly_one: bool = True) -> Location | list[Location] | None:
        """As ``offline.reverse``: points are never sent."""
        return self._offline.reverse(query, exactly_one=exactly_one)

    def _answers(self, query: str) -> list[Location]:
        cached = self._cache.get(self._service, query)
        if cached is not None:
            return cached
        if self._failures >= _MAX_FAILURES:
            return []
        try:
            answer = self._ask(query, **self._options)
            locations = [_checked(location) for location in answer or []]
        # The parsers of geopy's many services fail in their own ways on an answer they do not expect.
        except Exception as error:
            self._failures += 1
            kind = "" if isinstance(error, GeopyError) else "unexpected answer: "
            _log.warning(
                "%r was not looked up online: %s%s: %r", query, kind, type(error).__name__, str(error)
            )
            if self._failures == _MAX_FAILURES:
                _log.warning("%d requests in a row failed; the service is not asked again", _MAX_FAILURES)
            return []
        self._failures = 0
        self._cache.put(self._service, query, locations)
        return locations


def _checked(location: Any) -> Location:
    if not isinstance(location, Location) or not isinstance(location.address, str):
        raise TypeError(f"not a location: {location!r}")
    return location


def nominatim(server: str, user_agent: str) -> Nominatim:
    """Return the geopy geocoder of a Nominatim server.

    Args:
        server: its URL, or "nominatim" for the public one of OpenStreetMap.
        user_agent: who asks, with an address to complain to.

    Raises:
        ValueError: ``server`` is neither.
    """
    parts = urlsplit(_PUBLIC_NOMINATIM if server == "nominatim" else server)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(f"{server!r}: give 'nominatim', or the URL of a Nominatim server of your own")
    # geopy's adapter for the requests package tries again at once; this one leaves that to us.
    return Nominatim(
        domain=parts.netloc + parts.path,
        scheme=parts.scheme,
        user_agent=user_agent,
        adapter_factory=URLLibAdapter,
    )


def ask_nominatim(
    gazetteer: Gazetteer, name: str, server: str, user_agent: str, cache_dir: Path
) -> list[PlaceRecord]:
    """Return what a Nominatim server knows of a name that the gazetteer lacks; [] where it has it.

    Raises:
        OutputError: ``cache_dir`` cannot be made.
        ValueError: ``server`` is neither "nominatim" nor a URL.
    """
    offline = GazetteerGeocoder(gazetteer)
    geocoder = FallbackGeocoder(
        offline,
        nominatim(server, user_agent),
        cache_dir=cache_dir,
        online_options={"language": "en", "addressdetails": True},
    )
    if offline.geocode(name) is not None:
        return []
    return [_record(location, server) for location in geocoder.geocode(name, exactly_one=False) or []]


def _record(location: Location, server: str) -> PlaceRecord:
    raw: Mapping[str, Any] = location.raw if isinstance(location.raw, Mapping) else {}
    address = raw.get("address")
    within: Mapping[str, Any] = address if isinstance(address, Mapping) else {}

    def text(record: Mapping[str, Any], key: str) -> str:
        return str(record.get(key) or "")

    return PlaceRecord(
        id=f"osm:{text(raw, 'osm_type')}/{text(raw, 'osm_id')}",
        name=text(raw, "name") or location.address.partition(",")[0],
        kind=text(raw, "type").replace("_", " "),
        lat=round(location.latitude, 5),
        lon=round(location.longitude, 5),
        admin2_name=text(within, "county"),
        admin1_name=text(within, "state"),
        country_code=text(within, "country_code").upper(),
        country_name=text(within, "country"),
        source=server,
    )


class _Cache:
    """Answers by service and query, in one SQLite file; what is damaged is dropped and asked again."""

    def __init__(self, folder: Path):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"{folder}: cannot be made ({error.strerror}); give another folder for the cache"
            ) from None
        self._path = folder / "geocoding.sqlite"

    def get(self, service: str, query: str) -> list[Location] | None:
        """The cached Locations, [] for a name known to be missing; None where nothing is cached."""
        key = (service, query)
        row = self._run("SELECT locations FROM answers WHERE service = ? AND query = ?", *key)
        if row is None:
            return None
        try:
            return [Location(address, Point(lat, lon), raw) for address, lat, lon, raw in json.loads(row[0])]
        except (ValueError, TypeError):
            _log.warning("%s: dropped a damaged answer for %r", self._path, query)
            self._run("DELETE FROM answers WHERE service = ? AND query = ?", *key)
            return None

    def put(self, service: str, query: str, locations: list[Location]) -> None:
        """Keep an answer."""
        records = [[place.address, place.latitude, place.longitude, place.raw] for place in locations]
        text = json.dumps(records, default=str)
        self._run("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", service, query, text)

    def _run(self, sql: str, *values: str) -> Any:
        """Return the first row; the file is opened anew, so that threads and forks share nothing else."""
        try:
            with closing(sqlite3.connect(self._path)) as database, database:
                database.execute(
                    "CREATE TABLE IF NOT EXISTS answers"
                    " (service TEXT, query TEXT, locations TEXT, PRIMARY KEY (service, query)) WITHOUT ROWID"
                )
                return database.execute(sql, values).fetchone()
        except sqlite3.OperationalError as error:  # locked, read-only, no space: it may pass
            _log.warning("%s: %s", self._path, error)
        except sqlite3.DatabaseError as error:
            _log.warning("%s: dropped the damaged cache (%s)", self._path, error)
            self._path.unlink(missing_ok=True)
        return None
