"""HTML -> the text that a reader of it sees, a line for each paragraph."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crisismap.articles.fields import clean

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["fragment_text", "is_markup", "tidy"]

_HIDDEN = frozenset({"script", "style", "template", "noscript", "head", "title", "iframe", "object", "svg"})
_INLINE = frozenset(
    (
        *(
            "a",
            "abbr",
            "acronym",
            "b",
            "bdi",
            "bdo",
            "big",
            "cite",
            "code",
            "data",
            "del",
            "dfn",
            "em",
            "font",
        ),
        *("i", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub"),
        *("sup", "time", "tt", "u", "var", "wbr"),
    )
)
_MARKUP = re.compile(r"</p>|<br ?/?>|</div>", re.IGNORECASE)
_SPACE = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")


def fragment_text(markup: str) -> str:
    r"""The text of a piece of HTML; "" where there is none.

    >>> fragment_text("<p>Shells hit <b>Kyiv</b>.<p>Lviv &amp; Odesa<br>were quiet.<script>x</script>")
    'Shells hit Kyiv.\nLviv & Odesa\nwere quiet.'
    """
    from lxml import etree, html

    markup = clean(markup)
    if "<" not in markup and "&" not in markup:
        return tidy(markup)
    try:
        # The declaration keeps lxml from refusing text that brings one of its own.
        root = html.document_fromstring(markup.encode(), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ""
    return tidy("".join(_pieces(root)))


def _pieces(root: HtmlElement) -> list[str]:
    """All text in order, with a line end at each edge of a block; no recursion, however deep it nests."""
    pieces: list[str] = []
    # An element to be opened, or the text that stands behind one.
    waiting: list[HtmlElement | str] = [root]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            pieces.append(item)
            continue
        tag = item.tag if isinstance(item.tag, str) else ""
        edge = "" if tag in _INLINE or not tag else "\n"
        if item.tail and item is not root:
            waiting.append(_SPACE.sub(" ", item.tail.replace("\n", " ")))
        if not tag or tag in _HIDDEN:
            continue
        pieces.append(edge)
        if item.text:
            text = item.text if tag == "pre" else item.text.replace("\n", " ")
            pieces.append(text)
        waiting.append(edge)
        waiting.extend(reversed(item))
    return pieces


def is_markup(text: str) -> bool:
    """Whether a text that is not said to be HTML is a piece of a web page.

    >>> is_markup("<p>Shells hit Kyiv.</p>"), is_markup("<Kyiv> & <Lviv>")
    (True, False)
    """
    return _MARKUP.search(text) is not None


def tidy(text: str) -> str:
    """``text`` with single spaces, and one line end between paragraphs."""
    text = _SPACE.sub(" ", clean(text).replace("\r\n", "\n").replace("\r", "\n"))
    return _LINES.sub("\n", text).strip()
