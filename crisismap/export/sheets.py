"""XLSX: a sheet a table, and one that says how far to trust them (extra ``xlsx``).

Text is written as text, never as a formula, link or number.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any, BinaryIO

from crisismap.errors import MissingDependencyError, OutputError
from crisismap.export.notices import notices
from crisismap.export.tables import Table, Tables

__all__ = ["check", "write"]

_LOG = logging.getLogger(__name__)

_MOST_ROWS = 1_048_576
_LONGEST_CELL = 32_767
"""Limits of the format ("Excel specifications and limits")."""

_OPTIONS = {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}
_MOMENT = dt.datetime(2000, 1, 1)


def check() -> None:
    """Raise where XLSX cannot be written.

    Raises:
        MissingDependencyError: XlsxWriter is not installed.
    """
    try:
        import xlsxwriter  # noqa: F401
    except ImportError:
        raise MissingDependencyError(
            'XLSX needs the package XlsxWriter: pip install "crisismap[xlsx]"'
        ) from None


def write(tables: Tables, file: BinaryIO) -> None:
    """Write every table without shapes; latitude and longitude are columns.

    Raises:
        OutputError: a table has more rows than a sheet.
    """
    import xlsxwriter

    for table in tables:
        if table.rows >= _MOST_ROWS:
            raise OutputError(
                f"{table.plan.name}: {table.rows} rows, of which a sheet holds {_MOST_ROWS - 1};"
                " write .gpkg, .parquet or .csv"
            )
    try:
        _write_book(xlsxwriter.Workbook(file, _OPTIONS), tables)
    except xlsxwriter.exceptions.XlsxWriterException as error:
        raise OutputError(f"the workbook cannot be written ({error}); free some room") from None


def _write_book(workbook: Any, tables: Tables) -> None:
    with workbook as book:
        book.set_properties({"created": _MOMENT, "comments": notices(tables.borders)["disclaimer"]})
        bold = book.add_format({"bold": True})
        for table in tables:
            _write_sheet(book.add_worksheet(table.plan.name), table, bold)
        about = book.add_worksheet("about")
        for number, (name, value) in enumerate(notices(tables.borders).items()):
            about.write_string(number, 0, name, bold)
            about.write_string(number, 1, value)


def _write_sheet(sheet: Any, table: Table, bold: Any) -> None:
    names = table.plan.columns
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, table.rows, len(names) - 1)
    for column, name in enumerate(names):
        sheet.write_string(0, column, name, bold)
    cut = 0
    for row, record in enumerate(table.records(), 1):
        for column, name in enumerate(names):
            value = record[name]
            if isinstance(value, str):
                value = value.replace("\r\n", "\n").replace("\r", "\n")  # the line end within a cell
                cut += len(value) > _LONGEST_CELL
                if value:
                    sheet.write_string(row, column, value[:_LONGEST_CELL])
            elif isinstance(value, dt.date):
                sheet.write_datetime(row, column, value)
            elif value is not None:
                sheet.write_number(row, column, value)
    if cut:
        _LOG.warning("%s: %d cells cut to the %d characters of XLSX", table.plan.name, cut, _LONGEST_CELL)
