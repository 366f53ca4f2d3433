"""The word lists."""

from __future__ import annotations

import re
from functools import cache

from crisismap.lexicons.rows import read_text
from crisismap.paths import data_path

__all__ = ["load_folded_words", "load_words"]


def load_words(name: str) -> frozenset[str]:
    """The entries of ``words/NAME.txt``, in the case of running text.

    >>> "County" in load_words("admin_words")
    True

    Raises:
        LexiconError: There is no such list.
    """
    path = data_path("lexicons", "words", f"{name}.txt")
    lines = re.sub("#.*", "", read_text(path)).splitlines()
    return frozenset(filter(None, map(str.strip, lines)))


@cache
def load_folded_words(name: str) -> frozenset[str]:
    """The entries of ``words/NAME.txt`` in lower case and without a final dot, to compare words with.

    Read once a process: several stages ask for the same lists.

    >>> "gen" in load_folded_words("person_titles")
    True

    Raises:
        LexiconError: There is no such list.
    """
    return frozenset(word.casefold().rstrip(".") for word in load_words(name))
