"""Article text -> Sentences with exact offsets.

Of the 79 passages of news wording first put into ``tests/test_sentences.py``, sentencex 1.0 divides 68
rightly, syntok 66, pysbd (26,000 words/s) and blingfire 65; they stumble over "5 p.m. Sunday",
"Ft. Bragg" and "near Redding, Calif.", just where places are.  Hence this small one: 79, at two million
words/s, linear in the length of the text.  Its tables are ``data/lexicons/words/sentence_*.txt``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from crisismap.lexicons import load_words
from crisismap.model import Sentence

__all__ = ["split_sentences"]

_CLOSERS = "\"'”’»)\\]}›"
_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
# It begins with all marks at once, for which `re` scans several times faster than for alternatives.
# The second lookbehind lets a run of marks be tried once, not from each of its characters.
_END = re.compile(
    rf"""
    [.!?…۔؟।॥。！？｡]
    (?:
        (?<=[.!?…]) (?<![.!?…]{{2}}) (?P<more>[.!?…]*+) [{_CLOSERS}]*+ (?:\[\d{{1,3}}\])*+ (?=\s)
        | (?<=[۔؟।॥]) (?<![۔؟।॥]{{2}}) [۔؟।॥]*+ [{_CLOSERS}]*+ (?=\s)
        | (?<=[。！？｡]) [。！？｡]*+ [」』）”’»]*+
    )
    """,
    re.VERBOSE,
)
_BEFORE = re.compile(r"[^\W_]+(?:\.[^\W_]+)*\Z|№\Z")
_LONGEST_WORD = 24
_ACRONYM = re.compile(r"[^\W\d_]{1,2}(?:\.[^\W\d_]{1,2})+")
_NEXT = re.compile(r"\s+(?P<opener>[^\w\s]*)(?P<word>[^\W_]*)")
# What follows the place of a dateline: "REDDING, Calif. (AP) — Crews arrived".
_DATELINE = re.compile(r"\s+(?:\([^()]{1,30}\)\s*)?[-–—]{1,2}\s")
_BEHIND_A_DATELINE = ("(", "-", "–", "—")
_ITEM_NUMBER = re.compile(r"\s*\(?\d{1,3}")


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Divide ``text``; every character that is not white space is in exactly one sentence, in order.

    A line break always ends a sentence.

    Example:
        >>> text = "Gen. Smith left the U.S. on Monday. He is in St. Louis."
        >>> [text[s.start : s.end] for s in split_sentences(text)]
        ['Gen. Smith left the U.S. on Monday.', 'He is in St. Louis.']
    """
    sentences: list[Sentence] = []
    for start, end in _ranges(text):
        piece = text[start:end]
        bare = piece.strip()
        if bare:
            start += len(piece) - len(piece.lstrip())
            sentences.append(Sentence(index=len(sentences), start=start, end=start + len(bare)))
    return tuple(sentences)


def _ranges(text: str) -> Iterator[tuple[int, int]]:
    for line in _LINE.finditer(text):
        start, end = line.span()
        for mark in _END.finditer(text, start, end):
            if _ends_sentence(text, start, mark, end):
                yield start, mark.end()
                start = mark.end()
        yield start, end


def _ends_sentence(text: str, start: int, match: re.Match[str], line_end: int) -> bool:
    more = match["more"]
    if more is None:
        return True
    follows = _NEXT.match(text, match.end(), line_end)
    opener, word = (follows["opener"], follows["word"]) if follows else ("", "")
    if opener.startswith((",", ";", ":", ".")) or _is_lower(word):
        return False
    if more or text[match.start()] != ".":
        return True
    if opener[:1] in _BEHIND_A_DATELINE and _DATELINE.match(text, match.end(), line_end):
        return False
    stop = match.start()
    before = _BEFORE.search(text[max(start, stop - _LONGEST_WORD) : stop].rpartition(" ")[2])
    if before is None:
        return True
    is_item = text[stop - 1].isdigit() and _ITEM_NUMBER.fullmatch(text, start, stop)
    return _ends_after(before[0], word) and not is_item


def _ends_after(abbreviation: str, word: str) -> bool:
    """Whether a full stop between these two words ends a sentence."""
    titles, inside, before_number, starters = _tables()
    if abbreviation in titles:
        return False
    if abbreviation.lower() in before_number and word[:1].isdigit():
        return False
    is_initial = len(abbreviation) == 1 and abbreviation.lower() != abbreviation.upper()
    if is_initial or abbreviation in inside or _ACRONYM.fullmatch(abbreviation):
        return word.lower() in starters
    return True


def _is_lower(word: str) -> bool:
    # "eBay" begins a sentence as well as a capital does; Georgian letters count as lower case and have
    # no capitals in running text.
    return word[:1].islower() and not word[1:2].isupper() and not "\u10d0" <= word[0] <= "\u10ff"


@cache
def _tables() -> tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str]]:
    return (
        load_words("sentence_titles"),
        load_words("sentence_abbreviations"),
        load_words("sentence_number_abbreviations"),
        load_words("sentence_starters"),
    )
