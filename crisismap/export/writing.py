"""The one way out: parsed articles to a file, standard output or a database."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from crisismap.errors import OutputError
from crisismap.export import postgis, sheets, text
from crisismap.export.formats import JSONL, Format, choose_format, choose_tables
from crisismap.export.tables import Tables, collect
from crisismap.files import check_target, replace_atomically, write_atomically
from crisismap.model import Borders, ParsedArticle
from crisismap.parsed import Mark, line_of

if TYPE_CHECKING:
    from crisismap.gazetteer.boundaries import Boundaries

__all__ = ["Output", "check_output", "write_jsonl", "write_output"]


@dataclass(frozen=True, slots=True)
class Output:
    """Where results go, and as what."""

    target: str
    format: Format
    tables: tuple[str, ...]
    """Keys of :data:`crisismap.export.schemas.TABLES`; none for JSON Lines, which hold articles."""
    hxl: bool = False


def write_output(
    parsed: Iterable[ParsedArticle],
    path: str | Path,
    boundaries: Boundaries,
    *,
    borders: Borders = Borders.INTERNATIONAL,
    format: str | None = None,
    layers: Sequence[str] = (),
    hxl: bool = False,
    overwrite: bool = False,
    partial: bool = False,
) -> None:
    """Write ``parsed`` in the format that the extension of ``path`` names, or in ``format``.

    The articles are taken one by one and never held together.  The target is checked before the first one
    is taken, and is as it was until the last one is written.

    Args:
        parsed: what was found in the articles.
        path: a file; "-" for standard output, as GeoJSON where no ``format`` is given; or the address of a
            PostGIS database, ``postgresql://...``.
        boundaries: where the outlines of countries and regions come from.
        borders: the worldview that the articles were parsed in.
        format: a key of :data:`FORMATS`.
        layers: of mentions, areas, lines, places, or all; what the format holds by default if empty.
        hxl: whether a CSV has a row of HXL hashtags.
        overwrite: whether an existing file is replaced.
        partial: whether the articles may hold more mentions than ``parsed`` has of them, since a filter has
            chosen; a database then keeps the others that it knows.

    Raises:
        OutputError: the extension is unknown, the format does not hold the layers, the file exists and
            ``overwrite`` is false, or it cannot be written.
        MissingDependencyError: the format needs a package that is not installed.

    Example:
        >>> from crisismap.gazetteer import Boundaries
        >>> write_output([], "/tmp/crisis.gpkg", Boundaries.open(), overwrite=True)
    """
    output = check_output(path, format=format, layers=layers, hxl=hxl, overwrite=overwrite)
    if output.format is JSONL:
        write_jsonl(parsed, path, borders)
        return
    with collect(
        parsed,
        output.tables,
        boundaries,
        borders,
        folder=_folder(output),
        shapes=output.format.name == "parquet",
        partial=partial,
    ) as tables:
        _write(tables, output)


def check_output(
    path: str | Path,
    *,
    format: str | None = None,
    layers: Sequence[str] = (),
    hxl: bool = False,
    overwrite: bool = False,
) -> Output:
    """Say what would be written to ``path``; call it before hours of work, not after.

    Raises:
        OutputError: as :func:`write_output`.
        MissingDependencyError: likewise.
    """
    target = str(path)
    chosen = choose_format(target, format)
    if hxl and chosen.name != "csv":
        raise OutputError(f"{target}: only CSV has a row of HXL hashtags; write .csv")
    output = Output(target, chosen, choose_tables(chosen, layers), hxl)
    if chosen.name == "xlsx":
        sheets.check()
    if chosen.to_database:
        postgis.check(target)
    elif target != "-":
        check_target(path, overwrite=overwrite)
    return output


def write_jsonl(
    parsed: Iterable[ParsedArticle], path: str | Path, borders: Borders = Borders.INTERNATIONAL
) -> None:
    """Write one JSON object a line and article, in the contract of ``docs/formats.md``.

    :func:`crisismap.parsed.read_results` reads them back.  ``borders`` is what the articles were parsed with.
    Offsets are code points of ``text``, which is the article's own.  ``path`` is replaced if it exists;
    ``-`` is standard output.

    Raises:
        OutputError: the file cannot be written.
    """
    mark = Mark(borders)
    with _open(str(path)) as file:
        for article in parsed:
            file.write(line_of(article, mark))


def _write(tables: Tables, output: Output) -> None:
    format = output.format
    if format.to_database:
        format.to_database(tables, output.target)
    elif format.to_file:
        with _replace(output.target, format.extensions[0]) as path:
            format.to_file(tables, path)
    elif format.to_stream:
        writer = text.write_hxl if output.hxl else format.to_stream
        with _open(output.target) as file:
            writer(tables, file)


def _folder(output: Output) -> Path | None:
    """Where the tables wait: beside the file, where there is room for it; else where the system says."""
    path = Path(output.target)
    if output.target == "-" or output.format.to_database or (path.exists() and not path.is_file()):
        return None
    return path.resolve().parent


@contextmanager
def _open(target: str) -> Iterator[BinaryIO]:
    if target == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    else:
        with write_atomically(target) as file:
            yield file


@contextmanager
def _replace(target: str, suffix: str) -> Iterator[Path]:
    if target == "-":
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"output{suffix}"
            yield path
            with path.open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    else:
        with replace_atomically(target, suffix) as path:
            yield path
