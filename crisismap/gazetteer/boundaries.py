"""Place to boundary, point to country, country to land border; read from ``data/boundaries.gaz``.

Shapes are Natural Earth's at 1:10 million (public domain), simplified to a few hundred meters with shared
borders kept shared; good for a map of the news, not for surveying.  Every shape is lon/lat (EPSG:4326) and
cut at the antimeridian.  Shapes are decoded when they are asked for.

Countries come in two worldviews.  ``international`` is what most states agree on; ``de-facto`` draws borders
where control changes hands, with codes of its own for Abkhazia (XA), Northern Cyprus (XN), Somaliland (XS)
and Transnistria (XT).  ``data/README.md`` lists each choice.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString, Point
from shapely.geometry.base import BaseGeometry

from crisismap import geodesy
from crisismap.errors import GeometryError
from crisismap.gazetteer.basemap import read_basemap
from crisismap.gazetteer.storage import ArrayFile, read_arrays
from crisismap.lexicons import Region, load_geonames_ids, load_regions
from crisismap.model import Borders, Place
from crisismap.paths import data_path

__all__ = ["FORMAT_VERSION", "GRID", "KIND", "RIVERS_KIND", "Boundaries", "DisputedArea"]

KIND = "boundaries"
RIVERS_KIND = "rivers"
FORMAT_VERSION = 2
GRID = 1_000_000
"""Coordinates are stored as whole millionths of a degree, 0.1 m."""

_KM_PER_DEGREE = 111.0
_CACHED_SHAPES = 512  # a country is 20 kB on average; the map of an article needs a few dozen shapes

_COUNTRY_CODES = frozenset({"PCLI", "PCLD", "PCLF", "PCLS", "PCL", "PCLIX", "TERR"})


@dataclass(frozen=True, slots=True)
class DisputedArea:
    """Land that more than one state, or declared state, holds to be its own."""

    name: str
    claimants: tuple[str, ...]
    """Codes as :meth:`Boundaries.country_name` takes them, sorted."""
    controlled_by: tuple[str, ...]
    """Who governs it or parts of it; empty where nobody does, or the United Nations."""
    geometry: BaseGeometry | None
    """MultiPolygon, lon/lat; None where no source draws the area."""


class Boundaries:
    """Countries, divisions, continents, waters and land borders; read-only, decoded lazily.

    Methods that take ``borders`` raise :class:`~crisismap.errors.GeometryError` where the file does not
    hold that worldview.

    >>> boundaries = Boundaries.open()
    >>> boundaries.country_at(34.1, 44.95)  # Simferopol
    'UA'
    >>> boundaries.country_at(34.1, 44.95, Borders.DE_FACTO)
    'RU'
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
        """Return the MultiPolygon of a country by its code; None where there is none.

        Codes are ISO 3166-1 alpha-2, XK for Kosovo, and in the view de-facto XA, XN, XS and XT.
        """
        return self._world(borders).country(code)

    def countries(self, borders: Borders = Borders.INTERNATIONAL) -> list[BaseGeometry]:
        """Return the MultiPolygons of all countries, by code; they fit each other exactly."""
        return self._world(borders).countries

    def country_name(self, code: str) -> str:
        """Return the English name of a country's code, or the code where there is none.

        >>> Boundaries.open().country_name("XK")
        'Kosovo'
        """
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

    def divisions(self, code: str) -> tuple[str, ...]:
        """Return the ISO 3166-2 codes of the divisions of a country that have a shape, sorted.

        >>> Boundaries.open().divisions("ML")[:3]
        ('ML-1', 'ML-2', 'ML-3')
        """
        return tuple(sorted(known for known in self._division_ids if known.startswith(f"{code}-")))

    def boundary(self, place: Place, borders: Borders = Borders.INTERNATIONAL) -> BaseGeometry | None:
        """Return the area of a country, division, continent, region, island or body of water.

        None for settlements and facilities, and for what no source draws: never a made-up outline.
        """
        if place.feature_class in ("P", "S"):
            return None
        if place.feature_code in _COUNTRY_CODES and place.country_code:
            return self.country(place.country_code, borders)
        own = self._own_ids.get(place.id, place.id)
        shape = self._features.get(own) if self._features else None
        if shape is None and own in self._regions:
            return self._joined(self._regions[own].members, borders)
        return shape or self.division(own) or self._continents.get(own)

    def river(self, place: Place) -> MultiLineString | None:
        """Return the course of a river or canal; None for other places and for what no source draws.

        Every line runs downstream, the tail of the last one is the mouth: a point at the sea or in the
        river that it flows into.  The lines need not touch: a course has gaps and arms, and in a delta the
        arms other than the last one may run the other way.

        Raises:
            GazetteerError: the file ``rivers.gaz`` beside the boundaries is missing or damaged.

        >>> danube = Place("crisismap:danube", "Danube", 19.05, 47.49, "H", "STM")
        >>> [round(degrees, 1) for degrees in Boundaries.open().river(danube).geoms[-1].coords[-1]]
        [29.7, 45.2]
        """
        course = (
            self._rivers.get(self._own_ids.get(place.id, place.id)) if place.feature_class == "H" else None
        )
        return course if isinstance(course, MultiLineString) else None

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

    def land_parts(
        self, around: Sequence[BaseGeometry], borders: Borders = Borders.INTERNATIONAL
    ) -> list[BaseGeometry]:
        """Return the Polygons of all countries that meet one of some shapes; they fit each other exactly."""
        return self._world(borders).land_parts(around)

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

    def disputed(self) -> list[DisputedArea]:
        """Return the areas whose sovereignty is disputed, by name; the same in both worldviews.

        Listed is land that the worldviews draw in different countries and land that one state governs and
        another claims, but for islets.
        """
        rows = [self._file.strings(f"disputes/{name}") for name in ("names", "claimants", "controlled_by")]
        return [
            DisputedArea(name, tuple(claimants.split()), tuple(rulers.split()), self._disputes.get(name))
            for name, claimants, rulers in zip(*rows, strict=True)
        ]

    def basemap(self, borders: Borders = Borders.INTERNATIONAL, languages: Sequence[str] = ()) -> str:
        """Return the world under the map as TopoJSON text; ``data/README.md`` describes it.

        Args:
            borders: the worldview.
            languages: with ``("uk", "ar")`` the topology has a member ``names``, what its countries (by
                code), places, waters, lakes and rivers (by id) are called, by language.

        Raises:
            GazetteerError: the file ``basemap.json`` beside the boundaries is missing or damaged.
        """
        return read_basemap(self._file.path.with_name("basemap.json"), borders, languages)

    def _world(self, borders: Borders) -> _World:
        if borders not in self._worlds:
            if f"{borders}/countries/keys" not in self._file.arrays:
                raise GeometryError(
                    f"{self._file.path}: holds no {str(borders)!r} boundaries; use 'international'"
                )
            international = borders is Borders.INTERNATIONAL
            base = None if international else self._world(Borders.INTERNATIONAL)
            self._worlds[borders] = _World(self._file, borders, base)
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
    def _features(self) -> _Collection | None:
        """Waters, islands and regions; a file of the first edition holds none."""
        if "features/keys" not in self._file.arrays:
            return None
        return _Collection(self._file, "features", shapely.GeometryType.MULTIPOLYGON)

    @cached_property
    def _rivers(self) -> _Collection:
        file = read_arrays(self._file.path.with_name("rivers.gaz"), RIVERS_KIND, FORMAT_VERSION)
        return _Collection(file, "rivers", shapely.GeometryType.MULTILINESTRING)

    @cached_property
    def _disputes(self) -> _Collection:
        return _Collection(self._file, "disputes", shapely.GeometryType.MULTIPOLYGON)

    @cached_property
    def _continents(self) -> _Collection:
        return _Collection(self._file, "continents", shapely.GeometryType.MULTIPOLYGON)

    def extent_km(self, place: Place) -> float | None:
        """Return the radius around a curated region's point that roughly holds it, None for other places."""
        region = self._regions.get(self._own_ids.get(place.id, place.id))
        return region.extent_km if region else None

    @cached_property
    def _own_ids(self) -> dict[str, str]:
        """Our ids of regions and waters that a Place carries the GeoNames id of."""
        return {f"geonames:{row.number}": row.place for row in load_geonames_ids()}

    @cached_property
    def _regions(self) -> dict[str, Region]:
        return {region.id: region for region in load_regions()}

    def _join(self, members: tuple[str, ...], borders: Borders) -> BaseGeometry | None:
        """Return the union of countries and divisions; None where one is missing: half a region misleads."""
        shapes = [self.division(code) if "-" in code else self.country(code, borders) for code in members]
        if not shapes or None in shapes:
            return None
        # Countries fit each other exactly, and so do divisions; these come from another edition, and only
        # nearly fit countries.
        exact = len({"-" in code for code in members}) == 1
        return shapely.coverage_union_all(shapes) if exact else shapely.union_all(shapes, grid_size=1 / GRID)


class _World:
    """The countries of one worldview; the file holds what it draws otherwise than ``base``."""

    def __init__(self, file: ArrayFile, borders: Borders, base: _World | None = None):
        self._countries = _Collection(file, f"{borders}/countries", shapely.GeometryType.MULTIPOLYGON)
        self._lines = _Collection(file, f"{borders}/borders", shapely.GeometryType.MULTILINESTRING)
        self._base = base

    @cached_property
    def codes(self) -> list[str]:
        return sorted({*self._countries.keys, *(self._base.codes if self._base else ())})

    def country(self, code: str) -> BaseGeometry | None:
        own = self._countries.get(code)
        return own if own is not None or self._base is None else self._base.country(code)

    @property
    def countries(self) -> list[BaseGeometry]:
        return [shape for code in self.codes if (shape := self.country(code)) is not None]

    @cached_property
    def _pairs(self) -> set[str]:
        """The pairs of neighbors, "A B"; where one is drawn otherwise, only the own lines count."""
        pairs = set(self._lines.keys)
        if self._base:
            own = set(self._countries.keys)
            pairs |= {pair for pair in self._base._pairs if own.isdisjoint(pair.split(" "))}
        return pairs

    @cached_property
    def neighbors(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for pair in self._pairs:
            left, right = pair.split(" ")
            found.setdefault(left, []).append(right)
            found.setdefault(right, []).append(left)
        return found

    def border(self, a: str, b: str) -> list[LineString]:
        """Return the lines between two countries, ``a`` on their left."""
        pair = " ".join(sorted((a, b)))
        if pair not in self._pairs:
            return []
        line = self._lines.get(pair)
        if line is None and self._base:
            return self._base.border(a, b)
        return [part if a < b else part.reverse() for part in shapely.get_parts(line)]

    @cached_property
    def _index(self) -> tuple[shapely.STRtree, list[str]]:
        """The Polygons of all countries, and whose each is."""
        shapes = [self.country(code) for code in self.codes]
        parts, owners = shapely.get_parts(shapes, return_index=True)
        shapely.prepare(parts)
        return shapely.STRtree(parts), [self.codes[owner] for owner in owners]

    def land_parts(self, around: Sequence[BaseGeometry]) -> list[BaseGeometry]:
        tree, codes = self._index
        met = np.zeros(len(codes), dtype=bool)
        met[tree.query(around, predicate="intersects")[1]] = True
        return list(tree.geometries[met])

    def country_at(self, lon: float, lat: float, tolerance_km: float) -> str:
        tree, codes = self._index
        parts = tree.geometries
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
