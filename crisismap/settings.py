"""What a run is made with, small enough to send to another process, which opens its own pipeline from it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crisismap.errors import GazetteerError
from crisismap.gazetteer import Boundaries, Gazetteer, read_places
from crisismap.geoparsing import Geoparser, home_of
from crisismap.model import Borders, Place
from crisismap.paths import data_path
from crisismap.recognition import open_recognizer

__all__ = ["Settings"]

_CHUNK = 2**20


@dataclass(frozen=True, slots=True)
class Settings:
    """How articles are parsed: files, names and choices, and nothing that is open."""

    gazetteer: Path | None = None
    """None is the one that ships with crisismap."""
    places: tuple[Path, ...] = ()
    """Files of own places that are laid over it."""
    recognizer: str = "neural"
    borders: Borders = Borders.INTERNATIONAL
    homes: tuple[tuple[str, Place], ...] = ()
    """Where outlets are at home, by source; "" stands for all others."""
    given_spans: bool = False
    """Whether exactly the spans that the input marks are resolved."""

    def open_gazetteer(self) -> Gazetteer:
        """Open the gazetteer and lay the places over it.

        Raises:
            GazetteerError: a file is missing or malformed.
        """
        gazetteer = Gazetteer.open(self.gazetteer)
        if not self.places:
            return gazetteer
        boundaries = Boundaries.open()
        return gazetteer.with_places(place for path in self.places for place in read_places(path, boundaries))

    def open(self) -> Geoparser:
        """Open the pipeline.

        Raises:
            GazetteerError: a file is missing or malformed.
        """
        gazetteer = self.open_gazetteer()
        return Geoparser(
            gazetteer,
            recognizer=open_recognizer(self.recognizer, gazetteer),
            borders=self.borders,
            homes=dict(self.homes),
        )

    def home_of(self, source: str) -> Place | None:
        """Where an outlet is at home, as the pipeline takes it."""
        return home_of(dict(self.homes), source)

    def digest(self) -> str:
        """A SHA-256 of all that the results depend on beside the articles.

        It covers the contents of the gazetteer, the models and every other shipped file, and crisismap's own
        code, so that what an older version found is not taken for what this one would find.

        Raises:
            GazetteerError: a file cannot be read.
        """
        total = hashlib.sha256()
        for path in (*self._files(), *_own_files()):
            total.update(_file_digest(path))
        choices = (self.gazetteer is None, self.recognizer, self.borders, self.homes, self.given_spans)
        total.update(repr(choices).encode())
        return total.hexdigest()

    def _files(self) -> Iterator[Path]:
        if self.gazetteer is not None:
            yield self.gazetteer
        yield from self.places


def _own_files() -> Iterator[Path]:
    yield from sorted(Path(__file__).parent.rglob("*.py"))
    yield from sorted(path for path in data_path().rglob("*") if path.is_file() and path.suffix != ".py")


def _file_digest(path: Path) -> bytes:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise GazetteerError(f"{path}: cannot be read ({error.strerror})") from None
    return digest.digest()
