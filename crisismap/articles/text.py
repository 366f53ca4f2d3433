"""Plain text and the seed format: title, date and URL on the first three lines, then paragraphs."""

from __future__ import annotations

import datetime as dt
import re

from crisismap.articles.fields import build_article, clean, parse_date
from crisismap.errors import ArticleError
from crisismap.model import Article

__all__ = ["parse_text"]

_MAX_TITLE = 500
_NUMERIC = re.compile(r"\d[\d\W]*", re.ASCII)
_URL = re.compile(r"https?://\S+", re.IGNORECASE)


def parse_text(text: str, name: str, identity: str) -> Article:
    """One article; without an ``identity`` its content gives one.

    Raises:
        ArticleError: there is no text, or the header is wrong.
    """
    text = clean(text.replace("\r\n", "\n").replace("\r", "\n"))
    if not text.strip():
        raise ArticleError(f"{name}: empty")
    title, date, url, body = _split_header(text, name)
    if not body.strip():
        raise ArticleError(f"{name}: a header and no text; write the paragraphs below it")
    return build_article(body, identity=identity, title=title, url=url, date=date)


def _split_header(text: str, name: str) -> tuple[str, dt.date | None, str, str]:
    """Take title, date and URL off the top; any may be missing, but one of the latter two marks it."""
    lines = text.split("\n", 3)
    values = [line.strip() for line in lines[:3]]
    title = ""
    date: dt.date | None = None
    url = ""
    used = 0
    if values[0] and parse_date(values[0]) is None and not _URL.fullmatch(values[0]):
        title, used = values[0], 1
    marked = 0
    for number, value in enumerate(values[used:], used + 1):
        parsed = parse_date(value)
        if parsed is not None and date is None:
            date, marked = parsed, number
        elif not url and _URL.fullmatch(value):
            url, marked = value, number
        elif value:
            if number == 2 and len(values) > 2 and _NUMERIC.fullmatch(value) and _URL.fullmatch(values[2]):
                raise ArticleError(
                    f"{name}:2: {value!r} is not a date; write YYYYMMDD or leave the line blank"
                )
            break
    if not marked or len(title) > _MAX_TITLE:
        return "", None, "", text
    while marked < len(values) and not values[marked]:
        marked += 1  # a blank line in the header's place is a value left out, not a paragraph
    return title, date, url, "\n".join(lines[marked:])
