"""Questions about the table of messages as a whole: what cannot be is counted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select

from storage.models import OutboxKind, OutboxState
from storage.tables import outbox

SETTLED: Final = timedelta(days=1)
"""As long as a message may be under way, and stand held before somebody has been told."""

_digest, _alarm = outbox.alias("digest"), outbox.alias("alarm")
_ALARM = OutboxKind.alarm.value
_WITH_US = (OutboxState.planned, OutboxState.sending, OutboxState.unknown, OutboxState.held)


def unsound(
    connection: Connection, now: datetime, real_now: datetime, *, somebody_is_told: bool
) -> dict[str, int]:
    """Count what breaks a promise, by its name; nothing of what is well.

    Requests are dated by the real clock, decisions by the bot's. ``somebody_is_told``: there is
    anybody to whom alarms go.
    """
    checks = {
        "sent_unseen": and_(
            outbox.c.state == OutboxState.sent,
            outbox.c.slack_ts.is_(None),
            outbox.c.reason.is_(None),
        ),
        "bundled_in_nothing": and_(outbox.c.state == OutboxState.bundled, ~_has_a_digest()),
        "stuck": and_(
            outbox.c.state.in_((OutboxState.sending, OutboxState.unknown)),
            outbox.c.first_send_at < real_now - SETTLED,
        ),
    }
    if somebody_is_told:
        checks["held_in_silence"] = and_(
            outbox.c.state == OutboxState.held,
            outbox.c.kind != _ALARM,
            outbox.c.hold_since < now - SETTLED,
            ~_is_told_of(),
        )
    counts = {name: _count(connection, condition) for name, condition in checks.items()}
    return {name: number for name, number in counts.items() if number}


def _has_a_digest() -> ColumnElement[bool]:
    return exists().where(_digest.c.id == outbox.c.bundled_in, _digest.c.state.in_(_WITH_US))


def _is_told_of() -> ColumnElement[bool]:
    return exists().where(_alarm.c.subject_id == outbox.c.id, _alarm.c.kind == _ALARM)


def _count(connection: Connection, condition: ColumnElement[bool]) -> int:
    return connection.execute(
        select(func.count()).select_from(outbox).where(condition)
    ).scalar_one()
