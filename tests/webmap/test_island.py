"""The data island: inert JSON, each record once, shapes in the right form."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from webmap_scenes import KYIV, MOSCOW, NOWHERE, Reading, SquareWorld, sample_reading

from crisismap.gazetteer.boundaries import Boundaries
from crisismap.gazetteer.wording import describe
from crisismap.layers import build_layers
from crisismap.model import Borders, Kind
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
    assert set(topology["objects"]) == {"countries", "borders", "disputed", "places"}
    countries = topology["objects"]["countries"]["geometries"]
    assert len(countries) > 200
    for country in countries:
        assert set(country["properties"]) == {"code", "name", "label", "rank"}
        parts = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
        for ring in (ring for part in parts for ring in part):
            lines = [arcs[arc] if arc >= 0 else arcs[~arc][::-1] for arc in ring]
            for line, following in zip(lines, [*lines[1:], lines[0]], strict=True):
                assert line[-1] == following[0], country["properties"]["name"]
