"""Where the files that ship with crisismap are.

An installed wheel carries them as ``crisismap/data``; in a checkout they are the folder ``data`` beside
the package.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["data_path"]

_PACKAGE = Path(__file__).resolve().parent


def data_path(*parts: str) -> Path:
    """The path of a shipped file or folder, whether or not it exists.

    >>> data_path("lexicons", "demonyms.csv").name
    'demonyms.csv'
    """
    in_wheel = _PACKAGE / "data"
    root = in_wheel if in_wheel.is_dir() else _PACKAGE.parent / "data"
    return root.joinpath(*parts)
