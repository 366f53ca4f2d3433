"""ParsedArticles -> the tables that are written, kept in temporary files meanwhile.

A hundred thousand articles hold more mentions than memory should.  Whatever grows with the articles goes to
disk as it comes, in Arrow's stream format, and is read back in batches by the writers, as often as they like
and in the order that they like; only the places and distinct shapes stay in memory.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pyarrow as pa
import shapely
from shapely.geometry import MultiLineString, MultiPolygon

from crisismap.errors import OutputError
from crisismap.export.schemas import GEOMETRY, SHAPE, TABLES, Plan, batch_of
from crisismap.geojson import prepare
from crisismap.layers import AreaTally, PlaceTally, rival_rows, rows_of, unlocated_row
from crisismap.model import Article, Borders, Location, ParsedArticle

if TYPE_CHECKING:
    from crisismap.gazetteer import Boundaries

__all__ = ["MOST_QUOTED", "Table", "Tables", "collect"]

MOST_QUOTED = 50
"""Mentions of a shape whose ids and sentences are joined in its row; ``mention_count`` counts them all."""

_BATCH = 8192
_SHAPES_A_BATCH = 64  # the outline of a country takes 20 kB and more


@dataclass(frozen=True, slots=True)
class Table:
    """One table that is complete."""

    plan: Plan
    rows: int
    bounds: tuple[float, float, float, float] | None
    """West, south, east, north of all shapes; None where there are none."""
    _file: IO[bytes]

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All rows, from the first one, a few thousand at a time; one reader at a time."""
        self._file.seek(0)
        with pa.ipc.open_stream(pa.PythonFile(self._file, "r")) as reader:
            yield from reader

    def reader(self) -> pa.RecordBatchReader:
        """The same as what other libraries take."""
        return pa.RecordBatchReader.from_batches(self.plan.schema, self.batches())

    def records(self) -> Iterator[dict[str, Any]]:
        """The rows as Python values; shapes are WKB."""
        for batch in self.batches():
            yield from batch.to_pylist()


@dataclass(frozen=True, slots=True)
class Tables:
    """What is to be written, in the order in which it should stand."""

    tables: Mapping[str, Table]
    borders: Borders
    partial: bool = False
    """Whether the articles may hold more mentions than these."""

    def __iter__(self) -> Iterator[Table]:
        return iter(self.tables.values())

    def __getitem__(self, name: str) -> Table:
        return self.tables[name]


@contextmanager
def collect(
    parsed: Iterable[ParsedArticle],
    names: Sequence[str],
    boundaries: Boundaries,
    borders: Borders,
    *,
    folder: Path | None = None,
    shapes: bool = False,
    partial: bool = False,
) -> Iterator[Tables]:
    """Go through all articles once and give the tables of these names.

    Args:
        parsed: the articles, each taken once.
        names: keys of TABLES.
        boundaries: where the outlines of countries and regions come from.
        borders: the worldview that is drawn.
        folder: where the temporary files are, which have no name there; the system's own by default.
        shapes: whether ``mentions`` carries the shapes of expressions.
        partial: whether the articles may hold more mentions than these.

    Raises:
        OutputError: the disk is full.
    """
    with ExitStack() as stack:
        spools = {}
        for name in names:
            file = stack.enter_context(_nameless(folder))
            plan = TABLES[name]
            if shapes and name == "mentions":
                plan = Plan(name, plan.schema.append(pa.field(SHAPE, pa.binary())), plan.shapes, plan.title)
            spools[name] = _Spool(plan, file)
        _fill(spools, parsed, boundaries, borders)
        yield Tables({name: spool.finish() for name, spool in spools.items()}, borders, partial)


class _Spool:
    """A table under construction."""

    def __init__(self, plan: Plan, file: IO[bytes]) -> None:
        self.plan = plan
        self._file = file
        self._size = _SHAPES_A_BATCH if plan.shapes.startswith("Multi") else _BATCH
        self._waiting: list[Sequence[Any]] = []
        self._shapes: list[bytes | None] = []
        self._rows = 0
        self._bounds: list[float] = []
        self._writer = pa.ipc.new_stream(
            pa.PythonFile(file, "w"), plan.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")
        )

    def add(self, row: Sequence[Any], shape: bytes | None = None) -> None:
        self._waiting.append(row)
        self._shapes.append(shape)
        if len(self._waiting) == self._size:
            self._flush()

    def finish(self) -> Table:
        if self._waiting:
            self._flush()
        with _on_disk():
            self._writer.close()
            self._file.flush()
        bounds = tuple(round(value, 6) for value in self._bounds) if self._bounds else None
        return Table(self.plan, self._rows, bounds, self._file)  # type: ignore[arg-type]

    def _flush(self) -> None:
        batch = batch_of(self.plan, self._waiting, self._shapes)
        if self.plan.shapes:
            west, south, east, north = shapely.total_bounds(shapely.from_wkb(batch[GEOMETRY])).tolist()
            if self._bounds:
                old = self._bounds
                west, south = min(west, old[0]), min(south, old[1])
                east, north = max(east, old[2]), max(north, old[3])
            self._bounds = [west, south, east, north]
        with _on_disk():
            self._writer.write_batch(batch)
        self._rows += len(self._waiting)
        self._waiting, self._shapes = [], []


@contextmanager
def _nameless(folder: Path | None) -> Iterator[IO[bytes]]:
    with _on_disk():
        file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed below, whatever the disk says
    try:
        yield file
    finally:
        with suppress(OSError):  # what a full disk did not take is of no use any more
            file.close()


@contextmanager
def _on_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"cannot keep the tables in a temporary file ({error.strerror or error}); free some room"
        ) from None


def _fill(
    spools: Mapping[str, _Spool], parsed: Iterable[ParsedArticle], boundaries: Boundaries, borders: Borders
) -> None:
    """Go through the articles and add to those tables that are wanted."""
    areas = AreaTally(boundaries, borders, most_quoted=MOST_QUOTED)
    places = PlaceTally()
    wants_areas, wants_places = bool(spools.keys() & {"areas", "lines"}), "places" in spools

    def add(name: str, row: Sequence[Any], shape: bytes | None = None) -> None:
        if name in spools:
            spools[name].add(row, shape)

    with_shapes = "mentions" in spools and SHAPE in spools["mentions"].plan.schema.names

    @lru_cache(256)
    def prepared(shape: bytes) -> bytes | None:
        found = prepare(shapely.from_wkb(shape))
        return None if found is None else shapely.to_wkb(found)

    def own_shape(location: Location) -> bytes | None:
        return None if location.geometry is None else prepared(location.geometry.wkb)

    for article in parsed:
        sentences: dict[int, list[Any]] = {}
        found = located = 0
        for row, location in rows_of(article, borders):
            found += 1
            sentences.setdefault(row.sentence_index, [getattr(row, name) for name in _SENTENCE])
            for rival in rival_rows(row.mention_id, location):
                add("rivals", rival)
            if location.point is None:
                add("unlocated", unlocated_row(row))
                continue
            located += 1
            add("mentions", row, own_shape(location) if with_shapes else None)
            if wants_areas:
                areas.add(row, location)
            if wants_places:
                places.add(row, location)
        for _, sentence in sorted(sentences.items()):
            add("sentences", sentence)
        add("articles", _article_row(article.article, found, located))
    for shape, values in areas.rows():
        name, wkb = _written(shape)
        if wkb is not None:
            add(name, values, wkb)
    for values in places.rows():
        add("places", values)


_SENTENCE = TABLES["sentences"].columns


def _article_row(article: Article, found: int, located: int) -> list[Any]:
    date = article.date.isoformat() if article.date else ""
    return [article.id, article.title, article.url, date, article.source, found, located]


def _written(shape: MultiPolygon | MultiLineString) -> tuple[str, bytes | None]:
    """The layer of a shape, and the shape as it is written; None where nothing is left of it."""
    prepared = prepare(shape)
    if prepared is None:
        return "areas", None
    parts = shapely.get_parts(prepared)
    if isinstance(shape, MultiPolygon):
        return "areas", shapely.to_wkb(MultiPolygon(list(parts)))
    return "lines", shapely.to_wkb(MultiLineString(list(parts)))
