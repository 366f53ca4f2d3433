"""``crisismap evaluate``: scores on annotated corpora, and what went wrong."""

from __future__ import annotations

from pathlib import Path

import click

from crisismap.commands.options import HOME, RECOGNIZER, GazetteerChoice, choose_gazetteer, find_homes
from crisismap.errors import ArticleError

__all__ = ["evaluate"]


@click.command()
@click.argument("gold", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--peers",
    type=click.Path(path_type=Path),
    envvar="CRISISMAP_PEERS",
    default=Path("../shared/peers"),
    show_default=True,
    help="Folder of other systems' answers (NAME.CORPUS.jsonl), scored in the same run where present.",
)
@click.option("--adjectives", is_flag=True, help="Count adjectives and peoples that only one side marks.")
@click.option(
    "--errors",
    type=click.IntRange(0),
    default=0,
    help="Also list the mistakes: their counts, and this many of each kind.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON, one line a corpus and, with --errors, one a mistake."
)
@RECOGNIZER
@HOME
@choose_gazetteer
def evaluate(
    gold: tuple[Path, ...],
    peers: Path,
    adjectives: bool,
    errors: int,
    as_json: bool,
    recognizer: str,
    homes: tuple[str, ...],
    gazetteer: GazetteerChoice,
) -> None:
    """Score crisismap on annotated corpora (GOLD.jsonl), beside other systems' answers.

    docs/evaluation.md says what is counted and how.
    """
    from crisismap.evaluation import (
        Adjectives,
        Judge,
        evaluation_json,
        find_mistakes,
        format_evaluation,
        format_mistakes,
        format_retrieval,
        mistake_json,
        parse_corpus,
        read_gold,
        score_corpus,
        score_peers,
        score_retrieval,
    )
    from crisismap.homes import look_ahead

    geoparser = gazetteer.settings(recognizer=recognizer).open()
    found = find_homes(geoparser.gazetteer, homes)
    geoparser = geoparser.with_homes(found.known)
    judge = Judge(geoparser.gazetteer, geoparser.boundaries)
    for path in gold:
        annotated = read_gold(path, on_error=_report)
        reader = geoparser
        if found.guessed:
            _, reader = look_ahead([item.article for item in annotated], geoparser)
        parsed = parse_corpus(annotated, reader.parse, reader.resolve_given)
        others = score_peers(path.stem, parsed.gold, peers, judge)
        result = score_corpus(path.stem, parsed, judge, peers=others, adjectives=adjectives)
        rule = Adjectives.load(counted=adjectives)
        mistakes = find_mistakes(parsed.gold, parsed.found, judge, rule) if errors else []
        if as_json:
            click.echo(evaluation_json(result))
            for mistake in mistakes:
                click.echo(mistake_json(mistake))
            continue
        click.echo(format_evaluation(result))
        click.echo(format_retrieval(score_retrieval(parsed.gold, geoparser.gazetteer, geoparser.boundaries)))
        if errors:
            click.echo(format_mistakes(mistakes, limit=errors))


def _report(error: ArticleError) -> None:
    click.echo(f"crisismap: skipped: {error}", err=True)
