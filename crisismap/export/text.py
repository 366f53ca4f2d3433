"""CSV of one layer, for spreadsheets and for exchange by HXL.

A cell of text that a spreadsheet would take for a formula begins with an apostrophe, as OWASP's note on CSV
injection asks.  Points are the columns ``latitude`` and ``longitude``; lines and areas have theirs, and their
shape as WKT.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any, BinaryIO

import shapely

from crisismap.export.schemas import GEOMETRY
from crisismap.export.tables import Tables

__all__ = ["HXL_TAGS", "defuse", "write", "write_hxl"]

HXL_TAGS: Mapping[str, str] = {
    "mention_id": "#meta+id+mention",
    "article_id": "#meta+id+article",
    "article_title": "#meta+article+title",
    "article_url": "#meta+url+article",
    "article_date": "#date+published",
    "source": "#meta+source",
    "sentence_index": "#meta+sentence+num",
    "sentence": "#description+sentence",
    "start": "#meta+start+num",
    "end": "#meta+end+num",
    "text": "#loc+name+written",
    "kind": "#loc+type",
    "role": "#meta+role",
    "relation": "#meta+relation",
    "place_id": "#loc+code",
    "place_name": "#loc+name",
    "country_code": "#country+code+v_iso2",
    "admin1_name": "#adm1+name",
    "feature_class": "#loc+type+class",
    "feature_code": "#loc+type+code",
    "latitude": "#geo+lat",
    "longitude": "#geo+lon",
    "geo_precision": "#geo+precision",
    "uncertainty_km": "#geo+radius+km",
    "confidence": "#meta+confidence+num",
    "sentence_url": "#meta+url+sentence",
    "borders": "#meta+borders",
    "sentence_start": "#meta+sentence+start",
    "reason": "#description+reason",
    "mention_count": "#indicator+mentions+num",
    "literal_count": "#indicator+mentions+literal+num",
    "associative_count": "#indicator+mentions+associative+num",
    "article_count": "#indicator+articles+num",
    "first_date": "#date+start",
    "last_date": "#date+end",
    GEOMETRY: "#geo+wkt",
}
"""The HXL hashtag of each column (hxlstandard.org/standard/1-1final/dictionary)."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write(tables: Tables, file: BinaryIO) -> None:
    """Write the one layer that ``tables`` holds, UTF-8, lines ending as RFC 4180 has them."""
    _write(tables, file, hxl=False)


def write_hxl(tables: Tables, file: BinaryIO) -> None:
    """The same, with a row of HXL hashtags below the names."""
    _write(tables, file, hxl=True)


def defuse(value: Any) -> Any:
    """A cell as no spreadsheet computes it; what is no text is left alone.

    >>> defuse("=cmd()")
    "'=cmd()"
    """
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA) else value


def _write(tables: Tables, file: BinaryIO, *, hxl: bool) -> None:
    (table,) = tables
    names = table.plan.columns
    if table.plan.shapes != "Point":
        names = [*names, GEOMETRY]
    text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
    try:
        rows = csv.writer(text)
        rows.writerow(names)
        if hxl:
            rows.writerow([HXL_TAGS[name] for name in names])
        for record in table.records():
            if GEOMETRY in names:
                record[GEOMETRY] = shapely.from_wkb(record[GEOMETRY]).wkt
            rows.writerow([defuse(record[name]) for name in names])
    finally:
        text.detach()
