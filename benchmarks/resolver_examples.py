"""Annotated articles as the resolver sees them, and what is right in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from corpora import fold_of
from silver import BULLETIN, NEWSWIRE, REGIONS

from crisismap.evaluation import GoldArticle, GoldToponym, Judge
from crisismap.evaluation.gold import answer_place
from crisismap.gazetteer import Boundaries, Gazetteer
from crisismap.model import Kind, Place, Role, Toponym
from crisismap.recognition import Recognizer
from crisismap.resolution.candidates import CandidateFinder
from crisismap.resolution.features import (
    BLOCKS,
    COLUMN,
    CandidateBatch,
    FeatureBuilder,
)
from crisismap.resolution.outlet import NO_OUTLET, OutletFinder
from crisismap.resolution.reading import ArticleReader
from crisismap.sentences import split_sentences

__all__ = [
    "SHORT_TEXT",
    "Case",
    "Example",
    "ExampleReader",
    "corpus_of",
    "is_useful",
    "share_of",
]

NEAR_KM = 25.0
LOCAL = frozenset({"lgl"})
"""Corpora of local news, where a name alone means the place nearby."""
SHORT_TEXT = "cut short"
WORLD_NEWS = {BULLETIN: 0.5, NEWSWIRE: 0.5, REGIONS: 0.2}
"""Weights of what no person annotated, beside a corpus."""
SHORT = 0.3
"""Weight of the short texts that are cut out of a corpus, beside its articles."""


@dataclass
class Case:
    """A gold toponym with coordinates."""

    gold: GoldToponym
    toponym: Toponym
    group: int | None


@dataclass
class Example:
    """An article as the resolver sees it, and what is right in it."""

    id: str
    corpus: str
    text: str
    toponyms: list[Toponym]
    batch: CandidateBatch | None
    """None where no toponym has a candidate."""
    gold: np.ndarray
    """A bool a row."""
    weight: np.ndarray
    """Mentions a group that have a gold row."""
    cases: list[Case]
    host: str = ""
    """Of an outlet that the resolver may know."""


def keep_stated(e: Example) -> None:
    """Keep only names that the text gives a parent."""
    if e.batch is not None:
        stated = [bool(group.parents) for group in e.batch.groups]
        e.weight = np.where(stated, e.weight, 0)
        e.cases = [case for case in e.cases if case.group is not None and stated[case.group]]


def corpus_of(article_id: str) -> str:
    return article_id.partition("/")[0]


def share_of(corpus: str) -> float:
    """The weight of a corpus beside the others."""
    if corpus.endswith(SHORT_TEXT):
        return SHORT
    return WORLD_NEWS.get(corpus, 1.0)


def is_useful(item: GoldArticle) -> bool:
    return any(toponym.located for toponym in item.toponyms)


def is_known(item: GoldArticle) -> bool:
    """Whether the outlet is known in training: for every other article, by a hash of its id."""
    return bool(crc32(item.article.id.encode()) & 64)


class ExampleReader:
    """Reads articles once, with or without their outlets."""

    def __init__(self, gazetteer: Gazetteer, recognizer: Recognizer, without: Sequence[str] = ()):
        self.gazetteer = gazetteer
        self.judge = Judge(gazetteer, Boundaries.open())
        self._recognizer = recognizer
        finder = CandidateFinder(gazetteer)
        self._reader = ArticleReader(gazetteer, finder)
        self._outlets = OutletFinder(gazetteer, finder)
        self._builder = FeatureBuilder(gazetteer)
        self.masked = [COLUMN[name] for block in without for name in BLOCKS[block]]
        self._toponyms: dict[str, list[Toponym]] = {}
        self._right: dict[tuple[object, ...], bool] = {}

    def toponyms(self, item: GoldArticle) -> list[Toponym]:
        text, known = item.article.text, self._toponyms
        if item.article.id not in known:
            found = {(t.start, t.end): t for t in self._recognizer.recognize(text, split_sentences(text))}
            known[item.article.id] = [
                found.get((t.start, t.end)) or Toponym(t.start, t.end, t.text, Kind.REGION, Role.LITERAL)
                for t in item.toponyms
            ]
        return known[item.article.id]

    def example(self, item: GoldArticle, known: bool, home: Place | None = None) -> Example:
        """An article, with its outlet or without."""
        return self._example(item, item.toponyms, self.toponyms(item), known, home)

    def examples(self, item: GoldArticle) -> list[Example]:
        """An article, and short texts of one to three names cut out of it.

        A short text has little context, so the most prominent place of a name is mostly meant; local news
        would teach otherwise, except where it states the place: "Paris, Texas".
        """
        whole = [self.example(item, is_known(item))]
        name = corpus_of(item.article.id)
        toponyms = self.toponyms(item)
        if len(toponyms) <= 3:
            return whole
        first, size = 0, fold_of(item.article.id, 3) + 1
        while first < len(toponyms):
            part = slice(first, first + size)
            short = self._example(item, item.toponyms[part], toponyms[part], False, None)
            short.corpus, short.host = f"{name} {SHORT_TEXT}", ""
            if name in LOCAL:
                keep_stated(short)
            whole.append(short)
            first, size = first + size, size % 3 + 1
        return whole

    def _example(
        self,
        item: GoldArticle,
        golds: Sequence[GoldToponym],
        toponyms: list[Toponym],
        known: bool,
        home: Place | None,
    ) -> Example:
        reading = self._reader.read(item.article.text, toponyms)
        pairs = zip(golds, toponyms, reading.group_of, strict=True)
        cases = [Case(gold, toponym, group) for gold, toponym, group in pairs if gold.located]
        batch, gold, weight = None, np.zeros(0, dtype=bool), np.zeros(len(reading.groups))
        if reading.groups:
            outlet = self._outlets.find(item.article.url, home) if known else NO_OUTLET
            batch = self._builder.build([reading], [outlet])
            batch.matrix[:, self.masked] = 0
            gold = np.zeros(len(batch.entries), dtype=bool)
            bounds = np.append(batch.starts, len(batch.entries))
            for case in cases:
                if case.group is None:
                    continue
                rows = slice(int(bounds[case.group]), int(bounds[case.group + 1]))
                hit = gold_rows(batch, rows, self.gazetteer, case.gold)
                if hit.any():
                    gold[rows] |= hit
                    weight[case.group] += 1
        name, text = item.article.id, item.article.text
        host = item.article.source if known else ""
        return Example(name, corpus_of(name), text, toponyms, batch, gold, weight, cases, host)

    def is_right(self, gold: GoldToponym, entry: int) -> bool:
        key = (gold, entry)
        if key not in self._right:
            self._right[key] = self.judge.is_right(gold, answer_place(self.gazetteer.place(entry)))
        return self._right[key]

    def put_home(self, e: Example, entry: int) -> None:
        self._outlets.find(home=self.gazetteer.place(entry)).put(e.batch)
        e.batch.matrix[:, self.masked] = 0

    def has_right(self, e: Example, case: Case) -> bool:
        """Whether any candidate of the name is right."""
        if case.group is None:
            return False
        entries = e.batch.entries[e.batch.group == case.group].tolist()
        return any(self.is_right(case.gold, entry) for entry in entries)


def gold_rows(batch: CandidateBatch, rows: slice, gazetteer: Gazetteer, gold: GoldToponym) -> np.ndarray:
    entries = batch.entries[rows]
    if gold.place_id:
        index = gazetteer.index_of(gold.place_id)
        if index is not None and (hit := entries == index).any():
            return hit
    lat, lon = np.radians(gold.lat), np.radians(gold.lon)
    point = np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    km = np.arccos(np.clip(batch.xyz[rows] @ point, -1, 1)) * 6371
    near = (km <= NEAR_KM) & (km <= km.min() + 1e-6)
    if not near.any() and not gold.place_id:
        # A gold without an id is a Wikipedia coordinate: a country's lies anywhere inside it.
        division = batch.kind[rows] <= 1
        near = division & (km < 1000) & (km <= np.where(division, km, np.inf).min() + 1e-6)
    return near
