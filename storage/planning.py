"""What is to be sent, and what no longer is; and what Slack shows that is to be edited.

Doing any of it twice changes nothing: a message is known by its natural key.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, and_, case, or_, select, update
from sqlmodel import Session

from storage.inserts import insert_into
from storage.models import OutboxKind, OutboxState
from storage.outbox import NOT_BEGUN, PLANNED_KINDS, UNDER_WAY
from storage.rows import Rows
from storage.tables import agreement, outbox

_original, _digest = outbox.alias("original"), outbox.alias("digest")


def plan(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Make rows that are not there, move planned ones whose day has moved, revive cancelled ones.

    What is unchanged keeps its time of next try: planning every hour must not undo a wait.
    """
    if rows:
        session.connection().execute(_planning(session.get_bind().dialect.name), list(rows))


@cache
def _planning(dialect: str) -> Insert:
    """Make the statement of :func:`plan`, in the words of one kind of database."""
    make = insert_into(outbox, dialect)
    new = make.excluded
    revived = outbox.c.state == OutboxState.cancelled
    moved = and_(outbox.c.state == OutboxState.planned, outbox.c.due_local != new.due_local)
    changed = ("due_local", "zone", "due_at", "next_at")
    planning: Insert = make.on_conflict_do_update(
        index_elements=[outbox.c.natural_key],
        set_={name: new[name] for name in changed}
        | {
            "state": case((revived, OutboxState.planned.value), else_=outbox.c.state),
            "reason": case((revived, None), else_=outbox.c.reason),
            "cancel_requested": case((revived, False), else_=outbox.c.cancel_requested),
        },
        where=moved | revived,
    )
    return planning


def not_sent(session: Session, agreement_ids: Sequence[int]) -> Rows:
    """Give what is still to be sent about these agreements, with the key it stands in for."""
    in_place_of = _original.c.natural_key.label("in_place_of")
    return (
        session.connection()
        .execute(
            select(outbox.c.id, outbox.c.natural_key, in_place_of)
            .select_from(outbox.outerjoin(_original, _original.c.id == outbox.c.subject_id))
            .where(
                outbox.c.agreement_id.in_(agreement_ids),
                PLANNED_KINDS,
                outbox.c.state.in_((*NOT_BEGUN, *UNDER_WAY, OutboxState.bundled)),
            )
        )
        .all()
    )


def told(session: Session, agreement_ids: Sequence[int]) -> Rows:
    """Give every reminder there is about these agreements: key, kind, evaluation, step, state."""
    return (
        session.connection()
        .execute(
            select(
                outbox.c.natural_key,
                outbox.c.kind,
                outbox.c.agreement_id,
                outbox.c.label,
                outbox.c.step,
                outbox.c.state,
            ).where(outbox.c.agreement_id.in_(agreement_ids), PLANNED_KINDS)
        )
        .all()
    )


def linked_channels(session: Session, agreement_ids: Sequence[int]) -> dict[int, str]:
    """Give the channel that is linked to each of these agreements, where there is one."""
    found = session.connection().execute(
        select(agreement.c.id, agreement.c.channel_id).where(
            agreement.c.id.in_(agreement_ids), agreement.c.channel_id.is_not(None)
        )
    )
    return {row.id: row.channel_id for row in found}


def cancel(session: Session, ids: Sequence[int], reason: str) -> None:
    """Cancel what is not under way, alone or in a digest; what is, is asked for and edited after.

    A digest whose last member goes is never sent: it finds nothing to tell.
    """
    if not ids:
        return
    connection = session.connection()
    waiting = select(_digest.c.id).where(_digest.c.state.in_(NOT_BEGUN))
    waits = or_(
        outbox.c.state.in_(NOT_BEGUN),
        and_(outbox.c.state == OutboxState.bundled, outbox.c.bundled_in.in_(waiting)),
    )
    connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(ids), waits)
        .values(state=OutboxState.cancelled, reason=reason)
    )
    connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(ids), outbox.c.state.in_((*UNDER_WAY, OutboxState.bundled)))
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


def want_alarm_edits(session: Session, row_id: int) -> None:
    """Ask for the alarms about a message to be edited: somebody has decided."""
    session.connection().execute(
        update(outbox)
        .where(
            outbox.c.subject_id == row_id,
            outbox.c.kind == OutboxKind.alarm.value,
            outbox.c.state == OutboxState.sent,
        )
        .values(edit_wanted=True)
    )


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


def edited(session: Session, ids: Sequence[int]) -> None:
    """Note that a message has been edited, or cannot be: its own row and those it tells of."""
    session.connection().execute(
        update(outbox).where(outbox.c.id.in_(ids)).values(edit_wanted=False)
    )
