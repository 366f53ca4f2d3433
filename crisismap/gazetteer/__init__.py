"""Names to places, places to boundaries: memory-mapped, read-only, open in milliseconds."""

from typing import TYPE_CHECKING, Any

from crisismap.gazetteer.boundaries import Boundaries, DisputedArea
from crisismap.gazetteer.localized import LANGUAGES, localized_names
from crisismap.gazetteer.lookup import Columns, Gazetteer, GazetteerInfo, NameMatch, Source
from crisismap.gazetteer.names import Token, fold, tokenize
from crisismap.gazetteer.overlay import OwnPlace
from crisismap.gazetteer.own_places import read_places

if TYPE_CHECKING:
    from crisismap.gazetteer.geocoder import GazetteerGeocoder
    from crisismap.gazetteer.online import FallbackGeocoder

__all__ = [
    "LANGUAGES",
    "Boundaries",
    "Columns",
    "DisputedArea",
    "FallbackGeocoder",
    "Gazetteer",
    "GazetteerGeocoder",
    "GazetteerInfo",
    "NameMatch",
    "OwnPlace",
    "Source",
    "Token",
    "fold",
    "localized_names",
    "read_places",
    "tokenize",
]


def __getattr__(name: str) -> Any:
    """Import the geocoders when they are asked for: geopy takes as long to import as everything else here."""
    if name == "GazetteerGeocoder":
        from crisismap.gazetteer.geocoder import GazetteerGeocoder

        return GazetteerGeocoder
    if name == "FallbackGeocoder":
        from crisismap.gazetteer.online import FallbackGeocoder

        return FallbackGeocoder
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
