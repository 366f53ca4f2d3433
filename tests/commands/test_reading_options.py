"""The options on reading."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from crisismap.articles import ReadOptions
from crisismap.commands.reading import choose_articles


def options_of(*arguments: str) -> ReadOptions:
    given: list[ReadOptions] = []

    @click.command()
    @choose_articles
    def command(reading: ReadOptions) -> None:
        given.append(reading)

    result = CliRunner().invoke(command, arguments)
    if result.exit_code:
        raise click.UsageError(result.output)
    return given[0]


def test_without_options() -> None:
    assert options_of() == ReadOptions()


def test_every_option() -> None:
    arguments = ["--columns", "text=body,title=headline", "--columns", "date=When"]
    arguments += ["--follow", "--any-language", "--keep-duplicates", "--allow-private-addresses"]
    assert options_of(*arguments) == ReadOptions(
        columns={"text": "body", "title": "headline", "date": "When"},
        follow=True,
        any_language=True,
        private_addresses=True,
        keep_duplicates=True,
    )


def test_columns_with_commas_and_equals_signs() -> None:
    assert options_of("--columns", "text=a,b, title = c=d").columns == {"text": "a,b", "title": "c=d"}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("body", "'body': write FIELD=COLUMN, where FIELD is one of text, title, url"),
        ("author=x", "'author=x': write FIELD=COLUMN"),
        ("text=a,author=x", "'author=x': write FIELD=COLUMN"),
        ("text=", "text= names no column"),
        ("", "'': write FIELD=COLUMN"),
    ],
)
def test_columns_that_mean_nothing(value: str, words: str) -> None:
    with pytest.raises(click.UsageError) as caught:
        options_of("--columns", value)
    assert words in " ".join(str(caught.value).split())


def test_nothing_heavy_is_loaded_for_the_help() -> None:
    code = (
        "import sys, crisismap.commands.reading; "
        "print([m for m in ('trafilatura', 'feedparser', 'pyarrow', 'numpy', 'urllib3', 'lxml', 'babel',"
        " 'py3langid', 'pypdf', 'warcio', 'protego', 'crisismap.articles') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
