"""Options that several commands take."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crisismap.commands.sections import section
from crisismap.errors import GazetteerError
from crisismap.model import Borders, Place

if TYPE_CHECKING:
    from crisismap.gazetteer import Gazetteer
    from crisismap.settings import Settings

__all__ = ["BORDERS", "HOME", "RECOGNIZER", "GazetteerChoice", "Homes", "choose_gazetteer", "find_homes"]

_option = section("Finding places")

BORDERS = _option(
    "--borders",
    type=click.Choice([str(borders) for borders in Borders]),
    default=str(Borders.INTERNATIONAL),
    show_default=True,
    callback=lambda _context, _option, value: Borders(value),
    help="Draw disputed boundaries as most states see them, or where control on the ground changes hands.",
)


RECOGNIZER = _option(
    "--recognizer",
    type=click.Choice(["neural", "fast"]),
    default="neural",
    show_default=True,
    help="What finds the place names: a small network beside linear models, or these alone, several times "
    "as fast and a little less accurate.",
)


HOME = _option(
    "--home",
    "homes",
    metavar="[SOURCE=]PLACE|none",
    multiple=True,
    help='Where the articles\' outlet is at home ("Paris, Texas"), or that of one SOURCE; repeatable. Local '
    "news rarely says which Springfield it means. Unless given, guessed from the outlet's own articles in "
    "the input, where there are three or more; 'none' guesses nothing.",
)


@dataclass(frozen=True, slots=True)
class Homes:
    """What the options --home say."""

    known: Mapping[str, Place]
    """By source, "" for all others."""
    guessed: bool
    """Whether those of other sources are to be guessed."""


def find_homes(gazetteer: Gazetteer, homes: Sequence[str]) -> Homes:
    """Look up the place of each "PLACE" or "SOURCE=PLACE"; "none" forbids guessing.

    Raises:
        GazetteerError: the gazetteer knows no such place.
    """
    from crisismap.gazetteer.search import search

    places = {}
    for home in homes:
        if home == "none":
            continue
        source, _, name = home.rpartition("=")
        found = search(gazetteer, name)
        if not found:
            raise GazetteerError(
                f"--home {home!r}: no place {name.strip()!r} in the gazetteer; "
                f"'crisismap find' shows what there is"
            )
        places[source.strip()] = found[0].place
    return Homes(places, "none" not in homes and "" not in places)


@dataclass(frozen=True, slots=True)
class GazetteerChoice:
    """Which gazetteer a command uses, and what is laid over it."""

    path: Path | None
    """None is the one that ships with crisismap."""
    places: tuple[Path, ...]

    def open(self) -> Gazetteer:
        """Open the gazetteer and lay the places over it.

        Raises:
            GazetteerError: a file is missing or malformed.
        """
        return self.settings().open_gazetteer()

    def settings(self, **choices: Any) -> Settings:
        """Settings of this gazetteer and other choices."""
        from crisismap.settings import Settings

        return Settings(gazetteer=self.path, places=self.places, **choices)


def choose_gazetteer(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options --gazetteer and --places, as one argument ``gazetteer``."""

    @_option(
        "--gazetteer",
        type=click.Path(path_type=Path),
        help="A gazetteer file other than the one that ships with crisismap.",
    )
    @_option(
        "--places",
        type=click.Path(path_type=Path),
        multiple=True,
        help="CSV or GeoJSON of your own places (name, lon, lat, aliases), to be known as well; repeatable.",
    )
    @functools.wraps(command)
    def with_choice(*args: Any, gazetteer: Path | None, places: tuple[Path, ...], **options: Any) -> None:
        command(*args, gazetteer=GazetteerChoice(gazetteer, places), **options)

    return with_choice
