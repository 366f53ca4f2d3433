"""WARC, what web archives and crawlers write, -> the Articles of the pages in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crisismap.articles import limits
from crisismap.articles.html import parse_page
from crisismap.articles.quiet import hush
from crisismap.articles.source import Source, damage
from crisismap.errors import ArticleError, MissingDependencyError
from crisismap.model import Article

__all__ = ["read_warc"]

_TYPES = ("text/html", "application/xhtml+xml")
_CHUNK = 2**16


def read_warc(source: Source) -> Iterator[Article | ArticleError]:
    """The article of each HTML page that a server answered with.

    Raises:
        ArticleError: the file is damaged.
        MissingDependencyError: warcio is not installed.
    """
    try:
        from warcio.archiveiterator import ArchiveIterator
    except ImportError:
        raise MissingDependencyError(
            f"{source.name}: reading WARC takes warcio; pip install 'crisismap[warc]'"
        ) from None
    hush("warcio")
    with damage(source.name, "WARC"):
        records = iter(ArchiveIterator(source.stream))
    number = 0
    some = False
    while True:
        with damage(source.name, "WARC"):
            record = next(records, None)
        if record is None:
            break
        number += 1
        where = f"{source.name}: record {number}"
        try:
            with damage(where, "a WARC record"):
                found = _page(record, where)
            if found is not None:
                some = True
                url, charset, data = found
                yield parse_page(data, where, url=url, charset=charset)
        except ArticleError as error:
            some = True
            yield error
    if not some:
        yield ArticleError(f"{source.name}: no HTML page in this WARC file")


def _page(record: Any, where: str) -> tuple[str, str, bytes] | None:
    """The address, the encoding and the content of an answer that is a page; None for any other record."""
    if record.rec_type != "response" or record.http_headers is None:
        return None
    kind = (record.http_headers.get_header("Content-Type") or "").lower()
    if not kind.startswith(_TYPES) or record.http_headers.get_statuscode() != "200":
        return None
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    stream = record.content_stream()
    data = bytearray()
    while chunk := stream.read(_CHUNK):
        data += chunk
        if len(data) > limits.MAX_PAGE:
            raise ArticleError(f"{where}: a page larger than {limits.megabytes(limits.MAX_PAGE)}")
    charset = kind.partition("charset=")[2].partition(";")[0].strip(" \"'")
    return url.strip("<>"), charset, bytes(data)
