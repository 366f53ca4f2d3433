"""Records of named values, from JSON or a table, -> Articles."""

from __future__ import annotations

import datetime as dt
import re
import reprlib
from collections.abc import Mapping, Sequence
from typing import Any

from crisismap.articles.fields import build_article, parse_date, parse_loose_date
from crisismap.articles.options import FIELDS
from crisismap.errors import ArticleError
from crisismap.model import Article

__all__ = ["find_columns", "parse_record", "quote"]

_NAMES = {
    "text": (
        *("text", "content", "body", "article_text", "full_text", "fulltext", "maintext", "story_text"),
        *("article_body", "articlebody", "article_content"),
    ),
    "title": ("title", "headline", "article_title"),
    "url": ("url", "link", "article_url", "sourceurl", "source_url", "documentidentifier", "web_url"),
    "date": (
        *("date", "published", "publish_date", "pub_date", "pubdate", "published_at", "publishedat"),
        *("publication_date", "date_publish", "date_published", "article_date", "sqldate"),
    ),
    "source": ("source", "outlet", "media_name", "source_name", "sourcecommonname", "publisher", "domain"),
    "id": ("id", "guid", "article_id", "stories_id", "story_id", "globaleventid", "gkgrecordid"),
}
"""What tables and dumps of news call each field, the commoner first."""

_SEPARATORS = re.compile(r"[\W_]+")


def find_columns(names: Sequence[str], chosen: Mapping[str, str], where: str) -> dict[str, int]:
    """The column of each field that has one.

    Args:
        names: the names of a table's columns.
        chosen: field -> column as a caller names it.
        where: what messages call the table.

    Raises:
        ArticleError: a chosen column is not there.

    >>> find_columns(["Headline", "Pub Date", "Story"], {"text": "Story"}, "news.csv")
    {'text': 2, 'title': 0, 'date': 1}
    """
    normal = [_normal(name) for name in names]
    found = {}
    for field in FIELDS:
        if field in chosen:
            wanted = chosen[field]
            if wanted in names:
                found[field] = list(names).index(wanted)
            elif _normal(wanted) in normal:
                found[field] = normal.index(_normal(wanted))
            else:
                raise ArticleError(f"{where}: no column {quote(wanted)} for {field}; it has {_list(names)}")
        else:
            known = [normal.index(name) for name in _NAMES[field] if name in normal]
            if known:
                found[field] = known[0]
    return found


def parse_record(record: Any, where: str, chosen: Mapping[str, str]) -> Article:
    """The article of a JSON object.

    The keys of the JSON Lines contract and those in ``chosen`` have to hold what they should; other usual
    names are used where they do.

    Raises:
        ArticleError: it is no object, has no text, or a value is of the wrong kind.
    """
    if not isinstance(record, dict):
        raise ArticleError(f"{where}: not a JSON object: {quote(record)}; write one object a line")
    keys = {field: _key(record, field, chosen) for field in FIELDS}
    key = keys["text"]
    text = _string(record, key, where)
    if not text.strip():
        raise ArticleError(f"{where}: {key!r} is {quote(record.get(key))}; an article needs text")
    title, url = _string(record, keys["title"], where), _string(record, keys["url"], where)
    identity = record.get(keys["id"])
    if isinstance(identity, int) and not isinstance(identity, bool):
        identity = str(identity)
    elif identity is not None:
        identity = _string(record, keys["id"], where)
    return build_article(
        text,
        identity=identity or "",
        title=title,
        url=url,
        date=_date(record, keys["date"], where),
        source=_string(record, keys["source"], where),
        given_spans=_given_spans(record, len(text), where),
    )


def quote(value: object) -> str:
    """The start of an offending value, on one line of printable characters."""
    if isinstance(value, str):
        text = value.strip()
        return repr(text if len(text) <= 60 else text[:57] + "...")
    return reprlib.repr(value)


def _normal(name: str) -> str:
    return _SEPARATORS.sub("_", name.strip().lower()).strip("_")


def _list(names: Sequence[str]) -> str:
    shown = ", ".join(quote(name) for name in names[:10])
    return shown + (f" and {len(names) - 10} more" if len(names) > 10 else "")


def _key(record: dict[str, Any], field: str, chosen: Mapping[str, str]) -> str:
    if field in chosen:
        return chosen[field]
    if field in record:
        return field
    for name in _NAMES[field]:
        if name in record and isinstance(record[name], str):
            return name
    return field


def _string(record: dict[str, Any], key: str, where: str) -> str:
    value = record.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ArticleError(f"{where}: {key!r} is {quote(value)}; write a string")
    return value


def _date(record: dict[str, Any], key: str, where: str) -> dt.date | None:
    value = record.get(key)
    if value is None or value == "":
        return None
    if key != "date":
        return parse_loose_date(value) if isinstance(value, str) else None
    date = parse_date(value.strip()) if isinstance(value, str) else None
    if date is None and not (isinstance(value, str) and value.isspace()):
        raise ArticleError(f"{where}: 'date' is {quote(value)}; write YYYY-MM-DD, or leave it out")
    return date


def _given_spans(record: dict[str, Any], length: int, where: str) -> tuple[tuple[int, int], ...] | None:
    toponyms = record.get("toponyms")
    if toponyms is None:
        return None
    if not isinstance(toponyms, list):
        raise ArticleError(f"{where}: 'toponyms' is {quote(toponyms)}; write a list of {{start, end}}")
    spans = []
    for toponym in toponyms:
        start, end = (toponym.get("start"), toponym.get("end")) if isinstance(toponym, dict) else (None, None)
        if type(start) is not int or type(end) is not int or not 0 <= start < end <= length:
            raise ArticleError(
                f"{where}: toponym {quote(toponym)} is no range of the {length} code points of 'text'; "
                "write integers start < end"
            )
        spans.append((start, end))
    return tuple(spans)
