"""Where outlets are at home, guessed from their own articles.

Local news rarely says which Springfield it means, but the settlement that an outlet's articles keep naming
tells.  A guess is evidence like any other: the resolver weighs it, and learned how far to trust it from
homes that were guessed in the same way.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from crisismap.geoparsing import Geoparser, geoparse
from crisismap.model import Article, ParsedArticle, Place
from crisismap.recognition import GazetteerRecognizer

__all__ = ["guess_homes", "homes_of", "look_ahead"]

_MIN_ARTICLES = 3
"""An outlet is at home in a settlement that at least so many of its articles name ..."""
_MIN_SHARE = 0.3
"""... and at least this share of them.  Both as in the training of the resolver."""
_SAMPLE = 20
"""Articles of an outlet that are read at most; its home is among the names of any twenty."""
_LIKELY = 0.5
_AHEAD = 2_000


def guess_homes(articles: Iterable[Article], geoparser: Geoparser) -> dict[str, Place]:
    """Return the homes of the outlets of these articles, by ``Article.source``.

    Args:
        articles: those without a source and outlets of fewer than three articles are passed over; of each of
            the others some twenty are read.
        geoparser: reads them; a fast one will do.

    >>> from crisismap.gazetteer import Gazetteer
    >>> texts = ["Fire broke out in Houma.", "A parade in Houma on Friday.", "Houma schools will close."]
    >>> articles = [Article(str(i), text, source="Courier") for i, text in enumerate(texts)]
    >>> guess_homes(articles, Geoparser(Gazetteer.open()))["Courier"].admin1_name
    'Louisiana'
    """
    read = _sample(articles)
    # An article that cannot be parsed is reported when its turn comes.
    return homes_of(geoparse(read, geoparser, on_error=lambda _: None))


def _sample(articles: Iterable[Article]) -> list[Article]:
    """Choose the articles that are read to guess homes."""
    outlets: dict[str, list[Article]] = {}
    for article in articles:
        if article.source:
            outlets.setdefault(article.source, []).append(article)
    return [
        article
        for own in outlets.values()
        if len(own) >= _MIN_ARTICLES
        # From all of them: who writes of everything (a press agency, an encyclopedia) is at home nowhere.
        for article in own[:: math.ceil(len(own) / _SAMPLE)]
    ]


def homes_of(articles: Iterable[ParsedArticle]) -> dict[str, Place]:
    """Return the settlement that so many articles of an outlet name that it is its home, by source."""
    count: Counter[str] = Counter()
    named: dict[str, Counter[Place]] = {}
    for parsed in articles:
        source = parsed.article.source
        locations = [mention.location for mention in parsed.mentions]
        settlements = {
            location.place
            for location in locations
            if location.place and location.place.feature_class == "P" and location.confidence > _LIKELY
        }
        count[source] += 1
        named.setdefault(source, Counter()).update(settlements)
    homes = {}
    for source, places in named.items():
        if source and places:
            place, times = min(places.items(), key=lambda item: (-item[1], item[0].id))
            if times >= max(_MIN_ARTICLES, _MIN_SHARE * count[source]):
                homes[source] = place
    return homes


def look_ahead(articles: Iterable[Article], geoparser: Geoparser) -> tuple[Iterator[Article], Geoparser]:
    """Guess the homes of a stream's outlets from its first 2,000 articles, read by the fast recognizer.

    Returns:
        The stream, from its first article on, and a geoparser that knows the homes.
    """
    stream = iter(articles)
    first = list(islice(stream, _AHEAD))
    # Most inputs have no outlet of several articles, and need no second recognizer.
    if _sample(first):
        fast = geoparser.with_recognizer(GazetteerRecognizer(geoparser.gazetteer))
        geoparser = geoparser.with_homes(guess_homes(first, fast))
    return chain(first, stream), geoparser
