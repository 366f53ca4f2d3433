"""Prints every corpus's scores, crisismap beside its peers, as Markdown.

``crisismap evaluate`` prints the same for one corpus; this runs them all.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from crisismap.evaluation import evaluate, format_evaluation
from crisismap.gazetteer import Gazetteer
from crisismap.geoparsing import Geoparser

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
CORPORA = Path(os.environ.get("CRISISMAP_CORPORA") or SHARED / "corpora")
PEERS = Path(os.environ.get("CRISISMAP_PEERS") or SHARED / "peers")


def main() -> None:
    parser = argparse.ArgumentParser(description="Score crisismap and its peers on annotated corpora.")
    parser.add_argument("corpora", nargs="*", default=["lgl", "gwn-a", "geovirus"], help="names of corpora")
    parser.add_argument("--adjectives", action="store_true", help="count adjectives like the rest")
    options = parser.parse_args()
    geoparser = Geoparser(Gazetteer.open())
    for name in options.corpora:
        path = CORPORA / f"{name}.jsonl"
        if not path.is_file():
            print(f"{name}: skipped, no file {path}; set CRISISMAP_CORPORA", file=sys.stderr)
            continue
        result = evaluate(
            path,
            geoparser.parse,
            geoparser.resolve_given,
            geoparser.gazetteer,
            geoparser.boundaries,
            peers=PEERS,
            adjectives=options.adjectives,
        )
        print(format_evaluation(result, markdown=True), flush=True)


if __name__ == "__main__":
    main()
