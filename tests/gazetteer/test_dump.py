"""A gazetteer from a GeoNames dump, made of a few rows that are known by heart."""

import gzip
import logging
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisismap.errors import GazetteerError, OutputError
from crisismap.gazetteer import Gazetteer
from crisismap.gazetteer.building.dump import DumpBuild, DumpFilter, build_from_dump
from crisismap.gazetteer.building.geonames import Reading, read_rows
from crisismap.model import Tier

ROWS = (
    # id, name, alternates, lat, lon, class, code, country, admin1, admin2, population
    (
        703448,
        "Kyiv",
        "Kiev,KBP,Kiew,Київ,kiyebha,Market",
        50.45,
        30.52,
        "P",
        "PPLC",
        "UA",
        "12",
        "",
        2_900_000,
    ),
    (690791, "Ukraine", "Ucraina", 49.0, 32.0, "A", "PCLI", "UA", "00", "", 44_000_000),
    (706482, "Kharkiv Oblast", "", 49.5, 36.5, "A", "ADM1", "UA", "07", "", 2_600_000),
    (9114284, "Kharkiv Raion", "", 49.9, 36.3, "A", "ADM2", "UA", "07", "0701", 0),
    (5, "Mala Danylivka", "", 50.07, 36.17, "P", "PPL", "UA", "07", "0701", 8_000),
    (6, "Hamlet", "", 50.0, 36.0, "P", "PPL", "UA", "07", "0701", 12),
    (7, "Old Oblast", "", 49.5, 36.5, "A", "ADM1H", "UA", "99", "", 0),
    (8, "Dnipro", "Dnieper,Dnepr,Borysthenes", 46.5, 32.3, "H", "STM", "UA", "", "", 0),
    (9, "Nameless Creek", "", 46.5, 32.3, "H", "STM", "UA", "", "", 0),
    (10, "Black Sea", "", 43.0, 34.0, "H", "SEA", "", "", "", 0),
    (11, "Main Road", "a,b,c,d", 43.0, 34.0, "R", "RD", "UA", "", "", 0),
    (12, "Cook County", "", 41.8, -87.8, "A", "ADM2", "US", "IL", "031", 5_000_000),
    (13, "Zürich", "", 47.4, 8.5, "P", "PPLA", "CH", "ZH", "", 400_000),
)
NAMES = (
    # place, language, name, preferred, short, colloquial, historic
    (703448, "en", "Kiev", "", "", "", ""),
    (703448, "en", "Kyiv City", "1", "", "", ""),
    (703448, "de", "Kiew", "", "", "", ""),
    (703448, "ru", "Киев", "", "", "", ""),
    (703448, "la", "Kiovia", "", "", "", "1"),
    (703448, "abbr", "KYV", "", "", "", ""),
    (703448, "link", "https://en.wikipedia.org/wiki/Kyiv", "", "", "", ""),
    (703448, "iata", "KBP", "", "", "", ""),
    (703448, "", "Kyyiv", "", "", "", ""),
    (13, "en", "Turicum City", "", "", "1", ""),
    (999, "en", "Nowhere", "1", "", "", ""),
)


def row_line(row: tuple) -> str:
    number, name, others, lat, lon, kind, code, country, admin1, admin2, people = row
    plain = name.encode("ascii", "ignore").decode() if number != 13 else "Zurich"
    cells = [number, name, plain, others, lat, lon, kind, code, country, "", admin1, admin2, "", "", people]
    return "\t".join(map(str, [*cells, "", "", "Europe/Kiev", f"2022-02-{number % 20 + 1:02}"]))


def name_line(number: int, row: tuple) -> str:
    place, language, name, *marks = row
    return "\t".join(map(str, [number, place, language, name, *marks, "", ""]))


DUMP = "".join(row_line(row) + "\n" for row in ROWS)
ALTERNATE_NAMES = "".join(name_line(number, row) + "\n" for number, row in enumerate(NAMES, 1))


def build(folder: Path, dump: str | bytes = DUMP, names: str | None = None, **options: object) -> DumpBuild:
    path = folder / "allCountries.txt"
    path.write_bytes(dump if isinstance(dump, bytes) else dump.encode())
    other = None
    if names is not None:
        other = folder / "alternateNamesV2.txt"
        other.write_text(names, encoding="utf-8")
    return build_from_dump(folder / "my.gaz", path, other, **options)  # type: ignore[arg-type]


def opened(folder: Path, **options: object) -> Gazetteer:
    return Gazetteer.open(build(folder, **options).info.path)  # type: ignore[arg-type]


def found(gazetteer: Gazetteer, name: str) -> list[tuple[str, Tier]]:
    return [(candidate.place.id, candidate.tier) for candidate in gazetteer.lookup(name)]


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Gazetteer:
    return opened(tmp_path_factory.mktemp("dump"))


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Gazetteer:
    return opened(tmp_path_factory.mktemp("dump"), names=ALTERNATE_NAMES)


def test_rows_become_places_with_parents(mine: Gazetteer) -> None:
    village = mine.by_id("geonames:5")
    assert village is not None
    assert (village.name, village.feature_class, village.feature_code) == ("Mala Danylivka", "P", "PPL")
    assert (village.admin1_code, village.admin1_name, village.admin2_code) == ("07", "Kharkiv Oblast", "0701")
    assert (village.lat, village.lon, village.population) == (50.07, 36.17, 8_000)
    sea = mine.by_id("geonames:10")
    assert sea is not None
    assert (sea.country_code, sea.admin1_code) == ("", "")


def test_the_filter_keeps_what_news_speaks_of(mine: Gazetteer) -> None:
    kept = {row[0] for row in ROWS if mine.by_id(f"geonames:{row[0]}")}
    assert kept == {row[0] for row in ROWS} - {7, 9, 11}


def test_the_filter_can_be_narrowed_and_widened(tmp_path: Path) -> None:
    few = opened(tmp_path, keep=DumpFilter("P", min_population=1000))
    assert {row[0] for row in ROWS if few.by_id(f"geonames:{row[0]}")} == {703448, 5, 13}
    more = opened(tmp_path, keep=DumpFilter("PR"))
    assert more.by_id("geonames:11") is not None
    with pytest.raises(GazetteerError, match="feature classes 'PX': 'X' is none of"):
        DumpFilter("PX")


def test_names_of_the_dump_itself(mine: Gazetteer) -> None:
    kyiv = "geonames:703448"
    assert (kyiv, Tier.PRIMARY) in found(mine, "Kyiv")
    assert found(mine, "Kiew")[0][0] == kyiv
    assert found(mine, "Zurich") == found(mine, "Zürich") == [("geonames:13", Tier.PRIMARY)]
    assert found(mine, "Cook") == [("geonames:12", Tier.STRIPPED)]
    assert found(mine, "Kharkiv region") == [("geonames:706482", Tier.ALTERNATE)]
    for junk in ("KBP", "Київ", "kiyebha", "Market"):
        assert found(mine, junk) == [], junk
    index = mine.index_of(kyiv)
    assert index is not None
    assert mine.columns.alternates[index] == 6, "fame counts the names of every script"


def test_alternate_names_say_their_language(named: Gazetteer) -> None:
    kyiv = "geonames:703448"
    assert (kyiv, Tier.PRIMARY) in found(named, "Kyiv City")
    assert found(named, "Kiew") == [(kyiv, Tier.FOREIGN)]
    assert found(named, "Kiovia") == [(kyiv, Tier.HISTORICAL)]
    assert found(named, "KYV") == [(kyiv, Tier.ABBREVIATION)]
    assert found(named, "Kyyiv") == [(kyiv, Tier.ALTERNATE)], "a spelling of its own name"
    assert found(named, "Turicum City") == [("geonames:13", Tier.ALTERNATE)]
    for junk in ("kyv", "KBP", "Киев", "Nowhere"):
        assert found(named, junk) == [], junk


def test_curated_tables_are_in_where_their_places_are(mine: Gazetteer) -> None:
    assert found(mine, "Ukrainian")[0] == ("geonames:690791", Tier.DEMONYM)
    assert found(mine, "Kremlin")[0][0] == "crisismap:kremlin"
    assert found(mine, "Middle East")[0][0] == "geonames:6269133"
    assert found(mine, "French") == []


def test_the_row_of_a_curated_region_lends_it_its_names(tmp_path: Path) -> None:
    row = (615318, "Caucasus Region", "Kavkaz,Qafqaz", 42.0, 45.0, "L", "RGN", "", "", "", 15_900_000)
    own = opened(tmp_path, dump=f"{DUMP}{row_line(row)}\n")
    caucasus = own.by_id("crisismap:caucasus")
    assert caucasus is not None and caucasus.id == "geonames:615318"
    assert found(own, "Caucasus") == [("geonames:615318", Tier.PRIMARY)]
    assert [place for place, _ in found(own, "Qafqaz")] == ["geonames:615318"]


def test_the_file_says_what_it_is_of(named: Gazetteer) -> None:
    info = named.info()
    notes = dict(info.notes)
    assert notes["filter"] == "feature classes APLHTS"
    assert notes["rows read"] == "13, of them 0 bad"
    assert notes["rows kept"] == "10"
    assert notes["alternate names read"] == "11, of them 0 bad"
    dump, names = info.sources
    assert (dump.name, dump.license, dump.date) == ("GeoNames allCountries.txt", "CC-BY-4.0", "2022-02-14")
    assert names.name == "GeoNames alternateNamesV2.txt"


def test_order_of_rows_and_packing_change_nothing(tmp_path: Path) -> None:
    first = build(tmp_path, names=ALTERNATE_NAMES).info
    lines = DUMP.splitlines(keepends=True)
    assert build(tmp_path, "".join(reversed(lines)), ALTERNATE_NAMES).info.sha256 == first.sha256
    plain = tmp_path / "allCountries.txt"
    with gzip.open(tmp_path / "allCountries.txt.gz", "wb") as file:
        file.write(DUMP.replace("\n", "\r\n").encode())
    with zipfile.ZipFile(tmp_path / "allCountries.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readme.txt", "short")
        archive.writestr("allCountries.txt", DUMP)
    for packed in (plain, tmp_path / "allCountries.txt.gz", tmp_path / "allCountries.zip"):
        again = build_from_dump(tmp_path / "again.gaz", packed)
        assert (again.info.entries, again.info.names) == (
            len(opened(tmp_path)),
            opened(tmp_path).info().names,
        )


def test_bad_rows_are_counted_and_the_first_are_shown(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    good = row_line(ROWS[0])
    cells = good.split("\t")
    bad = [
        "\t".join(cells[:5]),
        *("\t".join([*cells[:at], value, *cells[at + 1 :]]) for at, value in BAD_CELLS),
    ]
    with caplog.at_level(logging.WARNING):
        result = build(tmp_path, DUMP.encode() + "\n".join([*bad, good]).encode() + b"\n" + BROKEN)
    assert result.bad == len(bad) + 2
    assert (result.rows, result.kept) == (len(ROWS) + len(bad) + 2, 10)
    path = tmp_path / "allCountries.txt"
    assert f"{path}:14: 5 columns, want 19; left out" in caplog.messages
    assert f"{path}:15: geonameid 'x': want a whole number from 1; left out" in caplog.messages
    assert f"{path}:16: latitude '91': want degrees from -90 to 90; left out" in caplog.messages
    assert caplog.messages[-1] == f"{path}: {result.bad} bad rows left out in all"
    assert len(caplog.messages) == 6


BAD_CELLS = ((0, "x"), (4, "91"), (5, "east"), (5, "nan"), (14, "-4"), (1, " "), (0, "99999999999"))
BROKEN = row_line(ROWS[4]).encode().replace(b"Mala", b"Mal\xff") + b"\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds no row"),
        (b"name,lon,lat\nZaatari,36.3,32.3\n", ":1: 1 columns, want 19; this is no GeoNames dump"),
        (b"PK\x03\x04 no archive", "cannot be read .*; fetch the file again"),
        (b"\x1f\x8b no archive", "cannot be read .*; fetch the file again"),
        (b"\xff" * 4000, ":1: 1 columns"),
        (ALTERNATE_NAMES.encode(), ":1: 10 columns, want 19"),
        (b"a\tb\n" * 5000, ":1: 2 columns"),
    ],
)
def test_other_files_are_one_clear_error(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(GazetteerError, match=rf"allCountries\.txt.*{message}"):
        build(tmp_path, content)
    assert not (tmp_path / "my.gaz").exists()


def test_a_packed_file_that_is_cut_short(tmp_path: Path) -> None:
    whole = gzip.compress(DUMP.encode())
    with pytest.raises(GazetteerError, match="fetch the file again"):
        build(tmp_path, whole[: len(whole) // 2])
    with pytest.raises(GazetteerError, match=r"nowhere\.txt: cannot be read"):
        build_from_dump(tmp_path / "my.gaz", tmp_path / "nowhere.txt")
    with pytest.raises(OutputError, match="there is no folder"):
        build_from_dump(tmp_path / "nowhere" / "my.gaz", tmp_path / "allCountries.txt")
    with pytest.raises(GazetteerError, match=r"alternateNamesV2\.txt:1: 19 columns, want 10"):
        build(tmp_path, names=DUMP)


def test_progress_counts_rows_and_bytes(tmp_path: Path) -> None:
    path = tmp_path / "allCountries.txt"
    path.write_text(DUMP * 1000, encoding="utf-8")
    seen: list[tuple[str, int, int, int]] = []
    reading = Reading(path)
    rows = list(read_rows(path, lambda *_: True, reading, lambda *state: seen.append(state)))
    assert len(rows) == reading.rows == 13_000
    assert [state[:2] for state in seen] == [("allCountries.txt", 8192)]
    assert 0 < seen[0][2] <= seen[0][3] == path.stat().st_size


@given(st.lists(st.binary(max_size=200), max_size=8))
def test_no_bytes_break_reading(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]) -> None:
    path = tmp_path_factory.mktemp("dump") / "any.txt"
    path.write_bytes(row_line(ROWS[0]).encode() + b"\n" + b"\n".join(lines))
    reading = Reading(path)
    try:
        rows = list(read_rows(path, lambda *_: True, reading))
    except GazetteerError:
        return
    assert len(rows) + reading.bad == reading.rows
    assert rows[0].name == "Kyiv"
