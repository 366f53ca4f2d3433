"""Article text to toponyms: spans, kinds and roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crisismap.recognition.recognizer import GazetteerRecognizer, Recognizer

if TYPE_CHECKING:
    from crisismap.gazetteer import Gazetteer
    from crisismap.recognition.neural import NeuralRecognizer

__all__ = ["GazetteerRecognizer", "NeuralRecognizer", "Recognizer", "open_recognizer"]


def open_recognizer(name: str, gazetteer: Gazetteer) -> Recognizer:
    """Open the recognizer of that name.

    Raises:
        ValueError: there is no such recognizer.
    """
    if name == "fast":
        return GazetteerRecognizer(gazetteer)
    if name == "neural":
        from crisismap.recognition.neural import NeuralRecognizer

        return NeuralRecognizer(gazetteer)
    raise ValueError(f"no recognizer {name!r}; choose 'neural' or 'fast'")


def __getattr__(name: str) -> Any:
    """Import the neural recognizer, and ONNX Runtime with it, when it is asked for."""
    if name == "NeuralRecognizer":
        from crisismap.recognition.neural import NeuralRecognizer

        return NeuralRecognizer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
