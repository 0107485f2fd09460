"""The connection to SQLite or PostgreSQL: one engine a process, one door to read, one to write.

SQLite runs in WAL with ``synchronous=FULL`` (a power cut must not undo the intent of a
message that was sent) and opens every writing transaction with ``BEGIN IMMEDIATE``: with the
driver's default two writers read, then write, and overpay without an error.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlmodel import Session

from storage.errors import DatabaseProblem

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=30000",
    "trusted_schema=OFF",
    "secure_delete=ON",
)

_KEPT = 4  # connections: as many as there are threads that answer


def address(text: str) -> URL:
    """Read a ``DATABASE_URL``; raise :class:`DatabaseProblem` for what is neither database.

    ``postgres://`` is accepted, as platforms hand it out.
    """
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise DatabaseProblem("database.bad_url") from error
    if url.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite" and url.database not in {None, "", ":memory:"}:
        return url
    raise DatabaseProblem("database.bad_url")


class Database:
    """One engine with its two doors."""

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        self.url = address(url)
        self.is_sqlite = self.url.drivername == "sqlite"
        self.engine = _engine(self.url, pool_size)
        self._reader = (
            self.engine
            if self.is_sqlite
            else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        )
        self._kept: list[Connection] = []  # the last one read from, the warmest, stands last

    @property
    def path(self) -> Path | None:
        """The file, on SQLite."""
        return Path(self.url.database or "") if self.is_sqlite else None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open for questions: no transaction, so that no reader waits for a writer."""
        connection = self._at_hand()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self._keep(connection)

    def _at_hand(self) -> Connection:
        """Give one that is kept, or else the pool's, which costs as much as a status question."""
        try:
            return self._kept.pop()
        except IndexError:
            return self._reader.connect()

    def _keep(self, connection: Connection) -> None:
        """Keep a connection to the file for the next question; a server's may break meanwhile."""
        if self.is_sqlite and len(self._kept) < _KEPT:
            connection.rollback()
            self._kept.append(connection)
        else:
            connection.close()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open one transaction: committed when the block ends, rolled back when it raises."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            self._begin(session)
            yield session

    @contextmanager
    def rehearsing(self) -> Iterator[Session]:
        """Open one transaction that is always taken back: to see what would happen."""
        with Session(self.engine, expire_on_commit=False) as session:
            try:
                self._begin(session)
                yield session
            finally:
                session.rollback()

    def _begin(self, session: Session) -> None:
        if self.is_sqlite:  # not by an event: the engine would look for listeners at each question
            begin_immediately(session.connection())

    def close(self) -> None:
        """Let go of every connection."""
        while self._kept:
            self._kept.pop().close()
        self.engine.dispose()


def _engine(url: URL, pool_size: int) -> Engine:
    common: dict[str, Any] = {
        "hide_parameters": True,
        "pool_size": pool_size,
        "max_overflow": 16,
        "pool_use_lifo": True,  # the connection used last has the warmest pages
    }
    if url.drivername != "sqlite":
        return create_engine(
            url,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 10, "application_name": "foljsam"},
            **common,
        )
    engine = create_engine(url, connect_args={"timeout": 30}, **common)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # else sqlite3 opens transactions behind our back
    for pragma in _PRAGMAS:
        connection.execute("PRAGMA " + pragma)


def begin_immediately(connection: Connection) -> None:
    """Begin a transaction of SQLite's as one that will write."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def create_private_file(path: Path) -> None:
    """Make the database file readable by its owner alone, before SQLite makes it for all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
