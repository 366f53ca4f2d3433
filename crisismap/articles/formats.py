"""An open file -> the reader of its format, told by how the file begins, then by its name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crisismap.articles import limits
from crisismap.articles.fields import id_from_stem
from crisismap.articles.source import Context, Source
from crisismap.errors import ArticleError, MissingDependencyError
from crisismap.model import Article

__all__ = ["SUFFIXES", "read_source"]

_HEAD = 4096
_MAGIC = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"%PDF-", "pdf"),
    (b"PAR1", "parquet"),
    (b"WARC/", "warc"),
)
_BY_SUFFIX = {
    ".txt": "text",
    ".text": "text",
    ".jsonl": "lines",
    ".ndjson": "lines",
    ".json": "values",
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".parquet": "parquet",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".xml": "feed",
    ".rss": "feed",
    ".atom": "feed",
    ".md": "markdown",
    ".markdown": "markdown",
    ".pdf": "pdf",
    ".warc": "warc",
    ".gz": "gzip",
    ".zst": "zstd",
    ".zip": "zip",
}
SUFFIXES = tuple(_BY_SUFFIX)
"""The extensions that are read in a folder."""

_BLANK = rb"(?:\xef\xbb\xbf)?\s*"
_FEED = re.compile(
    # Possessive, or a row of comments would be tried in every grouping.
    _BLANK + rb"(?>\s+|<\?[^>]*>|<!--.*?-->|<!doctype[^>\[]*(?:\[.*?\]\s*)?>)*+<(?:rss|feed|rdf:rdf)\b",
    re.IGNORECASE | re.DOTALL,
)
_HTML = re.compile(
    _BLANK + rb"(?>\s+|<\?[^>]*>|<!--.*?-->)*+<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML = re.compile(_BLANK + rb"<\?xml\b", re.IGNORECASE)
_OBJECT = re.compile(_BLANK + rb'\{\s*["}]')
_ARRAY = re.compile(_BLANK + rb'\[\s*(?:\{\s*"|\])')


def read_source(source: Source, context: Context) -> Iterator[Article | ArticleError]:
    """The articles of one open file, or what is wrong with it."""
    try:
        yield from _read(source, context)
    except ArticleError as error:
        yield error
    except MissingDependencyError as error:
        yield ArticleError(str(error))  # the files of other formats are read all the same
    except MemoryError:
        yield ArticleError(f"{source.name}: takes more memory than there is; read it in parts")


def _format_of(head: bytes, suffix: str) -> str:
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    named = _BY_SUFFIX.get(suffix, "")
    if named == "pdf" and b"%PDF-" in head[:1024]:
        return named  # junk before the first line is common enough
    if named not in ("lines", "values", "csv", "markdown"):
        if _FEED.match(head):
            return "feed"
        if _HTML.match(head):
            return "html"
    if named in ("text", "lines", "values", "csv", "html", "feed", "markdown"):
        return named
    if _OBJECT.match(head):
        return "lines"
    if _ARRAY.match(head):
        return "values"
    return "feed" if _XML.match(head) else "text"


def _read(source: Source, context: Context) -> Iterator[Article | ArticleError]:
    head = source.stream.peek(_HEAD)
    match _format_of(head, source.suffix):
        case "text":
            from crisismap.articles import decoding
            from crisismap.articles.text import parse_text

            data = source.read(limits.MAX_ARTICLE)
            yield parse_text(decoding.decode(data, source.name), source.name, id_from_stem(source.stem))
        case "lines":
            from crisismap.articles.lines import read_lines

            yield from read_lines(source.stream, source.name, head, context.options.columns)
        case "values":
            from crisismap.articles.lines import read_values

            yield from read_values(source, context)
        case "csv":
            from crisismap.articles.tables import read_csv

            yield from read_csv(source, context)
        case "parquet":
            from crisismap.articles.tables import read_parquet

            yield from read_parquet(source, context)
        case "html":
            from crisismap.articles.html import read_html

            yield read_html(source)
        case "feed":
            from crisismap.articles.feeds import read_feed

            yield from read_feed(source, context)
        case "markdown":
            from crisismap.articles.markdown import read_markdown

            yield read_markdown(source)
        case "pdf":
            from crisismap.articles.pdf import read_pdf

            yield read_pdf(source)
        case "warc":
            from crisismap.articles.warc import read_warc

            yield from read_warc(source)
        case "gzip":
            from crisismap.articles.archives import read_gzip

            yield from read_gzip(source, context, read_source)
        case "zstd":
            from crisismap.articles.archives import read_zstd

            yield from read_zstd(source, context, read_source)
        case "zip":
            from crisismap.articles.archives import read_zip

            yield from read_zip(source, context, read_source)
