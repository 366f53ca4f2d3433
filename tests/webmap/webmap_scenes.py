"""A hand-made reading of a short article and a small world to draw it on."""

from __future__ import annotations

import datetime as dt
import json

from shapely.geometry import LineString, box

from crisismap.model import (
    Article,
    Kind,
    Location,
    Mention,
    ParsedArticle,
    Place,
    Precision,
    Role,
    Sentence,
    SpatialExpression,
    Toponym,
)

CENTERS = {"UA": (32.0, 49.0), "RU": (60.0, 60.0), "FR": (2.0, 46.0), "US": (-98.0, 39.0)}
NAMES = {"UA": "Ukraine", "RU": "Russia", "FR": "France", "US": "United States"}

LOCAL = {"uk": "Україна", "fr": "Ukraine", "ar": "أوكرانيا"}


class SquareWorld:
    """Stands in for Boundaries: each country is a square of ten degrees around its point."""

    def boundary(self, place, borders=None):
        if not place.feature_code.startswith("PCL") or place.country_code not in CENTERS:
            return None
        lon, lat = CENTERS[place.country_code]
        return box(lon - 5, lat - 5, lon + 5, lat + 5)

    def basemap(self, borders=None, languages=()) -> str:
        arcs, shapes = [], []
        for number, (code, (lon, lat)) in enumerate(CENTERS.items()):
            arcs.append([list(point) for point in box(lon - 5, lat - 5, lon + 5, lat + 5).exterior.coords])
            properties = {"code": code, "name": NAMES[code], "label": [lon, lat], "rank": 2}
            shapes.append({"type": "Polygon", "arcs": [[number]], "properties": properties})
        return json.dumps(
            {
                "type": "Topology",
                "arcs": arcs,
                "objects": {"countries": {"type": "GeometryCollection", "geometries": shapes}},
                "names": {code: {"UA": LOCAL[code]} for code in languages},
            }
        )


def place(name: str, lon: float, lat: float, feature: str, country: str = "", admin1: str = "") -> Place:
    feature_class, code = feature.split(".")
    return Place(f"test:{name}", name, lon, lat, feature_class, code, country, admin1_name=admin1)


KYIV = place("Kyiv", 30.524, 50.45, "P.PPLC", "UA", "Kyiv City")
MOSCOW = place("Moscow", 37.618, 55.752, "P.PPLC", "RU", "Moscow")
KREMLIN = place("Kremlin", 37.6176, 55.752, "S.GOVL", "RU", "Moscow")
UKRAINE = place("Ukraine", 32.0, 49.0, "A.PCLI", "UA")
RUSSIA = place("Russia", 60.0, 60.0, "A.PCLI", "RU")
NOWHERE = place("Borderland", 40.0, 45.0, "A.ADM1", "UA")


class Reading:
    """Builds a ParsedArticle by naming words of its text; each sentence is a line of the text."""

    def __init__(self, text: str, **article: object) -> None:
        article.setdefault("id", "a1")
        self.article = Article(text=text, **article)
        self.sentences: list[Sentence] = []
        self.mentions: list[Mention] = []
        start = 0
        for line in text.split("\n"):
            if line:
                self.sentences.append(Sentence(len(self.sentences), start, start + len(line)))
            start += len(line) + 1

    def _span(self, words: str, nth: int) -> tuple[int, int, Sentence]:
        start = -1
        for _ in range(nth):
            start = self.article.text.index(words, start + 1)
        sentence = next(s for s in self.sentences if s.start <= start < s.end)
        return start, start + len(words), sentence

    def add(self, words, place, kind=Kind.SETTLEMENT, role=Role.LITERAL, confidence=0.97, nth=1) -> Reading:
        start, end, sentence = self._span(words, nth)
        wide = place.is_area
        location = Location(
            place=place,
            point=(place.lon, place.lat),
            confidence=confidence,
            precision=Precision.WIDE if wide else Precision.EXACT,
            uncertainty_km=400.0 if wide else 15.0,
        )
        self._add(Toponym(start, end, words, kind, role), sentence, location)
        return self

    def add_line(self, words, coordinates, confidence=0.9) -> Reading:
        start, end, sentence = self._span(words, 1)
        line = LineString(coordinates)
        point = line.interpolate(0.5, normalized=True)
        location = Location(
            geometry=line,
            point=(point.x, point.y),
            confidence=confidence,
            precision=Precision.WIDE,
            uncertainty_km=25.0,
        )
        self._add(SpatialExpression(start, end, words, "border", ("north",), ()), sentence, location)
        return self

    def add_unresolved(self, words: str) -> Reading:
        start, end, sentence = self._span(words, 1)
        self._add(Toponym(start, end, words, Kind.SETTLEMENT, Role.LITERAL), sentence, Location())
        return self

    def _add(self, span, sentence: Sentence, location: Location) -> None:
        self.mentions.append(Mention(f"{self.article.id}:{span.start}-{span.end}", span, sentence, location))

    def parsed(self) -> ParsedArticle:
        return ParsedArticle(self.article, tuple(self.sentences), tuple(self.mentions))


TEXT = (
    "He will head to Moscow and Kyiv next week.\n"
    "Troops stand near Ukraine's northern and eastern borders, and Moscow might invade.\n"
    "The Kremlin denied it; Russia said so — “twice” 🚩 Kyiv answered."
)


def sample_reading() -> Reading:
    return (
        Reading(
            TEXT, title="A visit", url="https://example.org/a", date=dt.date(2022, 2, 4), source="example.org"
        )
        .add("Moscow", MOSCOW)
        .add("Kyiv", KYIV)
        .add("Ukraine", UKRAINE, Kind.COUNTRY)
        .add_line("Ukraine's northern and eastern borders", [(24, 51), (34, 52), (39, 48)])
        .add("Moscow", MOSCOW, role=Role.ASSOCIATIVE, nth=2)
        .add("Kremlin", KREMLIN, Kind.FACILITY, Role.ASSOCIATIVE, confidence=0.6)
        .add("Russia", RUSSIA, Kind.COUNTRY, Role.ASSOCIATIVE)
        .add("Kyiv", KYIV, role=Role.ASSOCIATIVE, nth=2)
    )
