"""KML and KMZ: a document a layer, a placemark a row, its quote in the balloon.

Styles name no pictures, so that opening a file asks no server for any.  What a viewer takes for HTML, the
description, is escaped as such; what XML cannot hold becomes U+FFFD.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from html import escape
from typing import Any, BinaryIO

import pyarrow as pa
import shapely
from lxml import etree
from shapely.geometry.base import BaseGeometry

from crisismap.export.notices import notices
from crisismap.export.schemas import GEOMETRY
from crisismap.export.styles import AREA_COLOR, COLORS, LINE_COLOR
from crisismap.export.tables import Table, Tables

__all__ = ["write_kml", "write_kmz"]

_NAMESPACE = "http://www.opengis.net/kml/2.2"
_TYPES = {pa.string(): "string", pa.int64(): "int", pa.float64(): "double", pa.date32(): "string"}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_kml(tables: Tables, file: BinaryIO) -> None:
    """Write one KML document."""
    with etree.xmlfile(file, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element("kml", nsmap={None: _NAMESPACE}), xml.element("Document"):
            xml.write(_text("name", "crisismap"))
            xml.write(_text("description", escape(" ".join(notices(tables.borders).values()))))
            for style in _styles():
                xml.write(style)
            for table in tables:
                # Not a Folder, in which GDAL finds the schema of a KML and not that of a KMZ.
                with xml.element("Document"):
                    xml.write(_text("name", table.plan.name))
                    xml.write(_schema(table))
                    for record in table.records():
                        xml.write(_placemark(table, record))


def write_kmz(tables: Tables, file: BinaryIO) -> None:
    """Write the document zipped, as ``doc.kml``."""
    entry = zipfile.ZipInfo("doc.kml")  # of 1980, whatever the clock says
    entry.compress_type = zipfile.ZIP_DEFLATED
    # No ZIP64, which GDAL's KML reader does not open.
    with zipfile.ZipFile(file, "w", allowZip64=False) as archive, archive.open(entry, "w") as document:
        write_kml(tables, document)  # type: ignore[arg-type]


def _text(tag: str, text: str, **attributes: str) -> etree._Element:
    element = etree.Element(tag, attributes)
    element.text = _NOT_XML.sub("\ufffd", text)
    return element


def _styles() -> Iterator[etree._Element]:
    for precision, color in COLORS.items():
        style = etree.Element("Style", id=f"precision-{int(precision)}")
        etree.SubElement(style, "IconStyle").append(_text("color", _color(color, "ff")))
        yield style
    style = etree.Element("Style", id="areas")
    line = etree.SubElement(style, "LineStyle")
    line.append(_text("color", _color(AREA_COLOR, "ff")))
    line.append(_text("width", "1"))
    etree.SubElement(style, "PolyStyle").append(_text("color", _color(AREA_COLOR, "33")))
    yield style
    style = etree.Element("Style", id="lines")
    line = etree.SubElement(style, "LineStyle")
    line.append(_text("color", _color(LINE_COLOR, "ff")))
    line.append(_text("width", "3"))
    yield style


def _color(rgb: str, alpha: str) -> str:
    """KML has the bytes the other way round: alpha, blue, green, red."""
    return alpha + rgb[5:7] + rgb[3:5] + rgb[1:3]


def _schema(table: Table) -> etree._Element:
    schema = etree.Element("Schema", name=table.plan.name, id=table.plan.name)
    for name in table.plan.columns:
        etree.SubElement(schema, "SimpleField", type=_TYPES[table.plan.schema.field(name).type], name=name)
    return schema


def _placemark(table: Table, record: dict[str, Any]) -> etree._Element:
    layer = table.plan.name
    mark = etree.Element("Placemark")
    mark.append(_text("name", record["place_name"] or record["text"]))
    mark.append(_text("description", _description(record)))
    if date := record.get("article_date") if layer == "mentions" else None:
        etree.SubElement(mark, "TimeStamp").append(_text("when", date.isoformat()))
    points = {"mentions": record.get("geo_precision"), "places": 1}
    mark.append(_text("styleUrl", f"#precision-{points[layer]}" if layer in points else f"#{layer}"))
    data = etree.SubElement(etree.SubElement(mark, "ExtendedData"), "SchemaData", schemaUrl=f"#{layer}")
    for name in table.plan.columns:
        if record[name] is not None:
            data.append(_text("SimpleData", str(record[name]), name=name))
    mark.append(_geometry(shapely.from_wkb(record[GEOMETRY])))
    return mark


def _description(record: dict[str, Any]) -> str:
    """HTML: the quote, where it stands, and how sure and how precise the location is."""
    if "sentence" not in record:
        return f"{record['mention_count']} mentions in {record['article_count']} articles"
    link = record["sentence_url"].partition(";")[0]
    source = escape(record["source"] or record["article_title"] or record["article_id"])
    named = f'<a href="{escape(link)}">{source}</a>' if link else source
    facts = [named, f"confidence {record['confidence']:.0%}"]
    if record["uncertainty_km"] is not None:
        facts.append(f"within {record['uncertainty_km']:g} km")
    return f"<p>“{escape(record['sentence'])}”</p><p>{', '.join(facts)}</p>"


def _geometry(shape: BaseGeometry) -> etree._Element:
    if shape.geom_type == "Point":
        return _with_coordinates("Point", shape)
    group = etree.Element("MultiGeometry")
    for part in shapely.get_parts(shape):
        if part.geom_type == "LineString":
            group.append(_with_coordinates("LineString", part))
            continue
        polygon = etree.SubElement(group, "Polygon")
        rings = [("outerBoundaryIs", part.exterior), *(("innerBoundaryIs", ring) for ring in part.interiors)]
        for side, ring in rings:
            etree.SubElement(polygon, side).append(_with_coordinates("LinearRing", ring))
    return group


def _with_coordinates(tag: str, shape: BaseGeometry) -> etree._Element:
    element = etree.Element(tag)
    if tag != "Point":
        element.append(_text("tessellate", "1"))
    pairs = (f"{round(lon, 6)},{round(lat, 6)}" for lon, lat in shapely.get_coordinates(shape).tolist())
    element.append(_text("coordinates", " ".join(pairs)))
    return element
