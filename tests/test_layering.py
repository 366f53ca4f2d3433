"""Data travels one way: each module imports only from rows above its own."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "crisismap"

TABLE = PACKAGE.parent / "docs" / "architecture.md"


def rows_of(page: str) -> list[str]:
    """The modules of the page's table, top to bottom; a package is one row, and a row may name several."""
    cells = re.findall(r"^\| (`.*?) \|", page, re.MULTILINE)
    return [name for cell in cells for name in re.findall(r"`(\w+)/?`", cell)]


ROWS = rows_of(TABLE.read_text("utf-8"))
# The package's own __init__.py is its front door and may name anything.
MODULES = [path.relative_to(PACKAGE) for path in sorted(PACKAGE.rglob("*.py"))]
MODULES.remove(Path("__init__.py"))


def row_of(module: Path) -> str:
    return module.with_suffix("").parts[0]


def imported_rows(source: str, module: Path) -> Iterator[str]:
    """The rows that a module imports from, wherever in it the import stands."""
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            home = [PACKAGE.name, *module.parts][: -node.level] if node.level else []
            names = [".".join([*home, *filter(None, [node.module]), alias.name]) for alias in node.names]
        for name in names:
            root, _, rest = name.partition(".")
            if root == PACKAGE.name and rest != "__version__":
                yield rest.partition(".")[0]


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_imports_go_upward_only(module: Path) -> None:
    row = row_of(module)
    assert row in ROWS, f"{module}: give it its place in the table of docs/architecture.md"
    above = ROWS[: ROWS.index(row)]
    for other in imported_rows((PACKAGE / module).read_text("utf-8"), module):
        assert other == row or other in above, f"{module}: imports {other!r}, which is not above {row!r}"


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("import crisismap.cli", ["cli"]),
        ("from crisismap.gazetteer.names import fold", ["gazetteer"]),
        ("from crisismap import errors, __version__", ["errors"]),
        ("def late():\n    from crisismap.export import write_jsonl", ["export"]),
        ("from .names import fold", ["x"]),
        ("from . import names", ["x"]),
        ("from ..cli import main", ["cli"]),
        ("import crisismapper, json", []),
    ],
)
def test_every_form_of_import_is_seen(source: str, rows: list[str]) -> None:
    assert list(imported_rows(source, Path("x/y.py"))) == rows


def test_rows_and_modules_are_found() -> None:
    assert rows_of("| module |\n|---|\n| `a`, `b` | c `d` |\n| `e/` | f |\n") == ["a", "b", "e"]
    assert ROWS[:2] == ["errors", "model"]
    assert ROWS[-1] == "cli"
    assert len(ROWS) == len(set(ROWS))
    modules = {row_of(module) for module in MODULES}
    assert {"errors", "articles", "gazetteer"} <= modules
    assert set(ROWS) <= modules, "the table names a module that is gone"
