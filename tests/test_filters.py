"""Which mentions are kept."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crisismap.filters import BoundingBox, MentionFilter
from crisismap.model import (
    Article,
    Kind,
    Location,
    Mention,
    ParsedArticle,
    Place,
    Role,
    Sentence,
    SpatialExpression,
    Toponym,
)

SENTENCE = Sentence(0, 0, 100)
KYIV = Place("1", "Kyiv", 30.5, 50.45, "P", "PPLC", "UA")
SUVA = Place("2", "Suva", 178.4, -18.1, "P", "PPLC", "FJ")
UKRAINE = Place("3", "Ukraine", 32.0, 49.0, "A", "PCLI", "UA")


def toponym(place: Place | None, start: int, confidence: float = 0.9, role: Role = Role.LITERAL) -> Mention:
    name = place.name if place else "Ruritania"
    kind = Kind.COUNTRY if place is UKRAINE else Kind.SETTLEMENT
    location = Location(place, None, (place.lon, place.lat), confidence) if place else Location()
    return Mention(f"m{start}", Toponym(start, start + len(name), name, kind, role), SENTENCE, location)


def expression(anchor: Mention, start: int) -> Mention:
    assert isinstance(anchor.span, Toponym)
    span = SpatialExpression(start, start + 9, "near Kyiv", "proximity", (), (anchor.span,))
    return Mention(f"m{start}", span, SENTENCE, Location(point=(30.6, 50.5), confidence=0.7))


KYIV_ANCHOR = replace(toponym(KYIV, 5), anchor=True)
MENTIONS = (
    expression(KYIV_ANCHOR, 0),
    KYIV_ANCHOR,
    toponym(SUVA, 20, 0.4),
    toponym(None, 30),
    toponym(UKRAINE, 40, 0.8, Role.ASSOCIATIVE),
)
ARTICLE = ParsedArticle(
    Article("a", "x" * 100, date=dt.date(2022, 2, 24), source="BBC.co.uk"), (SENTENCE,), MENTIONS
)


def kept(**conditions: object) -> list[str]:
    found = MentionFilter(**conditions).apply([ARTICLE])  # type: ignore[arg-type]
    return [mention.id for article in found for mention in article.mentions]


ALL = ["m0", "m5", "m20", "m30", "m40"]


def test_an_empty_filter_changes_nothing() -> None:
    silent = ParsedArticle(Article("b", "x"), (), ())
    assert list(MentionFilter().apply([ARTICLE, silent])) == [ARTICLE, silent]


@pytest.mark.parametrize(
    ("conditions", "ids"),
    [
        ({"since": dt.date(2022, 2, 24)}, ALL),
        ({"since": dt.date(2022, 2, 25)}, []),
        ({"until": dt.date(2022, 2, 24)}, ALL),
        ({"until": dt.date(2022, 2, 23)}, []),
        ({"sources": frozenset({"www.bbc.co.uk"})}, ALL),
        ({"sources": frozenset({"co.uk"})}, []),
        ({"countries": frozenset({"UA"})}, ["m0", "m5", "m40"]),
        ({"countries": frozenset({"FJ", "UA"})}, ["m0", "m5", "m20", "m40"]),
        ({"bbox": BoundingBox(22, 44, 40.5, 52.5)}, ["m0", "m5", "m40"]),
        ({"bbox": BoundingBox(170, -20, -170, -10)}, ["m20"]),
        ({"kinds": frozenset({Kind.SETTLEMENT})}, ["m5", "m20", "m30"]),
        ({"kinds": frozenset({Kind.EXPRESSION})}, ["m0"]),
        ({"roles": frozenset({Role.ASSOCIATIVE})}, ["m40"]),
        ({"min_confidence": 0.8}, ["m5", "m40"]),
        ({"min_confidence": 0.95}, []),
        ({"countries": frozenset({"UA"}), "roles": frozenset({Role.LITERAL})}, ["m0", "m5"]),
    ],
)
def test_each_condition(conditions: dict[str, object], ids: list[str]) -> None:
    assert kept(**conditions) == ids


def test_an_article_without_date_is_in_no_period() -> None:
    undated = replace(ARTICLE, article=replace(ARTICLE.article, date=None))
    assert list(MentionFilter(since=dt.date(1, 1, 1)).apply([undated])) == []
    assert list(MentionFilter(roles=frozenset(Role)).apply([undated])) == [undated]


def test_an_article_that_keeps_nothing_goes() -> None:
    assert list(MentionFilter(countries=frozenset({"US"})).apply([ARTICLE])) == []


def test_no_anchor_without_its_expression() -> None:
    (article,) = MentionFilter(kinds=frozenset({Kind.SETTLEMENT})).apply([ARTICLE])
    assert not any(mention.anchor for mention in article.mentions)
    (article,) = MentionFilter(countries=frozenset({"UA"})).apply([ARTICLE])
    assert [mention.anchor for mention in article.mentions] == [False, True, False]


lon, lat = st.floats(-180, 180), st.floats(-90, 90)


@given(lon, lon, lon, lat)
def test_a_box_and_the_one_around_the_back_hold_all(west: float, east: float, x: float, y: float) -> None:
    assume(west != east)
    assert BoundingBox(west, -90, east, 90).holds(x, y) or BoundingBox(east, -90, west, 90).holds(x, y)
    assert BoundingBox(west, -90, east, 90).holds(west, y)


@pytest.mark.parametrize("box", [(0, 10, 1, 5), (-181, 0, 1, 1), (0, 0, float("nan"), 1), (0, -91, 1, 0)])
def test_a_box_that_is_none(box: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="west,south,east,north"):
        BoundingBox(*box)


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_a_confidence_that_is_none(value: float) -> None:
    with pytest.raises(ValueError, match="a probability from 0 to 1"):
        MentionFilter(min_confidence=value)
