"""CSV, TSV and Parquet."""

import csv
import datetime as dt
import gzip
import io
import json
import tracemalloc
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from crisismap.articles import ReadOptions, limits, read_articles
from crisismap.articles.fetching import Fetcher
from crisismap.articles.formats import read_source
from crisismap.articles.source import Context, Source
from crisismap.errors import ArticleError
from crisismap.model import Article


def read(path: Path, columns: Mapping[str, str] | None = None) -> tuple[list[Article], list[str]]:
    errors: list[ArticleError] = []
    options = ReadOptions(columns=columns or {})
    found = list(read_articles(path, on_error=errors.append, options=options))
    messages = [str(error) for error in errors]
    assert all(message.splitlines() == [message] for message in messages)
    return found, messages


def read_text(tmp_path: Path, content: str, **columns: str) -> tuple[list[Article], list[str]]:
    path = tmp_path / "t.csv"
    path.write_text(content, newline="")
    found, messages = read(path, columns)
    return found, [message.replace(str(path), "t.csv") for message in messages]


ARTICLE = Article(
    id="a1",
    text='Shells hit Kyiv, "again".\nLviv was quiet.',
    title="Kyiv shelled",
    url="https://www.example.org/a",
    date=dt.date(2022, 2, 4),
    source="AP",
)


@pytest.mark.parametrize(
    "names",
    [
        ("id", "text", "title", "url", "date", "source"),
        ("guid", "content", "headline", "link", "published", "outlet"),
        ("article_id", "body", "Title", "URL", "publish_date", "media_name"),
        ("stories_id", "article_text", "TITLE", "Article URL", "Pub Date", "Publisher"),
        ("ID", "Full Text", "Headline", "sourceurl", "published_at", "domain"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_usual_names(tmp_path: Path, names: tuple[str, ...], delimiter: str) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(["unused", *names])
    values = (ARTICLE.id, ARTICLE.text, ARTICLE.title, ARTICLE.url, "2022-02-04T10:00:00Z", ARTICLE.source)
    writer.writerow(["x", *values])
    assert read_text(tmp_path, file.getvalue()) == ([ARTICLE], [])


def test_columns_by_name(tmp_path: Path) -> None:
    text = "text,Story Text,When\nshort,Shells hit Kyiv.,4 Feb 2022\n"
    (article,), _ = read_text(tmp_path, text, text="story text", date="When")
    assert (article.text, article.date) == ("Shells hit Kyiv.", dt.date(2022, 2, 4))
    _, (message,) = read_text(tmp_path, text, text="Body")
    assert message == "t.csv: no column 'Body' for text; it has 'text', 'Story Text', 'When'"


def test_a_field_that_articles_lack() -> None:
    with pytest.raises(ArticleError, match="an article has no 'author'; it has text, title, url"):
        ReadOptions(columns={"author": "x"})


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2022-02-04", "2022-02-04"),
        ("2022-02-04 10:00:00+00:00", "2022-02-04"),
        ("20220204", "2022-02-04"),
        ("20220204103000", "2022-02-04"),
        ("Fri, 04 Feb 2022 10:00:00 +0000", "2022-02-04"),
        ("4 February 2022", "2022-02-04"),
        ("February 4, 2022", "2022-02-04"),
        ("Feb. 4, 2022", "2022-02-04"),
        ("2022/02/04", "2022-02-04"),
        ("04.02.2022", "2022-02-04"),
        ("02/04/2022", ""),
        ("yesterday", ""),
        ("1643932800", ""),
        ("2022-02-31", ""),
        ("Fri, 99 Feb 2022 10:00:00 +0000", ""),
    ],
)
def test_dates(tmp_path: Path, caplog: pytest.LogCaptureFixture, value: str, date: str) -> None:
    (article,), messages = read_text(tmp_path, f'text,date\nKyiv,"{value}"\n')
    assert (str(article.date or ""), messages) == (date, [])
    assert ("is no certain date" in caplog.text) == (not date)


def test_a_file_with_many_bad_dates_says_so_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    found, _ = read_text(tmp_path, "text,date\n" + "".join(f"Kyiv {n},02/04/2022\n" for n in range(9)))
    assert len(found) == 9
    assert caplog.text.count("is no certain date") == 1


def test_rows_that_hold_no_article(tmp_path: Path) -> None:
    found, messages = read_text(tmp_path, 'title,text\n\nOne,\nTwo,Kyiv\nThree,"a\nb"\nFour\n,,\n')
    assert [article.title for article in found] == ["Two", "Three"]
    assert messages == [
        "t.csv:3: no text; an article needs text",
        "t.csv:7: no text; an article needs text",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "t.csv: empty"),
        ("\n\n", "t.csv: empty"),
        ("a,b\n1,2\n", "t.csv: no column of text among 'a', 'b'; name it: --columns text=COLUMN"),
        ("a" * 500, f"t.csv: no column of text among '{'a' * 57}...'; name it: --columns text=COLUMN"),
        (
            ",".join("abcdefghijkl"),
            "t.csv: no column of text among 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', "
            "'j', ...; name it: --columns text=COLUMN",
        ),
        ("text\n\0\n", None),
        ("text," + "," * 20_000 + "\n", "t.csv: 20002 columns; the most is 10000"),
    ],
)
def test_what_is_no_table(tmp_path: Path, text: str, message: str | None) -> None:
    found, messages = read_text(tmp_path, text)
    assert messages == ([message] if message else [])
    assert [article.text for article in found] == ([] if message else ["\ufffd"])


def test_a_quotation_mark_left_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_ARTICLE", 200_000)
    found, (message,) = read_text(tmp_path, 'text\nKyiv\n"open\n' + "Lviv\n" * 100_000)
    assert [article.text for article in found] == ["Kyiv"]
    assert message.endswith("a row longer than 0 MB; is a quotation mark left open?")


def test_a_huge_field_is_read(tmp_path: Path) -> None:
    (article,), _ = read_text(tmp_path, "text\n" + "Kyiv " * 100_000 + "\n")
    assert len(article.text) == 500_000


class Endless(io.RawIOBase):
    """A file that begins with ``head`` and goes on with one letter."""

    def __init__(self, head: bytes, size: int) -> None:
        self.head, self.left = head, size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self.head or b"a" * min(len(buffer), self.left)
        self.head = b""
        self.left -= len(data)
        buffer[: len(data)] = data
        return len(data)


@pytest.mark.parametrize(
    ("head", "suffix", "size", "words"),
    [
        (b"text,title\n", ".csv", 10**9, "a row longer than 1 MB"),
        (b"a,b", ".csv", 10**9, "a row longer than 1 MB"),
        (b'[{"text": "', ".json", 10**9, "longer than 1 MB"),
        (b'{"text": "', ".jsonl", 10**9, "longer than 1 MB"),
        (b"Kyiv ", ".txt", 10**9, "larger than 1 MB"),
        (b"<html>", ".html", 10**9, "larger than 1 MB"),
        (b"<rss>", ".xml", 10**9, "larger than 1 MB"),
        (b"# Kyiv ", ".md", 10**9, "larger than 1 MB"),
        (b"%PDF-1.4", ".pdf", 10**9, "larger than 1 MB"),
        (b"PK\3\4", ".zip", 10**9, "save it as a file of its own"),
    ],
)
def test_a_gigabyte_without_a_line_end(
    monkeypatch: pytest.MonkeyPatch, head: bytes, suffix: str, size: int, words: str
) -> None:
    for bound in ("MAX_ARTICLE", "MAX_PAGE", "MAX_FEED", "MAX_PDF", "MAX_SPOOL"):
        monkeypatch.setattr(limits, bound, 1_000_000)
    source = Source(io.BufferedReader(Endless(head, size)), "endless", suffix=suffix)
    tracemalloc.start()
    (error,) = read_source(source, Context(ReadOptions(), Fetcher()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert words in str(error)
    assert peak < 30_000_000


def test_html_in_a_cell(tmp_path: Path) -> None:
    (article,), _ = read_text(tmp_path, 'content\n"<p>Shells hit <b>Kyiv</b>.</p><p>Lviv &amp; Odesa.</p>"\n')
    assert article.text == "Shells hit Kyiv.\nLviv & Odesa."


def test_cells_that_are_formulas_or_code_are_text(tmp_path: Path) -> None:
    text = "=cmd|'/c calc'!A0 in Kyiv {{ cycler.__init__ }} '); DROP TABLE mentions;--"
    (article,), _ = read_text(tmp_path, f'text\n"{text}"\n')
    assert article.text == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("text;title\nZürich 😀;a\n".encode(encoding))
    assert read(path)[0][0].text == "Zürich 😀"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0<")).filter(str.strip))
@settings(deadline=None)
def test_any_text_comes_through(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["text", "id"], [text, "a"]])
    options = ReadOptions(any_language=True)
    (article,) = read_articles(path, options=options)
    assert article.text == text


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    for name in ("t.csv", "t.tsv", "t.parquet"):
        path = folder / name
        for content in (data, b"text,date,title\n" + data, b"PAR1" + data + b"PAR1"):
            path.write_bytes(content)
            read(path)


# --- Parquet ---


def write_parquet(path: Path, columns: dict[str, object], **options: object) -> Path:
    parquet.write_table(pa.table(columns), path, **options)
    return path


def test_parquet(tmp_path: Path) -> None:
    path = write_parquet(
        tmp_path / "t.parquet",
        {
            "unused": pa.array([{"a": 1}] * 3),
            "body": [ARTICLE.text, None, "Lviv."],
            "headline": [ARTICLE.title, "none", None],
            "link": [ARTICLE.url, None, None],
            "published": pa.array([dt.datetime(2022, 2, 4, 10), None, None], pa.timestamp("ns", tz="UTC")),
            "outlet": [ARTICLE.source, None, ""],
            "id": ["a1", "a2", "a3"],
        },
    )
    found, messages = read(path)
    assert found == [ARTICLE, Article(id="a3", text="Lviv.")]
    assert messages == [f"{path}: row 2: no text; an article needs text"]


@pytest.mark.parametrize(
    "values",
    [
        pa.array([dt.date(2022, 2, 4)]),
        pa.array(["2022-02-04"]),
        pa.array([20220204], pa.int64()),
        pa.array(["2022-02-04"]).dictionary_encode(),
    ],
)
def test_dates_in_parquet(tmp_path: Path, values: pa.Array) -> None:
    path = write_parquet(tmp_path / "t.parquet", {"text": ["Kyiv"], "date": values, "id": [7]})
    (article,), _ = read(path)
    assert (article.date, article.id) == (dt.date(2022, 2, 4), "7")


def test_parquet_in_a_stream_is_read_a_few_rows_at_a_time(tmp_path: Path) -> None:
    path = write_parquet(
        tmp_path / "t.parquet", {"text": [f"Kyiv {n}" for n in range(1_000)]}, row_group_size=64
    )
    packed = tmp_path / "t.parquet.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert [a.text for a in read(packed)[0]] == [a.text for a in read(path)[0]]
    assert len(read(path)[0]) == 1_000


def test_parquet_without_text(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "t.parquet", {"a": [1]})
    _, (message,) = read(path)
    assert message == f"{path}: no column of text among 'a'; name it: --columns text=COLUMN"


def test_parquet_that_is_damaged(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "t.parquet", {"text": [f"Kyiv {n}" for n in range(100)]})
    data = path.read_bytes()
    for damaged in (data[:200], data[:-9] + b"\xff" * 5 + b"PAR1", b"PAR1PAR1"):
        path.write_bytes(damaged)
        found, (message,) = read(path)
        assert found == []
        assert message.startswith(f"{path}: cannot be read as Parquet (")
        assert len(message) < len(str(path)) + 200


# --- JSON that is no JSON Lines ---


@pytest.mark.parametrize(
    "text",
    [
        '[{"text": "Kyiv"}, {"text": "Lviv"}]',
        '\ufeff[\n {\n  "text": "Kyiv"\n },\n {"text": "Lviv"}\n]\n',
        '{"text": "Kyiv"}\n{"text": "Lviv"}\n',
        '{"text": "Kyiv"}{"text": "Lviv"}',
    ],
)
def test_layouts_of_json(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    found, messages = read(path)
    assert ([article.text for article in found], messages) == (["Kyiv", "Lviv"], [])


def test_json_by_usual_and_chosen_names(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    record = {
        "headline": "Shelled",
        "body": "Kyiv.",
        "link": "https://example.org/a",
        "published": "4 Feb 2022",
    }
    path.write_text(json.dumps([record | {"story": "Lviv.", "text": 7}, record | {"source": {"name": "AP"}}]))
    first, second = read(path)[1]
    assert first == f"{path}: article 1: 'text' is 7; write a string"
    assert second.startswith(f"{path}: article 2: 'source' is {{'name': 'AP'}}")
    (article,), _ = read(path, {"text": "story", "source": "x"})
    assert (article.text, article.title, str(article.date)) == ("Lviv.", "Shelled", "2022-02-04")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("[]", "empty"),
        ("[1, 2]", "not a JSON object: 1"),
        ('[{"text": "Kyiv"}, {"text": }]', "article 2: not JSON"),
        ('[{"text": "Kyiv"}, {"text": "open', "article 2: not JSON (Unterminated string"),
        ('[{"text": "Kyiv"}', ""),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ('[{"text": ' + "9" * 5_000 + "}]", "a number out of range"),
        ('[{"x": 1} garbage that goes on and on and on', "article 2: not JSON"),
    ],
)
def test_json_that_is_broken(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    _, messages = read(path)
    assert words in " ".join(messages)
    assert bool(messages) == bool(words)


def test_json_that_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_ARTICLE", 1_000_000)
    path = tmp_path / "a.json"
    path.write_text('[{"text": "Kyiv"}, {"text": "' + "a" * 5_000_000 + '"}]')
    found, (message,) = read(path)
    assert [article.text for article in found] == ["Kyiv"]
    assert message == f"{path}: article 2: longer than 1 MB, the most an article may hold"


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"])).filter(str.strip), unique=True),
    st.integers(0, 4),
)
@settings(deadline=None)
def test_any_array_comes_through(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], indent: int
) -> None:
    path = tmp_path_factory.mktemp("json") / "a.json"
    path.write_text(json.dumps([{"text": text} for text in texts], indent=indent or None))
    options = ReadOptions(any_language=True, keep_duplicates=True)
    errors: list[ArticleError] = []
    found = list(read_articles(path, options=options, on_error=errors.append))
    assert [article.text for article in found] == [text.replace("\0", "\ufffd") for text in texts]
    assert len(errors) == (not texts)
