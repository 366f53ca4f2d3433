"""GeoParquet 1.1: one layer a file.

The metadata follow the specification (geoparquet.org/releases/v1.1.0): WKB, longitude and latitude in
OGC:CRS84, which is what a file without ``crs`` means, and a covering column ``bbox``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from crisismap.export.notices import notices
from crisismap.export.schemas import GEOMETRY
from crisismap.export.tables import Table, Tables

__all__ = ["ROWS_A_GROUP", "write"]

ROWS_A_GROUP = 122_880
"""What DuckDB's own row groups hold: one group is one thread's work."""

_EDGES = ("xmin", "ymin", "xmax", "ymax")
_BBOX = pa.struct([(edge, pa.float64()) for edge in _EDGES])


def write(tables: Tables, file: BinaryIO) -> None:
    """Write the one layer that ``tables`` holds."""
    (table,) = tables
    metadata = {**notices(tables.borders), "layer": table.plan.name, "geo": json.dumps(_geo(table))}
    schema = table.plan.schema.append(pa.field("bbox", _BBOX)).with_metadata(metadata)
    with pq.ParquetWriter(file, schema, compression="zstd", write_page_index=True) as writer:
        waiting: list[pa.RecordBatch] = []
        for batch in _pieces(table):
            waiting.append(_with_bbox(batch))
            if sum(map(len, waiting)) == ROWS_A_GROUP:
                writer.write_table(pa.Table.from_batches(waiting).cast(schema), ROWS_A_GROUP)
                waiting.clear()
        if waiting:
            writer.write_table(pa.Table.from_batches(waiting).cast(schema), ROWS_A_GROUP)


def _pieces(table: Table) -> Iterator[pa.RecordBatch]:
    """The batches, cut where a row group ends."""
    rows = 0
    for batch in table.batches():
        head = batch[: ROWS_A_GROUP - rows % ROWS_A_GROUP]
        yield head
        if len(head) < len(batch):
            yield batch[len(head) :]
        rows += len(batch)


def _with_bbox(batch: pa.RecordBatch) -> pa.RecordBatch:
    bounds = shapely.bounds(shapely.from_wkb(batch[GEOMETRY]))
    edges = [pa.array(bounds[:, number]) for number in range(4)]
    return batch.append_column("bbox", pa.StructArray.from_arrays(edges, fields=list(_BBOX)))


def _geo(table: Table) -> dict[str, Any]:
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": [table.plan.shapes],
        "edges": "planar",
        "covering": {"bbox": {edge: ["bbox", edge] for edge in _EDGES}},
    }
    if table.plan.shapes == "MultiPolygon":
        column["orientation"] = "counterclockwise"
    if table.bounds:
        column["bbox"] = list(table.bounds)
    return {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
