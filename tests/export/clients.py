"""Programs that are not ours, and what they read back.

Each is a function from a written file to the number of rows of each of its layers.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Reader = Callable[[Path], dict[str, int]]

REQUIRED = bool(os.environ.get("CRISISMAP_REQUIRE_CLIENTS"))
"""Set by .ci/run, which installs them: a client that is missing fails instead of being passed over."""


def need(program: str) -> str:
    """The path of a program of Debian's, PostgreSQL's included; skips or fails without it."""
    folders = ["", *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True))]
    for folder in folders:
        if found := shutil.which(program, path=folder or None):
            return found
    if REQUIRED:
        pytest.fail(f"{program} is not installed")
    pytest.skip(f"{program} is not installed")


def check_documented(page: Path, test: str, table: str) -> None:
    """Whether the page shows the table that a test writes; with CRISISMAP_WRITE_DOCS it does from then on."""
    content = page.read_text("utf-8")
    begin, end = f"<!-- {test} writes this table -->\n", "\n<!-- end -->"
    head, found, rest = content.partition(begin)
    assert found, f"docs/formats.md has no line {begin!r}"
    documented, _, tail = rest.partition(end)
    if os.environ.get("CRISISMAP_WRITE_DOCS"):
        page.write_text(head + begin + table + end + tail, "utf-8")
        return
    assert documented == table


def ogrinfo(path: Path) -> dict[str, int]:
    """GDAL's command; its name for the layer of a file of one is the file's."""
    done = subprocess.run(
        [need("ogrinfo"), "-ro", "-so", "-al", path], capture_output=True, text=True, timeout=60, check=True
    )
    assert not re.search("ERROR|Warning", done.stderr), done.stderr
    names = re.findall(r"^Layer name: (.*)$", done.stdout, re.MULTILINE)
    counts = re.findall(r"^Feature Count: (\d+)$", done.stdout, re.MULTILINE)
    return dict(zip(names, map(int, counts), strict=True))


def pyarrow(path: Path) -> dict[str, int]:
    import pyarrow.parquet

    return {path.stem: pyarrow.parquet.read_table(path).num_rows}


def duckdb(path: Path) -> dict[str, int]:
    import duckdb

    with duckdb.connect() as database:
        rows = database.execute("SELECT count(DISTINCT mention_id) FROM read_parquet(?)", [str(path)])
        return {path.stem: rows.fetchall()[0][0]}


def geopandas(path: Path) -> dict[str, int]:
    import geopandas

    return {path.stem: len(geopandas.read_parquet(path))}


def openpyxl(path: Path) -> dict[str, int]:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    return {sheet.title: sum(1 for _ in sheet.rows) - 1 for sheet in book}


def pandas(path: Path) -> dict[str, int]:
    import pandas

    return {path.stem: len(pandas.read_csv(path, keep_default_na=False))}
