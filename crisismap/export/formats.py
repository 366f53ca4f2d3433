"""Which format a target is written in, and what each can hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from crisismap.errors import OutputError
from crisismap.export import geojson, geopackage, kml, parquet, postgis, sheets, text, vector
from crisismap.export.schemas import LAYERS, SIDE_TABLES
from crisismap.export.tables import Tables

__all__ = ["FORMATS", "JSONL", "Format", "choose_format", "choose_tables"]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of output; exactly one of the three writers is there, and none for JSONL."""

    name: str
    extensions: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    """What is written where no layer is asked for."""
    several: bool = False
    """Whether it holds more than one layer."""
    to_stream: Callable[[Tables, BinaryIO], None] | None = None
    to_file: Callable[[Tables, Path], None] | None = None
    to_database: Callable[[Tables, str], None] | None = None


JSONL = Format("jsonl", (".jsonl", ".ndjson"))

_SHAPES = ("mentions", "areas", "lines")
_EVERYTHING = (*LAYERS, *SIDE_TABLES)

FORMATS = {
    format.name: format
    for format in (
        Format("geojson", (".geojson", ".json"), _SHAPES, True, to_stream=geojson.write_collection),
        Format("geojsonl", (".geojsonl",), ("mentions",), True, to_stream=geojson.write_lines),
        Format("geojsons", (".geojsons",), ("mentions",), True, to_stream=geojson.write_sequence),
        Format("gpkg", (".gpkg",), _EVERYTHING, True, to_file=geopackage.write),
        Format("parquet", (".parquet", ".geoparquet"), ("mentions",), to_stream=parquet.write),
        Format("fgb", (".fgb",), ("mentions",), to_file=vector.write_flatgeobuf),
        Format("kml", (".kml",), _SHAPES, True, to_stream=kml.write_kml),
        Format("kmz", (".kmz",), _SHAPES, True, to_stream=kml.write_kmz),
        Format("csv", (".csv",), ("mentions",), to_stream=text.write),
        Format("xlsx", (".xlsx",), _EVERYTHING, True, to_stream=sheets.write),
        JSONL,
        Format("postgis", (), _EVERYTHING, True, to_database=postgis.write),
    )
}
"""By name."""

_BY_EXTENSION = {extension: format for format in FORMATS.values() for extension in format.extensions}

_REFUSED = {
    ".shp": "a Shapefile cuts names to 10 characters and texts to 254, and knows no null; choose .gpkg, which"
    " opens wherever Shapefiles do",
}


def choose_format(target: str, name: str | None = None) -> Format:
    """The format of that name, or the one that the target's extension stands for; of "-" GeoJSON.

    Raises:
        OutputError: there is none.
    """
    if postgis.is_address(target):
        if name not in (None, "postgis"):
            raise OutputError(f"format {name!r}: a database takes tables only; leave the format out")
        return FORMATS["postgis"]
    if name is not None:
        if name not in FORMATS or name == "postgis":
            known = ", ".join(known for known in FORMATS if known != "postgis")
            raise OutputError(f"unknown format {name!r}; choose one of {known}")
        return FORMATS[name]
    if target == "-":
        return FORMATS["geojson"]
    suffix = Path(target).suffix.lower()
    if suffix in _REFUSED:
        raise OutputError(f"{target}: {_REFUSED[suffix]}")
    if suffix not in _BY_EXTENSION:
        raise OutputError(f"{target}: unknown extension {suffix!r}; choose one of {', '.join(_BY_EXTENSION)}")
    return _BY_EXTENSION[suffix]


def choose_tables(format: Format, layers: Sequence[str] = ()) -> tuple[str, ...]:
    """The tables to write, in their order: those asked for, or what the format holds by default.

    Raises:
        OutputError: there is no such layer, or the format does not hold it.
    """
    if not layers:
        return format.tables
    for layer in layers:
        if layer not in (*LAYERS, "all"):
            raise OutputError(f"unknown layer {layer!r}; choose one of {', '.join(LAYERS)}, all")
    if format is JSONL:
        raise OutputError(f"layer {layers[0]!r}: JSON Lines hold articles, not layers; leave the layer out")
    wanted: tuple[str, ...]
    if "all" in layers:
        wanted = _EVERYTHING if set(SIDE_TABLES) & set(format.tables) else LAYERS
    else:
        wanted = tuple(layer for layer in LAYERS if layer in layers)
    if len(wanted) > 1 and not format.several:
        raise OutputError(
            f"{format.extensions[0]} holds one layer, not {', '.join(wanted)};"
            " choose one of them, or write .gpkg"
        )
    return wanted
