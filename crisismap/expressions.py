"""Find the spans of a sentence that describe a geometry relative to toponyms.

This edition knows one relation, ``border``, around countries: "Ukraine's northern and eastern borders",
"the border between Sudan and Chad", "the Syrian-Turkish border", "Libya's eastern border".  The rules are a
table of patterns over the sentence in which every country is masked, so that a pattern speaks of countries
and not of their names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from crisismap.model import Kind, Sentence, SpatialExpression, Toponym

__all__ = ["BORDER", "find_expressions"]

BORDER = "border"
"""The relation of every expression of this edition."""

# Private-use characters stand for the letters of a country's name and of a demonym: they occur in no news.
_NAME, _DEMONYM = "\ue000", "\ue001"

_PARTS = {
    # One country, and several: "Kenya, Ethiopia and Somalia".
    "name": f"{_NAME}+",
    "demonym": f"{_DEMONYM}+",
    "any": f"(?:{_NAME}+|{_DEMONYM}+)",
    "several": f"(?:the )?{_NAME}+(?:(?:, | and |, and )(?:the )?{_NAME}+)*",
    "start": f"(?<![{_NAME}{_DEMONYM}\\w])",
    "of": "['’]s?",
    "wind": r"(?:(?:north|south)(?:[- ]?(?:east|west))?|east|west)(?:ern)?",
    # "border guards" and "border crossing" are people and places of their own, "border-based" is neither.
    "no_compound": r"(?![-‐]?\w)(?! (?:"
    r"agen(?:t|cy|cies|ts)|areas?|checkpoints?|cit(?:y|ies)|clash(?:es)?|closures?|conflicts?|controls?|"
    r"crisis|crossings?|communit(?:y|ies)|disputes?|districts?|fences?|fighting|forces?|guards?|guardsmen|"
    r"incidents?|incursions?|officers?|officials?|patrols?|points?|police|polic(?:y|ies)|posts?|"
    r"protection|provinces?|regions?|security|services?|skirmish(?:es)?|stations?|states?|talks|tensions?|"
    r"towns?|troops|units?|villages?|walls?|wars?|zones?)\b)",
}
_PARTS["winds"] = "(?P<winds>{wind}(?:(?:, | and |, and | or ){wind})*)".format_map(_PARTS)
_PARTS["border"] = r"(?:land )?(?:border|frontier){no_compound}".format_map(_PARTS)
_PARTS["borders"] = r"(?:land )?(?:borders?|frontiers?){no_compound}".format_map(_PARTS)

_RULES = tuple(
    re.compile(rule.format_map(_PARTS).replace(" ", r"\s+"), re.IGNORECASE)
    for rule in (
        # Ukraine's northern and eastern borders; Ukraine's border with Belarus and Russia
        "{start}{any}{of} (?:{winds} )?{borders}(?: with {several})?",
        # the Ukrainian border; Ukrainian borders; the Ukrainian eastern border with Russia
        "{start}{demonym} (?:{winds} )?{borders}(?: with {several})?",
        # the U.S. southern border; the Ukraine border.  Not "Ukraine borders Russia": that is a verb.
        "{start}{name} (?:{winds} {borders}|{border})(?: with {several})?",
        # the northern Syrian border
        r"\b{winds} {any} {border}(?: with {several})?",
        # the Syrian-Turkish border; the Sudan/Chad border
        "{start}{any}[-‐–—/]{any} (?:{winds} )?{borders}",
        # the border between Sudan and Chad
        r"\b(?:{winds} )?{borders} between (?:the )?{any} and (?:the )?{any}",
        # the eastern border of Libya; the border of Ukraine and Belarus
        r"\b(?:{winds} )?{borders} of (?:the )?{name}(?: and (?:the )?{name})?",
    )
)
_MASKED = re.compile(_PARTS["any"])
_WIND = re.compile(r"\b" + _PARTS["wind"].replace(" ", r"\s+"), re.IGNORECASE)


def find_expressions(
    text: str, sentence: Sentence, toponyms: Sequence[Toponym], countries: Mapping[Toponym, str]
) -> list[SpatialExpression]:
    """Return the spatial expressions of one sentence, in the order of the text; none overlap.

    Args:
        text: the article's text.
        sentence: the range to search.
        toponyms: the article's toponyms; those outside the sentence are passed over.
        countries: the ISO 3166-1 alpha-2 code of each toponym that means a country.

    A span leaves out prepositions and articles: "near Ukraine's borders" holds "Ukraine's borders".  Anchors
    are in the order of the text, and the first is the country whose border it is.
    """
    anchors = {
        toponym.start: toponym
        for toponym in toponyms
        if sentence.start <= toponym.start and toponym.end <= sentence.end and countries.get(toponym)
    }
    if not anchors:
        return []
    masked = _mask(text, sentence, anchors.values())
    found = (match for rule in _RULES for match in rule.finditer(masked))
    chosen: list[SpatialExpression] = []
    for match in sorted(found, key=lambda match: (match.start(), -match.end())):
        start, end = sentence.start + match.start(), sentence.start + match.end()
        if chosen and start < chosen[-1].end:
            continue
        winds = match["winds"] or ""
        chosen.append(
            SpatialExpression(
                start=start,
                end=end,
                text=text[start:end],
                relation=BORDER,
                directions=tuple(dict.fromkeys(_direction(wind) for wind in _WIND.findall(winds))),
                anchors=tuple(anchors[start + name.start()] for name in _MASKED.finditer(match.group())),
            )
        )
    return chosen


def _mask(text: str, sentence: Sentence, anchors: Iterable[Toponym]) -> str:
    letters = list(text[sentence.start : sentence.end].replace(_NAME, " ").replace(_DEMONYM, " "))
    for anchor in anchors:
        low, high = anchor.start - sentence.start, anchor.end - sentence.start
        letters[low:high] = (_DEMONYM if anchor.kind is Kind.DEMONYM else _NAME) * (high - low)
    return "".join(letters)


def _direction(wind: str) -> str:
    """Reduce "North-Eastern" to "northeast"."""
    return re.sub(r"[-\s]", "", wind.lower()).removesuffix("ern")
