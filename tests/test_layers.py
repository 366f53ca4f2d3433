"""The published layers: columns, dtypes, counts, shapes, and links to the sentence."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import GeometryCollection, LineString, Point, Polygon, box

from crisismap.layers import (
    AREA_COLUMNS,
    MENTION_COLUMNS,
    PLACE_COLUMNS,
    RIVAL_COLUMNS,
    UNLOCATED_COLUMNS,
    WHOLE_SENTENCE,
    build_layers,
    sentence_url,
)
from crisismap.model import (
    Article,
    Borders,
    Candidate,
    Kind,
    Location,
    Mention,
    ParsedArticle,
    Place,
    Precision,
    Role,
    Sentence,
    SpatialExpression,
    Tier,
    Toponym,
)

TEXT = "Moscow watched Ukraine. Troops near Ukraine's eastern border moved on Moscow; Atlantis slept."
SENTENCES = (Sentence(0, 0, 23), Sentence(1, 24, len(TEXT)))

MOSCOW = Place("geonames:524901", "Moscow", 37.6, 55.75, "P", "PPLC", "RU", admin1_name="Moscow")
UKRAINE = Place("geonames:690791", "Ukraine", 32.0, 49.0, "A", "PCLI", "UA")
BORDER = LineString([(38, 47), (40, 50)])
SQUARE = box(22, 44, 40, 52)


class OneCountry:
    """Stands in for Boundaries: it knows Ukraine alone and counts the questions."""

    def __init__(self, shape=SQUARE) -> None:
        self.shape = shape
        self.asked: list[tuple[str, Borders]] = []

    def boundary(self, place, borders):
        self.asked.append((place.id, borders))
        return self.shape if place.id == UKRAINE.id else None


def mention(start: int, end: int, place: Place | None, role=Role.LITERAL, article="a1", **location):
    sentence = SENTENCES[0] if start < 24 else SENTENCES[1]
    if place is not None:
        location = {
            "place": place,
            "point": (place.lon, place.lat),
            "confidence": 0.9,
            "precision": Precision.WIDE if place.is_area else Precision.EXACT,
            "uncertainty_km": 15.0,
        } | location
    span = Toponym(start, end, TEXT[start:end], Kind.SETTLEMENT, role)
    return Mention(f"{article}:{start}-{end}", span, sentence, Location(**location))


def expression(geometry, point=(39.0, 48.5)) -> Mention:
    start = TEXT.index("Ukraine's eastern border")
    span = SpatialExpression(start, start + 24, TEXT[start : start + 24], "border", ("east",), ())
    location = Location(
        geometry=geometry, point=point, confidence=0.8, precision=Precision.WIDE, uncertainty_km=20.0
    )
    return Mention(f"a1:{start}", span, SENTENCES[1], location)


def parsed(*mentions: Mention, article_id="a1", date=dt.date(2022, 2, 4)) -> ParsedArticle:
    article = Article(
        article_id, TEXT, title="A; B", url="https://example.org/x", date=date, source="example.org"
    )
    return ParsedArticle(article, SENTENCES, mentions)


def dtypes(frame):
    return {name: str(frame[name].dtype) for name in frame.columns if name != "geometry"}


class TestColumns:
    def test_every_layer_has_its_published_columns_in_order(self):
        layers = build_layers([parsed(mention(0, 6, MOSCOW), mention(15, 22, UKRAINE))], OneCountry())
        assert list(layers.mentions.columns) == [*MENTION_COLUMNS, "geometry"]
        assert list(layers.areas.columns) == [*AREA_COLUMNS, "geometry"]
        assert list(layers.places.columns) == [*PLACE_COLUMNS, "geometry"]
        assert [*MENTION_COLUMNS][-3:] == ["borders", "sentence_start", "reason"]
        for frame in (layers.mentions, layers.areas, layers.places):
            assert frame.crs.to_epsg() == 4326

    def test_empty_layers_have_the_same_columns_and_dtypes(self):
        full = build_layers([parsed(mention(0, 6, MOSCOW), mention(15, 22, UKRAINE))], OneCountry())
        empty = build_layers([], OneCountry())
        for name in ("mentions", "areas", "places"):
            assert len(getattr(empty, name)) == 0
            assert dtypes(getattr(empty, name)) == dtypes(getattr(full, name))
            assert getattr(empty, name).crs.to_epsg() == 4326

    def test_values_of_a_mention(self):
        layers = build_layers([parsed(mention(70, 76, MOSCOW, Role.ASSOCIATIVE))], OneCountry())
        row = layers.mentions.iloc[0]
        assert row["text"] == "Moscow"
        shift = row["sentence_start"]
        assert row["sentence"][row["start"] - shift : row["end"] - shift] == "Moscow"
        assert row["article_date"] == "2022-02-04"
        assert row["role"] == "associative"
        assert (row["place_id"], row["feature_code"]) == ("geonames:524901", "PPLC")
        assert row["country_code"] == "RU"
        assert (row["longitude"], row["latitude"]) == (37.6, 55.75)
        assert row["geometry"] == Point(37.6, 55.75)
        assert row["geo_precision"] == 1
        assert row["borders"] == "international"

    def test_an_unstated_radius_is_nan_and_an_unstated_precision_claims_the_least(self):
        unstated = mention(0, 6, MOSCOW, precision=None, uncertainty_km=None)
        row = build_layers([parsed(unstated)], OneCountry()).mentions.iloc[0]
        assert math.isnan(row["uncertainty_km"])
        assert row["geo_precision"] == 3

    def test_an_unresolved_mention_is_in_no_layer(self):
        layers = build_layers([parsed(mention(78, 86, None))], OneCountry())
        assert [len(layers.mentions), len(layers.areas), len(layers.places)] == [0, 0, 0]

    def test_lone_surrogates_become_question_marks_and_offsets_stay(self):
        text = "\ud800 Kyiv"
        article = Article("a1", text, title="\udfff")
        span = Toponym(2, 6, "Kyiv", Kind.SETTLEMENT, Role.LITERAL)
        found = Mention("m", span, Sentence(0, 0, 6), Location(place=MOSCOW, point=(1.0, 2.0)))
        row = build_layers([ParsedArticle(article, (), (found,))], OneCountry()).mentions.iloc[0]
        assert (row["sentence"], row["article_title"]) == ("? Kyiv", "?")
        assert row["sentence"][2:6] == "Kyiv"


class TestAreas:
    def test_mentions_of_one_country_share_a_row(self):
        world = OneCountry()
        layers = build_layers(
            [
                parsed(mention(15, 22, UKRAINE), mention(36, 43, UKRAINE, Role.ASSOCIATIVE)),
                parsed(mention(15, 22, UKRAINE, article="a2"), article_id="a2"),
            ],
            world,
        )
        assert len(layers.areas) == 1
        area = layers.areas.iloc[0]
        assert area["mention_id"] == "a1:15-22;a1:36-43;a2:15-22"
        assert (area["article_id"], area["role"], area["text"]) == ("a1;a2", "literal;associative", "Ukraine")
        assert area["mention_count"] == 3
        assert area["geometry"].geom_type == "MultiPolygon"
        assert area["geometry"].equals(SQUARE)
        assert world.asked == [(UKRAINE.id, Borders.INTERNATIONAL)]

    def test_an_area_without_outline_stays_a_point(self):
        layers = build_layers([parsed(mention(15, 22, UKRAINE))], OneCountry(shape=None))
        assert len(layers.areas) == 0
        assert layers.mentions.geometry.iloc[0] == Point(32, 49)
        assert layers.mentions["uncertainty_km"].iloc[0] == 15.0

    def test_a_settlement_has_no_area(self):
        world = OneCountry()
        assert len(build_layers([parsed(mention(0, 6, MOSCOW))], world).areas) == 0
        assert world.asked == []

    @pytest.mark.parametrize(
        ("geometry", "kind"), [(BORDER, "MultiLineString"), (SQUARE, "MultiPolygon")], ids=["line", "polygon"]
    )
    def test_an_expression_is_an_area_of_its_own_and_no_place(self, geometry, kind):
        layers = build_layers([parsed(expression(geometry))], OneCountry())
        area = layers.areas.iloc[0]
        assert area["geometry"].geom_type == kind
        assert (area["kind"], area["relation"], area["place_id"]) == ("expression", "border", "")
        assert layers.mentions.geometry.iloc[0] == Point(39, 48.5)
        assert len(layers.places) == 0

    @pytest.mark.parametrize("geometry", [Point(1, 2), Polygon(), GeometryCollection()])
    def test_a_shape_with_no_extent_is_no_area(self, geometry):
        layers = build_layers([parsed(expression(geometry))], OneCountry())
        assert (len(layers.mentions), len(layers.areas)) == (1, 0)

    def test_the_worldview_is_asked_for_and_written_down(self):
        world = OneCountry()
        layers = build_layers([parsed(mention(15, 22, UKRAINE))], world, Borders.DE_FACTO)
        assert layers.borders == Borders.DE_FACTO
        assert world.asked == [(UKRAINE.id, Borders.DE_FACTO)]
        assert set(layers.areas["borders"]) == set(layers.mentions["borders"]) == {"de-facto"}


class TestPlaces:
    def test_counts_and_dates(self):
        layers = build_layers(
            [
                parsed(mention(0, 6, MOSCOW), mention(70, 76, MOSCOW, Role.ASSOCIATIVE)),
                parsed(mention(0, 6, MOSCOW, article="a2"), article_id="a2", date=dt.date(2021, 12, 31)),
                parsed(mention(0, 6, MOSCOW, article="a3"), article_id="a3", date=None),
            ],
            OneCountry(),
        )
        place = layers.places.iloc[0]
        assert len(layers.places) == 1
        counts = ["mention_count", "literal_count", "associative_count", "article_count"]
        assert list(place[counts]) == [4, 3, 1, 3]
        assert (place["first_date"], place["last_date"]) == ("2021-12-31", "2022-02-04")

    def test_undated(self):
        place = build_layers([parsed(mention(0, 6, MOSCOW), date=None)], OneCountry()).places.iloc[0]
        assert (place["first_date"], place["last_date"]) == ("", "")


class TestUnlocated:
    def test_a_mention_that_is_nowhere_is_listed_with_its_sentence_and_the_reason(self):
        lost = mention(78, 86, None, reason="no place of this name")
        table = build_layers([parsed(mention(0, 6, MOSCOW), lost)], OneCountry()).unlocated
        assert list(table.columns) == list(UNLOCATED_COLUMNS)
        assert list(table["mention_id"]) == ["a1:78-86"]
        row = table.iloc[0]
        shift = row["sentence_start"]
        assert row["sentence"][row["start"] - shift : row["end"] - shift] == row["text"] == "Atlantis"
        assert (row["reason"], row["source"], row["article_date"]) == (
            "no place of this name",
            "example.org",
            "2022-02-04",
        )

    def test_dtypes_do_not_depend_on_rows(self):
        full = build_layers([parsed(mention(78, 86, None), rivaled(0.5))], OneCountry())
        empty = build_layers([], OneCountry())
        assert len(full.unlocated) == len(full.rivals) == 1
        for name in ("unlocated", "rivals"):
            assert dtypes(getattr(full, name)) == dtypes(getattr(empty, name))


OTHERS = [Place(f"t:{n}", f"Moscow {n}", n, -n, "P", "PPL", "US", admin1_name="Idaho") for n in range(9)]


def rivaled(*scores: float) -> Mention:
    rivals = [Candidate(place, Tier.PRIMARY, score) for place, score in zip(OTHERS, scores, strict=False)]
    return mention(0, 6, MOSCOW, candidates=(Candidate(MOSCOW, Tier.PRIMARY, 0.4), *rivals))


class TestRivals:
    def test_the_candidates_that_were_not_chosen(self):
        table = build_layers([parsed(rivaled(0.3, 0.005))], OneCountry()).rivals
        assert list(table.columns) == list(RIVAL_COLUMNS)
        assert list(table["rank"]) == [2, 3]
        assert list(table["place_id"]) == ["t:0", "t:1"]
        assert list(table["score"]) == [0.3, 0.005]
        row = table.iloc[1]
        assert (row["mention_id"], row["place_name"], row["admin1_name"]) == ("a1:0-6", "Moscow 1", "Idaho")
        assert (row["longitude"], row["latitude"], row["feature_code"]) == (1, -1, "PPL")

    def test_no_more_than_five_and_none_without_a_chance(self):
        assert list(build_layers([parsed(rivaled(*[0.1] * 9))], OneCountry()).rivals["rank"]) == [
            2,
            3,
            4,
            5,
            6,
        ]
        assert len(build_layers([parsed(rivaled(0.0049, 0.0))], OneCountry()).rivals) == 0

    def test_of_what_is_nowhere_all_candidates_are_rivals(self):
        lost = mention(0, 6, None, candidates=(Candidate(OTHERS[0], Tier.PRIMARY, 0.2),))
        table = build_layers([parsed(lost)], OneCountry()).rivals
        assert (list(table["rank"]), list(table["place_id"])) == ([1], ["t:0"])


class TestReason:
    def test_of_an_expression_it_stands_in_mentions_and_areas(self):
        found = expression(BORDER)
        found = replace(found, location=replace(found.location, reason="the border with Russia"))
        layers = build_layers([parsed(mention(0, 6, MOSCOW), found)], OneCountry())
        assert list(layers.mentions["reason"]) == ["", "the border with Russia"]
        assert list(layers.areas["reason"]) == ["the border with Russia"]


def test_an_anchor_keeps_its_place_and_says_that_it_is_one():
    anchor = replace(mention(36, 43, UKRAINE), anchor=True)
    layers = build_layers([parsed(anchor)], OneCountry())
    assert list(layers.mentions["relation"]) == ["anchor"]
    assert list(layers.areas["place_id"]) == [UKRAINE.id]


class TestSentenceUrl:
    def test_dashes_and_commas_are_encoded(self):
        assert (
            sentence_url("https://e.org/a?b=1", "Well-known, yes & “no”.")
            == "https://e.org/a?b=1#:~:text=Well%2Dknown%2C%20yes%20%26%20%E2%80%9Cno%E2%80%9D."
        )

    def test_an_own_fragment_stays_and_an_own_directive_goes(self):
        assert sentence_url("https://e.org/a#part", "Hi.") == "https://e.org/a#part:~:text=Hi."
        assert sentence_url("https://e.org/a#:~:text=old", "Hi.") == "https://e.org/a#:~:text=Hi."

    def test_white_space_is_normalized(self):
        assert sentence_url("https://e.org", " a\n\tb  c ").endswith("#:~:text=a%20b%20c")

    def test_a_long_sentence_is_quoted_by_its_ends(self):
        words = [f"word{number}" for number in range(100)]
        first, last = sentence_url("https://e.org", " ".join(words)).partition("text=")[2].split(",")
        assert unquote(first).split() == words[:8]
        assert unquote(last).split() == words[-8:]

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://e.org/",
            "/relative",
            "https://",
            "https://[e.org/",
            "https://e.org/a b",
            "https://e.org/\u202e",
            "https://e.org/\n",
        ],
    )
    def test_only_absolute_web_addresses_become_links(self, url):
        assert sentence_url(url, "Hi.") == ""

    @given(st.text(st.characters(codec="utf-8"), max_size=WHOLE_SENTENCE))
    def test_a_short_sentence_survives_the_round_trip(self, sentence):
        link = sentence_url("https://example.org/a", sentence)
        wanted = " ".join(sentence.split())
        if not wanted:
            assert link == "https://example.org/a"
            return
        page, _, directive = link.partition("#:~:text=")
        assert page == "https://example.org/a"
        assert unquote(directive) == wanted
        assert directive.isascii()
        assert not set(directive) & set("-,& \"'<>#")

    @given(st.lists(st.text(st.characters(categories=["L", "P"]), min_size=1), min_size=60, max_size=90))
    def test_a_long_sentence_keeps_to_the_grammar(self, words):
        sentence = " ".join(word * 6 for word in words)
        directive = sentence_url("https://example.org/a", sentence).partition("#:~:text=")[2]
        ends = directive.split(",")
        assert len(ends) == 2
        assert sentence.startswith(unquote(ends[0]))
        assert sentence.endswith(unquote(ends[1]))
        assert "-" not in directive
