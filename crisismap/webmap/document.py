"""The page as a folium map: one self-contained document that runs only what it is built from.

folium and branca render strings as Jinja templates, some of them twice, so a string from an article
must never reach them.  Here they are handed none: every block is a `Verbatim` element, and the data
travels as JSON in one of them.  The Content-Security-Policy names each script and style by its hash.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import folium
from branca.element import Element, Figure
from folium.template import Template
from xstatic.pkg import leaflet

from crisismap.files import write_atomically
from crisismap.webmap.joining import join_scripts, join_styles, read_page

__all__ = ["CrisisMap", "Verbatim"]

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

    def __init__(self, island: str, language: str, tile_origin: str) -> None:
        super().__init__()
        self._island = island
        self._language = language
        self._tile_origin = tile_origin

    def render(self, **kwargs: Any) -> str:
        """The document; the same text every time."""
        for child in self._children.values():
            child.render(**kwargs)
        head, body, script = _with_stable_ids(
            self, self.header.render(**kwargs), self.html.render(**kwargs), self.script.render(**kwargs)
        )
        direction = ' dir="rtl"' if self._language in _RIGHT_TO_LEFT else ""
        slots = {
            "language": f' lang="{self._language}"{direction}',
            # A tile server may refuse pages that do not say where they come from.
            "referrer": "strict-origin-when-cross-origin" if self._tile_origin else "no-referrer",
            "head": head,
            "styles": _element("style", _library("leaflet.css") + join_styles()),
            "libraries": _element("script", _library("leaflet.js")),
            "map": body,
            "data": _element("script", self._island, ' type="application/json" id="data"'),
            "scripts": _element("script", self._for_others() + script)
            + _element("script", join_scripts(), ' type="module"'),
        }
        page = _SLOT.sub(lambda slot: slots.get(slot[1], slot[0]), read_page("page.html"))
        return page.replace("<!--slot:policy-->", _policy(page, self._tile_origin), 1)

    def _for_others(self) -> str:
        """What folium's own layers count on and the page itself does without: pins, and one use of jQuery."""
        if not any(child._children for child in self._children.values()):
            return ""
        images = Path(leaflet.BASE_DIR) / "images"
        icons = {
            option: f"data:image/png;base64,{base64.b64encode((images / name).read_bytes()).decode()}"
            for option, name in _PINS.items()
        }
        return f"{_STAND_INS}L.Icon.Default.mergeOptions({json.dumps(icons)});\n"


_PINS = {
    "iconUrl": "marker-icon.png",
    "iconRetinaUrl": "marker-icon-2x.png",
    "shadowUrl": "marker-shadow.png",
}

_STAND_INS = """
// folium asks jQuery for the element of a popup that was added in Python.
window.$ = (html) => {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return [holder.content.firstElementChild];
};
L.Icon.Default.imagePath = "";
"""

_RIGHT_TO_LEFT = frozenset({"ar"})


class CrisisMap(folium.Map):
    """A `folium.Map` that links to nothing: no scripts, no styles, no tiles but those of ``tile_origin``.

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

    def __init__(self, island: str, *, language: str = "en", tile_origin: str = "") -> None:
        super().__init__(
            tiles=None,
            zoom_control=False,
            attribution_control=False,
            zoom_snap=0.25,
            zoom_delta=0.75,
            wheel_px_per_zoom_level=90,
            close_popup_on_click=True,
        )
        self._id = "crisis"  # what the page's own script calls the map
        self.default_js, self.default_css = [], []
        _Document(island, language, tile_origin).add_child(self, name="map")

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


_RANDOM = re.compile("[0-9a-f]{32}")


def _with_stable_ids(root: Element, *texts: str) -> tuple[str, ...]:
    """``texts``, which ``root`` rendered to, with folium's random ids numbered in order of appearance."""
    ids = {element._id for element in _elements(root, set()) if _RANDOM.fullmatch(element._id)}
    if not ids:
        return texts
    numbers: dict[str, str] = {}
    pattern = re.compile("|".join(sorted(ids)))
    return tuple(
        pattern.sub(lambda id_: numbers.setdefault(id_[0], f"{len(numbers)}"), text) for text in texts
    )


def _elements(element: Element, seen: set[int]) -> Iterator[Element]:
    """``element`` and every one that it holds, as a child or otherwise."""
    if id(element) in seen:
        return
    seen.add(id(element))
    yield element
    for held in (*element._children.values(), *vars(element).values()):
        if isinstance(held, Element):
            yield from _elements(held, seen)


def _element(tag: str, text: str, attributes: str = "") -> str:
    return f"<{tag}{attributes}>{text}</{tag}>"


def _library(name: str) -> str:
    return (Path(leaflet.BASE_DIR) / name).read_text(encoding="utf-8") + "\n"


def _policy(page: str, tile_origin: str) -> str:
    """A Content-Security-Policy: the inline blocks of ``page``, images from ``tile_origin``, nothing else."""
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
        f"{' '.join(filter(None, ('img-src data:', tile_origin)))}; base-uri 'none'; form-action 'none'\">"
    )
