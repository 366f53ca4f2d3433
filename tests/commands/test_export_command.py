"""`crisismap export` and its options on what is written."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crisismap.cli import main
from crisismap.export import write_jsonl
from crisismap.model import ParsedArticle

FAST = ("--recognizer", "fast", "--home", "none")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory, parsed_seed: ParsedArticle) -> Path:
    """Earlier results, so that nothing is parsed again."""
    path = tmp_path_factory.mktemp("results") / "results.jsonl"
    write_jsonl([parsed_seed], path)
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments), *FAST], catch_exceptions=False)


def test_a_layer_and_a_format(results: Path) -> None:
    result = run("export", results, "-o", "-", "--format", "csv", "--layer", "places", "--hxl")
    assert result.exit_code == 0, result.stderr
    names, tags, *rows = csv.reader(result.stdout.splitlines())
    assert names[:2] == ["place_id", "place_name"]
    assert tags[:2] == ["#loc+code", "#loc+name"]
    assert "Ukraine" in {row[1] for row in rows}


def test_filters_of_export_and_map(results: Path, tmp_path: Path) -> None:
    conditions = ("--country", "Ukraine", "--min-confidence", "0.2")
    assert run("export", results, "-o", tmp_path / "a.geojsonl", *conditions).exit_code == 0
    features = [json.loads(line) for line in (tmp_path / "a.geojsonl").read_bytes().splitlines()]
    countries = {feature["properties"]["country_code"] for feature in features}
    assert countries <= {"UA", ""}
    assert "UA" in countries
    drawn = run("map", results, "-o", tmp_path / "a.html", *conditions)
    assert drawn.exit_code == 0, drawn.stderr
    whole = run("map", results, "-o", tmp_path / "b.html")
    assert whole.exit_code == 0, whole.stderr
    count = f"{len(features)} mentions of"
    assert count in drawn.stderr
    assert count not in whole.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-o", "a.shp"], "a Shapefile cuts names"),
        (["-o", "a.parquet", "--layer", "all"], ".parquet holds one layer"),
        (["-o", "a.gpkg", "--hxl"], "only CSV has a row of HXL hashtags"),
        (["-o", "a.csv", "--format", "excel"], "unknown format 'excel'"),
        (["-o", "postgresql://127.0.0.1:1/x"], "postgresql://127.0.0.1/x: "),
    ],
)
def test_one_clear_line(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("export", results, *arguments)
    assert result.exit_code == 1
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
