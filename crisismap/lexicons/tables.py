"""The curated tables as value types."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from crisismap.lexicons.rows import COUNTRY, OURS, OWN_ID, load_rows
from crisismap.model import Tier
from crisismap.paths import data_path

__all__ = [
    "Abbreviation",
    "Demonym",
    "DemonymForm",
    "Gap",
    "GapKind",
    "GeoNamesId",
    "Landmark",
    "PlaceName",
    "Region",
    "RelationWord",
    "Seat",
    "SeatStatus",
    "Use",
    "load_abbreviations",
    "load_demonyms",
    "load_gaps",
    "load_geonames_ids",
    "load_landmarks",
    "load_place_names",
    "load_regions",
    "load_relations",
    "load_seats",
]

_PHRASE = re.compile(r"[^\W\d_A-Z]+( [^\W\d_A-Z]+)*")
_COUNTRY_OR_NONE = re.compile(f"({COUNTRY.pattern})?")
_REGION_FEATURE_CLASSES = ("A", "H", "L", "T", "V")


class DemonymForm(StrEnum):
    """How a demonym is used."""

    ADJECTIVE = "adjective"
    """Before a noun: "Turkish forces"."""
    PEOPLE = "people"
    """As a noun: "Turks"."""
    BOTH = "both"
    """Either: "Ukrainian"."""


class Use(StrEnum):
    """Where an abbreviation is a place."""

    ANYWHERE = "anywhere"
    AFTER_SETTLEMENT = "after_settlement"
    """Only behind a settlement: "Portland, Ore."."""


class SeatStatus(StrEnum):
    """What a place is to a country of which GeoNames names no capital."""

    SEAT = "seat"
    """Its government works there."""
    MAIN = "main"
    """Its main place; the government is elsewhere or disputed."""


class GapKind(StrEnum):
    """What a country can lack."""

    CAPITAL = "capital"
    DEMONYM = "demonym"


@dataclass(frozen=True, slots=True)
class Demonym:
    """A people or an adjective of a place; several rows with one text are several readings."""

    text: str
    place: str
    form: DemonymForm


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A short form, matched with its case and its dots."""

    text: str
    place: str
    use: Use


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a country without an undisputed capital is governed from, or its main place."""

    country_code: str
    place: str
    status: SeatStatus
    note: str
    """What is disputed about it."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What a country has none of, and why: a fact, not an oversight."""

    country_code: str
    lacks: GapKind
    reason: str


@dataclass(frozen=True, slots=True)
class PlaceName:
    """An English newsroom name of a place that the gazetteer's sources lack or rank low."""

    text: str
    place: str
    tier: Tier
    """PRIMARY, ALTERNATE, HISTORICAL or FOREIGN."""


@dataclass(frozen=True, slots=True)
class RelationWord:
    """A word or phrase of spatial expressions; one may be of several classes."""

    text: str
    """In lower case, its words parted by single spaces."""
    kind: str
    """What it does: "direction", "border", "unit" ..."""
    value: str
    """What it stands for: "north", kilometers; "" where the class says all."""


@dataclass(frozen=True, slots=True)
class GeoNamesId:
    """What GeoNames calls a place that the gazetteer has under an id of its own; it may list one twice."""

    number: int
    """The geonameid."""
    place: str
    """"crisismap:middle-east" or "naturalearth:1159118365"."""
    name: str
    """GeoNames' own name of it."""
    source: str


@dataclass(frozen=True, slots=True)
class Region:
    """A region, sea or landform of the news; ``lon``, ``lat`` (WGS 84 degrees) lie on it."""

    id: str
    """"crisismap:middle-east"."""
    name: str
    aliases: tuple[str, ...]
    feature_class: str
    """GeoNames: A, H, L, T or V."""
    feature_code: str
    """GeoNames: RGN, SEA, MTS ..."""
    country_code: str
    """ISO 3166-1 code of the one country that it lies in; "" where it lies in several or in none."""
    members: tuple[str, ...]
    """Countries and divisions that make it up; empty for water and for what no division fits."""
    lon: float
    lat: float
    extent_km: float
    """Radius around the point that roughly holds it."""
    source: str


@dataclass(frozen=True, slots=True)
class Landmark:
    """A building or site of the news, drawn as a point; ``lon``, ``lat`` are WGS 84 degrees."""

    id: str
    """"crisismap:kremlin"."""
    name: str
    aliases: tuple[str, ...]
    feature_code: str
    """GeoNames code within class S, the facilities: PAL, AIRB ..."""
    lon: float
    lat: float
    country_code: str
    stands_for: str
    """The place that the news means by its name: RU for the Kremlin; "" where only itself."""
    power: bool
    """Whether the news uses it as a name of those who rule or work there."""
    source: str


def load_demonyms(path: Path | None = None) -> tuple[Demonym, ...]:
    """Read ``demonyms.csv`` (``demonym,place,form``), or the table at ``path``.

    Raises:
        LexiconError: A row is malformed or repeated.
    """
    return load_rows(
        path or data_path("lexicons", "demonyms.csv"),
        ("demonym", "place", "form"),
        lambda row: Demonym(row.text("demonym"), row.place("place"), row.choice("form", DemonymForm)),
        lambda d: (d.text, d.place),
    )


def load_abbreviations(path: Path | None = None) -> tuple[Abbreviation, ...]:
    """Read ``abbreviations.csv`` (``abbreviation,place,use``), or the table at ``path``.

    Raises:
        LexiconError: A row is malformed or repeated.
    """
    return load_rows(
        path or data_path("lexicons", "abbreviations.csv"),
        ("abbreviation", "place", "use"),
        lambda row: Abbreviation(row.text("abbreviation"), row.place("place"), row.choice("use", Use)),
        lambda a: (a.text, a.place),
    )


def load_relations(path: Path | None = None) -> tuple[RelationWord, ...]:
    """Read ``relations.csv`` (``word,class,value``), or the table at ``path``.

    Raises:
        LexiconError: A row is malformed or repeated.
    """
    return load_rows(
        path or data_path("lexicons", "relations.csv"),
        ("word", "class", "value"),
        lambda row: RelationWord(
            row.match("word", _PHRASE, "lower-case words parted by single spaces"),
            row.text("class"),
            row.cells["value"],
        ),
        lambda word: (word.text, word.kind),
    )


def load_place_names(path: Path | None = None) -> tuple[PlaceName, ...]:
    """Read ``place_names.csv`` (``name,place,tier``), or the table at ``path``.

    Raises:
        LexiconError: A row is malformed or repeated.
    """
    tiers = {t.name.lower(): t for t in (Tier.PRIMARY, Tier.ALTERNATE, Tier.HISTORICAL, Tier.FOREIGN)}
    return load_rows(
        path or data_path("lexicons", "place_names.csv"),
        ("name", "place", "tier"),
        lambda row: PlaceName(row.text("name"), row.place("place"), row.option("tier", tiers)),
        lambda n: (n.text, n.place),
    )


def load_seats(path: Path | None = None) -> tuple[Seat, ...]:
    """Read ``seats.csv`` (``country,place,status,note``), or the table at ``path``.

    Raises:
        LexiconError: A row is malformed or a country repeated.
    """
    return load_rows(
        path or data_path("lexicons", "seats.csv"),
        ("country", "place", "status", "note"),
        lambda row: Seat(
            country_code=row.match("country", COUNTRY, "two capital letters"),
            place=row.place("place"),
            status=row.choice("status", SeatStatus),
            note=row.text("note"),
        ),
        lambda s: s.country_code,
    )


def load_gaps(path: Path | None = None) -> tuple[Gap, ...]:
    """Read ``lacking.csv`` (``country,lacks,reason``), or the table at ``path``.

    Raises:
        LexiconError: A row is malformed or repeated.
    """
    return load_rows(
        path or data_path("lexicons", "lacking.csv"),
        ("country", "lacks", "reason"),
        lambda row: Gap(
            country_code=row.match("country", COUNTRY, "two capital letters"),
            lacks=row.choice("lacks", GapKind),
            reason=row.text("reason"),
        ),
        lambda g: (g.country_code, g.lacks),
    )


def load_geonames_ids(path: Path | None = None) -> tuple[GeoNamesId, ...]:
    """Read ``geonames_ids.csv`` (``geonames,place,name,source``), or the table at ``path``.

    Raises:
        LexiconError: A row is malformed or its number repeated.
    """
    return load_rows(
        path or data_path("lexicons", "geonames_ids.csv"),
        ("geonames", "place", "name", "source"),
        lambda row: GeoNamesId(
            number=int(row.match("geonames", re.compile("[1-9][0-9]{0,8}"), "a geonameid")),
            place=row.match("place", OWN_ID, "crisismap:some-name or naturalearth:1159118365"),
            name=row.text("name"),
            source=row.text("source"),
        ),
        lambda i: i.number,
    )


def load_regions(path: Path | None = None) -> tuple[Region, ...]:
    """Read ``regions.csv``, or the table at ``path``; ``aliases`` and ``members`` are joined with ";".

    Raises:
        LexiconError: A row is malformed or its id repeated.
    """
    return load_rows(
        path or data_path("lexicons", "regions.csv"),
        (
            "id",
            "name",
            "aliases",
            "feature_class",
            "feature_code",
            "country",
            "members",
            "lon",
            "lat",
            "extent_km",
            "source",
        ),
        lambda row: Region(
            id=row.match("id", OURS, "crisismap:some-name"),
            name=row.text("name"),
            aliases=row.several("aliases"),
            feature_class=row.option("feature_class", {c: c for c in _REGION_FEATURE_CLASSES}),
            feature_code=row.match("feature_code", re.compile("[A-Z]{2,5}"), "a GeoNames code such as RGN"),
            country_code=row.match("country", _COUNTRY_OR_NONE, "two capital letters, or nothing"),
            members=row.members("members"),
            lon=row.number("lon", -180, 180),
            lat=row.number("lat", -90, 90),
            extent_km=row.number("extent_km", 0.1, 20_000),
            source=row.text("source"),
        ),
        lambda r: r.id,
    )


def load_landmarks(path: Path | None = None) -> tuple[Landmark, ...]:
    """Read ``landmarks.csv``, or the table at ``path``; ``aliases`` are joined with ";".

    Raises:
        LexiconError: A row is malformed or its id repeated.
    """
    return load_rows(
        path or data_path("lexicons", "landmarks.csv"),
        (
            "id",
            "name",
            "aliases",
            "feature_code",
            "lon",
            "lat",
            "country_code",
            "stands_for",
            "power",
            "source",
        ),
        lambda row: Landmark(
            id=row.match("id", OURS, "crisismap:some-name"),
            name=row.text("name"),
            aliases=row.several("aliases"),
            feature_code=row.match("feature_code", re.compile("[A-Z]{2,5}"), "a GeoNames code such as BLDG"),
            lon=row.number("lon", -180, 180),
            lat=row.number("lat", -90, 90),
            country_code=row.match("country_code", COUNTRY, "two capital letters"),
            stands_for=row.place("stands_for") if row.cells["stands_for"] else "",
            power=row.option("power", {"yes": True, "no": False}),
            source=row.text("source"),
        ),
        lambda m: m.id,
    )
