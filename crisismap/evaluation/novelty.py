"""Which gold could have been learned by heart, and which not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from crisismap.gazetteer import fold

from .gold import AnswerPlace, GoldArticle, GoldToponym
from .rules import Judge

__all__ = ["novel_pairs"]


def novel_pairs(
    gold: Iterable[GoldArticle], training: Iterable[GoldArticle], judge: Judge
) -> tuple[GoldArticle, ...]:
    """Keep the located toponyms whose pair of name and place the training articles do not have.

    Names are compared folded.  Two places are the same by the rule by which answers are right: the same
    id, the same country, or within 161 km.  So neither "Paris" in France nor a second id of it is novel once
    it was trained on, and Paris in Texas is.
    """
    seen: dict[str, set[AnswerPlace]] = {}
    for item in training:
        for toponym in item.toponyms:
            if toponym.lon is not None and toponym.lat is not None:
                place = AnswerPlace(toponym.lon, toponym.lat, toponym.place_id)
                seen.setdefault(fold(toponym.text), set()).add(place)

    def is_novel(toponym: GoldToponym) -> bool:
        return not any(judge.is_right(toponym, place) for place in seen.get(fold(toponym.text), ()))

    return tuple(
        replace(
            item,
            toponyms=tuple(toponym for toponym in item.toponyms if toponym.located and is_novel(toponym)),
        )
        for item in gold
    )
