"""GeoJSON (RFC 7946), as one collection and as a sequence of features."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import shapely

from crisismap.export.notices import notices
from crisismap.export.schemas import GEOMETRY, SHAPE
from crisismap.export.tables import Table, Tables
from crisismap.geojson import bounding_box, geometry_object

__all__ = ["feature_id", "write_collection", "write_lines", "write_sequence"]

_RECORD_SEPARATOR = b"\x1e"


def write_collection(tables: Tables, file: BinaryIO) -> None:
    """Write one FeatureCollection; foreign members say what made it and how far to trust it."""
    head: dict[str, Any] = {"type": "FeatureCollection", **notices(tables.borders)}
    boxes = [table.bounds for table in tables if table.bounds]
    if boxes:
        west, south, east, north = zip(*boxes, strict=True)
        head["bbox"] = [min(west), min(south), max(east), max(north)]
    file.write(_dump(head)[:-1] + b',"features":[')
    between = b"\n"
    for table in tables:
        for feature in _features(table):
            file.write(between + _dump(feature))
            between = b",\n"
    file.write(b"\n]}\n")


def write_lines(tables: Tables, file: BinaryIO) -> None:
    """Write one feature a line."""
    for table in tables:
        for feature in _features(table):
            file.write(_dump(feature) + b"\n")


def write_sequence(tables: Tables, file: BinaryIO) -> None:
    """Write a GeoJSON text sequence (RFC 8142): each feature after a record separator."""
    for table in tables:
        for feature in _features(table):
            file.write(_RECORD_SEPARATOR + _dump(feature) + b"\n")


def feature_id(layer: str, record: dict[str, Any]) -> str:
    """What tells a row from all others of the same output: the mention's or the place's id."""
    if layer == "mentions":
        return str(record["mention_id"])
    return f"{layer[:-1]}:{record['place_id'] or record['mention_id'].partition(';')[0]}"


def _features(table: Table) -> Iterator[dict[str, Any]]:
    layer = table.plan.name
    for record in table.records():
        shape = shapely.from_wkb(record.pop(GEOMETRY))
        record.pop(SHAPE, None)
        feature: dict[str, Any] = {"type": "Feature", "id": feature_id(layer, record)}
        if shape.geom_type != "Point":
            feature["bbox"] = bounding_box(shape)
        feature["geometry"] = geometry_object(shape)
        feature["properties"] = {"layer": layer, **record}
        yield feature


def _dump(record: dict[str, Any]) -> bytes:
    return json.dumps(
        record, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_date
    ).encode()


def _date(value: dt.date) -> str:
    return value.isoformat()
