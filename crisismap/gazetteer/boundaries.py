"""Place to boundary, point to country, country to land border; read from ``data/boundaries.gaz``.

Shapes are Natural Earth's at 1:10 million (public domain), simplified to a few hundred meters with shared
borders kept shared; good for a map of the news, not for surveying.  Every shape is lon/lat (EPSG:4326) and
cut at the antimeridian.  Shapes are decoded when they are asked for.
"""

from __future__ import annotations

import math
from functools import cached_property, lru_cache
from pathlib import Path

import shapely
from shapely.geometry import LineString, MultiLineString, Point
from shapely.geometry.base import BaseGeometry

from crisismap import geodesy
from crisismap.errors import GazetteerError, GeometryError
from crisismap.gazetteer.storage import ArrayFile, read_arrays
from crisismap.lexicons import Region, load_regions
from crisismap.model import Borders, Place
from crisismap.paths import data_path

__all__ = ["FORMAT_VERSION", "GRID", "KIND", "Boundaries"]

KIND = "boundaries"
FORMAT_VERSION = 1
GRID = 1_000_000
"""Coordinates are stored as whole millionths of a degree, 0.1 m."""

_KM_PER_DEGREE = 111.0
_CACHED_SHAPES = 512  # a country is 20 kB on average; the map of an article needs a few dozen shapes

_COUNTRY_CODES = frozenset({"PCLI", "PCLD", "PCLF", "PCLS", "PCL", "PCLIX", "TERR"})


class Boundaries:
    """Countries, divisions, continents and land borders; read-only, decoded lazily.

    Methods that take ``borders`` raise :class:`~crisismap.errors.GeometryError` where the file does not
    hold that worldview.

    >>> boundaries = Boundaries.open()
    >>> boundaries.country_at(34.1, 44.95)  # Simferopol
    'UA'
    >>> boundaries.neighbors("UA")
    ('BY', 'HU', 'MD', 'PL', 'RO', 'RU', 'SK')
    """

    def __init__(self, file: ArrayFile):
        self._file = file
        self._worlds: dict[Borders, _World] = {}
        self._joined = lru_cache(maxsize=64)(self._join)

    @classmethod
    def open(cls, path: Path | None = None) -> Boundaries:
        """Map the boundary file, the shipped one by default.

        Raises:
            GazetteerError: the file is missing, damaged or of another version.
        """
        return cls(read_arrays(path or data_path("boundaries.gaz"), KIND, FORMAT_VERSION))

    def country(self, code: str, borders: Borders = Borders.INTERNATIONAL) -> BaseGeometry | None:
        """Return the MultiPolygon of a country by its ISO 3166-1 alpha-2 code; None where there is none."""
        return self._world(borders).countries.get(code)

    def country_name(self, code: str) -> str:
        """Return the English name of an ISO 3166-1 alpha-2 code, or the code where there is none."""
        return self._names.get(code, code)

    def division(self, code: str) -> BaseGeometry | None:
        """Return the MultiPolygon of a division by ISO 3166-2 code ("US-TX") or place id ("geonames:...")."""
        return self._divisions.get(self._division_ids.get(code, code))

    def division_id(self, code: str) -> str | None:
        """Return the place id of a division's ISO 3166-2 code; None where the file lacks it.

        >>> Boundaries.open().division_id("US-TX")
        'geonames:4736286'
        """
        return self._division_ids.get(code)

    def boundary(self, place: Place, borders: Borders = Borders.INTERNATIONAL) -> BaseGeometry | None:
        """Return the area of a country, division, continent or curated region; None for everything else."""
        if place.feature_class not in ("A", "L"):
            return None
        if place.feature_code in _COUNTRY_CODES and place.country_code:
            return self.country(place.country_code, borders)
        if place.id in self._regions:
            return self._joined(self._regions[place.id].members, borders)
        return self.division(place.id) or self._continents.get(place.id)

    def country_at(
        self, lon: float, lat: float, borders: Borders = Borders.INTERNATIONAL, tolerance_km: float = 0.0
    ) -> str:
        """Return the code of the country that a point lies in, "" at sea and on land that is nobody's.

        Args:
            lon: degrees.
            lat: degrees.
            borders: the worldview.
            tolerance_km: how far off the coast a point still counts as in the nearest country; harbors and
                islets that the shapes leave out need a few kilometers.
        """
        return self._world(borders).country_at(lon, lat, tolerance_km)

    def neighbors(self, code: str, borders: Borders = Borders.INTERNATIONAL) -> tuple[str, ...]:
        """Return the codes of the countries that share a land border with ``code``, sorted."""
        return tuple(sorted(self._world(borders).neighbors.get(code, ())))

    def land_border(
        self, a: str, b: str | None = None, borders: Borders = Borders.INTERNATIONAL
    ) -> BaseGeometry | None:
        """Return the line that ``a`` shares with ``b``, or all of ``a``'s land border; None without one.

        A MultiLineString; every line runs with ``a`` on its left.  Coasts are no land border.
        """
        world = self._world(borders)
        others = self.neighbors(a, borders) if b is None else (b,)
        lines = [line for other in others for line in world.border(a, other)]
        return MultiLineString(lines) if lines else None

    def basemap(self) -> str:
        """Return the world under the map as TopoJSON text; ``data/README.md`` describes it.

        Raises:
            GazetteerError: the file is missing.
        """
        path = data_path("basemap.json")
        try:
            return path.read_text(encoding="utf-8")
        except OSError as error:
            raise GazetteerError(f"{path}: cannot be read ({error.strerror}); reinstall crisismap") from None

    def _world(self, borders: Borders) -> _World:
        if borders not in self._worlds:
            if f"{borders}/countries/keys" not in self._file.arrays:
                raise GeometryError(
                    f"{self._file.path}: holds no {str(borders)!r} boundaries; use 'international'"
                )
            self._worlds[borders] = _World(self._file, borders)
        return self._worlds[borders]

    @cached_property
    def _names(self) -> dict[str, str]:
        return dict(zip(self._file.strings("names/keys"), self._file.strings("names/english"), strict=True))

    @cached_property
    def _divisions(self) -> _Collection:
        return _Collection(self._file, "divisions", shapely.GeometryType.MULTIPOLYGON)

    @cached_property
    def _division_ids(self) -> dict[str, str]:
        codes = self._file.strings("divisions/iso_codes")
        return {code: key for code, key in zip(codes, self._divisions.keys, strict=True) if code}

    @cached_property
    def _continents(self) -> _Collection:
        return _Collection(self._file, "continents", shapely.GeometryType.MULTIPOLYGON)

    def extent_km(self, place: Place) -> float | None:
        """Return the radius around a curated region's point that roughly holds it, None for other places."""
        region = self._regions.get(place.id)
        return region.extent_km if region else None

    @cached_property
    def _regions(self) -> dict[str, Region]:
        return {region.id: region for region in load_regions()}

    def _join(self, members: tuple[str, ...], borders: Borders) -> BaseGeometry | None:
        """Return the union of countries and divisions; None where one is missing: half a region misleads."""
        shapes = [self.division(code) if "-" in code else self.country(code, borders) for code in members]
        if not shapes or None in shapes:
            return None
        # Countries fit each other exactly; divisions come from another edition and only nearly do.
        exact = not any("-" in code for code in members)
        return shapely.coverage_union_all(shapes) if exact else shapely.union_all(shapes, grid_size=1 / GRID)


class _World:
    """The countries of one worldview."""

    def __init__(self, file: ArrayFile, borders: Borders):
        self.countries = _Collection(file, f"{borders}/countries", shapely.GeometryType.MULTIPOLYGON)
        self._lines = _Collection(file, f"{borders}/borders", shapely.GeometryType.MULTILINESTRING)

    @cached_property
    def neighbors(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for pair in self._lines.keys:
            left, right = pair.split(" ")
            found.setdefault(left, []).append(right)
            found.setdefault(right, []).append(left)
        return found

    def border(self, a: str, b: str) -> list[LineString]:
        """Return the lines between two countries, ``a`` on their left."""
        line = self._lines.get(" ".join(sorted((a, b))))
        if line is None:
            return []
        return [part if a < b else part.reverse() for part in shapely.get_parts(line)]

    @cached_property
    def _index(self) -> tuple[shapely.STRtree, list[BaseGeometry], list[str]]:
        parts: list[BaseGeometry] = []
        codes: list[str] = []
        for code in self.countries.keys:
            for part in shapely.get_parts(self.countries.get(code)):
                shapely.prepare(part)
                parts.append(part)
                codes.append(code)
        return shapely.STRtree(parts), parts, codes

    def country_at(self, lon: float, lat: float, tolerance_km: float) -> str:
        tree, parts, codes = self._index
        point = Point(lon, lat)
        for found in tree.query(point):
            if parts[found].intersects(point):
                return codes[int(found)]
        if tolerance_km > 0:
            near: list[tuple[float, str]] = [
                (geodesy.distance_km(lon, lat, *shapely.get_coordinates(line)[1]), codes[found])
                for found in tree.query(geodesy.bounding_box(lon, lat, tolerance_km))
                for line in (shapely.shortest_line(point, parts[found]),)
            ]
            distance, code = min(near, default=(math.inf, ""))
            return code if distance <= tolerance_km else ""
        return ""


class _Collection:
    """Shapes of one type by key, in arrays of points and of the offsets of their parts."""

    def __init__(self, file: ArrayFile, name: str, kind: shapely.GeometryType):
        self.keys = file.strings(f"{name}/keys")
        self.get = lru_cache(maxsize=_CACHED_SHAPES)(self._decode)
        self._kind = kind
        self._places = {key: index for index, key in enumerate(self.keys)}
        self._points = file[f"{name}/points"]
        levels = 3 if kind is shapely.GeometryType.MULTIPOLYGON else 2
        self._offsets = [file[f"{name}/offsets{level}"] for level in range(levels)]

    def _decode(self, key: str) -> BaseGeometry | None:
        if key not in self._places:
            return None
        low = self._places[key]
        high = low + 1
        offsets = []
        for level in reversed(self._offsets):
            part = level[low : high + 1].astype("i8")
            offsets.append(part - part[0])
            low, high = part[0], part[-1]
        points = self._points[low:high] / GRID
        shape: BaseGeometry = shapely.from_ragged_array(self._kind, points, tuple(reversed(offsets)))[0]
        return shape
