"""Bytes of a file -> text, or one clear line that says why not."""

from __future__ import annotations

import logging
import re

from crisismap.articles import limits
from crisismap.errors import ArticleError

__all__ = ["decode", "unicode_encoding"]

_LOG = logging.getLogger(__name__)

_HEAD = 4096
_MAGIC = (
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"{\\rtf", "an RTF document"),
    (b"BZh91AY", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\0", "a SQLite database"),
)
_MARKUP = re.compile(rb"\s*<(!doctype|html|\?xml|rss|feed)\b", re.IGNORECASE)


def decode(data: bytes, name: str) -> str:
    """The text of a whole file; ``name`` is what messages call it.

    Raises:
        ArticleError: it is too large, or no text in an encoding that can be told for sure.
    """
    if len(data) > limits.MAX_ARTICLE:
        raise ArticleError(
            f"{name}: larger than {limits.megabytes(limits.MAX_ARTICLE)}, the most one article may hold"
        )
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise ArticleError(f"{name}: looks like {kind}; save its text as a .txt file")
    if data[257:262] == b"ustar":
        raise ArticleError(f"{name}: looks like a tar archive; unpack it and name the folder")
    if _MARKUP.match(data):
        raise ArticleError(f"{name}: looks like HTML or XML; name it .html, or save its text as a .txt file")
    encoding = unicode_encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding not in ("utf-8", "utf-8-sig"):
            raise ArticleError(
                f"{name}: damaged {encoding.upper()} text ({error.reason}); convert it to UTF-8"
            ) from None
        text = _decode_damaged(data, name)
    head = text[:_HEAD]
    controls = sum(c < " " and c not in "\t\n\r\f" for c in head)
    if "\0" in head or controls > 1 + len(head) // 50:
        raise ArticleError(f"{name}: holds binary data, not text; save the article as UTF-8 text")
    return text


def unicode_encoding(data: bytes) -> str:
    """The Unicode encoding that the first bytes of a file speak for; ``utf-8`` where none does."""
    marks = (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe\0\0", "utf-32"),
        (b"\0\0\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    )
    for mark, encoding in marks:
        if data.startswith(mark):
            return encoding
    # Without a mark, the zero half of spaces and Latin letters says which half comes first.
    head = data[:_HEAD]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if len(data) % 2 == 0 and max(even, odd) > len(head) // 50 and min(even, odd) <= max(even, odd) // 10:
        return "utf-16-le" if odd > even else "utf-16-be"
    return "utf-8"


def _decode_damaged(data: bytes, name: str) -> str:
    """Decode what is not Unicode: UTF-8 with a few bad bytes, or Windows Western; nothing else is guessed."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    if sum(c > "\x7f" for c in text) - bad > 3 * bad:
        _LOG.warning("%s: %d bytes are not UTF-8; each reads as U+FFFD", name, bad)
        return text
    text = data.decode("cp1252", "replace")
    letters = sum(c.isalpha() for c in text)
    foreign = sum(c > "\x7f" and c.isalpha() for c in text)
    if "\ufffd" in text or foreign * 5 > letters:
        raise ArticleError(f"{name}: not UTF-8, UTF-16 or Windows-1252 text; convert it to UTF-8")
    _LOG.info("%s: not UTF-8; read as Windows-1252", name)
    return text
