"""Taking a copy of the register, and putting one back so that nothing is sent twice."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlmodel import Session

from bot import audit, erasures, installation, people
from bot.clock import real_now
from bot.office import Office
from bot.reminders.alarms import raise_alarm
from bot.reminders.messenger import Matter
from storage import backup as storage
from storage import installation as row
from storage.database import Database
from storage.errors import DatabaseProblem
from storage.migrations import SchemaState

_ROUNDS: Final = 3
_AT_LEAST: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Taken:
    """A copy that has been written: where, how large, and up to which round it knows."""

    path: Path
    size: str
    last_round: datetime | None


@dataclass(frozen=True, slots=True)
class PutBack:
    """What a restored register knows, and where the one before is kept."""

    known_until: datetime
    has_round: bool
    agreements: int
    kept: Path | None = None
    migrated: bool = False
    erased: int = 0  # people and contacts that had come back with it, and are gone again


def take(office: Office, target: Path, *, force: bool) -> Taken:
    """Copy the register on SQLite to a file while the bot goes on. Raises what hinders it."""
    path = office.database.path
    if path is None:
        server = storage.server_words(office.database)
        raise DatabaseProblem("backups.postgresql", server=server, file=str(target))
    state = installation.schema_state(office.database)
    if state in {SchemaState.empty, SchemaState.foreign}:  # an older one is what one wants kept
        raise DatabaseProblem(f"database.is_{state}")
    storage.check_place(target, path, force=force)
    with storage.copied(path, target.parent, live=True) as copy:
        storage.check_whole(copy, told_as=path)
        if storage.version(copy) != storage.version(path, live=True):
            raise DatabaseProblem("backups.changed_meanwhile")
        found = Taken(target, storage.size(copy.stat().st_size), storage.last_round(copy))
        storage.put(copy, target)
    return found


def put_back(office: Office, source: Path, *, force: bool) -> PutBack:
    """Put a copy in the register's place on SQLite, marked; the old one is kept beside.

    Everything is done to a copy of the copy first: the register's place holds the old one or the
    new one, whole and marked, and nothing between.
    """
    path = office.database.path
    if path is None:
        server = storage.server_words(office.database)
        raise DatabaseProblem("backups.restore_postgresql", server=server)
    storage.check_source(source, path)
    _check_present(office, path, force=force)
    storage.check_whole(source, told_as=source)
    with storage.copied(source, path.parent, live=False) as copy:
        found, migrated = _prepare(office, source, copy)
        storage.seal(copy)
        kept = storage.exchange(copy, path)
    return replace(found, kept=kept, migrated=migrated)


def mark(office: Office) -> PutBack:
    """Mark a register that has been put back by other means, on either database."""
    installation.require_current(office.database)
    return _mark(office, office.database)


def _check_present(office: Office, path: Path, *, force: bool) -> None:
    """Refuse while somebody works with the present register, or, unless forced, has filled it."""
    with storage.held(path):
        pass  # nobody has it open just now; it is held anew when the new one takes its place
    if force or not storage.holds_anything(path):
        return
    last = storage.last_round(path, live=True)
    lately = max(_ROUNDS * timedelta(seconds=office.settings.tick_seconds), _AT_LEAST)
    if last is not None and real_now() - last < lately:
        seconds = round((real_now() - last).total_seconds())
        raise DatabaseProblem("backups.seems_to_run", seconds=str(max(seconds, 0)))
    raise DatabaseProblem("backups.not_empty", file=str(path))


def _prepare(office: Office, source: Path, copy: Path) -> tuple[PutBack, bool]:
    """Bring a copy to this program's schema and mark it; say whether it was older."""
    database = Database(f"sqlite:///{copy}")
    try:
        state = installation.schema_state(database)
        if state not in {SchemaState.current, SchemaState.older}:
            raise DatabaseProblem(f"backups.is_{state}", file=str(source))
        migrated = installation.bring_up_to_date(database)
        return _mark(office, database, storage.erased(Path(str(office.database.path)))), migrated
    finally:
        database.close()


def _mark(office: Office, database: Database, known: Collection[str] = ()) -> PutBack:
    """Note in one transaction that the register may know less than Slack, and tell of it.

    Whoever was erased since the copy (``known``, or in the file beside) is erased anew.
    """
    with database.writing() as session:
        installation.ensure(session, office.now())
        connection, now = session.connection(), real_now()
        last = row.last_round(connection)
        # Without a round nothing was sent before the copy, which is no older than its newest act.
        otherwise = storage.newest_act(connection) or now
        row.mark_restored(session, now, otherwise)
        known_until = last or otherwise
        _record(session, office, now, known_until)
        erased = people.reapply(session, office, {*known, *erasures.known(office)})
        counted = storage.agreements(connection)
        return PutBack(known_until, last is not None, counted, erased=erased)


def _record(session: Session, office: Office, now: datetime, known_until: datetime) -> None:
    after = {"restored_at": now.isoformat(), "restored_from": known_until.isoformat()}
    act = audit.Act("register_restored", "installation:1", after=after)
    audit.record(session, audit.TERMINAL, office.now(), [act])
    raise_alarm(session, office, Matter.restored, about=now.isoformat())
