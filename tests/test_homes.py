"""Where outlets are at home, guessed from what their articles name."""

import pytest

from crisismap.gazetteer import Gazetteer
from crisismap.geoparsing import Geoparser
from crisismap.homes import guess_homes, homes_of, look_ahead
from crisismap.model import Article
from crisismap.recognition import GazetteerRecognizer

HOUMA = "geonames:4328010"
TEXTS = (
    "Fire broke out in Houma, Louisiana, on Monday.",
    "The Houma council met on Friday.",
    "A parade will cross downtown Houma.",
    "Fans drove to New Orleans for the game.",
)


@pytest.fixture(scope="module")
def geoparser(gazetteer: Gazetteer) -> Geoparser:
    return Geoparser(gazetteer, recognizer=GazetteerRecognizer(gazetteer))


def articles(source: str, *texts: str) -> list[Article]:
    return [Article(f"{source}/{number}", text, source=source) for number, text in enumerate(texts)]


def test_an_outlet_is_at_home_where_its_articles_keep_going(geoparser: Geoparser) -> None:
    batch = articles("Courier", *TEXTS)
    homes = guess_homes(batch, geoparser)
    assert {source: place.id for source, place in homes.items()} == {"Courier": HOUMA}
    assert guess_homes(batch[::-1], geoparser) == homes


@pytest.mark.parametrize(
    "batch",
    [
        [],
        articles("Courier", *TEXTS[:2]),  # two articles are no habit
        articles("", *TEXTS),  # of nobody knows whom
        articles("Agency", *(f"Officials met in {name}." for name in ("Kyiv", "Paris", "Lima", "Delhi"))),
        articles("Agency", *TEXTS[:3], *["Nothing was said of any place."] * 8),  # 3 of 11
        articles("Broken", *["\ud800"] * 5),
    ],
)
def test_who_is_at_home_nowhere(geoparser: Geoparser, batch: list[Article]) -> None:
    assert guess_homes(batch, geoparser) == {}


def test_of_many_articles_some_twenty_are_read_from_all_of_them(geoparser: Geoparser) -> None:
    read: list[str] = []

    class Counting(GazetteerRecognizer):
        def recognize(self, text, sentences):  # type: ignore[no-untyped-def]
            read.append(text)
            return super().recognize(text, sentences)

    counting = geoparser.with_recognizer(Counting(geoparser.gazetteer))
    # An encyclopedia that begins with one town.
    batch = articles("Encyclopedia", *TEXTS[:2] * 10, *[f"Article {number}." for number in range(180)])
    assert guess_homes(batch, counting) == {}
    assert len(read) == 20


def test_a_home_is_a_settlement(geoparser: Geoparser) -> None:
    batch = articles("Herald", *["Ukraine and Texas signed a treaty."] * 4)
    assert homes_of(map(geoparser.parse, batch)) == {}


def test_looking_ahead_loses_no_article_and_finds_the_homes(geoparser: Geoparser) -> None:
    batch = [*articles("Herald", *["A parade crossed Chicago."] * 3), *articles("Other", "No place.")]
    stream, knowing = look_ahead(iter(batch), geoparser)
    assert list(stream) == batch
    vague = Article("x", "A fire in Springfield closed the road.", source="Herald")
    [mention] = [m for m in knowing.parse(vague).mentions if m.span.text == "Springfield"]
    assert mention.location.place is not None
    assert mention.location.place.admin1_code == "IL"


def test_a_home_that_is_stated_stays(geoparser: Geoparser, gazetteer: Gazetteer) -> None:
    chicago = gazetteer.place(gazetteer.index_of("geonames:4887398") or 0)
    [houma] = guess_homes(articles("Courier", *TEXTS), geoparser).values()
    line = Article("x", "Fire broke out in Springfield late on Monday.", source="Courier")
    stated = geoparser.with_homes({"Courier": chicago})
    for knowing in (stated, stated.with_homes({"Courier": houma})):
        [mention] = knowing.parse(line).mentions
        assert mention.location.place is not None
        assert mention.location.place.admin1_code == "IL"
