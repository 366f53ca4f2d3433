"""Layers -> one self-contained HTML map, through folium."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from crisismap import __version__
from crisismap.layers import Layers
from crisismap.webmap.document import CrisisMap
from crisismap.webmap.island import island, to_json
from crisismap.webmap.languages import LANGUAGES, load_messages
from crisismap.webmap.names import division_names, place_names
from crisismap.webmap.spellings import other_spellings
from crisismap.webmap.tiles import TILE_SETS, choose_tiles

if TYPE_CHECKING:
    import folium

    from crisismap.gazetteer import Boundaries, Gazetteer

__all__ = ["LANGUAGES", "TILE_SETS", "choose_tiles", "draw_map"]


def draw_map(
    layers: Layers,
    boundaries: Boundaries,
    *,
    title: str = "crisismap",
    language: str = "en",
    tiles: str = "",
    embed: bool = False,
    gazetteer: Gazetteer | None = None,
) -> folium.Map:
    """Draw the layers as an interactive map.

    Args:
        layers: What to show; empty layers give a page that says so.
        boundaries: Where the basemap comes from, in the worldview of the layers.
        title: The page's heading, shown as plain text whatever it holds.
        language: Of the page's own words when it opens, a key of ``LANGUAGES``; the reader may change it.
        tiles: Raster tiles under the map: "" or "none", a key of ``TILE_SETS``, or a URL template with {z},
            {x} and {y}.  With tiles the page makes requests to their host, and to no other.
        embed: Leave out what a page inside another page has no room for.
        gazetteer: The gazetteer that the places come from; the page then says how old and how large it is,
            and names divisions in the reader's language.

    Returns:
        A map whose ``save(path)`` writes one HTML file that needs no other file, and without ``tiles`` no
        network.  The same input gives the same bytes.

    Raises:
        ValueError: there is no such language, or ``tiles`` is neither a name nor a template.
    """
    if language not in LANGUAGES:
        raise ValueError(f"there is no interface language {language!r}; choose one of {', '.join(LANGUAGES)}")
    chosen = choose_tiles(tiles)
    others = [code for code in LANGUAGES if code != "en"]
    data = island(layers, json.loads(boundaries.basemap(layers.borders, others)))
    settings = {
        "title": title,
        "language": language,
        "version": __version__,
        "gazetteer": _origin(gazetteer),
        "embed": embed,
        "tiles": asdict(chosen) if chosen else None,
        "names": place_names(data["places"]),
        "divisions": division_names(data["places"], gazetteer),
        "others": other_spellings(data, gazetteer),
        "messages": load_messages(),
    }
    origin = chosen.origin if chosen else ""
    return CrisisMap(to_json(settings | data), language=language, tile_origin=origin)


def _origin(gazetteer: Gazetteer | None) -> dict[str, Any] | None:
    """What the page says of the gazetteer; its date is that of its newest source."""
    if gazetteer is None:
        return None
    info = gazetteer.info()
    return {
        "date": max((source.date for source in info.sources), default=""),
        "places": info.entries,
        "sources": [[source.name, source.version, source.license] for source in info.sources],
    }
