"""The composed pipeline: given spans, errors in a batch, offsets, repeatability."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisismap.errors import ArticleError
from crisismap.geoparsing import Geoparser, geoparse, portions
from crisismap.model import Article, Kind, ParsedArticle, Precision, SpatialExpression, Toponym


def test_given_spans_are_resolved_exactly(geoparser: Geoparser) -> None:
    text = "zzyzxqq is a word. " + 300 * "-" + " The mayor of Paris, Texas, flew to Kyiv."
    spans = tuple((text.index(name), text.index(name) + len(name)) for name in ("zzyzxqq", "Paris", "Kyiv"))
    parsed = geoparser.resolve_given(Article("a", text, given_spans=spans))
    assert [(m.span.start, m.span.end) for m in parsed.mentions] == list(spans)
    places = [m.location.place.id if m.location.place else None for m in parsed.mentions]
    assert places == [None, "geonames:4717560", "geonames:703448"]
    assert parsed.mentions[0].location.reason
    assert not parsed.mentions[0].location.resolved


def test_an_unknown_place_is_near_the_settlement_named_beside_it(geoparser: Geoparser) -> None:
    text = "A fire on Qwxyzzy Street, Kharkiv, killed two."
    spans = ((10, 24), (26, 33))
    street, city = geoparser.resolve_given(Article("a", text, given_spans=spans)).mentions
    assert street.span.text == "Qwxyzzy Street"
    assert street.location.place == city.location.place
    assert street.location.precision is Precision.NEAR
    assert street.location.confidence < city.location.confidence
    assert street.location.reason == "not in the gazetteer: placed near Kharkiv, which is named beside it"
    assert street.kind is not Kind.SETTLEMENT


def test_given_spans_are_asked_for_in_words(geoparser: Geoparser) -> None:
    with pytest.raises(ArticleError, match=r"'a' has no given spans.*toponyms"):
        geoparser.resolve_given(Article("a", "Kyiv"))


@pytest.mark.parametrize("text", ["", " \n ", "no names here.", "«»—…", "\u202e\u2028\x00"])
def test_texts_without_places_give_no_mentions(geoparser: Geoparser, text: str) -> None:
    assert geoparser.parse(Article("a", text)).mentions == ()


def test_a_bad_article_is_reported_and_the_rest_goes_on(geoparser: Geoparser) -> None:
    errors: list[ArticleError] = []
    spans = ((0, 4),)
    articles = [
        Article("one", "Kyiv", given_spans=spans),
        Article("two", "Kyiv"),
        Article("three", "Lviv", given_spans=spans),
    ]
    parsed = list(geoparse(articles, geoparser, given_spans=True, on_error=errors.append))
    assert [item.article.id for item in parsed] == ["one", "three"]
    assert ["two" in str(error) for error in errors] == [True]


def test_an_unexpected_failure_costs_one_article(geoparser: Geoparser) -> None:
    class Tripping:
        def recognize(self, text: str, sentences: object) -> list[object]:
            if text == "bad":
                raise ZeroDivisionError("boom")
            return []

    tripping = Geoparser(geoparser.gazetteer, recognizer=Tripping(), boundaries=geoparser.boundaries)  # type: ignore[arg-type]
    errors: list[ArticleError] = []
    articles = [Article("a", "bad"), Article("b", "good")]
    assert [p.article.id for p in geoparse(articles, tripping, on_error=errors.append)] == ["b"]
    assert str(errors[0]) == "article 'a': ZeroDivisionError: boom; please report it"
    with pytest.raises(ArticleError, match="'a': ZeroDivisionError") as raised:
        list(geoparse(articles, tripping))
    assert isinstance(raised.value.__cause__, ZeroDivisionError)


def test_articles_parsed_together_say_nothing_for_each_other(geoparser: Geoparser) -> None:
    texts = [
        "PARIS, Texas (AP) - A storm hit Paris and Clarksville on Monday.",
        "Talks in Paris went on, as in Vienna, Geneva and Rome.",
        "Nothing happened.",
        "Georgia and Armenia closed the border near Sadakhlo.",
        "Savannah is in Georgia; so is Augusta, Richmond County.",
        "Washington said that Moscow must leave eastern Ukraine.",
        "Qwxyzzy Street in Springfield, Illinois.",
    ]
    articles = [Article(str(number), text) for number, text in enumerate(texts)]
    alone = [geoparser.parse(article) for article in articles]
    assert list(geoparse(articles, geoparser)) == alone
    assert list(geoparse(reversed(articles), geoparser)) == alone[::-1]
    assert geoparser.parse_all([]) == []


def test_a_source_that_fails_costs_nothing_that_came_before(geoparser: Geoparser) -> None:
    def source() -> Iterator[Article]:
        yield Article("a", "Talks in Kyiv.")
        raise OSError("gone")

    parsed = geoparse(source(), geoparser)
    assert next(parsed).article.id == "a"
    with pytest.raises(OSError, match="gone"):
        next(parsed)


def test_portions_are_of_a_size_and_books_come_alone() -> None:
    articles = [Article(str(number), "a" * size) for number, size in enumerate([1, 1, 1, 200_000, 1])]
    sizes = [[len(article.text) for article in few] for few in portions(articles, 2)]
    assert sizes == [[1, 1], [1, 200_000], [1]]
    assert list(portions([])) == []


def test_parsing_is_repeatable_and_leaves_no_trace(geoparser: Geoparser, parsed_seed: ParsedArticle) -> None:
    geoparser.parse(Article("other", "Floods in Springfield, Ohio, and in Paris, Texas."))
    assert geoparser.parse(parsed_seed.article) == parsed_seed


def test_every_resolved_mention_says_how_precise_it_is(parsed_seed: ParsedArticle) -> None:
    for mention in parsed_seed.mentions:
        assert mention.location.resolved
        assert mention.location.precision in Precision
        assert mention.location.uncertainty_km is not None
        assert mention.location.uncertainty_km >= 1
        assert 0 < mention.location.confidence <= 1


def test_the_kind_follows_the_place_that_was_chosen(geoparser: Geoparser) -> None:
    caucasus = geoparser.parse(
        Article("a", "Tbilisi is the capital of Georgia. Batumi and Kutaisi are in Georgia.")
    )
    south = geoparser.parse(Article("b", "Atlanta, Georgia. Savannah and Augusta are cities in Georgia too."))
    kinds = [{m.kind for m in parsed.mentions if m.span.text == "Georgia"} for parsed in (caucasus, south)]
    assert kinds == [{Kind.COUNTRY}, {Kind.REGION}]


WORDS = st.sampled_from(
    [
        "Kyiv",
        "U.S.",
        "said",
        "near",
        "Ukraine's",
        "northern",
        "borders",
        ",",
        ".",
        "\n\n",
        "Paris",
        "“",
        "”",
        "Gen.",
        "é",
        "🌍",
        "NATO",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS | st.text(max_size=6), max_size=40).map(" ".join))
def test_mentions_slice_back_and_lie_in_their_sentence(geoparser: Geoparser, text: str) -> None:
    parsed = geoparser.parse(Article("a", text))
    toponym_end = 0
    for mention in parsed.mentions:
        span = mention.span
        assert text[span.start : span.end] == span.text
        assert mention.sentence.start <= span.start < span.end <= mention.sentence.end
        if mention.kind is not Kind.EXPRESSION:
            assert span.start >= toponym_end
            toponym_end = span.end
    assert len({mention.id for mention in parsed.mentions}) == len(parsed.mentions)


def test_the_id_of_a_mention_depends_on_article_and_span_only(geoparser: Geoparser) -> None:
    article = Article("a", "Talks in Kyiv.")
    ids = [[m.id for m in geoparser.parse(replace(article, title=title)).mentions] for title in ("", "Other")]
    assert ids == [["a:9-13"], ["a:9-13"]]


def test_anchors_of_a_resolved_expression_are_told_apart(geoparser: Geoparser) -> None:
    text = "The village lies 40 km north of Kyiv. He lives in Kyiv. Sri Lanka's border is closed."
    parsed = geoparser.parse(Article("a", text))
    found = [(mention.span.text, mention.relation) for mention in parsed.mentions]
    assert ("40 km north of Kyiv", "offset") in found
    assert [relation for name, relation in found if name == "Kyiv"] == ["anchor", ""]
    assert ("Sri Lanka", "") in found  # an island has no land border to rest on it


def test_a_span_that_is_toponym_and_expression_has_two_ids(geoparser: Geoparser) -> None:
    parsed = geoparser.parse(Article("a", "Eastern Aleppo is besieged, and so is the east of Ukraine."))
    ids = [mention.id for mention in parsed.mentions]
    assert len(ids) == len(set(ids))


def test_confidence_counts_the_doubt_that_a_name_is_none(geoparser: Geoparser) -> None:
    text = "Talks were held in Kyiv. The Georgia report was read by Jordan and Paris Hilton in Kharkiv."
    found = [m for m in geoparser.parse(Article("a", text)).mentions if isinstance(m.span, Toponym)]
    marked = tuple((m.span.start, m.span.end) for m in found)
    given = geoparser.resolve_given(Article("a", text, given_spans=marked)).mentions
    assert {m.span.text for m in found} >= {"Kyiv", "Georgia", "Kharkiv"}
    for one, sure in zip(found, given, strict=True):
        assert isinstance(one.span, Toponym)
        assert isinstance(sure.span, Toponym)
        assert sure.span.probability == 1.0
        assert 0 < one.span.probability <= 1
        assert one.location.confidence <= one.span.probability
        if one.location.place == sure.location.place and one.location.candidates == sure.location.candidates:
            assert one.location.confidence == pytest.approx(sure.location.confidence * one.span.probability)
    assert min(m.span.probability for m in found if isinstance(m.span, Toponym)) < 0.9


def test_a_border_is_not_shared_with_a_country_where_the_sentence_is_not_set(geoparser: Geoparser) -> None:
    text = (
        "Thousands of people crossed into Sudan. Fighting was reported near Axum and on the Eritrean border."
    )
    (border,) = [m for m in geoparser.parse(Article("a", text)).mentions if m.relation == "border"]
    assert isinstance(border.span, SpatialExpression)
    assert [anchor.text for anchor in border.span.anchors] == ["Eritrean"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Texas troopers stood at Eagle Pass, on the Mexican border.", "the border of Texas with Mexico"),
        (
            "Troops from Illinois stood at the Mexican border.",
            "the land border of the United States with Mexico",
        ),
        ("The mayor spoke of the Mexican border.", "the land border of Mexico with Belize, Guatemala and"),
    ],
)
def test_a_division_stands_for_its_country_at_a_border(geoparser: Geoparser, text: str, reason: str) -> None:
    (border,) = [m for m in geoparser.parse(Article("a", text)).mentions if m.relation == "border"]
    assert border.location.reason.startswith(reason)


def test_a_coast_with_a_name_is_not_the_whole_coast(geoparser: Geoparser) -> None:
    text = "Along the Gulf coast of Florida, two million people had no power."
    assert not [m for m in geoparser.parse(Article("a", text)).mentions if m.relation]
