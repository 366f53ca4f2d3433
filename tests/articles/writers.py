"""Programs that are not ours, and how each writes the articles of ``written``.

Each is a function from a path, of a file to write or of an empty folder, to what ``read_articles`` is to
read.  Those that have to run meanwhile, a server or a pipe, are generators and end when the reader has done.
"""

import html
import http.server
import io
import json
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import asdict
from functools import cache, partial
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from export.clients import need
from written import ARTICLES

from crisismap.model import Article

FIELDS = ("id", "title", "url", "date", "source", "text")


def records() -> list[dict[str, Any]]:
    """The articles as values, None for what is not known."""
    return [{field: asdict(article)[field] or None for field in FIELDS} for article in ARTICLES]


def plain() -> list[dict[str, Any]]:
    """The same with dates as text."""
    return [{**row, "date": row["date"] and row["date"].isoformat()} for row in records()]


def run(program: str, *arguments: str | Path) -> bytes:
    done = subprocess.run([need(program), *arguments], capture_output=True, timeout=60, check=True)
    assert not done.stderr, done.stderr
    return done.stdout


# --- DuckDB, pandas, PyArrow, SQLite ---


def duckdb(path: Path, options: str) -> Path:
    import duckdb

    with duckdb.connect() as database:
        database.execute("CREATE TABLE a (id TEXT, title TEXT, url TEXT, date DATE, source TEXT, text TEXT)")
        database.executemany(
            "INSERT INTO a VALUES (?, ?, ?, ?, ?, ?)", [[*row.values()] for row in records()]
        )
        database.execute(f"COPY a TO '{path}' ({options})")
    return path


def pandas(path: Path, **options: Any) -> Path:
    import pandas

    frame = pandas.DataFrame(records())
    frame["date"] = pandas.to_datetime(frame["date"])
    write = {"csv": "to_csv", "tsv": "to_csv", "parquet": "to_parquet"}.get(path.suffix[1:], "to_json")
    getattr(frame, write)(path, **options)
    return path


def pyarrow(path: Path) -> Path:
    import pyarrow
    from pyarrow import parquet

    table = pyarrow.Table.from_pylist(records())
    sources = table.column("source").dictionary_encode()
    table = table.set_column(table.schema.get_field_index("source"), "source", sources)
    parquet.write_table(table, path, row_group_size=5, compression="zstd")
    return path


def sqlite(path: Path) -> Path:
    file = path.with_suffix(".db")
    with closing(sqlite3.connect(file)) as database:
        database.execute(f"CREATE TABLE a ({', '.join(FIELDS)})")
        values = [[*row.values()] for row in plain()]
        database.executemany("INSERT INTO a VALUES (?, ?, ?, ?, ?, ?)", values)
        database.commit()
    path.write_bytes(run("sqlite3", "-csv", "-header", file, "SELECT * FROM a"))
    return path


# --- GDAL ---


def gdal(path: Path, rows: list[dict[str, Any]], *options: str) -> Path:
    source = path.with_suffix(".geojson")
    features = [{"type": "Feature", "geometry": None, "properties": row} for row in rows]
    source.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    run("ogr2ogr", *options, path, source)
    return path


def gdal_table(path: Path, separator: str) -> Path:
    return gdal(path, plain(), "-f", "CSV", "-lco", f"SEPARATOR={separator}")


def gdal_rss(path: Path) -> Path:
    rows = [
        {
            "title": html.escape(article.title),
            "link": article.url or None,
            "description": paragraphs(article),
            "pubDate": article.date and f"{article.date}T10:00:00Z",
            "guid": article.id,
            "source": article.source,
        }
        for article in ARTICLES
    ]
    return gdal(path, rows, "-f", "GeoRSS", "-dsco", "USE_EXTENSIONS=YES")


def gdal_atom(path: Path) -> Path:
    rows = [
        {
            "title": article.title,
            "link_href": article.url or None,
            "content": paragraphs(article),
            "content_type": "html",
            "published": article.date and f"{article.date}T10:00:00Z",
            "id": article.id,
        }
        for article in ARTICLES
    ]
    options = ("-dsco", "FORMAT=ATOM", "-dsco", "TITLE=Example News", "-dsco", "USE_EXTENSIONS=YES")
    return gdal(path, rows, "-f", "GeoRSS", *options)


# --- jq, iconv, gzip, zstd, zip ---


TEXT = r'[(.title // "" | gsub("\\s+"; " ")), .date // "", .url // "", .text] | join("\n")'
MARKDOWN = r"""(
"---\ntitle: \(.title // "" | gsub("\\s+"; " "))\ndate: \(.date // "")\n"
+ "url: \(.url // "")\nsource: \(.source)\n---\n"
+ (.text | gsub("(?<mark>[!-/:-@\\[-`{-~])"; "\\\(.mark)") | gsub("[\r\n]+"; "\n\n")))
"""


def jq(path: Path, *options: str) -> Path:
    source = path.with_suffix(".source")
    source.write_text(json.dumps(plain()), "utf-8")
    path.write_bytes(run("jq", *options, source))
    return path


def jq_each(folder: Path, suffix: str, program: str) -> Path:
    """A file an article; jq writes them one after the other, with a mark between."""
    whole = jq(folder / "whole", "-j", f'.[] | {program}, "\\u001e"')
    for article, data in zip(ARTICLES, whole.read_bytes().split(b"\x1e"), strict=False):
        (folder / f"{article.id}{suffix}").write_bytes(data)
    return folder


def iconv(path: Path) -> Path:
    pandas(path, index=False, sep="\t")
    path.write_bytes(run("iconv", "-f", "UTF-8", "-t", "UTF-16", path))
    return path


def packed(path: Path, program: str, *options: str) -> Path:
    run(program, *options, jq(path.with_suffix(""), "-c", ".[]"))
    return path


ZIP = ("zip", "-q", "-j", "-r")


def zipped(path: Path) -> Path:
    run(*ZIP, path, jq_each(path.parent, ".txt", TEXT), "-i", "*.txt")
    return path


@contextmanager
def standard_input(program: str, *arguments: str | Path) -> Iterator[str]:
    """A program's output, as it comes."""
    with subprocess.Popen([need(program), *arguments], stdout=subprocess.PIPE) as process:
        assert process.stdout
        with patch.object(sys, "stdin", io.TextIOWrapper(process.stdout)):
            yield "-"
    assert process.returncode == 0


def jq_pipe(folder: Path) -> Iterator[str]:
    source = folder / "source"
    source.write_text(json.dumps(plain()), "utf-8")
    with standard_input("jq", "-c", ".[]", source) as name:
        yield name


def zip_pipe(folder: Path) -> Iterator[str]:
    with standard_input(*ZIP, "-", jq_each(folder, ".txt", TEXT), "-i", "*.txt") as name:
        yield name


# --- pages ---


def paragraphs(article: Article) -> str:
    return "".join(f"<p>{html.escape(line)}</p>\n" for line in re.split(r"[\r\n]+", article.text))


def page(article: Article) -> str:
    """The article on a page of an outlet, as a server sends it."""
    title = html.escape(article.title)
    head = [f"<title>{title} - Example News</title>" if title else "<title></title>"]
    if title:
        head.append(f'<meta property="og:title" content="{title}">')
    if article.date:
        head.append(f'<meta property="article:published_time" content="{article.date}T10:00:00+02:00">')
    if article.url:
        head.append(f'<link rel="canonical" href="{html.escape(article.url)}">')
    head.append(f'<meta property="og:site_name" content="{html.escape(article.source)}">')
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">{"".join(head)}
<style>@media print {{ nav, aside, footer {{ display: none }} }}</style></head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/paris">Paris</a></li></ul></nav>
<main><article>{f"<h1>{title}</h1>" if title else ""}
{paragraphs(article)}</article></main>
<aside><p><b>Read more</b></p><ul><li><a href="/weather">Rain in Madrid</a></li></ul></aside>
<footer><p>© Example News, 1 Main Street, London. <a href="/terms">Terms</a></p></footer></body></html>
"""


def chromium(folder: Path, suffix: str) -> Path:
    for name, data in chromium_files()[suffix].items():
        (folder / f"{name}{suffix}").write_bytes(data)
    return folder


@cache
def chromium_files() -> dict[str, dict[str, bytes]]:
    """Each page as a browser writes it that a script has put it into: as HTML, as XHTML, and printed."""
    program = need("chromium")
    # In a thread of its own: Playwright runs once in each, and the tests of the map keep theirs open.
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(_drive, program).result()


def _drive(program: str) -> dict[str, dict[str, bytes]]:
    from playwright.sync_api import sync_playwright

    found: dict[str, dict[str, bytes]] = {".html": {}, ".xhtml": {}, ".pdf": {}}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        shown = browser.new_page()
        for article in ARTICLES:
            shown.set_content(page(article))
            xhtml = shown.evaluate("new XMLSerializer().serializeToString(document)")
            found[".html"][article.id] = shown.content().encode()
            found[".xhtml"][article.id] = xhtml.encode()
            found[".pdf"][article.id] = shown.pdf()
        browser.close()
    return found


# --- servers and web archives ---


ADDRESSES = tuple(
    (article.url or "https://www.example.org/2022/02/nowhere.html").replace("https:", "http:")
    for article in ARTICLES
)


class Handler(http.server.SimpleHTTPRequestHandler):
    """A server of files, which also answers as a proxy."""

    def translate_path(self, path: str) -> str:
        return super().translate_path(urlsplit(path).path)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@contextmanager
def serve(folder: Path) -> Iterator[int]:
    """The pages of all articles, and whatever else lies in the folder; the port."""
    for article, address in zip(ARTICLES, ADDRESSES, strict=True):
        path = folder / urlsplit(address).path[1:]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(article), "utf-8", newline="")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        try:
            yield server.server_port
        finally:
            server.shutdown()


def web_pages(folder: Path) -> Iterator[str]:
    with serve(folder) as port:
        for address in ADDRESSES:
            yield address.replace("example.org", f"example.org:{port}")


def web_table(folder: Path) -> Iterator[str]:
    pandas(folder / "articles.csv", index=False)
    with serve(folder) as port:
        yield f"http://www.example.org:{port}/articles.csv"


def wget(path: Path) -> Path:
    options = "--no-config -nv --tries=1 --no-http-keep-alive -O /dev/null -e use_proxy=on -e no_proxy="
    addresses = path.with_suffix(".addresses")
    addresses.write_text("\n".join(ADDRESSES))
    with serve(path.parent) as port:
        command = [need("wget"), *options.split(), "-e", f"http_proxy=http://127.0.0.1:{port}"]
        command += ["-i", str(addresses), f"--warc-file={path}".removesuffix(".warc.gz")]
        subprocess.run(command, capture_output=True, timeout=60, check=True)
    return path


def warcio(path: Path) -> Path:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=False)
        for article, address in zip(ARTICLES, ADDRESSES, strict=True):
            headers = [("Content-Type", "text/html; charset=utf-8")]
            answer = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
            body = io.BytesIO(page(article).encode())
            writer.write_record(
                writer.create_warc_record(address, "response", payload=body, http_headers=answer)
            )
    return path
