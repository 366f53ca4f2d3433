"""Reading news articles: files, folders, standard input, JSON Lines.

``docs/formats.md`` describes the inputs.  Everything is read lazily, one article at a time, and what cannot
be read costs one clear line while the rest goes on.
"""

from crisismap.articles.decoding import MAX_BYTES
from crisismap.articles.reading import read_articles

__all__ = ["MAX_BYTES", "read_articles"]
