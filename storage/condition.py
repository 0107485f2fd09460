"""How the database is doing as a thing on a disk or on a server."""

from __future__ import annotations

import shutil

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.database import Database

LEAST_FREE = 200 * 1024 * 1024  # bytes on the disk of an SQLite file


def has_room(database: Database) -> bool:
    """Say whether there is room on the disk to go on writing. A server looks after its own."""
    path = database.path
    return path is None or shutil.disk_usage(path.parent).free >= LEAST_FREE


def is_whole(database: Database) -> bool:
    """Say whether SQLite finds its file undamaged: 10 ms a megabyte. A server checks itself."""
    if database.path is None:
        return True
    with database.reading() as connection:
        try:
            return connection.execute(text("PRAGMA quick_check(1)")).scalar() == "ok"
        except DBAPIError:  # damaged so badly that it cannot even be asked
            return False


def server(database: Database) -> str | None:
    """Name the server and its timeline, which change when another one takes over; None: SQLite."""
    if database.is_sqlite:
        return None
    asked = (
        "SELECT (SELECT system_identifier FROM pg_control_system())::text || '/' || "
        "(SELECT timeline_id FROM pg_control_checkpoint())::text"
    )
    with database.reading() as connection:
        return str(connection.execute(text(asked)).scalar_one())
