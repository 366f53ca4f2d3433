import datetime as dt
import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisismap.articles import ReadOptions, limits, read_articles
from crisismap.articles.formats import SUFFIXES
from crisismap.errors import ArticleError
from crisismap.model import Article

SEEDS = Path(__file__).parents[2] / "seeds"


def read(*paths: str | Path) -> tuple[list[Article], list[str]]:
    """The articles and the messages; every message must be one line."""
    errors: list[ArticleError] = []
    found = list(read_articles(paths, on_error=errors.append))
    messages = [str(error) for error in errors]
    assert all(message.splitlines() == [message] for message in messages)
    return found, messages


def read_one(path: Path, data: bytes | str) -> Article:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    (article,), messages = read(path)
    assert messages == []
    return article


def refuse(path: Path, data: bytes | str) -> str:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    found, (message,) = read(path)
    assert found == []
    return message


# --- the seed format and plain text ---


def test_the_seed() -> None:
    (article,), messages = read(SEEDS)
    assert messages == []
    assert article.id == "000_be5d01cd34986195"
    assert article.title.startswith("Frances Macron to visit Russia")
    assert article.date == dt.date(2022, 2, 4)
    assert article.url.startswith("https://www.kazu.org/npr-news/")
    assert article.source == "kazu.org"
    assert article.given_spans is None
    lines = (SEEDS / "000_be5d01cd34986195.txt").read_text("utf-8").split("\n", 3)
    assert article.text == lines[3]


@pytest.mark.parametrize(
    ("head", "title", "date", "url"),
    [
        (
            "Kyiv shelled\n20220204\nhttps://example.org/a\n",
            "Kyiv shelled",
            "2022-02-04",
            "https://example.org/a",
        ),
        (
            "Kyiv shelled\n2022-02-04\nhttps://example.org/a\n",
            "Kyiv shelled",
            "2022-02-04",
            "https://example.org/a",
        ),
        ("Kyiv shelled\n\nhttps://example.org/a\n", "Kyiv shelled", "", "https://example.org/a"),
        ("Kyiv shelled\nhttps://example.org/a\n", "Kyiv shelled", "", "https://example.org/a"),
        (
            "Kyiv shelled\nhttps://example.org/a\n20220204\n",
            "Kyiv shelled",
            "2022-02-04",
            "https://example.org/a",
        ),
        ("Kyiv shelled\n20220204\n\n", "Kyiv shelled", "2022-02-04", ""),
        ("Kyiv shelled\n20220204\n", "Kyiv shelled", "2022-02-04", ""),
        ("\n20220204\nhttps://example.org/a\n", "", "2022-02-04", "https://example.org/a"),
        ("20220204\nhttps://example.org/a\n", "", "2022-02-04", "https://example.org/a"),
        ("20220204\n", "", "2022-02-04", ""),
        ("HTTPS://example.org/a\n", "", "", "HTTPS://example.org/a"),
        ("", "", "", ""),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_headers(tmp_path: Path, head: str, title: str, date: str, url: str, newline: str) -> None:
    body = "Shells fell on Kyiv.\n\nLviv was quiet.\n"
    article = read_one(tmp_path / "a.txt", (head + body).replace("\n", newline))
    assert (article.title, article.url, article.text) == (title, url, body)
    assert article.date == (dt.date.fromisoformat(date) if date else None)


@pytest.mark.parametrize(
    "text",
    [
        "Shells fell on Kyiv.\nLviv was quiet.\nOdesa too.\n",
        "Shells fell on Kyiv.\nLviv was quiet.\nhttps://example.org/a\nMore.",
        "Shells fell.\n12345678\nMore.",
        "Shells fell.\n00010101\nMore.",
        "See https://example.org/a\nMore.",
        "long " * 200 + "\nhttps://example.org/a\nMore.",
        "one line",
    ],
)
def test_text_without_a_header_is_kept_whole(tmp_path: Path, text: str) -> None:
    article = read_one(tmp_path / "a.txt", text)
    assert (article.title, article.date, article.url, article.text) == ("", None, "", text)


def test_a_date_that_does_not_exist(tmp_path: Path) -> None:
    message = refuse(tmp_path / "a.txt", "Title\n20220231\nhttps://example.org\nText")
    assert message.endswith("a.txt:2: '20220231' is not a date; write YYYYMMDD or leave the line blank")


@pytest.mark.parametrize(
    ("url", "source"),
    [
        ("https://www.Example.org:8080/a", "example.org"),
        ("http://user:pass@news.example.org", "news.example.org"),
        ("https://[bad", ""),
        ("https://", ""),
        ("javascript://example.org/%0Aalert(1)", ""),
        ("", ""),
    ],
)
def test_the_source_is_the_host(tmp_path: Path, url: str, source: str) -> None:
    assert read_one(tmp_path / "a.jsonl", json.dumps({"text": "x", "url": url})).source == source


def test_a_named_source_wins(tmp_path: Path) -> None:
    line = json.dumps({"text": "x", "url": "https://example.org", "source": "AP"})
    assert read_one(tmp_path / "a.jsonl", line).source == "AP"


# --- encodings ---


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = "The “siege” of São Paulo – Zürich’s mayor spoke.\n"
    article = read_one(tmp_path / "a.txt", f"Title\n20220204\n\n{text}".encode(encoding))
    assert (article.title, article.text) == ("Title", text)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_of_another_script(tmp_path: Path, encoding: str) -> None:
    text = "Войска вошли в Херсон утром.\nЛюди ушли.\n"
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(encoding))
    (article,) = read_articles(path, options=ReadOptions(any_language=True))
    assert article.text == text


def test_a_few_bad_bytes_do_not_spoil_utf_8(tmp_path: Path) -> None:
    data = "“Kyiv” “Lviv” “Odesa” ".encode() + b"\xff end"
    assert read_one(tmp_path / "a.txt", data).text == "“Kyiv” “Lviv” “Odesa” \ufffd end"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"Title\n20220204\nhttps://example.org\n \n", "no text"),
        (b"%PDF-1.7\n1 0 obj", "PDF"),
        (b"PK\x03\x04rest", "zip"),
        (b"BZh91AY&SY", "bzip2"),
        (b"\xfd7zXZ\0", "xz"),
        (b"a.txt".ljust(257, b"\0") + b"ustar\x0000", "tar"),
        (b"\xd0\xcf\x11\xe0", "office"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"{\\rtf1 Kyiv}", "RTF"),
        (b"<!DOCTYPE html><script>Kyiv", "no text on this page"),
        (b"\n<html>", "no text on this page"),
        (b"<!DOCTYPE foo>Kyiv", "HTML or XML"),
        (b"\x00\x01\x02\x03" * 50, "binary"),
        (b"text\x00and\x00more text that goes on for a while", "binary"),
        (b"\x01\x02\x03\x04\x05\x06 text", "binary"),
        ("Войска вошли в Херсон".encode("cp1251"), "convert it to UTF-8"),
        ("警察が来た".encode("shift-jis"), "UTF-8"),
        ("Kyiv".encode("utf-16") + b"\x00", "damaged UTF-16"),
    ],
)
def test_what_is_no_text(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "a.txt"
    message = refuse(path, data)
    assert message.startswith(f"{path}: ")
    assert words in message


def test_a_text_beyond_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_ARTICLE", 2_000_000)
    assert "larger than 2 MB" in refuse(tmp_path / "a.txt", b"x" * 2_000_001)
    assert len(read_one(tmp_path / "b.txt", b"x" * 2_000_000).text) == 2_000_000


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "a.txt"
    path.write_bytes(data)
    found, messages = read(path)
    assert len(found) + len(messages) == 1
    for article in found:
        assert article.text.strip()
        article.text.encode()
        assert "\0" not in article.text


# --- files, folders, links ---


def test_a_folder_is_read_in_order(tmp_path: Path) -> None:
    for name in (
        "b.txt",
        "a/z.TXT",
        "a/b/c.text",
        "c.jsonl",
        ".hidden.txt",
        ".git/x.txt",
        "notes.docx",
        "page_files/frame.txt",
        "page.html",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('{"id": "line", "text": "Kyiv"}' if name == "c.jsonl" else f"Text of {name}")
    found, messages = read(tmp_path)
    assert [article.id for article in found] == ["a/b/c", "a/z", "b", "line", "page"]
    assert messages == []


def test_one_bad_file_does_not_stop_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    (tmp_path / "b.txt").write_text("Kyiv")
    (tmp_path / "c.txt").symlink_to("nowhere")
    (tmp_path / "d.txt").write_text("Lviv")
    found, messages = read(tmp_path)
    assert [article.text for article in found] == ["Kyiv", "Lviv"]
    assert messages == [f"{tmp_path}/a.txt: empty", f"{tmp_path}/c.txt: no such file or folder"]


def test_without_on_error_the_first_error_is_raised(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Kyiv")
    (tmp_path / "b.txt").write_bytes(b"")
    reading = read_articles([tmp_path])
    assert next(reading).text == "Kyiv"
    with pytest.raises(ArticleError, match=r"b\.txt: empty"):
        next(reading)


def test_reading_is_lazy(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Kyiv")
    reading = read_articles([tmp_path / "a.txt", tmp_path / "b.txt"])
    next(reading)
    (tmp_path / "b.txt").write_text("Lviv")
    assert next(reading).text == "Lviv"


def test_a_single_path_will_do(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Kyiv")
    assert [a.text for a in read_articles(tmp_path)] == ["Kyiv"]
    assert [a.text for a in read_articles(str(tmp_path / "a.txt"))] == ["Kyiv"]


def test_links_lead_in_no_circle_and_nothing_is_read_twice(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/a.txt").write_text("Kyiv")
    (tmp_path / "deep/loop").symlink_to(tmp_path)
    (tmp_path / "same.txt").symlink_to("deep/a.txt")
    found, messages = read(tmp_path, tmp_path / "deep/a.txt", tmp_path / "deep", tmp_path)
    assert [article.id for article in found] == ["deep/a"]
    assert messages == []


def test_paths_that_hold_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/notes.docx").write_text("no article")
    found, messages = read(
        tmp_path / "missing.txt", tmp_path / "pipe.txt", "/dev/null", tmp_path / "folder", "a\0b", "n" * 300
    )
    assert found == []
    assert [message.partition(": ")[2] for message in messages] == [
        "no such file or folder",
        "not a regular file; pipe it in and name it '-'",
        "not a regular file; pipe it in and name it '-'",
        f"no articles in this folder; it takes {', '.join(SUFFIXES)} files",
        "cannot be read (embedded null byte)",
        "cannot be read (File name too long)",
    ]


def test_an_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # root reads everything, so permissions cannot be taken away for real
    def refuse_open(path: Path, *_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "a.txt").write_text("Kyiv")
    monkeypatch.setattr(Path, "open", refuse_open)
    assert read(tmp_path)[1] == [f"{tmp_path}/a.txt: cannot be read (Permission denied)"]


def test_an_unreadable_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse_list(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", refuse_list)
    assert read(tmp_path)[1] == [f"{tmp_path}: cannot be read (Permission denied)"]


def test_a_name_that_is_not_unicode(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9\n.txt")
    path.write_bytes(b"")
    assert read(path)[1] == [f"{tmp_path}/caf\ufffd\ufffd.txt: empty"]
    path.write_bytes(b"Kyiv")
    assert read(path)[0][0].id == "caf\ufffd\ufffd"


# --- ids ---


@pytest.mark.parametrize(
    ("stem", "identity"),
    [
        ("report", "report"),
        ("000_be5d01cd34986195", "000_be5d01cd34986195"),
        ("cafe\u0301", "caf\u00e9"),
        ("статья", "статья"),
        ("march-on-kyiv", "march-on-kyiv"),
        *(
            (stem, f"article-{stem}")
            for stem in ("20220204", "2022-02-04", "17", "1e5", "12E-3", "mar1", "1-Mar-2022")
        ),
        *((stem, f"article-{stem}") for stem in ("NaN", "inf", "null", "TRUE", "2022_02", "-1.5")),
    ],
)
def test_an_id_never_looks_like_a_date_or_number(tmp_path: Path, stem: str, identity: str) -> None:
    assert read_one(tmp_path / f"{stem}.txt", "Kyiv").id == identity


def test_ids_are_unique_in_a_run(tmp_path: Path) -> None:
    for folder in ("x", "y", "z"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(folder)
    lines = [{"id": "a-2", "text": "one"}, {"id": "a", "text": "two"}, {"id": "a", "text": "three"}]
    (tmp_path / "b.jsonl").write_text("\n".join(map(json.dumps, lines)))
    found, _ = read(tmp_path / "b.jsonl", *(tmp_path / folder for folder in "xyz"))
    assert [article.id for article in found] == ["a-2", "a", "a-3", "a-4", "a-5", "a-6"]


def test_a_line_without_id_is_named_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        '{"text": "Kyiv"}\n{"text": "Lviv", "id": ""}\n{"text": "Kyiv", "title": "K"}\n{"text": "x", "id": 7}'
    )
    first, second, third, fourth = (
        a.id for a in read_articles(path, options=ReadOptions(keep_duplicates=True))
    )
    assert all(identity.startswith("sha-") for identity in (first, second, third))
    assert len({first, second, third}) == 3
    assert fourth == "7"


# --- JSON lines ---


def test_a_full_line(tmp_path: Path) -> None:
    line = {
        "id": "lgl/1",
        "title": "Fire",
        "url": "https://www.example.org/a",
        "date": "2009-03-20",
        "text": "Fire\r\nin Cafe\u0301 😀 Kyiv.",
        "toponyms": [{"start": 17, "end": 21, "text": "Kyiv", "place_id": None}],
        "mentions": [{"anything": 1}],
        "unknown": {},
    }
    article = read_one(tmp_path / "a.jsonl", json.dumps(line))
    assert article == Article(
        id="lgl/1",
        text=line["text"],  # type: ignore[arg-type]
        title="Fire",
        url="https://www.example.org/a",
        date=dt.date(2009, 3, 20),
        source="example.org",
        given_spans=((17, 21),),
    )
    assert article.text[17:21] == "Kyiv"


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2022-02-04", dt.date(2022, 2, 4)),
        ("20220204", dt.date(2022, 2, 4)),
        ("2022-02-04T23:59:00+02:00", dt.date(2022, 2, 4)),
        ("2022-02-04 10:00", dt.date(2022, 2, 4)),
        ("", None),
        ("  ", None),
        (None, None),
    ],
)
def test_dates(tmp_path: Path, date: str | None, expected: dt.date | None) -> None:
    assert read_one(tmp_path / "a.jsonl", json.dumps({"text": "x", "date": date})).date == expected


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "not JSON"),
        ("Kyiv fell", "not JSON"),
        ('"Kyiv"', "not a JSON object"),
        ("[" * 100_000, "nested too deeply"),
        ('{"text": ' + "9" * 5000 + "}", "a number out of range"),
        ("{}", "'text' is None"),
        ('{"text": "  "}', "an article needs text"),
        ('{"text": 5}', "'text' is 5; write a string"),
        ('{"text": "x", "title": ["a"]}', "'title' is ['a']; write a string"),
        ('{"text": "x", "id": true}', "'id' is True; write a string"),
        ('{"text": "x", "date": "2022-02-31"}', "'date' is '2022-02-31'; write YYYY-MM-DD"),
        ('{"text": "x", "date": 20220204}', "'date' is 20220204"),
        ('{"text": "x", "toponyms": {}}', "'toponyms' is {}"),
        ('{"text": "x", "toponyms": [7]}', "toponym 7"),
        ('{"text": "x", "toponyms": [{"start": 0, "end": 2}]}', "1 code points"),
        ('{"text": "x", "toponyms": [{"start": 1, "end": 1}]}', "start < end"),
        ('{"text": "x", "toponyms": [{"start": -1, "end": 1}]}', "start < end"),
        ('{"text": "x", "toponyms": [{"start": false, "end": true}]}', "start < end"),
        ('{"text": "x", "toponyms": [{"start": 0.0, "end": 1.0}]}', "start < end"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_goes_on(tmp_path: Path, line: str, words: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"text": "before"}}\n\n{line}\n{{"text": "after"}}\n')
    found, (message,) = read(path)
    assert [article.text for article in found] == ["before", "after"]
    assert message.startswith(f"{path}:3: ")
    assert words in message
    assert len(message) < len(str(path)) + 250


def test_a_line_that_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "caf\xe9"}\n{"text": "Kyiv"}')
    found, messages = read(path)
    assert [article.text for article in found] == ["Kyiv"]
    assert messages == [f"{path}:1: byte 0xe9 is not UTF-8; convert the file to UTF-8"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_lines_with_a_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    assert read_one(tmp_path / "a.ndjson", '{"text": "Zürich 😀"}\r\n'.encode(encoding)).text == "Zürich 😀"


def test_an_empty_file_of_lines(tmp_path: Path) -> None:
    assert refuse(tmp_path / "a.jsonl", " \n\n") == f"{tmp_path}/a.jsonl: empty"


@pytest.mark.parametrize("ending", ["", "\n", '\n{"text": "after"}\n'])
def test_a_line_beyond_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    monkeypatch.setattr(limits, "MAX_ARTICLE", 1000)
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "before"}\n' + json.dumps({"text": "x" * 9000}) + ending)
    found, (message,) = read(path)
    assert [article.text for article in found] == ["before"] + ["after"] * ("after" in ending)
    assert message.startswith(f"{path}:2: longer than")


def test_what_no_file_can_hold_is_replaced_in_place(tmp_path: Path) -> None:
    article = read_one(
        tmp_path / "a.jsonl", r'{"text": "a\u0000b\ud800c\ud83d\ude00Kyiv", "title": "\udfff"}'
    )
    assert article.text == "a\ufffdb\ufffdc😀Kyiv"
    assert article.title == "\ufffd"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).filter(str.strip))
def test_text_comes_through_unchanged(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("lines") / "a.jsonl"
    for ascii_only in (True, False):
        path.write_text(json.dumps({"text": text}, ensure_ascii=ascii_only), "utf-8")
        (article,) = read_articles(path, options=ReadOptions(any_language=True))
        assert article.text == text


# --- standard input ---


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    return lambda data: monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))


def test_text_from_standard_input(feed: Callable[[bytes], None]) -> None:
    feed(b"Title\n20220204\n\nKyiv")
    (article,), _ = read("-")
    assert (article.title, article.text) == ("Title", "Kyiv")
    assert article.id.startswith("sha-")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b" \n"])
def test_lines_from_standard_input(feed: Callable[[bytes], None], mark: bytes) -> None:
    feed(mark + b'{"text": "Kyiv"}\n{bad\n{ "text": "Lviv"}\n')
    found, (message,) = read("-")
    assert [article.text for article in found] == ["Kyiv", "Lviv"]
    assert message.startswith("stdin:")


def test_nothing_on_standard_input(feed: Callable[[bytes], None]) -> None:
    feed(b"")
    assert read("-") == ([], ["stdin: empty"])


def test_a_brace_alone_is_text(feed: Callable[[bytes], None]) -> None:
    feed(b"{{ cycler.__init__ }} in Kyiv")
    assert read("-")[0][0].text == "{{ cycler.__init__ }} in Kyiv"
