"""The page's modules and style sheets, each joined to one text.

The files under ``page`` are ordinary ES modules and style sheets; what one imports comes before it.  The
joined script is one module: its imports are dropped and its exports are plain declarations.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

__all__ = ["join_scripts", "join_styles", "ordered", "read_page"]

_PAGE = files("crisismap.webmap") / "page"

_IMPORT = re.compile(r"^import\s*\{[^}]*\}\s*from\s*\"\./([\w-]+\.js)\";\n", re.MULTILINE)

_STYLE_IMPORT = re.compile(r"^@import \"\./([\w-]+\.css)\";\n", re.MULTILINE)

_EXPORT = re.compile(r"^export (?=(?:async )?function|const|class)", re.MULTILINE)


def read_page(name: str) -> str:
    """The text of a file of the page."""
    return (_PAGE / name).read_text(encoding="utf-8")


@cache
def join_scripts(first: str = "main.js") -> str:
    """``first`` and all that it imports, as the text of one module."""
    return "".join(_EXPORT.sub("", _IMPORT.sub("", read_page(name))) for name in ordered(first, _IMPORT))


@cache
def join_styles(first: str = "page.css") -> str:
    """``first`` and all that it imports, as the text of one style sheet."""
    return "".join(_STYLE_IMPORT.sub("", read_page(name)) for name in ordered(first, _STYLE_IMPORT))


def ordered(first: str, imports: re.Pattern[str] = _IMPORT) -> list[str]:
    """The names of ``first`` and of what it imports, each after all that it imports itself.

    Raises:
        ValueError: two files import each other, directly or through others.
    """
    done: list[str] = []

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            raise ValueError(f"{' imports '.join([*above, name])}: take out what both need")
        if name not in done:
            for other in imports.findall(read_page(name)):
                visit(other, (*above, name))
            done.append(name)

    visit(first, ())
    return done
