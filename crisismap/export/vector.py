"""Layers as files that GDAL writes: FlatGeobuf here, and what GeoPackage shares with it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, GeometryError

from crisismap.errors import OutputError
from crisismap.export.schemas import GEOMETRY
from crisismap.export.tables import Table, Tables
from crisismap.layers.columns import CRS

__all__ = ["write_flatgeobuf", "write_table"]

_GDAL_ERRORS = (DataLayerError, DataSourceError, FeatureError, GeometryError)


def write_flatgeobuf(tables: Tables, path: Path) -> None:
    """Write the one layer that ``tables`` holds, with a spatial index."""
    (table,) = tables
    write_table(table, path, "FlatGeobuf", {"TITLE": table.plan.title, "TEMPORARY_DIR": str(path.parent)})
    _check(table, path)


def _check(table: Table, path: Path) -> None:
    """Read the file again: GDAL 3.12 says nothing where a full disk cuts the last of it off.

    Raises:
        OutputError: it is not whole.
    """
    try:
        with pyogrio.open_arrow(path, use_pyarrow=True) as (_, batches):
            rows = sum(len(batch) for batch in batches)
    except (*_GDAL_ERRORS, OSError):
        rows = -1
    if rows != table.rows:
        raise OutputError(f"{table.plan.name}: the file is incomplete, the disk may be full; free some room")


def write_table(
    table: Table,
    path: Path,
    driver: str,
    layer_options: Mapping[str, str],
    dataset_options: Mapping[str, str] | None = None,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write one table, in batches, as a layer of a new or an existing file.

    Raises:
        OutputError: GDAL refuses.
    """
    spatial = (
        {"geometry_name": GEOMETRY, "geometry_type": table.plan.shapes, "crs": CRS}
        if table.plan.shapes
        else {}
    )
    reader = pa.RecordBatchReader.from_batches(table.plan.schema, table.batches())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pyogrio.write_arrow(
                reader,
                path,
                layer=table.plan.name,
                driver=driver,
                layer_options=dict(layer_options),
                dataset_options=dict(dataset_options or {}),
                dataset_metadata=dict(metadata) if metadata else None,
                **spatial,
            )
    except _GDAL_ERRORS as error:
        raise OutputError(f"{table.plan.name}: cannot be written by GDAL ({error})") from None
