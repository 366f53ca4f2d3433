"""What the input formats have in common: dates, hosts, ids, and text that every output can hold."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from email.utils import parsedate_tz
from urllib.parse import urlsplit

from crisismap.model import Article

__all__ = [
    "build_article",
    "clean",
    "content_id",
    "host",
    "id_from_stem",
    "parse_date",
    "parse_loose_date",
    "printable_path",
]

_DATE = re.compile(r"(\d{4})(-?)(\d{2})\2(\d{2})(?:[T ]\d{2}:?\d{2}.*)?", re.ASCII)
_YEARS = range(1600, 2200)
# One code point for one, so that offsets stay: a NUL and half a surrogate pair are no text anywhere else.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")

_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})\d{6}", re.ASCII)
_WRITTEN = ("%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%B %d %Y", "%b %d %Y", "%Y/%m/%d", "%d.%m.%Y")
_MAX_DATE = 100

# Spreadsheets and GIS programs read such ids as numbers, dates or nothing at all.
_MISREAD_ID = re.compile(
    r"[\d\W_]*"
    r"|[+-]?\d*\.?\d*e[+-]?\d+"
    r"|\d*\W*(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\W*\d*(\W+\d*)?"
    r"|nan|inf|infinity|null|none|na|n/a|true|false",
    re.IGNORECASE,
)


def build_article(
    text: str,
    *,
    identity: str = "",
    title: str = "",
    url: str = "",
    date: dt.date | None = None,
    source: str = "",
    given_spans: tuple[tuple[int, int], ...] | None = None,
) -> Article:
    """An article whose strings every output can hold, with an id and a source made up where it has none.

    >>> build_article("Shells hit Kyiv.", url="https://www.example.org/a").source
    'example.org'
    """
    text, title, url = clean(text), clean(title), clean(url)
    return Article(
        id=clean(identity) or content_id(title, url, text),
        text=text,
        title=title,
        url=url,
        date=date,
        source=clean(source) or host(url),
        given_spans=given_spans,
    )


def clean(text: str) -> str:
    """``text`` with each NUL and half of a surrogate pair as U+FFFD; offsets stay."""
    return _UNSTORABLE.sub("\ufffd", text)


def parse_date(value: str) -> dt.date | None:
    """The day of ``YYYYMMDD``, ``YYYY-MM-DD`` or an ISO 8601 time; None where it is none of them.

    >>> parse_date("2022-02-04T10:00Z")
    datetime.date(2022, 2, 4)
    """
    match = _DATE.fullmatch(value)
    if not match or int(match[1]) not in _YEARS:
        return None
    try:
        return dt.date(int(match[1]), int(match[3]), int(match[4]))
    except ValueError:
        return None


def parse_loose_date(value: str) -> dt.date | None:
    """The day of whatever feeds, pages and tables write for a date; None where it is not certain.

    "02/04/2022" is the second of April to some and the fourth of February to others, so it is none.

    >>> [parse_loose_date(v) for v in ("Fri, 04 Feb 2022 10:00:00 GMT", "Feb. 4, 2022", "02/04/2022")]
    [datetime.date(2022, 2, 4), datetime.date(2022, 2, 4), None]
    """
    value = value.strip()[:_MAX_DATE]
    date = parse_date(value)
    if date is not None:
        return date
    if compact := _COMPACT.fullmatch(value):
        return parse_date("".join(compact.groups()))
    try:
        parts = parsedate_tz(value) if "," in value[:10] or ":" in value else None
        if parts is not None:
            return parse_date(f"{parts[0]:04}-{parts[1]:02}-{parts[2]:02}")
    except (ValueError, TypeError, IndexError):
        return None
    day = value.partition("T")[0].replace(".", "", 1) if value[:1].isalpha() else value.partition("T")[0]
    for form in _WRITTEN:
        try:
            date = dt.datetime.strptime(day, form).date()
        except ValueError:
            continue
        return date if date.year in _YEARS else None
    return None


def host(url: str) -> str:
    """The host of an http(s) address without "www."; "" where there is none.

    >>> host("https://www.example.org:8080/a")
    'example.org'
    """
    try:
        parts = urlsplit(url)
        name = parts.hostname if parts.scheme in ("http", "https") else None
    except ValueError:
        return ""
    return (name or "").removeprefix("www.")


def content_id(title: str, url: str, text: str) -> str:
    """An id for an article that has none; it cannot be taken for a number or a date."""
    return "sha-" + hashlib.sha256("\0".join((title, url, text)).encode()).hexdigest()[:16]


def id_from_stem(stem: str) -> str:
    """An id that no spreadsheet takes for a number or a date; "" for "".

    >>> id_from_stem("20220204")
    'article-20220204'
    """
    if not stem:
        return ""
    stem = unicodedata.normalize("NFC", stem)
    return f"article-{stem}" if _MISREAD_ID.fullmatch(stem) else stem


def printable_path(name: bytes) -> str:
    """A path as one printable line, whatever bytes it holds."""
    return "".join(c if c.isprintable() else "\ufffd" for c in name.decode("utf-8", "replace"))
