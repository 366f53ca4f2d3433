"""Reading news articles: files, folders, standard input, JSON lines.

``docs/formats.md`` describes the inputs.  Everything is read lazily, one article at a time, and what
cannot be read costs one clear line while the rest goes on.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import logging
import os
import re
import reprlib
import stat
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crisismap.errors import ArticleError
from crisismap.model import Article

__all__ = ["MAX_BYTES", "read_articles"]

_LOG = logging.getLogger(__name__)

MAX_BYTES = 50_000_000
"""The most that one article may hold: bytes of a text, characters of a JSON line.  A file far beyond any
news article is a mistake, and one line that says so beats a machine out of memory."""

_TEXT_SUFFIXES = (".txt", ".text")
_JSONL_SUFFIXES = (".jsonl", ".ndjson")
_HEAD = 4096
_MAX_TITLE = 500

_MAGIC = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\0", "a SQLite database"),
)
_MARKUP = re.compile(rb"\s*<(!doctype|html|\?xml|rss|feed)\b", re.IGNORECASE)

# Spreadsheets and GIS programs read such ids as numbers, dates or nothing at all.
_MISREAD_ID = re.compile(
    r"[\d\W_]*"
    r"|[+-]?\d*\.?\d*e[+-]?\d+"
    r"|\d*\W*(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\W*\d*(\W+\d*)?"
    r"|nan|inf|infinity|null|none|na|n/a|true|false",
    re.IGNORECASE,
)
_DATE = re.compile(r"(\d{4})(-?)(\d{2})\2(\d{2})(?:[T ]\d{2}:?\d{2}.*)?", re.ASCII)
_NUMERIC = re.compile(r"\d[\d\W]*", re.ASCII)
_YEARS = range(1600, 2200)
_URL = re.compile(r"https?://\S+", re.IGNORECASE)
# One code point for one, so that offsets stay: a NUL and half a surrogate pair are no text anywhere else.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def read_articles(
    paths: Iterable[str | Path] | Path, *, on_error: Callable[[ArticleError], None] | None = None
) -> Iterator[Article]:
    """Yield the articles of files, folders and standard input (``-``), in order.

    A folder is read whole, sorted by path: ``.txt`` and ``.text`` files are one article each, ``.jsonl``
    and ``.ndjson`` files one article a line; hidden and other files are passed over.  A file that is
    reached twice is read once.

    Args:
        paths: what to read; a single path will do.
        on_error: is given each ArticleError, and reading goes on.  Without it the first one is raised.

    Raises:
        ArticleError: a path or a line cannot be read, and there is no ``on_error``.

    Example:
        >>> articles = read_articles(["seeds"])
        >>> next(articles).date
        datetime.date(2022, 2, 4)
    """
    used: dict[str, int] = {}
    reader = _Reader()
    for path in [paths] if isinstance(paths, str | Path) else paths:
        for found in reader.read(path):
            if isinstance(found, Article):
                yield _with_unique_id(found, used)
            elif on_error is None:
                raise found
            else:
                on_error(found)


@dataclass(slots=True)
class _Reader:
    """One run over the paths; ``seen`` holds what was read, so that links lead in no circle."""

    seen: set[str] = field(default_factory=set)

    def read(self, path: str | Path) -> Iterator[Article | ArticleError]:
        if str(path) == "-":
            stdin = sys.stdin.buffer
            stream = stdin if isinstance(stdin, io.BufferedReader) else io.BufferedReader(stdin)  # type: ignore[type-var]
            yield from _read_stream(stream, "stdin", stem="", jsonl=None)
            return
        path = Path(path)
        try:
            is_folder = stat.S_ISDIR(path.stat().st_mode)
        except (OSError, ValueError) as error:
            yield _unreadable(path, error)
            return
        yield from self._read_folder(path) if is_folder else self._read_file(path, path.stem)

    def _read_folder(self, top: Path) -> Iterator[Article | ArticleError]:
        waiting = [top]
        empty = True
        while waiting:
            path = waiting.pop()
            try:
                if path.is_dir():
                    if self._is_new(path):
                        waiting += sorted(
                            (p for p in path.iterdir() if not p.name.startswith(".")),
                            key=lambda p: p.name,
                            reverse=True,
                        )
                    continue
            except OSError as error:
                empty = False
                yield _unreadable(path, error)
                continue
            if path.suffix.lower() not in _TEXT_SUFFIXES + _JSONL_SUFFIXES:
                _LOG.debug("%s: passed over; not an article by its name", _show(path))
                continue
            empty = False
            yield from self._read_file(path, path.relative_to(top).with_suffix("").as_posix())
        if empty:
            kinds = ", ".join(_TEXT_SUFFIXES + _JSONL_SUFFIXES)
            yield ArticleError(f"{_show(top)}: no articles in this folder; it takes {kinds} files")

    def _read_file(self, path: Path, stem: str) -> Iterator[Article | ArticleError]:
        try:
            mode = path.stat().st_mode
            if not stat.S_ISREG(mode):
                yield ArticleError(f"{_show(path)}: not a regular file; pipe it in and name it '-'")
                return
            if not self._is_new(path):
                _LOG.debug("%s: read already", _show(path))
                return
            with path.open("rb") as file:
                suffix = path.suffix.lower()
                known = suffix in _TEXT_SUFFIXES + _JSONL_SUFFIXES
                jsonl = suffix in _JSONL_SUFFIXES if known else None
                yield from _read_stream(file, _show(path), stem=stem, jsonl=jsonl)
        except OSError as error:
            yield _unreadable(path, error)

    def _is_new(self, path: Path) -> bool:
        real = os.path.realpath(path)
        if real in self.seen:
            return False
        self.seen.add(real)
        return True


def _read_stream(
    stream: io.BufferedReader[Any], name: str, *, stem: str, jsonl: bool | None
) -> Iterator[Article | ArticleError]:
    """Read one open file as JSON lines or as one text; where ``jsonl`` is None its first bytes decide."""
    head = stream.peek(_HEAD)
    if jsonl is None:
        jsonl = re.match(rb'(\xef\xbb\xbf)?\s*\{\s*["}]', head) is not None
    if jsonl:
        yield from _read_lines(stream, name, head)
        return
    data = stream.read(MAX_BYTES + 1)
    try:
        yield _parse_text(_decode(data, name), name, stem)
    except ArticleError as error:
        yield error


# --- plain text and the seed format ---


def _decode(data: bytes, name: str) -> str:
    if len(data) > MAX_BYTES:
        raise ArticleError(f"{name}: larger than {MAX_BYTES // 1_000_000} MB, the most one article may hold")
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise ArticleError(f"{name}: looks like {kind}; save its text as a .txt file")
    if _MARKUP.match(data):
        raise ArticleError(f"{name}: looks like HTML or XML; save its text as a .txt file")
    encoding = _unicode_encoding(data)
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


def _unicode_encoding(data: bytes) -> str:
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


def _parse_text(text: str, name: str, stem: str) -> Article:
    text = _UNSTORABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    if not text.strip():
        raise ArticleError(f"{name}: empty")
    title, date, url, body = _split_header(text, name)
    if not body.strip():
        raise ArticleError(f"{name}: a header and no text; write the paragraphs below it")
    identity = _id_from_stem(stem) if stem else _content_id(title, url, body)
    return Article(id=identity, text=body, title=title, url=url, date=date, source=_host(url))


def _split_header(text: str, name: str) -> tuple[str, dt.date | None, str, str]:
    """Take title, date and URL off the top; any may be missing, but one of the latter two marks it."""
    lines = text.split("\n", 3)
    values = [line.strip() for line in lines[:3]]
    title = ""
    date: dt.date | None = None
    url = ""
    used = 0
    if values[0] and _parse_date(values[0]) is None and not _URL.fullmatch(values[0]):
        title, used = values[0], 1
    marked = 0
    for number, value in enumerate(values[used:], used + 1):
        parsed = _parse_date(value)
        if parsed is not None and date is None:
            date, marked = parsed, number
        elif not url and _URL.fullmatch(value):
            url, marked = value, number
        elif value:
            if number == 2 and len(values) > 2 and _NUMERIC.fullmatch(value) and _URL.fullmatch(values[2]):
                raise ArticleError(
                    f"{name}:2: {value!r} is not a date; write YYYYMMDD or leave the line blank"
                )
            break
    if not marked or len(title) > _MAX_TITLE:
        return "", None, "", text
    while marked < len(values) and not values[marked]:
        marked += 1  # a blank line in the header's place is a value left out, not a paragraph
    return title, date, url, "\n".join(lines[marked:])


def _parse_date(value: str) -> dt.date | None:
    match = _DATE.fullmatch(value)
    if not match or int(match[1]) not in _YEARS:
        return None
    try:
        return dt.date(int(match[1]), int(match[3]), int(match[4]))
    except ValueError:
        return None


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname if parts.scheme in ("http", "https") else None
    except ValueError:
        return ""
    return (host or "").removeprefix("www.")


# --- JSON lines ---


def _read_lines(stream: io.BufferedReader[Any], name: str, head: bytes) -> Iterator[Article | ArticleError]:
    encoding = _unicode_encoding(head)
    if encoding == "utf-8":
        encoding = "utf-8-sig"
    # Bytes that are not UTF-8 come through as lone surrogates, so that one bad line stays one bad line.
    errors = "surrogateescape" if encoding == "utf-8-sig" else "replace"
    lines = io.TextIOWrapper(stream, encoding, errors, newline="\n")
    number = 0
    some = False
    try:
        while line := lines.readline(MAX_BYTES + 1):
            number += 1
            where = f"{name}:{number}"
            if len(line) > MAX_BYTES:
                while line and not line.endswith("\n"):
                    line = lines.readline(MAX_BYTES)
                some = True
                yield ArticleError(
                    f"{where}: longer than {MAX_BYTES // 1_000_000} MB, the most one article may hold"
                )
            elif not line.isspace():
                some = True
                try:
                    yield _parse_line(line, where)
                except ArticleError as error:
                    yield error
    finally:
        lines.detach()
    if not some:
        yield ArticleError(f"{name}: empty")


def _parse_line(line: str, where: str) -> Article:
    try:
        line.encode("utf-8")
    except UnicodeEncodeError as error:
        byte = ord(line[error.start]) - 0xDC00
        raise ArticleError(f"{where}: byte 0x{byte:02x} is not UTF-8; convert the file to UTF-8") from None
    try:
        record = json.loads(line)
    except ValueError as error:
        problem = error.msg if isinstance(error, json.JSONDecodeError) else "a number out of range"
        raise ArticleError(
            f"{where}: not JSON ({problem}): {_quote(line)}; write one object a line"
        ) from None
    except RecursionError:
        raise ArticleError(f"{where}: nested too deeply: {_quote(line)}") from None
    if not isinstance(record, dict):
        raise ArticleError(f"{where}: not a JSON object: {_quote(line)}; write one object a line")
    text = _string(record, "text", where)
    if not text.strip():
        raise ArticleError(f"{where}: 'text' is {_quote(record.get('text'))}; an article needs text")
    title, url = _string(record, "title", where), _string(record, "url", where)
    identity = record.get("id")
    if isinstance(identity, int) and not isinstance(identity, bool):
        identity = str(identity)
    elif identity is not None:
        identity = _string(record, "id", where)
    return Article(
        id=identity or _content_id(title, url, text),
        text=text,
        title=title,
        url=url,
        date=_date(record, where),
        source=_string(record, "source", where) or _host(url),
        given_spans=_given_spans(record, len(text), where),
    )


def _string(record: dict[str, Any], key: str, where: str) -> str:
    value = record.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ArticleError(f"{where}: {key!r} is {_quote(value)}; write a string")
    return _UNSTORABLE.sub("\ufffd", value)


def _date(record: dict[str, Any], where: str) -> dt.date | None:
    value = record.get("date")
    if value is None or value == "":
        return None
    date = _parse_date(value.strip()) if isinstance(value, str) else None
    if date is None and not (isinstance(value, str) and value.isspace()):
        raise ArticleError(f"{where}: 'date' is {_quote(value)}; write YYYY-MM-DD, or leave it out")
    return date


def _given_spans(record: dict[str, Any], length: int, where: str) -> tuple[tuple[int, int], ...] | None:
    toponyms = record.get("toponyms")
    if toponyms is None:
        return None
    if not isinstance(toponyms, list):
        raise ArticleError(f"{where}: 'toponyms' is {_quote(toponyms)}; write a list of {{start, end}}")
    spans = []
    for toponym in toponyms:
        start, end = (toponym.get("start"), toponym.get("end")) if isinstance(toponym, dict) else (None, None)
        if type(start) is not int or type(end) is not int or not 0 <= start < end <= length:
            raise ArticleError(
                f"{where}: toponym {_quote(toponym)} is no range of the {length} code points of 'text'; "
                "write integers start < end"
            )
        spans.append((start, end))
    return tuple(spans)


# --- ids and messages ---


def _id_from_stem(stem: str) -> str:
    stem = unicodedata.normalize("NFC", _show(stem))
    return f"article-{stem}" if _MISREAD_ID.fullmatch(stem) else stem


def _content_id(title: str, url: str, text: str) -> str:
    return "sha-" + hashlib.sha256("\0".join((title, url, text)).encode()).hexdigest()[:16]


def _with_unique_id(article: Article, used: dict[str, int]) -> Article:
    """Number the second and later articles of one id; ``used`` holds the last number given to each."""
    identity, number = article.id, used.get(article.id, 0)
    while identity in used:
        number += 1
        identity = f"{article.id}-{number + 1}"
    used[article.id] = number
    used[identity] = 0
    return article if identity == article.id else replace(article, id=identity)


def _unreadable(path: Path, error: OSError | ValueError) -> ArticleError:
    if isinstance(error, FileNotFoundError):
        return ArticleError(f"{_show(path)}: no such file or folder")
    reason = error.strerror if isinstance(error, OSError) else error
    return ArticleError(f"{_show(path)}: cannot be read ({reason})")


def _show(path: str | Path) -> str:
    """A path as one printable line, whatever bytes its name holds."""
    name = os.fsencode(str(path)).decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "\ufffd" for c in name)


def _quote(value: object) -> str:
    """The start of an offending value, on one line of printable characters."""
    if isinstance(value, str):
        text = value.strip()
        return repr(text if len(text) <= 60 else text[:57] + "...")
    return reprlib.repr(value)
