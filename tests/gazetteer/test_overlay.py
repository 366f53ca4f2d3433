"""A team's own places: read with care, found like everything else."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisismap.errors import GazetteerError
from crisismap.gazetteer import Boundaries, Gazetteer, OwnPlace, read_places, tokenize
from crisismap.geoparsing import Geoparser
from crisismap.model import Article, Place, Tier

CAMPS = """\
name,lon,lat,aliases,kind,country_code,population,notes
#loc+name,#geo+lon,#geo+lat,,,,,
Zaatari,36.329,32.295,Za'atari Camp;Al Zaatari,camp,JO,"80,000",
Camp 4 Extension,92.14,21.212,C4X,,,,east of the road
"""


KEYS = (
    *("zaatari", "za atari camp", "zaatari camp", "al zaatari", "camp 4 extension", "\x01C4X", "kilo nine"),
)


def own(name: str, number: int = 1, aliases: tuple[str, ...] = (), feature: str = "S.CMPRF") -> OwnPlace:
    feature_class, _, feature_code = feature.partition(".")
    return OwnPlace(Place(f"places:t:{number}", name, 20.0, 10.0, feature_class, feature_code, "TD"), aliases)


def write(tmp_path: Path, text: str, name: str = "camps.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def layered(gazetteer: Gazetteer, tmp_path_factory: pytest.TempPathFactory) -> Gazetteer:
    places = read_places(write(tmp_path_factory.mktemp("places"), CAMPS), Boundaries.open())
    return gazetteer.with_places(places)


def test_a_table_is_read_cell_by_cell(tmp_path: Path) -> None:
    zaatari, extension = read_places(write(tmp_path, CAMPS), Boundaries.open())
    assert zaatari.place == Place(
        "places:camps:1", "Zaatari", 36.329, 32.295, "S", "CMPRF", "JO", population=80_000
    )
    assert zaatari.aliases == ("Za'atari Camp", "Al Zaatari")
    assert extension.place.id == "places:camps:2"
    assert extension.place.country_code == "BD", "where the point lies"
    assert read_places(write(tmp_path, CAMPS))[1].place.country_code == ""


def test_ids_kinds_and_headings(tmp_path: Path) -> None:
    text = (
        "Place_Name\tLatitude\tLongitude\tid\tfeature_class\tfeature_code\tkind\n"
        "Kilo 26\t10\t20\tTD-26\tS\tHSP\tsomething\n"
        "Kilo 27\t10\t20\thdx:9\t\tP.PPLA\t\n"
        "Kilo 28\t10\t20\t\t\t\tRegion\n"
    )
    places = [item.place for item in read_places(write(tmp_path, text, "east camps.tsv"))]
    assert [(place.id, place.feature_class, place.feature_code) for place in places] == [
        ("places:east-camps:TD-26", "S", "HSP"),
        ("hdx:9", "P", "PPLA"),
        ("places:east-camps:3", "L", "RGN"),
    ]


def test_geojson_points(tmp_path: Path) -> None:
    feature = {
        "type": "Feature",
        "id": 7,
        "geometry": {"type": "Point", "coordinates": [36.3, 32.3, 600]},
        "properties": {"name": "Zaatari", "aliases": ["Za'atari Camp"], "population": 80000, "lon": 0},
    }
    path = write(tmp_path, json.dumps({"type": "FeatureCollection", "features": [feature]}), "camps.geojson")
    (item,) = read_places(path)
    assert item.place.id == "places:camps:7"
    assert (item.place.lon, item.place.lat) == (36.3, 32.3)
    assert (item.aliases, item.place.population) == (("Za'atari Camp",), 80_000)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (",20,10,,,", r"camps\.csv:2: name '': want a name"),
        ("...,20,10,,,", r"camps\.csv:2: name '\.\.\.': want a name"),
        ("A,abc,10,,,", r"camps\.csv:2: lon 'abc': want decimal degrees from -180 to 180"),
        ("A,20,,,,", r"camps\.csv:2: lat '': want decimal degrees"),
        ("A,20,91,,,", r"camps\.csv:2: lat '91': want decimal degrees from -90 to 90"),
        ("A,nan,10,,,", r"camps\.csv:2: lon 'nan'"),
        ("A,20,10,tent,,", r"camps\.csv:2: kind 'tent': want one of camp, facility"),
        ("A,20,10,,Jordan,", r"camps\.csv:2: country_code 'Jordan': want two capital letters"),
        ("A,20,10,,,many", r"camps\.csv:2: population 'many': want a number of people"),
        ("A,20,10", r"camps\.csv:2: 'A,20,10' has 3 cells, not 6"),
        ("A,20,10,,,\n\nB,20,x,,,", r"camps\.csv:4: lat 'x'"),
        ('"A,20,10,,,', r"camps\.csv:2: .*quote cells"),
    ],
)
def test_bad_rows_are_named(tmp_path: Path, row: str, message: str) -> None:
    path = write(tmp_path, f"name,lon,lat,kind,country_code,population\n{row}\n")
    with pytest.raises(GazetteerError, match=message):
        read_places(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"camps\.csv:1: the header is ''; want the columns name, lon and lat"),
        ("name;lon;lat\nA;1;2\n", r"camps\.csv:1: the header is 'name;lon;lat'"),
        ("name,lon,lat,lon\nA,1,2,3\n", r"camps\.csv:1: .*once each"),
        ("name,lon,lat\n", r"camps\.csv: holds no place"),
        ("{", r"camps\.csv: is not JSON"),
        ('{"type": "Feature"}', r"camps\.csv: type 'Feature': want a GeoJSON FeatureCollection"),
        (
            '{"type": "FeatureCollection", "features": [1]}',
            "camps.csv: feature 1: want a feature with a point",
        ),
        (
            '{"type": "FeatureCollection", "features": [{"geometry": {"type": "Polygon"}}]}',
            "camps.csv: feature 1: geometry 'Polygon': want a Point",
        ),
        (
            '{"type": "FeatureCollection", "features":'
            ' [{"geometry": {"type": "Point", "coordinates": [1, 2]}}]}',
            "camps.csv: feature 1: name '': want a name",
        ),
        (
            '{"type": "FeatureCollection", "features":'
            ' [{"geometry": {"type": "Point", "coordinates": [1, null]}, "properties": {"name": "A"}}]}',
            "camps.csv: feature 1: lat '': want decimal degrees",
        ),
    ],
)
def test_files_that_are_no_places(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(GazetteerError, match=message):
        read_places(write(tmp_path, content))


def test_unreadable_files(tmp_path: Path) -> None:
    with pytest.raises(GazetteerError, match=r"nowhere\.csv: cannot be read"):
        read_places(tmp_path / "nowhere.csv")
    (tmp_path / "latin.csv").write_bytes("name,lon,lat\nÉvian,1,2\n".encode("latin-1"))
    with pytest.raises(GazetteerError, match=r"latin\.csv: byte 13 is not UTF-8"):
        read_places(tmp_path / "latin.csv")


def test_own_places_lead_and_the_others_stay(layered: Gazetteer, gazetteer: Gazetteer) -> None:
    for name in ("Zaatari", "zaatari", "Za’atari camp", "Al-Zaatari"):
        found = layered.lookup(name)
        assert found[0].place.id == "places:camps:1", name
        assert [c for c in found if c.place.id != "places:camps:1"] == gazetteer.lookup(name)
    assert layered.lookup("Camp 4 Extension")[0].tier == Tier.PRIMARY
    assert layered.lookup("C4X")[0].tier == Tier.ABBREVIATION
    assert layered.lookup("c4x") == []
    paris = gazetteer.with_places([own("Paris")]).lookup("Paris")
    assert paris[0].place.id == "places:t:1"
    assert paris[1:] == gazetteer.lookup("Paris")


def test_the_gazetteer_underneath_stays_as_it_is(layered: Gazetteer, gazetteer: Gazetteer) -> None:
    assert len(layered) == len(gazetteer) + 2
    assert gazetteer.by_id("places:camps:1") is None
    assert gazetteer.lookup("Camp 4 Extension") == []
    for place_id in ("geonames:703448", "crisismap:kremlin", "geonames:690791"):
        assert layered.by_id(place_id) == gazetteer.by_id(place_id)
    for name in ("Kyiv", "US", "New York City", "Middle East", "Qwxyzzy"):
        assert layered.lookup(name) == gazetteer.lookup(name)
    assert layered.columns.feature.dtype == gazetteer.columns.feature.dtype
    assert not layered.columns.lon.flags.writeable


def test_own_places_are_places(layered: Gazetteer) -> None:
    place = layered.by_id("places:camps:1")
    assert place is not None
    assert (place.name, place.country_code, place.admin1_name, place.population) == (
        "Zaatari",
        "JO",
        "",
        80_000,
    )
    assert (round(place.lon, 3), round(place.lat, 3)) == (36.329, 32.295)
    index = layered.index_of("places:camps:1")
    assert index is not None
    assert layered.place(index) == place
    assert layered.columns.id[index] == 0


def test_names_are_matched_in_text(layered: Gazetteer) -> None:
    tokens = tokenize("fled to Camp 4 Extension, New York")
    (match, *_) = layered.match(tokens, 2)
    assert match.end == 5
    entries, tiers = layered.postings(match.name_id)
    assert [layered.place(int(entry)).id for entry in entries] == ["places:camps:2"]
    assert tiers.tolist() == [Tier.PRIMARY]
    assert layered.name_id("camp 4 extension") == match.name_id
    assert "camp 4 extension" in layered.names_beginning("camp 4 ext")
    assert layered.match(tokens, 6)[0].end == 8


def test_layers_can_be_stacked(layered: Gazetteer, gazetteer: Gazetteer) -> None:
    both = layered.with_places([own("Zaatari"), own("Kilo Nine", 2)])
    assert [c.place.id for c in both.lookup("Zaatari")][:2] == ["places:t:1", "places:camps:1"]
    assert both.lookup("Camp 4 Extension") == layered.lookup("Camp 4 Extension")
    assert both.lookup("Kilo Nine")[0].place.id == "places:t:2"
    new = [key for key in KEYS if gazetteer.name_id(key) is None]
    assert new
    assert both.info().names == gazetteer.info().names + len(new)


def test_ids_must_be_new(gazetteer: Gazetteer) -> None:
    taken = OwnPlace(Place("geonames:703448", "Kyiv", 30.5, 50.4, "P", "PPL"))
    with pytest.raises(GazetteerError, match="Kyiv: the id 'geonames:703448' is taken"):
        gazetteer.with_places([taken])
    with pytest.raises(GazetteerError, match="the id 'places:t:1' is taken"):
        gazetteer.with_places([own("A"), own("B")])
    new = OwnPlace(Place("geonames:4294967295", "Nova", 30.5, 50.4, "P", "PPL"))
    assert gazetteer.with_places([new]).by_id("geonames:4294967295") is not None
    with pytest.raises(GazetteerError, match="more than eight words"):
        gazetteer.with_places([own("a b c d e f g h i j")])


@given(st.lists(st.text("AbCd éñ-'4"), max_size=6))
def test_every_own_name_is_found(gazetteer: Gazetteer, endings: list[str]) -> None:
    names = [f"Qal {ending}" for ending in endings]
    names = [name for name in names if len(tokenize(name)) <= 8]
    layered = gazetteer.with_places([own(name, number) for number, name in enumerate(names)])
    for number, name in enumerate(names):
        assert f"places:t:{number}" in {candidate.place.id for candidate in layered.lookup(name)}


def test_no_places_change_nothing(gazetteer: Gazetteer) -> None:
    layered = gazetteer.with_places([])
    assert len(layered) == len(gazetteer)
    assert layered.lookup("Paris") == gazetteer.lookup("Paris")
    np.testing.assert_array_equal(layered.columns.country, gazetteer.columns.country)


def test_own_places_are_recognized_resolved_and_precise(layered: Gazetteer) -> None:
    text = "Aid reached Zaatari in Jordan. A fire broke out in Camp 4 Extension overnight."
    mentions = Geoparser(layered).parse(Article("a", text)).mentions
    found = {m.span.text: m.location.place.id for m in mentions if m.location.place}
    assert found["Zaatari"] == "places:camps:1"
    assert found["Camp 4 Extension"] == "places:camps:2"


def test_own_villages_are_as_prominent_as_landmarks(gazetteer: Gazetteer) -> None:
    text = "Shelling hit Bokambi in the Central African Republic. People fled from Bokambi to Bangui."
    place = Place("places:t:1", "Bokambi", 22.9, 4.1, "P", "PPL", "CF")
    mentions = Geoparser(gazetteer.with_places([OwnPlace(place)])).parse(Article("a", text)).mentions
    found = [m.location.place.id for m in mentions if m.location.place and m.span.text == "Bokambi"]
    assert found == ["places:t:1"] * 2


def test_an_own_place_wins_over_a_landmark_of_its_name(gazetteer: Gazetteer) -> None:
    place = Place("places:t:1", "Zaatari", 36.329, 32.295, "P", "PPL", "JO")
    text = "Shells hit a clinic in Zaatari in Jordan on Monday."
    mentions = Geoparser(gazetteer.with_places([OwnPlace(place)])).parse(Article("a", text)).mentions
    (location,) = [m.location for m in mentions if m.span.text == "Zaatari"]
    assert [candidate.place.id for candidate in location.candidates] == ["places:t:1", "crisismap:zaatari"]
