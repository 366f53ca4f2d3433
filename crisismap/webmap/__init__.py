"""Layers -> one self-contained HTML map, through folium."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crisismap.layers import Layers
from crisismap.webmap.document import CrisisMap
from crisismap.webmap.island import island, to_json

if TYPE_CHECKING:
    import folium

    from crisismap.gazetteer import Boundaries

__all__ = ["draw_map"]

_MANY = 200
"""Point marks beyond which near ones are drawn as one cluster; the page uses the same number."""


def draw_map(layers: Layers, boundaries: Boundaries, *, title: str = "crisismap") -> folium.Map:
    """Draw the layers as an interactive map.

    Args:
        layers: What to show; empty layers give a page that says so.
        boundaries: Where the basemap comes from, in the worldview of the layers.
        title: The page's heading, shown as plain text whatever it holds.

    Returns:
        A map whose ``save(path)`` writes one HTML file that needs no network and no other file.
        The same input gives the same bytes.
    """
    data = island(layers, json.loads(boundaries.basemap(layers.borders)), title)
    clustered = sum(mark["form"] == "point" for mark in data["marks"]) > _MANY
    return CrisisMap(to_json(data), clustered=clustered)
