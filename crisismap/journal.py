"""The finished articles of a run, beside its target, so that an interrupted run goes on where it stopped.

The journal of ``out.geojson`` is ``.out.geojson.part.jsonl``: hidden, so that a folder that is both input and
output is safe.  It is a file of results like any other (:mod:`crisismap.parsed`), with every number in full,
and whatever the target's format is, the target is written from it.  A run that was interrupted any number of
times therefore writes the same bytes as one that was not.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Self

from crisismap.batch import Outcome
from crisismap.errors import ArticleError, OutputError
from crisismap.model import Article, ParsedArticle
from crisismap.parsed import Mark, line_of, read_results
from crisismap.parsed.files import MAX_LINE
from crisismap.parsed.records import load, mark_of, parse_article
from crisismap.settings import Settings

__all__ = ["Journal", "has_journal"]

_LOG = logging.getLogger(__name__)

_SYNC_EVERY = 500
"""Articles between two calls of fsync: what a power failure may cost.  A killed process costs none."""


class Journal:
    """A run's finished articles; gone when the block ends well, kept when it does not.

    Example:
        >>> from crisismap.batch import outcomes
        >>> settings = Settings(recognizer="fast")
        >>> articles = [Article("a", "Talks were held in Kyiv.")]
        >>> with Journal(Path("/tmp/out.jsonl"), settings, overwrite=True) as journal:
        ...     journal.fill(articles, lambda rest: outcomes(rest, settings))
        ...     [len(parsed.mentions) for parsed in journal.results()]
        [1]
    """

    def __init__(self, target: Path, settings: Settings, *, resume: bool = False, overwrite: bool = False):
        """Open the journal beside ``target``.

        Args:
            target: the file that is to be written in the end.
            settings: those of the run; a journal of others is not gone on with.
            resume: go on with what an interrupted run left, if it left anything.
            overwrite: throw away what it left.

        Raises:
            OutputError: an interrupted run left something, and neither is asked for; another run is writing
                it; or the file cannot be written.
        """
        self.path = _journal_path(target)
        self.done = 0
        """Articles that are in it, those that could not be parsed included."""
        digest = hashlib.sha256((settings.digest() + repr(settings.homes)).encode()).hexdigest()
        self._mark = Mark(settings.borders, digest[:32])
        try:
            if not resume and not overwrite and has_journal(target):
                raise OutputError(
                    f"{self.path}: an interrupted run left this; pass --resume to go on with it, or"
                    " --overwrite to begin again"
                )
            self._file: BinaryIO = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666), "r+b")
        except OSError as error:
            raise _refusal(self.path, error) from None
        self._lock()
        if not resume:
            self._file.truncate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with suppress(OSError):
            empty = not self._file.seek(0, os.SEEK_END)
            self._file.close()
            if kind is None or empty:
                self.path.unlink(missing_ok=True)

    def fill(
        self, articles: Iterable[Article], parse: Callable[[Iterator[Article]], Iterable[Outcome]]
    ) -> None:
        """Parse the articles that are not in the journal, and enter each as soon as it is finished.

        The articles are those of the interrupted run, in the same order; from the first one that is not, all
        are parsed again.

        Raises:
            OutputError: the journal is of other settings, or the disk refuses.
        """
        stream = iter(articles)
        rest = self._pass_over_done(stream)
        try:
            for number, outcome in enumerate(parse(rest), 1):
                self._enter(outcome)
                if number % _SYNC_EVERY == 0:
                    os.fsync(self._file.fileno())
        except OSError as error:
            if isinstance(error, OutputError) or error.filename is not None:
                raise
            raise _refusal(self.path, error) from None

    def results(self, *, on_error: Callable[[ArticleError], None] | None = None) -> Iterator[ParsedArticle]:
        """The articles in the journal, in order; ``on_error`` is given those that could not be parsed."""
        self._file.flush()
        return read_results(self.path, on_error=on_error)

    def _enter(self, outcome: Outcome) -> None:
        mark, result = self._mark, outcome.result
        if isinstance(result, ArticleError):
            mark = Mark(mark.borders, mark.settings, str(result))
            result = ParsedArticle(outcome.article, (), ())
        self._file.write(line_of(result, mark, exact=True))
        self._file.flush()
        self.done += 1

    def _pass_over_done(self, stream: Iterator[Article]) -> Iterator[Article]:
        """Go past the articles that are in the journal, and cut off what is not good of it."""
        good = 0
        pending: list[Article] = []
        self._file.seek(0)
        while line := self._file.readline(MAX_LINE + 1):
            where = f"{self.path}:{self.done + 1}"
            if not line.endswith(b"\n"):
                _LOG.info("%s: half a line; dropped", where)
                break
            try:
                record = load(line, where)
                mark, known = mark_of(record), parse_article(record)
            except ArticleError as error:
                _LOG.warning("%s; going on from there", error)
                break
            if mark.settings != self._mark.settings:
                raise OutputError(
                    f"{self.path}: begun with other settings, or by another version of crisismap; use those,"
                    " or pass --overwrite without --resume to begin again"
                )
            article = next(stream, None)
            if article != known:
                if article is not None:
                    pending = [article]
                _LOG.warning("%s: the input has changed from article %r on", self.path, known.id)
                break
            good += len(line)
            self.done += 1
        self._file.seek(good)
        self._file.truncate()
        return chain(pending, stream)

    def _lock(self) -> None:
        """Keep others from writing the same journal, where the system can."""
        try:
            import fcntl
        except ImportError:  # Windows
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise OutputError(f"{self.path}: another run is writing it; wait for that to end") from None


def has_journal(target: str | Path) -> bool:
    """Whether an interrupted run to that target left finished articles."""
    try:
        return _journal_path(Path(target)).stat().st_size > 0
    except (OSError, ValueError):
        return False


def _journal_path(target: Path) -> Path:
    return target.with_name(f".{target.name}.part.jsonl")


def _refusal(path: Path, error: OSError) -> OutputError:
    if isinstance(error, OutputError):
        return error
    return OutputError(
        f"{path}: cannot be written ({error.strerror}); free some room or choose another place"
    )
