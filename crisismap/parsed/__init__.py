"""Parsed articles as JSON lines, there and back: what one run found, another can draw or write.

``docs/formats.md`` describes the line.  ``records`` holds the two directions side by side, ``trees`` those of
a spatial expression, ``files`` reads whole files.
"""

from crisismap.parsed.files import holds_results, read_results
from crisismap.parsed.records import Mark, line_of

__all__ = ["Mark", "holds_results", "line_of", "read_results"]
