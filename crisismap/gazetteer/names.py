"""How names are cut and compared: the one tokenizer and the one folding that everything shares.

The gazetteer's keys and the words of an article go through the same two functions, so a name that
was stored is a name that is found, whatever its accents, case, hyphens or apostrophes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

__all__ = ["Token", "Words", "cut", "fold", "tokenize"]

# Joiners belong to a word but carry no meaning of their own: combining marks, which Python's \w
# leaves out, the soft hyphen and the zero-width characters.
_LETTER = r"[^\W\d_]"
_MARK = r"[\u0300-\u036f\u00ad\u200b-\u200d\u2060]"
_WORD = rf"(?:[^\W_]|{_MARK})"
_HYPHENS = "-\u2010\u2011"
_APOSTROPHES = "'\u2018\u2019`\u00b4"
_JOINERS = _HYPHENS + _APOSTROPHES

_POSSESSIVE = rf"(?<=[\w.])[{_APOSTROPHES}][sS](?!{_WORD})"  # Ukraine's
# A hyphen or an apostrophe between two letters only separates them.
_JOINER = rf"(?<={_WORD}|\.)(?!{_POSSESSIVE})[{_JOINERS}](?={_WORD})"

_REMEMBERED = 1 << 16

# A token, and what stands between it and the next one: so pieces follow each other without a gap.
_PIECE = re.compile(
    # Plain English words first: the other branch would come to the same, in twice the time.
    r"[a-zA-Z]+ \s*"
    rf"|(?:(?:{_LETTER}\.)+{_LETTER}(?!{_WORD})\.?"  # U.S.  D.C.  U.A.E
    r"|(?:St|Ste|Mt|Ft|ST|STE|MT|FT)\."
    rf"|[^\W_]+(?:{_MARK}+[^\W_]*)*"
    rf"|{_POSSESSIVE}"
    rf"|(?!{_JOINER})\S"  # One mark at a time.
    rf")(?:\s+|{_JOINER})?"
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

    starts: Sequence[int]
    texts: Sequence[str]
    folds: Sequence[str]
    shapes: Sequence[str]
    """l lower, T Title, U UPPER, I initial, d digits, o other."""
    gaps: Sequence[str]
    """What stands between each token and the next: _ space, n line break, a joiner, or nothing."""
    named: Sequence[bool]
    """Whether a token begins with a capital, or with a letter of a script that has none."""


def cut(text: str) -> Words:
    """Cut ``text`` as :func:`tokenize` does."""
    pieces = _PIECE.findall(text)
    starts = list(accumulate(map(len, pieces), initial=len(text) - len(text.lstrip())))
    columns = zip(*map(_WORDS.__getitem__, pieces), strict=True) if pieces else [()] * 5
    return Words(starts[:-1], *columns)


def tokenize(text: str) -> list[Token]:
    """Cut ``text`` into words and marks; white space is left out.

    - Dotted initialisms are one token with their dots: "U.S.", "D.C.".
    - A possessive is a token of its own: "Ukraine", "'s".
    - Hyphens and apostrophes inside a word separate tokens and are left out: "Al", "Quds".
    - Every other mark is a token of its own, so that names never run across a comma.

    >>> [token.text for token in tokenize("St. Petersburg's U.S.-born mayor, in Al-Quds")]
    ['St.', 'Petersburg', "'s", 'U.S.', 'born', 'mayor', ',', 'in', 'Al', 'Quds']
    """
    words = cut(text)
    columns = zip(words.starts, words.texts, words.folds, strict=True)
    return [Token(start, start + len(word), word, folded) for start, word, folded in columns]


def fold(name: str) -> str:
    """Return the form that names are compared by: ``" ".join(t.fold for t in tokenize(name))``.

    >>> fold("Al-Quds"), fold("KÖLN"), fold("St. John's"), fold("Łódź"), fold("U.S")
    ('al quds', 'koln', "saint john 's", 'lodz', 'u.s.')
    """
    if name.isascii() and name.isalpha():
        return _fold(name)  # a word that needs no cutting
    return " ".join([_WORDS[piece][1] for piece in _PIECE.findall(name)])


class _Words(dict[str, tuple[str, str, str, str, bool]]):
    """What :func:`_word` says of pieces; a plain dict answers in a third of the time of an lru_cache."""

    def __missing__(self, piece: str) -> tuple[str, str, str, str, bool]:
        if len(self) >= _REMEMBERED:
            self.clear()
        self[piece] = described = _word(piece)
        return described


_WORDS = _Words()


def _word(piece: str) -> tuple[str, str, str, str, bool]:
    """Describe a token by the columns of :class:`Words`, from its text and what stands behind it."""
    word = piece.rstrip()
    gap = "" if word == piece else "n" if "\n" in piece else "_"
    if len(word) > 1 and word[-1] in _JOINERS:
        word, gap = word[:-1], word[-1]
    shape = _shape(word)
    return word, _fold(word), shape, gap, shape not in "ld" and word[0].isalpha()


def _shape(word: str) -> str:
    if word[0].isupper():
        if len(word) == 1:
            return "I"
        return "U" if word.isupper() else "T"
    if word[0].islower():
        return "l"
    return "d" if word[0].isdigit() else "o"


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
