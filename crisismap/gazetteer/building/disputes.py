"""Build time only: the areas whose sovereignty is disputed, and regions that only such pieces can draw.

The list is curated after one rule: land that the two worldviews draw in different countries, and land that
one state governs and another claims.  Where no source at hand draws such land it is listed without a shape;
islets that the map cannot show are left out.  To be on the list says nothing on the merits of a claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from crisismap import geodesy
from crisismap.gazetteer.building.division_shapes import polygons, read_rows
from crisismap.gazetteer.building.sources import SourceFolder
from crisismap.gazetteer.building.worldviews import Piece
from crisismap.lexicons import Region

__all__ = ["Dispute", "Land", "read_disputes", "read_regions"]

_TOLERANCE = 0.005  # Visvalingam's, in degrees
_EARTH = box(-180, -90, 180, 90)


@dataclass(frozen=True, slots=True)
class _Where:
    """Parts of the sources that make up an area."""

    pieces: tuple[tuple[str, str], ...] = ()
    """What is in the first country by the international and in the second by the de-facto view."""
    countries: tuple[str, ...] = ()
    """By the international view."""
    divisions: tuple[str, ...] = ()
    """Natural Earth's codes."""
    within: Polygon = _EARTH
    """Only the islands that lie in this box."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """A disputed area; codes are ISO 3166-1 or those of ``countries`` for declared states."""

    name: str
    claimants: tuple[str, ...]
    controlled_by: tuple[str, ...]
    shape: MultiPolygon | None
    """lon/lat; None where no source draws it."""


_KASHMIR_INDIA = ("IND-2431", "IND-20012")
_KASHMIR_PAKISTAN = ("PAK-1109", "PAK-1111")
_SIACHEN = "KAS+00?"

# Name, claimants, in control, where.
_DISPUTES: tuple[tuple[str, str, str, _Where | None], ...] = (
    ("Abkhazia", "GE XA", "XA", _Where(pieces=(("GE", "XA"),))),
    ("Abyei", "SD SS", "SD", _Where(pieces=(("", "SD"),))),
    ("Aksai Chin", "CN IN", "CN", None),
    ("Arunachal Pradesh", "CN IN", "IN", _Where(divisions=("IND-3299",))),
    ("Azad Kashmir and Gilgit-Baltistan", "IN PK", "PK", _Where(divisions=_KASHMIR_PAKISTAN)),
    ("Buffer zone of the United Nations on Cyprus", "CY XN", "", _Where(pieces=(("CY", ""),))),
    ("Ceuta", "ES MA", "ES", _Where(divisions=("ESP-5815",))),
    ("Chagos Archipelago", "GB MU", "GB", _Where(countries=("IO",))),
    ("Crimea", "RU UA", "RU", _Where(pieces=(("UA", "RU"),))),
    ("East Jerusalem", "IL PS", "IL", _Where(pieces=(("PS", "IL"),))),
    ("Essequibo", "GY VE", "GY", None),
    ("Falkland Islands", "AR GB", "GB", _Where(countries=("FK",))),
    ("Gibraltar", "ES GB", "GB", _Where(countries=("GI",))),
    ("Golan Heights", "IL SY", "IL", _Where(pieces=(("SY", "IL"),))),
    ("Hala'ib Triangle", "EG SD", "EG", None),
    ("Jammu and Kashmir and Ladakh", "CN IN PK", "IN", _Where(divisions=_KASHMIR_INDIA)),
    ("Kosovo", "RS XK", "XK", _Where(countries=("XK",))),
    ("Mayotte", "FR KM", "FR", _Where(countries=("YT",))),
    ("Melilla", "ES MA", "ES", _Where(divisions=("ESP-5835",))),
    ("Northern Cyprus", "CY XN", "XN", _Where(pieces=(("CY", "XN"),))),
    ("Rincon de Artigas", "BR UY", "BR", _Where(pieces=(("", "BR"),))),
    ("Shebaa Farms", "IL LB SY", "IL", _Where(pieces=(("LB", "IL"),))),
    ("Siachen Glacier", "IN PK", "IN", _Where(divisions=(_SIACHEN,))),
    ("Somaliland", "SO XS", "XS", _Where(pieces=(("SO", "XS"),))),
    ("South Georgia and the South Sandwich Islands", "AR GB", "GB", _Where(countries=("GS",))),
    ("South Kuril Islands", "JP RU", "RU", _Where(countries=("RU",), within=box(145.3, 43.2, 149.0, 45.6))),
    ("South Ossetia", "GE XO", "XO", None),
    ("Southern Patagonian Ice Field", "AR CL", "", _Where(countries=("",), within=box(-74, -50, -73, -49))),
    (
        "Spratly Islands",
        "BN CN MY PH TW VN",
        "CN MY PH TW VN",
        _Where(countries=("",), within=box(111, 7, 117, 12)),
    ),
    ("Taiwan", "CN TW", "TW", _Where(countries=("TW",))),
    ("Transnistria", "MD XT", "XT", _Where(pieces=(("MD", "XT"),))),
    ("West Bank", "IL PS", "IL PS", _Where(divisions=("WEB+00?",))),
    ("Western Sahara", "EH MA", "EH MA", _Where(countries=("EH",))),
)

# Regions of the news whose members no division fits.
_REGIONS = {
    "crisismap:abyei": _Where(pieces=(("", "SD"),)),
    "crisismap:golan-heights": _Where(pieces=(("SY", "IL"),)),
    "crisismap:kalimantan": _Where(divisions=("IDN-1185", "IDN-1228", "IDN-1234", "IDN-1931")),
    "crisismap:kashmir": _Where(divisions=(*_KASHMIR_INDIA, *_KASHMIR_PAKISTAN, _SIACHEN)),
    "crisismap:shebaa-farms": _Where(pieces=(("LB", "IL"),)),
    "crisismap:somaliland": _Where(pieces=(("SO", "XS"),)),
    "crisismap:spratly-islands": _Where(countries=("",), within=box(111, 7, 117, 12)),
    # The source still draws the divisions before those of 2013 and 2015.
    "crisismap:katanga": _Where(divisions=("COD-1897",)),
    "crisismap:kordofan": _Where(divisions=("SDN-882", "SDN-883")),
    "crisismap:kuril-islands": _Where(countries=("RU",), within=box(145.3, 43.2, 156.6, 50.95)),
    "crisismap:svalbard": _Where(countries=("SJ",), within=box(9, 74, 36, 82)),
    "crisismap:novaya-zemlya": _Where(countries=("RU",), within=box(50, 70, 70, 77.1)),
    "crisismap:transnistria": _Where(pieces=(("MD", "XT"),)),
}
_ISLAND_FIT = 1.6  # an island's extent may differ from the curated one by this factor


class Land:
    """The parts of the sources by their codes."""

    def __init__(self, pieces: Sequence[Piece], sources: SourceFolder):
        self._pieces = pieces
        self._divisions = {row["adm1_code"]: outline for row, outline in read_rows(sources)}

    def find(self, where: _Where) -> MultiPolygon:
        """Return the union of what an area is made of."""
        parts: list[BaseGeometry] = []
        for piece in self._pieces:
            pair = (piece.international, piece.de_facto)
            if pair in where.pieces or (piece.international in where.countries and not where.pieces):
                parts += [part for part in piece.shape.geoms if part.within(where.within)]
        outlines = [self._divisions[code] for code in where.divisions]
        parts += list(shapely.coverage_simplify(outlines, _TOLERANCE))
        return MultiPolygon(polygons(shapely.union_all(parts)))


def read_disputes(land: Land) -> list[Dispute]:
    """Return the disputed areas, ordered by name."""
    return [
        Dispute(name, tuple(claimants.split()), tuple(rulers.split()), land.find(where) if where else None)
        for name, claimants, rulers, where in _DISPUTES
    ]


def read_regions(land: Land, pieces: Sequence[Piece], regions: Sequence[Region]) -> dict[str, MultiPolygon]:
    """Return the shapes of curated regions that are no union of countries and divisions, by id.

    An island is the land around its point, whoever it belongs to, where that is about as large as the table
    says; otherwise the source has joined it to the mainland or left it out, and it has no shape.
    """
    found = {identifier: land.find(where) for identifier, where in _REGIONS.items()}
    islands = shapely.get_parts(shapely.coverage_union_all([piece.shape for piece in pieces]))
    tree = shapely.STRtree(islands)
    for region in regions:
        if region.feature_code == "ISL" and region.id not in found:
            here = tree.query(shapely.Point(region.lon, region.lat), predicate="intersects")
            fitting = [islands[index] for index in here if _fits(islands[index], region)]
            if fitting:
                found[region.id] = MultiPolygon(fitting)
    return found


def _fits(island: Polygon, region: Region) -> bool:
    points = shapely.get_coordinates(island)
    extent = geodesy.distances_km(region.lon, region.lat, points[:, 0], points[:, 1]).max()
    return bool(region.extent_km / _ISLAND_FIT <= extent <= region.extent_km * _ISLAND_FIT)
