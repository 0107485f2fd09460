"""Messages that are owed: planning them, claiming one, writing what became of it.

Every change of state is one conditional ``UPDATE``; the answer says whether it changed a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from storage.models import OutboxState
from storage.questions import Question
from storage.rows import AnyRow, Rows
from storage.tables import agreement, evaluation, outbox

_NOT_BEGUN = (OutboxState.planned, OutboxState.held)  # nothing is under way
_PLANNED, _SENDING = OutboxState.planned, OutboxState.sending


def plan(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Make rows that are not there, move planned ones whose day has moved, revive cancelled ones.

    What is unchanged keeps its time of next try: planning every hour must not undo a wait.
    """
    if not rows:
        return
    dialect = session.get_bind().dialect.name
    make = (sqlite if dialect == "sqlite" else postgresql).insert(outbox)
    new = make.excluded
    revived = outbox.c.state == OutboxState.cancelled
    moved = and_(outbox.c.state == _PLANNED, outbox.c.due_local != new.due_local)
    changed = ("due_local", "zone", "due_at", "next_at")
    session.connection().execute(
        make.on_conflict_do_update(
            index_elements=[outbox.c.natural_key],
            set_={name: new[name] for name in changed}
            | {
                "state": case((revived, _PLANNED.value), else_=outbox.c.state),
                "reason": case((revived, None), else_=outbox.c.reason),
                "cancel_requested": case((revived, False), else_=outbox.c.cancel_requested),
            },
            where=moved | revived,
        ),
        list(rows),
    )


def not_sent(session: Session, agreement_ids: Sequence[int]) -> Rows:
    """Give what is still to be sent about these agreements."""
    return (
        session.connection()
        .execute(
            select(outbox.c.id, outbox.c.natural_key, outbox.c.agreement_id, outbox.c.state).where(
                outbox.c.agreement_id.in_(agreement_ids),
                outbox.c.state.in_((*_NOT_BEGUN, _SENDING, OutboxState.unknown)),
            )
        )
        .all()
    )


def told(session: Session, agreement_ids: Sequence[int]) -> Rows:
    """Give every reminder there is about these agreements: key, evaluation, step and state."""
    return (
        session.connection()
        .execute(
            select(
                outbox.c.natural_key,
                outbox.c.agreement_id,
                outbox.c.label,
                outbox.c.step,
                outbox.c.state,
            ).where(outbox.c.agreement_id.in_(agreement_ids))
        )
        .all()
    )


def cancel(session: Session, ids: Sequence[int], reason: str) -> None:
    """Cancel what is planned or held; what is under way is asked for, and edited after."""
    if not ids:
        return
    connection = session.connection()
    connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(ids), outbox.c.state.in_(_NOT_BEGUN))
        .values(state=OutboxState.cancelled, reason=reason)
    )
    connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(ids), outbox.c.state.in_((_SENDING, OutboxState.unknown)))
        .values(cancel_requested=True)
    )


def want_edits(session: Session, agreement_id: int, label: str) -> None:
    """Ask for the messages about an evaluation to be edited: it is done."""
    session.connection().execute(
        update(outbox)
        .where(
            outbox.c.agreement_id == agreement_id,
            outbox.c.label == label,
            outbox.c.state == OutboxState.sent,
        )
        .values(edit_wanted=True)
    )


def due(connection: Connection, now: datetime, limit: int) -> list[int]:
    """Give the rows that are due, the longest due first: candidates, not yet owned."""
    return [row.id for row in _DUE.ask(connection, now=now, most=limit)]


_DUE = Question(
    select(outbox.c.id)
    .where(
        outbox.c.state == literal_column(f"'{_PLANNED.value}'"),
        outbox.c.next_at <= bindparam("now", type_=outbox.c.next_at.type),
    )
    .order_by(outbox.c.next_at)
    .limit(bindparam("most"))
)


def under_way(connection: Connection) -> Rows:
    """Give what is being sent, or may have been."""
    return connection.execute(
        select(outbox).where(outbox.c.state.in_((_SENDING, OutboxState.unknown)))
    ).all()


def claim(session: Session, row_id: int, now: datetime, real_now: datetime) -> AnyRow | None:
    """Write the intent to send: the row with its new fence, or None if it is no longer planned."""
    changed = session.connection().execute(
        update(outbox)
        .where(outbox.c.id == row_id, outbox.c.state == _PLANNED, outbox.c.next_at <= now)
        .values(
            state=_SENDING,
            fence=outbox.c.fence + 1,
            attempts=outbox.c.attempts + 1,
            first_send_at=func.coalesce(outbox.c.first_send_at, real_now),
        )
    )
    return row(session, row_id) if changed.rowcount == 1 else None


def _with_subject() -> Select[Any]:
    about = and_(
        evaluation.c.agreement_id == outbox.c.agreement_id, evaluation.c.label == outbox.c.label
    )
    return select(
        outbox,
        agreement.c.number.label("agreement_number"),
        agreement.c.name.label("agreement_name"),
        evaluation.c.id.label("evaluation_id"),
        evaluation.c.revision,
        evaluation.c.due,
        evaluation.c.due_on,
        evaluation.c.agreed_on,
        evaluation.c.booked_on,
        evaluation.c.held_on,
    ).select_from(
        outbox.outerjoin(agreement, agreement.c.id == outbox.c.agreement_id).outerjoin(
            evaluation, about
        )
    )


_WITH_SUBJECT = _with_subject()


def row(session: Session, row_id: int) -> AnyRow | None:
    """Give one row with the evaluation and the agreement it is about."""
    return session.connection().execute(_WITH_SUBJECT.where(outbox.c.id == row_id)).one_or_none()


def planned(session: Session) -> Rows:
    """Give everything that is planned, with what it is about, in the order it falls due."""
    return (
        session.connection()
        .execute(
            _WITH_SUBJECT.where(outbox.c.state == _PLANNED).order_by(outbox.c.due_at, outbox.c.id)
        )
        .all()
    )


def set_channel(session: Session, row_id: int, fence: int, channel_id: str) -> bool:
    """Keep the channel before the first post, so that the message can be found again."""
    return _change(session, row_id, fence, _SENDING, {"channel_id": channel_id})


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
    return _change(session, row_id, fence, was, values)


def _change(
    session: Session, row_id: int, fence: int, was: OutboxState, values: dict[str, Any]
) -> bool:
    changed = session.connection().execute(
        update(outbox)
        .where(outbox.c.id == row_id, outbox.c.fence == fence, outbox.c.state == was)
        .values(**values)
    )
    return changed.rowcount == 1


def edits_wanted(connection: Connection, limit: int) -> list[int]:
    """Give the messages in Slack that are to say that their matter is done."""
    return list(
        connection.execute(
            select(outbox.c.id)
            .where(outbox.c.edit_wanted, outbox.c.state == OutboxState.sent)
            .order_by(outbox.c.id)
            .limit(limit)
        ).scalars()
    )


def edited(session: Session, row_id: int) -> None:
    """Note that a message has been edited, or cannot be."""
    session.connection().execute(
        update(outbox).where(outbox.c.id == row_id).values(edit_wanted=False)
    )
