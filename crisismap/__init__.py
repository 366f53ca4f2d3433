"""crisismap: point it at news articles about a crisis and get a map you can trust."""

__version__ = "0.1.0"
