"""What the island's places are called in the languages of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crisismap.gazetteer.localized import LANGUAGES, localized_names

if TYPE_CHECKING:
    from crisismap.gazetteer import Gazetteer

__all__ = ["division_names", "place_names"]


def place_names(places: dict[str, list[Any]]) -> dict[str, dict[int, str]]:
    """By language, the names of the island's places by their number; without those that are not known."""
    numbers = {place: number for number, place in enumerate(places["id"])}
    return {
        language: {numbers[place]: name for place, name in localized_names(numbers, language).items()}
        for language in LANGUAGES
    }


def division_names(
    places: dict[str, list[Any]], gazetteer: Gazetteer | None
) -> dict[str, dict[str, dict[str, str]]]:
    """By language, country code and English name, the names of the divisions that places lie in."""
    if gazetteer is None:
        return {language: {} for language in LANGUAGES}
    pairs = zip(places["country"], places["admin1"], strict=True)
    found: dict[str, tuple[str, str]] = {}
    for country, name in sorted({(country, name) for country, name in pairs if country and name}):
        for candidate in gazetteer.lookup(name):
            place = candidate.place
            if (place.feature_code, place.country_code, place.name) == ("ADM1", country, name):
                found[place.id] = country, name
                break
    names: dict[str, dict[str, dict[str, str]]] = {}
    for language in LANGUAGES:
        own = names[language] = {}
        for place_id, local in localized_names(found, language).items():
            country, name = found[place_id]
            own.setdefault(country, {})[name] = local
    return names
