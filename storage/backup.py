"""Copies of an SQLite file: made whole while others write, looked through, and put in place.

A plain copy of the file lacks what lies in its log, so ``VACUUM INTO`` makes every copy. Nothing
stands at its place before it is whole, checked and on the disk.
"""

from __future__ import annotations

import errno
import os
import shlex
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, create_engine, func, inspect, select
from sqlalchemy.exc import DBAPIError, NoResultFound
from sqlalchemy.pool import NullPool

from storage import installation, people, tables
from storage.database import Database
from storage.errors import DatabaseProblem
from storage.models import AuditEntry

_BESIDE: Final = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file; found beside another file, it is taken to belong to that one."""
_PATIENCE: Final = 30.0  # seconds for a writer to end
_SHORT_PATIENCE: Final = 1.0  # seconds for a short command to end; a bot does not
_SPARE: Final = 1024 * 1024  # bytes that must be left over
_NO_ROOM: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_LITTLE: Final = {"alembic_version", "installation", "audit_entry"}
"""Tables that every database has rows in from its first start."""


# -- places


def check_place(target: Path, database: Path, *, force: bool) -> None:
    """Refuse a place where no copy can or should be written, before anything is."""
    if target.resolve() in _of_database(database) or _is_same(target, database):
        raise DatabaseProblem("backups.own_path", file=str(target))
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    if not target.parent.is_dir():
        raise DatabaseProblem("backups.no_folder", folder=str(target.parent))
    if target.exists() and not target.is_file():
        raise DatabaseProblem("backups.not_a_place", file=str(target))
    if target.exists() and not force:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    if any(beside.exists() for beside in _beside(target)):
        raise DatabaseProblem("backups.place_in_use", file=str(target))


def check_source(source: Path, database: Path) -> None:
    """Refuse a file that cannot be a copy to put back, and a folder that cannot take it."""
    if not source.exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(source))
    if source.resolve() in _of_database(database) or _is_same(source, database):
        raise DatabaseProblem("backups.restore_own_path", file=str(source))
    if source.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(source))
    if not database.parent.is_dir():
        raise DatabaseProblem("backups.no_folder", folder=str(database.parent))


def _of_database(database: Path) -> set[Path]:
    names = ("", *_BESIDE, ".sent.jsonl", ".erased.jsonl", ".locks")
    return {database.with_name(database.name + name).resolve() for name in names}


def _is_same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)


def _beside(path: Path) -> list[Path]:
    return [path.with_name(path.name + end) for end in _BESIDE]


# -- copying


@contextmanager
def copied(source: Path, folder: Path, *, live: bool) -> Iterator[Path]:
    """Copy a database to a file of its owner's alone; whatever is left of it at the end goes.

    ``live``: somebody may write to the source meanwhile.
    """
    _check_room(source, folder)
    copy = _private_file(folder)
    try:
        _copy(source, copy, live=live)
        yield copy
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise _no_room(source, folder) from error
        raise
    finally:
        for each in (copy, *_beside(copy)):
            each.unlink(missing_ok=True)


def _private_file(folder: Path) -> Path:
    try:
        handle, name = tempfile.mkstemp(dir=folder, prefix=".foljsam-", suffix=".db")
    except OSError as error:
        error.filename = str(folder)  # the name that was tried means nothing to anybody
        raise
    os.close(handle)
    return Path(name)


def _copy(source: Path, copy: Path, *, live: bool) -> None:
    try:
        with closing(_open(source, live=live)) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
    except sqlite3.Error as error:
        raise _refusal(error, source, copy.parent) from error


def _refusal(error: sqlite3.Error, source: Path, folder: Path) -> DatabaseProblem:
    name = getattr(error, "sqlite_errorname", "")
    if name == "SQLITE_FULL":
        return _no_room(source, folder)
    if name == "SQLITE_NOTADB":
        return DatabaseProblem("backups.not_a_database", file=str(source))
    if name.startswith("SQLITE_CORRUPT"):
        return DatabaseProblem("backups.damaged", file=str(source))
    return DatabaseProblem("backups.failed", folder=str(folder), reason=str(error)[:200])


def _check_room(source: Path, folder: Path) -> None:
    if shutil.disk_usage(folder).free < _needed(source):
        raise _no_room(source, folder)


def _needed(source: Path) -> int:
    log = source.with_name(source.name + "-wal")
    return sum(each.stat().st_size for each in (source, log) if each.exists()) + _SPARE


def _no_room(source: Path, folder: Path) -> DatabaseProblem:
    free = size(shutil.disk_usage(folder).free)
    return DatabaseProblem(
        "backups.no_room", folder=str(folder), free=free, needed=size(_needed(source))
    )


def size(number: int) -> str:
    """Write a number of bytes as both languages do, rounded up."""
    kilobytes = -(-number // 1024)
    return f"{kilobytes} kB" if kilobytes < 1024 else f"{-(-kilobytes // 1024)} MB"


def _open(path: Path, *, live: bool = False) -> sqlite3.Connection:
    """Open a file that must be there. One that is not live is only read, wherever it lies."""
    alone = not any(each.exists() for each in _beside(path))
    how = "mode=rw" if live else "mode=ro&immutable=1" if alone else "mode=ro"
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?{how}", uri=True, timeout=_PATIENCE, isolation_level=None
    )
    connection.execute("PRAGMA trusted_schema=OFF")
    return connection


# -- looking through


def check_whole(path: Path, *, told_as: Path) -> None:
    """Refuse a file that is no SQLite database or in which something is damaged."""
    try:
        with closing(_open(path)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as error:
        raise _refusal(error, told_as, path.parent) from error
    if found != ("ok",):
        raise DatabaseProblem("backups.damaged", file=str(told_as))


def version(path: Path, *, live: bool = False) -> str | None:
    """Give the version of a file's schema; none where it is not ours."""
    with closing(_open(path, live=live)) as connection:
        try:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:  # there is no such table
            return None
    return None if found is None else str(found[0])


def last_round(path: Path, *, live: bool = False) -> datetime | None:
    """Give the last round that a file knows of, without changing the file."""
    try:
        with _asking(path, live=live) as connection:
            return installation.last_round(connection)
    except (NoResultFound, DBAPIError):  # never started on, or unreadable, or not ours
        return None


def erased(path: Path) -> set[str]:
    """Give whom a file knows to have been erased; nobody where it cannot be read or is older."""
    try:
        with _asking(path, live=True) as connection:
            return {digest for digest, _ in people.erasures(connection)}
    except DBAPIError:
        return set()


@contextmanager
def _asking(path: Path, *, live: bool) -> Iterator[Connection]:
    opener = partial(_open, path, live=live)
    engine = create_engine("sqlite://", creator=opener, poolclass=NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def newest_act(connection: Connection) -> datetime | None:
    """Give the moment of the newest act in the log."""
    audit = AuditEntry.metadata.tables["audit_entry"]
    moment: datetime | None = connection.execute(select(func.max(audit.c.at))).scalar()
    return moment


def agreements(connection: Connection) -> int:
    """Count the agreements."""
    return int(connection.execute(select(func.count()).select_from(tables.agreement)).scalar_one())


def holds_anything(path: Path) -> bool:
    """Say whether a file holds more than a first start leaves; one that cannot be read does."""
    if not path.exists() or path.stat().st_size == 0:
        return False
    try:
        with _asking(path, live=True) as connection:
            names = set(inspect(connection).get_table_names()) - _LITTLE
            return any(_has_rows(connection, name) for name in names)
    except DBAPIError:  # damaged or no database: whatever it is, it is somebody's
        return True


def _has_rows(connection: Connection, table: str) -> bool:
    quoted = connection.dialect.identifier_preparer.quote_identifier(table)
    return connection.exec_driver_sql(f"SELECT 1 FROM {quoted} LIMIT 1").first() is not None  # noqa: S608  # the name is the database's own, quoted


# -- putting in place


def put(copy: Path, target: Path) -> None:
    """Move a whole copy to its place in one step, with everything on the disk before."""
    _sync(copy)
    copy.replace(target)
    _sync(target.parent)


def seal(path: Path) -> None:
    """Fold the log of a closed file into it, so that the file is all there is."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    check_whole(path, told_as=path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def held(path: Path) -> Iterator[sqlite3.Connection | None]:
    """Hold a database that nobody else has open, for the length of the block.

    Whoever works with a file in WAL keeps a shared lock on it even while idle, so the exclusive
    one tells of every live process. Raises ``backups.in_use``. Gives none for a file that is not
    there or is no database: nobody can work with it either.
    """
    if not path.exists() or path.stat().st_size == 0:
        yield None
        return
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=rw",
        uri=True,
        timeout=_SHORT_PATIENCE,
        isolation_level=None,
    )
    with closing(connection):
        yield connection if _taken(connection, path) else None


def _taken(connection: sqlite3.Connection, path: Path) -> bool:
    try:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise DatabaseProblem("backups.in_use", file=str(path)) from error
        return False
    return True


def exchange(copy: Path, path: Path) -> Path | None:
    """Put a whole copy in the place of a database; give where the old one is kept, if there is one.

    Raises ``backups.in_use`` where somebody has the old one open. It is kept with its log folded
    in; where that cannot be done, with the log beside it.
    """
    with held(path) as connection:
        is_folded = connection is not None and _fold(connection)
        kept = _keep(path, [] if is_folded else ["-wal", "-journal"])
        _replace(copy, path)
    return kept


def _fold(connection: sqlite3.Connection) -> bool:
    """Fold the log into a file that is held, and hold it on; false for one that is damaged."""
    try:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("PRAGMA locking_mode=NORMAL")  # the other mode leaves a journal about
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error:
        return False
    return True


def _replace(copy: Path, path: Path) -> None:
    for each in _beside(path):  # else SQLite would take the old log to belong to the new file
        each.unlink(missing_ok=True)
    put(copy, path)


def _keep(path: Path, logs: Sequence[str]) -> Path | None:
    """Give the old file a second name beside, never one that is taken; its logs go with it."""
    if not path.exists() or path.stat().st_size == 0:
        return None
    kept = _free_name(path)
    for end in ("", *logs):
        old = path.with_name(path.name + end)
        if old.exists():
            _link(old, kept.with_name(kept.name + end))
    return kept


def _free_name(path: Path) -> Path:
    for number in count(1):
        end = ".before-restore" if number == 1 else f".before-restore-{number}"
        name = path.with_name(path.name + end)
        if not any(each.exists() for each in (name, *_beside(name))):
            return name
    raise AssertionError


def _link(old: Path, new: Path) -> None:
    try:
        os.link(old, new)
    except OSError:  # a file system without second names
        shutil.copyfile(old, new)
        new.chmod(0o600)
        _sync(new)


# -- PostgreSQL


def server_words(database: Database) -> str:
    """Give what ``pg_dump`` and ``pg_restore`` must be told to reach it, but the password."""
    url = database.url
    asked = {
        "host": url.host or url.query.get("host"),
        "port": url.port or url.query.get("port"),
        "username": url.username or url.query.get("user"),
        "dbname": url.database,
    }
    return " ".join(f"--{name}={shlex.quote(str(value))}" for name, value in asked.items() if value)
