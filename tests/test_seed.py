"""The seed article, mention by mention: what must be found, as what, and what must not."""

import pytest
from shapely.geometry import Point

from crisismap.model import Kind, Mention, ParsedArticle, Role

PLACES = {
    "Moscow": "geonames:524901",
    "Kyiv": "geonames:703448",
    "Beijing": "geonames:1816670",
    "Washington": "geonames:4140963",
    "Romania": "geonames:798549",
    "Ukraine": "geonames:690791",
    "Russia": "geonames:2017370",
    "France": "geonames:3017382",
    "U.S.": "geonames:6252001",
    "United States": "geonames:6252001",
    "Britain": "geonames:2635167",
    "Europe": "geonames:6255148",
    "Kremlin": "crisismap:kremlin",
    "White House": "crisismap:white-house",
}
DEMONYMS = {
    "Ukrainian": "geonames:690791",
    "Ukrainians": "geonames:690791",
    "Russian": "geonames:2017370",
    "Chinese": "geonames:1814991",
    "Turkish": "geonames:298795",
    "French": "geonames:3017382",
    "European": "geonames:6255148",
}
BORDERS = "Ukraine's northern and eastern borders"


def mentions_of(parsed: ParsedArticle, text: str) -> list[Mention]:
    return [mention for mention in parsed.mentions if mention.span.text == text]


@pytest.mark.parametrize(("text", "place_id"), [*PLACES.items(), *DEMONYMS.items()])
def test_every_mention_is_the_right_place(parsed_seed: ParsedArticle, text: str, place_id: str) -> None:
    found = mentions_of(parsed_seed, text)
    assert found
    assert {mention.location.place and mention.location.place.id for mention in found} == {place_id}


def test_nothing_else_is_found(parsed_seed: ParsedArticle) -> None:
    assert {mention.span.text for mention in parsed_seed.mentions} == {*PLACES, *DEMONYMS, BORDERS}


@pytest.mark.parametrize("text", DEMONYMS)
def test_adjectives_and_peoples_are_demonyms(parsed_seed: ParsedArticle, text: str) -> None:
    assert {(m.kind, m.role) for m in mentions_of(parsed_seed, text)} == {(Kind.DEMONYM, Role.ASSOCIATIVE)}


@pytest.mark.parametrize("text", ["Kremlin", "White House"])
def test_names_of_power_are_associative_facilities(parsed_seed: ParsedArticle, text: str) -> None:
    assert {(m.kind, m.role) for m in mentions_of(parsed_seed, text)} == {(Kind.FACILITY, Role.ASSOCIATIVE)}


@pytest.mark.parametrize(
    ("before", "text", "role"),
    [
        ("will head to ", "Moscow", Role.LITERAL),
        ("will head to Moscow and ", "Kyiv", Role.LITERAL),
        ("raising concern that ", "Moscow", Role.ASSOCIATIVE),
        ("more talks with ", "Washington", Role.ASSOCIATIVE),
        ("Meanwhile in ", "Washington", Role.LITERAL),
        ("meeting with Chinese President Xi Jingping in ", "Beijing", Role.LITERAL),
        ("moving troops to ", "Romania", Role.LITERAL),
    ],
)
def test_roles(parsed_seed: ParsedArticle, before: str, text: str, role: Role) -> None:
    body = parsed_seed.article.text
    [mention] = [
        mention for mention in mentions_of(parsed_seed, text) if body[: mention.span.start].endswith(before)
    ]
    assert mention.role is role


def test_the_borders_line_follows_belarus_and_russia_only(parsed_seed: ParsedArticle) -> None:
    [mention] = mentions_of(parsed_seed, BORDERS)
    line = mention.location.geometry
    assert mention.kind is Kind.EXPRESSION
    assert mention.relation == "border"
    assert line is not None
    assert line.geom_type == "MultiLineString"
    near = {"Chernihiv": (31.8, 52.1), "Kharkiv": (36.9, 50.35), "Luhansk": (39.9, 49.0)}
    far = {"Lviv": (23.6, 50.4), "Uzhhorod": (22.15, 48.6), "Transnistria": (29.6, 47.0)}
    assert all(line.distance(Point(at)) < 0.5 for at in near.values())
    assert all(line.distance(Point(at)) > 0.5 for at in far.values())
