"""Build time only: write ``boundaries.gaz`` and ``basemap.json``.

The rooms: ``countries_build`` and ``divisions_build`` read the sources, ``basemap_build`` draws the world for
the screen, and this module stores the rest.  Shapes are simplified as one coverage, so that neighbors keep
the same line between them, and stored as one array of points and the offsets of their parts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from crisismap.files import write_atomically
from crisismap.gazetteer.basemap_build import draw_basemap, read_cities
from crisismap.gazetteer.boundaries import FORMAT_VERSION, GRID, KIND
from crisismap.gazetteer.countries_build import Country, read_countries, simplify
from crisismap.gazetteer.divisions_build import Division, polygons, read_divisions
from crisismap.gazetteer.sources import SourceFolder
from crisismap.gazetteer.storage import write_arrays
from crisismap.model import Borders

__all__ = ["build_boundaries", "shared_lines"]

# Visvalingam tolerances in degrees; the finer one moves a border by a few hundred meters at most.
_COUNTRY_TOLERANCE = 0.005
_CONTINENT_TOLERANCE = 0.02
_SOURCES = "Natural Earth 5.1.1, 1:10 million (public domain); GeoNames (CC BY 4.0)"

# GeoNames ids of the continents.
_CONTINENTS = {
    "AF": 6255146,
    "AN": 6255152,
    "AS": 6255147,
    "EU": 6255148,
    "NA": 6255149,
    "OC": 6255151,
    "SA": 6255150,
}
# The usual line between Europe and Asia: down the Ural Mountains to Kazakhstan; the border in the Caucasus
# closes it.
_WEST_OF_THE_URALS = Polygon(
    [
        *((19, 40), (19, 82), (69, 82), (69, 76), (66, 69), (64, 66.5)),
        *((59.5, 65), (59.3, 58), (60, 54.5), (61.5, 50), (61.5, 40)),
    ]
)


def build_boundaries(sources: SourceFolder, folder: Path) -> None:
    """Write ``boundaries.gaz`` and ``basemap.json`` into ``folder``; equal sources, equal bytes.

    Raises:
        GazetteerError: a source is missing or not the pinned one.
        MissingDependencyError: a package of the extra ``build`` is not installed.
        OutputError: a file cannot be written.
    """
    countries = read_countries(sources)
    _write(countries, read_divisions(sources), folder / "boundaries.gaz")
    basemap = draw_basemap(countries, read_cities(sources))
    with write_atomically(folder / "basemap.json") as file:
        file.write(basemap.encode())


def _write(countries: Sequence[Country], divisions: Sequence[Division], path: Path) -> None:
    drawn = [country for country in simplify(countries, _COUNTRY_TOLERANCE) if country.code]
    shapes = [_on_grid(country.shape) for country in drawn]
    borders = shared_lines(shapes)
    continents = _continents(countries)
    write_arrays(
        path,
        KIND,
        FORMAT_VERSION,
        {
            **_pack(f"{Borders.INTERNATIONAL}/countries", [country.code for country in drawn], shapes),
            **_pack(
                f"{Borders.INTERNATIONAL}/borders",
                [f"{drawn[left].code} {drawn[right].code}" for left, right in borders],
                list(borders.values()),
            ),
            **_pack(
                "divisions",
                [f"geonames:{division.geonames_id}" for division in divisions],
                [_on_grid(division.shape) for division in divisions],
            ),
            "names/keys": [country.code for country in drawn],
            "names/english": [country.name for country in drawn],
            "divisions/iso_codes": [division.iso_code for division in divisions],
            **_pack("continents", list(continents), [_on_grid(shape) for shape in continents.values()]),
        },
        {"sources": _SOURCES},
    )


def _continents(countries: Sequence[Country]) -> dict[str, BaseGeometry]:
    """Return the continents by place id; Russia is cut along the Urals, other countries are not cut."""
    coarse = [country for country in simplify(countries, _CONTINENT_TOLERANCE) if country.code]
    members: defaultdict[str, list[BaseGeometry]] = defaultdict(list)
    for country in coarse:
        if country.code == "RU":
            members["EU"].append(country.shape & _WEST_OF_THE_URALS)
            members["AS"].append(country.shape - _WEST_OF_THE_URALS)
        else:
            members[country.continent].append(country.shape)
    return {
        f"geonames:{identifier}": MultiPolygon(polygons(shapely.coverage_union_all(members[code])))
        for code, identifier in sorted(_CONTINENTS.items())
    }


def _on_grid(geometry: BaseGeometry) -> BaseGeometry:
    """Round to the grid of the file, so that what is read back is what was compared."""
    return shapely.transform(geometry, lambda points: np.round(points * GRID) / GRID)


def _pack(
    name: str, keys: list[str], shapes: Sequence[BaseGeometry]
) -> dict[str, npt.NDArray[Any] | list[str]]:
    """Return the arrays of one collection of multipolygons or multilinestrings."""
    multi = [shapely.MultiLineString([item]) if isinstance(item, LineString) else item for item in shapes]
    _, points, offsets = shapely.to_ragged_array(multi)
    levels = {f"{name}/offsets{level}": item.astype(np.uint32) for level, item in enumerate(offsets)}
    return {f"{name}/keys": keys, f"{name}/points": np.rint(points * GRID).astype(np.int32), **levels}


def shared_lines(shapes: Sequence[BaseGeometry]) -> dict[tuple[int, int], BaseGeometry]:
    """Return the lines that two shapes of a coverage have in common, by their indexes (lower, higher).

    Each line runs with the first shape on its left.
    """
    owners, edges = _directed_edges(shapes)
    # An edge and its reverse belong to the two sides of a border.
    order = np.lexsort(edges.T[::-1])
    owners, edges = owners[order], edges[order]
    key = [("x1", "f8"), ("y1", "f8"), ("x2", "f8"), ("y2", "f8")]
    forward = edges.view(key).ravel()
    reverse = np.ascontiguousarray(edges[:, [2, 3, 0, 1]]).view(key).ravel()
    position = np.searchsorted(forward, reverse)
    position[position == len(forward)] = 0
    shared = forward[position] == reverse
    pairs: defaultdict[tuple[int, int], list[npt.NDArray[np.float64]]] = defaultdict(list)
    for edge, left, right in zip(edges[shared], owners[shared], owners[position[shared]], strict=True):
        if left < right:
            pairs[int(left), int(right)].append(edge.reshape(2, 2))
    return {
        pair: shapely.line_merge(shapely.MultiLineString(pairs[pair]), directed=True)
        for pair in sorted(pairs)
    }


def _directed_edges(
    shapes: Sequence[BaseGeometry],
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """Return every edge as (x1, y1, x2, y2) with its shape's interior on the left, and its shape's index."""
    owners, edges = [], []
    for index, geometry in enumerate(shapes):
        for polygon in polygons(geometry):
            oriented = shapely.orient_polygons(polygon)
            for ring in (oriented.exterior, *oriented.interiors):
                points = shapely.get_coordinates(ring)
                edges.append(np.hstack((points[:-1], points[1:])))
                owners.append(np.full(len(points) - 1, index))
    return np.concatenate(owners), np.ascontiguousarray(np.concatenate(edges))
