"""One open file, wherever it lies, and what reading it takes."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from crisismap.articles import limits
from crisismap.articles.fetching import Fetcher
from crisismap.articles.options import ReadOptions
from crisismap.errors import ArticleError, CrisismapError

__all__ = ["Context", "Source", "damage", "first_line"]

_CHUNK = 2**16


@dataclass(frozen=True, slots=True)
class Context:
    """What all readers of one run share."""

    options: ReadOptions
    fetcher: Fetcher


@dataclass(frozen=True, slots=True)
class Source:
    """One open file: on disk, in an archive, from a web server or from standard input."""

    stream: io.BufferedReader[Any]
    name: str
    """What messages call it; printable, one line."""
    stem: str = ""
    """What an article's id is made of; "" where the content has to do."""
    suffix: str = ""
    """In lower case, with its dot; "" where there is none."""
    url: str = ""
    """Where it was fetched from."""
    charset: str = ""
    """The encoding that the server names."""
    depth: int = 0
    """Archives around it."""

    def read(self, limit: int) -> bytes:
        """The whole file.

        Raises:
            ArticleError: it is larger than ``limit`` bytes.
        """
        data: bytes = self.stream.read(limit + 1)
        if len(data) > limit:
            raise ArticleError(
                f"{self.name}: larger than {limits.megabytes(limit)}, the most that is read of such a file"
            )
        return data

    @contextmanager
    def seekable(self) -> Iterator[IO[bytes]]:
        """The file in a form that can be read in any order: itself, or a copy on disk that vanishes.

        Raises:
            ArticleError: a copy is needed, and the file is larger than MAX_SPOOL.
        """
        if self.depth == 0 and self.stream.seekable():
            yield self.stream
            return
        with tempfile.SpooledTemporaryFile(max_size=limits.RATIO_FREE) as copy:
            size = 0
            while chunk := self.stream.read(_CHUNK):
                size += len(chunk)
                if size > limits.MAX_SPOOL:
                    raise ArticleError(
                        f"{self.name}: larger than {limits.megabytes(limits.MAX_SPOOL)}; "
                        "save it as a file of its own"
                    )
                copy.write(chunk)
            copy.seek(0)
            yield copy


def first_line(error: BaseException) -> str:
    """The start of an error's message, on one printable line; its kind where it has none."""
    line = " ".join(str(error).split())
    line = "".join(c if c.isprintable() else "\ufffd" for c in line)
    return (line if len(line) <= 120 else line[:117] + "...") or type(error).__name__


@contextmanager
def damage(name: str, kind: str) -> Iterator[None]:
    """Turn whatever a parser of ``kind`` stumbles over into one clear error.

    Parsers of other people's formats raise anything at all at a damaged file; whatever it is, that file
    cannot be read and the rest can.

    Raises:
        ArticleError: the body raised an Exception other than crisismap's own.
    """
    try:
        yield
    except CrisismapError:
        raise
    except MemoryError:
        raise ArticleError(f"{name}: takes more memory than there is; read it in parts") from None
    except Exception as error:
        raise ArticleError(f"{name}: cannot be read as {kind} ({first_line(error)})") from error
