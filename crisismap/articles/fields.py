"""What the input formats have in common: dates, hosts, ids, and text that every output can hold."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from urllib.parse import urlsplit

__all__ = ["clean", "content_id", "host", "parse_date"]

_DATE = re.compile(r"(\d{4})(-?)(\d{2})\2(\d{2})(?:[T ]\d{2}:?\d{2}.*)?", re.ASCII)
_YEARS = range(1600, 2200)
# One code point for one, so that offsets stay: a NUL and half a surrogate pair are no text anywhere else.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


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
