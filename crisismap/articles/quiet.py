"""Silence for the libraries that read files of others."""

from __future__ import annotations

import logging

__all__ = ["hush"]


def hush(*libraries: str) -> None:
    """Keep parsers from logging what they find in a file, which is whatever its author wrote there."""
    for library in libraries:
        logging.getLogger(library).setLevel(logging.CRITICAL + 1)
