"""Article text to toponyms: spans, kinds and roles."""

from crisismap.recognition.recognizer import GazetteerRecognizer, Recognizer

__all__ = ["GazetteerRecognizer", "Recognizer"]
