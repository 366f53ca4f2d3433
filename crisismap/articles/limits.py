"""The most that reading takes in: each bound keeps a hostile or mistaken file from filling the machine."""

from __future__ import annotations

__all__ = [
    "MAX_ARTICLE",
    "MAX_DEPTH",
    "MAX_DIRECTORY",
    "MAX_FEED",
    "MAX_MEMBERS",
    "MAX_PAGE",
    "MAX_PDF",
    "MAX_PDF_PAGES",
    "MAX_RATIO",
    "MAX_REDIRECTS",
    "MAX_ROBOTS",
    "MAX_SPOOL",
    "MAX_TAGS",
    "MAX_WINDOW",
    "RATIO_FREE",
    "megabytes",
]

MAX_ARTICLE = 50_000_000
"""Bytes of a text, characters of a JSON line or of a table's row.  A file far beyond any news article is a
mistake, and one line that says so beats a machine out of memory."""

MAX_PAGE = 10_000_000
"""Bytes of an HTML page or a Markdown file; its tree takes some twenty times that."""

MAX_TAGS = 50_000
"""Tags of a page in which the article is searched for, which takes up to ten seconds then; the whole text of
others is read.  Long news pages have some 5,000."""

MAX_FEED = 20_000_000
"""Bytes of an RSS or Atom feed, which is parsed whole."""

MAX_PDF = 100_000_000
"""Bytes of a PDF, which is held whole."""

MAX_PDF_PAGES = 2_000

MAX_DEPTH = 2
"""Archives around a file: ``pages.zip`` may hold ``page.html.gz``, and that may hold no further archive."""

MAX_RATIO = 200
"""Unpacked bytes for one packed byte.  News text packs 3 to 10 times, repetitive tables up to 100 times."""

RATIO_FREE = 20_000_000
"""Unpacked bytes that count for no ratio."""

MAX_MEMBERS = 100_000
"""Files in one zip archive."""

MAX_DIRECTORY = 20_000_000
"""Bytes of a zip archive's table of contents, which is held whole."""

MAX_SPOOL = 2_000_000_000
"""Bytes of a file that has to lie on disk to be read (a zip archive or Parquet file from a pipe)."""

MAX_WINDOW = 128 * 2**20
"""Bytes of memory that unpacking a .zst file may take."""

MAX_REDIRECTS = 5

MAX_ROBOTS = 500 * 1024
"""Bytes of a robots.txt that count, as RFC 9309 asks for at least."""


def megabytes(size: int) -> str:
    """A bound as messages name it.

    >>> megabytes(MAX_ARTICLE)
    '50 MB'
    """
    return f"{size // 1_000_000} MB"
