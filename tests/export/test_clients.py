"""What is written, opened by software that is not ours: GDAL, PyArrow, DuckDB, GeoPandas, openpyxl, pandas.

PostGIS has a module of its own.  The table in docs/formats.md is what these tests find; after a change, run
them with CRISISMAP_WRITE_DOCS=1 and commit the page.
"""

import csv
import datetime as dt
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import clients
import geopandas
import pytest
import shapely
from scenes import BOUNDARIES, COUNTS, HOSTILE, LONG, article, scene
from shapely.geometry import box

from crisismap.export import FORMATS, LAYERS, write_output
from crisismap.export.schemas import TABLES
from crisismap.export.text import HXL_TAGS, defuse
from crisismap.layers import MENTION_COLUMNS

PAGE = Path(__file__).parents[2] / "docs" / "formats.md"

OPENED: list[tuple[str, str, clients.Reader]] = [
    ("geojson", "GDAL (`ogrinfo`)", clients.ogrinfo),
    ("geojsonl", "GDAL (`ogrinfo`)", clients.ogrinfo),
    ("geojsons", "GDAL (`ogrinfo`)", clients.ogrinfo),
    ("gpkg", "GDAL (`ogrinfo`)", clients.ogrinfo),
    ("parquet", "PyArrow", clients.pyarrow),
    ("parquet", "DuckDB", clients.duckdb),
    ("parquet", "GeoPandas", clients.geopandas),
    ("fgb", "GDAL (`ogrinfo`)", clients.ogrinfo),
    ("kml", "GDAL (`ogrinfo`)", clients.ogrinfo),
    ("kmz", "GDAL (`ogrinfo`)", clients.ogrinfo),
    ("csv", "GDAL (`ogrinfo`)", clients.ogrinfo),
    ("csv", "pandas", clients.pandas),
    ("xlsx", "GDAL (`ogrinfo`)", clients.ogrinfo),
    ("xlsx", "openpyxl", clients.openpyxl),
]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the scene in every format that is a file, and each layer alone as FlatGeobuf."""
    folder = tmp_path_factory.mktemp("written")
    for name, format in FORMATS.items():
        if format.extensions:
            write_output(scene(), folder / f"scene.{name}", BOUNDARIES)
    for layer in LAYERS:
        write_output(scene(), folder / f"{layer}.fgb", BOUNDARIES, layers=[layer])
        write_output(scene(), folder / f"{layer}.parquet", BOUNDARIES, layers=[layer])
        write_output(scene(), folder / f"{layer}.csv", BOUNDARIES, layers=[layer])
    return folder


def features(path: Path, layer: str | None = None, *options: str) -> list[dict[str, Any]]:
    """What ogr2ogr makes of a layer."""
    command = [clients.need("ogr2ogr"), *options, "-f", "GeoJSON", "/vsistdout/", str(path)]
    done = subprocess.run([*command, *filter(None, [layer])], capture_output=True, timeout=60, check=True)
    return json.loads(done.stdout)["features"]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("name", "_program", "reader"), OPENED, ids=lambda value: getattr(value, "__name__", value)
)
def test_every_file_opens_and_no_row_is_missing(
    written: Path, name: str, _program: str, reader: clients.Reader
) -> None:
    found = reader(written / f"scene.{name}")
    expected = {table: COUNTS[table] for table in FORMATS[name].tables}
    if name == "geojson":
        expected = {"scene": sum(expected.values())}
    elif len(expected) == 1 and name != "fgb":
        expected = {"scene": expected["mentions"]}
    extra = {"gpkg": {"layer_styles": 4}, "xlsx": {"about": 3 if reader is clients.openpyxl else 4}}
    assert found == {**expected, **extra.get(name, {})}


def table_of_clients(written: Path) -> str:
    rows = ["| written | opened by | rows read back |", "|---|---|---|"]
    for name, program, reader in OPENED:
        found = reader(written / f"scene.{name}")
        counts = ", ".join(f"{count} {layer}" for layer, count in found.items() if layer in COUNTS)
        extension = FORMATS[name].extensions[0]
        rows.append(f"| `{extension}` | {program} | {counts or f'{sum(found.values())} features'} |")
    wanted = ", ".join(f"{COUNTS[name]} {name}" for name in FORMATS["postgis"].tables)
    rows.append(f"| `postgresql://` | PostgreSQL with PostGIS (`psql`) | {wanted} |")
    return "\n".join(rows)


def test_the_documented_table_is_what_was_found(written: Path) -> None:
    clients.check_documented(PAGE, "tests/export/test_clients.py", table_of_clients(written))


# --- values ---


def expected_rows() -> list[dict[str, Any]]:
    """The mentions as GeoJSON has them, which the other formats are held to."""
    return [
        {
            "mention_id": mention.id,
            "article_title": found.article.title,
            "article_date": found.article.date.isoformat() if found.article.date else None,
            "source": found.article.source,
            "text": mention.span.text,
            "start": mention.span.start,
            "end": mention.span.end,
            "uncertainty_km": radius
            if (radius := mention.location.uncertainty_km) is None
            else round(radius, 1),
            "confidence": round(mention.location.confidence, 4),
        }
        for found in scene()
        for mention in found.mentions
        if mention.location.resolved
    ]


def normal(record: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for name in expected_rows()[0]:
        value = record.get(name)  # of one that is not set, ogr2ogr writes nothing
        if isinstance(value, dt.date | dt.datetime):
            value = value.isoformat()[:10]
        if name == "article_date" and value:
            value = value.replace("/", "-")[:10]
        if isinstance(value, str) and name in ("article_title", "source"):
            value = value.replace("\r\n", "\n")  # XML and spreadsheets have one line end
        found[name] = None if value != value else value
    return found


@pytest.mark.parametrize(
    ("file", "layer", "options"),
    [
        ("scene.geojsonl", None, ()),
        ("scene.geojsons", None, ()),
        ("scene.gpkg", "mentions", ()),
        ("scene.fgb", "mentions", ()),
        # GDAL keeps "end" for KML's own time span unless told otherwise.
        ("scene.kml", "mentions", ("--config", "LIBKML_END_FIELD", "none")),
        ("scene.kmz", "mentions", ("--config", "LIBKML_END_FIELD", "none")),
        ("scene.xlsx", "mentions", ()),
    ],
)
def test_gdal_reads_every_value(
    written: Path, file: str, layer: str | None, options: tuple[str, ...]
) -> None:
    found = features(written / file, layer, *options)
    records = sorted((normal(feature["properties"]) for feature in found), key=lambda row: row["mention_id"])
    expected = sorted((normal(row) for row in expected_rows()), key=lambda row: row["mention_id"])
    assert records == expected
    assert {name for feature in found for name in feature["properties"]} >= {*MENTION_COLUMNS}
    if not file.endswith("xlsx"):
        first = next(f for f in found if f["properties"]["mention_id"] == expected_rows()[0]["mention_id"])
        assert first["geometry"] == {"type": "Point", "coordinates": [37.61556, 55.75222]}
    assert any(feature["properties"]["article_title"] == LONG for feature in found)


def test_tables_read_every_value_and_type(written: Path) -> None:
    import duckdb
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(written / "scene.parquet")
    assert [normal(row) for row in table.to_pylist()] == [normal(row) for row in expected_rows()]
    types = {field.name: str(field.type) for field in table.schema}
    assert (types["article_date"], types["start"], types["confidence"]) == ("date32[day]", "int64", "double")
    with duckdb.connect() as database:
        query = "SELECT * EXCLUDE (geometry, shape, bbox) FROM read_parquet(?) ORDER BY mention_id"
        rows = database.sql(query, params=[str(written / "scene.parquet")]).to_arrow_table().to_pylist()
    expected = sorted(expected_rows(), key=lambda row: row["mention_id"])
    assert [normal(row) for row in rows] == [normal(row) for row in expected]


def test_the_geoparquet_metadata_and_the_covering_column(written: Path) -> None:
    import pyarrow.parquet

    file = pyarrow.parquet.ParquetFile(written / "areas.parquet")
    geo = json.loads(file.schema_arrow.metadata[b"geo"])
    assert (geo["version"], geo["primary_column"]) == ("1.1.0", "geometry")
    column = geo["columns"]["geometry"]
    assert column["geometry_types"] == ["MultiPolygon"]
    assert column["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    assert column["orientation"] == "counterclockwise"
    assert column["bbox"] == [-180, -20, 180, -10]
    (row,) = file.read().to_pylist()
    assert row["bbox"] == {"xmin": -180, "ymin": -20, "xmax": 180, "ymax": -10}
    frame = geopandas.read_parquet(written / "mentions.parquet", bbox=(170, -20, 180, -10))
    assert set(frame["text"]) == {"Fiji"}
    assert str(frame.crs) == "OGC:CRS84"


@pytest.mark.parametrize("file", ["scene.gpkg", "areas.fgb", "scene.kml", "scene.kmz", "areas.parquet"])
def test_a_shape_across_the_180th_meridian(written: Path, file: str) -> None:
    if file.endswith("parquet"):
        shape = geopandas.read_parquet(written / file).geometry.iloc[0]
    else:
        (feature,) = features(written / file, "areas")
        shape = shapely.geometry.shape(feature["geometry"])
    assert shape.is_valid
    assert shape.equals(shapely.union_all([box(170, -20, 180, -10), box(-180, -20, -170, -10)]))


@pytest.mark.parametrize(
    ("layer", "kind"),
    [("mentions", "Point"), ("areas", "Multi Polygon"), ("lines", "Multi Line String"), ("places", "Point")],
)
@pytest.mark.parametrize("file", ["scene.gpkg", "{}.fgb"])
def test_a_layer_has_one_type_of_geometry(written: Path, layer: str, kind: str, file: str) -> None:
    command = [clients.need("ogrinfo"), "-ro", "-so", written / file.format(layer), layer]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    assert re.findall(r"^Geometry: (.*)$", shown, re.MULTILINE) == [kind]
    assert "WGS 84" in shown


@pytest.mark.parametrize(
    "name", ["gpkg", "fgb", "geojson", "geojsonl", "kml", "kmz", "csv", "xlsx", "parquet"]
)
def test_empty_layers_open_as_well(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"empty.{name}"
    write_output([], path, BOUNDARIES)
    if name == "parquet":
        assert geopandas.read_parquet(path).empty
    elif name == "geojsonl":
        assert path.read_bytes() == b""
    else:
        counts = clients.ogrinfo(path)
        header = name == "xlsx"  # GDAL takes a lone row of names for values
        rows = {count for layer, count in counts.items() if layer not in ("layer_styles", "about")}
        assert rows == {int(header)}


# --- GeoPackage ---


def test_tables_join_by_their_keys(written: Path) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(written / "scene.gpkg")) as database:

        def ask(query: str) -> Any:
            return database.execute(query).fetchall()

        assert ask("PRAGMA integrity_check") == [("ok",)]
        assert ask(
            "SELECT count(*) FROM mentions JOIN articles USING (article_id)"
            " JOIN sentences USING (article_id, sentence_index) JOIN places USING (place_id)"
        ) == [(COUNTS["mentions"] - 10,)]  # an expression has no place
        assert ask("SELECT count(*) FROM rivals JOIN mentions USING (mention_id)") == [(COUNTS["rivals"],)]
        assert ask("SELECT DISTINCT last_change FROM gpkg_contents") == [("2000-01-01T00:00:00.000Z",)]
        assert ask("SELECT f_table_name FROM layer_styles WHERE useAsDefault") == [(name,) for name in LAYERS]
        (metadata,) = ask("SELECT metadata FROM gpkg_metadata")[0]
        assert "check the sentence" in metadata


# --- text and sheets ---


def records(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.reader(file)


def test_cells_of_a_csv_are_no_formulas(written: Path) -> None:
    names, *rows = records(written / "scene.csv")
    assert names == list(MENTION_COLUMNS)
    for row in rows:
        assert not [cell for cell in row if cell.startswith(("=", "+", "@", "-1+"))]
    titles = {row[names.index("article_title")] for row in rows}
    assert titles == {defuse(title) for title in (*HOSTILE, LONG, "Дата")}
    assert "'" + HOSTILE[0] in titles


def test_numbers_below_zero_are_no_formulas(tmp_path: Path) -> None:
    import dataclasses

    found = article("south")
    moved = dataclasses.replace(found.mentions[0].location, point=(-70.5, -33.4))
    found = dataclasses.replace(found, mentions=(dataclasses.replace(found.mentions[0], location=moved),))
    write_output([found], tmp_path / "a.csv", BOUNDARIES)
    names, row = records(tmp_path / "a.csv")
    assert (row[names.index("longitude")], row[names.index("latitude")]) == ("-70.5", "-33.4")


@pytest.mark.parametrize("layer", LAYERS)
def test_every_column_has_an_hxl_tag(tmp_path: Path, layer: str) -> None:
    write_output(scene(), tmp_path / "a.csv", BOUNDARIES, layers=[layer], hxl=True)
    names, tags, *rows = records(tmp_path / "a.csv")
    assert tags == [HXL_TAGS[name] for name in names]
    assert all(re.fullmatch(r"#[a-z][a-z0-9_]*(\+[a-z][a-z0-9_]*)*", tag) for tag in tags)
    assert len(set(tags)) == len(tags)
    assert len(rows) == COUNTS[layer]
    assert {"#geo+lat", "#geo+lon"} <= set(tags)


def test_lines_and_areas_of_a_csv_have_their_shape(written: Path) -> None:
    names, row = records(written / "areas.csv")
    assert shapely.from_wkt(row[names.index("geometry")]).geom_type == "MultiPolygon"


def test_cells_of_a_sheet_are_text(written: Path) -> None:
    import openpyxl

    book = openpyxl.load_workbook(written / "scene.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    titles = {row[1].value for row in book["articles"].iter_rows(min_row=2)}
    assert set(HOSTILE) - {HOSTILE[5]} <= titles
    assert book["mentions"]["E2"].value == dt.datetime(2022, 2, 4)
    assert set(book.sheetnames) == {*TABLES, "about"}


# --- KML ---


def test_kml_is_xml_and_its_balloons_are_inert(written: Path) -> None:
    from lxml import etree, html

    tree = etree.parse(written / "scene.kml", etree.XMLParser(resolve_entities=False))
    space = {"k": "http://www.opengis.net/kml/2.2"}
    marks = tree.findall(".//k:Document/k:Document/k:Placemark", space)
    assert len(marks) == 32
    for mark in marks:
        balloon = html.fromstring(mark.findtext("k:description", namespaces=space))
        assert {element.tag for element in balloon.iter()} <= {"div", "p", "a"}
        assert all(link.get("href").startswith("https://www.example.org/") for link in balloon.iter("a"))
    assert not tree.findall(".//k:href", space), "opening the file would ask a server"
    styles = {style.get("id") for style in tree.findall(".//k:Style", space)}
    assert {mark.findtext("k:styleUrl", namespaces=space)[1:] for mark in marks} <= styles


def test_what_xml_cannot_hold_is_replaced(tmp_path: Path) -> None:
    for name in ("kml", "xlsx", "gpkg", "csv", "parquet", "fgb", "geojson"):
        odd = article("odd", "a\x00b\x01c\ud800d\ufffee")
        write_output([odd], tmp_path / f"a.{name}", BOUNDARIES)
    found = features(tmp_path / "a.kml", "mentions")
    assert found[0]["properties"]["article_title"] == "a\ufffdb\ufffdc?d\ufffde"
    assert clients.openpyxl(tmp_path / "a.xlsx")["mentions"] == 3
    assert clients.ogrinfo(tmp_path / "a.gpkg")["mentions"] == 3
