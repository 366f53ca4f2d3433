"""How a command reads its INPUTs: the options, as one argument."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import click

from crisismap.commands.sections import section

__all__ = ["INPUT_HELP", "choose_articles"]

_option = section("Reading")

INPUT_HELP = """

    INPUT is a file or folder of articles, a web address, or - for standard input: text, Markdown, HTML, PDF,
    RSS and Atom, JSON Lines, CSV, Parquet, WARC, and .gz, .zst and .zip of these.
"""


def choose_articles(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options on reading, as one argument ``reading``, a ReadOptions."""

    @_option(
        "--columns",
        metavar="FIELD=COLUMN,...",
        multiple=True,
        callback=_parse_columns,
        help="The columns of a table, or keys of JSON, that hold an article's text, title, url, date, source "
        "or id; repeatable. Usual names (body, headline, link, published ...) are found without.",
    )
    @_option("--follow", is_flag=True, help="Fetch the pages that feeds, and tables without text, link to.")
    @_option("--any-language", is_flag=True, help="Read articles that are surely not in English, too.")
    @_option("--keep-duplicates", is_flag=True, help="Read an article again whose URL or text came before.")
    @_option(
        "--allow-private-addresses",
        is_flag=True,
        help="Fetch from this machine and its network, too. Feeds and redirects can then reach into it.",
    )
    @functools.wraps(command)
    def with_reading(
        *args: Any,
        columns: dict[str, str],
        follow: bool,
        any_language: bool,
        keep_duplicates: bool,
        allow_private_addresses: bool,
        **options: Any,
    ) -> None:
        from crisismap.articles import ReadOptions

        reading = ReadOptions(
            columns=columns,
            follow=follow,
            any_language=any_language,
            private_addresses=allow_private_addresses,
            keep_duplicates=keep_duplicates,
        )
        command(*args, reading=reading, **options)

    return with_reading


def _parse_columns(
    _context: click.Context, _option: click.Parameter, values: Sequence[str]
) -> dict[str, str]:
    """``["text=body,title=headline", "date=When, exactly"]`` -> field to column."""
    from crisismap.articles.options import FIELDS

    columns: dict[str, str] = {}
    for value in values:
        last = ""
        for part in value.split(","):
            field, equals, column = part.partition("=")
            if equals and field.strip() in FIELDS:
                last = field.strip()
                columns[last] = column.strip()
            elif last and not equals:
                columns[last] += f",{part}"  # the comma belongs to the column's name
            else:
                raise click.BadParameter(
                    f"{part!r}: write FIELD=COLUMN, where FIELD is one of {', '.join(FIELDS)}"
                )
    for field, column in columns.items():
        if not column:
            raise click.BadParameter(f"{field}= names no column")
    return columns
