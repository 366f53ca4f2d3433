"""RSS and Atom feeds -> Articles, from what the feed holds or, on request, from the pages it links to."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from crisismap.articles import limits
from crisismap.articles.fields import build_article, host, parse_date
from crisismap.articles.html import parse_page
from crisismap.articles.markup import fragment_text, is_markup, tidy
from crisismap.articles.source import Context, Source, damage, first_line
from crisismap.errors import ArticleError
from crisismap.model import Article

__all__ = ["follow", "read_feed"]


_PAGES = ("text/html", "application/xhtml+xml", "")


def read_feed(source: Source, context: Context) -> Iterator[Article | ArticleError]:
    """The entries of a feed.

    Raises:
        ArticleError: it is too large, or no feed.
    """
    import feedparser

    data = source.read(limits.MAX_FEED)
    with damage(source.name, "a feed"):
        # As a stream: bytes and text would be tried as an address and as the name of a file first.
        # What names no encoding is UTF-8 by XML's rule, which is kept to only where the type is XML's.
        headers = {"content-location": source.url, "content-type": "application/xml"}
        feed = feedparser.parse(io.BytesIO(data), response_headers=headers)
    if not feed.entries:
        reason = feed.get("bozo_exception")
        detail = f" ({first_line(reason)})" if feed.get("bozo") and reason else ""
        kind = "no article in this feed" if feed.get("version") else "neither RSS nor Atom"
        raise ArticleError(f"{source.name}: {kind}{detail}")
    outlet = _line(feed.feed.get("title"))
    for number, entry in enumerate(feed.entries, 1):
        where = f"{source.name}: entry {number}"
        try:
            with damage(where, "an entry of a feed"):
                article = _parse_entry(entry, outlet)
        except ArticleError as error:
            yield error
            continue
        if context.options.follow and article.url:
            yield from follow(article, context)
        elif article.text:
            yield article
        else:
            yield ArticleError(f"{where}: no text; --follow fetches what it links to")


def follow(article: Article, context: Context) -> Iterator[Article | ArticleError]:
    """The article with the text of the page at its address, or why there is none; what it knows stays."""
    try:
        page = context.fetcher.fetch(article.url, limits.MAX_PAGE)
        if page.content_type not in _PAGES:
            raise ArticleError(f"{page.url}: {page.content_type[:60]!r} is no HTML page")
        found = parse_page(page.body, page.url, url=page.url, charset=page.charset)
    except ArticleError as error:
        yield error
        return
    yield replace(
        article,
        text=found.text,
        title=article.title or found.title,
        date=article.date or found.date,
        source=article.source or found.source,
    )


def _parse_entry(entry: Any, outlet: str) -> Article:
    content = max(entry.get("content") or [{}], key=lambda part: len(part.get("value") or ""))
    text = _text(content) or _text(entry.get("summary_detail") or {"value": entry.get("summary")})
    title = " ".join(_text(entry.get("title_detail") or {"value": entry.get("title")}).split())
    url = (entry.get("link") or "").strip()
    if url == entry.get("id") and not host(url):
        url = ""  # feedparser takes the id for a link where there is none
    origin = entry.get("source")
    named = _line(origin.get("title")) if origin else ""
    updated = entry["updated_parsed"] if "updated_parsed" in entry else None  # noqa: SIM401 - get() warns
    date = _date(entry.get("published_parsed") or updated)
    return build_article(text, title=title, url=url, date=date, source=named or host(url) or outlet)


def _text(part: Any) -> str:
    """What a part of an entry says: plain text where its type says so and it looks like that."""
    value = part.get("value") or ""
    plain = part.get("type") == "text/plain" and not is_markup(value)
    return tidy(value) if plain else fragment_text(value)


def _line(value: Any) -> str:
    return " ".join(fragment_text(value).split()) if isinstance(value, str) else ""


def _date(value: Any) -> dt.date | None:
    return parse_date(f"{value.tm_year:04}-{value.tm_mon:02}-{value.tm_mday:02}") if value else None
