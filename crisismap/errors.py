"""Every error that crisismap raises on purpose.

    CrisismapError
    ├── ArticleError (ValueError)          an article or corpus line cannot be read
    ├── GazetteerError (ValueError)        a gazetteer file is missing, corrupt, foreign or of another version
    ├── LexiconError (ValueError)          a curated table in data/lexicons has a bad row
    ├── GeometryError (ValueError)         a shape that cannot exist was asked for
    ├── OutputError (OSError)              a result cannot be written
    └── MissingDependencyError (ImportError)  an optional package is needed; the message names the pip command

"Not found" is a value (``None``, an empty list, an unresolved Location), never an error.
Each message is one line that quotes the offending value and says the fix.
"""

__all__ = [
    "ArticleError",
    "CrisismapError",
    "GazetteerError",
    "GeometryError",
    "LexiconError",
    "MissingDependencyError",
    "OutputError",
]


class CrisismapError(Exception):
    """The root: catch this to catch everything that crisismap raises on purpose."""


class ArticleError(CrisismapError, ValueError):
    """An article, or a line of a JSONL file, cannot be read; the rest of a batch goes on."""


class GazetteerError(CrisismapError, ValueError):
    """A gazetteer or boundary file is missing, corrupt, foreign, or of another format version."""


class LexiconError(CrisismapError, ValueError):
    """A curated table has a bad row; the message names file, line and column."""


class GeometryError(CrisismapError, ValueError):
    """A shape that cannot exist was asked for."""


class OutputError(CrisismapError, OSError):
    """A result cannot be written."""


class MissingDependencyError(CrisismapError, ImportError):
    """An optional package is needed; the message names the pip command that brings it."""
