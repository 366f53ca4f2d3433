import datetime as dt
import io
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Polygon, box, shape

from crisismap.articles import ReadOptions, read_articles
from crisismap.errors import OutputError
from crisismap.export import FORMATS, check_output, write_jsonl, write_output
from crisismap.gazetteer.boundaries import Boundaries
from crisismap.layers import AREA_COLUMNS, MENTION_COLUMNS
from crisismap.model import (
    Article,
    Borders,
    Kind,
    Location,
    Mention,
    ParsedArticle,
    Place,
    Precision,
    Role,
    Sentence,
    SpatialExpression,
    Toponym,
)
from crisismap.parsed import read_results
from crisismap.sentences import split_sentences

TEXT = (
    "Moscow said Fiji and Ruritania are near.\nShells hit Ukraine's northern borders </script>\u2028{{7*7}}."
)
MOSCOW = Place("geonames:524901", "Moscow", 37.615557, 55.752220, "P", "PPLC", "RU", admin1_name="Moscow")
FIJI = Place("geonames:2205218", "Fiji", 178.0, -18.0, "A", "PCLI", "FJ")


class SquareBoundaries:
    """Every country is one square, clockwise and across the antimeridian."""

    def boundary(self, place: Place, *_: object) -> Polygon:
        return Polygon([(170, 0), (170, 10), (-170, 10), (-170, 0)])


BOUNDARIES = cast(Boundaries, SquareBoundaries())


def mention(
    article: str, sentences: tuple[Sentence, ...], text: str, location: Location, kind: Kind
) -> Mention:
    start = TEXT.index(text)
    end = start + len(text)
    sentence = next(s for s in sentences if s.start <= start < s.end)
    if kind is Kind.EXPRESSION:
        span: Toponym | SpatialExpression = SpatialExpression(start, end, text, "border", ("north",), ())
    else:
        span = Toponym(start, end, text, kind, Role.ASSOCIATIVE if text == "Moscow" else Role.LITERAL)
    return Mention(f"{article}:{start}-{end}", span, sentence, location)


def parsed(identity: str = "report", date: dt.date | None = dt.date(2022, 2, 4)) -> ParsedArticle:
    sentences = split_sentences(TEXT)
    border = LineString([(23.6000004, 51.5), (31.8, 52.1), (34.4, 51.7)])
    located = [
        (
            "Moscow",
            Location(MOSCOW, None, (37.615557, 55.75222), 0.97314159, Precision.EXACT, 15.04),
            Kind.SETTLEMENT,
        ),
        ("Fiji", Location(FIJI, None, (178.0, -18.0), 1.0, Precision.WIDE, 180.0), Kind.COUNTRY),
        ("Ruritania", Location(reason="nothing of that name"), Kind.COUNTRY),
        (
            "Ukraine's northern borders",
            Location(None, border, (31.8, 52.1), 0.8, Precision.WIDE, 60),
            Kind.EXPRESSION,
        ),
    ]
    mentions = tuple(mention(identity, sentences, text, location, kind) for text, location, kind in located)
    article = Article(identity, TEXT, "Title", "https://www.example.org/a", date, "example.org")
    return ParsedArticle(article, sentences, mentions)


def refuse_constant(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")


def load(path: Path) -> dict[str, Any]:
    return cast(dict[str, Any], json.loads(path.read_text("utf-8"), parse_constant=refuse_constant))


# --- JSON lines ---


def test_a_line_follows_the_contract(tmp_path: Path) -> None:
    write_jsonl([parsed()], tmp_path / "a.jsonl")
    (line,) = (tmp_path / "a.jsonl").read_bytes().splitlines()
    record = json.loads(line)
    moscow, fiji, ruritania, borders = record.pop("mentions")
    assert record == {
        "id": "report",
        "title": "Title",
        "url": "https://www.example.org/a",
        "date": "2022-02-04",
        "source": "example.org",
        "text": TEXT,
        "borders": "international",
        "sentences": [[0, 40], [41, 88], [89, 97]],
    }
    assert moscow == {
        "start": 0,
        "end": 6,
        "text": "Moscow",
        "kind": "settlement",
        "role": "associative",
        "confidence": 0.9731,
        "place": {
            "id": "geonames:524901",
            "name": "Moscow",
            "lat": 55.75222,
            "lon": 37.61556,
            "country_code": "RU",
            "feature_code": "PPLC",
            "feature_class": "P",
            "admin1_code": "",
            "admin1_name": "Moscow",
            "admin2_code": "",
            "population": 0,
        },
        "precision": 1,
        "uncertainty_km": 15.0,
        "geometry": None,
        "relation": None,
        "id": "report:0-6",
        "sentence": 0,
        "point": [37.61556, 55.75222],
        "reason": "",
        "candidates": [],
        "expression": None,
    }
    assert fiji["place"]["id"] == "geonames:2205218"
    assert list(ruritania) == list(moscow) == list(borders)
    assert (ruritania["place"], ruritania["precision"], ruritania["uncertainty_km"]) == (None, None, None)
    assert (borders["kind"], borders["relation"], borders["place"]) == ("expression", "border", None)
    assert borders["geometry"] == {
        "type": "LineString",
        "coordinates": [[23.6, 51.5], [31.8, 52.1], [34.4, 51.7]],
    }


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(texts.filter(str.strip), texts, st.none() | st.dates(dt.date(1600, 1, 1), dt.date(2199, 12, 31)))
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, text: str, title: str, date: dt.date | None
) -> None:
    path = tmp_path_factory.mktemp("round") / "a.jsonl"
    article = Article("report", text, title, "https://www.example.org/a", date, "example.org")
    write_jsonl([ParsedArticle(article, (), ()), parsed("second")], path)
    as_written = ReadOptions(any_language=True, keep_duplicates=True)
    first, second = read_articles(path, options=as_written)
    assert first == article
    assert second == parsed("second").article


def test_lines_are_written_as_they_come(tmp_path: Path) -> None:
    taken = []

    def stream() -> Iterator[ParsedArticle]:
        for number in range(3):
            taken.append(number)
            yield parsed(f"report-{number}")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_jsonl(stream(), tmp_path / "a.jsonl")
    assert taken == [0, 1, 2]
    assert list(tmp_path.iterdir()) == []


def test_no_articles_no_lines(tmp_path: Path) -> None:
    write_jsonl([], tmp_path / "a.jsonl")
    assert (tmp_path / "a.jsonl").read_bytes() == b""


def test_half_a_surrogate_pair_is_replaced(tmp_path: Path) -> None:
    write_jsonl([ParsedArticle(Article("a", "x\ud800y"), (), ())], tmp_path / "a.jsonl")
    assert json.loads((tmp_path / "a.jsonl").read_text("utf-8"))["text"] == "x?y"


# --- GeoJSON ---


def test_a_collection(tmp_path: Path) -> None:
    write_output([parsed()], tmp_path / "a.geojson", BOUNDARIES)
    collection = load(tmp_path / "a.geojson")
    assert collection["type"] == "FeatureCollection"
    assert collection["borders"] == "international"
    assert collection["generator"].startswith("crisismap ")
    assert "wrong" in collection["disclaimer"]
    assert "GeoNames" in collection["attribution"]
    assert "crs" not in collection
    assert [feature["id"] for feature in collection["features"]] == [
        "report:0-6",
        "report:12-16",
        "report:52-78",
        "area:geonames:2205218",
        "line:report:52-78",
    ]


def test_a_point_feature(tmp_path: Path) -> None:
    write_output([parsed()], tmp_path / "a.geojson", BOUNDARIES)
    feature = load(tmp_path / "a.geojson")["features"][0]
    assert list(feature) == ["type", "id", "geometry", "properties"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [37.61556, 55.75222]}
    properties = feature["properties"]
    assert list(properties) == ["layer", *MENTION_COLUMNS]
    assert properties["layer"] == "mentions"
    assert properties["sentence"] == "Moscow said Fiji and Ruritania are near."
    assert (properties["longitude"], properties["latitude"]) == (37.61556, 55.75222)
    assert (properties["confidence"], properties["uncertainty_km"]) == (0.9731, 15.0)
    assert properties["article_date"] == "2022-02-04"
    assert type(properties["start"]) is int


def test_an_area_is_cut_and_turned(tmp_path: Path) -> None:
    write_output([parsed()], tmp_path / "a.geojson", BOUNDARIES)
    feature = load(tmp_path / "a.geojson")["features"][3]
    assert feature["properties"]["layer"] == "areas"
    assert feature["bbox"] == [170, 0, -170, 10]
    area = shape(feature["geometry"])
    assert area.equals(shapely.union_all([box(170, 0, 180, 10), box(-180, 0, -170, 10)]))
    assert all(part.exterior.is_ccw for part in area.geoms)


def test_the_collection_box_holds_every_feature(tmp_path: Path) -> None:
    write_output([parsed()], tmp_path / "a.geojson", BOUNDARIES)
    assert load(tmp_path / "a.geojson")["bbox"] == [-180, -18, 180, 55.75222]


def test_empty_layers_make_a_valid_file(tmp_path: Path) -> None:
    write_output([], tmp_path / "a.geojson", BOUNDARIES)
    collection = load(tmp_path / "a.geojson")
    assert collection["features"] == []
    assert "bbox" not in collection


def test_what_is_missing_is_null(tmp_path: Path) -> None:
    article = parsed(date=None)
    location = Location(MOSCOW, None, (37.6, 55.75), np.inf, None, None)
    unsure = replace(article, mentions=(replace(article.mentions[0], location=location),))
    write_output([unsure], tmp_path / "a.geojson", BOUNDARIES)
    properties = load(tmp_path / "a.geojson")["features"][0]["properties"]
    for name in ("uncertainty_km", "confidence", "article_date"):
        assert properties[name] is None
    assert properties["relation"] == ""


def test_other_programs_read_it(tmp_path: Path) -> None:
    import geopandas as gpd

    write_output([parsed(), parsed("second")], tmp_path / "a.geojson", BOUNDARIES)
    frame = gpd.read_file(tmp_path / "a.geojson")
    assert len(frame) == 8
    assert frame.crs.to_epsg() == 4326
    assert set(frame["layer"]) == {"mentions", "areas", "lines"}
    assert frame.geometry.is_valid.all()


def test_equal_input_gives_equal_bytes(tmp_path: Path) -> None:
    for name in ("a.geojson", "b.geojson", "a.jsonl", "b.jsonl"):
        write_output([parsed(), parsed("second")], tmp_path / name, BOUNDARIES)
    assert (tmp_path / "a.geojson").read_bytes() == (tmp_path / "b.geojson").read_bytes()
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()


# --- choosing and refusing ---


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("a.geojson", "geojson"),
        ("a.JSON", "geojson"),
        ("a.jsonl", "jsonl"),
        ("a.ndjson", "jsonl"),
        ("-", "geojson"),
    ],
)
def test_the_extension_chooses(tmp_path: Path, name: str, format: str) -> None:
    assert check_output(name if name == "-" else tmp_path / name).format is FORMATS[format]


@pytest.mark.parametrize("name", ["a.xyz", "a", "a.geojson.gz", ".geojson"])
def test_an_unknown_extension(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match=r"\.geojson, \.json, .*\.jsonl, \.ndjson"):
        write_output([], tmp_path / name, BOUNDARIES)


def test_a_format_overrules_the_extension(tmp_path: Path) -> None:
    write_output([parsed()], tmp_path / "a.out", BOUNDARIES, format="jsonl")
    assert json.loads((tmp_path / "a.out").read_bytes())["id"] == "report"


def test_the_target_is_checked_before_any_work(tmp_path: Path) -> None:
    target = tmp_path / "a.jsonl"
    target.write_bytes(b"old")

    def work() -> Iterator[ParsedArticle]:
        raise AssertionError("an article was taken")
        yield

    with pytest.raises(OutputError, match="--overwrite"):
        write_output(work(), target, BOUNDARIES)
    with pytest.raises(OutputError, match="no folder"):
        write_output(work(), tmp_path / "missing/a.geojson", BOUNDARIES)
    assert target.read_bytes() == b"old"
    write_output([], target, BOUNDARIES, overwrite=True)
    assert target.read_bytes() == b""


def test_borders_are_written_down(tmp_path: Path) -> None:
    write_output([parsed()], tmp_path / "a.geojson", BOUNDARIES, borders=Borders.DE_FACTO)
    collection = load(tmp_path / "a.geojson")
    assert collection["borders"] == "de-facto"
    assert {feature["properties"]["borders"] for feature in collection["features"]} == {"de-facto"}


@pytest.mark.parametrize("format", ["geojson", "geojsonl", "parquet", "gpkg", "fgb", "kml", "csv", "jsonl"])
def test_standard_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str) -> None:
    stdout = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=stdout))
    write_output([parsed()], "-", BOUNDARIES, format=format)
    write_output([parsed()], tmp_path / f"a.{format}", BOUNDARIES, format=format)
    assert stdout.getvalue() == (tmp_path / f"a.{format}").read_bytes()


def test_the_documented_columns_are_the_written_ones() -> None:
    page = (Path(__file__).parents[2] / "docs" / "formats.md").read_text("utf-8")
    table = page.partition("| property |")[2].partition("\n\n")[0]
    documented = [
        name for cell in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for name in cell.split(", ")
    ]
    assert documented == [f"`{name}`" for name in ["layer", *AREA_COLUMNS]]


@pytest.mark.parametrize("name", ["a.jsonl", "a.parquet"])
def test_earlier_results_are_written_again_without_parsing(
    tmp_path: Path, parsed_seed: ParsedArticle, name: str
) -> None:
    boundaries = Boundaries.open()
    write_output([parsed_seed], tmp_path / name, boundaries)
    for written in ("b.fgb", "b.csv"):
        for layer in ("mentions", "areas", "lines", "places"):
            first, again = tmp_path / f"1-{layer}-{written}", tmp_path / f"2-{layer}-{written}"
            write_output([parsed_seed], first, boundaries, layers=[layer])
            write_output(read_results(tmp_path / name), again, boundaries, layers=[layer])
            assert first.read_bytes() == again.read_bytes()
