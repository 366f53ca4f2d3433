"""A text as tokens, with what stands between them and where sentences begin."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import pairwise

from crisismap.gazetteer.names import Token, cut

__all__ = ["Context"]

_MARGIN = 16
_OUTSIDE = ["^"] * _MARGIN


class Context:
    """An article's tokens; positions outside the text are answered with "^"."""

    def __init__(self, text: str, sentence_starts: Sequence[int]):
        self.text = text
        self.starts, words, self.folds = cut(text)
        self.words = words
        self._count = len(words)
        shapes = list(map(_shape, words))
        self.titled = [index for index, shape in enumerate(shapes) if shape == "T"]
        """Which tokens are capitalized words."""
        self.capitals = [
            index for index, shape in enumerate(shapes) if shape not in "ld" and words[index][0].isalpha()
        ]
        """Which tokens begin with a capital, or with a letter of a script that has none."""
        # Python counts negative indexes from the end: so the margin behind is one before the text as well.
        self.fold_at = [*self.folds, *_OUTSIDE]
        """As :meth:`fold`, in half the time, up to 16 tokens outside the text."""
        self.shape_at = [*shapes, *_OUTSIDE]
        """As :meth:`shape`, likewise."""
        self._sentence_tokens = [0, *(bisect_left(self.starts, start) for start in sentence_starts[1:])]
        self.initial = [False] * len(words)
        """Whether a token is the first word of its sentence, or a mark before it."""
        for sentence in self.sentences():
            for index in sentence:
                self.initial[index] = True
                if words[index][0].isalnum():
                    break

    @cached_property
    def tokens(self) -> Sequence[Token]:
        """The same as one object a token, for those who do not count microseconds."""
        columns = zip(self.starts, self.words, self.folds, strict=True)
        return [Token(start, start + len(word), word, folded) for start, word, folded in columns]

    def sentences(self) -> list[range]:
        """List the tokens of each sentence."""
        bounds = pairwise([*self._sentence_tokens, self._count])
        return [range(first, stop) for first, stop in bounds if first < stop]

    def shape(self, index: int) -> str:
        """Classify a token: l lower, T Title, U UPPER, I initial, d digits, o other; ^ outside."""
        return self.shape_at[index] if 0 <= index < self._count else "^"

    def gap(self, index: int) -> str:
        """Name what stands between tokens ``index`` and ``index + 1``: _ space, n line break, a joiner."""
        if index < 0 or index + 1 >= self._count:
            return "^"
        starts = self.starts
        between = self.text[starts[index] + len(self.words[index]) : starts[index + 1]]
        if between == " ":
            return "_"
        return "n" if "\n" in between else between.strip()[:1] or "_" if between else ""

    def fold(self, index: int) -> str:
        """Return the folded token, or "^" outside the text."""
        return self.folds[index] if 0 <= index < self._count else "^"

    def end(self, index: int) -> int:
        """Return where a token ends in the text."""
        return self.starts[index] + len(self.words[index])

    def previous(self, index: int) -> int:
        """Return the index of the token before, past the dot of an abbreviation: "Mr. Houston"."""
        before = index - 1
        dotted = before > 0 and self.words[before] == "." and not self.initial[index]
        return before - 1 if dotted and not self.gap(before - 1) else before

    def surface(self, first: int, last: int) -> str:
        """Return the text of tokens ``first`` to ``last`` (inclusive)."""
        return self.text[self.starts[first] : self.end(last)]

    def folded(self, first: int, last: int) -> str:
        """Return the folded tokens ``first`` to ``last`` (inclusive), with single spaces between them."""
        return self.folds[first] if first == last else " ".join(self.folds[first : last + 1])

    def in_capitals(self, index: int) -> bool:
        """Whether the words beside a token are in capitals too, as in headlines and datelines."""
        return self.shape_at[index - 1] == "U" or self.shape_at[index + 1] == "U"


@lru_cache(maxsize=1 << 16)
def _shape(word: str) -> str:
    if word[0].isupper():
        if len(word) == 1:
            return "I"
        return "U" if word.isupper() else "T"
    if word[0].islower():
        return "l"
    return "d" if word[0].isdigit() else "o"
