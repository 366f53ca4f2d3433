"""Options that several commands take."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["GAZETTEER"]

GAZETTEER = click.option(
    "--gazetteer",
    type=click.Path(path_type=Path),
    help="A gazetteer file other than the one that ships with crisismap.",
)
