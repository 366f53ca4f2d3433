"""Many articles on all cores, in the order of the input.

``concurrent.futures`` gives up all work when one worker dies and cannot end one that hangs, so the workers
are kept here: each has its own pipe and at most one article.  One that dies or takes too long costs its
article, and another takes its place.
"""

from __future__ import annotations

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
from crisismap.geoparsing import Geoparser, geoparse
from crisismap.model import Article, Mention, ParsedArticle, Sentence
from crisismap.settings import Settings

__all__ = ["TIME_LIMIT_S", "Outcome", "outcomes", "parse_batch"]

_LOG = logging.getLogger(__name__)

TIME_LIMIT_S = 60.0
"""Seconds for one article; an ordinary one takes a tenth of one."""

_FEW = 16
"""Articles that are parsed sooner than other processes have started."""

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
        time_limit_s: seconds for one article; a worker that takes longer is ended and the article skipped.
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
    for article in articles:
        known = cache.get(article) if cache else None
        if known is not None:
            yield Outcome(article, known)
            continue
        result = _parse_one(article, geoparser, settings)
        if cache and isinstance(result, ParsedArticle):
            cache.put(result)
        yield Outcome(article, result)


def _parse_one(article: Article, geoparser: Geoparser, settings: Settings) -> ParsedArticle | ArticleError:
    errors: list[ArticleError] = []
    parsed = geoparse([article], geoparser, given_spans=settings.given_spans, on_error=errors.append)
    for result in parsed:
        return result
    return errors[0]


@dataclass(slots=True)
class _Slot:
    """An article on its way through."""

    article: Article
    result: ParsedArticle | ArticleError | None = None


def _parse_there(
    articles: Iterator[Article], settings: Settings, jobs: int, time_limit_s: float, cache: Cache | None
) -> Iterator[Outcome]:
    slots: deque[_Slot] = deque()  # in the order of the input
    held: _Slot | None = None  # the last of them, while no worker is free
    characters = 0
    ended = False
    with _Pool(settings, jobs, time_limit_s) as pool:
        while True:
            # Every free worker gets an article before the caller gets its next one.
            while not held and not ended and len(slots) < _AHEAD * jobs and characters < _AHEAD_CHARACTERS:
                article = next(articles, None)
                if article is None:
                    ended = True
                    break
                slot = _Slot(article, cache.get(article) if cache else None)
                slots.append(slot)
                characters += len(article.text)
                if slot.result is None:
                    held = slot
            if held and pool.take(held):
                held = None
            elif slots and (result := slots[0].result):
                article = slots.popleft().article
                characters -= len(article.text)
                yield Outcome(article, result)
                _keep(pool.collect(wait_for_one=False), cache)
            elif slots:
                _keep(pool.collect(wait_for_one=True), cache)
            elif ended:
                return


def _keep(slots: Iterable[_Slot], cache: Cache | None) -> None:
    for slot in slots:
        if cache and isinstance(slot.result, ParsedArticle):
            cache.put(slot.result)


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

    def take(self, slot: _Slot) -> bool:
        """Give the article to a free worker; False where there is none."""
        while len(self._workers) < self._jobs:
            self._workers.append(_Worker(self._settings))
        for place, worker in enumerate(self._workers):
            if worker.ready and worker.slot is None:
                try:
                    worker.give(slot, time.monotonic() + self._time_limit_s)
                except OSError:  # it died while it had nothing to do, which is no article's fault
                    worker.end()
                    self._workers[place] = _Worker(self._settings)
                else:
                    return True
        return False

    def collect(self, *, wait_for_one: bool) -> list[_Slot]:
        """Take in what the workers have finished, and replace those that have died or take too long."""
        busy = [worker for worker in self._workers if worker.slot or not worker.ready]
        patience = 0.0
        if wait_for_one:
            patience = max(0.0, min(worker.deadline for worker in busy) - time.monotonic())
        answered = wait([worker.connection for worker in busy], patience)
        now = time.monotonic()
        finished = []
        for place, worker in enumerate(self._workers):
            slot = worker.slot
            if worker.connection in answered:
                try:
                    worker.hear()
                except (EOFError, OSError):
                    self._workers[place] = self._replace(worker, worker.end(_LAST_WORDS_S))
            elif worker in busy and now >= worker.deadline:
                if slot:
                    slot.result = ArticleError(
                        f"article {slot.article.id!r}: took longer than {self._time_limit_s:g} s; skipped"
                    )
                self._workers[place] = self._replace(worker, worker.end())
            if slot and slot.result is not None:
                finished.append(slot)
        return finished

    def _replace(self, worker: _Worker, status: str) -> _Worker:
        """What takes the place of a worker that has ended."""
        slot = worker.slot
        if slot is None:  # it has never been ready, and neither would the next be
            self._workers.remove(worker)
            raise CrisismapError(
                f"a worker process ended while it started ({status}); parse with one job, in this process,"
                ' or see that your script\'s own code stands under if __name__ == "__main__":'
            )
        if slot.result is None:
            slot.result = ArticleError(
                f"article {slot.article.id!r}: the process that parsed it ended ({status}); skipped"
            )
        _LOG.info("%s; its worker is replaced", slot.result)
        return _Worker(self._settings)


class _Worker:
    """A process that parses one article at a time."""

    def __init__(self, settings: Settings):
        # A fresh interpreter: a fork of a process that runs threads (progress, ONNX Runtime) may hang.
        context = multiprocessing.get_context("spawn")
        self.connection, other = context.Pipe()
        self.slot: _Slot | None = None
        self.deadline = time.monotonic() + _START_S
        self.ready = False
        self._process = context.Process(target=_work, args=(other, settings), daemon=True)
        with _deaf_to_interrupts():
            self._process.start()
        other.close()

    def give(self, slot: _Slot, deadline: float) -> None:
        """Send it an article; raises OSError where the process has died."""
        self.connection.send(slot.article)
        self.slot, self.deadline = slot, deadline

    def hear(self) -> None:
        """Take in one message; raises EOFError or OSError where the process has died."""
        answer = self.connection.recv()
        if not self.ready:
            if isinstance(answer, CrisismapError):
                raise answer
            self.ready = True
        elif self.slot:
            article = self.slot.article
            if isinstance(answer, ArticleError):
                self.slot.result = answer
            else:
                self.slot.result = ParsedArticle(article, answer.sentences, answer.mentions)
            self.slot = None

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
    try:
        connection.send(None)
        while True:
            result = _parse_one(connection.recv(), geoparser, settings)
            if isinstance(result, ParsedArticle):
                connection.send(_Findings(result.sentences, result.mentions))
            else:
                connection.send(result)
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
