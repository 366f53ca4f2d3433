"""What a command parses, and how: the INPUTs and options that map, export and explain share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crisismap.commands.options import BORDERS, HOME, RECOGNIZER, GazetteerChoice, choose_gazetteer
from crisismap.commands.reading import choose_articles
from crisismap.commands.running import Run, RunChoice, open_run
from crisismap.model import Borders

if TYPE_CHECKING:
    from crisismap.articles import ReadOptions

__all__ = ["Pipeline", "choose_pipeline"]

_INPUTS = click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")


@dataclass(frozen=True, slots=True)
class Pipeline:
    """What INPUTs and options say; nothing is open yet."""

    inputs: tuple[str, ...]
    reading: ReadOptions
    gazetteer: GazetteerChoice
    recognizer: str
    borders: Borders
    homes: tuple[str, ...]

    def open(
        self,
        running: RunChoice,
        *,
        given_spans: bool = False,
        target: str | Path = "-",
        overwrite: bool = False,
        quiet: bool = False,
    ) -> AbstractContextManager[Run]:
        """Read and parse for as long as the block lasts; see ``open_run``."""
        settings = self.gazetteer.settings(
            recognizer=self.recognizer, borders=self.borders, given_spans=given_spans
        )
        return open_run(
            self.inputs,
            settings,
            homes=self.homes,
            running=running,
            reading=self.reading,
            target=target,
            overwrite=overwrite,
            quiet=quiet,
        )


def choose_pipeline(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command INPUTs and the options on reading and parsing them, as one argument ``pipeline``."""

    @_INPUTS
    @choose_articles
    @RECOGNIZER
    @BORDERS
    @HOME
    @choose_gazetteer
    @functools.wraps(command)
    def with_pipeline(
        *args: Any,
        inputs: tuple[str, ...],
        reading: ReadOptions,
        gazetteer: GazetteerChoice,
        recognizer: str,
        borders: Borders,
        homes: tuple[str, ...],
        **options: Any,
    ) -> None:
        pipeline = Pipeline(inputs, reading, gazetteer, recognizer, borders, homes)
        command(*args, pipeline=pipeline, **options)

    return with_pipeline
