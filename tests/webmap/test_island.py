"""The data island: inert JSON, each record once, shapes in the right form."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from webmap_scenes import KYIV, NOWHERE, UKRAINE, Reading, SquareWorld, sample_reading

from crisismap.gazetteer.boundaries import Boundaries
from crisismap.gazetteer.wording import describe
from crisismap.layers import build_layers
from crisismap.model import Borders, Kind
from crisismap.webmap.island import island, to_json


def build(*readings: Reading, borders: Borders = Borders.INTERNATIONAL):
    world = SquareWorld()
    layers = build_layers([reading.parsed() for reading in readings], world, borders)
    return island(layers, json.loads(world.basemap()), "Title")


def mark(data, name: str):
    return next(mark for mark in data["marks"] if mark["name"] == name)


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_json_is_inert_ascii_and_survives(value):
    text = to_json(value)
    assert text.isascii()
    assert not set(text) & set("<>&")
    assert json.loads(text) == value


def test_a_record_is_held_once():
    data = build(sample_reading())
    assert len(data["articles"]) == 1
    assert len(data["sentences"]) == 3
    assert [mark["name"] for mark in data["marks"]] == [
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
    columns = data["mentions"]
    cut = [
        data["sentences"][sentence][2][start:end]
        for sentence, start, end in zip(columns["sentence"], columns["start"], columns["end"], strict=True)
    ]
    assert cut[:4] == ["Moscow", "Kyiv", "Ukraine", "Ukraine's northern and eastern borders"]
    assert cut[-1] == "Kyiv"


def test_forms_of_marks():
    data = build(sample_reading().add("Troops", NOWHERE, Kind.REGION))
    assert mark(data, "Kyiv")["form"] == "point"
    ukraine = mark(data, "Ukraine")
    assert (ukraine["form"], ukraine["country"]) == ("area", "UA")
    assert "shape" not in ukraine
    line = mark(data, "Ukraine's northern and eastern borders")
    assert line["form"] == "line"
    assert line["shape"]["type"] == "MultiLineString"
    assert line["shape"]["coordinates"][0][0] == [24.0, 51.0]
    assert mark(data, "Borderland")["form"] == "disc"


@pytest.mark.parametrize("borders", Borders)
def test_the_basemap_of_the_worldview_holds_the_shape_of_a_country(borders):
    ukraine = mark(build(sample_reading(), borders=borders), "Ukraine")
    assert ukraine["country"] == "UA"
    assert "shape" not in ukraine


def test_two_descriptions_of_one_line_are_one_mark():
    line = [(24, 51), (39, 48)]
    data = build(
        Reading("The border.\nThat frontier.").add_line("The border", line).add_line("That frontier", line)
    )
    assert [mark["name"] for mark in data["marks"]] == ["The border"]
    assert data["mentions"]["mark"] == [0, 0]


@pytest.mark.parametrize("before", [0, 10, 5000])
@pytest.mark.parametrize("after", [0, 10, 5000])
def test_an_endless_sentence_is_clipped_around_the_toponym(before, after):
    data = build(Reading("x " * before + "Kyiv" + " y" * after).add("Kyiv", KYIV))
    text = data["sentences"][0][2]
    start, end = data["mentions"]["start"][0], data["mentions"]["end"][0]
    assert text[start:end] == "Kyiv"
    assert len(text) < 1000
    assert text.startswith("…") == (before == 5000)
    assert text.endswith("…") == (after == 5000)


def test_no_layers_give_an_empty_island_with_the_world():
    data = build()
    assert (data["articles"], data["sentences"], data["marks"]) == ([], [], [])
    assert all(column == [] for column in data["mentions"].values())
    assert len(data["basemap"]["objects"]["countries"]["geometries"]) == 4


def test_radius_is_left_out_where_unknown():
    reading = Reading("Kyiv and Ukraine").add("Kyiv", KYIV).add("Ukraine", UKRAINE)
    assert mark(build(reading), "Kyiv")["radius"] == 15.0


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
