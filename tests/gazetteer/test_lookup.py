"""The shipped gazetteer: facts that any newsroom knows."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisismap.errors import GazetteerError
from crisismap.gazetteer import Gazetteer, OwnPlace, tokenize
from crisismap.gazetteer.building.writing import GazetteerWriter
from crisismap.gazetteer.entries import Entry
from crisismap.gazetteer.lookup import FORMAT_VERSION, KIND
from crisismap.gazetteer.storage import read_arrays, write_arrays
from crisismap.model import Place, Tier
from crisismap.paths import data_path


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.open()


@pytest.mark.parametrize(
    ("name", "place_id"),
    [
        ("Ukraine", "geonames:690791"),
        ("Kyiv", "geonames:703448"),
        ("Kiev", "geonames:703448"),
        ("KYIV", "geonames:703448"),
        ("Moscow", "geonames:524901"),
        ("Beijing", "geonames:1816670"),
        ("Peking", "geonames:1816670"),
        ("Bombay", "geonames:1275339"),
        ("Cologne", "geonames:2886242"),
        ("Al-Quds", "geonames:281184"),
        ("St. Petersburg", "geonames:498817"),
        ("Rostov-on-Don", "geonames:501175"),
        ("Sana'a", "geonames:71137"),
        ("N'Djamena", "geonames:2427123"),
        ("The Hague", "geonames:2747373"),
        ("Crimea", "geonames:703883"),
        ("Kyiv Oblast", "geonames:703446"),
        ("Kharkiv region", "geonames:706482"),
        ("England", "geonames:6269131"),
        ("Scotland", "geonames:2638360"),
        ("Northern Ireland", "geonames:2641364"),
        ("Wales", "geonames:2634895"),
        ("Bavaria", "geonames:2951839"),
        ("California", "geonames:5332921"),
        ("Cook County", "geonames:4888671"),
        ("Puerto Rico", "geonames:4566966"),
        ("Hong Kong", "geonames:1819730"),
        ("Gaza Strip", "geonames:281132"),
        ("West Bank", "geonames:285153"),
        ("Tibet", "geonames:1279685"),
        ("Washington, D.C.", "geonames:4140963"),
        ("Romania", "geonames:798549"),
        ("Turkey", "geonames:298795"),
        ("Ivory Coast", "geonames:2287781"),
        ("Burma", "geonames:1327865"),
        ("Britain", "geonames:2635167"),
        ("U.K.", "geonames:2635167"),
        ("US", "geonames:6252001"),
        ("Europe", "geonames:6255148"),
        ("Middle East", "geonames:6269133"),
        ("Kremlin", "crisismap:kremlin"),
    ],
)
def test_names_of_the_news(gazetteer: Gazetteer, name: str, place_id: str) -> None:
    assert gazetteer.lookup(name)[0].place.id == place_id


def test_abbreviations_hold_with_their_case(gazetteer: Gazetteer) -> None:
    assert gazetteer.lookup("US")[0].tier == Tier.ABBREVIATION
    assert all(candidate.tier != Tier.ABBREVIATION for candidate in gazetteer.lookup("us"))
    assert gazetteer.lookup("uk") == [c for c in gazetteer.lookup("UK") if c.tier != Tier.ABBREVIATION]


def test_unknown_names_are_an_empty_list(gazetteer: Gazetteer) -> None:
    for name in ("", "   ", "Xyzzyville", "Kyiv Xyzzy", ",", "\ud800", "😀"):
        assert gazetteer.lookup(name) == []


def test_demonyms_and_bare_names_come_last(gazetteer: Gazetteer) -> None:
    tiers = [candidate.tier for candidate in gazetteer.lookup("Georgian")]
    assert tiers == sorted(tiers)
    assert Tier.DEMONYM in tiers
    springfields = gazetteer.lookup("Springfield")
    assert len(springfields) > 20
    populations = [c.place.population for c in springfields if c.tier == Tier.PRIMARY]
    assert populations == sorted(populations, reverse=True)


def test_match_finds_every_name_longest_first(gazetteer: Gazetteer) -> None:
    tokens = tokenize("near New York City, N.Y., on Monday")
    found = gazetteer.match(tokens, 1)
    assert [match.end for match in found][:2] == [4, 3]
    first, _ = gazetteer.postings(found[0].name_id)
    assert gazetteer.place(int(first[0])).id == "geonames:5128581"
    assert gazetteer.match(tokens, 4) == []


def test_match_stops_at_marks(gazetteer: Gazetteer) -> None:
    assert {match.end for match in gazetteer.match(tokenize("New, York"), 0)} <= {1}
    assert max(match.end for match in gazetteer.match(tokenize("Saudi-Arabia"), 0)) == 2


def test_abbreviations_with_and_without_dots_match_alike(gazetteer: Gazetteer) -> None:
    ids = set()
    for text in ("U.S. troops", "US troops", "U.S troops"):
        (exact,) = (match for match in gazetteer.match(tokenize(text), 0) if match.exact_case)
        assert exact.end == 1
        ids.add(exact.name_id)
    assert len(ids) == 1
    assert not any(match.exact_case for match in gazetteer.match(tokenize("us troops"), 0))


@given(st.text() | st.text(alphabet="KYIVkyiv US.'-\ud800\x01\x00"))
def test_no_text_breaks_matching(gazetteer: Gazetteer, text: str) -> None:
    tokens = tokenize(text)
    for start in range(len(tokens)):
        ends = [match.end for match in gazetteer.match(tokens, start)]
        assert ends == sorted(ends, reverse=True)
        assert all(start < end <= len(tokens) for end in ends)


@given(st.integers(min_value=0))
def test_places_are_consistent(gazetteer: Gazetteer, number: int) -> None:
    place = gazetteer.place(number % len(gazetteer))
    assert gazetteer.by_id(place.id) == place
    assert place.name
    assert -180 <= place.lon <= 180 and -90 <= place.lat <= 90
    assert len(place.country_code) in (0, 2)
    # No name runs across a mark: a few display names hold one ("Ordu–Giresun Airport").
    if all(token.fold[0].isalnum() for token in tokenize(place.name)):
        assert any(candidate.place == place for candidate in gazetteer.lookup(place.name))


@pytest.mark.parametrize(
    "place_id",
    [
        *("", "703448", "osm:1", "crisismap:nowhere"),
        *(f"geonames:{number}" for number in ("", "0", "-1", "x", "٣", "99999999999")),
    ],
)
def test_unknown_ids_are_none(gazetteer: Gazetteer, place_id: str) -> None:
    assert gazetteer.index_of(place_id) is None
    assert gazetteer.by_id(place_id) is None


def test_indices_outside_are_an_error(gazetteer: Gazetteer) -> None:
    for index in (-1, len(gazetteer)):
        with pytest.raises(IndexError, match=f"no entry {index}"):
            gazetteer.place(index)


def test_every_entry_has_a_findable_place(gazetteer: Gazetteer) -> None:
    columns = gazetteer.columns
    count = len(gazetteer)
    assert count > 270_000
    assert int(columns.country.max()) < len(gazetteer.country_codes)
    assert int(columns.feature.max()) < len(gazetteer.feature_codes)
    first_level = gazetteer.feature_codes.index("A.ADM1")
    held = columns.admin1[columns.admin1 > 0] - 1
    assert (columns.feature[held] == first_level).all()
    assert gazetteer.country_codes[0] == ""


def test_the_file_is_small_and_describes_itself(gazetteer: Gazetteer) -> None:
    info = gazetteer.info()
    assert info.path.stat().st_size <= 26_000_000
    assert info.entries == len(gazetteer) == sum(count for _, count in info.feature_classes)
    assert len(info.sha256) == 64
    assert all(source.license and source.attribution for source in info.sources)
    assert any("GeoNames" in source.attribution for source in info.sources)


def test_damaged_files_are_one_clear_error(tmp_path: Path) -> None:
    file = read_arrays(data_path("gazetteer.gaz"), KIND, FORMAT_VERSION)
    metadata = {k: v for k, v in file.metadata.items() if k not in ("crisismap", "version")}
    path = tmp_path / "damaged.gaz"
    small = {name: array[:64] for name, array in file.arrays.items()}
    write_arrays(path, KIND, FORMAT_VERSION, small, metadata)
    with pytest.raises(GazetteerError, match=r"damaged\.gaz: .*crisismap gazetteer build"):
        Gazetteer.open(path)
    for missing in ("trie", "names", "blocks", "longest"):
        arrays = {name: array for name, array in file.arrays.items() if name != missing}
        kept = {name: text for name, text in metadata.items() if name != missing}
        write_arrays(path, KIND, FORMAT_VERSION, arrays, kept)
        with pytest.raises(GazetteerError, match=r"damaged\.gaz: .*crisismap gazetteer build"):
            Gazetteer.open(path)
    with pytest.raises(GazetteerError, match=r"nowhere\.gaz: no such file"):
        Gazetteer.open(tmp_path / "nowhere.gaz")


def test_values_are_frozen(gazetteer: Gazetteer) -> None:
    (match, *_) = gazetteer.match(tokenize("Kyiv"), 0)
    with pytest.raises(AttributeError):
        match.end = 3  # type: ignore[misc]


@pytest.fixture(scope="module")
def small_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gazetteer of a few entries."""
    path = tmp_path_factory.mktemp("gazetteer") / "small.gaz"
    with GazetteerWriter() as writer:
        for number, name in enumerate(("Kyiv", "Lviv", "Nova Kakhovka", "New Kyiv"), 1):
            entry = Entry(number, name, "P.PPL", 30.0, 50.0, country="UA", population=number)
            entry.add(name, Tier.PRIMARY)
            writer.add(entry)
        writer.write(path, [])
    return path


@given(at=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255), data=st.data())
@settings(max_examples=300)
def test_a_damaged_byte_is_an_error_or_does_no_harm(
    small_file: Path, at: float, flip: int, data: st.DataObject
) -> None:
    content = bytearray(small_file.read_bytes())
    # Half of the flips into the trie, which C++ reads.
    trie = small_file.read_bytes().find(b"We love Marisa.")
    assert trie > 0
    first = data.draw(st.sampled_from([0, trie]))
    content[first + int(at * (len(content) - first))] ^= flip
    path = small_file.with_name("damaged.gaz")
    path.write_bytes(content)
    try:
        damaged = Gazetteer.open(path)
    except GazetteerError as error:
        assert "damaged.gaz" in str(error)
        return
    assert [place.place.population for place in damaged.lookup("Kyiv")] == [1]
    assert damaged.match(tokenize("New Kyiv"), 0)[0].end == 2


@given(st.floats(0, 1, exclude_max=True))
def test_a_file_cut_short_is_an_error(small_file: Path, share: float) -> None:
    content = small_file.read_bytes()
    path = small_file.with_name("short.gaz")
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(GazetteerError, match=r"short\.gaz: "):
        Gazetteer.open(path)


def test_the_other_names_of_a_place(gazetteer):
    found = gazetteer.other_names(["geonames:703448", "geonames:6252001", "nowhere:1"])
    assert list(found) == ["geonames:703448", "geonames:6252001"]
    kyiv, america = found.values()
    assert {"kiev", "kijow"} <= set(kyiv)
    assert "kyiv" not in kyiv  # that is the name it goes by
    assert "usa" in america  # an abbreviation, without the mark of its case
    assert kyiv == sorted(set(kyiv))


def test_the_other_names_of_a_place_of_ones_own(gazetteer):
    camp = Place("places:k:1", "Camp Kyiv", 30.0, 50.0, "P", "PPL", "UA")
    layered = gazetteer.with_places([OwnPlace(camp, aliases=("Kiev", "Base Seven"))])
    found = layered.other_names(["places:k:1", "geonames:703448"])
    assert found["places:k:1"] == ["base seven", "kiev"]
    assert found["geonames:703448"] == gazetteer.other_names(["geonames:703448"])["geonames:703448"]
