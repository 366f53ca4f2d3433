"""Articles that are hard to write: hostile, long, in many scripts, across 180 degrees, without dates."""

import datetime as dt
from typing import cast

from shapely.geometry import LineString, Polygon

from crisismap.gazetteer.boundaries import Boundaries
from crisismap.model import (
    Article,
    Candidate,
    Kind,
    Location,
    Mention,
    ParsedArticle,
    Place,
    Precision,
    Role,
    SpatialExpression,
    Tier,
    Toponym,
)
from crisismap.sentences import split_sentences

MOSCOW = Place("geonames:524901", "Moscow", 37.615557, 55.752220, "P", "PPLC", "RU", admin1_name="Moscow")
OTHER = Place("geonames:5601538", "Moscow", -117.00017, 46.73239, "P", "PPLA2", "US", admin1_name="Idaho")
FIJI = Place("geonames:2205218", "Fiji", 178.0, -18.0, "A", "PCLI", "FJ")
KYIV = Place("geonames:703448", "Київ 基辅 كييف", 30.5238, 50.45466, "P", "PPLC", "UA")

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "'; DROP TABLE crisismap_mentions; --",
    "<script>alert(1)</script>]]>&amp;<![CDATA[",
    "../../etc/passwd",
    "@SUM(1+1)*cmd",
    '"quoted", and;joined\r\nin two lines',
    "%s %(x)s {0} $1 \\copy \\. \\N",
    "-1+1",
)
"""Titles and outlets that some format or other would take for more than text."""

LONG = "Київ. " * 60 + "Київ."  # 365 characters


class SquareBoundaries:
    """Every country is one square, clockwise and across the 180th meridian."""

    def boundary(self, place: Place, *_: object) -> Polygon:
        return Polygon([(170, -20), (170, -10), (-170, -10), (-170, -20)])


BOUNDARIES = cast(Boundaries, SquareBoundaries())


def article(
    identity: str,
    title: str = "A title",
    *,
    date: dt.date | None = dt.date(2022, 2, 4),
    source: str = "example.org",
    first: str = "",
) -> ParsedArticle:
    """Four mentions: Moscow, Fiji, a border, and Ruritania, which is nowhere."""
    opening = first or title
    text = f"{opening} Moscow said Fiji and Ruritania are near.\n\nShells hit Ukraine's northern borders."
    sentences = split_sentences(text)
    border = LineString([(23.6000004, 51.5), (31.8, 52.1), (34.4, 51.7)])
    rivals = (Candidate(MOSCOW, Tier.PRIMARY, 0.9), Candidate(OTHER, Tier.PRIMARY, 0.0987654))
    found = [
        ("Moscow", Location(MOSCOW, None, (37.615557, 55.75222), 0.97314, Precision.EXACT, 15.04, rivals)),
        ("Fiji", Location(FIJI, None, (178.0, -18.0), 1.0, Precision.WIDE, None)),
        ("Ruritania", Location(reason="nothing of that name")),
        (
            "Ukraine's northern borders",
            Location(None, border, (31.8, 52.1), 0.8, Precision.WIDE, 60, reason="the border with Belarus"),
        ),
    ]
    mentions = []
    for name, location in found:
        start = text.rindex(name)
        end = start + len(name)
        sentence = next(s for s in reversed(sentences) if s.start <= start)
        span: Toponym | SpatialExpression
        if location.geometry is not None:
            span = SpatialExpression(start, end, name, "border", ("north",), ())
        else:
            kind = Kind.SETTLEMENT if name == "Moscow" else Kind.COUNTRY
            span = Toponym(start, end, name, kind, Role.ASSOCIATIVE if name == "Moscow" else Role.LITERAL)
        mentions.append(Mention(f"{identity}:{start}-{end}", span, sentence, location))
    made = Article(identity, text, title, "https://www.example.org/a?b=1&c='2'", date, source)
    return ParsedArticle(made, sentences, tuple(mentions))


def scene() -> list[ParsedArticle]:
    """An article for each hostile title; a long one; one of unknown date; and one without any mention."""
    hostile = [
        article(f"hostile-{number}", title, source=title, first=title) for number, title in enumerate(HOSTILE)
    ]
    silent = ParsedArticle(Article("silent", "Nothing happened."), (), ())
    return [*hostile, article("long", LONG, first=LONG), article("undated", "Дата", date=None), silent]


COUNTS = {
    "mentions": 30,
    "areas": 1,
    "lines": 1,
    "places": 2,
    "articles": 11,
    "sentences": 20,
    "unlocated": 10,
    "rivals": 10,
}
"""Rows of each table that the scene makes."""
