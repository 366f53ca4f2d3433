"""Packed files, and files that are made to unpack to too much."""

import builtins
import gzip
import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from crisismap.articles import limits, read_articles
from crisismap.errors import ArticleError
from crisismap.model import Article

LINE = b'{"text": "Shells hit Kyiv."}\n'


def read(path: Path) -> tuple[list[Article], list[str]]:
    errors: list[ArticleError] = []
    found = list(read_articles(path, on_error=errors.append))
    messages = [str(error) for error in errors]
    assert all(message.splitlines() == [message] for message in messages)
    return found, messages


def zip_of(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


PACK: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".zst": zstandard.compress,
    ".zip": lambda data: zip_of({"inner.jsonl": data}),
}


@pytest.mark.parametrize("suffix", PACK)
def test_lines_in_an_archive(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"news.jsonl{suffix}"
    path.write_bytes(PACK[suffix](LINE + b"bad\n" + b'{"text": "Lviv."}'))
    found, (message,) = read(path)
    assert [article.text for article in found] == ["Shells hit Kyiv.", "Lviv."]
    assert message.startswith(f"{path}: inner.jsonl:2: " if suffix == ".zip" else f"{path}:2: ")


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_the_name_inside_counts(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"2022{suffix}"
    path.write_bytes(PACK[suffix](b"Kyiv\n20220204\n\nShells fell."))
    ((article,), messages) = read(path)
    assert (article.id, article.title, messages) == ("article-2022", "Kyiv", [])
    table = tmp_path / f"t.tsv{suffix}"
    table.write_bytes(PACK[suffix](b"body\tid\nKyiv, Lviv\ta\n"))
    assert [(a.id, a.text) for a in read(table)[0]] == [("a", "Kyiv, Lviv")]


def test_several_packed_parts_are_one_file(tmp_path: Path) -> None:
    for suffix in (".gz", ".zst"):
        path = tmp_path / f"a.jsonl{suffix}"
        path.write_bytes(PACK[suffix](LINE) + PACK[suffix](b'{"text": "Lviv."}\n'))
        assert [article.text for article in read(path)[0]] == ["Shells hit Kyiv.", "Lviv."]


def test_a_zip_of_many_formats(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    members = {
        "b/page.html": b"<html><body><p>Page of Kyiv.</p></body></html>",
        "a.txt": b"Text of Kyiv.",
        "c.csv.gz": gzip.compress(b"text\nTable of Kyiv.\n"),
        ".hidden.txt": b"Hidden.",
        "__MACOSX/a.txt": b"Fork.",
        "empty/": b"",
        "nameless": b"A name ends at its first NUL.",
    }
    path.write_bytes(zip_of(members).replace(b"nameless", b"\0ameless"))
    found, messages = read(path)
    assert [(a.id, a.text) for a in found][:2] == [("a", "Text of Kyiv."), ("b/page", "Page of Kyiv.")]
    assert found[2].text == "Table of Kyiv."
    assert (len(found), messages) == (3, [])


@pytest.mark.parametrize("depth", [1, 2])
def test_an_archive_in_an_archive(tmp_path: Path, depth: int) -> None:
    data = LINE
    for _ in range(depth):
        data = zip_of({"a": data})
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    assert len(read(path)[0]) == 1
    path.write_bytes(zip_of({"deep.zip": zip_of({"deeper.zip": zip_of({"deepest.txt": b"Kyiv"})})}))
    assert read(path) == (
        [],
        [f"{path}: deep.zip: deeper.zip: an archive inside 2 others; unpack it first"],
    )


@pytest.mark.parametrize(
    ("name", "identity"),
    [
        ("../../../etc/passwd.txt", "etc/passwd"),
        ("/etc/passwd.txt", "etc/passwd"),
        ("..\\..\\windows\\a.txt", "windows/a"),
        ("C:\\a.txt", "C:/a"),
        ("../..", "member"),
        ("a\n\x1b[31m.txt", "a\ufffd\ufffd[31m"),
    ],
)
def test_a_name_that_leads_out_is_only_a_label(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, identity: str
) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zip_of({name: b"Kyiv"}))
    before = sorted(tmp_path.rglob("*"))
    opened = []
    real = io.open

    def spy(file: object, mode: str = "r", *args: object, **options: object) -> object:
        opened.append((file, mode))
        return real(file, mode, *args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(builtins, "open", spy)
    monkeypatch.setattr(io, "open", spy)
    ((article,), messages) = read(path)
    assert (article.id, article.text, messages) == (identity, "Kyiv", [])
    assert opened
    assert all(file == path and mode == "rb" for file, mode in opened)
    assert sorted(tmp_path.rglob("*")) == before


# --- bombs ---


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "RATIO_FREE", 100_000)


@pytest.mark.parametrize("suffix", PACK)
@pytest.mark.usefixtures("strict")
def test_a_bomb(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.jsonl{suffix}"
    path.write_bytes(PACK[suffix](LINE + b'{"text": "' + b"a" * 20_000_000 + b'"}\n'))
    found, (message,) = read(path)
    assert "unpacks to more than 200 times its size; if it is no bomb, unpack it first" in message
    assert len(found) == (suffix != ".zip")


@pytest.mark.usefixtures("strict")
def test_a_bomb_in_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    bomb = gzip.compress(gzip.compress(b" " * 100_000_000))
    path.write_bytes(zip_of({"a.gz": bomb, "b.txt": b"Kyiv"}))
    found, (message,) = read(path)
    assert [article.text for article in found] == ["Kyiv"]
    assert "unpacks to more than 200 times its size" in message or "an archive inside 2" in message


@pytest.mark.usefixtures("strict")
def test_a_zip_whose_members_share_their_bytes(tmp_path: Path) -> None:
    """One packed member, listed a thousand times."""
    data = bytearray(zip_of({"0000.txt": b"Kyiv " * 1_000}))
    at = data.index(b"PK\1\2")
    end = data.index(b"PK\5\6")
    entry = bytes(data[at:end])
    size = len(entry)
    many = b"".join(entry.replace(b"0000.txt", b"%04d.txt" % number) for number in range(1_000))
    tail = bytearray(data[end:])
    struct.pack_into("<HHL", tail, 8, 1_000, 1_000, size * 1_000)
    path = tmp_path / "a.zip"
    path.write_bytes(bytes(data[:at]) + many + bytes(tail))
    found, (message, *_) = read(path)
    assert found == [] or len(found) == 1
    assert "unpacks to" in message or "part of a zip archive" in message


def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zip_of({f"{number}.txt": b"Kyiv" for number in range(6)}))
    monkeypatch.setattr(limits, "MAX_MEMBERS", 5)
    assert read(path) == ([], [f"{path}: holds 6 files, the most is 5; unpack it first"])
    monkeypatch.setattr(limits, "MAX_DIRECTORY", 100)
    assert read(path) == (
        [],
        [f"{path}: holds more files than are read from one zip archive; unpack it first"],
    )


def test_a_zip_in_a_pipe_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.zip.gz"
    path.write_bytes(gzip.compress(zip_of({"a.txt": b"Kyiv"})))
    assert [article.text for article in read(path)[0]] == ["Kyiv"]
    monkeypatch.setattr(limits, "MAX_SPOOL", 50)
    found, (message,) = read(path)
    assert found == []
    assert "save it as a file of its own" in message


# --- damage ---


@pytest.mark.parametrize("suffix", PACK)
def test_an_archive_that_is_cut_off(tmp_path: Path, suffix: str) -> None:
    lines = b"".join(
        json.dumps({"text": f"Kyiv {number * 7919 % 10007}"}).encode() + b"\n" for number in range(20_000)
    )
    path = tmp_path / f"a.jsonl{suffix}"
    packed = PACK[suffix](lines)
    path.write_bytes(packed[: len(packed) // 2])
    found, messages = read(path)
    assert messages[-1].startswith(f"{path}: ")
    if suffix == ".gz":
        assert len(found) > 1_000  # what comes before the damage is read
        assert "damaged gzip archive" in messages[-1]


@pytest.mark.parametrize("suffix", PACK)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_damaged_archives(tmp_path_factory: pytest.TempPathFactory, suffix: str, data: st.DataObject) -> None:
    packed = bytearray(PACK[suffix](LINE * 3))
    for at in data.draw(st.lists(st.integers(0, len(packed) - 1), min_size=1, max_size=4)):
        packed[at] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("damaged") / f"a.jsonl{suffix}"
    path.write_bytes(packed)
    found, messages = read(path)
    assert found or messages


def test_an_encrypted_member(tmp_path: Path) -> None:
    data = bytearray(zip_of({"a.txt": b"Kyiv"}))
    for signature, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(signature) + offset] |= 1
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    assert read(path) == ([], [f"{path}: a.txt: encrypted; unpack it first"])


def test_an_office_document(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(zip_of({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"}))
    found, (message,) = read(path)
    assert found == []
    assert "looks like an office document" in message


def test_an_empty_zip(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zip_of({}))
    assert read(path) == ([], [f"{path}: no articles in this zip archive"])


def test_without_zstandard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    path = tmp_path / "a.jsonl.zst"
    path.write_bytes(zstandard.compress(LINE))
    monkeypatch.setitem(sys.modules, "zstandard", None)
    message = f"{path}: reading .zst takes zstandard; pip install 'crisismap[zstd]'"
    assert read(path) == ([], [message])
