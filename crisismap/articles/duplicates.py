"""Which articles came before: by address, by text, by id, in eight bytes each."""

from __future__ import annotations

import re
from array import array
from hashlib import blake2b
from urllib.parse import parse_qsl, urlencode, urlsplit

from crisismap.model import Article

__all__ = ["DigestSet", "Duplicates", "normalized_url"]

_SPACE = re.compile(r"\s+")
_TAIL = re.compile(r"[/\s]+$")
# What newsletters, feeds and social networks append to a link; the page is the same without.
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|igshid|mc_[ce]id|cmpid|ito|ns_\w+|at_\w+|smid|ref_src|_ga",
    re.IGNORECASE,
)
_MAX_FIELDS = 100


class DigestSet:
    """A set of strings that keeps eight bytes of each: 10 million take 128 to 256 MB.

    Two different strings are taken for one with a probability of 1 in 100,000 for 20 million strings.

    >>> seen = DigestSet()
    >>> seen.add("a"), seen.add("b"), seen.add("a")
    (True, True, False)
    """

    __slots__ = ("_count", "_slots")

    def __init__(self) -> None:
        self._slots = array("Q", bytes(8 * 1024))
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, value: str) -> bool:
        """Add a string; False where it was there already."""
        digest = int.from_bytes(blake2b(value.encode("utf-8", "replace"), digest_size=8).digest(), "big")
        added = self._put(self._slots, digest or 1)  # 0 marks a free slot
        if added:
            self._count += 1
            if self._count * 4 > len(self._slots) * 3:
                self._grow()
        return added

    @staticmethod
    def _put(slots: array[int], digest: int) -> bool:
        mask = len(slots) - 1
        index = digest & mask
        while (found := slots[index]) != digest:
            if not found:
                slots[index] = digest
                return True
            index = (index + 1) & mask
        return False

    def _grow(self) -> None:
        larger = array("Q", bytes(16 * len(self._slots)))
        for digest in self._slots:
            if digest:
                self._put(larger, digest)
        self._slots = larger


class Duplicates:
    """The articles of one run by address and by text."""

    __slots__ = ("_texts", "_urls")

    def __init__(self) -> None:
        self._urls = DigestSet()
        self._texts = DigestSet()

    def holds(self, article: Article) -> bool:
        """Whether an article with this URL or this text came before; from now on this one did."""
        url = normalized_url(article.url)
        known_url = bool(url) and not self._urls.add(url)
        known_text = not self._texts.add(_SPACE.sub(" ", article.text).strip())
        return known_url or known_text


def normalized_url(url: str) -> str:
    """An http(s) address without what does not change the page; "" for others and front pages.

    >>> normalized_url("http://www.Example.org/a/?utm_source=feed&id=7#top")
    'example.org/a?id=7'
    """
    try:
        parts = urlsplit(url.strip())
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return ""
        fields = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=_MAX_FIELDS)
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return ""
    path = _TAIL.sub("", parts.path)
    if not path and not parts.query:
        return ""
    query = urlencode([field for field in fields if not _TRACKING.fullmatch(field[0])], errors="replace")
    host = parts.hostname.removeprefix("www.")
    return f"{host}{port}{path}{'?' if query else ''}{query}"
