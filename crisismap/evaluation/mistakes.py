"""What went wrong, case by case: where to look before changing recognition or resolution."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from crisismap.model import Candidate, Location, Mention, ParsedArticle, Place, Toponym
from crisismap.terminal import printable

from .gold import Answer, GoldArticle, GoldToponym, answer_place, answers_of
from .roles import gold_role
from .rules import Judge
from .scoring import Adjectives, match

__all__ = ["Mistake", "MistakeKind", "find_mistakes", "format_mistakes", "mistake_json"]

_AROUND = 100
"""Characters of the sentence shown before and after a case."""


class MistakeKind(StrEnum):
    """What went wrong, in the order in which the stages could have caught it."""

    NOT_RECOGNIZED = "not recognized"
    SPURIOUS = "not a place"
    """Reported, and no gold span touches it."""
    WRONG_SPAN = "wrong span"
    """Found, but with another start or end than the gold has."""
    NO_CANDIDATE = "no candidate"
    """Put elsewhere or nowhere; the gazetteer has no right place by this name."""
    WRONG_CANDIDATE = "wrong candidate"
    """Put elsewhere or nowhere, although a right place was among the candidates."""
    DOUBTFUL_GOLD = "doubtful gold"
    """Put where the same article's gold puts another mention of the same text."""
    TWIN = "twin"
    """Right by place but not by id: a city and its district."""
    WRONG_ROLE = "wrong role"
    """Right by place, but literal where the gold is associative, or the other way round."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One case, with everything that it takes to understand it."""

    kind: MistakeKind
    article_id: str
    start: int
    end: int
    text: str
    """The gold span's, or the reported one's where there is no gold."""
    sentence: str
    sentence_start: int
    """Where the sentence starts in the article, so that ``start - sentence_start`` is the place in it."""
    found: str | None
    """The reported span's text; None where nothing was reported."""
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
    """Return the counts of all kinds, then the first ``limit`` cases of each, as plain text."""
    if not mistakes:
        return "no mistakes\n"
    counts = Counter(mistake.kind for mistake in mistakes)
    width = max(map(len, counts))
    lines = [f"{kind:{width}} {counts[kind]:6}" for kind in MistakeKind if counts[kind]]
    for kind, group in groupby(mistakes, key=lambda mistake: mistake.kind):
        cases = list(group)[:limit]
        if cases:
            shown = "" if len(cases) == counts[kind] else f", the first {len(cases)}"
            lines += ["", f"{kind.upper()}: {counts[kind]}{shown}"]
        for case in cases:
            lines += ["", *_describe(case)]
    return "\n".join(lines) + "\n"


def mistake_json(mistake: Mistake) -> str:
    """Return a case as one line of JSON."""
    gold, place = mistake.gold, mistake.place
    record = {
        "mistake": mistake.kind,
        "article": mistake.article_id,
        "start": mistake.start,
        "end": mistake.end,
        "text": mistake.text,
        "found": mistake.found,
        "sentence": mistake.sentence,
        "gold": gold and {"id": gold.place_id, "type": gold.type, "lat": gold.lat, "lon": gold.lon},
        "answer": place and {"id": place.id, "name": _label(place), "lat": place.lat, "lon": place.lon},
        "error_km": mistake.error_km and round(mistake.error_km, 1),
        "candidates": [
            {"id": item.place.id, "name": _label(item.place), "score": round(item.score, 4)}
            for item in mistake.candidates
        ],
    }
    return json.dumps(record, ensure_ascii=False, allow_nan=False)


def _describe(case: Mistake) -> Iterator[str]:
    yield f"  {printable(case.article_id)}:{case.start}  {_marked(case)}"
    if case.found is not None and case.found != case.text:
        yield f"    found   {printable(case.found)!r}"
    if case.gold is not None:
        yield f"    gold    {printable(_gold_label(case.gold))}"
    if case.place is not None:
        distance = "" if case.error_km is None else f", {case.error_km:,.0f} km off"
        yield f"    answer  {_label(case.place)}{distance}"
    elif case.found is not None:
        yield "    answer  nowhere"
    for item in case.candidates:
        yield f"      {item.score:.3f} {_label(item.place)}"


def _marked(case: Mistake) -> str:
    """Return the sentence around the case, with the case in brackets."""
    start = max(0, case.start - case.sentence_start)
    end = max(start, case.end - case.sentence_start)
    before, after = case.sentence[:start], case.sentence[end:]
    before = "…" + before[-_AROUND:] if len(before) > _AROUND else before
    after = after[:_AROUND] + "…" if len(after) > _AROUND else after
    return printable(f"{before}[{case.text}]{after}")


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
        if kind := _kind(gold, answer, mention, item, judge, adjectives):
            yield _mistake(kind, gold, mention, found, judge)


def _kind(
    gold: GoldToponym | None,
    answer: Answer | None,
    mention: Mention | None,
    item: GoldArticle,
    judge: Judge,
    adjectives: Adjectives,
) -> MistakeKind | None:
    if answer is None or mention is None:
        skipped = gold is None or adjectives.skips_gold(gold)
        return None if skipped else MistakeKind.NOT_RECOGNIZED
    if gold is None:
        return None if adjectives.skips_answer(answer) else MistakeKind.SPURIOUS
    if (answer.start, answer.end) != (gold.start, gold.end):
        return MistakeKind.WRONG_SPAN
    if gold.located and not judge.is_right(gold, answer.place):
        return _wrong_place(gold, mention, item, judge)
    if gold.place_id is not None and answer.place is not None and gold.place_id != answer.place.id:
        return MistakeKind.TWIN
    return None if gold_role(gold) in (None, answer.role) else MistakeKind.WRONG_ROLE


def _wrong_place(gold: GoldToponym, mention: Mention, item: GoldArticle, judge: Judge) -> MistakeKind:
    place = answer_place(mention.location.place)
    others = (other for other in item.toponyms if other.located and other.text == gold.text)
    if any(judge.is_right(other, place) for other in others):
        return MistakeKind.DOUBTFUL_GOLD
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
    sentence, sentence_start = _sentence(found, span.start)
    return Mistake(
        kind=kind,
        article_id=found.article.id,
        start=span.start,
        end=span.end,
        text=span.text,
        sentence=sentence,
        sentence_start=sentence_start,
        found=None if mention is None else mention.span.text,
        gold=gold,
        place=location.place,
        error_km=judge.error_km(gold, place) if gold is not None and gold.located and place else None,
        candidates=location.candidates[:3],
    )


def _sentence(found: ParsedArticle, position: int) -> tuple[str, int]:
    for sentence in found.sentences:
        if sentence.start <= position < sentence.end:
            return found.article.text[sentence.start : sentence.end], sentence.start
    return "", position


def _label(place: Place) -> str:
    where = ", ".join(part for part in (place.name, place.admin1_name, place.country_code) if part)
    return f"{where} ({place.feature_code}, {place.id})"


def _gold_label(gold: GoldToponym) -> str:
    point = f"{gold.lat:.2f}, {gold.lon:.2f}" if gold.located else "no coordinates"
    return " ".join(part for part in (gold.place_id, gold.type, point) if part)
