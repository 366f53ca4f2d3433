"""GeoPackage: all layers and tables in one file, with indexes, metadata and a QGIS style for each layer."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from crisismap.errors import OutputError
from crisismap.export.notices import notices
from crisismap.export.styles import STYLES
from crisismap.export.tables import Tables
from crisismap.export.vector import write_table

__all__ = ["write"]

_MOMENT = "2000-01-01T00:00:00.000Z"
"""Stands where the format wants a time, so that equal input gives equal bytes."""

_KEYS = {
    "mentions": ("mention_id", "article_id, sentence_index", "place_id"),
    "places": ("place_id",),
    "areas": ("place_id",),
    "lines": ("place_id",),
    "articles": ("article_id",),
    "sentences": ("article_id, sentence_index",),
    "unlocated": ("mention_id", "article_id, sentence_index"),
    "rivals": ("mention_id", "place_id"),
}
"""The columns by which the tables are joined, each with an index of its own."""

# As QGIS itself makes it when a style is saved into a GeoPackage.
_LAYER_STYLES = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
    styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN,
    description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME
)
"""


def write(tables: Tables, path: Path) -> None:
    """Write every table; those of no geometry as attributes."""
    for table in tables:
        options = {"IDENTIFIER": table.plan.name, "DESCRIPTION": table.plan.title}
        dataset = {"VERSION": "1.3"}
        first = not path.exists()
        write_table(
            table,
            path,
            "GPKG",
            options,
            dataset if first else None,
            notices(tables.borders) if first else None,
        )
    try:
        with closing(sqlite3.connect(path)) as database:
            _complete(database, tables)
            database.execute("VACUUM")
            _check(database, tables)
    except sqlite3.Error as error:
        raise OutputError(f"the GeoPackage cannot be completed ({error}); free some room") from None


def _check(database: sqlite3.Connection, tables: Tables) -> None:
    """Count again: what GDAL could not write to a full disk it may have passed over.

    Raises:
        OutputError: rows are missing.
    """
    for table in tables:
        ((rows,),) = database.execute(f"SELECT count(*) FROM {table.plan.name}")
        if rows != table.rows:
            raise OutputError(f"{table.plan.name}: {table.rows - rows} rows are missing; free some room")


def _complete(database: sqlite3.Connection, tables: Tables) -> None:
    """Add the indexes and styles, and take the clock out."""
    with database:
        for table in tables:
            for number, columns in enumerate(_KEYS[table.plan.name]):
                # The names are this module's own, never the input's.
                database.execute(
                    f"CREATE INDEX {table.plan.name}_key_{number} ON {table.plan.name} ({columns})"
                )
        database.execute(_LAYER_STYLES)
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change)"
            " VALUES ('layer_styles', 'attributes', 'layer_styles', 'QGIS styles', ?)",
            (_MOMENT,),
        )
        database.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column,"
            " styleName, styleQML, useAsDefault, description, owner, update_time)"
            " VALUES ('', '', ?, 'geom', ?, ?, 1, 'Made by crisismap', '', ?)",
            [(name, name, style, _MOMENT) for name, style in STYLES.items() if name in tables.tables],
        )
        database.execute("UPDATE gpkg_contents SET last_change = ?", (_MOMENT,))
        database.execute("UPDATE gpkg_metadata_reference SET timestamp = ?", (_MOMENT,))
