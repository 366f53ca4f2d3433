"""Build time only: write ``boundaries.gaz`` and ``basemap.json``.

The rooms: ``countries`` and ``division_shapes`` read the sources, ``basemap`` draws the world for
the screen, and this module stores the rest.  Shapes are simplified as one coverage, so that neighbors keep
the same line between them, and stored as one array of points and the offsets of their parts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from crisismap.files import write_atomically
from crisismap.gazetteer.boundaries import FORMAT_VERSION, GRID, KIND
from crisismap.gazetteer.building.basemap import draw_basemap, read_cities
from crisismap.gazetteer.building.countries import DECLARED, Country, read_countries
from crisismap.gazetteer.building.disputes import Land, read_disputes, read_regions
from crisismap.gazetteer.building.division_shapes import polygons, read_divisions
from crisismap.gazetteer.building.physical import read_physical
from crisismap.gazetteer.building.sources import SourceFolder
from crisismap.gazetteer.building.worldviews import Piece, assemble, divide, simplify
from crisismap.gazetteer.storage import write_arrays
from crisismap.lexicons import load_regions
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


_Shapes = Mapping[str, BaseGeometry]
_World = tuple[_Shapes, _Shapes]
_Arrays = dict[str, npt.NDArray[Any] | list[str]]


def build_boundaries(sources: SourceFolder, folder: Path) -> None:
    """Write ``boundaries.gaz`` and ``basemap.json`` into ``folder``; equal sources, equal bytes.

    Raises:
        GazetteerError: a source is missing or not the pinned one.
        MissingDependencyError: a package of the extra ``build`` is not installed.
        OutputError: a file cannot be written.
    """
    views = {borders: read_countries(sources, borders) for borders in Borders}
    pieces = divide(views[Borders.INTERNATIONAL], views[Borders.DE_FACTO])
    fine = simplify(pieces, _COUNTRY_TOLERANCE)
    land = Land(fine, sources)
    disputes = read_disputes(land)
    features = {feature.id: feature.shape for feature in read_physical(sources) if feature.shape is not None}
    features |= read_regions(land, fine, load_regions())
    worlds = {borders: _world(fine, borders) for borders in Borders}
    names = {country.code: country.name for view in views.values() for country in view if country.code}
    names |= {code: name for code, (name, _) in DECLARED.items()}
    divisions = read_divisions(sources)
    continents = _continents(views[Borders.INTERNATIONAL], pieces)
    write_arrays(
        folder / "boundaries.gaz",
        KIND,
        FORMAT_VERSION,
        {
            **_pack_world(Borders.INTERNATIONAL, *worlds[Borders.INTERNATIONAL]),
            **_pack_world(
                Borders.DE_FACTO, *_changes(worlds[Borders.INTERNATIONAL], worlds[Borders.DE_FACTO])
            ),
            **_pack(
                "divisions",
                {f"geonames:{item.geonames_id}": _on_grid(item.shape) for item in divisions},
            ),
            "names/keys": sorted(names),
            "names/english": [names[code] for code in sorted(names)],
            "divisions/iso_codes": [division.iso_code for division in divisions],
            **_pack("continents", {key: _on_grid(shape) for key, shape in continents.items()}),
            **_pack("features", {key: _on_grid(features[key]) for key in sorted(features)}),
            "disputes/names": [dispute.name for dispute in disputes],
            "disputes/claimants": [" ".join(dispute.claimants) for dispute in disputes],
            "disputes/controlled_by": [" ".join(dispute.controlled_by) for dispute in disputes],
            **_pack("disputes", {item.name: _on_grid(item.shape) for item in disputes if item.shape}),
        },
        {"sources": _SOURCES},
    )
    basemap = draw_basemap(views, pieces, disputes, read_cities(sources))
    with write_atomically(folder / "basemap.json") as file:
        file.write(basemap.encode())


def _world(pieces: Sequence[Piece], borders: Borders) -> _World:
    """Return the countries of a worldview by code and the lines between them by "A B", in order."""
    countries = {code: _on_grid(shape) for code, shape in assemble(pieces, borders).items() if code}
    codes = list(countries)
    lines = shared_lines(list(countries.values()))
    return countries, {f"{codes[left]} {codes[right]}": line for (left, right), line in lines.items()}


def _changes(base: _World, other: _World) -> _World:
    """Return the countries of ``other`` that ``base`` draws differently, and all of their borders."""
    countries = {
        code: shape
        for code, shape in other[0].items()
        if code not in base[0] or not shape.equals_exact(base[0][code])
    }
    return countries, {
        pair: line for pair, line in other[1].items() if not countries.keys().isdisjoint(pair.split(" "))
    }


def _continents(countries: Sequence[Country], pieces: Sequence[Piece]) -> dict[str, BaseGeometry]:
    """Return the continents by place id; Russia is cut along the Urals, other countries are not cut."""
    coarse = assemble(simplify(pieces, _CONTINENT_TOLERANCE), Borders.INTERNATIONAL)
    members: defaultdict[str, list[BaseGeometry]] = defaultdict(list)
    for country in countries:
        if country.code == "RU":
            members["EU"].append(coarse["RU"] & _WEST_OF_THE_URALS)
            members["AS"].append(coarse["RU"] - _WEST_OF_THE_URALS)
        elif country.code:
            members[country.continent].append(coarse[country.code])
    return {
        f"geonames:{identifier}": MultiPolygon(polygons(shapely.coverage_union_all(members[code])))
        for code, identifier in sorted(_CONTINENTS.items())
    }


def _on_grid(geometry: BaseGeometry) -> BaseGeometry:
    """Round to the grid of the file, so that what is read back is what was compared."""
    return shapely.transform(geometry, lambda points: np.round(points * GRID) / GRID)


def _pack_world(borders: Borders, countries: _Shapes, lines: _Shapes) -> _Arrays:
    return _pack(f"{borders}/countries", countries) | _pack(f"{borders}/borders", lines)


def _pack(name: str, shapes: _Shapes) -> _Arrays:
    """Return the arrays of one collection of multipolygons or multilinestrings."""
    multi = [
        shapely.MultiLineString([item]) if isinstance(item, LineString) else item for item in shapes.values()
    ]
    _, points, offsets = shapely.to_ragged_array(multi)
    levels = {f"{name}/offsets{level}": item.astype(np.uint32) for level, item in enumerate(offsets)}
    return {f"{name}/keys": list(shapes), f"{name}/points": np.rint(points * GRID).astype(np.int32), **levels}


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
