"""The options of ``crisismap map`` that shape the page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crisismap.cli import main
from crisismap.webmap import LANGUAGES


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "kyiv.txt"
    path.write_text("A visit\n\nThe minister will travel to Kyiv next week.", "utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["-q", "map", "--recognizer", "fast", *map(str, arguments)])


def island(page: Path) -> dict[str, object]:
    return json.loads(page.read_text("utf-8").partition('id="data">')[2].partition("</script>")[0])


def test_language_tiles_and_embed_reach_the_page(article, tmp_path):
    page = tmp_path / "map.html"
    result = run(article, "-o", page, "--language", "uk", "--tiles", "carto-light", "--embed")
    assert result.exit_code == 0, result.output
    data = island(page)
    assert (data["language"], data["embed"]) == ("uk", True)
    assert data["tiles"]["origin"] == "https://*.basemaps.cartocdn.com"
    assert data["gazetteer"]["places"] > 100_000


def test_without_options_the_page_is_english_and_asks_nobody(article, tmp_path):
    page = tmp_path / "map.html"
    assert run(article, "-o", page).exit_code == 0
    data = island(page)
    assert (data["language"], data["embed"], data["tiles"]) == ("en", False, None)


def test_tiles_that_cannot_be_are_refused_before_anything_is_read(tmp_path):
    result = run(tmp_path / "missing.txt", "-o", tmp_path / "map.html", "--tiles", "https://e.org/{z}.png")
    assert result.exit_code == 2
    [line] = [line for line in result.output.splitlines() if line.startswith("Error")]
    assert "'https://e.org/{z}.png'" in line
    assert "carto-light" in line


def test_every_language_can_be_chosen(tmp_path):
    result = run("--help")
    assert f"[{'|'.join(LANGUAGES)}]" in result.output
    assert "OpenStreetMap refuses" in " ".join(result.output.split())
