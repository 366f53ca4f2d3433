"""Throws bytes at every reader; whatever comes, each gives articles or ArticleErrors of one line.

    nice -n 15 python tests/fuzz/fuzz_readers.py CORPUS_FOLDER -max_total_time=600 -max_len=20000 \
        -timeout=20 -rss_limit_mb=2500
    nice -n 15 python tests/fuzz/fuzz_readers.py CORPUS_FOLDER --only .csv -max_total_time=600

needs atheris (extra ``dev``).  The first byte chooses the extension, the rest is the file; with ``--only`` all of
it is a file of that extension.  An empty corpus folder is filled with one small file of each format first.
"""

# ruff: noqa: E501 - the samples are files as they are

import argparse
import gzip
import io
import sys
import zipfile
from pathlib import Path

SUFFIXES = (
    *("", ".txt", ".jsonl", ".json", ".csv", ".tsv", ".parquet", ".html", ".xml", ".md", ".pdf", ".warc"),
    *(".gz", ".zst", ".zip"),
)

_PAGE = """<!doctype html><html><head><title>Kyiv</title><link rel=canonical href="https://example.org/a">
<meta property="article:published_time" content="2022-02-04"></head><body><article><h1>Kyiv shelled</h1>
<p>Shells hit the outskirts of Kyiv in the early hours of Friday, the mayor said, and houses burned.</p>
<table><tr><td>Lviv<td>2</table></article></body></html>"""


def _pdf() -> bytes:
    import pypdf
    from pypdf.generic import DecodedStreamObject, NameObject

    writer = pypdf.PdfWriter()
    content = DecodedStreamObject()
    content.set_data(b"BT /F1 12 Tf 72 712 Td (Shells hit Kyiv.) Tj ET")
    writer.add_blank_page(99, 99)[NameObject("/Contents")] = writer._add_object(content.flate_encode())
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def samples() -> dict[str, bytes]:
    """One small file of each format."""
    import pyarrow as pa
    import zstandard
    from pyarrow import parquet

    table = io.BytesIO()
    parquet.write_table(pa.table({"text": ["Kyiv", "Lviv"], "date": ["2022-02-04", None]}), table)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as members:
        members.writestr("../a.html", _PAGE)
        members.writestr("b.jsonl.gz", gzip.compress(b'{"text": "Kyiv"}\n', mtime=0))
    answer = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{_PAGE}"
    return {
        ".txt": b"Kyiv shelled\n20220204\nhttps://example.org/a\nShells hit Kyiv.",
        ".jsonl": b'{"text": "Kyiv", "toponyms": [{"start": 0, "end": 4}]}\n{"body": "x", "date": "2022"}\n',
        ".json": b'[{"text": "Kyiv"}, {"text": "Lviv", "title": "a\\ud800"}]',
        ".csv": b'title,body,published,link\n"a, b","Kyiv\nfell",Fri 4 Feb 2022 10:00,https://example.org\n',
        ".tsv": b"text\tdate\nKyiv\t20220204101010\n",
        ".parquet": table.getvalue(),
        ".html": _PAGE.encode(),
        ".xml": b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "b">]><rss version="2.0"><channel><title>T</title>
<item><title>Fire &a;</title><link>https://example.org/1</link><pubDate>Fri, 04 Feb 2022 10:00:00 GMT</pubDate>
<description>&lt;p&gt;Fire in Odesa&lt;/p&gt;</description></item></channel></rss>""",
        ".md": b"---\ntitle: 'a'\ndate: 2022-02-04\n---\n# Kyiv\n\n*Shells* [hit](http://a)\n\n| a | b |\n|---|---|\n",
        ".pdf": _pdf(),
        ".warc": (
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/a\r\n"
            "WARC-Date: 2022-02-04T10:00:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
            "Content-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(answer)}\r\n\r\n{answer}\r\n\r\n"
        ).encode(),
        ".gz": gzip.compress(b'{"text": "Kyiv"}\n{"text": "Lviv"}\n', mtime=0),
        ".zst": zstandard.compress(b'{"text": "Kyiv"}\n'),
        ".zip": archive.getvalue(),
    }


def read_bytes(data: bytes, suffix: str) -> None:
    """Read ``data`` as a file of this extension and check what comes of it."""
    from crisismap.articles import Fetcher, ReadOptions
    from crisismap.articles.formats import read_source
    from crisismap.articles.source import Context, Source
    from crisismap.errors import ArticleError

    stream = io.BufferedReader(io.BytesIO(data))
    context = Context(ReadOptions(), Fetcher())
    for found in read_source(Source(stream, f"fuzz{suffix}", stem="fuzz", suffix=suffix), context):
        if isinstance(found, ArticleError):
            message = str(found)
            assert message.splitlines() == [message], message
            assert len(message) < 1000, message
        else:
            assert found.text.strip()
            for value in (found.id, found.text, found.title, found.url, found.source):
                value.encode()
                assert "\0" not in value
            assert found.id


def main() -> None:
    """Run until the time that the arguments give is over."""
    import atheris

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--only", choices=SUFFIXES, metavar="SUFFIX", help=f"one of {', '.join(SUFFIXES[1:])}"
    )
    options, rest = parser.parse_known_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    if not any(options.folder.iterdir()):
        for suffix, data in samples().items():
            if options.only in (None, suffix):
                choice = b"" if options.only else bytes([SUFFIXES.index(suffix)])
                (options.folder / suffix[1:]).write_bytes(choice + data)
    with atheris.instrument_imports(
        include=["crisismap.articles", "feedparser", "pypdf", "trafilatura", "warcio"]
    ):
        import feedparser  # noqa: F401
        import pypdf  # noqa: F401
        import trafilatura  # noqa: F401
        import warcio.archiveiterator  # noqa: F401

        import crisismap.articles.feeds
        import crisismap.articles.pdf
        import crisismap.articles.warc  # noqa: F401

    def one(data: bytes) -> None:
        if options.only is not None:
            read_bytes(data, options.only)
        elif data:
            read_bytes(data[1:], SUFFIXES[data[0] % len(SUFFIXES)])

    atheris.Setup([sys.argv[0], str(options.folder), *rest], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
