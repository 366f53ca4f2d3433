"""Features of a place name's part in its sentence, as strings that the role model has weights for.

The names are part of the model file: change one, train again (``benchmarks/train_roles.py``).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self

from crisismap.gazetteer import fold
from crisismap.lexicons import load_folded_words, load_words
from crisismap.recognition.context import Context
from crisismap.recognition.scan import NameInfo

__all__ = ["GivenName", "Name", "RoleWords", "name_of", "role_features", "use_of"]

_REACH = 8
"""How many tokens left of a name to look for the word that governs it."""
_PHRASE = 6
"""The most tokens of a noun phrase that a name begins."""
_LISTED = frozenset({"and", "or", ",", "the", "both", "of", "&", "/", "city", "'s"})
"""What may stand between a name and the word that governs the list it is in."""
_LINKS = frozenset({"of", "the", "for", "and", "&"})
"""Lower-case words inside a longer name."""


class Name(Protocol):
    """Tokens ``first`` to ``last`` (inclusive) are a place name."""

    @property
    def first(self) -> int:
        """Index of its first token."""
        ...

    @property
    def last(self) -> int:
        """Index of its last token."""
        ...

    @property
    def info(self) -> NameInfo | None:
        """What the gazetteer knows of the name; None where it does not hold it."""
        ...


@dataclass(frozen=True, slots=True)
class GivenName:
    """A name that an annotator or a user marked."""

    first: int
    last: int
    info: NameInfo | None

    @classmethod
    def at(cls, context: Context, start: int, end: int, known: Mapping[tuple[int, int], NameInfo]) -> Self:
        """Return the tokens that the code points ``start`` to ``end`` touch; of white space, the next one.

        Args:
            context: holds one token at least.
            start: first code point.
            end: the one behind the last.
            known: the gazetteer's names by first and last token.
        """
        count = len(context.words)
        first = min(bisect_right(range(count), start, key=context.end), count - 1)
        last = max(first, bisect_left(context.starts, end) - 1)
        return cls(first, last, known.get((first, last)))


@dataclass(frozen=True, slots=True)
class RoleWords:
    """Folded words that say what a name does in its sentence."""

    classes: Mapping[str, tuple[str, ...]]
    """A word to the lists that hold it: title, org, place, person, speech ..."""
    locatives: frozenset[str]
    phrase_ends: frozenset[str]
    """Words that no noun phrase goes on with."""
    auxiliaries: frozenset[str]
    """Words between a subject and its verb."""

    @classmethod
    def load(cls) -> RoleWords:
        """Read the lists from ``data/lexicons/words``."""
        classes: dict[str, list[str]] = {}
        for name, file in {
            "title": "person_titles",
            "org": "organization_words",
            "fac": "facility_words",
            "admin": "admin_words",
            "dir": "direction_words",
            "given": "given_names",
            "person": "person_nouns",
            "place": "place_nouns",
            "speech": "speech_verbs",
            "motion": "motion_words",
            "force": "force_verbs",
        }.items():
            # Of "Detention Centre" the last word says what it is.
            for word in {fold(entry.split()[-1]) for entry in load_folded_words(file)}:
                classes.setdefault(word, []).append(name)
        return cls(
            classes={word: tuple(names) for word, names in classes.items()},
            locatives=frozenset(fold(word) for word in load_words("locative_prepositions")) - {"of"},
            phrase_ends=load_folded_words("phrase_ends"),
            auxiliaries=load_folded_words("auxiliaries"),
        )

    def describe(self, word: str) -> tuple[str, ...]:
        """Name the lists that hold the folded ``word``."""
        return self.classes.get(word, ())


def name_of(context: Context, name: Name) -> str:
    """Return the folded words of a name."""
    return context.folded(name.first, name.last)


def role_features(context: Context, name: Name, words: RoleWords) -> list[str]:
    """List the words around the name, what governs it, and the head of the phrase that it modifies.

    In "will head to Moscow and Kyiv" the governor of both names is "to"; in "the Texas oil industry's
    workers" the head is "industry".
    """
    first, last, info = name.first, name.last, name.info
    group = "unknown" if info is None else "demonym" if info.demonym else info.group
    fold_at, shape_at, initial = context.fold_at, context.shape_at, context.initial[first]
    previous, following, second = fold_at[first - 1], fold_at[last + 1], fold_at[last + 2]
    shape_before = "^" if initial else shape_at[first - 1]
    shape_after = shape_at[last + 1] + context.gap_at[last]
    features = [
        f"group={group}",
        f"group={group}:{shape_before}",
        f"group={group}:{shape_after}",
        f"width={min(last - first, 3)}:{group}",
        f"p={previous}",
        f"pp={fold_at[first - 2]}:{previous}",
        f"ps={shape_before}",
        f"n={following}",
        f"nn={following}:{second}",
        f"n2={second}",
        f"ns={shape_after}",
    ]
    features += [f"last:{kind}" for kind in words.describe(fold_at[last])]
    if previous in words.locatives:
        features.append("p:locative")
    features += [f"p:{kind}:{shape_before}" for kind in words.describe(previous)]
    if initial:
        features.append(f"initial:{_start(context, first, last, words)}")
    if following == "," and shape_at[last + 2] in ("T", "U"):
        features.append(f"before-comma:{group}")
    if previous == "," and shape_at[first - 2] in ("T", "U"):
        features.append(f"after-comma:{group}")
    features += _governor(context, first - 1, words)
    features += _of(context, first - 1, words)
    features += _following(context, last, group, words)
    features += _longer_name(context, first, last, group, words)
    return features


def _start(context: Context, first: int, last: int, words: RoleWords) -> str:
    """Tell datelines ("GENEVA (AP) -") from subjects ("Geneva said") among names that begin a sentence."""
    following = context.fold_at[last + 1]
    if following in words.auxiliaries or "speech" in words.describe(following):
        return "verb"
    if context.gap_at[first - 1] in ("n", "^"):
        return f"line:{context.shape_at[last + 1]}{following if context.shape_at[last + 1] == 'o' else ''}"
    return "sentence"


def _governor(context: Context, index: int, words: RoleWords) -> list[str]:
    """Name the governing word left of a list of names, and the word before it."""
    fold_at, shape_at = context.fold_at, context.shape_at
    for at in range(index, index - _REACH, -1):
        shape = shape_at[at]
        if shape == "^":
            break
        if shape in "TUI":
            continue
        governor = fold_at[at]
        if governor in _LISTED:
            continue
        before = fold_at[at - 1]
        features = [f"g={governor}", f"gg={before}:{governor}", f"gb={before}"]
        if governor in words.locatives:
            features.append("g:locative")
        features += [f"g:{kind}" for kind in words.describe(governor)]
        features += [f"gb:{kind}:{governor}" for kind in words.describe(before)]
        return features
    return ["g=^"]


def _of(context: Context, index: int, words: RoleWords) -> list[str]:
    """Name the noun of "NOUN of NAME"."""
    fold_at = context.fold_at
    if fold_at[index] == "the":
        index -= 1
    if fold_at[index] not in ("of", "for"):
        return []
    noun, shape = fold_at[index - 1], context.shape_at[index - 1]
    return [f"of={noun}", *(f"of:{kind}:{shape}" for kind in words.describe(noun))]


def _following(context: Context, last: int, group: str, words: RoleWords) -> list[str]:
    """Name the head of the phrase that the name begins, or the verb that it is the subject of."""
    fold_at, shape_at, describe = context.fold_at, context.shape_at, words.describe
    use, start, stop = _phrase(context, last, words)
    features = [f"n:{kind}:{shape_at[start]}" for kind in describe(fold_at[start])]
    if use != "bare":
        head, shape = fold_at[stop - 1], shape_at[stop - 1]
        features += [
            f"{use}:{group}",
            f"h={head}",
            f"{use}:h={head}",
            f"hs={head[-3:]}",
            f"{use}:hs={head[-2:]}",
            f"after={fold_at[stop]}",
        ]
        features += [f"h:{name}:{shape}" for name in describe(head)]
        inside = dict.fromkeys(fold_at[start:stop])
        features += [f"in={word}" for word in inside]
        features += dict.fromkeys(f"in:{name}" for word in inside for name in describe(word))
        return features
    verb, limit = start, start + 3
    while verb < limit and (fold_at[verb] in words.auxiliaries or fold_at[verb].endswith("ly")):
        verb += 1
    word = fold_at[verb]
    features += [f"bare:{group}", f"v={word}"]
    if "speech" in describe(word):
        features.append("v:speech")
    if word.endswith("ed"):
        features.append("v:ed")
    return features


def use_of(context: Context, name: Name, words: RoleWords) -> str:
    """Return whether a name modifies a noun ("mod": Texas oil), owns it ("poss": Kenya's) or is "bare"."""
    return _phrase(context, name.last, words)[0]


def _phrase(context: Context, last: int, words: RoleWords) -> tuple[str, int, int]:
    """Return the use of a name, and the tokens from start to stop of the phrase that goes on behind it."""
    possessive = context.fold_at[last + 1] == "'s"
    start = last + 2 if possessive else last + 1
    joined = possessive or context.gap_at[last] in ("_", "-")
    stop = _phrase_end(context, start, words) if joined else start
    return "bare" if stop == start else "poss" if possessive else "mod", start, stop


def _phrase_end(context: Context, start: int, words: RoleWords) -> int:
    """Return the end of the noun phrase that goes on at ``start``, or ``start`` if none does."""
    at = start
    while at < start + _PHRASE:
        word = context.fold_at[at]
        if context.shape_at[at] in "^od" or word in words.phrase_ends or word == "'s":
            break
        if word.endswith("ed") and "speech" in words.describe(word):
            break  # a verb: "Moscow accused Kyiv"
        if at > start and (context.gap_at[at - 1] not in ("_", "-", "") or word.endswith("ly")):
            break
        at += 1
    return at


def _longer_name(context: Context, first: int, last: int, group: str, words: RoleWords) -> list[str]:
    """Describe the capitalized words around: the name may be part of an organization's or a person's."""
    shape_at, gap_at = context.shape_at, context.gap_at
    left = gap_at[first - 1] == "_" and shape_at[first - 1] in ("T", "U") and not context.initial[first - 1]
    right = gap_at[last] == "_" and shape_at[last + 1] in ("T", "U")
    features = [f"inside={left:d}{right:d}:{group}"]
    kinds: dict[str, None] = {}
    at = last
    while at < last + 5 and gap_at[at] == "_" and _is_of_name(context, at + 1):
        at += 1
        kinds |= dict.fromkeys(f"run+1:{kind}" for kind in words.describe(context.fold_at[at]))
    at = first
    while at > first - 5 and gap_at[at - 1] == "_" and _is_of_name(context, at - 1):
        at -= 1
        kinds |= dict.fromkeys(f"run-1:{kind}" for kind in words.describe(context.fold_at[at]))
    return [*features, *kinds]


def _is_of_name(context: Context, index: int) -> bool:
    return context.shape_at[index] in ("T", "U", "I") or context.fold_at[index] in _LINKS
