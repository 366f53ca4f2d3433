"""The help of a command with many options."""

import re

import pytest
from click.testing import CliRunner

from crisismap.cli import main


@pytest.mark.parametrize(
    ("command", "sections"),
    [
        ("map", ["Options", "Reading", "Finding places", "Keeping only", "Running"]),
        ("export", ["Options", "Reading", "Finding places", "Keeping only", "Running"]),
        ("explain", ["Options", "Reading", "Finding places"]),
        ("find", ["Options"]),
    ],
)
def test_options_stand_in_sections(command: str, sections: list[str]) -> None:
    help_text = CliRunner().invoke(main, [command, "--help"]).output
    assert re.findall(r"^(\w[\w ]+):$", help_text, re.MULTILINE) == sections
    names = re.findall(r"^  (?:-\w, )?(--[\w-]+)", help_text, re.MULTILINE)
    assert len(names) == len(set(names)), "an option of two meanings"
    known = {name for parameter in main.commands[command].params for name in parameter.opts}
    assert set(names) <= known | {"--help"}
    assert {name for name in known if name.startswith("--")} <= set(names)
