"""Literal or associative: does a name mean the place, or its government, people or team?"""

from __future__ import annotations

from dataclasses import dataclass

from crisismap.gazetteer import fold
from crisismap.lexicons import load_landmarks, load_words
from crisismap.linear import LinearModel
from crisismap.model import Role
from crisismap.paths import data_path
from crisismap.recognition.context import Context
from crisismap.recognition.scan import NamedSpan

__all__ = ["RoleClassifier", "RoleWords", "role_features"]

_SKIPPED = frozenset({"and", "or", ",", "the", "both", "of", "&", "/", "city", "'s"})
_REACH = 8
"""How many tokens left of a name to look for the word that governs it."""


@dataclass(frozen=True, slots=True)
class RoleWords:
    """Folded words that say what a name does in its sentence."""

    speech: frozenset[str]
    """Verbs of governments: said, accused."""
    motion: frozenset[str]
    """Verbs and nouns of going: flew, visit."""
    locatives: frozenset[str]

    @classmethod
    def load(cls) -> RoleWords:
        """Read the lists from ``data/lexicons/words``."""
        speech, motion, locatives = (
            frozenset(fold(word) for word in load_words(name))
            for name in ("speech_verbs", "motion_words", "locative_prepositions")
        )
        return cls(speech, motion, locatives - {"of"})


def role_features(context: Context, span: NamedSpan, words: RoleWords) -> list[str]:
    """List the words around the name, and the word that governs the list it stands in.

    In "will head to Moscow and Kyiv" the governor of both names is "to".
    """
    first, last = span.first, span.last
    previous, following = context.fold(first - 1), context.fold(last + 1)
    features = [
        f"p={previous}",
        f"pp={context.fold(first - 2)}:{previous}",
        f"ps={context.shape(first - 1)}",
        f"n={following}",
        f"nn={following}:{context.fold(last + 2)}",
        f"n2={context.fold(last + 2)}",
        f"ns={context.shape(last + 1)}{context.gap(last)}",
        f"group={span.info.group}",
        f"group={span.info.group}:{context.shape(last + 1)}",
    ]
    if context.initial[first]:
        features += ["initial", f"initial:{context.shape(last + 1)}"]
    following_verb = following if following != "'s" else context.fold(last + 2)
    if following_verb in words.speech:
        features.append(f"n:speech:{following == following_verb}")
    if previous in words.locatives:
        features.append("p:locative")
    features += _governors(context, first - 1, words)
    return features


def _governors(context: Context, index: int, words: RoleWords) -> list[str]:
    """Name the governing word left of a list of names, and the word before it."""
    for step in range(_REACH):
        at = index - step
        shape = context.shape(at)
        if shape == "^":
            break
        if shape in "TUI" and step and not context.initial[at]:
            continue
        if context.fold(at) not in _SKIPPED and shape not in "TUI":
            governor, before = context.fold(at), context.fold(at - 1)
            features = [f"g={governor}", f"gg={before}:{governor}"]
            if governor in words.locatives:
                features.append("g:locative")
            if before in words.motion:
                features.append(f"gg:motion:{governor}")
            return features
    return ["g=^"]


class RoleClassifier:
    """Decides by a linear model over the words around a name.

    Names of power (the Kremlin, the White House) are associative unless a word of place leads to them.
    """

    def __init__(self, model: LinearModel):
        self._model = model
        self._powers = frozenset(
            fold(name).removeprefix("the ")
            for landmark in load_landmarks()
            if landmark.power
            for name in (landmark.name, *landmark.aliases)
        )
        self._words = RoleWords.load()

    @classmethod
    def load(cls) -> RoleClassifier:
        """Read the shipped weights (``data/models/roles.json``)."""
        return cls(LinearModel.load(data_path("models", "roles.json")))

    def classify(self, context: Context, span: NamedSpan) -> Role:
        """Return the more probable role."""
        if fold(context.surface(span.first, span.last)).removeprefix("the ") in self._powers:
            before = context.fold(span.first - 1)
            if before == "the":
                before = context.fold(span.first - 2)
            return Role.LITERAL if before in self._words.locatives else Role.ASSOCIATIVE
        literal = self._model.log_odds(role_features(context, span, self._words))
        return Role.LITERAL if literal >= 0 else Role.ASSOCIATIVE
