"""Raster tiles under the map: only on request, from one host that the page's policy names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

__all__ = ["TILE_SETS", "Tiles", "choose_tiles"]


@dataclass(frozen=True, slots=True)
class Tiles:
    """Where a page gets its tiles, and whom it credits.

    ``url`` is a template with {z}, {x} and {y}, perhaps {s} for a subdomain and {r} for a high-resolution
    mark; ``origin`` is what a Content-Security-Policy allows; ``credits`` are texts with the address each
    links to, "" for none.
    """

    url: str
    origin: str
    credits: tuple[tuple[str, str], ...]


_OSM_CREDIT = ("© OpenStreetMap contributors", "https://www.openstreetmap.org/copyright")

TILE_SETS = {
    "osm": Tiles(
        "https://tile.openstreetmap.org/{z}/{x}/{y}.png", "https://tile.openstreetmap.org", (_OSM_CREDIT,)
    ),
    "carto-light": Tiles(
        "https://{s}.basemaps.cartocdn.com/light_nolabels/{z}/{x}/{y}{r}.png",
        "https://*.basemaps.cartocdn.com",
        (_OSM_CREDIT, ("© CARTO", "https://carto.com/attributions")),
    ),
}
"""The named sets.  OpenStreetMap's server refuses pages that do not say where they come from, as those
opened from a file do not."""

_SLOTS = frozenset("sxyzr")

_HOST = re.compile(r"(?:\{s\}\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?", re.IGNORECASE)

_PATH = re.compile(r"(?:[A-Za-z0-9._~!$()*+,=:@/?&%-]|\{[a-z]\})+")


def choose_tiles(choice: str) -> Tiles | None:
    """The tiles that ``choice`` means: a named set, a URL template, or none ("none" or "").

    Raises:
        ValueError: ``choice`` is neither a name nor a template that could be fetched.

    >>> choose_tiles("https://tiles.example.org/{z}/{x}/{y}.png").origin
    'https://tiles.example.org'
    >>> choose_tiles("none")
    """
    if choice in ("", "none"):
        return None
    if choice in TILE_SETS:
        return TILE_SETS[choice]
    scheme, _, rest = choice.partition("://")
    host, _, path = rest.partition("/")
    slots = re.findall(r"\{([^{}]*)\}", choice)
    fits = scheme in ("http", "https") and _HOST.fullmatch(host) and _PATH.fullmatch(path)
    if not fits or not {"x", "y", "z"} <= set(slots) <= _SLOTS:
        raise ValueError(
            f"tiles {choice!r} are neither none, {', '.join(TILE_SETS)} nor an address such as"
            " https://tiles.example.org/{z}/{x}/{y}.png"
        )
    origin = f"{scheme}://{host.lower().replace('{s}', '*')}"
    name = urlsplit(origin).netloc.removeprefix("*.")
    return Tiles(choice, origin, ((name, f"{scheme}://{name}/"),))
