"""Options in sections, so that the help of a command with many can be read."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click

__all__ = ["SectionedCommand", "section"]


class _SectionOption(click.Option):
    def __init__(self, *declarations: Any, section: str, **attributes: Any) -> None:
        super().__init__(*declarations, **attributes)
        self.section = section


class SectionedCommand(click.Command):
    """Lists its own options first, then the sections in the order in which they were given."""

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options of each section below its name."""
        sections: dict[str, list[tuple[str, str]]] = {"Options": []}
        for parameter in self.get_params(context):
            record = parameter.get_help_record(context)
            if record is not None and isinstance(parameter, click.Option):
                sections.setdefault(getattr(parameter, "section", "Options"), []).append(record)
        for name, records in sections.items():
            if records:
                with formatter.section(name):
                    formatter.write_dl(records)


def section(name: str) -> Callable[..., Callable[[Callable[..., Any]], Callable[..., Any]]]:
    """Return a ``click.option`` whose options stand in that section of the help."""
    return functools.partial(click.option, cls=_SectionOption, section=name)
