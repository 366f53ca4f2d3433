"""Known answers on small hand-made pairs, and what must hold for any pair."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, box
from shapely.geometry.base import BaseGeometry

from crisismap.errors import ArticleError
from crisismap.evaluation import (
    Adjectives,
    Answer,
    AnswerPlace,
    Counts,
    GoldArticle,
    GoldToponym,
    Judge,
    MistakeKind,
    RoleScore,
    answers_of,
    calibration_of,
    evaluate,
    evaluation_json,
    find_mistakes,
    format_evaluation,
    format_mistakes,
    match,
    mistake_json,
    novel_pairs,
    read_answers,
    read_gold,
    score_calibration,
    score_end_to_end,
    score_recognition,
    score_resolution,
    score_roles,
)
from crisismap.model import (
    Article,
    Candidate,
    Kind,
    Location,
    Mention,
    ParsedArticle,
    Place,
    Role,
    Sentence,
    SpatialExpression,
    Tier,
    Toponym,
)

FRANCE = Place("geonames:3017382", "France", 2.0, 46.0, "A", "PCLI", "FR")
PARIS = Place("geonames:2988507", "Paris", 2.35, 48.85, "P", "PPLC", "FR")
PARIS_ARRONDISSEMENT = Place("geonames:2988506", "Paris", 2.34, 48.86, "A", "ADM2", "FR")
PARIS_TEXAS = Place("geonames:4717560", "Paris", -95.56, 33.66, "P", "PPL", "US")
BELGIUM = Place("geonames:2802361", "Belgium", 4.5, 50.75, "A", "PCLI", "BE")
ISLANDS = Place("geonames:1694008", "Philippines", 122.0, 13.0, "A", "PCLI", "PH")
REUNION = Place("geonames:935317", "Réunion", 55.5, -21.1, "A", "PCLD", "RE")
PLACES = (REUNION, FRANCE, PARIS, PARIS_ARRONDISSEMENT, PARIS_TEXAS, BELGIUM, ISLANDS)


class SmallGazetteer:
    def by_id(self, place_id: str) -> Place | None:
        return next((place for place in PLACES if place.id == place_id), None)

    def lookup(self, name: str) -> Sequence[Candidate]:
        return [Candidate(place, Tier.PRIMARY) for place in PLACES if place.name == name]


class SquareCountries:
    """France and Belgium as boxes; the Philippines as an island that misses the country's own point."""

    def __init__(self) -> None:
        self.shapes = {"FR": box(-4, 42, 8, 50), "BE": box(2.5, 50, 6.5, 51.5), "PH": box(120, 14, 122, 18)}

    def country(self, code: str) -> BaseGeometry | None:
        return self.shapes.get(code)

    def country_at(self, lon: float, lat: float) -> str:
        return next((code for code, shape in self.shapes.items() if shape.covers(Point(lon, lat))), "")


@pytest.fixture
def judge() -> Judge:
    return Judge(SmallGazetteer(), SquareCountries())


def gold_span(
    start: int, end: int, place: Place | None = None, type: str = "", text: str = "x"
) -> GoldToponym:
    if place is None:
        return GoldToponym(start, end, text, type)
    return GoldToponym(start, end, place.name, type, place.id, place.lon, place.lat)


def answer(start: int, end: int, place: Place | None = None, kind: Kind | None = None) -> Answer:
    chosen = None
    if place is not None:
        chosen = AnswerPlace(place.lon, place.lat, place.id, place.country_code, place.feature_code)
    return Answer(start, end, chosen, kind)


def document(*toponyms: GoldToponym) -> list[GoldArticle]:
    return [GoldArticle(Article("a", "x" * 100), toponyms)]


def at(lon: float, lat: float) -> AnswerPlace:
    """An answer of a system that knows coordinates alone."""
    return AnswerPlace(lon, lat)


# --- spans ---


def test_equal_spans_pair_before_overlapping_ones() -> None:
    long, short = answer(0, 12), answer(7, 12)
    paris, texas = gold_span(0, 5), gold_span(7, 12)
    assert match([paris, texas], [long, short]) == [(paris, long), (texas, short)]


def test_a_span_pairs_once() -> None:
    gold = gold_span(0, 12)
    assert match([gold], [answer(0, 5), answer(7, 12)]) == [(gold, answer(0, 5)), (None, answer(7, 12))]


def test_touching_spans_do_not_overlap() -> None:
    assert match([gold_span(0, 5)], [answer(5, 9)]) == [(gold_span(0, 5), None), (None, answer(5, 9))]


def test_recognition_counts() -> None:
    gold = document(gold_span(0, 5), gold_span(10, 15), gold_span(20, 25))
    scores = score_recognition(gold, {"a": (answer(0, 5), answer(12, 18), answer(50, 55), answer(60, 65))})
    assert scores.exact == Counts(gold=3, reported=4, right=1)
    assert scores.overlap == Counts(gold=3, reported=4, right=2)
    assert scores.overlap.precision == pytest.approx(1 / 2)
    assert scores.overlap.recall == pytest.approx(2 / 3)
    assert scores.overlap.f1 == pytest.approx(4 / 7)


def test_counts_of_nothing() -> None:
    assert (Counts(0, 0, 0).precision, Counts(0, 0, 0).recall, Counts(0, 0, 0).f1) == (1.0, 1.0, 1.0)
    assert (Counts(3, 0, 0).precision, Counts(3, 0, 0).recall, Counts(3, 0, 0).f1) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("kind", [Kind.DEMONYM, Kind.EMBEDDED])
def test_adjectives_that_only_the_answer_has_are_left_out(kind: Kind) -> None:
    gold, answers = document(gold_span(0, 5)), {"a": (answer(0, 5), answer(20, 26, FRANCE, kind))}
    assert score_recognition(gold, answers).exact == Counts(1, 1, 1)
    assert score_recognition(gold, answers, Adjectives(counted=True)).exact == Counts(1, 2, 1)


def test_an_adjective_that_meets_gold_counts() -> None:
    gold, answers = document(gold_span(0, 14)), {"a": (answer(0, 6, FRANCE, Kind.DEMONYM),)}
    scores = score_recognition(gold, answers)
    assert scores.overlap == Counts(1, 1, 1)
    assert scores.exact == Counts(1, 1, 0)


@pytest.mark.parametrize("type", ["Demonym", "Homonym", "Language"])
def test_adjectives_that_only_the_gold_has_are_left_out(type: str) -> None:
    gold = document(gold_span(0, 5), gold_span(10, 15, type=type))
    assert score_recognition(gold, {"a": (answer(0, 5),)}).exact == Counts(1, 1, 1)
    assert score_recognition(gold, {"a": (answer(0, 5),)}, Adjectives(counted=True)).exact == Counts(2, 1, 1)
    found = {"a": (answer(0, 5), answer(10, 15))}
    assert score_recognition(gold, found).exact == Counts(2, 2, 2)


def test_a_modifier_is_an_adjective_by_its_word() -> None:
    rule = Adjectives(words=frozenset({"french"}))
    modifiers = ["French", "London"]
    assert [
        rule.skips_gold(gold_span(0, 6, type="Non_Literal_Modifier", text=text)) for text in modifiers
    ] == [True, False]
    assert not rule.skips_gold(gold_span(0, 6, type="Literal", text="French"))


# --- places ---


def test_a_city_is_right_within_161_km(judge: Judge) -> None:
    gold = gold_span(0, 5, PARIS)
    assert judge.is_right(gold, at(2.35, 48.85 + 1.44))  # 160.1 km north
    assert not judge.is_right(gold, at(2.35, 48.85 + 1.46))  # 162.4 km north
    assert not judge.is_right(gold, None)


def test_a_city_is_not_right_by_lying_in_the_right_country(judge: Judge) -> None:
    assert not judge.is_right(gold_span(0, 5, PARIS), at(5.37, 43.3))


def test_a_country_is_right_by_polygon_and_not_by_distance(judge: Judge) -> None:
    gold = gold_span(0, 6, FRANCE)
    assert judge.is_right(gold, at(5.37, 43.3))  # Marseille, 400 km from the centroid
    assert judge.is_right(gold, at(-3.9, 49.9))
    belgium = gold_span(0, 7, BELGIUM)
    assert not judge.is_right(belgium, at(4.5, 49.9))  # 95 km from Belgium's centroid, but in France


def test_another_country_is_wrong_wherever_its_point_lies(judge: Judge) -> None:
    stray = AnswerPlace(4.5, 50.7, "geonames:3017382", "FR", "PCLI")
    assert not judge.is_right(gold_span(0, 7, BELGIUM), stray)
    assert judge.is_right(gold_span(0, 6, FRANCE), stray)


def test_a_country_is_right_at_its_own_point_in_the_sea(judge: Judge) -> None:
    gold = gold_span(0, 11, ISLANDS)
    assert judge.is_right(gold, at(122.0, 13.0))
    assert not judge.is_right(gold, at(122.5, 13.0))  # 54 km off, in no country


def test_a_territory_without_a_polygon_is_judged_by_distance(judge: Judge) -> None:
    gold = gold_span(0, 7, REUNION)
    assert judge.country_of(gold) == ""
    assert judge.is_right(gold, at(55.5, -20.1))  # 111 km off, in the sea
    assert not judge.is_right(gold, at(57.6, -20.3))  # Mauritius


def test_gold_without_ids_is_a_country_by_name_and_point(judge: Judge) -> None:
    rounded = GoldToponym(0, 6, "France", lon=2.0, lat=47.0)
    assert judge.country_of(rounded) == "FR"
    assert judge.is_right(rounded, at(5.37, 43.3))
    assert judge.country_of(replace(rounded, lon=-30.0)) == "FR"  # in the sea
    assert judge.country_of(replace(rounded, lon=4.5, lat=50.7)) == ""  # a "France" in Belgium
    assert judge.country_of(GoldToponym(0, 5, "Paris", lon=2.35, lat=48.85)) == ""


def test_gold_with_an_id_that_the_gazetteer_lacks_is_a_country_by_type(judge: Judge) -> None:
    unknown = GoldToponym(0, 6, "Gaul", "A.PCLI", "geonames:1", 2.0, 47.0)
    assert judge.country_of(unknown) == "FR"
    assert judge.country_of(replace(unknown, type="P.PPL")) == ""


def test_the_same_id_is_right_wherever_the_gold_point_lies(judge: Judge) -> None:
    gold = GoldToponym(0, 5, "Paris", "", PARIS.id, 120.0, -30.0)
    assert judge.is_right(gold, AnswerPlace(PARIS.lon, PARIS.lat, PARIS.id))


def test_judging_needs_coordinates(judge: Judge) -> None:
    with pytest.raises(ValueError, match="'x' at 3 has no coordinates"):
        judge.is_right(gold_span(3, 8), at(0, 0))


def test_given_spans_over_every_located_gold(judge: Judge) -> None:
    gold = document(
        gold_span(0, 5, PARIS),
        gold_span(10, 16, FRANCE),
        gold_span(20, 25, PARIS_TEXAS),
        gold_span(30, 35, PARIS),
        gold_span(40, 45),
    )
    answers = {"a": (answer(0, 5, PARIS), answer(10, 16, PARIS), answer(20, 25, PARIS_ARRONDISSEMENT))}
    score = score_resolution(gold, answers, judge)
    texas = judge.error_km(gold[0].toponyms[2], answers["a"][2].place)
    assert texas == pytest.approx(7815, abs=30)
    assert (score.toponyms, score.unresolved, score.identified) == (4, 1, 4)
    assert score.acc_161 == 2 / 4
    assert score.acc_161_points == 1 / 4
    assert score.id_accuracy == 1 / 4
    assert score.mean_km == pytest.approx((0 + 0 + texas + 20039) / 4)
    assert score.median_km == pytest.approx(texas / 2)
    assert score.auc == pytest.approx((math.log1p(texas) / math.log1p(20039) + 1) / 4)


def test_a_span_that_is_not_the_given_one_is_unresolved(judge: Judge) -> None:
    score = score_resolution(document(gold_span(0, 5, PARIS)), {"a": (answer(0, 6, PARIS),)}, judge)
    assert (score.unresolved, score.acc_161, score.mean_km) == (1, 0.0, 20039.0)


def test_a_system_without_ids_has_no_id_accuracy(judge: Judge) -> None:
    score = score_resolution(document(gold_span(0, 5, PARIS)), {"a": (Answer(0, 5, at(2.35, 48.85)),)}, judge)
    assert (score.acc_161, score.id_accuracy) == (1.0, None)


def test_nothing_located_cannot_be_scored(judge: Judge) -> None:
    with pytest.raises(ValueError, match="no gold toponym has coordinates"):
        score_resolution(document(gold_span(0, 5)), {}, judge)


def test_end_to_end_counts(judge: Judge) -> None:
    gold = document(
        gold_span(0, 5, PARIS), gold_span(10, 15, PARIS), gold_span(20, 25), gold_span(30, 35, PARIS)
    )
    answers = {
        "a": (
            answer(0, 5, PARIS),  # right
            answer(8, 15, PARIS),  # right, by overlap only
            answer(20, 25, PARIS),  # of a gold span without coordinates: ignored
            answer(30, 35, PARIS_TEXAS),  # wrong place
            answer(50, 55, PARIS),  # spurious
            answer(60, 65),  # claims nothing
            answer(70, 75, PARIS, Kind.DEMONYM),  # left out
        )
    }
    scores = score_end_to_end(gold, answers, judge)
    assert scores.overlap == Counts(gold=3, reported=4, right=2)
    assert scores.exact == Counts(gold=3, reported=4, right=1)


# --- what holds for any spans ---

RANGES = st.tuples(st.integers(0, 60), st.integers(1, 9)).map(lambda pair: (pair[0], pair[0] + pair[1]))
SPANS = st.lists(RANGES, unique=True, max_size=8)
CHOICES = st.sampled_from([None, *PLACES])


@st.composite
def gold_and_answers(draw: st.DrawFn) -> tuple[list[GoldArticle], dict[str, tuple[Answer, ...]]]:
    gold = [gold_span(*span, draw(CHOICES)) for span in draw(SPANS)]
    kinds = st.sampled_from([None, Kind.SETTLEMENT, Kind.DEMONYM])
    answers = tuple(answer(*span, draw(CHOICES), draw(kinds)) for span in draw(SPANS))
    return document(*gold), {"a": answers}


@given(gold_and_answers(), st.randoms(use_true_random=False))
def test_scores_are_shares_and_do_not_depend_on_order(pair, random) -> None:  # type: ignore[no-untyped-def]
    gold, answers = pair
    judge = Judge(SmallGazetteer(), SquareCountries())
    shuffled_gold, shuffled = list(gold[0].toponyms), list(answers["a"])
    random.shuffle(shuffled_gold)
    random.shuffle(shuffled)
    for scores, again in (
        (
            score_recognition(gold, answers),
            score_recognition(document(*shuffled_gold), {"a": tuple(shuffled)}),
        ),
        (
            score_end_to_end(gold, answers, judge),
            score_end_to_end(document(*shuffled_gold), {"a": tuple(shuffled)}, judge),
        ),
    ):
        assert scores == again
        assert scores.exact.right <= scores.overlap.right
        for counts in (scores.exact, scores.overlap):
            assert counts.right <= min(counts.gold, counts.reported)
            assert all(0 <= share <= 1 for share in (counts.precision, counts.recall, counts.f1))


@given(gold_and_answers())
def test_every_span_comes_out_of_matching_once(pair) -> None:  # type: ignore[no-untyped-def]
    gold, answers = pair
    pairs = match(gold[0].toponyms, answers["a"])
    assert sorted((g.start, g.end) for g, _ in pairs if g) == sorted(
        (g.start, g.end) for g in gold[0].toponyms
    )
    assert sorted((a.start, a.end) for _, a in pairs if a) == sorted((a.start, a.end) for a in answers["a"])
    assert all(a.start < g.end and g.start < a.end for g, a in pairs if g and a)


@given(gold_and_answers())
def test_perfect_answers_score_one(pair) -> None:  # type: ignore[no-untyped-def]
    gold, _ = pair
    judge = Judge(SmallGazetteer(), SquareCountries())
    places = SmallGazetteer()
    answers = {
        "a": tuple(
            answer(t.start, t.end, places.by_id(t.place_id) if t.place_id else None) for t in gold[0].toponyms
        )
    }
    assert score_recognition(gold, answers).exact.f1 == 1.0
    assert score_end_to_end(gold, answers, judge).exact.f1 == 1.0
    if any(t.located for t in gold[0].toponyms):
        score = score_resolution(gold, answers, judge)
        assert (score.acc_161, score.id_accuracy, score.mean_km, score.auc) == (1.0, 1.0, 0.0, 0.0)


# --- files ---

TEXT = "Paris is in France."
GOLD_LINE = {
    "id": "a",
    "title": "T",
    "url": "",
    "date": "2022-02-04",
    "text": TEXT,
    "toponyms": [
        {
            "start": 12,
            "end": 18,
            "text": "France",
            "type": "A.PCLI",
            "place_id": FRANCE.id,
            "lat": 46.0,
            "lon": 2.0,
        },
        {
            "start": 0,
            "end": 5,
            "text": "Paris",
            "type": "P.PPLC",
            "place_id": None,
            "lat": None,
            "lon": None,
        },
    ],
}


def write_lines(path: Path, *lines: object) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_reading_gold(tmp_path: Path) -> None:
    (item,) = read_gold(write_lines(tmp_path / "tiny.jsonl", GOLD_LINE))
    assert item.article.id == "a"
    assert item.toponyms == (
        GoldToponym(0, 5, "Paris", "P.PPLC"),
        GoldToponym(12, 18, "France", "A.PCLI", FRANCE.id, 2.0, 46.0),
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lat": 46.0, "lon": 200.0}, "lon 200.0, lat 46.0 lie off the globe"),
        ({"lat": "46", "lon": 2.0}, "lat '46' are not numbers"),
        ({"place_id": 3017382}, "'place_id' is 3017382"),
        ({"end": 99}, "is no range of the 19 code points"),
        ({"start": 5, "end": 5}, "write integers start < end"),
    ],
)
def test_bad_gold_names_file_and_line(tmp_path: Path, change: dict[str, object], message: str) -> None:
    bad = GOLD_LINE | {"id": "b", "toponyms": [GOLD_LINE["toponyms"][0] | change]}  # type: ignore[operator, index]
    path = write_lines(tmp_path / "tiny.jsonl", GOLD_LINE, bad)
    with pytest.raises(ArticleError) as raised:
        read_gold(path)
    assert f"{path}:2: " in str(raised.value)
    assert message in str(raised.value)


def test_bad_lines_can_be_passed_over(tmp_path: Path) -> None:
    beyond = GOLD_LINE | {"id": "b", "toponyms": [{"start": 5, "end": 99}]}
    off_the_globe = GOLD_LINE | {"id": "c", "toponyms": [{"start": 0, "end": 5, "lat": 95, "lon": 0}]}
    lines = [beyond, GOLD_LINE, beyond, beyond, off_the_globe, GOLD_LINE | {"id": "d", "toponyms": []}]
    errors: list[str] = []
    path = write_lines(tmp_path / "tiny.jsonl", *lines)
    gold = read_gold(path, on_error=lambda error: errors.append(str(error).split()[0]))
    assert [(item.article.id, len(item.toponyms)) for item in gold] == [("a", 2), ("d", 0)]
    assert errors == [f"{path}:{number}:" for number in (1, 3, 4, 5)]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({"id": "a"}, "'mentions' is None; write a list"),
        ({"id": 7, "mentions": []}, "'id' is 7; write a str"),
        ({"id": "a", "mentions": [3]}, "3 among 'mentions' is not an object"),
        (
            {"id": "a", "mentions": [{"start": 0, "end": 5, "kind": "town", "place": None}]},
            "kind 'town' is unknown",
        ),
        (
            {"id": "a", "mentions": [{"start": 0, "end": 5, "role": "metonymic", "place": None}]},
            "role 'metonymic' is unknown; write one of literal, associative",
        ),
        (
            {"id": "a", "mentions": [{"start": 0, "end": 5, "confidence": 80, "place": None}]},
            "confidence 80 is no probability",
        ),
        ([], "is not a JSON object"),
    ],
)
def test_bad_answers_name_file_and_line(tmp_path: Path, line: object, message: str) -> None:
    path = write_lines(tmp_path / "peer.tiny.jsonl", line)
    with pytest.raises(ArticleError) as raised:
        read_answers(path)
    assert str(raised.value).startswith(f"{path}:1: ")
    assert message in str(raised.value)


def test_reading_answers_by_the_contract(tmp_path: Path) -> None:
    place = {
        "id": PARIS.id,
        "name": "Paris",
        "lat": 48.85,
        "lon": 2.35,
        "country_code": "FR",
        "feature_code": "PPLC",
    }
    mentions = [
        {"start": 12, "end": 18, "kind": "country", "place": None},
        {
            "start": 0,
            "end": 5,
            "kind": "settlement",
            "role": "literal",
            "confidence": 0.9,
            "place": place,
        },
        {"start": 0, "end": 18, "kind": "expression", "place": None},
    ]
    path = write_lines(tmp_path / "out.jsonl", {"id": "a", "text": TEXT, "mentions": mentions})
    assert read_answers(path) == {
        "a": (
            Answer(
                0,
                5,
                AnswerPlace(2.35, 48.85, PARIS.id, "FR", "PPLC"),
                Kind.SETTLEMENT,
                Role.LITERAL,
                0.9,
            ),
            Answer(12, 18, None, Kind.COUNTRY),
        )
    }


# --- a whole evaluation ---


def mention(start: int, end: int, place: Place | None, *candidates: Place) -> Mention:
    text = TEXT[start:end]
    location = Location(
        place=place,
        point=place and (place.lon, place.lat),
        confidence=0.75 if place else 0.0,
        candidates=tuple(Candidate(candidate, Tier.PRIMARY, 0.5) for candidate in candidates),
    )
    return Mention(
        f"a-{start}",
        Toponym(start, end, text, Kind.SETTLEMENT, Role.LITERAL),
        Sentence(0, 0, len(TEXT)),
        location,
    )


def parsed(article: Article, *mentions: Mention) -> ParsedArticle:
    return ParsedArticle(article, (Sentence(0, 0, len(article.text)),), mentions)


def test_expressions_are_no_answers() -> None:
    toponym = Toponym(12, 18, "France", Kind.COUNTRY, Role.LITERAL)
    border = Mention(
        "a-6",
        SpatialExpression(6, 18, TEXT[6:18], "border", (), (toponym,)),
        Sentence(0, 0, 19),
        Location(point=(2.0, 50.0)),
    )
    assert answers_of(parsed(Article("a", TEXT), border, mention(0, 5, PARIS))) == (
        Answer(
            0,
            5,
            AnswerPlace(2.35, 48.85, PARIS.id, "FR", "PPLC"),
            Kind.SETTLEMENT,
            Role.LITERAL,
            confidence=0.75,
        ),
    )


def test_evaluating_a_corpus(tmp_path: Path) -> None:
    corpus = write_lines(tmp_path / "tiny.jsonl", GOLD_LINE)
    peers = tmp_path / "peers"
    peers.mkdir()
    write_lines(peers / "worse.tiny.jsonl", {"id": "a", "mentions": []})
    write_lines(
        peers / "better.tiny.jsonl",
        {"id": "a", "mentions": [{"start": 12, "end": 18, "place": {"id": None, "lat": 43.0, "lon": 5.0}}]},
    )
    write_lines(peers / "better.other.jsonl", {"id": "a", "mentions": []})

    def parse(article: Article) -> ParsedArticle:
        assert article.given_spans is None, "a geoparser must not see the gold spans"
        return parsed(article, mention(0, 5, PARIS), mention(6, 8, PARIS_TEXAS))

    def resolve_given(article: Article) -> ParsedArticle:
        assert article.given_spans is not None
        return parsed(article, *(mention(start, end, FRANCE) for start, end in article.given_spans))

    result = evaluate(corpus, parse, resolve_given, SmallGazetteer(), SquareCountries(), peers=peers)
    assert (result.corpus, result.articles, result.toponyms, result.located) == ("tiny", 1, 2, 1)
    assert result.recognition.exact == Counts(2, 2, 1)
    assert result.end_to_end.exact == Counts(1, 1, 0)
    assert result.resolution is not None
    assert result.resolution.acc_161 == 1.0
    assert [(peer.name, peer.resolution.acc_161) for peer in result.peers] == [
        ("better", 1.0),
        ("worse", 0.0),
    ]

    table = format_evaluation(result)
    assert [line.split()[:2] for line in table.splitlines()[-3:]] == [
        ["crisismap", "1.000"],
        ["better", "1.000"],
        ["worse", "0.000"],
    ]
    assert "adjectives and demonyms: left out" in table
    assert "| worse | 0.000 |" in format_evaluation(result, markdown=True)
    record = json.loads(evaluation_json(result))
    assert record["recognition"]["exact"] == {
        "gold": 2,
        "reported": 2,
        "right": 1,
        "precision": 0.5,
        "recall": 0.5,
        "f1": 0.5,
    }
    assert record["peers"][1]["resolution"]["unresolved"] == 1


def test_a_corpus_without_coordinates_is_scored_for_recognition(tmp_path: Path) -> None:
    corpus = write_lines(
        tmp_path / "tiny.jsonl", GOLD_LINE | {"toponyms": [{"start": 0, "end": 5, "type": ""}]}
    )
    result = evaluate(corpus, parsed, parsed, SmallGazetteer(), SquareCountries())
    assert result.resolution is None
    assert "Given spans" not in format_evaluation(result)


def test_confidence_and_roles_are_scored_with_the_rest(tmp_path: Path) -> None:
    toponyms = [GOLD_LINE["toponyms"][0], GOLD_LINE["toponyms"][1] | {"type": "Metonymic"}]  # type: ignore[operator, index]
    corpus = write_lines(tmp_path / "tiny.jsonl", GOLD_LINE | {"toponyms": toponyms})

    def resolve_given(article: Article) -> ParsedArticle:
        return parsed(article, *(mention(start, end, FRANCE) for start, end in article.given_spans or ()))

    result = evaluate(corpus, parsed, resolve_given, SmallGazetteer(), SquareCountries())
    assert result.roles == RoleScore(1, 0, 0, 0)
    assert result.calibration is not None
    assert (result.calibration.answers, result.calibration.error) == (1, 0.25)
    text = format_evaluation(result)
    assert "Roles of given spans: accuracy 0.000 of 1 (literal 0 of 0, associative 0 of 1)" in text
    assert (
        "expected calibration error 0.250 over 1 answers; 0.7 or more keeps 1.000 of them, 1.000 of" in text
    )
    assert "| 0.7 to 0.8 | 1 | 0.750 | 1.000 |" in format_evaluation(result, markdown=True)
    record = json.loads(evaluation_json(result))
    assert record["roles"]["accuracy"] == 0.0
    assert record["calibration"]["bins"][0]["low"] == 0.7


# --- confidence ---


def test_calibration_by_hand() -> None:
    sure, unsure, certain = [(0.9, True)] * 8 + [(0.95, False)] * 2, [(0.25, False)] * 9, [(1.0, True)]
    score = calibration_of([*sure, *unsure, *certain])
    # 0.9 to 1: eleven answers of mean 10.1 / 11, nine of them right; 0.2 to 0.3: nine of 0.25, none right.
    assert score.error == pytest.approx((abs(10.1 - 9) + 9 * 0.25) / 20)
    assert [(bin.low, bin.high, bin.answers) for bin in score.bins] == [(0.2, 0.3, 9), (0.9, 1.0, 11)]
    assert (score.confident, score.confident_right) == (11 / 20, 9 / 11)


def test_nothing_confident_has_no_share_of_right_ones() -> None:
    score = calibration_of([(0.0, False), (0.5, True)])
    assert (score.confident, score.confident_right) == (0.0, None)
    with pytest.raises(ValueError, match="no outcomes"):
        calibration_of([])


OUTCOMES = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


@given(OUTCOMES)
def test_calibration_counts_every_answer_once(outcomes: list[tuple[float, bool]]) -> None:
    score = calibration_of(outcomes)
    assert sum(bin.answers for bin in score.bins) == score.answers == len(outcomes)
    assert 0 <= score.error <= 1
    assert all(bin.low - 1e-9 <= bin.confidence <= bin.high + 1e-9 for bin in score.bins)
    right = sum(bin.right * bin.answers for bin in score.bins)
    assert right == pytest.approx(sum(right for _, right in outcomes))


def test_calibration_is_over_located_gold_that_was_answered(judge: Judge) -> None:
    gold = document(gold_span(0, 5, PARIS), gold_span(10, 15), gold_span(20, 25, PARIS))
    spans = [(0, 5, PARIS), (10, 15, PARIS), (20, 25, None), (30, 35, PARIS)]
    answers = {"a": tuple(replace(answer(*span), confidence=0.8) for span in spans)}
    score = score_calibration(gold, answers, judge)
    assert score is not None
    assert (score.answers, score.confident_right) == (1, 1.0)
    assert score_calibration(gold, {"a": (answer(0, 5, PARIS),)}, judge) is None


# --- roles ---


def test_roles_of_given_spans() -> None:
    types = ["Literal", "Mixed", "Metonymic", "Demonym", "P.PPL"]
    gold = document(*(gold_span(10 * n, 10 * n + 5, type=type) for n, type in enumerate(types)))
    roles = [Role.LITERAL, Role.ASSOCIATIVE, Role.ASSOCIATIVE]
    answers = {"a": tuple(Answer(10 * n, 10 * n + 5, role=role) for n, role in enumerate(roles))}
    score = score_roles(gold, answers)
    assert score == RoleScore(toponyms=4, literal=2, literal_right=1, associative_right=1)
    assert score.accuracy == 2 / 4
    assert score_roles(document(gold_span(0, 5, type="P.PPL")), answers) is None


# --- novel pairs ---


def test_novel_pairs_are_those_of_another_name_or_another_place(judge: Judge) -> None:
    training = document(gold_span(0, 5, PARIS), gold_span(10, 16, FRANCE), gold_span(20, 25))
    twin = replace(gold_span(0, 5, PARIS_ARRONDISSEMENT), text="PARIS")
    country = replace(gold_span(6, 12, FRANCE), lon=5.0, lat=44.0)
    texas, capital = gold_span(20, 25, PARIS_TEXAS), replace(gold_span(30, 37, PARIS), text="Lutetia")
    (item,) = novel_pairs(document(twin, country, texas, capital, gold_span(40, 45)), training, judge)
    assert item.toponyms == (texas, capital)


# --- mistakes ---


def test_mistakes_by_kind(judge: Judge) -> None:
    text = "Paris, Paris, Paris and Paris"
    article = Article("a", text)

    def one_mistake(gold: GoldToponym | None, *mentions: Mention, more: Sequence[GoldToponym] = ()) -> str:
        item = GoldArticle(article, (*([gold] if gold else []), *more))
        found = find_mistakes([item], {"a": parsed(article, *mentions)}, judge, Adjectives())
        kinds = [mistake.kind for mistake in found if gold is None or mistake.gold == gold]
        return kinds[0] if kinds else "right"

    paris = GoldToponym(0, 5, "Paris", "", PARIS.id, PARIS.lon, PARIS.lat)
    texas = GoldToponym(7, 12, "Paris", "", PARIS_TEXAS.id, PARIS_TEXAS.lon, PARIS_TEXAS.lat)
    nowhere = GoldToponym(0, 5, "Paris", "", "geonames:1", 100.0, -40.0)
    assert one_mistake(paris, mention(0, 5, PARIS)) == "right"
    assert one_mistake(GoldToponym(0, 5, "Paris"), mention(0, 5, PARIS_TEXAS)) == "right"
    assert one_mistake(paris) == MistakeKind.NOT_RECOGNIZED
    assert one_mistake(None, mention(0, 5, PARIS)) == MistakeKind.SPURIOUS
    assert one_mistake(None, mention(0, 5, None)) == MistakeKind.SPURIOUS
    assert one_mistake(paris, mention(0, 12, PARIS_TEXAS)) == MistakeKind.WRONG_SPAN
    assert one_mistake(paris, mention(0, 12, PARIS)) == MistakeKind.WRONG_SPAN
    assert one_mistake(paris, mention(0, 5, PARIS_TEXAS)) == MistakeKind.WRONG_CANDIDATE
    assert one_mistake(paris, mention(0, 5, None)) == MistakeKind.WRONG_CANDIDATE
    assert one_mistake(nowhere, mention(0, 5, PARIS)) == MistakeKind.NO_CANDIDATE
    assert one_mistake(paris, mention(0, 5, PARIS_TEXAS), more=[texas]) == MistakeKind.DOUBTFUL_GOLD
    other = replace(texas, text="Paree")
    assert one_mistake(paris, mention(0, 5, PARIS_TEXAS), more=[other]) == MistakeKind.WRONG_CANDIDATE
    assert one_mistake(paris, mention(0, 5, PARIS_ARRONDISSEMENT)) == MistakeKind.TWIN
    metonymic = replace(paris, type="Metonymic")
    assert one_mistake(metonymic, mention(0, 5, PARIS)) == MistakeKind.WRONG_ROLE
    assert one_mistake(replace(paris, type="Literal"), mention(0, 5, PARIS)) == "right"


def test_mistakes_as_text(judge: Judge) -> None:
    text = "Paris, then Paris.\x1b[2J " + "x" * 120
    gold = (
        GoldToponym(0, 5, "Paris", "P.PPLC", PARIS.id, PARIS.lon, PARIS.lat),
        GoldToponym(12, 17, "Paris", "", None),
        GoldToponym(18, 25, "missing"),
    )
    item = GoldArticle(Article("a", text), gold)
    spans = [mention(0, 5, PARIS_TEXAS, PARIS_TEXAS, PARIS), mention(7, 17, None)]
    mistakes = find_mistakes([item], {"a": parsed(item.article, *spans)}, judge)
    shown = format_mistakes(mistakes, limit=1).splitlines()
    assert shown[:3] == ["not recognized       1", "wrong span           1", "wrong candidate      1"]
    at = shown.index("WRONG CANDIDATE: 1")
    assert shown[at + 2].startswith("  a:0  [Paris], then Paris.\\x1b[2J xxx")
    assert shown[at + 2].endswith("x…")
    assert shown[at + 3 : at + 5] == [
        "    gold    geonames:2988507 P.PPLC 48.85, 2.35",
        "    answer  Paris, US (PPL, geonames:4717560), 7,802 km off",
    ]
    assert shown[at + 5] == "      0.500 Paris, US (PPL, geonames:4717560)"
    assert "    answer  nowhere" in shown
    assert "WRONG SPAN: 1, the first 0" not in format_mistakes(mistakes, limit=0)
    assert format_mistakes([]) == "no mistakes\n"


def test_a_mistake_as_json(judge: Judge) -> None:
    gold = GoldToponym(0, 5, "Paris", "P.PPLC", PARIS.id, PARIS.lon, PARIS.lat)
    item = GoldArticle(Article("a", TEXT), (gold,))
    (missed,) = find_mistakes([item], {"a": parsed(item.article)}, judge)
    record = json.loads(mistake_json(missed))
    assert (record["mistake"], record["answer"], record["error_km"]) == ("not recognized", None, None)
    (wrong,) = find_mistakes(
        [item], {"a": parsed(item.article, mention(0, 5, PARIS_TEXAS, PARIS_TEXAS, PARIS))}, judge
    )
    record = json.loads(mistake_json(wrong))
    assert (record["article"], record["start"], record["found"]) == ("a", 0, "Paris")
    assert record["gold"] == {"id": PARIS.id, "type": "P.PPLC", "lat": 48.85, "lon": 2.35}
    assert record["error_km"] == pytest.approx(7802, abs=1)
    assert [candidate["id"] for candidate in record["candidates"]] == [PARIS_TEXAS.id, PARIS.id]
