"""Which mentions a command keeps: the options, as one argument."""

from __future__ import annotations

import datetime as dt
import functools
import math
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

import click

from crisismap.commands.sections import section
from crisismap.filters import BoundingBox, MentionFilter
from crisismap.model import Kind, Role

__all__ = ["choose_mentions"]

_option = section("Keeping only")


def choose_mentions(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options on filtering, as one argument ``keep``, a MentionFilter."""

    @_option(
        "--since",
        metavar="DATE",
        callback=_parse_date,
        help="Only articles of that day or later: 2022-02-24.",
    )
    @_option("--until", metavar="DATE", callback=_parse_date, help="Only articles of that day or earlier.")
    @_option(
        "--source",
        "sources",
        metavar="OUTLET",
        multiple=True,
        callback=_parse_sources,
        help="Only articles of that outlet (bbc.co.uk); repeatable.",
    )
    @_option(
        "--country",
        "countries",
        metavar="COUNTRY",
        multiple=True,
        callback=_parse_countries,
        help='Only places in that country, by name or two letters ("Ukraine", UA); repeatable.',
    )
    @_option(
        "--bbox",
        metavar="WEST,SOUTH,EAST,NORTH",
        callback=_parse_box,
        help="Only places whose point lies in that box of degrees; west may be beyond east, across 180°.",
    )
    @_option(
        "--kind",
        "kinds",
        type=click.Choice([str(kind) for kind in Kind]),
        multiple=True,
        help="Only mentions of that kind; repeatable.",
    )
    @_option(
        "--role",
        "roles",
        type=click.Choice([str(role) for role in Role]),
        multiple=True,
        help='Only mentions that mean the place itself, or what it stands for ("Moscow said").',
    )
    @_option(
        "--min-confidence",
        type=click.FloatRange(0, 1),
        default=0.0,
        callback=_parse_confidence,
        help="Only mentions located with that probability or more, from 0 to 1.",
    )
    @functools.wraps(command)
    def with_filter(
        *args: Any,
        since: dt.date | None,
        until: dt.date | None,
        sources: frozenset[str],
        countries: frozenset[str],
        bbox: BoundingBox | None,
        kinds: Sequence[str],
        roles: Sequence[str],
        min_confidence: float,
        **options: Any,
    ) -> None:
        if since and until and since > until:
            raise click.UsageError(f"--since {since} is after --until {until}; nothing lies between")
        keep = MentionFilter(
            since=since,
            until=until,
            countries=countries,
            bbox=bbox,
            kinds=frozenset(map(Kind, kinds)),
            roles=frozenset(map(Role, roles)),
            min_confidence=min_confidence,
            sources=sources,
        )
        command(*args, keep=keep, **options)

    return with_filter


def _parse_date(_context: click.Context, _option: click.Parameter, value: str | None) -> dt.date | None:
    if value is None:
        return None
    try:
        return dt.date.fromisoformat(value.strip())
    except ValueError:
        raise click.BadParameter(f"{value!r} is no date; write it as 2022-02-24") from None


def _parse_sources(
    _context: click.Context, _option: click.Parameter, values: Sequence[str]
) -> frozenset[str]:
    for value in values:
        if not value.strip():
            raise click.BadParameter(f"{value!r} names no outlet")
    return frozenset(values)


def _parse_box(_context: click.Context, _option: click.Parameter, value: str | None) -> BoundingBox | None:
    if value is None:
        return None
    try:
        west, south, east, north = map(float, value.split(","))
        return BoundingBox(west, south, east, north)
    except ValueError:
        raise click.BadParameter(
            f"{value!r}: write west,south,east,north in degrees, south below north: 22,44,40.5,52.5"
        ) from None


def _parse_confidence(_context: click.Context, _option: click.Parameter, value: float) -> float:
    if math.isnan(value):  # it is beyond no bound
        raise click.BadParameter("'nan' is no probability; write one from 0 to 1")
    return value


def _parse_countries(
    _context: click.Context, _option: click.Parameter, values: Sequence[str]
) -> frozenset[str]:
    return frozenset(map(_country_code, values))


_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Codes of Unicode's own beside those of countries: unions, test data, unknown."""


def _country_code(value: str) -> str:
    from babel import Locale

    wanted = _plain(value)
    for code, name in Locale("en").territories.items():
        if len(code) != 2 or code in _NO_COUNTRIES:
            continue
        common, _, other = _plain(name).removesuffix(")").partition(" (")  # Myanmar (Burma)
        if wanted and wanted in (code.casefold(), _plain(name), common, other):
            return str(code)
    raise click.BadParameter(
        f"{value!r} is no country; write its English name or its two letters (ISO 3166-1), such as UA"
    )


def _plain(name: str) -> str:
    """Without case, accents and the kind of apostrophe."""
    letters = unicodedata.normalize("NFKD", name.strip().replace("’", "'"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()
