"""Owning a row while it is sent: something that the kernel or the server takes away with the owner.

A lease would fail when its holder is merely frozen (a lid closed, a snapshot). On SQLite it is a
lock on one of 64 files beside the database, on PostgreSQL an advisory lock on a session of its
own. A row that says *sending* and can be owned has lost its sender.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from storage.database import Database

_FILES = 64
_SPACE = 0x666F6C6A  # "folj": keeps our advisory locks apart from other programs'


class Ownership(Protocol):
    """Takes and gives back the ownership of rows."""

    @contextmanager
    def of(self, row_id: int) -> Iterator[bool]:
        """Own a row for the length of the block; false where somebody else owns it."""
        ...

    def holds(self) -> bool:
        """Say whether what is owned is still ours: asked just before a request leaves."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


def ownership(database: Database) -> Ownership:
    """Give the kind of ownership that the database has."""
    path = database.path
    if path is None:
        return SessionOwnership(database)
    return FileOwnership(path.with_name(path.name + ".locks"))


def keeps_sessions(database: Database) -> bool:
    """Say whether a lock that is taken is still ours in the next statement.

    A pooler in transaction mode gives each statement another session, and no lock would mean
    anything.
    """
    if database.is_sqlite:
        return True
    with database.engine.connect() as found:
        connection = found.execution_options(isolation_level="AUTOCOMMIT")
        values = {"space": _SPACE + 1, "id": secrets.randbelow(2**31)}
        connection.execute(text("SELECT pg_advisory_lock(:space, :id)"), values)
        held = connection.execute(
            text(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
                " AND classid = :space AND objid = :id AND pid = pg_backend_pid()"
            ),
            values,
        ).scalar_one()
        connection.execute(text("SELECT pg_advisory_unlock(:space, :id)"), values)
        return bool(held)


class FileOwnership:
    """Locks on files. They are never removed: a file made anew would let two own a row."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder

    @contextmanager
    def of(self, row_id: int) -> Iterator[bool]:
        path = self._folder / f"{row_id % _FILES:02}"
        handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            yield _locked(handle)
        finally:
            os.close(handle)

    def holds(self) -> bool:
        return True  # the kernel takes a lock from nobody who lives

    def close(self) -> None:
        """Each lock went with its block."""


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class SessionOwnership:
    """Advisory locks on one session of its own, never from the pool, which would keep them."""

    def __init__(self, database: Database) -> None:
        self._engine = database.engine
        self._connection: Connection | None = None

    @contextmanager
    def of(self, row_id: int) -> Iterator[bool]:
        connection = self._session()
        values = {"space": _SPACE, "id": row_id}
        owned = connection.execute(
            text("SELECT pg_try_advisory_lock(:space, :id)"), values
        ).scalar_one()
        try:
            yield bool(owned)
        finally:
            if owned and not connection.invalidated:
                self._give_back(connection, values)

    def holds(self) -> bool:
        """Ask the very session that holds the locks: with it they would be gone."""
        if self._connection is None or self._connection.invalidated:
            return False
        try:
            self._connection.execute(text("SELECT 1"))
        except DBAPIError:
            return False
        return not self._connection.invalidated

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _give_back(self, connection: Connection, values: dict[str, int]) -> None:
        try:
            connection.execute(text("SELECT pg_advisory_unlock(:space, :id)"), values)
        except DBAPIError:  # the session is gone, and every lock with it
            self.close()

    def _session(self) -> Connection:
        if self._connection is None or self._connection.invalidated:
            self.close()
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            connection.detach()
            self._connection = connection
        return self._connection
