"""What the register holds about people, and taking it out again. What must go is decided above."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Table, bindparam, case, delete, func, or_, select, update
from sqlmodel import Session

from storage import tables
from storage.inserts import insert_into
from storage.models import OutboxState
from storage.rows import AnyRow, Rows
from storage.tables import (
    agreement,
    audit_entry,
    contact,
    erasure,
    member,
    outbox,
    partner_token,
    party,
    term_change,
)

GONE: Final = "erased"
"""The recipient of a message that was to somebody who has been erased."""
NOBODY: Final = "–"
"""Who gave a role, once that person has been erased."""
_ENDED: Final = (OutboxState.sent, OutboxState.cancelled)
_UNDER_WAY: Final = (OutboxState.sending, OutboxState.unknown)
_IDS: Final = (
    (contact, "slack_id"),
    (member, "slack_id"),
    (agreement, "coordinator"),
    (agreement, "deputy"),
    (outbox, "recipient"),
    (partner_token, "slack_id"),
)
"""Where the Slack user ids of people lie that can be taken out."""
_WRITTEN: Final[Mapping[str, Sequence[str]]] = {
    "agreement": ("name", "decided_by", "purpose", "link"),
    "grant_row": ("note",),
    "payment": ("condition", "reference", "correction"),
    "commitment": ("promise",),
    "evaluation": ("outcome",),
}
"""Text that people write freely, by table."""


# -- what is held


def contacts(connection: Connection) -> Rows:
    """Give every contact with its party and its agreement, in the order they were registered."""
    return connection.execute(
        select(
            contact,
            party.c.organisation,
            agreement.c.number,
            agreement.c.name.label("agreement_name"),
            agreement.c.status,
            agreement.c.ends_on,
            agreement.c.runs_until,
        )
        .select_from(
            contact.join(party, party.c.id == contact.c.party_id).join(
                agreement, agreement.c.id == contact.c.agreement_id
            )
        )
        .order_by(contact.c.agreement_id, contact.c.id)
    ).all()


def slack_ids(connection: Connection) -> set[str]:
    """Give every Slack user id that lies where it can be taken out."""
    found: set[str] = set()
    for table, name in _IDS:
        column = table.c[name]
        asked = select(column).where(column.is_not(None)).distinct()
        found.update(connection.execute(asked).scalars())
    return found - {GONE}


def roles(connection: Connection, people: Sequence[str]) -> Rows:
    """Give the roles that people hold."""
    asked = select(member).where(member.c.slack_id.in_(people)).order_by(member.c.id)
    return connection.execute(asked).all()


def coordinated(connection: Connection, people: Sequence[str]) -> Rows:
    """Give the agreements that people coordinate or deputise for."""
    mine = or_(agreement.c.coordinator.in_(people), agreement.c.deputy.in_(people))
    return connection.execute(
        select(
            agreement.c.id,
            agreement.c.number,
            agreement.c.name,
            agreement.c.coordinator,
            agreement.c.deputy,
        )
        .where(mine)
        .order_by(agreement.c.id)
    ).all()


def messages(connection: Connection, people: Sequence[str]) -> Rows:
    """Give the messages to people, in the order they fell due."""
    return connection.execute(
        select(
            outbox.c.id,
            outbox.c.kind,
            outbox.c.state,
            outbox.c.recipient,
            outbox.c.due_at,
            outbox.c.sent_at,
            agreement.c.number,
            agreement.c.name,
        )
        .select_from(outbox.outerjoin(agreement, agreement.c.id == outbox.c.agreement_id))
        .where(outbox.c.recipient.in_(people))
        .order_by(outbox.c.due_at, outbox.c.id)
    ).all()


def are_under_way(connection: Connection, people: Sequence[str]) -> bool:
    """Say whether anything is being sent to them just now, or may have been."""
    asked = select(outbox.c.id).where(
        outbox.c.recipient.in_(people), outbox.c.state.in_(_UNDER_WAY)
    )
    return connection.execute(asked.limit(1)).first() is not None


def readings(connection: Connection, people: Sequence[str]) -> int:
    """Count the entries of the log in which a token stands for them."""
    tokens = select(partner_token.c.token).where(partner_token.c.slack_id.in_(people))
    named = audit_entry.c.actor.in_(["partner:" + each for each in connection.scalars(tokens)])
    return int(connection.execute(select(func.count()).where(named)).scalar_one())


def changes_of_term(connection: Connection, people: Sequence[str]) -> int:
    """Count what they have changed in the history of terms."""
    theirs = term_change.c.changed_by.in_(people)
    return int(connection.execute(select(func.count()).where(theirs)).scalar_one())


def written(connection: Connection) -> Iterable[tuple[str, str, str]]:
    """Go through every text that people write freely: agreement's number, field, text."""
    for name, fields in _WRITTEN.items():
        table = tables.agreement.metadata.tables[name]
        yield from _texts(connection, table, fields)


def _texts(
    connection: Connection, table: Table, fields: Sequence[str]
) -> Iterable[tuple[str, str, str]]:
    source: Any = agreement
    if table is not agreement:
        source = agreement.join(table, table.c.agreement_id == agreement.c.id)
    columns = [table.c[field] for field in fields]
    asked = select(agreement.c.number.label("of"), *columns).select_from(source)
    for row in connection.execute(asked.order_by(agreement.c.id)):
        for field, text in zip(fields, row[1:], strict=True):
            if text:
                yield row.of, field, text


# -- taking it out


def empty_contacts(session: Session, names: Mapping[int, str]) -> None:
    """Leave of contacts (by id) a name that tells nothing, and their place."""
    if not names:
        return
    nothing = dict.fromkeys(("title", "email", "phone", "slack_id", "confirmed_on"))
    statement = (
        update(contact)
        .where(contact.c.id == bindparam("row_id"))
        .values(name=bindparam("new_name"), **nothing)
    )
    rows = [{"row_id": row_id, "new_name": name} for row_id, name in names.items()]
    session.connection().execute(statement, rows)


def take_roles(session: Session, people: Sequence[str]) -> None:
    """Take every role from people, and their names from roles that they gave to others."""
    connection = session.connection()
    connection.execute(delete(member).where(member.c.slack_id.in_(people)))
    given = update(member).where(member.c.granted_by.in_(people))
    connection.execute(given.values(granted_by=NOBODY))


def vacate(session: Session, people: Sequence[str]) -> None:
    """Leave the agreements that people coordinate or deputise for without them."""
    for name in ("coordinator", "deputy"):
        column = agreement.c[name]
        values: dict[str, Any] = {name: None, "revision": agreement.c.revision + 1}
        change = update(agreement).where(column.in_(people)).values(**values)
        session.connection().execute(change)


def forget_tokens(session: Session, people: Sequence[str]) -> None:
    """Let tokens in the log stand for nobody."""
    change = update(partner_token).where(partner_token.c.slack_id.in_(people))
    session.connection().execute(change.values(slack_id=None))


def forget_messages(
    session: Session, people: Sequence[str], instead: str, fresh: Callable[[], str]
) -> dict[str, str]:
    """Cancel what has not gone to people, and leave none of their ids in the table.

    ``instead`` stands in keys where an id stood. A key may hold another's key, with an id in its
    midst: an alarm about a message does. What Slack sees of them is made anew (``fresh``), or a
    person who comes back could not be planned for; gives the new keys by the old.
    """
    connection = session.connection()
    _take_out_of_keys(session, people, instead)
    theirs = outbox.c.recipient.in_(people)
    rows = connection.execute(select(outbox.c.id, outbox.c.wire_key).where(theirs)).all()
    new = [{"row_id": row.id, "new_key": fresh()} for row in rows]
    connection.execute(update(outbox).where(theirs).values(**_without_person()))
    if new:
        change = update(outbox).where(outbox.c.id == bindparam("row_id"))
        connection.execute(change.values(wire_key=bindparam("new_key")), new)
    return {row.wire_key: made["new_key"] for row, made in zip(rows, new, strict=True)}


def _without_person() -> dict[str, Any]:
    unsent = outbox.c.state.not_in(_ENDED)
    cancelled = outbox.c.state == OutboxState.cancelled
    return {
        "state": case((unsent, OutboxState.cancelled.value), else_=outbox.c.state),
        "reason": case((cancelled, outbox.c.reason), else_=GONE),
        "recipient": GONE,
        "channel_id": None,
        "slack_ts": None,  # nobody can find it any more, so nothing asks to edit it
        "edit_wanted": False,
    }


def _take_out_of_keys(session: Session, people: Sequence[str], instead: str) -> None:
    connection = session.connection()
    holds = or_(*(outbox.c.natural_key.contains(each, autoescape=True) for each in people))
    rows = connection.execute(select(outbox.c.id, outbox.c.natural_key).where(holds)).all()
    new = [{"row_id": row.id, "new_key": _without(row, people, instead)} for row in rows]
    if new:
        change = update(outbox).where(outbox.c.id == bindparam("row_id"))
        connection.execute(change.values(natural_key=bindparam("new_key")), new)


def _without(row: AnyRow, people: Sequence[str], instead: str) -> str:
    parts = str(row.natural_key).split(":")
    return ":".join(instead if part in people else part for part in parts)


# -- who has been erased


def add_erasures(session: Session, digests: Iterable[str], at: datetime) -> None:
    """Remember who has been erased; what is remembered already stays."""
    connection = session.connection()
    rows = [{"digest": digest, "at": at} for digest in sorted(set(digests))]
    if rows:
        made = insert_into(erasure, connection.dialect.name)
        connection.execute(made.on_conflict_do_nothing(), rows)


def erasures(connection: Connection) -> list[tuple[str, datetime]]:
    """Give who has been erased, and when."""
    asked = select(erasure.c.digest, erasure.c.at).order_by(erasure.c.at, erasure.c.digest)
    return [(row.digest, row.at) for row in connection.execute(asked)]


def fold_log(connection: Connection) -> bool:
    """Fold SQLite's log into its file, so that nothing old is left in it; say whether it could.

    On PostgreSQL the server sees to its own log.
    """
    if connection.dialect.name != "sqlite":
        return True
    busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
    return not busy
