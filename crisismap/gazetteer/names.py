"""How names are cut and compared: the one tokenizer and the one folding that everything shares.

The gazetteer's keys and the words of an article go through the same two functions, so a name that
was stored is a name that is found, whatever its accents, case, hyphens or apostrophes.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

__all__ = ["Token", "Words", "cut", "fold", "tokenize"]

# Joiners belong to a word but carry no meaning of their own: combining marks, which Python's \w
# leaves out, the soft hyphen and the zero-width characters.
_LETTER = r"[^\W\d_]"
_MARK = r"[\u0300-\u036f\u00ad\u200b-\u200d\u2060]"
_WORD = rf"(?:[^\W_]|{_MARK})"
_HYPHENS = "-\u2010\u2011"
_APOSTROPHES = "'\u2018\u2019`\u00b4"

_TOKEN = re.compile(
    # Plain English words first: the other branches would come to the same, in twice the time.
    rf"[a-zA-Z]{{4,}}(?![^\W_]|{_MARK})|[a-z]{{2,3}}(?= )"
    rf"|(?:{_LETTER}\.)+{_LETTER}(?!{_WORD})\.?"  # U.S.  D.C.  U.A.E
    r"|(?:St|Ste|Mt|Ft|ST|STE|MT|FT)\."
    rf"|[^\W_]+(?:{_MARK}+[^\W_]*)*"
    rf"|(?<=[\w.])[{_APOSTROPHES}][sS](?!{_WORD})"  # Ukraine's
    # One mark at a time; a hyphen or an apostrophe between two letters only separates them.
    rf"|(?!(?<={_WORD}|\.)[{_HYPHENS}{_APOSTROPHES}](?={_WORD}))\S"
)

_SPELLED_OUT = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}
# Letters that NFKD leaves whole.
_LATIN = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ð": "d",
        "đ": "d",
        "ħ": "h",
        "ı": "i",
        "ł": "l",
        "ŋ": "n",
        "ŧ": "t",
        "þ": "th",
        "ə": "a",
    }
)


class Token(NamedTuple):
    """A word, an initialism or a single mark: a half-open code-point range of the text.

    ``fold`` is what names are compared by.  It is never empty and never holds a space.
    """

    start: int
    end: int
    text: str
    fold: str


class Words(NamedTuple):
    """The tokens of a text as parallel columns, which are made in half the time of as many tokens."""

    starts: list[int]
    texts: list[str]
    folds: list[str]


def cut(text: str) -> Words:
    """Cut ``text`` as :func:`tokenize` does."""
    texts = _TOKEN.findall(text)
    starts, at, find = [], 0, text.find
    for word in texts:
        # What is left out between tokens is never how the next one begins, so the first find is its place.
        at = find(word, at)
        starts.append(at)
        at += len(word)
    return Words(starts, texts, list(map(_fold, texts)))


def tokenize(text: str) -> list[Token]:
    """Cut ``text`` into words and marks; white space is left out.

    - Dotted initialisms are one token with their dots: "U.S.", "D.C.".
    - A possessive is a token of its own: "Ukraine", "'s".
    - Hyphens and apostrophes inside a word separate tokens and are left out: "Al", "Quds".
    - Every other mark is a token of its own, so that names never run across a comma.

    >>> [token.text for token in tokenize("St. Petersburg's U.S.-born mayor, in Al-Quds")]
    ['St.', 'Petersburg', "'s", 'U.S.', 'born', 'mayor', ',', 'in', 'Al', 'Quds']
    """
    return [
        Token(start, start + len(word), word, folded) for start, word, folded in zip(*cut(text), strict=True)
    ]


def fold(name: str) -> str:
    """Return the form that names are compared by: ``" ".join(t.fold for t in tokenize(name))``.

    >>> fold("Al-Quds"), fold("KÖLN"), fold("St. John's"), fold("Łódź"), fold("U.S")
    ('al quds', 'koln', "saint john 's", 'lodz', 'u.s.')
    """
    return " ".join([_fold(word) for word in _TOKEN.findall(name)])


@lru_cache(maxsize=1 << 16)
def _fold(word: str) -> str:
    """Fold one token: lower case, no accents, no joiners; initialisms keep their dots."""
    folded = word.lower() if word.isascii() else _to_plain_letters(word)
    if len(folded) == 1:
        return folded
    if folded.endswith("s") and folded[0] in _APOSTROPHES:
        return "'s"
    bare = folded.removesuffix(".")
    return _SPELLED_OUT.get(bare) or (bare + "." if "." in bare else bare)


def _to_plain_letters(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold()).casefold().translate(_LATIN)
    # Categories: M marks, C joiners and controls, Z spaces; Lm are the letter apostrophes of
    # scholarly transliteration ("Sanaʻa"), which newsrooms drop.
    plain = "".join(
        letter
        for letter in decomposed
        if unicodedata.category(letter)[0] not in "MCZ" and not "\u02b0" <= letter <= "\u02ff"
    )
    return plain or word
