"""HTML files, saved pages and fetched ones -> Articles.

trafilatura finds the article on the page, and its title, date, address and outlet.
"""

from __future__ import annotations

import codecs
import datetime as dt
from typing import Any

from crisismap.articles import limits
from crisismap.articles.decoding import unicode_encoding
from crisismap.articles.fields import build_article, host, id_from_stem, parse_loose_date
from crisismap.articles.markup import fragment_text, tidy
from crisismap.articles.quiet import hush
from crisismap.articles.source import Source, damage
from crisismap.errors import ArticleError
from crisismap.model import Article

__all__ = ["parse_page", "read_html"]

_FIRST_DAY = "1990-01-01"
_LAST_DAY = "2199-12-31"
"""A fixed end instead of today, so that a page has the same date tomorrow."""

_HEAD = 1024

_DATES = {
    "original_date": True,
    # A date found anywhere on a page is as often that of another article.
    "extensive_search": False,
    "min_date": _FIRST_DAY,
    "max_date": _LAST_DAY,
    "outputformat": "%Y-%m-%d",
}


def read_html(source: Source) -> Article:
    """The article of one page.

    Raises:
        ArticleError: the page is too large, damaged, or holds no text.
    """
    data = source.read(limits.MAX_PAGE)
    return parse_page(
        data, source.name, url=source.url, charset=source.charset, identity=id_from_stem(source.stem)
    )


def parse_page(data: bytes, name: str, *, url: str = "", charset: str = "", identity: str = "") -> Article:
    """The article on an HTML page.

    Args:
        data: the page.
        name: what messages call it.
        url: where it was fetched from; without it the page's own word counts.
        charset: the encoding that the server names, if any.
        identity: the article's id; without it the content gives one.

    Raises:
        ArticleError: the page is damaged or holds no text.
    """
    import trafilatura

    hush("trafilatura", "htmldate", "courlan", "justext")
    if b"\0" in data[:_HEAD] and unicode_encoding(data) == "utf-8":
        raise ArticleError(f"{name}: holds binary data, no HTML")
    found: Any = None
    with damage(name, "HTML"):
        page = _decoded(data, charset)
        tags = page.count("<") if isinstance(page, str) else page.count(b"<")
        if tags <= limits.MAX_TAGS:
            found = trafilatura.bare_extraction(
                page,
                url=url or None,
                with_metadata=True,
                include_comments=False,
                date_extraction_params=_DATES,
            )
        text = tidy(found.text or "") if found else ""
        if not text:
            text = fragment_text(page if isinstance(page, str) else page.decode("utf-8", "replace"))
    if not text:
        raise ArticleError(f"{name}: no text on this page; it may need a browser to show it")
    title, date, own_url, outlet = "", None, "", ""
    if found:
        title = " ".join((found.title or "").split())
        date = _date(found.date)
        own_url = (found.url or "").strip()
        outlet = " ".join((found.sitename or "").split())
    url = url or (own_url if host(own_url) else "")
    return build_article(text, identity=identity, title=title, url=url, date=date, source=host(url) or outlet)


def _decoded(data: bytes, charset: str) -> str | bytes:
    """The page as text where its encoding is told from outside; else trafilatura reads it off the page."""
    encoding = unicode_encoding(data)
    if encoding == "utf-8" and charset:
        try:
            encoding = codecs.lookup(charset).name
        except LookupError:
            return data
    elif encoding == "utf-8":
        return data
    try:
        return data.decode(encoding, "replace")
    except (LookupError, UnicodeError, ValueError):
        return data  # codecs such as "zlib" are no encodings of text


def _date(value: str | None) -> dt.date | None:
    return parse_loose_date(value) if value else None
