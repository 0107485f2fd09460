"""The connection to SQLite or PostgreSQL: one engine a process, one door to read, one to write.

SQLite runs in WAL with ``synchronous=FULL`` (a power cut must not undo the intent of a
message that was sent) and opens every writing transaction with ``BEGIN IMMEDIATE``: with the
driver's default two writers read, then write, and overpay without an error.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
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

_WARM_CACHE = 12_000  # kibibytes; what statuses are made of, among ten thousand agreements


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
        self._turn = threading.Lock()
        self._warm: Connection | None = None

    @property
    def path(self) -> Path | None:
        """The file, on SQLite."""
        return Path(self.url.database or "") if self.is_sqlite else None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open for questions: no transaction, so that no reader waits for a writer."""
        with self._reader.connect() as connection:
            yield connection

    @contextmanager
    def answering(self) -> Iterator[Connection]:
        """Open for one quick question, whose answer somebody waits for.

        On SQLite one after the other, on one connection that stays open and keeps its pages: the
        interpreter lets one answer be made at a time anyway, and a connection of the pool's costs
        as much to take as the question itself.
        """
        if not self.is_sqlite:
            with self.reading() as connection:
                yield connection
            return
        with self._turn:
            connection = self._warm = self._warm or self._warm_up()
            try:
                yield connection
            except SQLAlchemyError:
                self._cool_down()
                raise
            finally:
                connection.rollback()

    def _warm_up(self) -> Connection:
        connection = self._reader.connect()
        connection.exec_driver_sql(f"PRAGMA cache_size=-{_WARM_CACHE}")
        return connection

    def _cool_down(self) -> None:
        connection, self._warm = self._warm, None
        if connection is not None:
            connection.invalidate()  # its pages go with it
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
        with self._turn:
            self._cool_down()
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
