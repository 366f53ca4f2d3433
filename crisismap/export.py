"""Results -> files: GeoJSON of the layers, JSON lines of the articles.

``docs/formats.md`` describes the outputs.  Both writers go piece by piece, give equal bytes for equal input,
and leave the target as it was until they are through.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import pandas as pd
import shapely

from crisismap import __version__
from crisismap.errors import OutputError
from crisismap.files import check_target, write_atomically
from crisismap.geojson import bounding_box, geometry_object, prepare
from crisismap.layers import Layers, build_layers
from crisismap.model import Borders, ParsedArticle
from crisismap.parsed import Mark, line_of

if TYPE_CHECKING:
    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

    from crisismap.gazetteer.boundaries import Boundaries

__all__ = [
    "ATTRIBUTION",
    "DISCLAIMER",
    "Format",
    "check_output",
    "write_geojson",
    "write_jsonl",
    "write_output",
]

DISCLAIMER = (
    "Places were found and located by a program, which can be wrong: check the sentence before you rely on a "
    "feature. Boundaries and names express no opinion about the legal status of any territory."
)
ATTRIBUTION = "Places: GeoNames (CC BY 4.0). Boundaries: Natural Earth (public domain)."

_DECIMALS = {"latitude": 5, "longitude": 5, "confidence": 4, "uncertainty_km": 1}
_DATES = ("article_date", "first_date", "last_date")


class Format(StrEnum):
    """A kind of output file."""

    GEOJSON = "geojson"
    JSONL = "jsonl"


_FORMATS = {
    ".geojson": Format.GEOJSON,
    ".json": Format.GEOJSON,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
}


def write_output(
    parsed: Iterable[ParsedArticle],
    path: str | Path,
    boundaries: Boundaries,
    *,
    borders: Borders = Borders.INTERNATIONAL,
    format: Format | None = None,
    overwrite: bool = False,
) -> None:
    """Write ``parsed`` to ``path`` in the format that its extension names, or in ``format``.

    ``-`` is standard output, GeoJSON where no ``format`` is given.  The target is checked before the first
    article is taken from ``parsed``.

    Raises:
        OutputError: the extension is unknown, the file exists and ``overwrite`` is false, or it cannot be
            written.
    """
    if check_output(path, format=format, overwrite=overwrite) is Format.JSONL:
        write_jsonl(parsed, path, borders)
    else:
        write_geojson(build_layers(parsed, boundaries, borders), path)


def check_output(path: str | Path, *, format: Format | None = None, overwrite: bool = False) -> Format:
    """Say in which format ``path`` would be written; call it before hours of work, not after.

    Raises:
        OutputError: as :func:`write_output`.
    """
    suffix = Path(path).suffix.lower()
    if format is None and str(path) != "-" and suffix not in _FORMATS:
        raise OutputError(f"{path}: unknown extension {suffix!r}; choose one of {', '.join(_FORMATS)}")
    if str(path) != "-":
        check_target(path, overwrite=overwrite)
    return format or _FORMATS.get(suffix, Format.GEOJSON)


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
    with _open(path) as file:
        for article in parsed:
            file.write(line_of(article, mark))


def write_geojson(layers: Layers, path: str | Path) -> None:
    """Write the mentions and areas as one RFC 7946 FeatureCollection; ``layer`` says which a feature is of.

    Coordinates are longitude, latitude (WGS 84).  Foreign members name the generator, the worldview of the
    borders, the sources, and how far to trust it.  ``path`` is replaced if it exists; ``-`` is standard
    output.

    Raises:
        OutputError: the file cannot be written.
    """
    features = [*_features("mentions", layers.mentions), *_features("areas", layers.areas)]
    head: dict[str, Any] = {
        "type": "FeatureCollection",
        "generator": f"crisismap {__version__}",
        "borders": str(layers.borders),
        "disclaimer": DISCLAIMER,
        "attribution": ATTRIBUTION,
    }
    shapes = [shape for shape, _ in features if shape is not None]
    if shapes:
        head["bbox"] = [round(float(value), 6) for value in shapely.total_bounds(shapes)]
    with _open(path) as file:
        file.write(_dump(head)[:-1] + b',"features":[')
        for number, (shape, members) in enumerate(features):
            file.write(b",\n" if number else b"\n")
            file.write(_dump(_feature(shape, members)))
        file.write(b"\n]}\n")


def _features(layer: str, frame: gpd.GeoDataFrame) -> Iterator[tuple[BaseGeometry | None, dict[str, Any]]]:
    """The shape, ready to be written, and the properties of each row."""
    geometry = frame.geometry.name
    columns = [str(name) for name in frame.columns if name != geometry]
    values = zip(*(frame[name].tolist() for name in columns), strict=True)
    for shape, row in zip(frame.geometry, values, strict=True):
        properties = {"layer": layer, **dict(zip(columns, row, strict=True))}
        cells = {name: _value(name, value) for name, value in properties.items()}
        yield prepare(shape), _rounded(cells)


def _feature(shape: BaseGeometry | None, properties: dict[str, Any]) -> dict[str, Any]:
    feature: dict[str, Any] = {"type": "Feature", "id": _feature_id(properties)}
    if shape is not None and shape.geom_type != "Point":
        feature["bbox"] = bounding_box(shape)
    feature["geometry"] = geometry_object(shape)
    feature["properties"] = properties
    return feature


def _feature_id(properties: Mapping[str, Any]) -> str:
    if properties["layer"] == "mentions":
        return str(properties["mention_id"])
    return "area:" + (properties["place_id"] or str(properties["mention_id"]).partition(";")[0])


def _value(column: str, value: Any) -> Any:
    """A cell as JSON has it: what is missing is null, an unknown date too."""
    if pd.isna(value) or (column in _DATES and value == ""):
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat()[:10]
    return value


def _rounded(record: dict[str, Any]) -> dict[str, Any]:
    for name, decimals in _DECIMALS.items():
        if isinstance(value := record.get(name), float):
            record[name] = round(value, decimals) if math.isfinite(value) else None
    return record


def _dump(record: dict[str, Any]) -> bytes:
    text = json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


@contextmanager
def _open(path: str | Path) -> Iterator[BinaryIO]:
    if str(path) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    else:
        with write_atomically(path) as file:
            yield file
