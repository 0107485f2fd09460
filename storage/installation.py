"""The row about this installation, and what several processes must agree on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, and_, case, delete, func, select, update
from sqlmodel import Session

from storage.inserts import insert_into
from storage.models import HandledRequest, Installation, MethodPause
from storage.rows import AnyRow

_INSTALLATION: Table = Installation.metadata.tables["installation"]
_PAUSE: Table = MethodPause.metadata.tables["method_pause"]
_HANDLED: Table = HandledRequest.metadata.tables["handled_request"]
_FORGIVEN_AFTER = timedelta(days=400)  # as far ahead as anything is planned
_LAST_ROUND = select(_INSTALLATION.c.last_round).where(_INSTALLATION.c.id == 1)
_STANDING = select(
    _INSTALLATION.c.last_round,
    _INSTALLATION.c.last_moment,
    _INSTALLATION.c.hindrance,
    _INSTALLATION.c.restored_from,
    _INSTALLATION.c.restored_at,
)
_REVISION = select(_INSTALLATION.c.register_revision).where(_INSTALLATION.c.id == 1)


def get(session: Session) -> Installation | None:
    """Give the row, once it has been made."""
    return session.get(Installation, 1)


def key(session: Session) -> str:
    """Give the installation's random key."""
    return str(session.connection().execute(select(_INSTALLATION.c.key)).scalar_one())


def create(session: Session, key: str) -> bool:
    """Make the row with this key unless there is one; say whether it was made."""
    return _insert_unless_there(session, _INSTALLATION, id=1, key=key, register_revision=0)


def last_round(connection: Connection) -> datetime | None:
    """Give the bot's moment of the last successful round."""
    moment: datetime | None = connection.execute(_LAST_ROUND).scalar_one()
    return moment


def mark_round(session: Session, at: datetime, moment: datetime, hindrance: str | None) -> None:
    """Note that a round of the clock ended well: really, by the bot's clock, and what stood in it.

    The bot's moment is never set back: the clock of one process may be behind another's.
    """
    row = _INSTALLATION.c
    later = case((row.last_moment > moment, row.last_moment), else_=moment)
    values = {"last_round": at, "last_moment": later, "hindrance": hindrance}
    session.connection().execute(update(_INSTALLATION).values(**values))


def standing(connection: Connection) -> AnyRow:
    """Give how it goes: the last round, what hinders sending, and what was put back when."""
    return connection.execute(_STANDING).one()


def mark_restored(session: Session, at: datetime, otherwise: datetime) -> None:
    """Note that this register may know less than Slack does, from its own last round on.

    Put back twice within a year, it has forgotten all since the earlier of the two.
    """
    row = _INSTALLATION.c
    own = func.coalesce(row.last_round, otherwise)
    is_recent = row.restored_at > at - _FORGIVEN_AFTER
    known_until = case((and_(is_recent, row.restored_from < own), row.restored_from), else_=own)
    values = {"restored_from": known_until, "restored_at": at}
    session.connection().execute(update(_INSTALLATION).values(**values))


def change_system(session: Session, identifier: str) -> bool:
    """Note which server this is; say whether it was another one before."""
    row = _INSTALLATION.c
    connection = session.connection()
    before = connection.execute(select(row.system_identifier)).scalar_one()
    if before == identifier:
        return False
    connection.execute(update(_INSTALLATION).values(system_identifier=identifier))
    return before is not None


def register_revision(connection: Connection) -> int:
    """Give the number that is raised when names in the register change."""
    revision: int = connection.execute(_REVISION).scalar_one()
    return revision


def raise_register_revision(session: Session) -> None:
    """Tell every process that its kept list of names is old."""
    raised = _INSTALLATION.c.register_revision + 1
    session.connection().execute(update(_INSTALLATION).values(register_revision=raised))


def first_time(session: Session, key: str, at: datetime) -> bool:
    """Note a request that changes something; say whether it had not been handled before."""
    return _insert_unless_there(session, _HANDLED, key=key, at=at)


def forget_requests(session: Session, before: datetime) -> None:
    """Forget the requests that were handled before this moment."""
    session.connection().execute(delete(_HANDLED).where(_HANDLED.c.at < before))


def paused_until(connection: Connection, method: str) -> datetime | None:
    """Give the moment until which Slack wants this method left alone, past or to come."""
    asked = select(_PAUSE.c.until).where(_PAUSE.c.method == method)
    moment: datetime | None = connection.execute(asked).scalar_one_or_none()
    return moment


def pause(session: Session, method: str, until: datetime) -> None:
    """Leave a method alone until then; a longer pause that already stands is kept."""
    _insert_unless_there(session, _PAUSE, method=method, until=until)
    longer = update(_PAUSE).where(_PAUSE.c.method == method, _PAUSE.c.until < until)
    session.connection().execute(longer.values(until=until))


def _insert_unless_there(session: Session, table: Table, **values: Any) -> bool:
    connection = session.connection()
    made = insert_into(table, connection.dialect.name).values(**values).on_conflict_do_nothing()
    # The row itself is asked for: the count of rows is -1 on PostgreSQL.
    found = connection.execute(made.returning(*table.primary_key.columns))
    return found.first() is not None
