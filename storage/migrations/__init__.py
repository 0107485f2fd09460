"""Bringing a database to this program's schema, and saying where it stands.

Alembic costs a quarter of a second to import, so it is imported where it is used; what a
start needs to know (:func:`state`) is one small query.
"""

from __future__ import annotations

import enum
from pathlib import Path

from sqlalchemy import Connection, event, inspect, text

from storage.database import Database, begin_immediately, create_private_file
from storage.errors import DatabaseProblem

HEAD = "0007"  # the newest revision; a test compares it with the files
_KNOWN = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")


class SchemaState(enum.StrEnum):
    """How a database's schema stands to this program."""

    empty = "empty"
    current = "current"
    older = "older"
    newer = "newer"
    foreign = "foreign"


def state(database: Database) -> SchemaState:
    """Say whether the database is empty, current, older, newer, or somebody else's."""
    with database.reading() as connection:
        tables = set(inspect(connection).get_table_names())
        if not tables:
            return SchemaState.empty
        if "alembic_version" not in tables:
            return SchemaState.foreign
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return _judge(version, tables)


def _judge(version: str | None, tables: set[str]) -> SchemaState:
    if version is None:
        return SchemaState.empty if tables == {"alembic_version"} else SchemaState.foreign
    if version == HEAD:
        return SchemaState.current
    return SchemaState.older if version in _KNOWN else SchemaState.newer


def upgrade(database: Database, to: str = "head") -> None:
    """Bring the schema up to date. Foreign keys are off meanwhile on SQLite, and checked after.

    Altering a table there means making it anew, and with foreign keys on that has emptied
    child tables without a word.
    """
    from alembic import command  # noqa: PLC0415  # a quarter of a second that only this needs
    from alembic.config import Config  # noqa: PLC0415

    if database.path is not None:
        create_private_file(database.path)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    with database.engine.connect() as connection:
        if database.is_sqlite:  # by itself the driver would write a migration bit by bit
            event.listen(connection, "begin", begin_immediately)
        _foreign_keys(connection, on=False)
        config.attributes["connection"] = connection
        command.upgrade(config, to)
        _check_foreign_keys(connection)
        _foreign_keys(connection, on=True)


def _foreign_keys(connection: Connection, *, on: bool) -> None:
    if connection.dialect.name == "sqlite":
        raw = connection.connection.cursor()
        raw.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")
        raw.close()


def _check_foreign_keys(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        raw = connection.connection.cursor()
        broken = raw.execute("PRAGMA foreign_key_check").fetchall()
        raw.close()
        if broken:
            raise DatabaseProblem("database.broken_references", table=str(broken[0][0]))
