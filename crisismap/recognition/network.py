"""The network's reading of a text: for each word, which kind of name it belongs to, and its role.

A small transformer (``benchmarks/train_network.py``) in eight-bit integers, run by ONNX Runtime.  It reads
windows of neighboring sentences; what it says of a word stands at the word's first piece.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from crisismap.errors import LexiconError
from crisismap.paths import data_path
from crisismap.recognition.context import Context
from crisismap.recognition.pieces import PieceEncoder

__all__ = ["TAGS", "Network", "Reading"]

TAGS = (
    "O",
    *(f"{mark}-{kind}" for kind in ("LOC", "FAC", "NORP", "ORG", "PER") for mark in "BI"),
)
"""The columns of :attr:`Reading.tags`: outside, or beginning and inside of a name of a kind."""

_ROOM = 94
"""Pieces a window: enough to hold a few sentences, and short rows cost less than long ones."""
_BATCH = 384
"""Pieces a batch, padding included; more gains nothing on one core."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the network says of each token of a text."""

    tags: npt.NDArray[np.float32]
    """Probabilities (tokens, tags) by :data:`TAGS`; zeros where a token was not read."""
    literal: npt.NDArray[np.float32]
    """Log-odds (tokens,) that a place name there means the place itself; 0 where a token was not read."""
    read: npt.NDArray[np.bool_]
    """Which tokens were read."""


@dataclass(frozen=True, slots=True)
class _Window:
    tokens: list[int]
    pieces: list[int]
    cases: list[int]
    heads: list[int]
    """Where each token's first piece is, the start mark counted."""


class Network:
    """Reads runs of tokens; one network may read any number of texts, from one thread at a time."""

    def __init__(self, session: onnxruntime.InferenceSession, encoder: PieceEncoder):
        self._session = session
        self._encoder = encoder

    @classmethod
    def load(cls, folder: Path | None = None, *, threads: int = 1) -> Network:
        """Open the shipped network, or ``network.onnx`` and ``network-pieces.txt`` of ``folder``.

        Raises:
            LexiconError: a file is missing or damaged.
        """
        folder = folder or data_path("models")
        path = folder / "network.onnx"
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        # The file was optimized when it was written: doing it again would only delay the start.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        try:
            encoder = PieceEncoder.load(folder / "network-pieces.txt")
            session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime's errors have no common base of their own
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise LexiconError(f"{path}: not a readable network ({reason}); reinstall crisismap") from None
        return cls(session, encoder)

    def read(self, context: Context, runs: Sequence[range]) -> Reading:
        """Read ``runs`` of tokens (sentences), in the order of the text, a few of them at a time."""
        count = len(context.words)
        reading = Reading(
            np.zeros((count, len(TAGS)), np.float32), np.zeros(count, np.float32), np.zeros(count, np.bool_)
        )
        for batch in _batches([*self._windows(context, runs)]):
            self._read_batch(batch, reading)
        return reading

    def _windows(self, context: Context, runs: Sequence[range]) -> Iterator[_Window]:
        """Fill windows with whole sentences; one that is longer than a window is cut."""
        encode, case = self._encoder.encode, self._encoder.case
        window = _Window([], [], [], [])
        for run in runs:
            encoded = [encode(context, index) for index in run]
            if window.pieces and len(window.pieces) + sum(len(pieces) for pieces, _ in encoded) > _ROOM:
                yield window
                window = _Window([], [], [], [])
            for index, (pieces, before) in zip(run, encoded, strict=True):
                if len(window.pieces) + len(pieces) > _ROOM:
                    yield window
                    window = _Window([], [], [], [])
                window.tokens.append(index)
                window.heads.append(len(window.pieces) + before + 1)
                window.pieces.extend(pieces)
                window.cases.extend([0] * before + [case(context, index)] * (len(pieces) - before))
        if window.pieces:
            yield window

    def _read_batch(self, batch: Sequence[_Window], reading: Reading) -> None:
        shape = (len(batch), 2 + max(len(window.pieces) for window in batch))
        pieces = np.full(shape, self._encoder.padding, np.int64)
        cases = np.zeros(shape, np.int64)
        mask = np.zeros(shape, np.float32)
        for row, window in enumerate(batch):
            end = len(window.pieces) + 1
            pieces[row, 0], pieces[row, 1:end], pieces[row, end] = (
                self._encoder.start,
                window.pieces,
                self._encoder.end,
            )
            cases[row, 1:end] = window.cases
            mask[row, : end + 1] = 1.0
        scores, literal = self._session.run(
            ["tags", "role"], {"pieces": pieces, "cases": cases, "mask": mask}
        )
        for row, window in enumerate(batch):
            at = window.tokens
            reading.tags[at] = _softmax(scores[row, window.heads])
            reading.literal[at] = literal[row, window.heads]
            reading.read[at] = True


def _batches(windows: Sequence[_Window]) -> Iterator[list[_Window]]:
    """Group windows of like length, so that little of a batch is padding."""
    batch: list[_Window] = []
    for window in sorted(windows, key=lambda window: (-len(window.pieces), window.tokens[0])):
        if batch and (len(batch) + 1) * (len(batch[0].pieces) + 2) > _BATCH:
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def _softmax(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    powers: npt.NDArray[np.float32] = np.exp(scores - scores.max(axis=1, keepdims=True))
    powers /= powers.sum(axis=1, keepdims=True)
    return powers
