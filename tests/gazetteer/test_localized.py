"""Names of places in the languages of the interface, and what is taken for such a name."""

from pathlib import Path

import pytest

from crisismap.errors import GazetteerError
from crisismap.gazetteer import localized_names
from crisismap.gazetteer.building.localized import _arabic, _ukrainian, write_names


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("uk", ["Судан", "Київ", "Чорне море", "Європа", "Одеська область"]),
        ("fr", ["Soudan", "Kiev", "Mer Noire", "Europe", "Oblast d'Odessa"]),
        ("ar", ["السودان", "كييف", "البحر الأسود", "أوروبا", "أوبلاست أوديسا"]),
    ],
)
def test_places_have_names(language: str, expected: list[str]) -> None:
    sudan, kyiv, black_sea, europe, odesa = (
        *("geonames:366755", "geonames:703448", "geonames:630673"),
        *("geonames:6255148", "geonames:698738"),
    )
    names = localized_names([sudan, kyiv, black_sea, europe, odesa], language)
    assert [names[key] for key in (sudan, kyiv, black_sea, europe)] == expected[:4]
    assert odesa in names


def test_a_country_goes_by_its_code_too() -> None:
    assert localized_names(["PS", "HK"], "uk") == {"PS": "Палестина", "HK": "Гонконг"}


def test_unknown_places_and_languages_have_none() -> None:
    assert localized_names(["geonames:1"], "uk") == {}
    assert localized_names(["UA"], "en") == {}
    assert localized_names(["UA"], "tlh") == {}


def test_names_come_back_as_they_were_written(tmp_path: Path) -> None:
    write_names(tmp_path, {"geonames:2": {"uk": "Два"}, "geonames:1": {"ar": "واحد", "fr": 'Un "un"'}})
    path = tmp_path / "place_names.json"
    assert localized_names(["geonames:1", "geonames:2"], "uk", path) == {"geonames:2": "Два"}
    assert localized_names(["geonames:1", "geonames:2"], "fr", path) == {"geonames:1": 'Un "un"'}
    assert path.read_text(encoding="utf-8").count("\n") == 4, "one place a line"


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "place_names.json"
    path.write_text('{"languages": ["uk"], "names": {"UA": 5}}', encoding="utf-8")
    with pytest.raises(GazetteerError, match="is damaged"):
        localized_names(["UA"], "uk", path)
    with pytest.raises(GazetteerError, match="cannot be read"):
        localized_names(["UA"], "uk", tmp_path / "none.json")


@pytest.mark.parametrize(
    ("romanized", "spellings", "name"),
    [
        ("Zhytomyr", ["Житомир"], "Житомир"),
        ("Mariupol", ["Мариупол", "Мариуполь", "Маріуполь", "Марїоуполь"], "Маріуполь"),
        ("Slovyansk", ["Славянск", "Слов'янськ"], "Слов’янськ"),
        ("Mykolayiv", ["Николаев", "Миколаїв"], "Миколаїв"),
        ("Zaporizhzhya", ["Запорожье", "Запоріжжя", "Запоріжя"], "Запоріжжя"),
        ("Odesa", ["Одесса", "Південна Пальміра"], ""),
    ],
)
def test_a_ukrainian_name_is_known_by_its_romanization(
    romanized: str, spellings: list[str], name: str
) -> None:
    assert _ukrainian(romanized, spellings) == name


@pytest.mark.parametrize(
    ("spellings", "name"),
    [
        (["غزه", "غزة", "Gaza"], "غزة"),
        (["ادلب", "إدلب"], "إدلب"),
        (["لاذقية", "اللاذقية"], "اللاذقية"),
        (["كركوك", "کەرکووک"], "كركوك"),
        (["القامشلي", "القامشلو"], ""),
        (["Mosul"], ""),
    ],
)
def test_an_arabic_name_is_taken_where_spellings_agree(spellings: list[str], name: str) -> None:
    assert _arabic(spellings) == name


def test_rivers_have_names_of_the_curated_table() -> None:
    assert localized_names(["crisismap:dnieper"], "uk") == {"crisismap:dnieper": "Дніпро"}
    assert localized_names(["crisismap:suez-canal"], "ar") == {"crisismap:suez-canal": "قناة السويس"}
