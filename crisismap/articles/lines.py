"""JSON Lines -> Articles, one line at a time."""

from __future__ import annotations

import datetime as dt
import io
import json
import reprlib
from collections.abc import Iterator
from typing import Any

from crisismap.articles import decoding
from crisismap.articles.fields import clean, content_id, host, parse_date
from crisismap.errors import ArticleError
from crisismap.model import Article

__all__ = ["read_lines"]


def read_lines(stream: io.BufferedReader[Any], name: str, head: bytes) -> Iterator[Article | ArticleError]:
    """The article, or what is wrong with it, of each line; ``head`` is how the stream begins."""
    encoding = decoding.unicode_encoding(head)
    if encoding == "utf-8":
        encoding = "utf-8-sig"
    # Bytes that are not UTF-8 come through as lone surrogates, so that one bad line stays one bad line.
    errors = "surrogateescape" if encoding == "utf-8-sig" else "replace"
    lines = io.TextIOWrapper(stream, encoding, errors, newline="\n")
    number = 0
    some = False
    try:
        while line := lines.readline(decoding.MAX_BYTES + 1):
            number += 1
            where = f"{name}:{number}"
            if len(line) > decoding.MAX_BYTES:
                while line and not line.endswith("\n"):
                    line = lines.readline(decoding.MAX_BYTES)
                some = True
                yield ArticleError(
                    f"{where}: longer than {decoding.MAX_BYTES // 1_000_000} MB, the most an article may hold"
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
        id=identity or content_id(title, url, text),
        text=text,
        title=title,
        url=url,
        date=_date(record, where),
        source=_string(record, "source", where) or host(url),
        given_spans=_given_spans(record, len(text), where),
    )


def _string(record: dict[str, Any], key: str, where: str) -> str:
    value = record.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ArticleError(f"{where}: {key!r} is {_quote(value)}; write a string")
    return clean(value)


def _date(record: dict[str, Any], where: str) -> dt.date | None:
    value = record.get("date")
    if value is None or value == "":
        return None
    date = parse_date(value.strip()) if isinstance(value, str) else None
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


def _quote(value: object) -> str:
    """The start of an offending value, on one line of printable characters."""
    if isinstance(value, str):
        text = value.strip()
        return repr(text if len(text) <= 60 else text[:57] + "...")
    return reprlib.repr(value)
