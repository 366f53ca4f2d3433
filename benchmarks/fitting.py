"""Every stage fitted on the same annotated articles, one after another: what cross-validation scores."""

from __future__ import annotations

from collections.abc import Sequence

from train_resolver import fit_resolver

from crisismap.evaluation import GoldArticle
from crisismap.gazetteer import Boundaries, Gazetteer
from crisismap.geoparsing import Geoparser
from crisismap.recognition import GazetteerRecognizer
from crisismap.resolution import Resolver

__all__ = ["Fitter"]


class Fitter:
    """Makes geoparsers whose models saw the articles that it is given, and no others."""

    def __init__(self, gazetteer: Gazetteer, boundaries: Boundaries) -> None:
        self._gazetteer = gazetteer
        self._boundaries = boundaries

    def fit(self, training: Sequence[GoldArticle], name: str) -> Geoparser:
        recognizer = GazetteerRecognizer(self._gazetteer)
        scorer = fit_resolver(training, self._gazetteer, recognizer)
        return Geoparser(
            self._gazetteer,
            boundaries=self._boundaries,
            recognizer=recognizer,
            resolver=Resolver(self._gazetteer, scorer),
        )
