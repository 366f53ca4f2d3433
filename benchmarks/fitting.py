"""Every stage fitted on the same annotated articles, one after another: what cross-validation scores."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from silver import read_world
from train_recognizer import RecognizerFitter
from train_resolver import fit_resolver
from train_roles import RoleFitter

from crisismap.evaluation import GoldArticle
from crisismap.gazetteer import Boundaries, Gazetteer
from crisismap.geoparsing import Geoparser
from crisismap.linear import LinearModel
from crisismap.recognition import GazetteerRecognizer, NeuralRecognizer
from crisismap.recognition.context import Context
from crisismap.recognition.network import Network, Reading
from crisismap.resolution import Resolver

__all__ = ["Fitter"]


class Fitter:
    """Makes geoparsers whose models saw the articles that they are given, and no others.

    The network saw none of the articles, so that what it reads is the same in every fold and is kept.

    Args:
        gazetteer: whose names are looked for.
        boundaries: for the geoparsers.
        corpora: the folder of ``metonymy-train.jsonl`` and ``ner-train.jsonl``, from which roles and the
            resolver learn as well.
        network: a folder; by default the network that ships.
    """

    def __init__(
        self, gazetteer: Gazetteer, boundaries: Boundaries, corpora: Path, network: Path | None = None
    ) -> None:
        self._gazetteer = gazetteer
        self._boundaries = boundaries
        remembering = _Remembering(Network.load(network))
        unfitted = LinearModel(0.0, {})
        self._bases = {
            "neural": NeuralRecognizer(gazetteer, unfitted, remembering),
            "fast": GazetteerRecognizer(gazetteer, unfitted),
        }
        self._recognition = {name: RecognizerFitter(base) for name, base in self._bases.items()}
        self._roles = RoleFitter(gazetteer, corpora / "metonymy-train.jsonl", remembering)
        self._world = read_world(corpora / "ner-train.jsonl", gazetteer)

    def fit(self, training: Sequence[GoldArticle], names: Sequence[str]) -> dict[str, Geoparser]:
        """Return a geoparser for each recognizer; they share roles and resolver, as those that ship do.

        As with those, only the resolver learns from tweets.
        """
        news = [item for item in training if not item.article.id.startswith("idrisi/")]
        roles = self._roles.fit(news)
        recognizers = {
            name: self._bases[name].with_model(self._recognition[name].fit(news)).with_roles(roles)
            for name in {"fast", *names}
        }
        model = fit_resolver([*training, *self._world], self._gazetteer, recognizers["fast"])
        resolver = Resolver(self._gazetteer, model)
        return {
            name: Geoparser(
                self._gazetteer,
                boundaries=self._boundaries,
                recognizer=recognizers[name],
                resolver=resolver,
            )
            for name in names
        }


class _Remembering(Network):
    """Reads each text once."""

    def __init__(self, network: Network) -> None:
        self._inner = network
        self._readings: dict[tuple[str, tuple[range, ...]], Reading] = {}

    def read(self, context: Context, runs: Sequence[range]) -> Reading:
        key = (context.text, tuple(runs))
        if key not in self._readings:
            self._readings[key] = self._inner.read(context, runs)
        return self._readings[key]
