"""Features of a named span in its context, as strings that the linear model has weights for.

Local features look at the span and its sentence; document features at the rest of the article.
The names are part of the model file: change one, train again (``benchmarks/train_recognizer.py``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from crisismap.gazetteer import fold
from crisismap.lexicons import load_folded_words, load_landmarks
from crisismap.model import Tier
from crisismap.recognition.context import Context
from crisismap.recognition.scan import NamedSpan

__all__ = [
    "ArticleEvidence",
    "WordClasses",
    "document_features",
    "local_features",
    "name_key",
    "names_of_power",
]


_LISTS = {
    "titles": ("person_titles", "title"),
    "given_names": ("given_names", "given"),
    "surnames": ("surnames", "surname"),
    "organizations": ("organization_words", "org"),
    "facilities": ("facility_words", "fac"),
    "divisions": ("admin_words", "admin"),
    "directions": ("direction_words", "dir"),
    "common": ("common_words", "common"),
}
"""Field of :class:`WordClasses` to its file and its name among the features."""


_COMMON_BEFORE = frozenset({"the", "of", "and", ",", ".", '"', "(", "-"})
"""Words that say little of what they stand before, so that the word before them is looked at as well."""


@dataclass(frozen=True, slots=True)
class WordClasses:
    """Lexicon lists as folded words; a word may be in several."""

    titles: frozenset[str]
    given_names: frozenset[str]
    surnames: frozenset[str]
    organizations: frozenset[str]
    facilities: frozenset[str]
    divisions: frozenset[str]
    directions: frozenset[str]
    common: frozenset[str]
    lists: Mapping[str, tuple[str, ...]]
    """A word to the short names of the lists that hold it."""

    @classmethod
    def load(cls) -> WordClasses:
        """Read the lists from ``data/lexicons/words``."""
        words = {field: load_folded_words(file) for field, (file, _) in _LISTS.items()}
        lists: dict[str, tuple[str, ...]] = {}
        for field, (_, short) in _LISTS.items():
            known = words[field] & lists.keys()
            lists |= dict.fromkeys(words[field] - known, (short,))
            lists |= {word: (*lists[word], short) for word in known}
        return cls(**words, lists=lists)

    def describe(self, word: str) -> tuple[str, ...]:
        """Name the lists that hold the folded ``word``."""
        return self.lists.get(word, ())


def local_features(context: Context, span: NamedSpan, classes: WordClasses) -> list[str]:
    """List the features of the span and of the words around it."""
    info, first, last = span.info, span.first, span.last
    fold_at, shape_at, lists = context.fold_at, context.shape_at, classes.lists
    width = last - first + 1
    word, shape = fold_at[first], shape_at[first]
    before, after = context.gap_at[first - 1], context.gap_at[last]
    left = context.previous(first)
    previous, following = fold_at[left], fold_at[last + 1]
    shape_before = shape_at[left] if before != "n" else "^"
    shape_after = shape_at[last + 1] if after != "n" else "^"
    size = "demonym" if info.demonym else info.group
    magnitude = len(str(info.population)) if info.population else 0
    features = [
        *_name_features(size, magnitude, info.tier, width, shape, min(info.readings, 40).bit_length()),
        f"p={previous}:{before}",
        f"n={following}:{after}",
        *_shape_features(shape_before, before, shape_after, after, size),
        f"nn={fold_at[last + 2]}:{shape_after}",
    ]
    if previous in _COMMON_BEFORE:
        features.append(f"pp={fold_at[left - 1]}:{previous}")
    initial = context.initial[first]
    if initial:
        features += ["initial", f"initial:{size}"]
    if width == 1:
        if word in lists:
            features += [f"w:{name}" for name in lists[word]]
            features += [f"w:{name}:{magnitude}" for name in lists[word]]
        if len(word) <= 3:
            features.append(f"short={len(word)}:{shape}")
        if initial and word in classes.common:
            features.append("initial:common")
    else:
        tail = fold_at[last]
        if tail in lists:
            features += [f"last:{name}" for name in lists[tail]]
        if word in classes.given_names:
            features.append("first:given")
    if before in ("_", "-") and shape_before in "lTUI":
        if previous in lists:
            features += [f"p:{name}:{shape_before}" for name in lists[previous]]
        if shape_before == "T" and not context.initial[left]:
            features.append("p:inside")
    if after in ("_", "-") and shape_after in "lTUI":
        if following in lists:
            features += [f"n:{name}:{shape_after}" for name in lists[following]]
        if shape_after == "T" and shape_at[last + 2] == "T" and fold_at[last + 2] in lists:
            features += [f"nn:{name}" for name in lists[fold_at[last + 2]]]
    return features


# There are few different combinations: strings that are made and hashed once are found faster.
@lru_cache(maxsize=1 << 14)
def _name_features(
    size: str, magnitude: int, tier: Tier, width: int, shape: str, readings: int
) -> tuple[str, ...]:
    return (
        f"group={size}",
        f"size={size}:{magnitude}",
        f"tier={tier.name.lower()}:{min(width, 3)}",
        f"width={min(width, 4)}",
        f"shape={shape}:{min(width, 2)}",
        f"readings={readings}",
    )


@lru_cache(maxsize=1 << 14)
def _shape_features(
    shape_before: str, before: str, shape_after: str, after: str, size: str
) -> tuple[str, ...]:
    return (
        f"ps={shape_before}:{before}",
        f"ns={shape_after}:{after}",
        f"pns={shape_before}{before}:{shape_after}{after}",
        f"ps={shape_before}:{before}:{size}",
        f"ns={shape_after}:{after}:{size}",
    )


@dataclass(slots=True)
class ArticleEvidence:
    """What the first pass found in the article, gathered for the second."""

    persons: frozenset[str]
    best: dict[str, float]
    countries: Counter[int]
    admin1s: Counter[int]
    total: int
    """Names counted in ``countries``."""


def _most(counts: Counter[int], keys: frozenset[int]) -> int:
    return max(map(counts.__getitem__, counts.keys() & keys), default=0)


def _bucket(value: float) -> int:
    return max(-6, min(6, round(value)))


def document_features(
    key: str,
    span: NamedSpan,
    log_odds: float,
    evidence: ArticleEvidence,
    followed_by_parent: bool,
    follows_child: bool,
) -> list[str]:
    """List the features that come from the rest of the article.

    Args:
        key: the :func:`name_key` of the span.
        span: a name in the article.
        log_odds: the first pass's.
        evidence: gathered by the first pass.
        followed_by_parent: whether a country or state that it lies in follows: "Austin, Texas".
        follows_child: whether a place in it stands before it.
    """
    info = span.info
    own = _bucket(log_odds)
    features = [f"own={own}", f"best={_bucket(evidence.best.get(key, -9.0))}"]
    if key in evidence.persons:
        features += ["person", f"person:{own}"]
    rare = info.group not in ("country", "capital", "region") and info.population < 1_000_000
    if rare:
        country = _most(evidence.countries, info.countries)
        admin1 = _most(evidence.admin1s, info.admin1s)
        features += [
            f"country={min(country, 4)}",
            f"admin1={min(admin1, 4)}",
            f"admin1={min(admin1, 4)}:{own}",
        ]
        if evidence.total >= 3:
            features.append(f"share={round(4 * country / evidence.total)}")
    if followed_by_parent:
        features.append("parent")
    if follows_child:
        features.append("child")
    return features


def name_key(context: Context, span: NamedSpan) -> str:
    """Return the folded words of the span."""
    return context.folded(span.first, span.last)


def names_of_power() -> frozenset[str]:
    """Return the folded names of curated seats of power (the Kremlin, the White House)."""
    return frozenset(
        fold(name).removeprefix("the ")
        for landmark in load_landmarks()
        if landmark.power
        for name in (landmark.name, *landmark.aliases)
    )
