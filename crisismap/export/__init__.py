"""Results -> files and databases that other programs open.

``docs/formats.md`` describes the outputs.  ``writing`` is the way in; ``formats`` lists the formats, each
family of which has a module; ``tables`` gathers what they all write from, and ``schemas`` says what that is.
Equal input gives equal bytes, and a target is as it was until all is written.
"""

from crisismap.export.formats import FORMATS, Format
from crisismap.export.notices import ATTRIBUTION, DISCLAIMER
from crisismap.export.schemas import LAYERS
from crisismap.export.writing import Output, check_output, write_jsonl, write_output

__all__ = [
    "ATTRIBUTION",
    "DISCLAIMER",
    "FORMATS",
    "LAYERS",
    "Format",
    "Output",
    "check_output",
    "write_jsonl",
    "write_output",
]
