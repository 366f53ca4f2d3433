"""A target that cannot be written costs one clear line, and nothing is left half-written."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from scenes import BOUNDARIES, article, scene

from crisismap.errors import MissingDependencyError, OutputError
from crisismap.export import FORMATS, check_output, write_output
from crisismap.model import ParsedArticle

NAMES = [name for name, format in FORMATS.items() if format.extensions]


def nothing_taken() -> Iterator[ParsedArticle]:
    raise AssertionError("an article was taken")
    yield


@pytest.mark.parametrize("name", NAMES)
def test_the_target_is_looked_at_first(tmp_path: Path, name: str) -> None:
    target = tmp_path / f"a.{name}"
    target.write_bytes(b"old")
    with pytest.raises(OutputError, match="exists already; pass --overwrite"):
        write_output(nothing_taken(), target, BOUNDARIES)
    (tmp_path / f"folder.{name}").mkdir()
    with pytest.raises(OutputError, match="is a folder"):
        write_output(nothing_taken(), tmp_path / f"folder.{name}", BOUNDARIES)
    with pytest.raises(OutputError, match="no folder"):
        write_output(nothing_taken(), tmp_path / "missing" / f"a.{name}", BOUNDARIES)
    assert target.read_bytes() == b"old"


@pytest.mark.parametrize("name", NAMES)
def test_what_stops_midway_leaves_the_old_file(tmp_path: Path, name: str) -> None:
    target = tmp_path / f"a.{name}"
    target.write_bytes(b"old")

    def stopped() -> Iterator[ParsedArticle]:
        yield article("a")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_output(stopped(), target, BOUNDARIES, overwrite=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {target.name: b"old"}


CHILD = """
import resource, signal, sys
sys.path.insert(0, sys.argv[1])
from scenes import BOUNDARIES, scene
from crisismap.errors import OutputError
from crisismap.export import write_output
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)
try:
    write_output(scene(), sys.argv[2], BOUNDARIES, overwrite=True)
except OutputError as error:
    print(error)
    sys.exit(3)
"""


@pytest.mark.parametrize(
    ("name", "share"),
    [("geojson", 0.05), *((name, 0.95) for name in NAMES if name not in ("kml", "geojsons"))],
)
def test_a_full_disk(tmp_path: Path, name: str, share: float) -> None:
    """A limit on the size of files fails as a full disk does: at any write, of whatever library."""
    target = tmp_path / f"a.{name}"
    write_output(scene(), target, BOUNDARIES)
    size = int(share * target.stat().st_size)
    target.write_bytes(b"old")
    command = [sys.executable, "-c", CHILD, str(Path(__file__).parent), str(target), str(size)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 3, done.stdout + done.stderr
    assert len(done.stdout.splitlines()) == 1
    assert "Traceback" not in done.stdout
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {target.name: b"old"}


def test_a_folder_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)  # root may write anywhere
    for name in NAMES:
        with pytest.raises(OutputError, match="Permission denied"):
            write_output(nothing_taken(), tmp_path / f"a.{name}", BOUNDARIES)


@pytest.mark.parametrize("name", ["a.shp", "A.SHP"])
def test_a_shapefile_is_refused_with_the_reason(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match=r"10 characters.* no null; choose \.gpkg"):
        check_output(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("a.parquet", {"layers": ["all"]}, r"\.parquet holds one layer, not mentions, areas"),
        ("a.csv", {"layers": ["mentions", "places"]}, r"\.csv holds one layer"),
        ("a.jsonl", {"layers": ["areas"]}, "articles, not layers"),
        ("a.gpkg", {"layers": ["../../etc"]}, r"unknown layer '\.\./\.\./etc'"),
        ("a.gpkg", {"hxl": True}, "only CSV"),
        ("a.csv", {"format": "shp"}, "unknown format 'shp'"),
        ("postgresql://x/y", {"format": "csv"}, "format 'csv'"),
        ("a\0.csv", {}, "NUL"),
    ],
)
def test_what_cannot_be(tmp_path: Path, name: str, options: dict[str, object], words: str) -> None:
    target = name if "://" in name else str(tmp_path / name)
    with pytest.raises(OutputError, match=words):
        check_output(target, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("target", "module", "extra"),
    [("a.xlsx", "xlsxwriter", "xlsx"), ("postgresql://127.0.0.1/x", "psycopg", "postgres")],
)
def test_a_package_that_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, module: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MissingDependencyError, match=rf'pip install "crisismap\[{extra}\]"'):
        check_output(target)


def test_a_sheet_that_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crisismap.export.sheets._MOST_ROWS", 20)
    with pytest.raises(OutputError, match="mentions: 30 rows, of which a sheet holds 19"):
        write_output(scene(), tmp_path / "a.xlsx", BOUNDARIES)
    assert list(tmp_path.iterdir()) == []


def test_a_cell_that_is_too_long(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_output([article("a", "long " * 10_000, first="Now")], tmp_path / "a.xlsx", BOUNDARIES)
    assert "mentions: 3 cells cut to the 32767 characters of XLSX" in caplog.text
