"""The options on filtering."""

import datetime as dt

import click
import pytest
from click.testing import CliRunner

from crisismap.commands.filtering import choose_mentions
from crisismap.filters import BoundingBox, MentionFilter
from crisismap.model import Kind, Role


def filter_of(*arguments: str) -> MentionFilter:
    given: list[MentionFilter] = []

    @click.command()
    @choose_mentions
    def command(keep: MentionFilter) -> None:
        given.append(keep)

    result = CliRunner().invoke(command, arguments)
    if result.exit_code:
        raise click.UsageError(result.output)
    return given[0]


def test_without_options() -> None:
    assert filter_of() == MentionFilter()


def test_every_option() -> None:
    arguments = ["--since", "2022-02-24", "--until", "2022-03-01", "--source", "bbc.co.uk", "--country", "UA"]
    arguments += ["--bbox", "177,-20,-178,-16", "--kind", "settlement", "--role", "literal"]
    arguments += ["--kind", "country", "--min-confidence", "0.5"]
    assert filter_of(*arguments) == MentionFilter(
        since=dt.date(2022, 2, 24),
        until=dt.date(2022, 3, 1),
        countries=frozenset({"UA"}),
        bbox=BoundingBox(177, -20, -178, -16),
        kinds=frozenset({Kind.SETTLEMENT, Kind.COUNTRY}),
        roles=frozenset({Role.LITERAL}),
        min_confidence=0.5,
        sources=frozenset({"bbc.co.uk"}),
    )


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("ua", "UA"),
        ("Ukraine", "UA"),
        ("kosovo", "XK"),
        ("cote d'ivoire", "CI"),
        ("Burma", "MM"),
        ("Myanmar", "MM"),
        ("TÜRKIYE", "TR"),
    ],
)
def test_countries(value: str, code: str) -> None:
    assert filter_of("--country", value).countries == {code}


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--since", "24.2.2022", "'24.2.2022' is no date; write it as 2022-02-24"),
        ("--country", "Ruritania", "'Ruritania' is no country"),
        ("--country", "ZZ", "'ZZ' is no country"),
        ("--country", " ", "' ' is no country"),
        ("--bbox", "1,2,3", "'1,2,3': write west,south,east,north"),
        ("--bbox", "0,50,10,40", "'0,50,10,40': write west,south,east,north"),
        ("--bbox", "a,b,c,d", "'a,b,c,d'"),
        ("--kind", "town", "'town' is not one of"),
        ("--role", "x", "'x' is not one of"),
        ("--min-confidence", "2", "2.0 is not in the range"),
        ("--min-confidence", "nan", "'nan' is no probability"),
        ("--source", " ", "' ' names no outlet"),
    ],
)
def test_values_that_mean_nothing(option: str, value: str, words: str) -> None:
    with pytest.raises(click.UsageError) as caught:
        filter_of(option, value)
    assert words in str(caught.value)


def test_a_period_that_ends_before_it_begins() -> None:
    with pytest.raises(click.UsageError) as caught:
        filter_of("--since", "2022-03-01", "--until", "2022-02-24")
    assert "--since 2022-03-01 is after --until 2022-02-24" in str(caught.value)
