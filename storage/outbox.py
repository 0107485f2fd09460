"""Messages that are owed and that have been sent, as they stand: nothing is changed here.

Planning them: ``planning.py``. Sending them: ``sending.py``, several in one: ``digests.py``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal_column, select
from sqlmodel import Session

from storage.models import OutboxKind, OutboxState
from storage.rows import AnyRow, Rows
from storage.tables import agreement, evaluation, outbox

NOT_BEGUN = (OutboxState.planned, OutboxState.held)
"""Nothing of it is under way."""
UNDER_WAY = (OutboxState.sending, OutboxState.unknown)
"""It is being sent, or may have been."""
ABOUT_ONE = outbox.c.kind == OutboxKind.evaluation.value
"""A reminder of one evaluation, to a person."""
PLANNED_KINDS = outbox.c.kind.in_([OutboxKind.evaluation.value, OutboxKind.partner.value])
"""What follows from the plan of evaluations: to a person, or to a linked channel."""


def _with_subject() -> Select[Any]:
    about = and_(
        evaluation.c.agreement_id == outbox.c.agreement_id, evaluation.c.label == outbox.c.label
    )
    return select(
        outbox,
        agreement.c.number.label("agreement_number"),
        agreement.c.name.label("agreement_name"),
        agreement.c.channel_id.label("linked_channel"),
        agreement.c.sheltered,
        agreement.c.funding_visible,
        evaluation.c.id.label("evaluation_id"),
        evaluation.c.number.label("evaluation_number"),
        evaluation.c.revision,
        evaluation.c.due,
        evaluation.c.due_on,
        evaluation.c.agreed_on,
        evaluation.c.booked_on,
        evaluation.c.held_on,
        agreement.c.coordinator,
        agreement.c.deputy,
        agreement.c.responsible_board,
    ).select_from(
        outbox.outerjoin(agreement, agreement.c.id == outbox.c.agreement_id).outerjoin(
            evaluation, about
        )
    )


WITH_SUBJECT = _with_subject()
"""A message with the evaluation and the agreement that it is about."""


def one(connection: Connection, row_id: int) -> AnyRow | None:
    """Give one row with the evaluation and the agreement it is about."""
    return connection.execute(WITH_SUBJECT.where(outbox.c.id == row_id)).one_or_none()


def row(session: Session, row_id: int) -> AnyRow | None:
    """Do the same within a transaction."""
    return one(session.connection(), row_id)


def planned(session: Session) -> Rows:
    """Give everything that is planned, with what it is about, in the order it falls due."""
    return (
        session.connection()
        .execute(
            WITH_SUBJECT.where(outbox.c.state == OutboxState.planned, PLANNED_KINDS).order_by(
                outbox.c.due_at, outbox.c.id
            )
        )
        .all()
    )


def under_way(connection: Connection) -> list[int]:
    """Give what is being sent, or may have been."""
    asked = select(outbox.c.id).where(outbox.c.state.in_(UNDER_WAY))
    return list(connection.execute(asked).scalars())


def held(connection: Connection) -> int:
    """Count what waits for a person to decide."""
    is_held: ColumnElement[bool] = outbox.c.state == literal_column(f"'{OutboxState.held.value}'")
    return connection.execute(select(func.count()).where(is_held)).scalar_one()


def may_be_sent(connection: Connection, wire_key: str) -> bool:
    """Say whether the register knows that this message was sent, or may have been."""
    asked = select(outbox.c.id).where(
        outbox.c.wire_key == wire_key,
        outbox.c.state.in_((OutboxState.sent, OutboxState.bundled, *UNDER_WAY)),
    )
    return connection.execute(asked).first() is not None


def by_wire_key(session: Session, wire_key: str) -> AnyRow | None:
    """Give the row whose message carries this key."""
    found = session.connection().execute(
        select(outbox.c.id, outbox.c.agreement_id).where(outbox.c.wire_key == wire_key)
    )
    return found.one_or_none()


def recipients_of_step(session: Session, row: AnyRow) -> Rows:
    """Give everybody who has a row about the same step of the same evaluation, and its state."""
    asked = select(outbox.c.recipient, outbox.c.state).where(
        outbox.c.agreement_id == row.agreement_id,
        outbox.c.label == row.label,
        outbox.c.step == row.step,
        ABOUT_ONE,
    )
    return session.connection().execute(asked).all()


def messages_since(connection: Connection, recipient: str, since: datetime) -> int:
    """Count the messages about evaluations that somebody has had since then."""
    return connection.execute(
        select(func.count(outbox.c.slack_ts.distinct())).where(
            outbox.c.recipient == recipient,
            outbox.c.sent_at >= since,
            outbox.c.kind != OutboxKind.alarm.value,
        )
    ).scalar_one()


def missed(connection: Connection, since: datetime, until: datetime) -> int:
    """Count the reminders that fell due between two moments and have not gone out."""
    return connection.execute(
        select(func.count()).where(
            outbox.c.state == OutboxState.planned,
            outbox.c.next_at <= until,
            outbox.c.due_at > since,
            outbox.c.due_at <= until,
            PLANNED_KINDS,
        )
    ).scalar_one()


def waits_since(connection: Connection, tried: datetime, sent: datetime) -> datetime | None:
    """Say since when what was first tried before a real moment waits; None where nothing does.

    Nor where anything has been sent after ``sent``, by the bot's clock: then it is not all that
    waits.
    """
    waiting = select(func.min(outbox.c.first_send_at)).where(
        outbox.c.state == OutboxState.planned, outbox.c.first_send_at <= tried
    )
    first: datetime | None = connection.execute(waiting).scalar_one()
    if first is None:
        return None
    since = select(outbox.c.id).where(outbox.c.sent_at > sent).limit(1)
    return first if connection.execute(since).first() is None else None


def direct_messages(session: Session, since: datetime, limit: int) -> Rows:
    """Give the conversations with people in which something was sent since then, the latest first.

    With each the real moment from which its messages were tried.
    """
    asked = (
        select(outbox.c.channel_id, func.min(outbox.c.first_send_at).label("first_send_at"))
        .where(
            outbox.c.sent_at >= since,
            outbox.c.channel_id != outbox.c.recipient,
            outbox.c.first_send_at.is_not(None),
        )
        .group_by(outbox.c.channel_id)
        .order_by(func.max(outbox.c.sent_at).desc(), outbox.c.channel_id)
        .limit(limit)
    )
    return session.connection().execute(asked).all()
