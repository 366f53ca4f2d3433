"""Names to places, places to boundaries: memory-mapped, read-only, open in milliseconds."""

from crisismap.gazetteer.boundaries import Boundaries
from crisismap.gazetteer.lookup import Columns, Gazetteer, GazetteerInfo, NameMatch, Source
from crisismap.gazetteer.names import Token, fold, tokenize

__all__ = [
    "Boundaries",
    "Columns",
    "Gazetteer",
    "GazetteerInfo",
    "NameMatch",
    "Source",
    "Token",
    "fold",
    "tokenize",
]
