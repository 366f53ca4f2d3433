"""The names of places in the languages of the map's interface; read from ``data/place_names.json``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from crisismap.errors import GazetteerError
from crisismap.paths import data_path

__all__ = ["LANGUAGES", "localized_names"]

LANGUAGES = ("uk", "fr", "ar")
"""ISO 639-1 codes of the languages that names are kept in, beside English."""


def localized_names(places: Iterable[str], language: str, path: Path | None = None) -> dict[str, str]:
    """Return what places are called in a language, by their id; without those whose name is not known.

    Args:
        places: ids as ``Place.id`` has them; a country also goes by its ISO 3166-1 code.
        language: one of :data:`LANGUAGES`; of any other, English included, no name is known.
        path: the file, by default the one that ships with crisismap.

    Raises:
        GazetteerError: the file is missing or damaged.

    >>> localized_names(["geonames:703448", "UA", "geonames:1"], "uk")
    {'geonames:703448': 'Київ', 'UA': 'Україна'}
    """
    if language not in LANGUAGES:
        return {}
    names = _read(path or data_path("place_names.json")).get(language, {})
    return {place: names[place] for place in places if place in names}


@lru_cache(maxsize=4)
def _read(path: Path) -> dict[str, dict[str, str]]:
    """Return the names by language and place."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {
            language: {place: names[at] for place, names in content["names"].items() if names[at]}
            for at, language in enumerate(content["languages"])
        }
    except OSError as error:
        raise GazetteerError(f"{path}: cannot be read ({error.strerror}); reinstall crisismap") from None
    except (ValueError, KeyError, TypeError, IndexError):
        raise GazetteerError(f"{path}: is damaged; reinstall crisismap") from None
