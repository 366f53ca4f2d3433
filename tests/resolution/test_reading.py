"""What the text says beside its names."""

import pytest

from crisismap.gazetteer import Gazetteer
from crisismap.model import Kind, Role, Toponym
from crisismap.resolution.candidates import CandidateFinder
from crisismap.resolution.reading import ArticleReader, Reading


@pytest.fixture(scope="module")
def reader(gazetteer: Gazetteer) -> ArticleReader:
    return ArticleReader(gazetteer, CandidateFinder(gazetteer))


def read(reader: ArticleReader, text: str, *names: str, role: Role = Role.LITERAL) -> Reading:
    found, at = [], 0
    for name in names:
        at = text.index(name, at)
        found.append(Toponym(at, at + len(name), name, Kind.REGION, role))
        at += len(name)
    return reader.read(text, found)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ANKARA, Turkey (AP) - Troops left.", "ANKARA"),
        ("BAGHDAD -- Two people died.", "BAGHDAD"),
        ("Baghdad — Two people died.", "Baghdad"),
        ("Meth makers leave waste. CHATTANOOGA (AP) — Cooks are at work.", "CHATTANOOGA"),
        ("Storm hits.\nJUBA, South Sudan, March 3 (Reuters) - Rain fell.", "JUBA"),
    ],
)
def test_datelines(reader: ArticleReader, text: str, name: str) -> None:
    assert read(reader, text, name).groups[0].dateline


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Troops left Ankara - a city of five million.", "Ankara"),
        ("Ankara-based officials spoke.", "Ankara"),
        ("x" * 500 + ". ANKARA (AP) - Troops left.", "ANKARA"),
    ],
)
def test_no_datelines(reader: ArticleReader, text: str, name: str) -> None:
    assert not read(reader, text, name).groups[0].dateline


@pytest.mark.parametrize(
    ("text", "parent"),
    [
        ("Paris, Texas, is small.", "geonames:4736286"),
        ("Paris (Texas) is small.", "geonames:4736286"),
        ("Paris in Lamar County is small.", "geonames:4705086"),
        ("Paris, Tenn., is small.", "geonames:4662168"),
        ("Paris is a city in Lamar County, Texas.", "geonames:4736286"),
        ("Paris is the county seat of Lamar County.", "geonames:4705086"),
        ("Paris, a city of 24,000 in northeastern Texas, burned.", "geonames:4736286"),
        ("Paris was one of the oldest towns in the state of Texas.", "geonames:4736286"),
        ("Paris, the largest city in Texas of this name, burned.", "geonames:4736286"),
        ("Paris, the small capital of Ukraine's neighbor, burned.", "geonames:690791"),
    ],
)
def test_stated_parents(reader: ArticleReader, gazetteer: Gazetteer, text: str, parent: str) -> None:
    assert gazetteer.index_of(parent) in read(reader, text, "Paris").groups[0].parents


@pytest.mark.parametrize(
    "text",
    [
        "They saw Paris, the port of Texas City and the state of Ohio.",
        "Paris was the scene of a protest in the city of Texas fame.",
        "Paris is a city of light. Texas is not.",
    ],
)
def test_what_only_looks_like_a_description(reader: ArticleReader, text: str) -> None:
    assert not read(reader, text, "Paris").groups[0].parents


def test_a_possessive_is_a_parent(reader: ArticleReader, gazetteer: Gazetteer) -> None:
    groups = read(reader, "Ukraine's southern Kherson was shelled.", "Ukraine", "Kherson").groups
    assert gazetteer.index_of("geonames:690791") in groups[1].parents


def test_what_is_said_at_one_mention_is_known_at_the_others(reader: ArticleReader) -> None:
    groups = read(reader, "Paris, Texas. Paris again.", "Paris", "Paris").groups
    assert groups[1].parents_elsewhere == groups[0].parents
    assert not groups[1].parents


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("the city of York", "city"),
        ("York County", "county"),
        ("York lies there", ""),
        ("York is a province of Argentina", "province"),
        ("York, the regional capital, is calm", "town"),
        ("York was one of the poorest districts", "district"),
        ("York is the county seat", "town"),
    ],
)
def test_cues(reader: ArticleReader, text: str, cue: str) -> None:
    assert read(reader, text, "York").groups[0].cue == cue


def test_neighbors_in_a_list(reader: ArticleReader) -> None:
    reading = read(reader, "in Boston, Denver and Austin; later Miami", "Boston", "Denver", "Austin", "Miami")
    assert set(map(tuple, reading.listed.tolist())) == {(0, 1), (1, 0), (1, 2), (2, 1)}
    assert (0, 2) in set(map(tuple, reading.beside.tolist()))
    assert all(0 < weight <= 1 for weight in reading.weight)


def test_a_name_is_no_neighbor_of_itself(reader: ArticleReader) -> None:
    assert not len(read(reader, "Paris, PARIS", "Paris", "PARIS").beside)


def test_roles_are_counted(reader: ArticleReader) -> None:
    assert read(reader, "Moscow said", "Moscow", role=Role.ASSOCIATIVE).groups[0].speaking == 1.0
