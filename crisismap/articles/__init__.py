"""Reading news articles: files, folders, archives, feeds, tables, web addresses, standard input.

``docs/formats.md`` describes the inputs.  Everything is read lazily, one article at a time, and what cannot
be read costs one clear line while the rest goes on.  ``limits`` holds the bounds.
"""

from crisismap.articles.fetching import Fetcher
from crisismap.articles.options import ReadOptions
from crisismap.articles.reading import read_articles

__all__ = ["Fetcher", "ReadOptions", "read_articles"]
