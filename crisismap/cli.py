"""The command line: each command is options, one library call, and echo."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crisismap import __version__
from crisismap.commands.evaluate import evaluate
from crisismap.commands.filtering import choose_mentions
from crisismap.commands.find import find
from crisismap.commands.gazetteer import gazetteer as gazetteer_group
from crisismap.commands.pipeline import Pipeline, choose_pipeline
from crisismap.commands.reading import INPUT_HELP
from crisismap.commands.running import RunChoice, choose_running, watchable
from crisismap.commands.sections import SectionedCommand
from crisismap.errors import ArticleError, CrisismapError
from crisismap.terminal import printable, table

if TYPE_CHECKING:
    from crisismap.filters import MentionFilter
    from crisismap.model import ParsedArticle

__all__ = ["main"]


class _Group(click.Group):
    """Reports crisismap's own errors as one line, exit status 1."""

    command_class = SectionedCommand

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except CrisismapError as error:
            click.echo(f"crisismap: {error}", err=True)
            context.exit(1)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="crisismap")
@click.option("-v", "--verbose", count=True, help="Say more on standard error; twice for everything.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@click.pass_context
def main(context: click.Context, verbose: int, quiet: bool) -> None:
    """Turn news articles about a crisis into a map you can trust.

    Place names are recognized, resolved against a gazetteer that ships with crisismap, and drawn; nothing
    is sent, and nothing fetched but the web addresses that you give it.

    \b
    crisismap map articles/ -o crisis.html         one self-contained page
    crisismap export articles/ -o crisis.geojson   for QGIS, ArcGIS and the like
    crisismap explain articles/                    why each name was placed where it is
    """  # noqa: D301 - click wants the backspace itself
    context.obj = {"quiet": quiet}
    level = logging.ERROR if quiet else {0: logging.WARNING, 1: logging.INFO}.get(verbose, logging.DEBUG)
    logging.basicConfig(level=level, format="crisismap: %(message)s", stream=sys.stderr, force=True)


def _check_tiles(_context: click.Context, _option: click.Parameter, value: str) -> str:
    from crisismap.webmap.tiles import choose_tiles

    try:
        choose_tiles(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return value


@main.command("map", help="Draw INPUTs as one HTML page that works from disk, offline." + INPUT_HELP)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("maps/crisis.html"),
    show_default=True,
    help="The page to write.",
)
@click.option("--title", default="", help="The page's title; the articles' own if there is just one.")
@click.option(
    "--overwrite/--no-overwrite",
    default=True,
    show_default=True,
    help="Replace an existing page. On by default: a map is made from its articles and can be made again.",
)
@click.option(
    "--language",
    type=click.Choice(["en", "uk", "fr", "ar"]),
    default="en",
    show_default=True,
    help="The language of the page's own words; its reader can change it.",
)
@click.option(
    "--tiles",
    metavar="none|osm|carto-light|URL",
    default="none",
    show_default=True,
    callback=_check_tiles,
    help="Raster tiles under the map, by name or as a URL with {z}, {x} and {y}. The page then asks their "
    "host for pictures of what is looked at. OpenStreetMap refuses pages opened from a file: put the page on "
    "a web server, or choose other tiles.",
)
@click.option("--embed", is_flag=True, help="Only the map, to stand inside another page.")
@choose_pipeline
@choose_mentions
@choose_running
@watchable
@click.pass_obj
def draw(
    settings: dict[str, bool],
    pipeline: Pipeline,
    output: Path,
    title: str,
    overwrite: bool,
    language: str,
    tiles: str,
    embed: bool,
    keep: MentionFilter,
    running: RunChoice,
) -> None:
    """Draw articles as one HTML page."""
    from crisismap.files import check_target
    from crisismap.layers import build_layers
    from crisismap.webmap import draw_map

    if output == Path("maps/crisis.html"):
        output.parent.mkdir(exist_ok=True)
    check_target(output, overwrite=overwrite)
    with pipeline.open(running, target=output, overwrite=overwrite, quiet=settings["quiet"]) as run:
        parsed = list(keep.apply(run.articles))
        if not title:
            title = parsed[0].article.title if len(parsed) == 1 else ""
        boundaries = run.geoparser.boundaries
        drawing = draw_map(
            build_layers(parsed, boundaries, pipeline.borders),
            boundaries,
            title=title or "crisismap",
            language=language,
            tiles=tiles,
            embed=embed,
            gazetteer=run.geoparser.gazetteer,
        )
        drawing.save(output)
    _report(settings, parsed, output)


@main.command(help="Write what was found in INPUTs to a file or database." + INPUT_HELP)
@click.option(
    "-o",
    "--output",
    required=True,
    help="Where to: a .geojson, .geojsonl, .gpkg, .parquet, .fgb, .kml, .kmz, .csv, .xlsx or .jsonl file, "
    "postgresql://HOST/DATABASE, or - for standard output.",
)
@click.option(
    "--format",
    metavar="NAME",
    help="The format, where the output's extension does not say it: geojson, csv ...",
)
@click.option(
    "--layer",
    "layers",
    type=click.Choice(["mentions", "areas", "lines", "places", "all"]),
    multiple=True,
    help="What to write; repeatable. [default: mentions where a file holds one layer; docs/formats.md]",
)
@click.option("--hxl", is_flag=True, help="Put a row of HXL hashtags below the names of a CSV.")
@click.option(
    "--given-spans",
    is_flag=True,
    help='Resolve exactly the spans in each JSON line\'s "toponyms"; recognize nothing else.',
)
@click.option("--overwrite", is_flag=True, help="Replace an existing file.")
@choose_pipeline
@choose_mentions
@choose_running
@watchable
@click.pass_obj
def export(
    settings: dict[str, bool],
    pipeline: Pipeline,
    output: str,
    format: str | None,
    layers: tuple[str, ...],
    hxl: bool,
    given_spans: bool,
    overwrite: bool,
    keep: MentionFilter,
    running: RunChoice,
) -> None:
    """Write what was found to a file or database."""
    from crisismap.export import check_output, write_output

    checked = check_output(output, format=format, layers=layers, hxl=hxl, overwrite=overwrite)
    with pipeline.open(
        running,
        given_spans=given_spans,
        target="-" if checked.format.to_database else output,
        overwrite=overwrite,
        quiet=settings["quiet"],
    ) as run:
        write_output(
            keep.apply(run.articles),
            output,
            run.geoparser.boundaries,
            borders=pipeline.borders,
            format=format,
            layers=layers,
            hxl=hxl,
            overwrite=overwrite,
            partial=not keep.keeps_all,
        )


main.add_command(evaluate)
main.add_command(find)
main.add_command(gazetteer_group)


@main.command(help="Say why each name in INPUTs was placed where it is." + INPUT_HELP)
@click.option("--name", help="Only mentions with this text.")
@choose_pipeline
@click.pass_obj
def explain(settings: dict[str, bool], pipeline: Pipeline, name: str | None) -> None:
    """Say why each name was placed where it is."""
    shown = 0
    with pipeline.open(RunChoice(jobs=1), quiet=settings["quiet"]) as run:
        found = list(run.articles)
    for parsed in found:
        mentions = [m for m in parsed.mentions if name is None or m.span.text.lower() == name.lower()]
        if not mentions:
            continue
        click.secho(printable(parsed.article.title or parsed.article.id), bold=True)
        for mention in mentions:
            shown += 1
            sentence = parsed.article.text[mention.sentence.start : mention.sentence.end]
            click.echo(f"\n{printable(mention.span.text)}  ({mention.kind}, {mention.role})")
            click.echo(f"  “{printable(sentence)}”")
            rows = [
                [
                    "->" if rank == 0 else "",
                    f"{candidate.score:.3f}",
                    candidate.place.name,
                    candidate.place.id,
                    f"{candidate.place.feature_class}.{candidate.place.feature_code}",
                    ", ".join(p for p in (candidate.place.admin1_name, candidate.place.country_code) if p),
                    candidate.tier.name.lower(),
                ]
                for rank, candidate in enumerate(mention.location.candidates)
            ]
            if rows:
                header = ["", "score", "place", "id", "feature", "in", "name is"]
                click.echo(table(header, rows, indent="  "))
            if mention.location.reason:
                click.echo(f"  {mention.location.reason}")
        click.echo()
    if not shown:
        raise ArticleError(
            f"no mention of {name!r} was found" if name is not None else "no place names were found"
        )


def _report(settings: dict[str, bool], parsed: list[ParsedArticle], output: Path) -> None:
    if settings["quiet"]:
        return
    mentions = [mention for article in parsed for mention in article.mentions]
    located = [mention.location for mention in mentions if mention.location.resolved]
    places = {location.place.id for location in located if location.place is not None}
    click.echo(
        f"{output}: {len(parsed)} article{'s' * (len(parsed) != 1)}, {len(located)} mentions of"
        f" {len(places)} places, {len(mentions) - len(located)} not located",
        err=True,
    )
