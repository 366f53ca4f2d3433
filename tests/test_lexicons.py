import csv
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Point

from crisismap.errors import LexiconError
from crisismap.gazetteer import Boundaries, Gazetteer
from crisismap.lexicons import (
    Demonym,
    DemonymForm,
    GapKind,
    SeatStatus,
    Use,
    load_abbreviations,
    load_demonyms,
    load_gaps,
    load_geonames_ids,
    load_landmarks,
    load_place_names,
    load_regions,
    load_seats,
    load_words,
)
from crisismap.model import Tier
from crisismap.paths import data_path

WORD_LISTS = sorted(path.stem for path in data_path("lexicons", "words").glob("*.txt"))

MACRO_REGIONS = (
    *("Northern Africa", "Sub-Saharan Africa", "Eastern Africa", "Middle Africa", "Southern Africa"),
    *("Western Africa", "Latin America and the Caribbean", "Caribbean", "Central America", "South America"),
    *("Northern America", "Central Asia", "Eastern Asia", "South-eastern Asia", "Southern Asia"),
    *("Western Asia", "Eastern Europe", "Northern Europe", "Southern Europe", "Western Europe"),
    *("Australia and New Zealand", "Melanesia", "Micronesia region", "Polynesia"),
)
"""The regions of UN M.49 below the continents."""

FACILITIES = {
    "ADMF",
    "AIRB",
    "AIRP",
    "AMUS",
    "BDG",
    "BLDG",
    "CH",
    "CMP",
    "CMPRF",
    "CMTY",
    "CSTL",
    "CTRB",
    "CTRS",
    "DAM",
    "FT",
    "GATE",
    "GDN",
    "HSP",
    "HSTS",
    "HTL",
    "INSM",
    "MALL",
    "MFG",
    "MKT",
    "MN",
    "MNMT",
    "MSQE",
    "MUS",
    "OILR",
    "PAL",
    "PIER",
    "PRN",
    "PSN",
    "PSTB",
    "RSRT",
    "RSTN",
    "SCH",
    "SCHC",
    "SHRN",
    "SQR",
    "STDM",
    "TMPL",
    "TOWR",
    "WALL",
}
AREAS = {
    "H": {
        "BAY",
        "BGHT",
        "CHN",
        "CNL",
        "ESTY",
        "GULF",
        "LK",
        "LKS",
        "OCN",
        "RF",
        "RSV",
        "SD",
        "SEA",
        "STM",
        "STRT",
        "SWMP",
    },
    "L": {"LCTY", "MILB", "PRK", "RESV", "RGN", "RGNE", "RGNH"},
    "T": {
        "CAPE",
        "CNYN",
        "DLTA",
        "DSRT",
        "GRGE",
        "ISL",
        "ISLS",
        "MT",
        "MTS",
        "PASS",
        "PEN",
        "PLN",
        "PT",
        "UPLD",
        "VAL",
        "VLC",
    },
    "V": {"FRST"},
}
"""The GeoNames feature codes in use."""

OPEN_WATER = {"BAY", "BGHT", "CHN", "ESTY", "GULF", "OCN", "SD", "SEA", "STRT"}

OFF_LAND = {
    "abyei",
    "arctic",
    "asia-pacific",
    "cape-horn",
    "dokdo",
    "great-barrier-reef",
    "matsu-islands",
    "krakatoa",
    "north-pole",
    "paracel-islands",
    "robben-island",
    "scarborough-shoal",
    "second-thomas-shoal",
    "senkaku-islands",
    "snake-island",
    "spratly-islands",
}
"""Regions whose point lies in the sea, or on islets and ground that Natural Earth's countries leave out."""
ON_LAND = {"bosphorus"}
"""Water that Natural Earth's countries cover."""


@cache
def gazetteer() -> Gazetteer:
    return Gazetteer.open()


@cache
def boundaries() -> Boundaries:
    return Boundaries.open()


def references() -> list[str]:
    """Every place that a table refers to."""
    refs = [d.place for d in load_demonyms()] + [a.place for a in load_abbreviations()]
    refs += [n.place for n in load_place_names()] + [m for r in load_regions() for m in r.members]
    refs += [m.stands_for for m in load_landmarks() if m.stands_for]
    return sorted(set(refs))


# The shipped tables


@pytest.mark.parametrize(
    ("load", "least"),
    [
        (load_demonyms, 1400),
        (load_abbreviations, 200),
        (load_place_names, 800),
        (load_regions, 500),
        (load_landmarks, 300),
    ],
)
def test_shipped_tables_are_whole(load: Callable[[], tuple[object, ...]], least: int) -> None:
    assert len(load()) >= least


def test_known_rows() -> None:
    demonyms = {(d.text, d.place): d.form for d in load_demonyms()}
    assert demonyms["Ukrainian", "UA"] is DemonymForm.BOTH
    assert demonyms["Ukrainians", "UA"] is DemonymForm.PEOPLE
    assert demonyms["Turkish", "TR"] is DemonymForm.ADJECTIVE
    assert {place for text, place in demonyms if text == "Congolese"} == {"CD", "CG"}
    abbreviations = {(a.text, a.place): a.use for a in load_abbreviations()}
    assert abbreviations["U.S.", "US"] is Use.ANYWHERE
    assert abbreviations["Ore.", "US-OR"] is Use.AFTER_SETTLEMENT
    names = {(n.text, n.place): n.tier for n in load_place_names()}
    assert names["Britain", "GB"] is Tier.PRIMARY
    assert names["Washington, D.C.", "geonames:4140963"] is Tier.PRIMARY
    assert names["Leningrad", "geonames:498817"] is Tier.HISTORICAL
    assert names["Teheran", "geonames:112931"] is Tier.ALTERNATE
    kremlin = next(m for m in load_landmarks() if m.id == "crisismap:kremlin")
    assert (kremlin.stands_for, kremlin.power, kremlin.country_code) == ("RU", True, "RU")
    donbas = next(r for r in load_regions() if r.name == "Donbas")
    assert donbas.members == ("UA-09", "UA-14")


def test_every_country_has_a_demonym() -> None:
    with_demonym = {d.place for d in load_demonyms()}
    countries = {code for code in gazetteer().country_codes if code}
    assert len(countries) >= 240
    without = {gap.country_code for gap in load_gaps() if gap.lacks is GapKind.DEMONYM}
    assert countries <= with_demonym | without
    assert with_demonym.isdisjoint(without)


def test_cities_states_and_regions_have_demonyms() -> None:
    assert len({d.place for d in load_demonyms() if not re.fullmatch("[A-Z]{2}", d.place)}) >= 300


def test_every_country_has_a_capital() -> None:
    columns, features = gazetteer().columns, gazetteer().feature_codes
    places = [gazetteer().place(int(i)) for i in (columns.feature == features.index("P.PPLC")).nonzero()[0]]
    capitals = {place.country_code for place in places}
    countries = {code for code in gazetteer().country_codes if code}
    seats = {seat.country_code for seat in load_seats()}
    without = {gap.country_code for gap in load_gaps() if gap.lacks is GapKind.CAPITAL}
    assert capitals | seats | without >= countries
    assert capitals.isdisjoint(seats) and (capitals | seats).isdisjoint(without)


def test_seats_are_places_of_their_country() -> None:
    for seat in load_seats():
        place = gazetteer().by_id(seat.place)
        assert place is not None, seat
        assert place.country_code in (seat.country_code, ""), seat
        assert (place.feature_code == "PPLG") == (seat.status is SeatStatus.SEAT), seat


def test_regions_are_found_by_their_geonames_ids() -> None:
    rows = load_geonames_ids()
    assert len(rows) >= 100
    for row in rows:
        place = gazetteer().by_id(f"geonames:{row.number}")
        assert place is not None and place == gazetteer().by_id(row.place), row
    caucasus = gazetteer().by_id("geonames:615318")
    assert caucasus is not None and caucasus.name == "Caucasus"


def test_kashmir_is_the_region() -> None:
    first, *others = gazetteer().lookup("Kashmir")
    assert (first.place.id, first.tier) == ("crisismap:kashmir", Tier.PRIMARY)
    assert {other.tier for other in others} == {Tier.FOREIGN}


def test_judea_and_samaria_is_the_west_bank() -> None:
    assert [c.place.id for c in gazetteer().lookup("Judea and Samaria Area")] == ["geonames:285153"]
    [ariel] = [c.place for c in gazetteer().lookup("Ariel") if c.place.admin1_name == "West Bank"]
    assert ariel.country_code == "PS"


@pytest.mark.parametrize("name", MACRO_REGIONS)
def test_macro_regions_are_places(name: str) -> None:
    assert any(c.place.feature_class == "L" for c in gazetteer().lookup(name)), name


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("Guinea Bissau", "Guinea-Bissau"),
        ("Port-au-Prince", "Port au Prince"),
        ("N'Djamena", "N’Djamena"),
        ("Sanaa", "Sana'a"),
        ("Saint Petersburg", "St. Petersburg"),
        ("St Louis", "Saint Louis"),
        ("Mt. Etna", "Mount Etna"),
        ("Mt Everest", "Mount Everest"),
        ("the Netherlands", "Netherlands"),
        ("The Gambia", "Gambia"),
        ("Bogota", "Bogotá"),
        ("Sao Tome and Principe", "São Tomé and Príncipe"),
        ("Cook", "Cook County"),
        ("Anbar", "Anbar Province"),
        ("Kherson", "Kherson Oblast"),
    ],
)
def test_names_are_found_however_they_are_written(written: str, stored: str) -> None:
    found = {candidate.place.id for candidate in gazetteer().lookup(written)}
    assert gazetteer().lookup(stored)[0].place.id in found


@pytest.mark.parametrize("name", ["us", "in", "IT", "of", "qq"])
def test_pronouns_and_letters_are_no_places(name: str) -> None:
    assert gazetteer().lookup(name) == []


def test_a_short_name_holds_with_its_case() -> None:
    assert [c.place.country_code for c in gazetteer().lookup("US")] == ["US"]
    assert [c.place.id for c in gazetteer().lookup("Us")] == ["geonames:2971316"]


def test_demonyms_are_capitalized() -> None:
    assert [d.text for d in load_demonyms() if not d.text[0].isupper()] == []


def test_all_state_abbreviations_are_there() -> None:
    after = {a.place for a in load_abbreviations() if a.place.startswith("US-")}
    states = {d.place for d in load_demonyms() if re.fullmatch("US-[A-Z]{2}", d.place)}
    assert len(states) == 51
    assert states == after


def test_own_references_lead_to_a_row() -> None:
    ids = [r.id for r in load_regions()] + [m.id for m in load_landmarks()]
    assert len(ids) == len(set(ids))
    assert {ref for ref in references() if ref.startswith("crisismap:")} <= set(ids)


def test_geonames_references_are_in_the_gazetteer() -> None:
    refs = [ref for ref in references() if ref.startswith("geonames:")]
    assert len(refs) > 400
    assert [ref for ref in refs if gazetteer().by_id(ref) is None] == []


def test_no_two_rows_share_a_name_by_accident() -> None:
    seen: dict[str, str] = {}
    shared = set()
    rows = [(r.id, (r.name, *r.aliases)) for r in load_regions()]
    rows += [(m.id, (m.name, *m.aliases)) for m in load_landmarks()]
    for place, names in rows:
        assert len(set(names)) == len(names), place
        shared |= {name for name in names if seen.setdefault(name, place) != place}
    assert shared == {"Sierra Nevada"}


def test_feature_codes_are_those_of_geonames() -> None:
    assert {m.feature_code for m in load_landmarks()} <= FACILITIES
    for region in load_regions():
        assert region.feature_code in AREAS[region.feature_class], region.id


def test_names_of_power_stand_for_a_place() -> None:
    assert [m.id for m in load_landmarks() if m.power and not m.stands_for] == []


def test_landmarks_lie_in_their_countries() -> None:
    far = []
    for landmark in load_landmarks():
        if boundaries().country_at(landmark.lon, landmark.lat, tolerance_km=2) != landmark.country_code:
            # Border posts, enclaves and East Jerusalem lie within a few kilometers of the shape.
            shape = boundaries().country(landmark.country_code)
            assert shape is not None, landmark
            degrees = shape.distance(Point(landmark.lon, landmark.lat))
            if degrees > 0.06:
                far.append((landmark.id, degrees))
    assert far == []


def test_region_points_lie_on_their_members() -> None:
    wrong = []
    for region in load_regions():
        country = boundaries().country_at(region.lon, region.lat)
        if region.members and country not in {member[:2] for member in region.members}:
            wrong.append((region.id, country))
    assert wrong == []


def test_a_region_lies_in_the_country_that_it_is_said_to_lie_in() -> None:
    wrong = []
    for region in load_regions():
        holders = {member[:2] for member in region.members}
        if len(holders) == 1 and {region.country_code} != holders:
            wrong.append((region.id, region.country_code, holders))
        here = boundaries().country_at(region.lon, region.lat, tolerance_km=5)
        if region.country_code and here not in (region.country_code, ""):
            wrong.append((region.id, region.country_code, here))
    assert wrong == []


def test_seas_lie_at_sea_and_land_on_land() -> None:
    wrong = []
    for region in load_regions():
        country = boundaries().country_at(
            region.lon, region.lat, tolerance_km=0 if region.feature_class == "H" else 3
        )
        name = region.id.removeprefix("crisismap:")
        at_sea = (region.feature_code in OPEN_WATER or name in OFF_LAND) and name not in ON_LAND
        if region.feature_class == "H" and not at_sea:
            continue  # rivers, lakes, canals: some lie in a country's shape, some in a hole of it
        if (country == "") != at_sea:
            wrong.append((region.id, country))
    assert wrong == []


# The word lists


@pytest.mark.parametrize("name", WORD_LISTS)
def test_word_lists_have_no_repeats(name: str) -> None:
    text = data_path("lexicons", "words", f"{name}.txt").read_text(encoding="utf-8")
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    entries = [line for line in lines if line]
    assert len(entries) == len(set(entries)) > 0
    assert load_words(name) == set(entries)


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        ("person_titles", ("President", "Gen.", "Sheriff"), ("Moscow",)),
        ("given_names", ("Joe", "Vladimir", "Jinping", "Fatima", "Oleksandr"), ("China", "London")),
        ("surnames", ("Smith", "Washington", "Biden", "Putin", "O'Brien", "McDonald"), ("Moscow",)),
        ("common_words", ("mobile", "nice", "of", "police", "march"), ("moscow", "french", "Nice")),
        ("organization_words", ("University", "Corp.", "Post"), ("Airport",)),
        ("facility_words", ("Airport", "Bridge"), ("Oblast",)),
        ("admin_words", ("County", "Oblast"), ("Airport",)),
        ("direction_words", ("northern", "southwest"), ("in",)),
        ("speech_verbs", ("said", "vowed"), ("Moscow",)),
        ("locative_prepositions", ("in", "near", "at"), ("said",)),
        ("motion_words", ("fled", "travel"), ("the",)),
    ],
)
def test_word_lists_hold_what_they_say(name: str, inside: tuple[str, ...], outside: tuple[str, ...]) -> None:
    words = load_words(name)
    assert words.issuperset(inside)
    assert words.isdisjoint(outside)


def test_common_words_are_lower_case() -> None:
    assert [word for word in load_words("common_words") if word != word.lower()] == []


def test_unknown_word_list() -> None:
    with pytest.raises(LexiconError, match=r"nothing\.txt"):
        load_words("nothing")


# Reading


HEADERS = {
    load_demonyms: "demonym,place,form",
    load_abbreviations: "abbreviation,place,use",
    load_place_names: "name,place,tier",
    load_regions: "id,name,aliases,feature_class,feature_code,country,members,lon,lat,extent_km,source",
    load_geonames_ids: "geonames,place,name,source",
    load_seats: "country,place,status,note",
    load_gaps: "country,lacks,reason",
    load_landmarks: "id,name,aliases,feature_code,lon,lat,country_code,stands_for,power,source",
}
REGION = "crisismap:a,A,,L,RGN,,UA;US-TX,1,2,3,me"
LANDMARK = "crisismap:a,A,,PAL,1,2,RU,RU,yes,me"


@pytest.mark.parametrize(
    ("load", "row", "message"),
    [
        (load_demonyms, ",UA,both", "demonym ''"),
        (load_demonyms, "Kyivan,Ukraine,both", "place 'Ukraine'.*geonames:"),
        (load_demonyms, "Kyivan,ua,both", "place 'ua'"),
        (load_demonyms, "Kyivan,geonames:0,both", "place 'geonames:0'"),
        (load_demonyms, "Kyivan,UA,noun", "form 'noun': want one of adjective, people, both"),
        (load_demonyms, "Kyivan,UA", "'Kyivan,UA' has 2 cells, not 3"),
        (load_demonyms, "Kyivan,UA,both,x", "has 4 cells"),
        (load_demonyms, 'Ky"ivan,UA,"both', "unexpected end of data"),
        (load_abbreviations, "U.S.,US,always", "use 'always': want one of anywhere, after_settlement"),
        (load_place_names, "Kiev,UA,first", "tier 'first': want one of primary, alternate, historical"),
        (load_regions, REGION.replace("crisismap:a", "crisismap:A b"), "id 'crisismap:A b'"),
        (load_regions, REGION.replace(",L,", ",P,"), "feature_class 'P'"),
        (load_regions, REGION.replace("RGN", "region"), "feature_code 'region'"),
        (load_regions, REGION.replace("US-TX", "Texas"), "'Texas' is no ISO 3166 code"),
        (load_regions, REGION.replace("UA;US-TX", "UA;UA"), "want different entries"),
        (load_regions, REGION.replace(",1,", ",181,"), "lon '181': want a number from -180 to 180"),
        (load_regions, REGION.replace(",2,", ",nan,"), "lat 'nan'"),
        (load_regions, REGION.replace(",3,", ",x,"), "extent_km 'x'"),
        (load_regions, REGION.replace(",,UA;", ",ua,UA;"), "country 'ua'"),
        (load_geonames_ids, "x,crisismap:a,A,me", "geonames 'x': want a geonameid"),
        (load_geonames_ids, "1,geonames:2,A,me", "place 'geonames:2': want crisismap:some-name"),
        (load_seats, "IL,geonames:1,capital,why", "status 'capital': want one of seat, main"),
        (load_seats, "IL,geonames:1,seat,", "note ''"),
        (load_gaps, "AQ,king,why", "lacks 'king': want one of capital, demonym"),
        (load_landmarks, LANDMARK.replace(",RU,RU", ",Russia,RU"), "country_code 'Russia'"),
        (load_landmarks, LANDMARK.replace(",RU,yes", ",Moscow,yes"), "stands_for 'Moscow'"),
        (load_landmarks, LANDMARK.replace("yes", "true"), "power 'true': want one of yes, no"),
    ],
)
def test_bad_row(load: Callable[..., Any], row: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f"{HEADERS[load]}\n{row}\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=message) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}:2: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("load", HEADERS)
def test_good_row_and_repeats(load: Callable[..., Any], tmp_path: Path) -> None:
    rows = {
        load_demonyms: "Kyivan,UA,both",
        load_abbreviations: "U.S.,US,anywhere",
        load_place_names: "Kiev,geonames:703448,primary",
        load_regions: REGION,
        load_geonames_ids: "615318,crisismap:caucasus,Caucasus Region,me",
        load_seats: "IL,geonames:281184,seat,why",
        load_gaps: "AQ,capital,why",
        load_landmarks: LANDMARK,
    }
    path = tmp_path / "table.csv"
    path.write_text(f"{HEADERS[load]}\n{rows[load]}\n", encoding="utf-8")
    assert len(load(path)) == 1
    path.write_text(f"{HEADERS[load]}\n{rows[load]}\n{rows[load]}\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r":3: .* repeats line 2"):
        load(path)


@pytest.mark.parametrize("load", HEADERS)
def test_bad_file(load: Callable[..., Any], tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match=r"none\.csv: No such file"):
        load(tmp_path / "none.csv")
    for name, content, message in [
        ("empty.csv", b"", ":1: the header is ''"),
        ("header.csv", b"a,b\n", ":1: the header is 'a,b'; want '"),
        ("latin.csv", b"caf\xe9\n", "byte 3 is not UTF-8"),
    ]:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(LexiconError, match=message):
            load(tmp_path / name)


def test_byte_order_mark_and_spaces(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("demonym,place,form\n Kyivan , UA,both \n", encoding="utf-8-sig")
    assert load_demonyms(path) == (Demonym("Kyivan", "UA", DemonymForm.BOTH),)


cell = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), min_size=1).filter(
    lambda s: s == s.strip()
)


@given(
    st.lists(
        st.builds(
            Demonym,
            cell.filter(bool),
            st.from_regex(r"[A-Z]{2}(-[A-Z0-9]{1,3})?|geonames:[1-9][0-9]{0,7}", fullmatch=True),
            st.sampled_from(DemonymForm),
        ),
        unique_by=lambda d: (d.text, d.place),
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_rows_come_back(tmp_path: Path, rows: list[Demonym]) -> None:
    path = tmp_path / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerows([("demonym", "place", "form"), *((d.text, d.place, d.form.value) for d in rows)])
    assert load_demonyms(path) == tuple(rows)
