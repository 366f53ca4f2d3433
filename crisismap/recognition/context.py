"""A text as tokens, with what stands between them and where sentences begin."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from itertools import compress, pairwise

from crisismap.gazetteer.names import Token, cut

__all__ = ["Context"]

_MARGIN = 16
_OUTSIDE = ["^"] * _MARGIN


class Context:
    """An article's tokens; positions outside the text are answered with "^"."""

    def __init__(self, text: str, sentence_starts: Sequence[int]):
        self.text = text
        self.starts, self.words, self.folds, shapes, gaps, named = cut(text)
        words = self.words
        self._count = len(words)
        self.capitals = list(compress(range(len(words)), named))
        """Which tokens begin with a capital, or with a letter of a script that has none."""
        # Python counts negative indexes from the end: so the margin behind is one before the text as well.
        self.fold_at = [*self.folds, *_OUTSIDE]
        """As :meth:`fold`, in half the time, up to 16 tokens outside the text."""
        self.shape_at = [*shapes, *_OUTSIDE]
        """As :meth:`shape`, likewise."""
        self.gap_at = [*gaps[:-1], *_OUTSIDE, "^"]
        """As :meth:`gap`, likewise."""
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
        return self.gap_at[index] if 0 <= index < self._count else "^"

    def fold(self, index: int) -> str:
        """Return the folded token, or "^" outside the text."""
        return self.folds[index] if 0 <= index < self._count else "^"

    def end(self, index: int) -> int:
        """Return where a token ends in the text."""
        return self.starts[index] + len(self.words[index])

    def previous(self, index: int) -> int:
        """Return the index of the token before, past the dot of an abbreviation: "Mr. Houston"."""
        before = index - 1
        if self.words[before] != "." or before <= 0 or self.initial[index] or self.gap_at[before - 1]:
            return before
        return before - 1

    def surface(self, first: int, last: int) -> str:
        """Return the text of tokens ``first`` to ``last`` (inclusive)."""
        return self.text[self.starts[first] : self.end(last)]

    def folded(self, first: int, last: int) -> str:
        """Return the folded tokens ``first`` to ``last`` (inclusive), with single spaces between them."""
        return self.folds[first] if first == last else " ".join(self.folds[first : last + 1])

    def in_capitals(self, index: int) -> bool:
        """Whether the words beside a token are in capitals too, as in headlines and datelines."""
        return self.shape_at[index - 1] == "U" or self.shape_at[index + 1] == "U"
