"""Tables of articles, CSV and Parquet, -> Articles, one row at a time."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import logging
from collections.abc import Iterator, Sequence
from typing import Any

from crisismap.articles import decoding, limits
from crisismap.articles.feeds import follow
from crisismap.articles.fields import build_article, parse_loose_date
from crisismap.articles.markup import fragment_text, is_markup
from crisismap.articles.records import find_columns, quote
from crisismap.articles.source import Context, Source, damage
from crisismap.errors import ArticleError
from crisismap.model import Article

__all__ = ["read_csv", "read_parquet"]

_LOG = logging.getLogger(__name__)

_DELIMITERS = ",;\t|"
_BATCH = 64
"""Rows of a Parquet file that are held at once."""
_MAX_COLUMNS = 10_000


def read_csv(source: Source, context: Context) -> Iterator[Article | ArticleError]:
    """The rows of a CSV or TSV file whose first row names the columns.

    Raises:
        ArticleError: no column holds text, or the file is damaged.
    """
    if csv.field_size_limit() < limits.MAX_ARTICLE:
        csv.field_size_limit(limits.MAX_ARTICLE)  # the module knows but one limit, and it is for phone books
    lines = _Lines(source)
    try:
        head = next(lines, "")
        if not head.strip():
            yield ArticleError(f"{source.name}: empty")
            return
        delimiter = _delimiter(head, source.suffix)
        rows = csv.reader(itertools.chain([head], lines), delimiter=delimiter)
        table: _Table | None = None
        while True:
            start = lines.number if table else 1
            lines.begin()
            try:
                row = next(rows, None)
            except csv.Error as error:
                raise ArticleError(f"{source.name}:{start}: damaged CSV ({error})") from None
            if row is None:
                break
            if table is None:
                table = _Table(row, source.name, context)
            elif any(row):
                yield from table.article(row, f"{source.name}:{start + 1}")
    finally:
        lines.detach()


def read_parquet(source: Source, context: Context) -> Iterator[Article | ArticleError]:
    """The rows of a Parquet file; only the columns that are used are read.

    Raises:
        ArticleError: no column holds text, or the file is damaged.
    """
    from pyarrow import parquet

    with source.seekable() as stream:
        with damage(source.name, "Parquet"):
            file = parquet.ParquetFile(stream, thrift_string_size_limit=limits.MAX_DIRECTORY)
            names = [str(name) for name in file.schema_arrow.names]
        table = _Table(names, source.name, context)
        used = [names[index] for index in table.columns.values()]
        with damage(source.name, "Parquet"):
            batches = file.iter_batches(batch_size=_BATCH, columns=used, use_threads=False)
        number = 0
        while True:
            with damage(source.name, "Parquet"):
                batch = next(batches, None)
                if batch is None:
                    break
                columns = {name: batch.column(batch.schema.get_field_index(name)) for name in used}
            for index in range(batch.num_rows):
                number += 1
                where = f"{source.name}: row {number}"
                try:
                    with damage(where, "a row"):
                        row = ["" if name not in columns else columns[name][index].as_py() for name in names]
                except ArticleError as error:
                    yield error
                    continue
                yield from table.article(row, where)


class _Table:
    """What the columns of a table mean."""

    def __init__(self, names: Sequence[str], name: str, context: Context) -> None:
        if len(names) > _MAX_COLUMNS:
            raise ArticleError(f"{name}: {len(names)} columns; the most is {_MAX_COLUMNS}")
        self.columns = find_columns(names, context.options.columns, name)
        self._context = context
        self._name = name
        self._warned = False
        links = "url" in self.columns and context.options.follow
        if "text" not in self.columns and not links:
            shown = ", ".join(quote(column) for column in names[:10]) + (", ..." if len(names) > 10 else "")
            hint = "; --follow fetches its links" if "url" in self.columns else ""
            raise ArticleError(
                f"{name}: no column of text among {shown}; name it: --columns text=COLUMN{hint}"
            )

    def article(self, row: Sequence[Any], where: str) -> Iterator[Article | ArticleError]:
        """The article of a row, or what is wrong with it."""
        title, url = self._value(row, "title"), self._value(row, "url")
        article = build_article(
            self._text(row),
            identity=self._value(row, "id"),
            title=" ".join(title.split()),
            url=url,
            date=self._date(row, where),
            source=self._value(row, "source"),
        )
        if article.text.strip():
            yield article
        elif self._context.options.follow and url:
            yield from follow(article, self._context)
        else:
            yield ArticleError(f"{where}: no text; an article needs text")

    def _text(self, row: Sequence[Any]) -> str:
        text = self._value(row, "text", strip=False)
        return fragment_text(text) if is_markup(text) else text

    def _value(self, row: Sequence[Any], field: str, *, strip: bool = True) -> str:
        index = self.columns.get(field)
        value = row[index] if index is not None and index < len(row) else None
        if value is None or value != value:  # a missing number is NaN
            return ""
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        text = str(value)
        return text.strip() if strip else text

    def _date(self, row: Sequence[Any], where: str) -> dt.date | None:
        index = self.columns.get("date")
        value = row[index] if index is not None and index < len(row) else None
        if isinstance(value, dt.date):
            return value.date() if isinstance(value, dt.datetime) else value
        value = self._value(row, "date")
        date = parse_loose_date(value)
        if value and date is None and not self._warned:
            self._warned = True
            _LOG.warning(
                "%s: %s is no certain date; such articles are read without one (write YYYY-MM-DD)",
                where,
                quote(value),
            )
        return date


class _Lines:
    """The lines of a file, with an end to rows that are too long."""

    def __init__(self, source: Source) -> None:
        encoding = decoding.unicode_encoding(source.stream.peek(4096))
        self._file = io.TextIOWrapper(
            source.stream, "utf-8-sig" if encoding == "utf-8" else encoding, "replace", newline=""
        )
        self._name = source.name
        self._row = 0
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(limits.MAX_ARTICLE + 1)
        if not line:
            raise StopIteration
        self.number += 1
        self._row += len(line)
        if self._row > limits.MAX_ARTICLE:
            raise ArticleError(
                f"{self._name}:{self.number}: a row longer than {limits.megabytes(limits.MAX_ARTICLE)}; "
                "is a quotation mark left open?"
            )
        return line

    def begin(self) -> None:
        """Begin a row."""
        self._row = 0

    def detach(self) -> None:
        """Leave the stream open."""
        self._file.detach()


def _delimiter(head: str, suffix: str) -> str:
    """What divides the columns: that which divides the first line into the most."""
    if suffix in (".tsv", ".tab"):
        return "\t"
    return max(_DELIMITERS, key=lambda delimiter: len(next(csv.reader([head], delimiter=delimiter), [])))
