"""The geopy geocoder: geopy's conventions, offline; and the fallback, against a server of our own."""

import json
import logging
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from geopy.adapters import URLLibAdapter
from geopy.exc import GeocoderQueryError
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import Nominatim
from geopy.geocoders.base import Geocoder
from geopy.point import Point
from hypothesis import given
from hypothesis import strategies as st

from crisismap.errors import OutputError
from crisismap.gazetteer import FallbackGeocoder, Gazetteer, GazetteerGeocoder
from crisismap.gazetteer.hierarchy import Hierarchy, Parents, PlaceRecord
from crisismap.gazetteer.nearest import nearest_settlements
from crisismap.gazetteer.online import ask_nominatim, nominatim
from crisismap.gazetteer.search import search


@pytest.fixture(scope="module")
def geocoder(gazetteer: Gazetteer) -> GazetteerGeocoder:
    return GazetteerGeocoder(gazetteer)


@pytest.fixture
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


# --- names with parents -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "place_id"),
    [
        ("Paris", "geonames:2988507"),
        ("Paris, Texas", "geonames:4717560"),
        ("Paris, TX", "geonames:4717560"),
        ("paris , Lamar County,Texas, USA", "geonames:4717560"),
        ("Paris, Ont.", "geonames:6942553"),
        ("Springfield, Illinois, USA", "geonames:4250542"),
        ("Tripoli, Lebanon", "geonames:266826"),
        ("Tripoli, Libya", "geonames:2210247"),
        ("Simferopol, Ukraine", "geonames:693805"),
        ("Washington, D.C.", "geonames:4140963"),
        ("Washington, D.C., USA", "geonames:4140963"),
        ("Brooklyn, New York", "geonames:5110302"),
        ("Kremlin, Moscow", "crisismap:kremlin"),
        ("Heathrow, London", "crisismap:heathrow"),
    ],
)
def test_parents_choose_the_place(gazetteer: Gazetteer, query: str, place_id: str) -> None:
    assert search(gazetteer, query)[0].place.id == place_id


@pytest.mark.parametrize(
    "query", ["", ",", " , ,", "Paris, Mars", "Simferopol, Qwxyzzy", "Texas, Texas", "Lyon, Texas", "a," * 50]
)
def test_a_parent_that_does_not_fit_leaves_nothing(gazetteer: Gazetteer, query: str) -> None:
    assert search(gazetteer, query) == []


def test_a_name_alone_is_a_plain_lookup(gazetteer: Gazetteer) -> None:
    assert search(gazetteer, "Tripoli") == gazetteer.lookup("Tripoli")


def test_parents_by_name(gazetteer: Gazetteer) -> None:
    hierarchy = Hierarchy(gazetteer)

    def parents(place_id: str) -> Parents:
        place = gazetteer.by_id(place_id)
        assert place is not None
        return hierarchy.parents(place)

    assert parents("geonames:4717560") == Parents("Lamar County", "Texas", "United States")
    assert parents("geonames:4736286") == Parents("", "", "United States")  # Texas
    assert parents("geonames:690791") == Parents()  # Ukraine
    assert parents("crisismap:middle-east") == Parents()
    kyiv = gazetteer.by_id("geonames:703448")
    assert kyiv is not None
    assert hierarchy.address(kyiv) == "Kyiv, Kyiv City, Ukraine"


def test_every_country_of_an_entry_has_a_name(gazetteer: Gazetteer) -> None:
    hierarchy = Hierarchy(gazetteer)
    first = {code: index for index, code in reversed(list(enumerate(gazetteer.columns.country.tolist())))}
    for index in first.values():
        place = gazetteer.place(index)
        if place.country_code:
            assert hierarchy.address(place).rpartition(", ")[2] != place.country_code
            assert hierarchy.parents(place).country_name or place.feature_code.startswith(("PCL", "TERR"))


# --- the settlement of a point ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lon", "lat", "name"),
    [
        (34.1, 44.95, "Simferopol"),
        (32.58, 15.58, "Khartoum"),  # the center of a quarter of it is nearer
        (37.62, 55.69, "Moscow"),
        (36.25, 49.92, "Kharkiv"),
        (2.24, 48.835, "Boulogne-Billancourt"),  # within Paris's disk, but at its own center
        (-74.0, 40.71, "New York City"),
    ],
)
def test_a_point_in_a_city_belongs_to_the_city(
    gazetteer: Gazetteer, lon: float, lat: float, name: str
) -> None:
    [(place, _)] = nearest_settlements(gazetteer, lon, lat)
    assert place.name == name


@pytest.mark.parametrize(("lon", "lat"), [(-30, 0), (0, 90), (0, -90), (-120, -40), (180, 60), (-180, 60)])
def test_nothing_is_near_at_sea_and_at_the_poles(gazetteer: Gazetteer, lon: float, lat: float) -> None:
    assert nearest_settlements(gazetteer, lon, lat) == []


def test_the_antimeridian_is_no_edge(gazetteer: Gazetteer) -> None:
    [(east, _)] = nearest_settlements(gazetteer, 179.99, -16.8)
    [(west, _)] = nearest_settlements(gazetteer, -179.99, -16.8)
    assert east == west


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_every_point_has_neighbors_in_reach_or_none(gazetteer: Gazetteer, lon: float, lat: float) -> None:
    found = nearest_settlements(gazetteer, lon, lat, within_km=50, limit=3)
    assert all(place.feature_class == "P" and 0 <= distance <= 50 for place, distance in found)


# --- geopy's conventions ------------------------------------------------------------------------------


def test_geocode_gives_a_location(geocoder: GazetteerGeocoder, no_sockets: None) -> None:
    assert isinstance(geocoder, Geocoder)
    found = geocoder.geocode("Paris, Texas", language="en", timeout=3)
    assert found.address == "Paris, Lamar County, Texas, United States"
    assert (found.latitude, found.longitude) == pytest.approx((33.66, -95.56), abs=0.01)
    assert found.raw == {
        "id": "geonames:4717560",
        "name": "Paris",
        "kind": "town",
        "lat": found.latitude,
        "lon": found.longitude,
        "feature_class": "P",
        "feature_code": "PPLA2",
        "admin2_code": "277",
        "admin2_name": "Lamar County",
        "admin1_code": "TX",
        "admin1_name": "Texas",
        "country_code": "US",
        "country_name": "United States",
        "population": 24782,
        "tier": "primary",
        "source": "gazetteer",
    }
    assert json.loads(json.dumps(found.raw)) == found.raw


def test_lists_limits_and_countries(geocoder: GazetteerGeocoder) -> None:
    assert len(geocoder.geocode("Springfield", exactly_one=False, limit=3)) == 3
    assert len(geocoder.geocode("Springfield", exactly_one=False)) == 10
    assert geocoder.geocode("Paris", country_codes="us").raw["country_code"] == "US"
    both = geocoder.geocode("Tripoli", exactly_one=False, country_codes=["LY", "lb"])
    assert {location.raw["country_code"] for location in both} == {"LY", "LB"}


@pytest.mark.parametrize("exactly_one", [True, False])
def test_not_found_is_none(geocoder: GazetteerGeocoder, exactly_one: bool) -> None:
    assert geocoder.geocode("Qwxyzzy", exactly_one=exactly_one) is None
    assert geocoder.geocode("Lyon", exactly_one=exactly_one, country_codes="UA") is None
    assert geocoder.reverse("0, -30", exactly_one=exactly_one) is None


@pytest.mark.parametrize("query", ["44.95, 34.1", Point(44.95, 34.1), (44.95, 34.1), [44.95, 34.1]])
def test_reverse_takes_what_geopy_takes(geocoder: GazetteerGeocoder, query: Any, no_sockets: None) -> None:
    found = geocoder.reverse(query)
    assert found.address == "Simferopol, Simferopol Raion, Crimea, Ukraine"
    assert found.raw["distance_km"] < 3
    several = geocoder.reverse(query, exactly_one=False, limit=3, language="en", timeout=1)
    assert several[0].raw["id"] == found.raw["id"]
    assert len(several) == 3


@pytest.mark.filterwarnings("ignore:Latitude normalization")
@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda g: g.geocode(""), "''"),
        (lambda g: g.geocode(None), "None"),
        (lambda g: g.geocode({"city": "Paris"}), "city"),
        (lambda g: g.geocode("Paris", limit=0), "limit 0"),
        (lambda g: g.reverse(None), "None"),
        (lambda g: g.reverse(()), "()"),
        (lambda g: g.reverse("Paris"), "'Paris'"),
        (lambda g: g.reverse((91, 0)), "(91, 0)"),
        (lambda g: g.reverse((float("nan"), 0)), "nan"),
        (lambda g: g.reverse((0, 0), within_km=0), "within_km 0"),
    ],
)
def test_bad_input_is_geopys_error(
    geocoder: GazetteerGeocoder, call: Callable[[GazetteerGeocoder], Any], says: str
) -> None:
    with pytest.raises(GeocoderQueryError) as raised:
        call(geocoder)
    assert says in str(raised.value)


def test_works_behind_a_rate_limiter_and_as_a_context_manager(geocoder: GazetteerGeocoder) -> None:
    with geocoder as inside:
        limited = RateLimiter(inside.geocode, min_delay_seconds=0)
        assert [limited(name) and limited(name).raw["id"] for name in ("Kyiv", "Qwxyzzy")] == [
            "geonames:703448",
            None,
        ]


def test_the_package_offers_what_it_lists() -> None:
    import crisismap.gazetteer

    for name in crisismap.gazetteer.__all__:
        assert getattr(crisismap.gazetteer, name) is not None
    with pytest.raises(AttributeError, match="Nonsense"):
        _ = crisismap.gazetteer.Nonsense


def test_geopy_is_imported_only_for_a_geocoder() -> None:
    code = (
        "import sys, crisismap.commands.find, crisismap.gazetteer.search; print('geopy' in sys.modules);"
        "from crisismap.gazetteer import GazetteerGeocoder; print('geopy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


# --- the fallback, asking a server of our own ---------------------------------------------------------

NEVERHAMLET = {
    "lat": "57.1",
    "lon": "-4.7",
    "display_name": "Neverhamlet, Scotland",
    "osm_type": "node",
    "osm_id": 7,
}


class Service:
    """Stands in for Nominatim: answers every request with ``status`` and ``body``; counts them."""

    def __init__(self, port: int):
        self.port = port
        self.status = 200
        self.body = json.dumps([NEVERHAMLET])
        self.asked: list[str] = []
        self.release = threading.Event()
        self.release.set()

    def geocoder(self) -> Nominatim:
        return Nominatim(
            user_agent="tests",
            domain=f"127.0.0.1:{self.port}",
            scheme="http",
            proxies={},
            adapter_factory=URLLibAdapter,  # geopy's other adapter tries again by itself
        )


@pytest.fixture
def service() -> Iterator[Service]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            stand_in.asked.append(parse_qs(urlsplit(self.path).query)["q"][0])
            stand_in.release.wait(10)
            body = stand_in.body.encode()
            with suppress(ConnectionError):  # from who did not wait
                self.send_response(stand_in.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    stand_in = Service(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield stand_in
    stand_in.release.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def fallback(
    geocoder: GazetteerGeocoder, service: Service, tmp_path: Path
) -> Callable[..., FallbackGeocoder]:
    def make(**options: Any) -> FallbackGeocoder:
        settings = {"cache_dir": tmp_path / "cache", "min_delay_seconds": 0, **options}
        return FallbackGeocoder(geocoder, service.geocoder(), **settings)

    return make


Make = Callable[..., FallbackGeocoder]


def test_what_the_gazetteer_has_is_not_asked(fallback: Make, service: Service) -> None:
    geocoder = fallback()
    assert geocoder.geocode("Kyiv").raw["id"] == "geonames:703448"
    assert geocoder.reverse("44.95, 34.1").raw["name"] == "Simferopol"
    assert service.asked == []


def test_found_online_once_and_then_on_disk(fallback: Make, service: Service) -> None:
    first = fallback().geocode("  Neverhamlet\n")
    assert (first.address, first.latitude, first.longitude) == ("Neverhamlet, Scotland", 57.1, -4.7)
    assert service.asked == ["Neverhamlet"]
    service.status = 500
    again = fallback()
    assert again.geocode("Neverhamlet") == first
    assert again.geocode("Neverhamlet").raw == NEVERHAMLET
    assert again.geocode("Neverhamlet", exactly_one=False) == [first]
    assert len(service.asked) == 1


def test_not_found_is_remembered_too(fallback: Make, service: Service) -> None:
    service.body = "[]"
    assert fallback().geocode("Neverhamlet") is None
    assert fallback().geocode("Neverhamlet", exactly_one=False) is None
    assert len(service.asked) == 1


def test_another_service_and_other_options_are_asked_anew(fallback: Make, service: Service) -> None:
    fallback().geocode("Neverhamlet")
    fallback(online_options={"language": "en"}).geocode("Neverhamlet")
    assert len(service.asked) == 2


@pytest.mark.filterwarnings("ignore:Latitude normalization")
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, "slow down"),
        (403, "no"),
        (500, "oops"),
        (200, "<html>\x1b[2J not JSON"),
        (200, '"words"'),
        (200, "[1, 2]"),
        (200, '[{"display_name": "X", "lat": "95", "lon": "0"}]'),
        (200, '[{"display_name": "X", "lat": "nan", "lon": "0"}]'),
        (200, '[{"display_name": 5, "lat": "5", "lon": "0"}]'),
        (200, '{"error": "broken"}'),
    ],
)
def test_a_failing_service_costs_a_warning_and_is_asked_again(
    fallback: Make, service: Service, caplog: pytest.LogCaptureFixture, status: int, body: str
) -> None:
    good, service.status, service.body = service.body, status, body
    geocoder = fallback()
    assert geocoder.geocode("Neverhamlet") is None
    assert "'Neverhamlet' was not looked up online" in caplog.text
    assert "\x1b" not in caplog.text
    service.status, service.body = 200, good
    assert geocoder.geocode("Neverhamlet").address == "Neverhamlet, Scotland"


def test_a_slow_service_is_given_up(
    fallback: Make, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    service.release.clear()
    assert fallback(timeout=0.05).geocode("Neverhamlet") is None
    assert "TimedOut" in caplog.text


def test_no_service_at_all(
    fallback: Make, geocoder: GazetteerGeocoder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(socket.socket()) as unused:
        unused.bind(("127.0.0.1", 0))
        domain = f"127.0.0.1:{unused.getsockname()[1]}"
        online = Nominatim(user_agent="tests", domain=domain, scheme="http", proxies={})
        broken = FallbackGeocoder(geocoder, online, cache_dir=tmp_path, min_delay_seconds=0)
        assert broken.geocode("Neverhamlet") is None
    assert "GeocoderUnavailable" in caplog.text


def test_a_service_that_keeps_failing_is_left_alone(
    fallback: Make, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    service.status = 503
    geocoder = fallback()
    for number in range(10):
        assert geocoder.geocode(f"Neverhamlet {number}") is None
    assert len(service.asked) == 3
    assert "is not asked again" in caplog.text
    service.status = 200
    assert fallback().geocode("Neverhamlet 9").address == "Neverhamlet, Scotland"


@pytest.mark.parametrize(
    "damage", ["nonsense", "[[1]]", '{"a": 1}', "5", '[["Neverhamlet", NaN, 0, null]]', "[[7, 0, 0, null]]"]
)
def test_a_damaged_answer_is_dropped_and_asked_again(
    fallback: Make, service: Service, tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    first = fallback().geocode("Neverhamlet")
    with closing(sqlite3.connect(tmp_path / "cache" / "geocoding.sqlite")) as database, database:
        assert database.execute("UPDATE answers SET locations = ?", (damage,)).rowcount == 1
    assert fallback().geocode("Neverhamlet") == first
    assert "dropped a damaged answer for 'Neverhamlet'" in caplog.text
    assert fallback().geocode("Neverhamlet") == first
    assert len(service.asked) == 2


@pytest.mark.parametrize("raw", [5, "x", [], {}, {"address": 5, "name": 7, "type": None}])
def test_odd_records_are_read_without_a_crash(
    gazetteer: Gazetteer, service: Service, tmp_path: Path, raw: Any
) -> None:
    def ask() -> list[PlaceRecord]:
        url = f"http://127.0.0.1:{service.port}"
        return ask_nominatim(gazetteer, "Neverhamlet", url, "me@example.org", tmp_path / "cache")

    [before] = ask()
    assert (before.name, before.id, before.country_code) == ("Neverhamlet", "osm:node/7", "")
    damaged = json.dumps([["Neverhamlet, Scotland", 57.1, -4.7, raw]])
    with closing(sqlite3.connect(tmp_path / "cache" / "geocoding.sqlite")) as database, database:
        assert database.execute("UPDATE answers SET locations = ?", (damaged,)).rowcount == 1
    [after] = ask()
    assert (after.lat, after.lon, after.country_name) == (57.1, -4.7, "")
    assert len(service.asked) == 1


def test_a_damaged_cache_is_dropped(
    fallback: Make, service: Service, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "geocoding.sqlite").write_bytes(b"no database at all" * 100)
    assert fallback().geocode("Neverhamlet").address == "Neverhamlet, Scotland"
    assert "dropped the damaged cache" in caplog.text
    fallback().geocode("Neverhamlet")
    assert len(service.asked) == 1


def test_a_cache_that_cannot_be_written_is_only_slow(
    fallback: Make, service: Service, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cache" / "geocoding.sqlite").mkdir(parents=True)
    assert fallback().geocode("Neverhamlet").address == "Neverhamlet, Scotland"
    assert "unable to open" in caplog.text


def test_a_cache_folder_that_cannot_be_made_is_an_error(fallback: Make, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="give another folder"):
        fallback(cache_dir=tmp_path / "file" / "cache")


def test_bad_input_and_odd_names(fallback: Make, service: Service) -> None:
    with pytest.raises(GeocoderQueryError):
        fallback().geocode(" ")
    service.body = "[]"
    assert fallback().geocode("Xyzzy\ud800ville") is None
    assert service.asked == ["Xyzzy?ville"]


@pytest.mark.parametrize("server", ["", "elsewhere", "ftp://example.org", "http://"])
def test_a_server_is_a_url_or_the_public_one(server: str) -> None:
    assert nominatim("nominatim", "me@example.org").api == "https://nominatim.openstreetmap.org/search"
    with pytest.raises(ValueError, match="URL of a Nominatim server"):
        nominatim(server, "me@example.org")


def test_requests_are_spaced(fallback: Make, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    clock = iter(range(0, 1000, 2))  # two seconds pass between any two looks at the clock

    monkeypatch.setattr(RateLimiter, "_clock", lambda self: next(clock))
    monkeypatch.setattr(RateLimiter, "_sleep", lambda self, seconds: waits.append(seconds))
    geocoder = fallback(min_delay_seconds=5)
    geocoder.geocode("Neverhamlet 1")
    geocoder.geocode("Neverhamlet 2")
    assert waits == [3, 1]


def test_nothing_is_logged_for_names_that_are_found(fallback: Make, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        fallback().geocode("Neverhamlet")
    assert caplog.records == []
