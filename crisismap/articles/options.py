"""How articles are to be read, beyond what their files say themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crisismap.errors import ArticleError

__all__ = ["FIELDS", "ReadOptions"]

FIELDS = ("text", "title", "url", "date", "source", "id")
"""What a column of a table, or a key of a JSON record, can hold of an article."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How articles are read.

    Raises:
        ArticleError: ``columns`` names a field that articles do not have.

    >>> ReadOptions(columns={"text": "Body", "date": "Published on"}).columns["text"]
    'Body'
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    """Field -> column of a table or key of a JSON record; the rest is found by the usual names."""
    follow: bool = False
    """Whether the links of feeds, and of table rows without text, are fetched."""
    any_language: bool = False
    """Whether articles in languages other than English are read, too."""
    private_addresses: bool = False
    """Whether addresses may be fetched that lie on this machine or in its network."""
    keep_duplicates: bool = False
    """Whether an article is kept whose URL or text came before."""

    def __post_init__(self) -> None:
        for name in self.columns:
            if name not in FIELDS:
                raise ArticleError(f"columns: an article has no {name!r}; it has {', '.join(FIELDS)}")
