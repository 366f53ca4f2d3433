"""Articles of a Dask dataframe -> a folder of GeoParquet, a file a partition.

Each partition is parsed by one worker, which opens the pipeline once, and its file appears whole or not at
all.  So a worker that is killed costs its partition's time: Dask gives the partition to another worker, and
the result is the same.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crisismap.articles.records import parse_record
from crisismap.errors import ArticleError, MissingDependencyError, OutputError
from crisismap.files import write_atomically
from crisismap.geoparsing import Geoparser, geoparse
from crisismap.layers import build_layers
from crisismap.model import Article
from crisismap.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Part", "geoparse_frame"]


@dataclass(frozen=True, slots=True)
class Part:
    """What became of one partition."""

    path: Path
    """Its mentions, as GeoParquet; in ``areas`` beside its folder, its areas."""
    articles: int
    mentions: int
    """Those that were located."""
    errors: tuple[str, ...]
    """One line for each article that could not be read or parsed."""


def geoparse_frame(
    frame: Any,
    folder: str | Path,
    settings: Settings | None = None,
    *,
    columns: Mapping[str, str] | None = None,
) -> list[Part]:
    """Parse the articles of a Dask dataframe on the workers of the current client, and wait for all of it.

    Writes ``folder/mentions/part-00000.parquet`` and ``folder/areas/part-00000.parquet`` and so on, in the
    order of the partitions: the layers of ``docs/formats.md``.  An area has one row in each partition that
    names it.  The folder has to be one that all workers see.

    Args:
        frame: a ``dask.dataframe``, one row an article.  A partition is held in memory: some thousand rows.
        folder: where the files go; it must not hold any yet.
        settings: how to parse.  Homes of outlets are taken from here and not guessed, since no partition
            sees all articles; :func:`crisismap.homes.guess_homes` guesses from a sample.
        columns: field -> column, for names that :func:`crisismap.articles.records.parse_record` does not
            know.  Rows without an id get one from their content, and are not merged or numbered.

    Returns:
        A Part for each partition, in order.

    Raises:
        MissingDependencyError: Dask is not installed.
        OutputError: the folder holds something, or cannot be made.
    """
    try:
        dask: Any = import_module("dask")  # types for part of it only
    except ImportError:
        raise MissingDependencyError("geoparse_frame needs Dask: pip install 'crisismap[dask]'") from None
    target = Path(folder).absolute()
    _make_folders(target)
    settings = settings or Settings()
    parse = dask.delayed(_parse_partition, pure=False)
    partitions = enumerate(frame.to_delayed())
    tasks = [parse(rows, number, target, settings, dict(columns or {})) for number, rows in partitions]
    return list(dask.compute(*tasks))


def _make_folders(folder: Path) -> None:
    try:
        for name in ("mentions", "areas"):
            (folder / name).mkdir(parents=True, exist_ok=True)
            if any((folder / name).iterdir()):
                raise OutputError(f"{folder / name}: holds files already; choose another folder, or empty it")
    except OutputError:
        raise
    except OSError as error:
        raise OutputError(f"{folder}: cannot be made ({error.strerror}); choose another place") from None


def _parse_partition(
    rows: pd.DataFrame, number: int, folder: Path, settings: Settings, columns: Mapping[str, str]
) -> Part:
    errors: list[str] = []
    geoparser = _open(settings, threading.get_ident())
    articles = _articles(rows, number, columns, errors)
    parsed = list(
        geoparse(
            articles,
            geoparser,
            given_spans=settings.given_spans,
            on_error=lambda error: errors.append(str(error)),
        )
    )
    layers = build_layers(parsed, geoparser.boundaries, settings.borders)
    name = f"part-{number:05}.parquet"
    for layer, table in (("areas", layers.areas), ("mentions", layers.mentions)):
        with write_atomically(folder / layer / name) as file:
            table.to_parquet(file, index=False, write_covering_bbox=True)
    return Part(folder / "mentions" / name, len(parsed), len(layers.mentions), tuple(errors))


def _articles(
    rows: pd.DataFrame, number: int, columns: Mapping[str, str], errors: list[str]
) -> Iterator[Article]:
    filled = rows.astype(object).where(rows.notna(), None)
    for place, record in enumerate(filled.to_dict("records")):
        record = {str(key): _plain(value) for key, value in record.items()}
        try:
            yield parse_record(record, f"partition {number}, row {place}", columns)
        except ArticleError as error:
            errors.append(str(error))


def _plain(value: Any) -> Any:
    """A cell as JSON would have it: dates as text."""
    return value.isoformat() if hasattr(value, "isoformat") else value


@lru_cache(maxsize=32)
def _open(settings: Settings, thread: int) -> Geoparser:
    """The pipeline of a worker's thread; the network reads for one thread at a time."""
    return settings.open()
