"""Several reminders in one message: putting them together and taking them apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select, update
from sqlmodel import Session

from storage.models import OutboxState
from storage.outbox import WITH_SUBJECT
from storage.rows import Rows
from storage.sending import change
from storage.tables import outbox

_NOT_WANTED = {"state": OutboxState.cancelled, "reason": "not_wanted"}


def bundle(
    session: Session, digest: dict[str, Any], members: Sequence[tuple[int, int]]
) -> int | None:
    """Put planned rows (id and fence) into a new digest; give its id, or None if none was left."""
    connection = session.connection()
    digest_id: int = connection.execute(
        outbox.insert().values(**digest).returning(outbox.c.id)
    ).scalar_one()
    taken = 0
    for row_id, fence in members:
        values = {"state": OutboxState.bundled, "bundled_in": digest_id}
        taken += change(session, row_id, fence, OutboxState.planned, values)
    if not taken:
        connection.execute(outbox.delete().where(outbox.c.id == digest_id))
    return digest_id if taken else None


def members(connection: Connection, digest_id: int) -> Rows:
    """Give what a digest tells of, in the order it fell due: before it is sent, and after."""
    return connection.execute(
        WITH_SUBJECT.where(
            outbox.c.bundled_in == digest_id,
            outbox.c.state.in_((OutboxState.bundled, OutboxState.sent)),
        ).order_by(outbox.c.due_at, outbox.c.id)
    ).all()


def once_in(connection: Connection, digest_id: int) -> Rows:
    """Give state and reason of everything that a digest was to tell of, whatever became of it."""
    return connection.execute(
        select(outbox.c.id, outbox.c.state, outbox.c.reason).where(outbox.c.bundled_in == digest_id)
    ).all()


def settle_members(session: Session, digest_id: int, values: dict[str, Any]) -> None:
    """Let the members of a digest share what became of it.

    In one that waits or is held they stay; those that were to be cancelled then are.
    """
    bundled = (outbox.c.bundled_in == digest_id, outbox.c.state == OutboxState.bundled)
    change = update(outbox)
    match values["state"]:
        case OutboxState.sent:
            shared = {**values, "edit_wanted": outbox.c.cancel_requested}
            change = change.where(*bundled).values(**shared)
        case OutboxState.planned | OutboxState.held:
            change = change.where(*bundled, outbox.c.cancel_requested).values(**_NOT_WANTED)
        case OutboxState.cancelled:  # none of it is left to be told
            change = change.where(*bundled).values(**_NOT_WANTED)
        case _:
            return
    session.connection().execute(change)


def release(session: Session, digest_id: int, values: dict[str, Any]) -> Rows:
    """Take a digest apart: its members get these values each, and it is cancelled; give them."""
    connection = session.connection()
    rows = members(connection, digest_id)
    connection.execute(
        update(outbox).where(outbox.c.id.in_([row.id for row in rows])).values(**values)
    )
    taken_apart = {"state": OutboxState.cancelled, "reason": "rerouted"}
    connection.execute(update(outbox).where(outbox.c.id == digest_id).values(**taken_apart))
    return rows
