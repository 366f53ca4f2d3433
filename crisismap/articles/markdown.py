"""Markdown -> an Article: its text without the marks, and what its front matter says."""

from __future__ import annotations

import re

from crisismap.articles import decoding, limits
from crisismap.articles.fields import build_article, clean, id_from_stem, parse_loose_date
from crisismap.articles.markup import fragment_text
from crisismap.articles.source import Source, damage
from crisismap.errors import ArticleError
from crisismap.model import Article

__all__ = ["read_markdown"]

_FRONT = re.compile(r"---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_VALUE = re.compile(r"([A-Za-z_]+)[ \t]*:[ \t]*(.*)")
_HEADING = re.compile(r"#[ \t]+(\S.*)")


def read_markdown(source: Source) -> Article:
    """The article of one Markdown file.

    ``title``, ``date``, ``url`` (or ``link``) and ``source`` of its front matter are the article's; without
    a title there, a heading on top is it.

    Raises:
        ArticleError: it is too large, no text, or empty.
    """
    from markdown_it import MarkdownIt

    text = decoding.decode(source.read(limits.MAX_PAGE), source.name)
    text = clean(text.replace("\r\n", "\n").replace("\r", "\n"))
    values, body = _split_front(text)
    parser = MarkdownIt("commonmark").enable("table")
    if not values.get("title") and (heading := _HEADING.match(body.lstrip("\n"))):
        values["title"] = fragment_text(parser.renderInline(heading[1].rstrip("# \t")))
        body = body.lstrip("\n").partition("\n")[2]
    with damage(source.name, "Markdown"):
        body = fragment_text(parser.render(body))
    title = " ".join(values.get("title", "").split())
    if not body:
        raise ArticleError(f"{source.name}: {'a title and no text' if title else 'empty'}")
    url = values.get("url") or values.get("link") or ""
    return build_article(
        body,
        identity=id_from_stem(source.stem),
        title=title,
        url=url,
        date=parse_loose_date(values.get("date", "")),
        source=values.get("source", ""),
    )


def _split_front(text: str) -> tuple[dict[str, str], str]:
    """The plain values of YAML front matter, and what follows it."""
    match = _FRONT.match(text)
    if not match:
        return {}, text
    values = {}
    for line in match[1].split("\n"):
        if found := _VALUE.fullmatch(line.rstrip()):
            value = found[2].strip()
            if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
                value = value[1:-1]
            values[found[1].lower()] = value
    return values, text[match.end() :]
