"""The published columns of each layer and table, in their order, with their dtypes."""

from __future__ import annotations

__all__ = [
    "AREA_COLUMNS",
    "CRS",
    "JOINED",
    "MENTION_COLUMNS",
    "PLACE_COLUMNS",
    "RIVAL_COLUMNS",
    "UNLOCATED_COLUMNS",
]

CRS = "EPSG:4326"

_PLACE = {
    "place_id": "str",
    "place_name": "str",
    "country_code": "str",
    "admin1_name": "str",
    "feature_class": "str",
    "feature_code": "str",
    "latitude": "float64",
    "longitude": "float64",
}

MENTION_COLUMNS = {
    "mention_id": "str",
    "article_id": "str",
    "article_title": "str",
    "article_url": "str",
    "article_date": "str",
    "source": "str",
    "sentence_index": "int64",
    "sentence": "str",
    "start": "int64",
    "end": "int64",
    "text": "str",
    "kind": "str",
    "role": "str",
    "relation": "str",
    **_PLACE,
    "geo_precision": "int64",
    "uncertainty_km": "float64",
    "confidence": "float64",
    "sentence_url": "str",
    "borders": "str",
    "sentence_start": "int64",
    "reason": "str",
}

JOINED = tuple(
    name
    for name in MENTION_COLUMNS
    if name not in {*_PLACE, "geo_precision", "uncertainty_km", "confidence", "borders"}
)
"""What an area takes from each of its mentions; the other columns belong to the place itself."""

AREA_COLUMNS = {
    **{name: "str" if name in JOINED else dtype for name, dtype in MENTION_COLUMNS.items()},
    "mention_count": "int64",
}

PLACE_COLUMNS = {
    **_PLACE,
    "mention_count": "int64",
    "literal_count": "int64",
    "associative_count": "int64",
    "article_count": "int64",
    "first_date": "str",
    "last_date": "str",
}

UNLOCATED_COLUMNS = {
    name: MENTION_COLUMNS[name]
    for name in (
        "mention_id",
        "article_id",
        "article_title",
        "article_url",
        "article_date",
        "source",
        "sentence_index",
        "sentence",
        "sentence_start",
        "start",
        "end",
        "text",
        "kind",
        "role",
        "relation",
        "reason",
    )
}

RIVAL_COLUMNS = {
    "mention_id": "str",
    "rank": "int64",
    **_PLACE,
    "score": "float64",
}
