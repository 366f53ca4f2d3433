"""How a command parses its INPUTs: on how many cores, with what cache, from where another run stopped."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crisismap.commands.options import find_homes
from crisismap.commands.sections import section
from crisismap.errors import ArticleError, CrisismapError
from crisismap.terminal import with_progress
from crisismap.watching import take_snapshot

if TYPE_CHECKING:
    from crisismap.articles import ReadOptions
    from crisismap.batch import Outcome
    from crisismap.cache import Cache
    from crisismap.geoparsing import Geoparser
    from crisismap.journal import Journal
    from crisismap.model import Article, ParsedArticle
    from crisismap.settings import Settings

__all__ = ["Run", "RunChoice", "choose_running", "expected_articles", "open_run", "watchable"]

_option = section("Running")

_FEW = 16
"""Articles that are parsed again sooner than a journal of them is read."""


@dataclass(frozen=True, slots=True)
class RunChoice:
    """What the options on running say."""

    jobs: int | None = None
    time_limit_s: float = 60.0
    cache: Path | None = None
    resume: bool = False


def choose_running(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options on running, as one argument ``running``, a RunChoice."""

    @_option(
        "--jobs",
        type=click.IntRange(1),
        help="Processes that parse. [default: one for each core; few articles are parsed in this process]",
    )
    @_option(
        "--time-limit",
        "time_limit_s",
        type=click.FloatRange(0, min_open=True),
        default=60.0,
        show_default=True,
        metavar="SECONDS",
        help="Skip an article that takes longer; not with --jobs 1.",
    )
    @_option(
        "--cache",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="FOLDER",
        help="Keep what was found in each article there, and do not parse it again until it, the settings, "
        "the gazetteer or crisismap change. At most 2 GB.",
    )
    @_option("--resume", is_flag=True, help="Go on where an interrupted run to the same output stopped.")
    @functools.wraps(command)
    def with_running(
        *args: Any,
        jobs: int | None,
        time_limit_s: float,
        cache: Path | None,
        resume: bool,
        **options: Any,
    ) -> None:
        command(*args, running=RunChoice(jobs, time_limit_s, cache, resume), **options)

    return with_running


def watchable(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command with ``pipeline``, ``output`` and ``overwrite`` the option --watch."""

    @_option(
        "--watch", is_flag=True, help="Write it again whenever the INPUTs change, until Ctrl-C; see --cache."
    )
    @functools.wraps(command)
    def with_watch(*args: Any, watch: bool, **options: Any) -> None:
        if not watch:
            command(*args, **options)
            return
        from crisismap.watching import changes

        inputs = options["pipeline"].inputs
        if unwatched := [path for path in inputs if path == "-" or "://" in path]:
            raise click.UsageError(f"--watch takes files and folders, and {unwatched[0]!r} is neither")
        look = functools.partial(take_snapshot, inputs, ignore=[options["output"]])
        for number, _ in enumerate(changes(look)):
            if number:
                options["overwrite"] = True  # it is this command's own
            try:
                command(*args, **options)
            except CrisismapError as error:
                if not number:
                    raise
                click.echo(f"crisismap: {error}", err=True)

    return with_watch


@dataclass(slots=True)
class Run:
    """A run under way."""

    geoparser: Geoparser
    articles: Iterator[ParsedArticle]
    """What was found, one article at a time; those that cannot be parsed are reported and counted."""
    skipped: int = field(default=0, init=False)
    duplicates: int = field(default=0, init=False)
    """Articles whose URL or text came before; they are left out."""

    def skip(self, error: ArticleError) -> None:
        """Report what cannot be read or parsed, and go on."""
        self.skipped += 1
        click.echo(f"crisismap: skipped: {error}", err=True)

    def merge(self, _duplicate: object) -> None:
        """Count an article that came before."""
        self.duplicates += 1


@contextmanager
def open_run(
    inputs: Sequence[str],
    settings: Settings,
    *,
    homes: Sequence[str] = (),
    running: RunChoice | None = None,
    reading: ReadOptions | None = None,
    target: str | Path = "-",
    overwrite: bool = False,
    quiet: bool = False,
) -> Iterator[Run]:
    """Read and parse INPUTs for as long as the block lasts.

    Files of earlier results come first and are not parsed again.  Where there are more than a few articles
    and a target, what is finished is kept beside it until the block ends well.

    Args:
        inputs: the command's INPUTs.
        settings: how to parse; without homes.
        homes: what --home says.
        running: what the options on running say.
        reading: how to read the articles.
        target: the file that the block writes; "-" for none.
        overwrite: whether what an interrupted run left may be thrown away.
        quiet: whether no progress is to be shown.

    Raises:
        UsageError: there is nothing beside which an interrupted run could have kept anything.
        CrisismapError: as the parts raise it, and an ArticleError where not one article can be read.
    """
    from crisismap.articles import read_articles
    from crisismap.homes import look_ahead
    from crisismap.journal import Journal, has_journal
    from crisismap.parsed import holds_results, read_results

    running = running or RunChoice()
    if running.resume and not _is_file(target):
        raise click.UsageError(
            "--resume needs a file as output; for standard output and databases, --cache FOLDER keeps what is"
            " finished"
        )
    if "-" in inputs and not _is_file(target) and running.jobs is None:
        running = replace(running, jobs=1)  # who pipes articles through may wait for the first answer
    geoparser = settings.open()
    run = Run(geoparser, iter(()))
    earlier = [] if settings.given_spans else [path for path in inputs if holds_results(path)]
    known = chain.from_iterable(
        read_results(path, borders=settings.borders, on_error=run.skip) for path in earlier
    )
    fresh = [path for path in inputs if path not in earlier]
    articles: Iterator[Article] = iter(())
    if fresh:
        found = find_homes(geoparser.gazetteer, homes)
        geoparser = run.geoparser = geoparser.with_homes(found.known)
        articles = read_articles(fresh, on_error=run.skip, on_duplicate=run.merge, options=reading)
        if found.guessed and "-" not in fresh:  # for the same reason
            articles, geoparser = look_ahead(articles, geoparser)
        settings = replace(settings, homes=tuple(sorted(geoparser.homes.items())))
    with ExitStack() as stack:
        total = None if quiet or not sys.stderr.isatty() else expected_articles(fresh)
        parse = _parser(settings, geoparser, running, stack, total, quiet=quiet)
        journal = None
        if _is_file(target):
            first = list(islice(articles, _FEW + 1))
            articles = chain(first, articles)
            if len(first) > _FEW or has_journal(target):
                journal = stack.enter_context(
                    Journal(Path(target), settings, resume=running.resume, overwrite=overwrite)
                )
        parsed = _parse(articles, parse, journal, run)
        run.articles = _counted(chain(known, parsed), run, inputs)
        yield run


def expected_articles(inputs: Sequence[str]) -> int | None:
    """About how many articles there are, for the time that is left; None where only reading tells.

    A line of JSON Lines counts as one, and a file in a folder.
    """
    total = 0
    for path in map(Path, inputs):
        if path.is_dir():
            total += sum(1 for _ in take_snapshot([path]))
        elif path.suffix.lower() in (".jsonl", ".ndjson") and path.is_file():
            with path.open("rb") as file:
                total += sum(chunk.count(b"\n") for chunk in iter(functools.partial(file.read, 2**20), b""))
        elif path.suffix.lower() in (".txt", ".text", ".md", ".html", ".htm", ".pdf"):
            total += 1
        else:
            return None
    return total


def _parser(
    settings: Settings,
    geoparser: Geoparser,
    running: RunChoice,
    stack: ExitStack,
    total: int | None,
    *,
    quiet: bool,
) -> Callable[[Iterator[Article], int], Iterator[Outcome]]:
    from crisismap.batch import outcomes
    from crisismap.cache import Cache

    cache: Cache | None = stack.enter_context(Cache(running.cache, settings)) if running.cache else None

    def parse(articles: Iterator[Article], done: int) -> Iterator[Outcome]:
        found = outcomes(
            articles,
            settings,
            jobs=running.jobs,
            time_limit_s=running.time_limit_s,
            cache=cache,
            geoparser=geoparser,
        )
        return with_progress(found, "articles", hidden=quiet, total=total and max(0, total - done))

    return parse


def _parse(
    articles: Iterator[Article],
    parse: Callable[[Iterator[Article], int], Iterator[Outcome]],
    journal: Journal | None,
    run: Run,
) -> Iterator[ParsedArticle]:
    if journal is None:
        for outcome in parse(articles, 0):
            if isinstance(outcome.result, ArticleError):
                run.skip(outcome.result)
            else:
                yield outcome.result
        return
    try:
        journal.fill(articles, lambda rest: parse(rest, journal.done))
    except KeyboardInterrupt:
        click.echo(
            f"crisismap: stopped; {journal.path} keeps {journal.done} articles; --resume goes on from there",
            err=True,
        )
        raise
    yield from journal.results(on_error=run.skip)


def _is_file(target: str | Path) -> bool:
    """Whether a target is, or would be, a file of its own: no device, and not standard output."""
    return str(target) != "-" and (Path(target).is_file() or not Path(target).exists())


def _counted(articles: Iterator[ParsedArticle], run: Run, inputs: Sequence[str]) -> Iterator[ParsedArticle]:
    read = 0
    for read, article in enumerate(articles, 1):  # noqa: B007 - counted for after the loop
        yield article
    if not read:
        raise ArticleError(f"no article could be read from {', '.join(map(repr, inputs))}")
    if run.skipped:
        click.echo(f"crisismap: {run.skipped} skipped, {read} read", err=True)
    if run.duplicates:
        click.echo(
            f"crisismap: {run.duplicates} left out, equal to earlier ones; --keep-duplicates keeps them",
            err=True,
        )
