"""The languages of the page's own words, and the messages in them."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TypeAlias

__all__ = ["LANGUAGES", "Messages", "load_messages"]

LANGUAGES = {"en": "English", "uk": "Українська", "fr": "Français", "ar": "العربية"}
"""Languages by code, each by its own name."""

Messages: TypeAlias = "dict[str, str | dict[str, str]]"
"""Texts by key; one that depends on a number is a text by plural category."""


@cache
def load_messages() -> dict[str, Messages]:
    """The messages of each language that has a file; the page falls back to English."""
    folder = files("crisismap.webmap") / "page" / "messages"
    found = {code: folder / f"{code}.json" for code in LANGUAGES}
    return {
        code: json.loads(file.read_text(encoding="utf-8")) for code, file in found.items() if file.is_file()
    }
