"""Which mentions are kept, of all that was found; the map and every file filter alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from crisismap.model import Article, Kind, Mention, ParsedArticle, Role, SpatialExpression

__all__ = ["BoundingBox", "MentionFilter"]


@dataclass(frozen=True, slots=True)
class BoundingBox:
    """Degrees of longitude and latitude; ``west`` beyond ``east`` lies across the 180th meridian.

    >>> BoundingBox(177, -20, -178, -16).holds(179.5, -17)
    True
    """

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        if not (abs(self.west) <= 180 and abs(self.east) <= 180 and -90 <= self.south <= self.north <= 90):
            raise ValueError(
                f"{self.west:g},{self.south:g},{self.east:g},{self.north:g}: write west,south,east,north"
                " in degrees, south below north"
            )

    def holds(self, lon: float, lat: float) -> bool:
        """Whether a point lies within, or on the edge."""
        if not self.south <= lat <= self.north:
            return False
        if self.west <= self.east:
            return self.west <= lon <= self.east
        return lon >= self.west or lon <= self.east


@dataclass(frozen=True, slots=True)
class MentionFilter:
    """What every mention that is kept has in common; of an empty filter, nothing.

    - An article of unknown date is not kept where ``since`` or ``until`` is given.
    - A mention that is not located is kept unless ``countries``, ``bbox`` or ``min_confidence`` ask where it
      is.
    - An expression is in the countries that the toponyms it is built from are in.
    - ``bbox`` asks for the representative point, for a country as for a town.
    - An article none of whose mentions is kept goes, too.
    """

    since: dt.date | None = None
    until: dt.date | None = None
    countries: frozenset[str] = frozenset()
    """ISO 3166-1 alpha-2, and XK."""
    bbox: BoundingBox | None = None
    kinds: frozenset[Kind] = frozenset()
    roles: frozenset[Role] = frozenset()
    min_confidence: float = 0.0
    sources: frozenset[str] = frozenset()
    """Outlets as ``Article.source`` names them, in whatever case; a host without "www."."""

    def __post_init__(self) -> None:
        if not 0 <= self.min_confidence <= 1:
            raise ValueError(f"min_confidence {self.min_confidence}: a probability from 0 to 1")

    @property
    def keeps_all(self) -> bool:
        """Whether it is the empty filter."""
        return self == MentionFilter()

    def apply(self, parsed: Iterable[ParsedArticle]) -> Iterator[ParsedArticle]:
        """Yield the articles with the mentions that are kept, lazily and in order.

        A toponym is an anchor only as long as an expression that rests on it is kept.
        """
        if self.keeps_all:
            yield from parsed
            return
        outlets = frozenset(map(_host, self.sources))
        for article in parsed:
            if self._wants(article.article, outlets) and (kept := self._kept(article)):
                yield replace(article, mentions=kept)

    def _wants(self, article: Article, outlets: frozenset[str]) -> bool:
        if outlets and _host(article.source) not in outlets:
            return False
        if self.since is None and self.until is None:
            return True
        return article.date is not None and (
            (self.since or dt.date.min) <= article.date <= (self.until or dt.date.max)
        )

    def _kept(self, article: ParsedArticle) -> tuple[Mention, ...]:
        countries = {
            (mention.span.start, mention.span.end): mention.location.place.country_code
            for mention in article.mentions
            if mention.location.place is not None
        }
        kept = [mention for mention in article.mentions if self._keeps(mention, countries)]
        anchors = {
            (anchor.start, anchor.end)
            for mention in kept
            if isinstance(mention.span, SpatialExpression) and mention.location.resolved
            for anchor in mention.span.anchors
        }
        return tuple(
            replace(mention, anchor=False)
            if mention.anchor and (mention.span.start, mention.span.end) not in anchors
            else mention
            for mention in kept
        )

    def _keeps(self, mention: Mention, countries: dict[tuple[int, int], str]) -> bool:
        location = mention.location
        if self.kinds and mention.kind not in self.kinds:
            return False
        if self.roles and mention.role not in self.roles:
            return False
        if self.min_confidence > 0 and not (location.resolved and location.confidence >= self.min_confidence):
            return False
        if self.bbox and not (location.point and self.bbox.holds(*location.point)):
            return False
        if not self.countries:
            return True
        if isinstance(mention.span, SpatialExpression):
            found = {countries.get((anchor.start, anchor.end), "") for anchor in mention.span.anchors}
        else:
            found = {location.place.country_code if location.place else ""}
        return location.resolved and not self.countries.isdisjoint(found)


def _host(source: str) -> str:
    return source.strip().casefold().removeprefix("www.")
