"""What went wrong, case by case: where to look before changing recognition or resolution."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from crisismap.model import Candidate, Location, Mention, ParsedArticle, Place, Toponym

from .gold import GoldArticle, GoldToponym, answer_place, answers_of
from .rules import Judge
from .scoring import Adjectives, match

__all__ = ["Mistake", "MistakeKind", "find_mistakes", "format_mistakes"]


class MistakeKind(StrEnum):
    """What went wrong, in the order in which the stages could have caught it."""

    NOT_RECOGNIZED = "not recognized"
    SPURIOUS = "not a place"
    """Reported, located, and no gold span touches it."""
    WRONG_SPAN = "wrong span"
    """Put elsewhere, and the span differs from the gold span."""
    NO_CANDIDATE = "no candidate"
    """Put elsewhere or nowhere; the gazetteer has no right place by this name."""
    WRONG_CANDIDATE = "wrong candidate"
    """Put elsewhere or nowhere, although a right place was among the candidates."""
    DOUBTFUL_GOLD = "doubtful gold"
    """Put where the same article's gold puts another mention of the same text."""
    TWIN = "twin"
    """Right by place but not by id: a city and its district."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One case, with everything that it takes to understand it."""

    kind: MistakeKind
    article_id: str
    start: int
    end: int
    text: str
    sentence: str
    gold: GoldToponym | None
    place: Place | None
    error_km: float | None
    """Distance to the gold point; None where either is missing."""
    candidates: tuple[Candidate, ...]
    """The three best, best first."""


def find_mistakes(
    gold: Iterable[GoldArticle],
    parsed: Mapping[str, ParsedArticle],
    judge: Judge,
    adjectives: Adjectives | None = None,
) -> list[Mistake]:
    """List what is wrong in parsed articles, in the order of kind, article and text.

    Args:
        gold: the annotated articles.
        parsed: article id -> what was found in it, freely or with given spans.
        judge: decides what is right, and looks up whether a right candidate was to be had.
        adjectives: which spans are left out; by default those that only one side has.
    """
    rule = adjectives if adjectives is not None else Adjectives.load()
    mistakes = [
        mistake for item in gold for mistake in _mistakes_of(item, parsed[item.article.id], judge, rule)
    ]
    return sorted(mistakes, key=lambda mistake: list(MistakeKind).index(mistake.kind))


def format_mistakes(mistakes: Sequence[Mistake], *, limit: int = 20) -> str:
    """Return the counts of every kind and the first ``limit`` cases of each, as plain text."""
    lines = []
    for kind, group in groupby(mistakes, key=lambda mistake: mistake.kind):
        cases = list(group)
        lines.append(f"{kind}: {len(cases)}")
        for case in cases[:limit]:
            lines.append(f"  {case.article_id}:{case.start} {case.text!r} in {case.sentence!r}")
            if case.gold is not None:
                lines.append(f"    gold    {_gold_label(case.gold)}")
            if case.place is not None:
                distance = "" if case.error_km is None else f", {case.error_km:.0f} km off"
                lines.append(f"    answer  {_label(case.place)}{distance}")
            lines.extend(f"    {item.score:7.3f} {_label(item.place)}" for item in case.candidates)
    return "\n".join(lines) + "\n" if lines else "no mistakes\n"


def _mistakes_of(
    item: GoldArticle, found: ParsedArticle, judge: Judge, adjectives: Adjectives
) -> Iterator[Mistake]:
    mentions = {
        (mention.span.start, mention.span.end): mention
        for mention in found.mentions
        if isinstance(mention.span, Toponym)
    }
    for gold, answer in match(item.toponyms, answers_of(found)):
        mention = None if answer is None else mentions[answer.start, answer.end]
        kind: MistakeKind | None = None
        if gold is None:
            if answer is not None and answer.place is not None and not adjectives.skips_answer(answer):
                kind = MistakeKind.SPURIOUS
        elif answer is None or mention is None:
            if not adjectives.skips_gold(gold):
                kind = MistakeKind.NOT_RECOGNIZED
        elif gold.located:
            kind = _kind(gold, mention, item, judge)
        if kind is not None:
            yield _mistake(kind, gold, mention, found, judge)


def _kind(gold: GoldToponym, mention: Mention, item: GoldArticle, judge: Judge) -> MistakeKind | None:
    place = answer_place(mention.location.place)
    if judge.is_right(gold, place):
        is_twin = place is not None and gold.place_id is not None and gold.place_id != place.id
        return MistakeKind.TWIN if is_twin else None
    if any(
        judge.is_right(other, place) for other in item.toponyms if other.located and other.text == gold.text
    ):
        return MistakeKind.DOUBTFUL_GOLD
    if (mention.span.start, mention.span.end) != (gold.start, gold.end):
        return MistakeKind.WRONG_SPAN
    candidates = [*mention.location.candidates, *judge.gazetteer.lookup(gold.text)]
    if any(judge.is_right(gold, answer_place(candidate.place)) for candidate in candidates):
        return MistakeKind.WRONG_CANDIDATE
    return MistakeKind.NO_CANDIDATE


def _mistake(
    kind: MistakeKind, gold: GoldToponym | None, mention: Mention | None, found: ParsedArticle, judge: Judge
) -> Mistake:
    location = Location() if mention is None else mention.location
    span = gold if gold is not None else mention.span if mention is not None else None
    assert span is not None  # match() yields no empty pair
    place = answer_place(location.place)
    return Mistake(
        kind=kind,
        article_id=found.article.id,
        start=span.start,
        end=span.end,
        text=span.text,
        sentence=_sentence(found, span.start),
        gold=gold,
        place=location.place,
        error_km=judge.error_km(gold, place) if gold is not None and gold.located and place else None,
        candidates=location.candidates[:3],
    )


def _sentence(found: ParsedArticle, position: int) -> str:
    for sentence in found.sentences:
        if sentence.start <= position < sentence.end:
            return found.article.text[sentence.start : sentence.end]
    return ""


def _label(place: Place) -> str:
    where = ", ".join(part for part in (place.name, place.admin1_name, place.country_code) if part)
    return f"{where} ({place.feature_code}, {place.id})"


def _gold_label(gold: GoldToponym) -> str:
    point = f"{gold.lat:.2f}, {gold.lon:.2f}" if gold.located else "no coordinates"
    return " ".join(part for part in (gold.place_id, gold.type, point) if part)
