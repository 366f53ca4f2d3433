"""PostgreSQL with PostGIS: a table a layer, what is already there brought up to date (extra ``postgres``).

All tables are written in one transaction.  Values travel by COPY and names are the module's own constants,
so nothing that an article says is ever SQL.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import shapely

from crisismap.errors import MissingDependencyError, OutputError
from crisismap.export.notices import notices
from crisismap.export.schemas import GEOMETRY, Plan
from crisismap.export.tables import Table, Tables

if TYPE_CHECKING:
    import psycopg
    from psycopg import sql

__all__ = ["PREFIX", "check", "is_address", "write"]

PREFIX = "crisismap_"
"""Begins the name of every table; the schema is the first one of the connection's search path."""

_TYPES = {
    pa.string(): "text",
    pa.int64(): "bigint",
    pa.float64(): "double precision",
    pa.date32(): "date",
}
_AREA_ID = "area_id"

_KEYS: Mapping[str, tuple[str, ...]] = {
    "mentions": ("mention_id",),
    "areas": (_AREA_ID,),
    "lines": (_AREA_ID,),
    "places": ("place_id",),
    "articles": ("article_id",),
    "sentences": ("article_id", "sentence_index"),
    "unlocated": ("mention_id",),
    "rivals": ("mention_id", "rank"),
}

_INDEXES: Mapping[str, tuple[str, ...]] = {
    "mentions": ("article_id", "place_id"),
    "unlocated": ("article_id",),
    "rivals": ("place_id",),
}


def is_address(target: str) -> bool:
    """Whether a target is a database and no file."""
    return target.startswith(("postgresql://", "postgres://"))


def check(address: str) -> None:
    """Raise where the database cannot be written to; call it before hours of work, not after.

    Raises:
        MissingDependencyError: psycopg is not installed.
        OutputError: there is no such database, or it has no PostGIS.
    """
    with _connect(address) as connection:
        _have_postgis(connection)


def write(tables: Tables, address: str) -> None:
    """Insert the rows of every table, or update those that are there by their key, all or nothing.

    Where the tables hold their articles whole, what the database had of these articles goes first.

    Raises:
        OutputError: the database refuses.
    """
    with _connect(address) as connection:
        _have_postgis(connection)
        for table in tables:
            _create_table(connection, table.plan, notices(tables.borders)["disclaimer"])
            _receive(connection, table)
        _drop_outdated(connection, tables)
        for table in tables:
            _merge(connection, table.plan)


@contextmanager
def _connect(address: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection whose changes count when the block has ended well."""
    try:
        import psycopg
    except ImportError:
        raise MissingDependencyError(
            'a database needs the package psycopg: pip install "crisismap[postgres]"'
        ) from None
    try:
        with psycopg.connect(address, connect_timeout=10) as connection:
            connection.execute("SET client_min_messages TO warning")
            yield connection
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        if isinstance(error, psycopg.errors.UndefinedColumn):
            reason += f"; its {PREFIX} tables are of another version, or not crisismap's"
        raise OutputError(f"{_shown(address)}: {reason}") from None


def _shown(address: str) -> str:
    """The address without user, password and options."""
    from psycopg.conninfo import conninfo_to_dict

    try:
        parts = conninfo_to_dict(address)
    except Exception:
        return "postgresql://"
    return f"postgresql://{parts.get('host') or ''}/{parts.get('dbname') or ''}"


def _have_postgis(connection: psycopg.Connection[Any]) -> None:
    import psycopg

    known = connection.execute("SELECT 1 FROM pg_extension WHERE extname = 'postgis'").fetchone()
    if known:
        return
    try:
        with connection.transaction():
            connection.execute("CREATE EXTENSION postgis")
    except psycopg.Error:
        raise OutputError(
            f"postgresql:///{connection.info.dbname}: no PostGIS there; let its owner run"
            " CREATE EXTENSION postgis"
        ) from None


def _create_table(connection: psycopg.Connection[Any], plan: Plan, comment: str) -> None:
    from psycopg import sql

    target = sql.Identifier(PREFIX + plan.name)
    fields = [
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind)) for name, kind in _columns(plan).items()
    ]
    fields.append(sql.SQL("PRIMARY KEY ({})").format(_listed(_KEYS[plan.name])))
    connection.execute(
        sql.SQL("CREATE TABLE IF NOT EXISTS {} ({})").format(target, sql.SQL(", ").join(fields))
    )
    connection.execute(
        sql.SQL("COMMENT ON TABLE {} IS {}").format(target, sql.Literal(f"{plan.title}. {comment}"))
    )
    indexes = [(name, "btree") for name in _INDEXES.get(plan.name, ())]
    if plan.shapes:
        indexes.append((GEOMETRY, "gist"))
    for name, method in indexes:
        connection.execute(
            sql.SQL("CREATE INDEX IF NOT EXISTS {} ON {} USING {} ({})").format(
                sql.Identifier(f"{PREFIX}{plan.name}_{name}"), target, sql.SQL(method), sql.Identifier(name)
            )
        )


def _receive(connection: psycopg.Connection[Any], table: Table) -> None:
    """Copy the rows to a temporary table of the same columns."""
    from psycopg import sql

    plan = table.plan
    incoming = _incoming(plan.name)
    connection.execute(
        sql.SQL("CREATE TEMPORARY TABLE {} (LIKE {}) ON COMMIT DROP").format(
            incoming, sql.Identifier(PREFIX + plan.name)
        )
    )
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(incoming, _listed(_columns(plan)))
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        for row in _rows(table):
            copy.write_row(row)


def _drop_outdated(connection: psycopg.Connection[Any], tables: Tables) -> None:
    """Delete what an earlier run found in the articles of this one, and does not hold any more."""
    from psycopg import sql

    names = tables.tables.keys()
    # A mention is located or is not.
    for old, new in (("unlocated", "mentions"), ("mentions", "unlocated")):
        if {old, new} <= names:
            connection.execute(
                sql.SQL("DELETE FROM {} old USING {} new WHERE old.mention_id = new.mention_id").format(
                    sql.Identifier(PREFIX + old), _incoming(new)
                )
            )
    if tables.partial or "articles" not in names:
        return
    again = sql.SQL("article_id IN (SELECT article_id FROM {})").format(_incoming("articles"))
    for owner in ("mentions", "unlocated"):
        if {"rivals", owner} <= names:
            connection.execute(
                sql.SQL("DELETE FROM {} WHERE mention_id IN (SELECT mention_id FROM {} WHERE {})").format(
                    sql.Identifier(PREFIX + "rivals"), sql.Identifier(PREFIX + owner), again
                )
            )
    for name in ("mentions", "unlocated", "sentences"):
        if name in names:
            connection.execute(
                sql.SQL("DELETE FROM {} WHERE {}").format(sql.Identifier(PREFIX + name), again)
            )


def _merge(connection: psycopg.Connection[Any], plan: Plan) -> None:
    """Insert the rows that have come, or update those that are there."""
    from psycopg import sql

    names, keys = _columns(plan), _KEYS[plan.name]
    updates = sql.SQL(", ").join(
        sql.SQL("{0} = EXCLUDED.{0}").format(sql.Identifier(name)) for name in names if name not in keys
    )
    connection.execute(
        sql.SQL(
            "INSERT INTO {target} ({names}) SELECT DISTINCT ON ({keys}) {names} FROM {incoming}"
            " ON CONFLICT ({keys}) DO UPDATE SET {updates}"
        ).format(
            target=sql.Identifier(PREFIX + plan.name),
            incoming=_incoming(plan.name),
            names=_listed(names),
            keys=_listed(keys),
            updates=updates,
        )
    )


def _incoming(name: str) -> sql.Identifier:
    from psycopg import sql

    return sql.Identifier(f"{PREFIX}{name}_incoming")


def _listed(names: Iterable[str]) -> sql.Composed:
    from psycopg import sql

    return sql.SQL(", ").join(map(sql.Identifier, names))


def _columns(plan: Plan) -> dict[str, str]:
    columns = {name: _TYPES[plan.schema.field(name).type] for name in plan.columns}
    if _AREA_ID in _KEYS[plan.name]:
        columns = {_AREA_ID: "text", **columns}
    if plan.shapes:
        columns[GEOMETRY] = f"geometry({plan.shapes}, 4326)"
    return columns


def _rows(table: Table) -> Iterator[list[Any]]:
    names = table.plan.columns
    for record in table.records():
        row = [record[name] for name in names]
        if _AREA_ID in _KEYS[table.plan.name]:
            row.insert(0, record["place_id"] or _digest(record[GEOMETRY]))
        if table.plan.shapes:
            shape = shapely.set_srid(shapely.from_wkb(record[GEOMETRY]), 4326)
            row.append(shapely.to_wkb(shape, hex=True, include_srid=True))
        yield row


def _digest(shape: bytes) -> str:
    """An expression's shape has no id of its own; the same shape gets the same one in every run."""
    return "shape:" + hashlib.sha256(shape).hexdigest()[:24]
