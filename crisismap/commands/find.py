"""``crisismap find``: what a name can mean."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crisismap.commands.options import GazetteerChoice, choose_gazetteer
from crisismap.terminal import printable, table

if TYPE_CHECKING:
    from crisismap.gazetteer.hierarchy import PlaceRecord

__all__ = ["find"]


@click.command()
@click.argument("name")
@click.option("-n", "--limit", type=click.IntRange(1), default=10, show_default=True, help="Rows to show.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array; docs/geocoding.md lists its keys.")
@click.option(
    "--online",
    metavar="nominatim|URL",
    help="Ask a Nominatim server for a name that the gazetteer lacks: the public one, or your own.",
)
@click.option("--user-agent", help="Who asks online: an address of yours, such as me@example.org.")
@choose_gazetteer
def find(
    name: str,
    limit: int,
    as_json: bool,
    online: str | None,
    user_agent: str | None,
    gazetteer: GazetteerChoice,
) -> None:
    """Look NAME up in the gazetteer: every place it can mean, best first.

    NAME may say what it lies in: "Paris, Texas". Nothing leaves this machine unless --online says so.
    """
    from crisismap.gazetteer.fuzzy import suggest
    from crisismap.gazetteer.hierarchy import Hierarchy
    from crisismap.gazetteer.search import search

    if online and not user_agent:
        raise click.UsageError(
            "--online needs --user-agent: services want to be able to reach whoever sends them requests"
        )
    opened = gazetteer.open()
    hierarchy = Hierarchy(opened)
    records = [hierarchy.record(found.place, found.tier) for found in search(opened, name)]
    if online and user_agent and not records:
        from crisismap.gazetteer.online import ask_nominatim

        try:
            records = ask_nominatim(opened, name, online, user_agent, Path(click.get_app_dir("crisismap")))
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--online") from None
    if as_json:
        click.echo(json.dumps([asdict(record) for record in records[:limit]], indent=2))
    elif records:
        header = ["name", "id", "kind", "within", "population", "lat, lon", "name is"]
        click.echo(table(header, [_row(record) for record in records[:limit]]))
    if not records:
        likely = [printable(found.place.name) for found in suggest(opened, name.partition(",")[0], limit=3)]
        choice = " or ".join(filter(None, (", ".join(likely[:-1]), *likely[-1:])))
        hint = f"; did you mean {choice}?" if likely else " in the gazetteer"
        click.echo(f"no place called {name!r}{hint}", err=True)
        raise click.exceptions.Exit(1)
    if len(records) > limit:
        click.echo(f"{len(records) - limit} more; see them with -n {len(records)}", err=True)


def _row(record: PlaceRecord) -> list[str]:
    population = f"{record.population:,}" if record.population else ""
    where = f"{record.lat:.4f}, {record.lon:.4f}"
    return [
        record.name,
        record.id,
        record.kind,
        record.within,
        population,
        where,
        record.tier or record.source,
    ]
