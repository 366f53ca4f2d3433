"""Article text to toponyms: gazetteer names and what a small network reads, decided by a linear model.

The first linear pass is cheap and rules most of a text out.  The network reads the sentences that hold a
name which may be a place, or a capitalized word where places stand; it may see names that the gazetteer
lacks.  A final linear model decides by all of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from crisismap.gazetteer import Gazetteer
from crisismap.lexicons import load_folded_words
from crisismap.linear import LinearModel
from crisismap.recognition.context import Context
from crisismap.recognition.evidence import Evidence, place_mass, sighted_spans, sighting_features
from crisismap.recognition.features import local_features, name_key
from crisismap.recognition.network import Network, Reading
from crisismap.recognition.recognizer import Candidates, GazetteerRecognizer, document_features_of
from crisismap.recognition.scan import NamedSpan

__all__ = ["NeuralRecognizer"]

_CLEAR = -3.5
"""First-pass log-odds below which a name alone does not make the network read its sentence.  With this the
network reads three fifths of the words of news, and F1 is what it is when it reads all."""


class NeuralRecognizer(GazetteerRecognizer):
    """The default: what the ``fast`` one sees, and what the network reads.

    Args:
        gazetteer: whose names are looked for.
        model: decides over the features of :meth:`find_candidates`; by default the shipped one.
        network: by default the shipped one, on one thread.
    """

    name = "neural"

    def __init__(
        self, gazetteer: Gazetteer, model: LinearModel | None = None, network: Network | None = None
    ):
        super().__init__(gazetteer, model)
        self._network = network or Network.load()
        self._locatives = load_folded_words("locative_prepositions")

    def find_candidates(self, context: Context) -> Candidates:
        """List the spans that the gazetteer knows or the network sees."""
        spans, local, log_odds = self._first_pass(context)
        doubtful = {
            span.first for span, score in zip(spans, log_odds, strict=True) if score > _CLEAR or span.info.own
        }
        runs = [run for run in context.sentences() if self._is_worth_reading(context, run, doubtful)]
        reading = self._read(context, runs)
        evidence = Evidence.of(context, reading)
        known = [number for number, span in enumerate(spans) if evidence.read[span.first]]
        spans = [spans[number] for number in known]
        local = [local[number] for number in known]
        log_odds = [log_odds[number] for number in known]
        for span in sighted_spans(context, evidence.sightings, spans):
            spans.append(span)
            local.append(local_features(context, span, self._classes))
            log_odds.append(self._local.log_odds(local[-1]))
        order = sorted(range(len(spans)), key=lambda number: (spans[number].first, -spans[number].last))
        spans = [spans[number] for number in order]
        local = [local[number] for number in order]
        log_odds = [log_odds[number] for number in order]

        document = document_features_of(context, spans, log_odds, self._classes)
        keys = [name_key(context, span) for span in spans]
        best: dict[str, float] = {}
        for key, span in zip(keys, spans, strict=True):
            best[key] = max(best.get(key, 0.0), place_mass(span, evidence))
        features = [
            own + rest + sighting_features(context, span, evidence, best[key], self._classes)
            for own, rest, span, key in zip(local, document, spans, keys, strict=True)
        ]
        embedded = [self._is_inside(context, span, evidence) for span in spans]
        return Candidates(
            spans,
            features,
            embedded,
            self._thresholds(context, spans, embedded),
            frozenset(
                at for at, span in enumerate(spans) if self._is_unknown_facility(context, span, evidence)
            ),
            reading,
        )

    def _read(self, context: Context, runs: Sequence[range]) -> Reading:
        return self._network.read(context, runs)

    def _is_worth_reading(self, context: Context, run: range, doubtful: set[int]) -> bool:
        """Whether a sentence holds a doubtful name, or a capitalized word where places stand."""
        if not doubtful.isdisjoint(run):
            return True
        classes = self._classes
        for index in run:
            if context.shape(index) not in "TU" or context.initial[index]:
                continue
            word, before = context.fold(index), context.fold(index - 1)
            if before == "the":
                before = context.fold(index - 2)
            if word in classes.facilities or word in classes.divisions:
                return True
            if before in self._locatives and word not in classes.given_names:
                return True
        return False

    def _is_inside(self, context: Context, span: NamedSpan, evidence: Evidence) -> bool:
        """Whether the span names a place inside the name of an organization."""
        outer = evidence.sighting_at[span.first]
        covers = outer and outer.last >= span.last and (outer.first, outer.last) != (span.first, span.last)
        if outer and covers and outer.kind == "ORG":
            return not span.info.demonym and span.info.readings > 0
        return self._in_organization(context, span)

    def _is_unknown_facility(self, context: Context, span: NamedSpan, evidence: Evidence) -> bool:
        outer = evidence.sighting_at[span.first]
        named = outer is not None and outer.kind == "FAC"
        return not span.info.readings and (named or context.fold(span.last) in self._classes.facilities)
