"""JSON Lines, and other JSON, -> Articles, one at a time."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from crisismap.articles import decoding, limits
from crisismap.articles.records import parse_record, quote
from crisismap.articles.source import Context, Source
from crisismap.errors import ArticleError
from crisismap.model import Article

__all__ = ["read_lines", "read_values"]

_CHUNK = 2**16
_BLANK = " \t\n\r"
_UNDECIDED = 16
"""A mistake this close to the end of what is read so far may be none: the rest may follow."""


def read_lines(
    stream: io.BufferedReader[Any], name: str, head: bytes, columns: Mapping[str, str]
) -> Iterator[Article | ArticleError]:
    """The article, or what is wrong with it, of each line; ``head`` is how the stream begins."""
    lines = _open_text(stream, head)
    number = 0
    some = False
    try:
        while line := lines.readline(limits.MAX_ARTICLE + 1):
            number += 1
            where = f"{name}:{number}"
            if len(line) > limits.MAX_ARTICLE:
                while line and not line.endswith("\n"):
                    line = lines.readline(limits.MAX_ARTICLE)
                some = True
                most = limits.megabytes(limits.MAX_ARTICLE)
                yield ArticleError(f"{where}: longer than {most}, the most an article may hold")
            elif not line.isspace():
                some = True
                try:
                    yield _parse_line(line, where, columns)
                except ArticleError as error:
                    yield error
    finally:
        lines.detach()
    if not some:
        yield ArticleError(f"{name}: empty")


def read_values(source: Source, context: Context) -> Iterator[Article | ArticleError]:
    """The articles of a JSON array, or of JSON objects one after the other, however they are laid out.

    Raises:
        ArticleError: it is not JSON; what stands before the mistake has been yielded.
    """
    stream = _open_text(source.stream, source.stream.peek(_CHUNK))
    decoder = json.JSONDecoder()
    rest = ""
    number = 0
    ended = opened = False
    try:
        while True:
            rest = rest.lstrip(_BLANK + "," if number else _BLANK)
            if not opened and not number and rest.startswith("["):
                opened, rest = True, rest[1:]
                continue
            if opened and rest.startswith("]"):
                break
            where = f"{source.name}: article {number + 1}"
            mistake = None
            if rest:
                try:
                    record, end = decoder.raw_decode(rest)
                except json.JSONDecodeError as error:
                    mistake = error
                except ValueError:
                    raise ArticleError(f"{where}: a number out of range in {quote(rest[:99])}") from None
                except RecursionError:
                    raise ArticleError(f"{where}: nested too deeply: {quote(rest[:99])}") from None
                else:
                    number += 1
                    rest = rest[end:]
                    try:
                        yield parse_record(record, where, context.options.columns)
                    except ArticleError as problem:
                        yield problem
                    continue
            if mistake and (ended or _is_sure(mistake, len(rest))):
                raise ArticleError(f"{where}: not JSON ({mistake.msg}): {quote(rest[:99])}")
            if ended:
                break
            if len(rest) > limits.MAX_ARTICLE:
                most = limits.megabytes(limits.MAX_ARTICLE)
                raise ArticleError(f"{where}: longer than {most}, the most an article may hold")
            # Twice as much each time, so that a long article is not begun from its start too often.
            chunk = stream.read(max(_CHUNK, len(rest)))
            ended = not chunk
            rest += chunk
    finally:
        stream.detach()
    if not number:
        yield ArticleError(f"{source.name}: empty")


def _open_text(stream: io.BufferedReader[Any], head: bytes) -> io.TextIOWrapper[Any]:
    encoding = decoding.unicode_encoding(head)
    if encoding == "utf-8":
        encoding = "utf-8-sig"
    # Bytes that are not UTF-8 come through as lone surrogates, so that one bad line stays one bad line.
    errors = "surrogateescape" if encoding == "utf-8-sig" else "replace"
    return io.TextIOWrapper(stream, encoding, errors, newline="\n")


def _is_sure(mistake: json.JSONDecodeError, length: int) -> bool:
    """Whether more text cannot mend a mistake."""
    return mistake.pos < length - _UNDECIDED and not mistake.msg.startswith("Unterminated")


def _parse_line(line: str, where: str, columns: Mapping[str, str]) -> Article:
    try:
        line.encode("utf-8")
    except UnicodeEncodeError as error:
        byte = ord(line[error.start]) - 0xDC00
        raise ArticleError(f"{where}: byte 0x{byte:02x} is not UTF-8; convert the file to UTF-8") from None
    try:
        record = json.loads(line)
    except ValueError as error:
        problem = error.msg if isinstance(error, json.JSONDecodeError) else "a number out of range"
        raise ArticleError(f"{where}: not JSON ({problem}): {quote(line)}; write one object a line") from None
    except RecursionError:
        raise ArticleError(f"{where}: nested too deeply: {quote(line)}") from None
    if not isinstance(record, dict):
        raise ArticleError(f"{where}: not a JSON object: {quote(line)}; write one object a line")
    return parse_record(record, where, columns)
