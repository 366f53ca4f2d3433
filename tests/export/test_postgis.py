"""A PostgreSQL with PostGIS of Debian's, started here on loopback, written to and asked with psql."""

import os
import pwd
import socket
import subprocess
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import clients
import pytest
from scenes import BOUNDARIES, COUNTS, HOSTILE, LONG, article, scene

from crisismap.errors import OutputError
from crisismap.export import check_output, write_output
from crisismap.model import Location

Address = str


def as_somebody() -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid():
        return []
    names = {entry.pw_name for entry in pwd.getpwall()}
    return [clients.need("runuser"), "-u", "postgres" if "postgres" in names else "nobody", "--"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    initdb, control = clients.need("initdb"), clients.need("pg_ctl")
    somebody = as_somebody()
    run = {"check": True, "timeout": 120, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    folder = Path(
        subprocess.run(
            [*somebody, "mktemp", "-d", "/tmp/crisismap-postgres-XXXXXX"],
            check=True,
            timeout=60,
            capture_output=True,
            text=True,
        ).stdout.strip()
    )
    data = folder / "data"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories= -c fsync=off"
    try:
        command = [*somebody, initdb, "-D", data, "-U", "owner", "-A", "trust", "-E", "UTF8", "--locale=C"]
        subprocess.run(command, **run)  # type: ignore[call-overload]
        log = folder / "log"
        command = [*somebody, control, "-D", data, "-o", options, "-l", log, "-w", "start"]
        subprocess.run(command, **run)  # type: ignore[call-overload]
        yield f"postgresql://owner@127.0.0.1:{port}"
    finally:
        subprocess.run([*somebody, control, "-D", data, "-m", "immediate", "-w", "stop"], capture_output=True)
        subprocess.run([*somebody, "rm", "-rf", folder], check=True)


@pytest.fixture
def database(server: Address, request: pytest.FixtureRequest) -> Address:
    """An empty database of the test's own."""
    name = f"test_{zlib.crc32(request.node.name.encode())}"
    ask(f"{server}/postgres", f'CREATE DATABASE "{name}"')
    return f"{server}/{name}"


def ask(address: Address, query: str) -> list[list[str]]:
    command = [clients.need("psql"), address, "-X", "-A", "-t", "-q", "-F", "\x1f", "-R", "\x1e", "-c", query]
    done = subprocess.run(command, capture_output=True, timeout=60, check=True)
    text = done.stdout.decode().removesuffix("\n").removesuffix("\x1e")
    return [row.split("\x1f") for row in text.split("\x1e")] if text else []


def counts(address: Address) -> dict[str, int]:
    return {name: int(ask(address, f"SELECT count(*) FROM crisismap_{name}")[0][0]) for name in COUNTS}


def test_psql_reads_every_row(database: Address) -> None:
    write_output(scene(), database, BOUNDARIES)
    assert counts(database) == COUNTS
    titles = ask(database, "SELECT DISTINCT article_title FROM crisismap_mentions")
    assert {title for (title,) in titles} == {*HOSTILE, LONG, "Дата"}
    kinds = (
        "SELECT DISTINCT GeometryType(geometry), ST_SRID(geometry), ST_IsValid(geometry) FROM crisismap_{}"
    )
    for layer, kind in (("mentions", "POINT"), ("areas", "MULTIPOLYGON"), ("lines", "MULTILINESTRING")):
        assert ask(database, kinds.format(layer)) == [[kind, "4326", "t"]]
    undated = "SELECT article_date IS NULL, uncertainty_km IS NULL, count(*) FROM crisismap_mentions"
    assert ask(database, f"{undated} GROUP BY 1, 2 ORDER BY 1, 2") == [
        ["f", "f", "18"],
        ["f", "t", "9"],
        ["t", "f", "2"],
        ["t", "t", "1"],
    ]


def test_the_spatial_index_is_there(database: Address) -> None:
    write_output(scene(), database, BOUNDARIES, layers=["mentions"])
    indexes = ask(database, "SELECT indexdef FROM pg_indexes WHERE tablename = 'crisismap_mentions'")
    assert any("USING gist (geometry)" in definition for (definition,) in indexes)
    near = (
        "SELECT DISTINCT text FROM crisismap_mentions WHERE geometry && ST_MakeEnvelope(170,-20,180,-10,4326)"
    )
    assert ask(database, near) == [["Fiji"]]


def test_a_second_run_updates_and_adds(database: Address) -> None:
    write_output(scene(), database, BOUNDARIES)
    write_output(scene(), database, BOUNDARIES)
    assert counts(database) == COUNTS
    later = article("undated", "Renamed", date=None)
    write_output([later, article("new")], database, BOUNDARIES)
    found = dict(ask(database, "SELECT article_id, article_title FROM crisismap_articles"))
    assert (len(found), found["undated"], found["hostile-1"]) == (12, "Renamed", HOSTILE[1])


def test_a_mention_is_located_or_not_located(database: Address) -> None:
    found = article("a")
    write_output([found], database, BOUNDARIES)
    fiji = found.mentions[1]
    lost = replace(found, mentions=(replace(fiji, location=Location(reason="not sure any more")),))
    write_output([lost], database, BOUNDARIES)
    where = f"WHERE mention_id = '{fiji.id}'"
    assert ask(database, f"SELECT count(*) FROM crisismap_mentions {where}") == [["0"]]
    assert ask(database, f"SELECT reason FROM crisismap_unlocated {where}") == [["not sure any more"]]
    write_output([found], database, BOUNDARIES)
    assert ask(database, f"SELECT count(*) FROM crisismap_unlocated {where}") == [["0"]]


def test_what_is_not_found_again_goes(database: Address) -> None:
    found, other = article("a"), article("b")
    write_output([found, other], database, BOUNDARIES)
    before = counts(database)
    fewer = replace(found, mentions=found.mentions[:1])
    write_output([fewer], database, BOUNDARIES)
    of_a = ask(
        database,
        "SELECT mention_id FROM crisismap_mentions WHERE article_id = 'a' UNION"
        " SELECT mention_id FROM crisismap_unlocated WHERE article_id = 'a'",
    )
    assert of_a == [[found.mentions[0].id]]
    known = "SELECT mention_id FROM crisismap_mentions UNION SELECT mention_id FROM crisismap_unlocated"
    assert ask(database, f"SELECT count(*) FROM crisismap_rivals WHERE mention_id NOT IN ({known})") == [
        ["0"]
    ]
    assert ask(database, "SELECT count(*) FROM crisismap_mentions WHERE article_id = 'b'") == [["3"]]
    write_output([found], database, BOUNDARIES)
    assert counts(database) == before


def test_a_filtered_run_deletes_nothing(database: Address) -> None:
    found = article("a")
    write_output([found], database, BOUNDARIES)
    before = counts(database)
    write_output([replace(found, mentions=found.mentions[:1])], database, BOUNDARIES, partial=True)
    assert counts(database) == before


def test_what_fails_leaves_nothing(database: Address) -> None:
    ask(database, "CREATE TABLE crisismap_rivals (mine text)")
    with pytest.raises(OutputError, match="its crisismap_ tables are of another version"):
        write_output(scene(), database, BOUNDARIES)
    assert ask(database, "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'crisismap%'") == [["1"]]


def test_the_schema_is_the_connection_s(database: Address) -> None:
    ask(database, 'CREATE SCHEMA "my; schema"')
    ask(database, "CREATE EXTENSION postgis")
    address = f"{database}?options=-csearch_path%3D%22my%5C%3B%5C%20schema%22,public"
    write_output(scene(), address, BOUNDARIES, layers=["mentions"])
    assert ask(database, 'SELECT count(*) FROM "my; schema".crisismap_mentions') == [["30"]]


@pytest.mark.parametrize(
    ("end", "words"),
    [
        ("/nothing_of_that_name", "does not exist"),
        ("/postgres?sslmode=nonsense", "sslmode"),
        ("/postgres?nonsense=1", "nonsense"),
    ],
)
def test_a_database_that_is_not_there(server: Address, end: str, words: str) -> None:
    address = server.replace("owner@", "owner:secret@") + end
    with pytest.raises(OutputError, match=words) as caught:
        check_output(address)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_server() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(OutputError, match=r"^postgresql://127\.0\.0\.1/x: ") as caught:
        check_output(f"postgresql://me:secret@127.0.0.1:{port}/x")
    assert "secret" not in str(caught.value)
