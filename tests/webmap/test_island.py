"""The data island: inert JSON, each record once, shapes in the right form."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from webmap_scenes import KYIV, MOSCOW, NOWHERE, Reading, SquareWorld, sample_reading

from crisismap.gazetteer.boundaries import Boundaries
from crisismap.gazetteer.wording import describe
from crisismap.layers import build_layers
from crisismap.model import Borders, Candidate, Kind, ParsedArticle, Tier
from crisismap.webmap.island import island, to_json


def build(*readings: Reading, borders: Borders = Borders.INTERNATIONAL):
    world = SquareWorld()
    layers = build_layers([reading.parsed() for reading in readings], world, borders)
    return island(layers, json.loads(world.basemap()))


def rows(columns: dict) -> list[dict]:
    """Columns of equal length as one record an item."""
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def surface(data, mention: dict) -> str:
    return data["sentences"]["text"][mention["sentence"]][mention["start"] : mention["end"]]


def name(data, mark: dict) -> str:
    """The name of the mark's place, or the words of its first mention."""
    if mark["place"] >= 0:
        return data["places"]["name"][mark["place"]]
    number = rows(data["marks"]).index(mark)
    return next(surface(data, mention) for mention in rows(data["mentions"]) if mention["mark"] == number)


def names(data) -> list[str]:
    return [name(data, mark) for mark in rows(data["marks"])]


def mark(data, wanted: str):
    found = next(mark for mark in rows(data["marks"]) if name(data, mark) == wanted)
    return found | {"shape": data["shapes"][found["shape"]] if found["shape"] >= 0 else None}


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_json_is_inert_ascii_and_survives(value):
    text = to_json(value)
    assert text.isascii()
    assert not set(text) & set("<>&")
    assert json.loads(text) == value


def test_a_record_is_held_once():
    data = build(sample_reading())
    assert data["articles"]["id"] == ["a1"]
    assert data["sources"] == ["example.org"]
    assert data["sentences"]["article"] == [0, 0, 0]
    assert names(data) == [
        "Moscow",
        "Kyiv",
        "Ukraine",
        "Ukraine's northern and eastern borders",
        "Kremlin",
        "Russia",
    ]
    assert data["mentions"]["mark"] == [0, 1, 2, 3, 0, 4, 5, 1]
    assert {len(column) for column in data["mentions"].values()} == {8}


def test_offsets_cut_the_toponym_out_of_its_sentence():
    data = build(sample_reading())
    cut = [surface(data, mention) for mention in rows(data["mentions"])]
    assert cut[:4] == ["Moscow", "Kyiv", "Ukraine", "Ukraine's northern and eastern borders"]
    assert cut[-1] == "Kyiv"


def test_forms_of_marks():
    data = build(sample_reading().add("Troops", NOWHERE, Kind.REGION))
    assert mark(data, "Kyiv")["form"] == "point"
    ukraine = mark(data, "Ukraine")
    assert (ukraine["form"], ukraine["shape"]) == ("area", {"country": "UA"})
    line = mark(data, "Ukraine's northern and eastern borders")
    assert line["form"] == "line"
    assert line["shape"]["type"] == "MultiLineString"
    assert line["shape"]["coordinates"][0][0] == [24.0, 51.0]
    assert line["place"] == -1
    disc = mark(data, "Borderland")
    assert (disc["form"], disc["shape"]) == ("disc", None)


@pytest.mark.parametrize("borders", Borders)
def test_the_basemap_of_the_worldview_holds_the_shape_of_a_country(borders):
    ukraine = mark(build(sample_reading(), borders=borders), "Ukraine")
    assert ukraine["shape"] == {"country": "UA"}


def test_two_descriptions_of_one_line_are_one_mark():
    line = [(24, 51), (39, 48)]
    data = build(
        Reading("The border.\nThat frontier.").add_line("The border", line).add_line("That frontier", line)
    )
    assert names(data) == ["The border"]
    assert data["mentions"]["mark"] == [0, 0]


def test_what_is_not_located_stands_among_the_rest():
    data = build(
        Reading("Kyiv, Atlantis, Moscow").add("Kyiv", KYIV).add_unresolved("Atlantis").add("Moscow", MOSCOW)
    )
    found = rows(data["mentions"])
    assert [surface(data, mention) for mention in found] == ["Kyiv", "Atlantis", "Moscow"]
    assert data["mentions"]["mark"] == [0, -1, 1]
    assert (found[1]["confidence"], found[1]["precision"]) == (0, 0)


def test_values_of_a_mention():
    data = build(sample_reading())
    line, kremlin = rows(data["mentions"])[3], rows(data["mentions"])[5]
    assert (line["precision"], line["confidence"], data["kinds"][line["kind"]]) == (3, 900, "expression")
    assert data["relations"][line["relation"]] == "border"
    assert (kremlin["literal"], kremlin["confidence"], kremlin["anchor"]) == (0, 600, 0)
    assert (data["relations"][0], data["reasons"][0], data["relations"][kremlin["relation"]]) == ("", "", "")


def test_an_anchor_is_marked_and_keeps_its_place():
    reading = sample_reading()
    reading.mentions[2] = replace(reading.mentions[2], anchor=True)
    data = build(reading)
    assert data["mentions"]["anchor"] == [0, 0, 1, 0, 0, 0, 0, 0]
    ukraine = rows(data["mentions"])[2]
    assert name(data, rows(data["marks"])[ukraine["mark"]]) == "Ukraine"


def test_ids_of_marks_come_from_what_they_show():
    alone = build(Reading("Kyiv").add("Kyiv", KYIV))
    assert alone["marks"]["id"] == ["test:Kyiv"]
    line = mark(build(sample_reading()), "Ukraine's northern and eastern borders")
    assert re.fullmatch("e[0-9a-f]{8}", line["id"])
    other = Reading("Kyiv", id="a0").add("Kyiv", KYIV)
    assert mark(build(other, sample_reading()), "Ukraine's northern and eastern borders")["id"] == line["id"]


def test_mentions_with_the_same_rivals_share_them():
    rivals = (Candidate(KYIV, Tier.PRIMARY, 0.7), Candidate(MOSCOW, Tier.FOREIGN, 0.2))
    reading = (
        Reading("Kyiv and Kyiv and Moscow").add("Kyiv", KYIV).add("Kyiv", KYIV, nth=2).add("Moscow", MOSCOW)
    )
    for number in (0, 1):
        found = reading.mentions[number]
        reading.mentions[number] = replace(found, location=replace(found.location, candidates=rivals))
    data = build(reading)
    assert data["mentions"]["rivals"] == [0, 0, -1]
    moscow = data["places"]["id"].index("test:Moscow")
    assert data["rivals"] == [[moscow, 200]]
    assert data["places"]["id"].count("test:Moscow") == 1


def test_ten_thousand_mentions_are_a_few_megabytes():
    sentence = "Kyiv " + "and so on and on " * 10
    reading = Reading("\n".join(f"{sentence}{number}." for number in range(100)), source="example.org")
    for number in range(100):
        reading.add("Kyiv", KYIV, nth=number + 1)
    readings = []
    for number in range(100):
        article = replace(reading.article, id=f"a{number}", title=f"Article {number}")
        mentions = [replace(found, id=f"a{number}:{found.span.start}") for found in reading.mentions]
        readings.append(ParsedArticle(article, (), tuple(mentions)))
    world = SquareWorld()
    data = island(build_layers(readings, world), json.loads(world.basemap()))
    assert len(data["mentions"]["mark"]) == 10_000
    assert len(to_json(data)) < 10_000 * (len(sentence) + 60)


@pytest.mark.parametrize("before", [0, 10, 5000])
@pytest.mark.parametrize("after", [0, 10, 5000])
def test_an_endless_sentence_is_clipped_around_the_toponym(before, after):
    data = build(Reading("x " * before + "Kyiv" + " y" * after).add("Kyiv", KYIV))
    text = data["sentences"]["text"][0]
    assert data["sentences"]["cut"] == ([0] if before == 5000 or after == 5000 else [])
    start, end = data["mentions"]["start"][0], data["mentions"]["end"][0]
    assert text[start:end] == "Kyiv"
    assert len(text) < 1000
    assert text.startswith("…") == (before == 5000)
    assert text.endswith("…") == (after == 5000)


def test_no_layers_give_an_empty_island_with_the_world():
    data = build()
    for table in ("articles", "places", "marks", "mentions"):
        assert all(column == [] for column in data[table].values()), table
    assert len(data["basemap"]["objects"]["countries"]["geometries"]) == 4


def test_the_radius_is_null_where_unknown():
    reading = Reading("Kyiv and Moscow").add("Kyiv", KYIV).add("Moscow", MOSCOW)
    known, unknown = reading.mentions
    reading.mentions[1] = replace(unknown, location=replace(unknown.location, uncertainty_km=None))
    assert known.location.uncertainty_km == 15.0
    data = build(reading)
    assert [mark(data, name)["radius"] for name in ("Kyiv", "Moscow")] == [15.0, None]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (("P", "PPLC", "GB", "United Kingdom", "England"), "capital of the United Kingdom"),
        (("P", "PPLC", "", "", ""), "capital"),
        (("P", "PPL", "UA", "Ukraine", "Donetsk"), "town in Donetsk, Ukraine"),
        (("P", "PPL", "UA", "", ""), "town"),
        (("A", "ADM1", "US", "United States", "Texas"), "first-level division of the United States"),
        (("A", "ADM1H", "UA", "Ukraine", ""), "former first-level division of Ukraine"),
        (("A", "PCLI", "UA", "Ukraine", ""), "country"),
        (("L", "CONT", "", "", ""), "continent"),
        (("S", "GOVL", "RU", "Russia", "Moscow"), "seat of government in Moscow, Russia"),
        (("H", "???", "", "", ""), "body of water"),
        (("", "", "", "", ""), ""),
    ],
)
def test_entries_in_words(entry, words):
    assert describe(*entry) == words


def test_the_shipped_basemap_is_what_the_page_reads():
    topology = json.loads(Boundaries.open().basemap())
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x, y))
        arcs.append(points)
    assert {"countries", "borders", "disputed", "places"} <= set(topology["objects"])
    countries = topology["objects"]["countries"]["geometries"]
    assert len(countries) > 200
    for country in countries:
        assert set(country["properties"]) == {"code", "name", "label", "rank"}
        parts = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
        for ring in (ring for part in parts for ring in part):
            lines = [arcs[arc] if arc >= 0 else arcs[~arc][::-1] for arc in ring]
            for line, following in zip(lines, [*lines[1:], lines[0]], strict=True):
                assert line[-1] == following[0], country["properties"]["name"]
