"""Words cut into the network's pieces, with the case that its uncased vocabulary leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from crisismap.recognition.context import Context

__all__ = ["CASES", "PieceEncoder"]

CASES = {"l": 1, "T": 2, "U": 3, "I": 3}
"""A token's shape to the network's token type; marks, digits and scripts without case are 0."""

_LONGEST_WORD = 100
"""Letters of a word that are read; what is longer is no word of a language."""
_MOST_PIECES = 24
"""Pieces kept of a word."""


class PieceEncoder:
    """Cuts words into pieces by greedy longest match.

    Args:
        vocabulary: pieces by id; continuations begin with "##".
    """

    def __init__(self, vocabulary: Sequence[str]):
        ids = {piece: number for number, piece in enumerate(vocabulary)}
        self.start, self.end, self.padding = ids["[CLS]"], ids["[SEP]"], ids["[PAD]"]
        self._ids = ids
        self._tokenizer = Tokenizer(WordPiece(ids, unk_token="[UNK]"))
        self._tokenizer.normalizer = BertNormalizer(lowercase=True)
        self._tokenizer.pre_tokenizer = BertPreTokenizer()
        self.cut = lru_cache(maxsize=1 << 16)(self._cut)

    @classmethod
    def load(cls, path: Path) -> PieceEncoder:
        """Read a vocabulary, one piece a line."""
        return cls(path.read_text(encoding="utf-8").split("\n")[:-1])

    def _cut(self, word: str) -> tuple[int, ...]:
        # A word that is a piece is cut into just that one; most are, and asking the tokenizer takes longer.
        if word.isascii() and word.isalnum() and (piece := self._ids.get(word.lower())) is not None:
            return (piece,)
        # Half a surrogate pair is no text for the tokenizer, but may stand in an article.
        text = word.encode("utf-8", "replace").decode("utf-8")
        encoded = self._tokenizer.encode(text, add_special_tokens=False)
        return tuple(encoded.ids[:_MOST_PIECES])

    def encode(self, context: Context, index: int) -> tuple[tuple[int, ...], int]:
        """Return the pieces of a token and how many of them are the joiner before it ("al" "-" "quds")."""
        pieces = self.cut(context.words[index][:_LONGEST_WORD]) or self.cut("*")
        if index:
            joiner = context.text[context.end(index - 1) : context.starts[index]]
            if joiner and joiner != " " and not joiner.isspace():
                before = self.cut(joiner.strip()[:_LONGEST_WORD])
                return before + pieces, len(before)
        return pieces, 0

    def case(self, context: Context, index: int) -> int:
        """Return the token type of a token."""
        return CASES.get(context.shape_at[index], 0)
