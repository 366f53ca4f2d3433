"""The curated tables of ``data/lexicons``, read into value types.

Tables are UTF-8 CSV with a header row; word lists are text files with one entry a line and ``#``
comments.  ``data/README.md`` says where each comes from.  Every row is checked as it is read, so a slip
of the pen is an error with its file, line and column, never a wrong pin on a map.

A table names a place by one of four references:

- ``UA``: a country, ISO 3166-1 alpha-2 (``XK`` is Kosovo);
- ``US-TX``: a division, ISO 3166-2;
- ``geonames:2988507``: a GeoNames entry;
- ``crisismap:middle-east``: a row of ``regions.csv`` or ``landmarks.csv``.

Whether the reference leads anywhere is checked where the gazetteer is built.
"""

from crisismap.lexicons.tables import (
    Abbreviation,
    Demonym,
    DemonymForm,
    Gap,
    GapKind,
    GeoNamesId,
    Landmark,
    PlaceName,
    Region,
    RelationWord,
    Seat,
    SeatStatus,
    Use,
    load_abbreviations,
    load_demonyms,
    load_gaps,
    load_geonames_ids,
    load_landmarks,
    load_place_names,
    load_regions,
    load_relations,
    load_seats,
)
from crisismap.lexicons.words import load_folded_words, load_words

__all__ = [
    "Abbreviation",
    "Demonym",
    "DemonymForm",
    "Gap",
    "GapKind",
    "GeoNamesId",
    "Landmark",
    "PlaceName",
    "Region",
    "RelationWord",
    "Seat",
    "SeatStatus",
    "Use",
    "load_abbreviations",
    "load_demonyms",
    "load_folded_words",
    "load_gaps",
    "load_geonames_ids",
    "load_landmarks",
    "load_place_names",
    "load_regions",
    "load_relations",
    "load_seats",
    "load_words",
]
