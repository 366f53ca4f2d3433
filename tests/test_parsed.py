"""Results written as JSON lines and read back."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, box, shape

from crisismap.errors import ArticleError
from crisismap.export import write_jsonl
from crisismap.gazetteer import Boundaries
from crisismap.geoparsing import Geoparser
from crisismap.layers import build_layers
from crisismap.model import (
    Article,
    Bank,
    Between,
    Border,
    Borders,
    Candidate,
    Coast,
    Distance,
    Kind,
    Location,
    Mention,
    Mouth,
    Node,
    Offset,
    ParsedArticle,
    Part,
    Place,
    Precision,
    Role,
    SpatialExpression,
    Tier,
    Toponym,
    Vicinity,
)
from crisismap.parsed import Mark, holds_results, line_of, read_results
from crisismap.parsed.records import load, mark_of, parse_record
from crisismap.sentences import split_sentences

EXPRESSIONS = (
    "Fire burned in eastern Ukraine, 40 km north of Kyiv and near Lviv. Troops stood along the"
    " Ukraine-Belarus border and between Kherson and Mykolaiv. Ships lay off the coast of Libya and on the"
    " west bank of the Dnieper."
)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60)
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
lons, lats = st.floats(-180, 180), st.floats(-90, 90)
chances = st.floats(0, 1)
places = st.builds(
    Place,
    id=words,
    name=words,
    lon=lons,
    lat=lats,
    feature_class=st.sampled_from("PALHTS"),
    feature_code=words,
    country_code=words,
    admin1_code=words,
    admin1_name=words,
    admin2_code=words,
    population=st.integers(0, 10**10),
)
shapes = st.sampled_from(
    [
        None,
        LineString([(23.60000041, 51.5), (31.8, 52.1)]),
        MultiPolygon([box(1 / 3, 2, 3, 4), box(10, 2, 13, 4)]),
        box(170, -20, 190, -10),
        Point(1 / 7, 3),
    ]
)
locations = st.builds(
    Location,
    place=st.none() | places,
    geometry=shapes,
    point=st.none() | st.tuples(lons, lats),
    confidence=chances,
    precision=st.none() | st.sampled_from(Precision),
    uncertainty_km=st.none() | st.floats(0, 20_000),
    candidates=st.lists(
        st.builds(Candidate, place=places, tier=st.sampled_from(Tier), score=chances), max_size=2
    ).map(tuple),
    reason=words,
)


@st.composite
def parsed_articles(draw: st.DrawFn) -> ParsedArticle:
    text = draw(texts.filter(lambda value: split_sentences(value)))
    sentences = split_sentences(text)
    toponym = st.integers(0, len(text) - 1).flatmap(
        lambda start: st.integers(start + 1, len(text)).flatmap(
            lambda end: st.builds(
                Toponym,
                start=st.just(start),
                end=st.just(end),
                text=st.just(text[start:end]),
                kind=st.sampled_from([kind for kind in Kind if kind is not Kind.EXPRESSION]),
                role=st.sampled_from(Role),
            )
        )
    )
    toponyms = st.lists(toponym, max_size=2).map(tuple)
    directions = st.lists(words, max_size=2).map(tuple)
    distance = st.none() | st.builds(
        Distance, st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1e6), st.booleans()
    )
    trees = st.recursive(
        st.one_of(
            toponym,
            st.builds(Border, toponyms, directions, toponyms),
            st.builds(Bank, toponym, directions),
            st.builds(Mouth, toponym),
        ),
        lambda node: st.one_of(
            st.builds(Part, node, directions),
            st.builds(Offset, node, directions, distance),
            st.builds(Vicinity, node, words, distance),
            st.builds(Between, st.tuples(node, node)),
            st.builds(Coast, st.none() | node, st.none() | toponym, st.booleans(), directions, distance),
        ),
        max_leaves=4,
    )
    mentions = []
    for number in range(draw(st.integers(0, 3))):
        span: Toponym | SpatialExpression = draw(toponym)
        anchor = draw(st.booleans())
        if draw(st.booleans()):
            anchor = False
            span = SpatialExpression(
                span.start,
                span.end,
                span.text,
                draw(words),
                draw(directions),
                draw(toponyms),
                draw(st.none() | trees),
                draw(words),
            )
        sentence = draw(st.sampled_from(sentences))
        mentions.append(Mention(f"a:{number}", span, sentence, draw(locations), anchor))
    article = draw(
        st.builds(
            Article,
            id=words,
            text=st.just(text),
            title=words,
            url=words,
            date=st.none() | st.dates(),
            source=words,
            given_spans=st.none() | st.just(((0, 1),)),
        )
    )
    return ParsedArticle(article, sentences, tuple(mentions))


@settings(max_examples=60, deadline=None)
@given(parsed_articles())
def test_an_exact_line_is_read_back_equal(parsed: ParsedArticle) -> None:
    mark = Mark(Borders.DE_FACTO, "settings", "")
    record = load(line_of(parsed, mark, exact=True), "line")
    assert parse_record(record) == parsed
    assert mark_of(record) == mark


@settings(max_examples=60, deadline=None)
@given(parsed_articles())
def test_a_published_line_is_written_again_the_same(parsed: ParsedArticle) -> None:
    line = line_of(parsed)
    again = parse_record(load(line, "line"))
    assert again.article == parsed.article
    assert [mention.span for mention in again.mentions] == [mention.span for mention in parsed.mentions]
    first, second = json.loads(line), json.loads(line_of(again))
    for before, after in zip(first["mentions"], second["mentions"], strict=True):
        # A ring may begin at another of its corners.
        shapes = [item.pop("geometry") for item in (before, after)]
        assert (shapes[0] is None) == (shapes[1] is None)
        assert shapes[0] is None or shape(shapes[0]).equals(shape(shapes[1]))
    assert first == second


def test_every_kind_of_node_is_known() -> None:
    # The strategy above builds each of them; a new one has to be added there and in trees.py.
    classes = {Toponym, Part, Border, Offset, Vicinity, Between, Coast, Bank, Mouth}
    assert set(Node.replace(" ", "").split("|")) == {kind.__name__ for kind in classes}
    assert get_args(Node) == ()


def test_layers_of_results_read_back_are_those_of_the_articles(
    geoparser: Geoparser, parsed_seed: ParsedArticle, tmp_path: Path
) -> None:
    boundaries: Boundaries = geoparser.boundaries
    parsed = [parsed_seed, geoparser.parse(Article("b", EXPRESSIONS, source="example.org"))]
    relations = {mention.relation for mention in parsed[1].mentions}
    assert {"part", "offset", "border", "between", "anchor"} <= relations
    path = tmp_path / "out.jsonl"
    path.write_bytes(b"".join(line_of(article, exact=True) for article in parsed))
    again = list(read_results(path))
    assert again == parsed
    expected, found = build_layers(parsed, boundaries), build_layers(again, boundaries)
    for name in ("mentions", "areas", "places", "unlocated", "rivals"):
        assert getattr(found, name).equals(getattr(expected, name)), name


def test_geoparquet_carries_the_layer(
    geoparser: Geoparser, parsed_seed: ParsedArticle, tmp_path: Path
) -> None:
    ruritania = geoparser.parse(
        Article("b", f"Ruritania, first. {EXPRESSIONS}", "T", "https://example.org/b")
    )
    written = build_layers([parsed_seed, ruritania], geoparser.boundaries)
    path = tmp_path / "out.parquet"
    written.mentions.to_parquet(path, index=False)
    assert holds_results(path)
    articles = list(read_results(path, borders=Borders.INTERNATIONAL))
    assert [parsed.article.date for parsed in articles] == [parsed_seed.article.date, None]
    found = build_layers(articles, geoparser.boundaries)
    assert found.mentions.equals(written.mentions)
    assert found.places.equals(written.places)
    outlines = written.areas[written.areas["place_id"] != ""].reset_index(drop=True)
    assert found.areas.equals(outlines), "all but the shapes of expressions"


def test_geoparquet_that_is_none(parsed_seed: ParsedArticle, geoparser: Geoparser, tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    path.write_bytes(b"PAR1 not PAR1")
    assert not holds_results(path)
    with pytest.raises(ArticleError, match=r"out\.parquet: cannot be read as Parquet"):
        list(read_results(path))
    good = build_layers([parsed_seed], geoparser.boundaries).mentions
    good.drop(columns="sentence_start").to_parquet(path)
    assert not holds_results(path)
    for column, value in (("kind", "planet"), ("latitude", 91.0), ("sentence_start", 10**12), ("text", None)):
        bad = good.copy()
        bad.loc[0, column] = value
        bad.to_parquet(path)
        errors: list[ArticleError] = []
        assert list(read_results(path, on_error=errors.append)) == []
        assert len(errors) == 1, column


def test_results_are_told_from_articles(parsed_seed: ParsedArticle, tmp_path: Path) -> None:
    results, articles, other = tmp_path / "a.jsonl", tmp_path / "b.jsonl", tmp_path / "c.txt"
    write_jsonl([parsed_seed], results)
    articles.write_text('{"id": "a", "text": "Kyiv"}\n')
    other.write_text("Kyiv")
    assert [holds_results(path) for path in (results, articles, other, tmp_path)] == [True] + 3 * [False]


def test_results_in_other_borders_are_refused(parsed_seed: ParsedArticle, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    write_jsonl([parsed_seed], path, Borders.DE_FACTO)
    assert len(list(read_results(path, borders=Borders.DE_FACTO))) == 1
    with pytest.raises(ArticleError, match="drawn with --borders de-facto, not international"):
        list(read_results(path, borders=Borders.INTERNATIONAL))


def test_an_article_that_failed_is_an_error_again(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    failed = ParsedArticle(Article("a", "Kyiv"), (), ())
    path.write_bytes(line_of(failed, Mark(error="article 'a': took longer than 60 s")))
    with pytest.raises(ArticleError, match=r"^article 'a': took longer than 60 s$"):
        list(read_results(path))


def damage(record: dict[str, Any], keys: list[Any], value: Any) -> dict[str, Any]:
    changed = json.loads(json.dumps(record))
    at = changed
    for key in keys[:-1]:
        at = at[key]
    at[keys[-1]] = value
    return dict(changed)


@pytest.mark.parametrize(
    ("keys", "value", "message"),
    [
        (["id"], 7, r"'id' is 7, not a string"),
        (["date"], "soon", r"'date' is 'soon', not YYYY-MM-DD"),
        (["borders"], "russian", r"'borders' is 'russian', not one of international, de-facto"),
        (["sentences"], [[0, 9999]], r"'sentences' is .*, not ranges of 'text'"),
        (["mentions"], {}, r"'mentions' is \{\}, not a list"),
        (["mentions", 0], "Kyiv", r"mentions\[0\]: 'Kyiv' is not a JSON object"),
        (["mentions", 0, "start"], True, r"'start' is True, not an integer in 0\.\."),
        (["mentions", 0, "start"], 10**30, r"'start' is 10+.*, not an integer"),
        (["mentions", 0, "text"], "Minsk", r"'text' is 'Minsk', and the article says"),
        (["mentions", 0, "kind"], "planet", r"'kind' is 'planet', not one of settlement"),
        (["mentions", 0, "sentence"], 99, r"'sentence' is 99"),
        (["mentions", 0, "confidence"], 1.5, r"'confidence' is 1\.5, not a number in 0\.\.1"),
        (["mentions", 0, "confidence"], float("nan"), r"'confidence' is nan"),
        (["mentions", 0, "precision"], 4, r"'precision' is 4"),
        (["mentions", 0, "point"], [200, 91], r"'point' is \[200, 91\], not \[longitude, latitude\]"),
        (["mentions", 0, "place", "lat"], 91, r"'place': 'lat' is 91, not a number in -90\.\.90"),
        (["mentions", 0, "geometry"], {"type": "Point"}, r"'geometry' is .*, not a GeoJSON geometry"),
        (["mentions", 0, "geometry"], {"type": "Point", "coordinates": [1e99, 0]}, r"not a GeoJSON geometry"),
        (["mentions", 0, "candidates", 0, "tier"], "best", r"'tier' is 'best'"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    parsed_seed: ParsedArticle, tmp_path: Path, keys: list[Any], value: Any, message: str
) -> None:
    good = json.loads(line_of(replace(parsed_seed, mentions=parsed_seed.mentions[:1])))
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(map(json.dumps, [damage(good, keys, value), good])) + "\n")
    errors: list[ArticleError] = []
    [read] = read_results(path, on_error=errors.append)
    assert read.article == parsed_seed.article
    [error] = map(str, errors)
    assert error.startswith(f"{path}:1: ")
    assert "\n" not in error
    with pytest.raises(ArticleError, match=message):
        raise errors[0]


@pytest.mark.parametrize(
    "line",
    [
        b"\xff",
        b"{",
        b"[]",
        b"7" * 5000,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"id": "a", "text": "\\ud800", "title": "", "url": "", "date": "", "source": "", "sentences": [],'
        b' "mentions": [{}]}',
    ],
)
def test_hostile_lines_cost_one_error(line: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(line)
    errors: list[ArticleError] = []
    assert list(read_results(path, on_error=errors.append)) == []
    assert len(errors) == 1
    assert len(str(errors[0])) < 300


def test_a_tree_without_end_is_one_error(geoparser: Geoparser, tmp_path: Path) -> None:
    parsed = geoparser.parse(Article("a", "Fire burned in eastern Ukraine."))
    record = json.loads(line_of(parsed))
    [expression] = [item for item in record["mentions"] if item["expression"]]
    tree = expression["expression"]["tree"]
    for _ in range(400):
        tree = {"node": "part", "whole": tree, "directions": []}
    expression["expression"]["tree"] = tree
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(record))
    with pytest.raises(ArticleError, match=r"a\.jsonl.*nested too deeply"):
        list(read_results(path))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArticleError, match=r"none\.jsonl: cannot be read \(No such file"):
        list(read_results(tmp_path / "none.jsonl"))


dates = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))


@given(dates)
def test_every_date_comes_back(date: dt.date) -> None:
    parsed = ParsedArticle(Article("a", "Kyiv", date=date), (), ())
    assert parse_record(load(line_of(parsed), "line")).article.date == date
