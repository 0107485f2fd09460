"""Sending one message: what is due, who has it in hand, what became of it.

Every change of state is one conditional ``UPDATE``; the answer says whether it changed a row.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, literal_column, or_, select, update
from sqlmodel import Session

from storage.models import OutboxKind, OutboxState
from storage.outbox import ABOUT_ONE, WITH_SUBJECT, row
from storage.planning import want_alarm_edits
from storage.questions import Question
from storage.rows import AnyRow, Rows
from storage.tables import outbox

_PLANNED, _SENDING = OutboxState.planned, OutboxState.sending
_AT_ANY_HOUR = outbox.c.kind.in_([OutboxKind.alarm.value, OutboxKind.greeting.value])
_arrived = outbox.alias("arrived")


def due(connection: Connection, now: datetime, limit: int) -> Rows:
    """Give what is due, the longest due first: id, kind and recipient, not yet owned."""
    return _DUE.ask(connection, now=now, most=limit)


_DUE = Question(
    select(outbox.c.id, outbox.c.kind, outbox.c.recipient)
    .where(
        outbox.c.state == literal_column(f"'{_PLANNED.value}'"),
        outbox.c.next_at <= bindparam("now", type_=outbox.c.next_at.type),
    )
    .order_by(outbox.c.next_at)
    .limit(bindparam("most"))
)


def due_at_any_hour(connection: Connection, now: datetime, limit: int) -> Rows:
    """Give the same of what goes out on any day."""
    return connection.execute(
        select(outbox.c.id, outbox.c.kind, outbox.c.recipient)
        .where(outbox.c.state == _PLANNED, outbox.c.next_at <= now, _AT_ANY_HOUR)
        .order_by(outbox.c.next_at)
        .limit(limit)
    ).all()


def due_to(connection: Connection, recipient: str, now: datetime, limit: int) -> Rows:
    """Give the reminders that are due to one recipient, the longest due first."""
    return connection.execute(
        WITH_SUBJECT.where(
            outbox.c.state == _PLANNED,
            outbox.c.next_at <= now,
            outbox.c.recipient == recipient,
            ABOUT_ONE,
        )
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(limit)
    ).all()


def claim(session: Session, row_id: int, now: datetime, real_now: datetime) -> AnyRow | None:
    """Write the intent to send: the row with its new fence, or None if it is no longer planned.

    Who finds it in another's hands does not wait for them.
    """
    free = (
        select(outbox.c.id)
        .where(outbox.c.id == row_id, outbox.c.state == _PLANNED, outbox.c.next_at <= now)
        .with_for_update(skip_locked=True)
    )
    changed = session.connection().execute(
        update(outbox)
        .where(outbox.c.id == free.scalar_subquery(), outbox.c.state == _PLANNED)
        .values(
            state=_SENDING,
            fence=outbox.c.fence + 1,
            attempts=outbox.c.attempts + 1,
            first_send_at=func.coalesce(outbox.c.first_send_at, real_now),
        )
    )
    return row(session, row_id) if changed.rowcount == 1 else None


def is_mine(connection: Connection, row_id: int, fence: int) -> bool:
    """Say whether a row is still being sent by whoever claimed it with this fence, and wanted."""
    asked = select(outbox.c.id).where(
        outbox.c.id == row_id,
        outbox.c.fence == fence,
        outbox.c.state == _SENDING,
        ~outbox.c.cancel_requested,
    )
    return connection.execute(asked).first() is not None


def set_channel(session: Session, row_id: int, fence: int, channel_id: str) -> bool:
    """Keep the channel before the first post, so that the message can be found again."""
    return change(session, row_id, fence, _SENDING, {"channel_id": channel_id})


def settle(
    session: Session, row_id: int, fence: int, values: dict[str, Any], *, was: OutboxState
) -> bool:
    """Write an outcome, with its own fence only; say whether the row was still so.

    A row that was to be cancelled meanwhile is cancelled where it would be planned again, and once
    sent it is edited. The row itself says so: what the sender read is older than its request.
    """
    cancelled = outbox.c.cancel_requested
    if values["state"] is _PLANNED:
        state = case((cancelled, OutboxState.cancelled.value), else_=_PLANNED.value)
        values = values | {"state": state}
    elif values["state"] is OutboxState.sent:
        values = values | {"edit_wanted": cancelled}
    return change(session, row_id, fence, was, values)


def put_off(session: Session, row_id: int, fence: int, until: datetime) -> None:
    """Let a planned row wait."""
    change(session, row_id, fence, _PLANNED, {"next_at": until})


def found_sent(
    session: Session, row_id: int, fence: int, stands: dict[str, Any], at: datetime
) -> None:
    """Note that a planned row stands in Slack already, in which channel and under which name."""
    values = {"state": OutboxState.sent, "sent_at": at, **stands}
    if change(session, row_id, fence, _PLANNED, values):
        relieve(session, row_id)


def relieve(session: Session, row_id: int) -> None:
    """Cancel what is held and has now gone out in its place, by this row or by its members."""
    replaced = select(_arrived.c.subject_id).where(
        or_(_arrived.c.id == row_id, _arrived.c.bundled_in == row_id),
        _arrived.c.kind == OutboxKind.evaluation.value,
        _arrived.c.state == OutboxState.sent,
        _arrived.c.subject_id.is_not(None),
    )
    connection = session.connection()
    relieved = connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(replaced), outbox.c.state == OutboxState.held)
        .values(state=OutboxState.cancelled, reason="rerouted")
        .returning(outbox.c.id, outbox.c.bundled_in)
    ).all()
    for about in {each for pair in relieved for each in pair if each is not None}:
        want_alarm_edits(session, about)


def change(
    session: Session, row_id: int, fence: int, was: OutboxState, values: dict[str, Any]
) -> bool:
    """Change a row that is in this state and has this fence; say whether it was so."""
    changed = session.connection().execute(
        update(outbox)
        .where(outbox.c.id == row_id, outbox.c.fence == fence, outbox.c.state == was)
        .values(**values)
    )
    return changed.rowcount == 1
