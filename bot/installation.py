"""This installation: opening its office, bringing its database into use, and its one row."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from bot import audit
from bot.clock import Clock, FileClock, RealClock
from bot.office import Office
from bot.settings import Settings
from storage import installation as storage
from storage import migrations, outbox
from storage.database import Database
from storage.errors import DatabaseProblem
from storage.migrations import SchemaState
from storage.models import Installation

_KEY_BYTES: Final = 32


def open_office(settings: Settings) -> Office:
    """Put together what every use case needs. Raises :class:`DatabaseProblem` for a bad address."""
    clock: Clock = FileClock(settings.clock_file) if settings.clock_file else RealClock()
    database = Database(settings.database_url.get_secret_value())
    return Office(settings=settings, clock=clock, database=database)


def schema_state(database: Database) -> SchemaState:
    """Say how the database's schema stands to this program; makes no file."""
    if database.path is not None and not database.path.exists():
        return SchemaState.empty
    return migrations.state(database)


def require_current(database: Database) -> None:
    """Refuse a database that this program cannot use as it is, saying which command helps."""
    state = schema_state(database)
    if state is not SchemaState.current:
        raise DatabaseProblem(f"database.is_{state}")


def make_ready(office: Office) -> None:
    """Bring an empty database up to date and make the installation's row; refuse other schemas."""
    if schema_state(office.database) is SchemaState.empty:
        bring_up_to_date(office.database)
    require_current(office.database)
    with office.database.writing() as session:
        ensure(session, office.now())


def bring_up_to_date(database: Database) -> bool:
    """Migrate an empty or older database; say whether there was anything to do.

    Raises :class:`DatabaseProblem` for a newer schema or one that is not ours.
    """
    state = schema_state(database)
    if state is SchemaState.current:
        return False
    if state not in {SchemaState.empty, SchemaState.older}:
        raise DatabaseProblem(f"database.is_{state}")
    migrations.upgrade(database)
    return True


def ensure(session: Session, now: datetime) -> Installation:
    """Give the installation's row; the first process to ask makes it, with a key of its own."""
    if (found := storage.get(session)) is not None:
        return found
    if storage.create(session, secrets.token_hex(_KEY_BYTES)):
        act = audit.Act("installation_created", "installation:1")
        audit.record(session, audit.TERMINAL, now, [act])
    made = storage.get(session)
    assert made is not None
    return made


@dataclass(frozen=True, slots=True)
class Progress:
    """How delivery stands: the last good round (real time), what hinders it, how many are held."""

    last_round: datetime | None
    hindrance: str | None
    held: int


def progress(database: Database) -> Progress:
    """Say how delivery stands, in two small questions."""
    with database.reading() as connection:
        row = storage.standing(connection)
        return Progress(row.last_round, row.hindrance, outbox.held(connection))


def last_round(database: Database) -> datetime | None:
    """Give the bot's moment of the last successful round; the cheapest question there is."""
    with database.reading() as connection:
        return storage.last_round(connection)


def schema_version() -> str:
    """Give the version of the schema that this program works with."""
    return migrations.HEAD
