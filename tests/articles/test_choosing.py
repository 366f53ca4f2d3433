"""Which articles are read: languages and duplicates."""

# ruff: noqa: E501 - texts are written as they are

import json
import os
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crisismap.articles import ReadOptions, read_articles
from crisismap.articles.duplicates import DigestSet, Duplicates, normalized_url
from crisismap.articles.language import foreign_language
from crisismap.errors import ArticleError
from crisismap.model import Article

CORPORA = Path(os.environ.get("CRISISMAP_CORPORA", Path(__file__).parents[3] / "shared" / "corpora"))

FOREIGN = {
    "Ukrainian": "Російські війська вранці обстріляли околиці міста, повідомив мер. Люди чекали на потяги до "
    "Польщі, а залізниця пустила більше вагонів, ніж будь-коли.",
    "Russian": "Утром войска обстреляли окраины города, сообщил мэр. Люди ждали поездов в Польшу, и железная "
    "дорога пустила больше вагонов, чем когда-либо прежде.",
    "Arabic": "قصفت القوات ضواحي المدينة في وقت مبكر من صباح الجمعة، بحسب ما قال رئيس البلدية، واحترقت عدة منازل "
    "قبل الفجر، بينما كان الناس ينتظرون القطارات.",
    "Chinese": "市长说，周五清晨，炮弹击中了城市的郊区，几座房屋在黎明前被烧毁，人们在火车站排队等候前往波兰的列车。",
    "French": "Des obus ont touché la banlieue de la ville tôt vendredi matin, a déclaré le maire, et plusieurs "
    "maisons ont brûlé avant l'aube, tandis que les habitants attendaient les trains.",
    "Spanish": "Los proyectiles alcanzaron las afueras de la ciudad en la madrugada del viernes, dijo el alcalde, "
    "y varias casas se quemaron antes del amanecer mientras la gente esperaba los trenes.",
    "German": "Granaten trafen am frühen Freitagmorgen den Stadtrand, sagte der Bürgermeister, und mehrere Häuser "
    "brannten noch vor der Dämmerung nieder, während die Menschen auf die Züge warteten.",
    "Portuguese": "Os projéteis atingiram os arredores da cidade na madrugada de sexta-feira, disse o prefeito, e "
    "várias casas queimaram antes do amanhecer enquanto as pessoas esperavam os trens.",
    "Turkish": "Belediye başkanı, cuma sabahı erken saatlerde şehrin dış mahallelerine top mermilerinin düştüğünü "
    "ve şafaktan önce birkaç evin yandığını söyledi; insanlar trenleri bekliyordu.",
    "Indonesian": "Wali kota mengatakan peluru menghantam pinggiran kota pada Jumat dini hari dan beberapa rumah "
    "terbakar sebelum fajar, sementara orang-orang mengantre kereta ke Polandia.",
}


@pytest.mark.parametrize("language", FOREIGN)
def test_other_languages_are_told(language: str) -> None:
    for text in (FOREIGN[language], FOREIGN[language].upper(), FOREIGN[language] * 50):
        found = foreign_language(text)
        assert found is not None
        assert found[0] == language
        assert 0.5 <= found[1] <= 1.0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Kyiv",
        "#Terremoto #Italia Amatrice Accumoli Arquata del Tronto",
        "SHELLS HIT THE OUTSKIRTS OF KYIV IN THE EARLY HOURS OF FRIDAY, THE MAYOR SAID, AND HOUSES BURNED.",
        "PM Modi, CM Naidu in Amaravati, Vijayawada, Guntur, Tirupati, Visakhapatnam, Rajahmundry, Kakinada",
        "São Paulo, Córdoba, Bogotá, Medellín, Cancún, Asunción, Maranhão, Ñuñoa, Chillán, Concepción, Temuco",
        "1234 5678 " * 100,
        "La Paz, El Alto, Santa Cruz de la Sierra: the army moved in on Friday, and residents fled to the hills.",
        'The mayor said: "Слава Україні", and went on to speak of the shells that hit the city before dawn.',
        "Kyiv (Ukrainian: Київ)",
    ],
)
def test_what_may_be_english_is_read(text: str) -> None:
    assert foreign_language(text) is None


@given(st.text())
@settings(deadline=None)
def test_any_text_has_a_language_or_none(text: str) -> None:
    found = foreign_language(text)
    assert found is None or (found[0] and 0 <= found[1] <= 1)


@pytest.mark.skipif(not CORPORA.is_dir(), reason=f"no corpora in {CORPORA}")
@pytest.mark.parametrize("name", ["lgl", "gwn-a", "geovirus", "idrisi-a"])
def test_english_articles_are_not_refused(name: str) -> None:
    """Fewer than 1 in 1,000; in capitals, too, as some wires write."""
    lines = (CORPORA / f"{name}.jsonl").read_text("utf-8").split("\n")
    texts = [json.loads(line)["text"] for line in lines if line]
    refused = [text for text in texts if foreign_language(text)]
    refused += [text for text in texts[::10] if foreign_language(text.upper())]
    assert len(refused) * 1_000 < len(texts), refused


def test_what_is_not_english_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    records = [
        {"id": "uk-1", "text": FOREIGN["Ukrainian"]},
        {"id": "en-1", "text": "Shells hit Kyiv."},
        {"id": "fr-1", "text": FOREIGN["French"], "toponyms": [{"start": 0, "end": 3}]},
    ]
    path.write_text("\n".join(map(json.dumps, records)))
    errors: list[ArticleError] = []
    assert [a.id for a in read_articles(path, on_error=errors.append)] == ["en-1", "fr-1"]
    (message,) = map(str, errors)
    assert message.startswith("article 'uk-1' is in Ukrainian (")
    assert message.endswith("); crisismap reads English; --any-language reads it all the same")
    options = ReadOptions(any_language=True)
    assert [a.id for a in read_articles(path, options=options)] == ["uk-1", "en-1", "fr-1"]
    with pytest.raises(ArticleError, match="is in Ukrainian"):
        list(read_articles(path))


# --- duplicates ---


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.example.org/a/", "http://example.org/a"),
        ("https://EXAMPLE.org/a#top", "https://example.org/a"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("https://example.org/a?utm_source=x&id=1&fbclid=2", "https://example.org/a?id=1"),
    ],
)
def test_addresses_of_one_page(one: str, other: str) -> None:
    assert normalized_url(one) == normalized_url(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a?id=1", "https://example.org/a?id=2"),
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org:8080/a", "https://example.org/a"),
        ("https://news.example.org/a", "https://example.org/a"),
    ],
)
def test_addresses_of_two_pages(one: str, other: str) -> None:
    assert normalized_url(one) != normalized_url(other)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.txt",
        "https://example.org",
        "https://www.example.org/",
        "ftp://example.org/a",
        "http://[bad/a",
        "http://x.example:99999/a",
        "https://example.org/a?" + "&".join(["a=1"] * 200),
    ],
)
def test_addresses_that_tell_no_page(url: str) -> None:
    assert normalized_url(url) == ""


@given(st.text())
@example("0 #")
def test_any_text_is_an_address_or_none(url: str) -> None:
    for text in (url, f"https://example.org/{url}", f"https://example.org/?{url}"):
        normal = normalized_url(text)
        assert normalized_url(f"https://{normal}") in (normal, "")


def test_the_first_of_several_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    records = [
        {"id": "a", "text": "Shells hit Kyiv.", "url": "https://example.org/a"},
        {"id": "b", "text": "Shells hit  Kyiv.\n", "url": "https://example.org/b"},
        {"id": "c", "text": "Updated: shells hit Kyiv.", "url": "http://www.example.org/a/?utm_source=x"},
        {"id": "d", "text": "Lviv was quiet.", "url": "https://example.org"},
        {"id": "e", "text": "Odesa was quiet.", "url": "https://example.org"},
        {"id": "f", "text": "Updated: shells hit Kyiv.", "url": ""},
        {"id": "g", "text": "Lviv was quiet.", "toponyms": []},
    ]
    path.write_text("\n".join(map(json.dumps, records)))
    left_out: list[Article] = []
    assert [a.id for a in read_articles(path, on_duplicate=left_out.append)] == ["a", "d", "e", "g"]
    assert [a.id for a in left_out] == ["b", "c", "f"]
    options = ReadOptions(keep_duplicates=True)
    assert [a.id for a in read_articles(path, options=options)] == list("abcdefg")


def test_duplicates_across_files(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("Shells hit Kyiv.")
    left_out: list[Article] = []
    assert [a.id for a in read_articles(tmp_path, on_duplicate=left_out.append)] == ["a"]
    assert [a.id for a in left_out] == ["b"]


@given(st.lists(st.text(max_size=3)))
def test_a_digest_set_is_a_set(values: list[str]) -> None:
    digests, real = DigestSet(), set()
    for value in values:
        assert digests.add(value) == (value not in real)
        real.add(value)
    assert len(digests) == len(real)


def test_a_digest_set_grows() -> None:
    digests = DigestSet()
    assert all(digests.add(f"{number}") for number in range(20_000))
    assert not any(digests.add(f"{number}") for number in range(20_000))
    assert len(digests) == 20_000


def test_lone_surrogates_are_told_apart_from_nothing() -> None:
    duplicates = Duplicates()
    assert not duplicates.holds(Article(id="a", text="\ud800", url="https://example.org/\ud800"))
    assert duplicates.holds(Article(id="b", text="\ud800"))
