"""The page as a folium map: one self-contained document that runs only what it is built from.

folium and branca render strings as Jinja templates, some of them twice, so a string from an article
must never reach them.  Here they are handed none: every block is a `Verbatim` element, and the data
travels as JSON in one of them.  The Content-Security-Policy names each script and style by its hash.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO

import folium
from branca.element import Element, Figure
from folium.template import Template
from xstatic.pkg import leaflet, leaflet_markercluster

from crisismap.files import write_atomically

__all__ = ["CrisisMap", "Verbatim"]

_PAGE = files("crisismap.webmap") / "page"

_SCRIPTS = ("data.js", "shapes.js", "base.js", "marks.js", "labels.js", "popup.js", "panel.js", "main.js")
"""The page's own script, joined in this order."""

_SLOT = re.compile(r"<!--slot:(\w+)-->")

_INLINE = re.compile(r"<(script|style)\b([^>]*)>(.*?)</\1>", re.DOTALL)


class Verbatim(Element):
    """An element that renders to exactly the text it was given; no template ever sees the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render(self, **_: Any) -> str:
        """Return the text."""
        return self._text


class _Document(Figure):
    """The root of the element tree: fills page.html and seals it with a Content-Security-Policy."""

    def __init__(self, island: str, clustered: bool) -> None:
        super().__init__()
        self._island = island
        self._clustered = clustered

    def render(self, **kwargs: Any) -> str:
        """The document; the same text every time."""
        for child in self._children.values():
            child.render(**kwargs)
        slots = {
            "head": self.header.render(**kwargs),
            "styles": _element("style", _library_css() + _own("page.css")),
            "libraries": _element("script", _library_js(self._clustered)),
            "map": self.html.render(**kwargs),
            "data": _element("script", self._island, ' type="application/json" id="data"'),
            "scripts": _element("script", self.script.render(**kwargs))
            + _element("script", "".join(_own(name) for name in _SCRIPTS), ' type="module"'),
        }
        page = _SLOT.sub(lambda slot: slots.get(slot[1], slot[0]), _own("page.html"))
        return page.replace("<!--slot:policy-->", _policy(page), 1)


class CrisisMap(folium.Map):
    """A `folium.Map` that links to nothing: no tiles, no scripts or styles from elsewhere.

    Layers of folium's own may be added to it; what they would load from a network stays blocked.
    """

    _template = Template(
        """
        {% macro html(this, kwargs) %}<div id="{{ this.get_name() }}" class="map"></div>{% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.map("{{ this.get_name() }}", {{ this.options|tojavascript }});
        {% endmacro %}
        """
    )

    def __init__(self, island: str, *, clustered: bool) -> None:
        super().__init__(
            tiles=None,
            zoom_control=False,
            attribution_control=False,
            zoom_snap=0.25,
            zoom_delta=0.75,
            wheel_px_per_zoom_level=90,
            close_popup_on_click=True,
        )
        self._id = "crisis"  # folium draws a random one; the page must come out the same every time
        self.default_js, self.default_css = [], []
        _Document(island, clustered).add_child(self, name="map")

    def save(self, outfile: str | bytes | Path | BinaryIO, close_file: bool = True, **kwargs: Any) -> None:
        """Write the page as UTF-8: to an open binary file, or to a path, there whole or not at all.

        Raises:
            OutputError: the path cannot be written.
        """
        if not isinstance(outfile, str | bytes | Path):
            super().save(outfile, close_file, **kwargs)
            return
        html = self.get_root().render(**kwargs).encode()
        with write_atomically(os.fsdecode(outfile)) as file:
            file.write(html)


def _own(name: str) -> str:
    return (_PAGE / name).read_text(encoding="utf-8")


def _element(tag: str, text: str, attributes: str = "") -> str:
    return f"<{tag}{attributes}>{text}</{tag}>"


def _library_js(clustered: bool) -> str:
    text = _library(leaflet, "leaflet.js")
    return text + _library(leaflet_markercluster, "leaflet.markercluster.js") if clustered else text


def _library_css() -> str:
    return _library(leaflet, "leaflet.css")


def _library(package: Any, name: str) -> str:
    return (Path(package.BASE_DIR) / name).read_text(encoding="utf-8") + "\n"


def _policy(page: str) -> str:
    """A Content-Security-Policy that allows the inline blocks of ``page`` and nothing else."""
    hashes: dict[str, list[str]] = {"script": [], "style": []}
    for tag, attributes, text in _INLINE.findall(page):
        if "application/json" not in attributes:
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            hashes[tag].append(f"'sha256-{digest}'")
    return (
        '<meta http-equiv="Content-Security-Policy" content="'
        "default-src 'none'; "
        f"script-src {' '.join(hashes['script'])}; "
        f"style-src {' '.join(hashes['style'])}; "
        "img-src data:; base-uri 'none'; form-action 'none'\">"
    )
