"""What programs write that are not ours, read: every article, and of each what its file can hold.

The table in docs/formats.md is what these tests find; after a change, run them with
CRISISMAP_WRITE_DOCS=1 and commit the page.
"""

import datetime as dt
import html
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import writers
from export.clients import check_documented
from written import ARTICLES

from crisismap.articles import Fetcher, ReadOptions, read_articles
from crisismap.articles.fields import content_id, host
from crisismap.model import Article

PAGE = Path(__file__).parents[2] / "docs" / "formats.md"


# --- what a kind of file can hold of an article ---


def squeeze(text: str) -> str:
    return " ".join(text.split())


def paragraphs(text: str) -> str:
    return "\n".join(filter(None, map(squeeze, re.split(r"[\r\n]+", text))))


def json(article: Article) -> Article:
    return article


def table(article: Article) -> Article:
    return replace(article, title=squeeze(article.title))


def text(article: Article) -> Article:
    """Of the outlet only what the address says."""
    lines = re.sub(r"\r\n?", "\n", article.text)
    return replace(article, title=squeeze(article.title), text=lines, source=host(article.url))


def markdown(article: Article) -> Article:
    return replace(article, title=squeeze(article.title), text=paragraphs(article.text))


def feed(article: Article) -> Article:
    return replace(markdown(article), id="")


def atom(article: Article) -> Article:
    """GDAL dates all entries that have no date; its way to name an outlet is none that Atom has."""
    date = article.date or dt.date(2009, 1, 1)
    return replace(feed(article), date=date, source=host(article.url) or "Example News")


def page(article: Article) -> Article:
    """trafilatura takes the heading for text, entities off twice, and characters away that show nothing."""
    shown = html.unescape(re.sub("[\u200b\u200d\ufeff]", "", f"{squeeze(article.title)}\n{article.text}"))
    return replace(
        article,
        title=squeeze(article.title),
        text=paragraphs(shown),
        source=host(article.url) or article.source,
    )


def address(article: Article) -> Article:
    """A page of which it is known where it was."""
    (url,) = (url for url in writers.ADDRESSES if f"/{article.id}." in url)
    return replace(page(article), id="", url=url, source="example.org")


def printed(article: Article) -> Article:
    title = f"{squeeze(article.title)} - Example News" if article.title else ""
    return Article(article.id, words(f"{article.title} {article.text}"), title)


def words(text: str) -> str:
    """The words in their order, of the scripts that the fonts of every machine have."""
    return " ".join(re.findall(r"[^\W\u1100-\U0010ffff]+", unicodedata.normalize("NFC", text)))


KEPT = {
    json: "everything",
    table: "everything; a title is one line",
    text: "id, title, URL, date, text; a line ends with `\\n`",
    markdown: "id, title, URL, date, source, paragraphs",
    feed: "title, URL, date, source, paragraphs",
    atom: "title, URL, date, paragraphs",
    page: "id, title, URL, date, paragraphs",
    address: "title, address, date, paragraphs",
    printed: "id, title, words",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table."""

    read: str
    program: str
    kept: Callable[[Article], Article]
    write: Callable[[Path], Path | Iterable[str]]
    """From an empty folder to what is to be read."""


DUCKDB, PANDAS, GDAL, CHROMIUM, JQ = "DuckDB", "pandas", "GDAL (`ogr2ogr`)", "Chromium", "jq"
ZIP, SERVER = "jq, Info-ZIP (`zip`)", "Python (`http.server`)"
RECORDS = {"orient": "records", "date_format": "iso"}
SHEET = {"index": False, "sep": ";", "lineterminator": "\r\n", "encoding": "utf-8-sig"}
W = writers
ROWS = (
    Row("`.txt`", JQ, text, lambda at: W.jq_each(at, ".txt", W.TEXT)),
    Row("`.html`", CHROMIUM, page, lambda at: W.chromium(at, ".html")),
    Row("`.xhtml`", CHROMIUM, page, lambda at: W.chromium(at, ".xhtml")),
    Row("`.md`", JQ, markdown, lambda at: W.jq_each(at, ".md", W.MARKDOWN)),
    Row("`.pdf`", CHROMIUM, printed, lambda at: W.chromium(at, ".pdf")),
    Row("`.jsonl`", DUCKDB, json, lambda at: W.duckdb(at / "a.jsonl", "FORMAT json")),
    Row("`.jsonl`", PANDAS, json, lambda at: W.pandas(at / "a.jsonl", lines=True, **RECORDS)),
    Row("`.jsonl`", JQ, json, lambda at: W.jq(at / "a.jsonl", "-c", ".[]")),
    Row("`.json`, an array", DUCKDB, json, lambda at: W.duckdb(at / "a.json", "FORMAT json, ARRAY true")),
    Row("`.json`, an array", PANDAS, json, lambda at: W.pandas(at / "a.json", **RECORDS)),
    Row("`.json`, an array", JQ, json, lambda at: W.jq(at / "a.json", ".")),
    Row("`.json`, objects", JQ, json, lambda at: W.jq(at / "a.json", ".[]")),
    Row("`.csv`", DUCKDB, table, lambda at: W.duckdb(at / "a.csv", "FORMAT csv, HEADER")),
    Row("`.csv`", PANDAS, table, lambda at: W.pandas(at / "a.csv", index=False)),
    Row("`.csv`", GDAL, table, lambda at: W.gdal_table(at / "a.csv", "COMMA")),
    Row("`.csv`", "SQLite (`sqlite3`)", table, lambda at: W.sqlite(at / "a.csv")),
    Row("`.csv` with `;` and a byte order mark", PANDAS, table, lambda at: W.pandas(at / "a.csv", **SHEET)),
    Row("`.tsv`", DUCKDB, table, lambda at: W.duckdb(at / "a.tsv", r"FORMAT csv, HEADER, DELIMITER '\t'")),
    Row("`.tsv`", PANDAS, table, lambda at: W.pandas(at / "a.tsv", index=False, sep="\t")),
    Row("`.tsv`", GDAL, table, lambda at: W.gdal_table(at / "a.tsv", "TAB")),
    Row("`.tsv` in UTF-16", "pandas, iconv", table, lambda at: W.iconv(at / "a.tsv")),
    Row("`.parquet`", DUCKDB, table, lambda at: W.duckdb(at / "a.parquet", "FORMAT parquet")),
    Row("`.parquet`", PANDAS, table, lambda at: W.pandas(at / "a.parquet")),
    Row("`.parquet`", "PyArrow", table, lambda at: W.pyarrow(at / "a.parquet")),
    Row("`.rss`", GDAL, feed, lambda at: W.gdal_rss(at / "a.rss")),
    Row("`.atom`", GDAL, atom, lambda at: W.gdal_atom(at / "a.atom")),
    Row("`.warc.gz`", "Wget", address, lambda at: W.wget(at / "a.warc.gz")),
    Row("`.warc`", "warcio", address, lambda at: W.warcio(at / "a.warc")),
    Row("`.jsonl.gz`", "jq, gzip", json, lambda at: W.packed(at / "a.jsonl.gz", "gzip")),
    Row("`.jsonl.zst`", "jq, zstd", json, lambda at: W.packed(at / "a.jsonl.zst", "zstd", "-q", "--long")),
    Row("`.zip` of `.txt`", ZIP, text, lambda at: W.zipped(at / "a.zip")),
    Row("`http://`, pages", SERVER, address, W.web_pages),
    Row("`http://`, a table", SERVER, table, W.web_table),
    Row("`-`, JSON Lines", JQ, json, W.jq_pipe),
    Row("`-`, a zip archive", ZIP, text, W.zip_pipe),
)

Reading = Callable[[Row], list[Article]]


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    """Reads what a program wrote; each row once."""
    options = ReadOptions(private_addresses=True)
    known: dict[Row, list[Article]] = {}

    def read(row: Row) -> list[Article]:
        if row not in known:
            fetcher = Fetcher(True, resolver=lambda *_: ["127.0.0.1"], wait=lambda _: None)
            written = row.write(tmp_path_factory.mktemp("written"))
            known[row] = list(read_articles(written, options=options, fetcher=fetcher))
        return known[row]

    return read


def as_found(row: Row, article: Article) -> Article:
    """What is compared of an article: of a PDF the words, of an address not the port of a test's server."""
    if row.kept is printed:
        return replace(article, text=words(article.text))
    url = re.sub(r"(?<=example\.org):\d+", "", article.url)
    identity = article.id if url == article.url else content_id(article.title, url, article.text)
    return replace(article, id=identity, url=url)


def as_expected(row: Row, article: Article) -> Article:
    kept = row.kept(article)
    return replace(kept, id=kept.id or content_id(kept.title, kept.url, kept.text))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.read} {row.program}")
def test_every_article_is_read_as_it_was(reading: Reading, row: Row) -> None:
    for article, original in zip(reading(row), ARTICLES, strict=True):
        assert as_found(row, article) == as_expected(row, original)


def table_of_programs(reading: Reading) -> str:
    lines = ["| read | written by | articles read | what is the same |", "|---|---|---|---|"]
    for row in ROWS:
        expected = [as_expected(row, original) for original in ARTICLES]
        same = sum(as_found(row, article) in expected for article in reading(row))
        lines.append(f"| {row.read} | {row.program} | {same} of {len(ARTICLES)} | {KEPT[row.kept]} |")
    return "\n".join(lines)


def test_the_documented_table_is_what_was_found(reading: Reading) -> None:
    check_documented(PAGE, "tests/articles/test_written_elsewhere.py", table_of_programs(reading))
