"""A team's own places from a CSV table or a GeoJSON file; every row is checked as it is read.

Columns, or properties: ``name``, ``lon``, ``lat`` (WGS 84 degrees; in GeoJSON the point's own), and where
known ``aliases`` (joined with ";"), ``id``, ``kind`` (settlement, camp, facility, natural or region) or
``feature_code`` with its class ("S.CMPRF"), ``country_code`` (ISO 3166-1 alpha-2) and ``population``.
Other columns are passed over, and so is a row of HXL tags below the header.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from crisismap.errors import GazetteerError
from crisismap.gazetteer.boundaries import Boundaries
from crisismap.gazetteer.overlay import OwnPlace
from crisismap.model import Place

__all__ = ["read_places"]

_KINDS = {
    "": "P.PPL",
    "camp": "S.CMPRF",
    "facility": "S.BLDG",
    "natural": "L.LCTY",
    "region": "L.RGN",
    "settlement": "P.PPL",
}
"""What the column ``kind`` may hold, as GeoNames feature class and code."""
_OTHER_HEADINGS = {"longitude": "lon", "latitude": "lat", "place_name": "name", "place_id": "id"}
"""As in crisismap's own exports."""
_COUNTRY = re.compile("[A-Z]{2}")
_FEATURE = re.compile("[AHLPRSTUV][.][A-Z][A-Z0-9]{1,4}")
_FEATURE_CODE = re.compile("[A-Z][A-Z0-9]{1,4}")
_FEATURE_CLASS = re.compile("[AHLPRSTUV]")
_ID = re.compile(r"[^\s;]{1,200}")
_MAX_POPULATION = (1 << 32) - 1


def read_places(path: Path, boundaries: Boundaries | None = None) -> list[OwnPlace]:
    """Read the places of a .csv, .tsv, .geojson or .json file.

    A place without an id of its own is ``places:FILE:ROW``, the first row being 1; a bare id of its own
    ("JOR-12") becomes ``places:FILE:JOR-12``, one with a scheme ("hdx:12") stays.

    Args:
        path: the file, UTF-8.
        boundaries: say which country a place without a ``country_code`` lies in.

    Raises:
        GazetteerError: the file cannot be read or a row is malformed, naming file, line and column.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise GazetteerError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise GazetteerError(f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8") from None
    rows = _geojson_rows(path, text) if text.lstrip()[:1] == "{" else _table_rows(path, text)
    stem = re.sub(r"[\s;:]+", "-", path.stem)
    places = [_own_place(row, f"places:{stem}", number, boundaries) for number, row in enumerate(rows, 1)]
    if not places:
        raise GazetteerError(f"{path}: holds no place; want a header and a row for each place")
    return places


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that knows where it stands; each method reads and checks one cell."""

    where: str
    cells: Mapping[str, str]

    def error(self, column: str, fix: str) -> GazetteerError:
        return GazetteerError(f"{self.where}: {column} {self.cells.get(column, '')!r}: {fix}")

    def name(self, column: str, text: str) -> str:
        if not any(letter.isalnum() for letter in text) or not text.isprintable():
            raise self.error(column, "want a name with letters, without control characters")
        return text

    def match(self, column: str, pattern: re.Pattern[str], want: str) -> str:
        cell = self.cells.get(column, "")
        if cell and not pattern.fullmatch(cell):
            raise self.error(column, f"want {want}")
        return cell

    def degrees(self, column: str, limit: int) -> float:
        try:
            value = float(self.cells[column])
        except ValueError:
            value = math.nan
        if not -limit <= value <= limit:
            raise self.error(column, f"want decimal degrees from -{limit} to {limit}")
        return value

    def population(self) -> int:
        cell = self.cells.get("population", "")
        try:
            value = float(cell.replace(",", "").replace(" ", "") or 0)
        except ValueError:
            value = math.nan
        if not 0 <= value <= _MAX_POPULATION:
            raise self.error("population", "want a number of people")
        return int(value)

    def feature(self) -> str:
        """Feature class and code, as given or of the kind."""
        code, feature_class = self.cells.get("feature_code", ""), self.cells.get("feature_class", "")
        if code and feature_class:
            return ".".join(
                (
                    self.match("feature_class", _FEATURE_CLASS, "a GeoNames feature class such as S"),
                    self.match("feature_code", _FEATURE_CODE, "a GeoNames feature code such as CMPRF"),
                )
            )
        if code:
            return self.match("feature_code", _FEATURE, 'a GeoNames feature class and code such as "S.CMPRF"')
        kind = self.cells.get("kind", "").lower()
        if kind not in _KINDS:
            raise self.error("kind", f"want one of {', '.join(filter(None, _KINDS))}")
        return _KINDS[kind]


def _own_place(row: _Row, prefix: str, number: int, boundaries: Boundaries | None) -> OwnPlace:
    name = row.name("name", row.cells["name"])
    aliases = [alias.strip() for alias in row.cells.get("aliases", "").split(";")]
    own_id = row.match("id", _ID, 'no white space and no ";"') or str(number)
    lon, lat = row.degrees("lon", 180), row.degrees("lat", 90)
    country = row.match("country_code", _COUNTRY, "two capital letters, ISO 3166-1")
    if boundaries and not country:
        country = boundaries.country_at(lon, lat)
    feature_class, _, feature_code = row.feature().partition(".")
    place = Place(
        id=own_id if ":" in own_id else f"{prefix}:{own_id}",
        name=name,
        lon=lon,
        lat=lat,
        feature_class=feature_class,
        feature_code=feature_code,
        country_code=country,
        population=row.population(),
    )
    return OwnPlace(place, tuple(row.name("aliases", alias) for alias in dict.fromkeys(aliases) if alias))


def _table_rows(path: Path, text: str) -> Iterator[_Row]:
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in first else ",", strict=True)
    try:
        header = [_heading(cell) for cell in next(reader, [])]
        for wanted in ("name", "lon", "lat"):
            if header.count(wanted) != 1:
                found = ",".join(header)
                raise GazetteerError(
                    f"{path}:1: the header is {found!r}; want the columns name, lon and lat, once each,"
                    " between commas or tabs"
                )
        for cells in reader:
            where = f"{path}:{reader.line_num}"
            cells = [" ".join(cell.split()) for cell in cells]
            if not any(cells) or all(cell.startswith("#") for cell in cells if cell):
                continue
            if len(cells) != len(header):
                raise GazetteerError(
                    f"{where}: {','.join(cells)!r} has {len(cells)} cells, not {len(header)}"
                )
            yield _Row(where, dict(zip(header, cells, strict=True)))
    except csv.Error as error:
        raise GazetteerError(f"{path}:{reader.line_num}: {error}; quote cells that hold commas") from None


def _heading(cell: str) -> str:
    heading = cell.strip().lower()
    return _OTHER_HEADINGS.get(heading, heading)


def _geojson_rows(path: Path, text: str) -> Iterator[_Row]:
    try:
        collection = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise GazetteerError(f"{path}: is not JSON ({error})") from None
    features = collection.get("features")
    if collection.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise GazetteerError(f"{path}: type {collection.get('type')!r}: want a GeoJSON FeatureCollection")
    for number, feature in enumerate(features, 1):
        where = f"{path}: feature {number}"
        if not isinstance(feature, dict) or not isinstance(feature.get("geometry"), dict):
            raise GazetteerError(f"{where}: want a feature with a point")
        geometry, properties = feature["geometry"], feature.get("properties") or {}
        position = geometry.get("coordinates")
        if geometry.get("type") != "Point" or not isinstance(position, list) or len(position) < 2:
            raise GazetteerError(f"{where}: geometry {geometry.get('type')!r}: want a Point [lon, lat]")
        cells = {"name": "", "id": _cell(feature.get("id"))}
        cells |= {_heading(key): cell for key, value in properties.items() if (cell := _cell(value))}
        yield _Row(where, cells | {"lon": _cell(position[0]), "lat": _cell(position[1])})


def _cell(value: object) -> str:
    if isinstance(value, list):
        return ";".join(map(str, value))
    return "" if value is None else " ".join(str(value).split())
