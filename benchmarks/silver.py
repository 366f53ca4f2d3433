"""World news whose places hardly any reader would doubt, as further articles to fit the resolver on.

``ner-train.jsonl`` marks where place names stand in newswire of the whole world, not which places they are.
Most need no annotator: Paris is the capital of France where nothing speaks for another, and the only Tripoli
in a country that the article names is that one.  Names that call for judgment are left without a place.  The
corpora with places are small and one of them is local news of the United States; without these articles
"Berlin, Dublin and Lisbon" would be three towns of Ohio, and Yorkshire a town of Virginia.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from corpora import read_ner

from crisismap.evaluation import GoldArticle, GoldToponym
from crisismap.gazetteer import Gazetteer
from crisismap.gazetteer.hierarchy import is_country
from crisismap.geodesy import distances_km
from crisismap.model import Article, Place, Tier
from crisismap.recognition.scan import is_curated
from crisismap.resolution.candidates import CandidateFinder

__all__ = ["BULLETIN", "NEWSWIRE", "REGIONS", "read_world"]

SOURCE = "ewn"
NEWSWIRE = "newswire"
FAMOUS = 300_000
GREAT = 1_000_000
MANY = 5
"""Great cities with a namesake in one division: enough for a bulletin."""
DOMINANCE = 15
"""How much larger than any other of its name a place must be to need no further word."""
BULLETIN = "bulletin"
BULLETINS = 900
SHAPES = (
    "Leaders from {}, {} and {} met in {}.",
    "Talks between {} and {} failed on Monday.",
    "{} warned {} and {} not to send tanks.",
    "Protests spread to {}, {} and {} on Sunday.",
    "A bomb went off in {}, the police said.",
    "He flew from {} to {}.",
    "{}, {} and {} agreed on a truce.",
    "The mayor of {} said that {} was hit.",
    "Floods killed dozens in {} and {}.",
    "Troops entered {}; there was no word from {}.",
)
BULLETIN_DOMINANCE = 3
"""Enough beside others of their kind: Athens and Rome are in no list because of Georgia."""
TWIN_KM = 161.0
"""A smaller place of the same name this near is a part or a twin of it."""
REGIONS = "regions"
REGION_ROUNDS = 3
"""Sentences of each kind about a region and its namesake."""
SMALL = 100_000
"""People of a town that no reader thinks of when a region of its name is meant."""
REGION_SHAPES = (
    "Fighting went on in {} on Monday.",
    "A storm hit {} late on Sunday, officials said.",
    "People in {} and {} were told to leave.",
    "Prices rose in {}, {} and {}.",
    "Crews from {}, {} and {} fought the fire.",
    "Polls closed in {}, {} and {}, and votes are counted.",
    "He moved from {} to {} last year.",
    "The drought in {} has driven thousands to {}.",
)


def read_world(path: Path, gazetteer: Gazetteer) -> list[GoldArticle]:
    """Read newswire from ``ner-train.jsonl``, and add bulletins."""
    return [*read_newswire(path, gazetteer), *write_bulletins(gazetteer), *write_regions(gazetteer)]


def read_newswire(path: Path, gazetteer: Gazetteer) -> Iterator[GoldArticle]:
    """Read newswire articles with the places of the names that are beyond doubt."""
    finder = CandidateFinder(gazetteer)
    for document in read_ner(path, {SOURCE}):
        spans = sorted(span for span, label in document.entities.items() if label == "LOC")
        names = [document.text[start:end] for start, end in spans]
        countries = [country_of(name, finder, gazetteer) for name in names]
        codes = {int(gazetteer.columns.country[entry]) for entry in countries if entry is not None}
        toponyms = []
        for (start, end), name, country in zip(spans, names, countries, strict=True):
            entry = undoubted(name, codes, finder, gazetteer) if country is None else country
            if entry is None:
                toponyms.append(GoldToponym(start, end, name))
            else:
                toponyms.append(located(start, name, gazetteer.place(entry)))
        article = Article(f"{NEWSWIRE}/{document.id}", document.text)
        yield GoldArticle(article, tuple(toponyms))


def write_bulletins(gazetteer: Gazetteer) -> Iterator[GoldArticle]:
    """Made-up sentences about the great cities of the world, and about a namesake where the text says so.

    A third are about any great cities; a third about great cities that all have a namesake in one division:
    that Athens, Rome and Vienna are towns of Georgia too is no evidence.  In the last third the text names
    the division behind one of them, which makes it that town, and leaves the others open.
    """
    cities, namesakes = find_great_cities(gazetteer)
    chance = random.Random(1)
    for number in range(BULLETINS):
        pieces = chance.choice(SHAPES).split("{}")
        division, shared = chance.choice(namesakes)
        chosen = chance.sample(cities if number % 3 == 0 else sorted(shared), len(pieces) - 1)
        stated = chance.choice(chosen) if number % 3 == 2 else None
        slots: list[list[tuple[str, Place | None]]] = []
        for city in chosen:
            place = gazetteer.place(city)
            if city == stated:
                holder = gazetteer.place(division)
                slots.append([(place.name, gazetteer.place(shared[city])), (holder.name, holder)])
            else:
                slots.append([(place.name, place if stated is None else None)])
        yield write(f"{BULLETIN}/{number}", pieces, slots)


def write_regions(gazetteer: Gazetteer) -> Iterator[GoldArticle]:
    """Made-up sentences about regions of the world that small towns are named for, and about those towns.

    Alone, beside great cities and beside the city nearest to the town the name is the region's; with the
    division behind it, it is the town's.
    """
    cities, _ = find_great_cities(gazetteer)
    chance = random.Random(2)
    number = 0
    for region, town in find_regions(gazetteer):
        division, near = gazetteer.place(town).admin1_name, find_cities_near(town, gazetteer)
        for _ in range(REGION_ROUNDS):
            for meant, others, holder in ((region, cities, ""), (region, near, ""), (town, cities, division)):
                shapes = [shape for shape in REGION_SHAPES if shape.count("{}") <= len(others) + 1]
                pieces = chance.choice(shapes).split("{}")
                named = [meant, *chance.sample(others, len(pieces) - 2)]
                chance.shuffle(named)
                slots: list[list[tuple[str, Place | None]]] = []
                for entry in named:
                    place = gazetteer.place(entry)
                    slots.append([(place.name, place)])
                    if entry == meant and holder:
                        slots[-1].append((holder, None))
                yield write(f"{REGIONS}/{number}", pieces, slots)
                number += 1


def write(id: str, pieces: Sequence[str], slots: Sequence[Sequence[tuple[str, Place | None]]]) -> GoldArticle:
    """An article of one sentence: between its pieces names, joined with commas, and what they mean."""
    text, toponyms = pieces[0], []
    for names, piece in zip(slots, pieces[1:], strict=True):
        for at, (name, place) in enumerate(names):
            text += ", " if at else ""
            start, end = len(text), len(text) + len(name)
            toponyms.append(located(start, name, place) if place else GoldToponym(start, end, name))
            text += name
        text += piece
    return GoldArticle(Article(id, text), tuple(toponyms))


def find_regions(gazetteer: Gazetteer) -> Iterator[tuple[int, int]]:
    """Curated regions, seas and landforms whose name no place but small and distant towns bears, with one."""
    finder, columns = CandidateFinder(gazetteer), gazetteer.columns
    for entry in np.flatnonzero(is_curated(columns)).tolist():
        place = gazetteer.place(entry)
        found = finder.find(place.name)
        others = found.entries[(found.entries != entry) & (found.tiers <= Tier.ALTERNATE)]
        if place.feature_class not in ("L", "T", "H") or not len(others) or "(" in place.name:
            continue
        km = distances_km(place.lon, place.lat, columns.lon[others], columns.lat[others])
        towns = [gazetteer.place(other).feature_class == "P" for other in others.tolist()]
        small = columns.population[others].max() < SMALL
        largest = int(others[columns.population[others].argmax()])
        town = gazetteer.place(largest)
        if all(towns) and small and km.min() > 5 * TWIN_KM and town.name == place.name and town.admin1_name:
            yield entry, largest


def find_cities_near(town: int, gazetteer: Gazetteer) -> list[int]:
    """The two largest cities near a town."""
    columns, place = gazetteer.columns, gazetteer.place(town)
    large = np.flatnonzero((columns.population > SMALL) & (columns.country == columns.country[town]))
    km = distances_km(place.lon, place.lat, columns.lon[large], columns.lat[large])
    near = [entry for entry in large[km < TWIN_KM].tolist() if gazetteer.place(entry).feature_class == "P"]
    return sorted(near, key=lambda entry: -int(columns.population[entry]))[:2]


def located(start: int, name: str, place: Place) -> GoldToponym:
    return GoldToponym(start, start + len(name), name, "", place.id, place.lon, place.lat)


def find_great_cities(gazetteer: Gazetteer) -> tuple[list[int], list[tuple[int, dict[int, int]]]]:
    """The great cities of the world; and the divisions with namesakes of several, with these by the city."""
    finder, columns = CandidateFinder(gazetteer), gazetteer.columns
    cities: list[int] = []
    namesakes: dict[int, dict[int, int]] = {}
    for entry in np.flatnonzero(columns.population >= FAMOUS).tolist():
        place = gazetteer.place(entry)
        is_great = place.feature_code == "PPLC" or (place.feature_class == "P" and place.population >= GREAT)
        if not (is_great and place.name.isascii()):
            continue
        if undoubted(place.name, set(), finder, gazetteer, BULLETIN_DOMINANCE) == entry:
            cities.append(entry)
            found = finder.find(place.name)
            for other in found.entries[found.tiers == Tier.PRIMARY].tolist():
                division = int(columns.admin1[other]) - 1
                if division not in (-1, int(columns.admin1[entry]) - 1):
                    namesakes.setdefault(division, {}).setdefault(entry, other)
    return cities, [(division, some) for division, some in sorted(namesakes.items()) if len(some) >= MANY]


def country_of(name: str, finder: CandidateFinder, gazetteer: Gazetteer) -> int | None:
    """The country that a name means, if it is the name of nothing else that is large."""
    found = finder.find(name)
    countries = [
        entry
        for entry, tier in zip(found.entries.tolist(), found.tiers.tolist(), strict=True)
        if tier <= Tier.ALTERNATE and is_country(gazetteer.place(entry))
    ]
    if len(countries) != 1:
        return None
    others = found.entries[(found.entries != countries[0]) & (found.tiers <= Tier.ABBREVIATION)]
    large = gazetteer.columns.population[others].max(initial=0)
    return countries[0] if large * 2 < gazetteer.columns.population[countries[0]] else None


def undoubted(
    name: str, codes: set[int], finder: CandidateFinder, gazetteer: Gazetteer, dominance: int = DOMINANCE
) -> int | None:
    """The settlement that a name means, for its size or because only it lies in a country of the article."""
    found = finder.find(name)
    entries = found.entries[found.tiers <= Tier.ALTERNATE]
    columns = gazetteer.columns
    population = columns.population[entries].astype(np.int64)
    inside = np.isin(columns.country[entries], sorted(codes))
    for chosen, least in ((np.ones(len(entries), dtype=bool), FAMOUS), (inside, 0)):
        if not chosen.any():
            continue
        best = int(np.argmax(np.where(chosen, population, -1)))
        place = gazetteer.place(int(entries[best]))
        km = distances_km(place.lon, place.lat, columns.lon[entries], columns.lat[entries])
        far = population[km > TWIN_KM]
        rivals = population[chosen & (km > TWIN_KM)].max(initial=0)
        if population[best] <= max(dominance * rivals, least) or far.max(initial=0) > population[best]:
            continue  # another is as large, or larger: "Sydney" is not Sidney in Ohio
        divisions = [gazetteer.place(entry).feature_code == "ADM1" for entry in entries.tolist()]
        if place.feature_class == "P" and (place.feature_code == "PPLC" or not any(divisions)):
            return int(entries[best])
    return None
