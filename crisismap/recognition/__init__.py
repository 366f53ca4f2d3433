"""Article text to toponyms: spans, kinds and roles."""

from typing import TYPE_CHECKING, Any

from crisismap.recognition.recognizer import GazetteerRecognizer, Recognizer

if TYPE_CHECKING:
    from crisismap.recognition.neural import NeuralRecognizer

__all__ = ["GazetteerRecognizer", "NeuralRecognizer", "Recognizer"]


def __getattr__(name: str) -> Any:
    """Import the neural recognizer, and ONNX Runtime with it, when it is asked for."""
    if name == "NeuralRecognizer":
        from crisismap.recognition.neural import NeuralRecognizer

        return NeuralRecognizer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
