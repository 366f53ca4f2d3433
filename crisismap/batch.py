"""Many articles on all cores, in the order of the input.

``concurrent.futures`` gives up all work when one worker dies and cannot end one that hangs, so the workers
are kept here: each has its own pipe and at most a few articles.  One that dies or takes too long is replaced,
and its articles are given out again one by one, so that only the one that is to blame is lost.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing.connection import Connection, wait
from typing import Self

from crisismap.cache import Cache
from crisismap.errors import ArticleError, CrisismapError
from crisismap.geoparsing import Geoparser, parse_together, portions
from crisismap.model import Article, Mention, ParsedArticle, Sentence
from crisismap.settings import Settings

__all__ = ["TIME_LIMIT_S", "Outcome", "outcomes", "parse_batch"]

_LOG = logging.getLogger(__name__)

TIME_LIMIT_S = 60.0
"""Seconds for one article; an ordinary one takes a tenth of one."""

_FEW = 16
"""Articles that are parsed sooner than other processes have started."""

_TOGETHER = 8
"""Articles that a worker gets at a time: more take longer to come back, and are hardly faster."""

_AHEAD = 32
"""Articles a worker that are read, or parsed and held back, before the first one of them is through."""

_AHEAD_CHARACTERS = 20_000_000
"""The most that their texts hold together."""

_START_S = 300.0
"""Seconds for a worker to start in: a second or two, on a machine that does much else."""

_LAST_WORDS_S = 1.0
"""Seconds from the closing of a dying process's pipe to its exit status."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an article: what was found in it, or why nothing was."""

    article: Article
    result: ParsedArticle | ArticleError


def parse_batch(
    articles: Iterable[Article],
    settings: Settings,
    *,
    jobs: int | None = None,
    time_limit_s: float = TIME_LIMIT_S,
    cache: Cache | None = None,
    geoparser: Geoparser | None = None,
    on_error: Callable[[ArticleError], None] | None = None,
) -> Iterator[ParsedArticle]:
    """Parse articles in other processes, lazily, in order, and in a memory that does not grow with them.

    A script that calls this needs ``if __name__ == "__main__":``, as everything that starts processes does.

    Args:
        articles: what to parse; read only as far ahead as the workers need.
        settings: how.
        jobs: the number of worker processes; 1 parses in this process, with no time limit.  None is one for
            each core, but this process where there are only a few articles.
        time_limit_s: seconds for one article, and for a few that are parsed together; a worker that takes
            longer is ended and an article that it had alone is skipped.
        cache: where known articles are looked up and others kept.
        geoparser: an open one of these settings, for what is parsed in this process.
        on_error: is given an error for each article that fails, takes too long or costs its worker, and
            parsing goes on.  Without it the first error is raised.

    Raises:
        ArticleError: an article cannot be parsed, and there is no ``on_error``.
        GazetteerError: a file that the settings name is missing or malformed.
        CrisismapError: no worker can be started.
    """
    found = outcomes(
        articles, settings, jobs=jobs, time_limit_s=time_limit_s, cache=cache, geoparser=geoparser
    )
    for outcome in found:
        if isinstance(outcome.result, ParsedArticle):
            yield outcome.result
        elif on_error is None:
            raise outcome.result
        else:
            on_error(outcome.result)


def outcomes(
    articles: Iterable[Article],
    settings: Settings,
    *,
    jobs: int | None = None,
    time_limit_s: float = TIME_LIMIT_S,
    cache: Cache | None = None,
    geoparser: Geoparser | None = None,
) -> Iterator[Outcome]:
    """The same, with one outcome for each article."""
    stream = iter(articles)
    if jobs is None:
        first = list(islice(stream, _FEW))
        jobs = 1 if len(first) < _FEW else None
        stream = chain(first, stream)
    if jobs == 1:
        found = _parse_here(stream, geoparser or settings.open(), settings, cache)
    else:
        found = _parse_there(stream, settings, jobs or _cores(), time_limit_s, cache)
    yield from found


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on Linux
        return os.cpu_count() or 1


def _parse_here(
    articles: Iterable[Article], geoparser: Geoparser, settings: Settings, cache: Cache | None
) -> Iterator[Outcome]:
    for few in portions(articles):
        known = [cache.get(article) if cache else None for article in few]
        fresh = [article for article, found in zip(few, known, strict=True) if found is None]
        parsed = parse_together(fresh, geoparser, given_spans=settings.given_spans)
        for article, found in zip(few, known, strict=True):
            result = found or next(parsed)
            if cache and found is None and isinstance(result, ParsedArticle):
                cache.put(result)
            yield Outcome(article, result)


@dataclass(slots=True)
class _Slot:
    """An article on its way through."""

    article: Article
    result: ParsedArticle | ArticleError | None = None


def _parse_there(
    articles: Iterator[Article], settings: Settings, jobs: int, time_limit_s: float, cache: Cache | None
) -> Iterator[Outcome]:
    slots: deque[_Slot] = deque()  # in the order of the input
    waiting: deque[list[_Slot]] = deque()  # of these, what no worker has, in portions
    characters = 0
    unread = portions(articles, _TOGETHER)
    with _Pool(settings, jobs, time_limit_s) as pool:
        while True:
            # Every free worker gets articles before the caller gets its next one.
            while not waiting and len(slots) < _AHEAD * jobs and characters < _AHEAD_CHARACTERS:
                few = [_Slot(article, cache.get(article) if cache else None) for article in next(unread, [])]
                if not few:
                    break
                slots += few
                characters += sum(len(slot.article.text) for slot in few)
                if fresh := [slot for slot in few if slot.result is None]:
                    waiting.append(fresh)
            if waiting and pool.take(waiting[0]):
                waiting.popleft()
            elif not slots:
                return
            elif result := slots[0].result:
                article = slots.popleft().article
                characters -= len(article.text)
                yield Outcome(article, result)
                waiting.extendleft(_collect(pool, cache, wait_for_one=False))
            else:
                waiting.extendleft(_collect(pool, cache, wait_for_one=True))


def _collect(pool: _Pool, cache: Cache | None, *, wait_for_one: bool) -> list[list[_Slot]]:
    """Keep what the workers have finished; returns what is to be given out again."""
    finished, again = pool.collect(wait_for_one=wait_for_one)
    for slot in finished:
        if cache and isinstance(slot.result, ParsedArticle):
            cache.put(slot.result)
    return again


class _Pool:
    """Worker processes, started when the first article comes."""

    def __init__(self, settings: Settings, jobs: int, time_limit_s: float):
        self._settings = settings
        self._jobs = jobs
        self._time_limit_s = time_limit_s
        self._workers: list[_Worker] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.end()

    def take(self, slots: list[_Slot]) -> bool:
        """Give the articles to a free worker; False where there is none."""
        while len(self._workers) < self._jobs:
            self._workers.append(_Worker(self._settings))
        for place, worker in enumerate(self._workers):
            if worker.ready and not worker.slots:
                try:
                    worker.give(slots, time.monotonic() + self._time_limit_s)
                except OSError:  # it died while it had nothing to do, which is no article's fault
                    worker.end()
                    self._workers[place] = _Worker(self._settings)
                else:
                    return True
        return False

    def collect(self, *, wait_for_one: bool) -> tuple[list[_Slot], list[list[_Slot]]]:
        """Take in what the workers have finished, and replace those that have died or take too long.

        Returns:
            The finished articles; and those to be given out again, alone.
        """
        busy = [worker for worker in self._workers if worker.slots or not worker.ready]
        patience = 0.0
        if wait_for_one:
            patience = max(0.0, min(worker.deadline for worker in busy) - time.monotonic())
        answered = wait([worker.connection for worker in busy], patience)
        now = time.monotonic()
        given: list[_Slot] = []
        for place, worker in enumerate(self._workers):
            slots = worker.slots
            if worker.connection in answered:
                try:
                    worker.hear()
                except (EOFError, OSError):
                    status = worker.end(_LAST_WORDS_S)
                    self._replace(place, f"the process that parsed it ended ({status})", status)
            elif worker in busy and now >= worker.deadline:
                self._replace(place, f"took longer than {self._time_limit_s:g} s", worker.end())
            if self._workers[place].slots is not slots:
                given += slots
        finished = [slot for slot in given if slot.result is not None]
        return finished, [[slot] for slot in given if slot.result is None]

    def _replace(self, place: int, reason: str, status: str) -> None:
        """Put another worker in the place of one that has ended, by its own fault or its article's."""
        slots = self._workers[place].slots
        if not slots:  # it has never been ready, and neither would the next be
            del self._workers[place]
            raise CrisismapError(
                f"a worker process ended while it started ({status}); parse with one job, in this process,"
                ' or see that your script\'s own code stands under if __name__ == "__main__":'
            )
        if len(slots) == 1:
            slots[0].result = ArticleError(f"article {slots[0].article.id!r}: {reason}; skipped")
        names = ", ".join(repr(slot.article.id) for slot in slots)
        _LOG.info("%s: %s; the worker is replaced", names, reason)
        self._workers[place] = _Worker(self._settings)


class _Worker:
    """A process that parses a few articles at a time."""

    def __init__(self, settings: Settings):
        # A fresh interpreter: a fork of a process that runs threads (progress, ONNX Runtime) may hang.
        context = multiprocessing.get_context("spawn")
        self.connection, other = context.Pipe()
        self.slots: list[_Slot] = []
        self.deadline = time.monotonic() + _START_S
        self.ready = False
        self._process = context.Process(target=_work, args=(other, settings), daemon=True)
        with _deaf_to_interrupts():
            self._process.start()
        other.close()

    def give(self, slots: list[_Slot], deadline: float) -> None:
        """Send it articles; raises OSError where the process has died."""
        self.connection.send([slot.article for slot in slots])
        self.slots, self.deadline = slots, deadline

    def hear(self) -> None:
        """Take in one message; raises EOFError or OSError where the process has died."""
        answer = self.connection.recv()
        if not self.ready:
            if isinstance(answer, CrisismapError):
                raise answer
            self.ready = True
            return
        for slot, found in zip(self.slots, answer, strict=True):
            if isinstance(found, ArticleError):
                slot.result = found
            else:
                slot.result = ParsedArticle(slot.article, found.sentences, found.mentions)
        self.slots = []

    def end(self, patience_s: float = 0.0) -> str:
        """End the process, unless it does so itself that soon; says how it has ended."""
        self.connection.close()
        self._process.join(patience_s)
        self._process.kill()
        self._process.join()
        status = self._process.exitcode or 0
        self._process.close()
        return f"signal {-status}" if status < 0 else f"exit status {status}"


@dataclass(frozen=True, slots=True)
class _Findings:
    """A ParsedArticle without its article, which the other side has."""

    sentences: tuple[Sentence, ...]
    mentions: tuple[Mention, ...]


def _work(connection: Connection, settings: Settings) -> None:
    """Parse what comes until the other side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its workers
    try:
        geoparser = settings.open()
    except CrisismapError as error:
        connection.send(error)
        return
    gc.freeze()  # what is open now stays open, and need not be looked through again and again
    try:
        connection.send(None)
        while True:
            parsed = parse_together(connection.recv(), geoparser, given_spans=settings.given_spans)
            connection.send(
                [
                    _Findings(found.sentences, found.mentions) if isinstance(found, ParsedArticle) else found
                    for found in parsed
                ]
            )
    except (EOFError, OSError):
        return


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Let what starts here ignore Ctrl-C from its first moment on."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
