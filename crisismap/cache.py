"""What was found in articles, kept in a folder so that an unchanged article is not parsed again.

An entry is a file named by a digest of all that its content depends on: the article's text and origin, the
outlet's home, and :meth:`Settings.digest`, which covers crisismap's code, gazetteer and models.  So nothing
in the folder is ever wrong, only unused; the entries unused for longest go when there are too many.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import secrets
import zlib
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Self

from crisismap.errors import ArticleError, OutputError
from crisismap.model import Article, ParsedArticle
from crisismap.parsed.records import dump, findings_record, load, parse_findings
from crisismap.settings import Settings

__all__ = ["MAX_BYTES", "Cache"]

_LOG = logging.getLogger(__name__)

MAX_BYTES = 2_000_000_000
"""What the entries may take together: some hundred thousand articles."""

_SUFFIX = ".findings"
_LEVEL = 6
_MAX_ENTRY = 200_000_000  # bytes, unpacked: whatever else lies in the folder must not fill the memory


class Cache:
    """A folder of findings; any number of processes may use one at the same time.

    Example:
        >>> settings = Settings(recognizer="fast")
        >>> with Cache(Path("/tmp/crisismap-cache"), settings) as cache:
        ...     cache.get(Article("a", "Talks were held in Kyiv.")) is None
        True
    """

    def __init__(self, folder: Path, settings: Settings, *, max_bytes: int = MAX_BYTES):
        """Open the folder, made if it is not there.

        Raises:
            OutputError: it cannot be made.
        """
        self._folder = folder
        self._settings = settings
        self._digest = replace(settings, homes=()).digest()
        self._max_bytes = max_bytes
        self._written = False
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"{folder}: no folder for a cache ({error.strerror}); choose another place"
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Drop the entries unused for longest where there are too many."""
        if self._written:
            self.trim()

    def get(self, article: Article) -> ParsedArticle | None:
        """What was found in an article of this content, or None."""
        path = self._path(article)
        try:
            packed = path.read_bytes()
        except OSError:
            return None
        try:
            unpacker = zlib.decompressobj()
            found = unpacker.decompress(packed, _MAX_ENTRY)
            if not unpacker.eof:
                raise zlib.error("cut short")
            parsed = parse_findings(load(found, str(path)), article)
        except (zlib.error, ArticleError) as error:
            _LOG.info("%s: dropped; damaged (%s)", path, error)
            path.unlink(missing_ok=True)
            return None
        with suppress(OSError):
            os.utime(path)  # used just now
        return _renamed(parsed)

    def put(self, parsed: ParsedArticle) -> None:
        """Keep what was found; where the disk refuses, it is not kept, and the log says so."""
        path = self._path(parsed.article)
        temporary = path.with_name(f".{path.stem}-{secrets.token_hex(4)}.tmp")
        try:
            path.parent.mkdir(exist_ok=True)
            temporary.write_bytes(zlib.compress(dump(findings_record(parsed, exact=True)), _LEVEL))
            temporary.replace(path)
            self._written = True
        except OSError as error:
            _LOG.warning("%s: not kept (%s)", path, error.strerror)
            with suppress(OSError):
                temporary.unlink(missing_ok=True)

    def trim(self) -> None:
        """Drop the entries unused for longest until the rest take no more than ``max_bytes``."""
        entries = []
        for path in self._folder.glob("??/*"):
            try:
                status = path.stat()
            except OSError:  # another process was faster
                continue
            if path.suffix == _SUFFIX:
                entries.append((status.st_mtime_ns, path.name, status.st_size, path))
        entries.sort()
        excess = sum(size for _, _, size, _ in entries) - self._max_bytes
        for _, _, size, path in entries:
            if excess <= 0:
                break
            path.unlink(missing_ok=True)
            excess -= size

    def _path(self, article: Article) -> Path:
        home = self._settings.home_of(article.source)
        content = [
            self._digest,
            article.text,
            article.url or article.source,  # as the resolver takes the outlet
            home and repr(home),
            article.given_spans,
        ]
        key = hashlib.sha256(json.dumps(content).encode()).hexdigest()
        return self._folder / key[:2] / (key[2:] + _SUFFIX)


def _renamed(parsed: ParsedArticle) -> ParsedArticle:
    """The mentions with the ids of this article; the entry may come from another of the same content."""
    identity = parsed.article.id
    mentions = tuple(
        replace(mention, id=f"{identity}:{mention.span.start}-{mention.span.end}")
        for mention in parsed.mentions
    )
    return replace(parsed, mentions=mentions)
