"""The world under the map: ``data/basemap.json`` in one worldview, with names in other languages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from crisismap.errors import GazetteerError
from crisismap.gazetteer.localized import localized_names
from crisismap.model import Borders

__all__ = ["read_basemap"]


def read_basemap(path: Path, borders: Borders, languages: Sequence[str] = ()) -> str:
    """Return the basemap as :meth:`crisismap.gazetteer.Boundaries.basemap` does.

    Raises:
        GazetteerError: the file, or with ``languages`` that of the names, is missing or damaged.
    """
    try:
        topology = _in_view(json.loads(path.read_text(encoding="utf-8")), borders)
    except OSError as error:
        raise GazetteerError(f"{path}: cannot be read ({error.strerror}); reinstall crisismap") from None
    except (ValueError, KeyError):
        raise GazetteerError(f"{path}: is damaged; reinstall crisismap") from None
    if languages:
        items = [item for shape in topology["objects"].values() for item in shape.get("geometries", ())]
        ids = [item["id"] for item in items if "id" in item]
        topology["names"] = {code: localized_names(ids, code) for code in languages}
    return json.dumps(topology, ensure_ascii=False, separators=(",", ":"))


def _in_view(topology: dict[str, Any], borders: Borders) -> dict[str, Any]:
    """Return the basemap with the objects of one worldview only."""
    objects = topology["objects"]
    kept = {name: item for name, item in objects.items() if ":" not in name}
    if borders is not Borders.INTERNATIONAL:
        changed = objects[f"countries:{borders}"]["geometries"]
        codes = {country["id"] for country in changed}
        same = [country for country in objects["countries"]["geometries"] if country["id"] not in codes]
        kept["countries"] = {"type": "GeometryCollection", "geometries": same + changed}
        kept["borders"] = objects[f"borders:{borders}"]
    return topology | {"objects": kept}
