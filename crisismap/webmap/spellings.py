"""What else the places on a map are called, so that a search for "kiev" finds Kyiv."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crisismap.gazetteer import Gazetteer

__all__ = ["other_spellings"]


def other_spellings(data: dict[str, Any], gazetteer: Gazetteer | None) -> dict[str, str]:
    """Other names of the places of an island's marks, folded, separated by blanks, by the place's index."""
    if gazetteer is None:
        return {}
    ids = data["places"]["id"]
    found = gazetteer.other_names(ids[index] for index in data["marks"]["place"] if index >= 0)
    return {str(index): " ".join(found[place_id]) for index, place_id in enumerate(ids) if place_id in found}
