"""Questions about what was sent: one agreement's messages, all of them, and sending one again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Connection,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    case,
    literal_column,
    select,
    update,
)
from sqlmodel import Session

from storage.models import AuditEntry, OutboxState
from storage.questions import Question
from storage.rows import AnyRow, Rows
from storage.tables import agreement, evaluation, outbox

_entry: Final = AuditEntry.metadata.tables["audit_entry"]
_digest = outbox.alias("digest")


def of_agreement(connection: Connection, agreement_id: int) -> Rows:
    """Give every message owed or sent about an agreement, with the evaluation it is about.

    ``held_by`` is who marked the evaluation as held; ``digest_…`` is of the message that a bundled
    one goes in. Either may be none.
    """
    return _OF_AGREEMENT.ask(connection, agreement=agreement_id)


def every(connection: Connection, state: OutboxState | None = None) -> Iterator[AnyRow]:
    """Go through all messages, or those in one state, in the order they fall due."""
    asked = _messages().order_by(outbox.c.due_at, outbox.c.id)
    yield from connection.execute(asked if state is None else asked.where(outbox.c.state == state))


def subject(connection: Connection, agreement_id: int) -> AnyRow | None:
    """Give what of an agreement decides who may read of it, and whether anybody is reminded."""
    rows = _SUBJECT.ask(connection, agreement=agreement_id)
    return rows[0] if rows else None


def one(session: Session, row_id: int) -> AnyRow | None:
    """Give one message, bare."""
    asked = select(outbox).where(outbox.c.id == row_id)
    return session.connection().execute(asked).one_or_none()


def send_again(session: Session, row_id: int, now: datetime) -> bool:
    """Plan a held message for now; say whether it still was held.

    It counts as tried, so that it is looked for in Slack before it is sent. A digest takes what it
    told of with it; a reminder that was held with its digest goes alone.
    """
    changed = session.connection().execute(
        update(outbox)
        .where(outbox.c.id == row_id, outbox.c.state == OutboxState.held)
        .values(
            state=OutboxState.planned,
            next_at=now,
            reason=None,
            hold_since=None,
            bundled_in=None,
            attempts=case((outbox.c.attempts < 1, 1), else_=outbox.c.attempts),
        )
    )
    if changed.rowcount != 1:
        return False
    session.connection().execute(
        update(outbox)
        .where(outbox.c.bundled_in == row_id, outbox.c.state == OutboxState.held)
        .values(state=OutboxState.bundled, reason=None, hold_since=None)
    )
    return True


def _held_by() -> ScalarSelect[Any]:
    """Say who marked the evaluation of a message as held, by the log."""
    name: Any = literal_column("'evaluation:'", String) + outbox.c.label
    return (
        select(_entry.c.actor)
        .where(
            _entry.c.agreement_id == outbox.c.agreement_id,
            _entry.c.action == literal_column("'evaluation_held'"),
            _entry.c.subject == name,
        )
        .order_by(_entry.c.id.desc())
        .limit(literal_column("1"))
        .scalar_subquery()
    )


_OF_OUTBOX = (
    *("id", "kind", "agreement_id", "label", "step", "recipient", "due_local", "due_at", "state"),
    *("attempts", "next_at", "first_send_at", "slack_ts", "reason", "hold_since", "sent_at"),
)


def _messages() -> Select[Any]:
    about = and_(
        evaluation.c.agreement_id == outbox.c.agreement_id, evaluation.c.label == outbox.c.label
    )
    source = (
        outbox.outerjoin(agreement, agreement.c.id == outbox.c.agreement_id)
        .outerjoin(evaluation, about)
        .outerjoin(_digest, _digest.c.id == outbox.c.bundled_in)
    )
    return select(
        *(outbox.c[name] for name in _OF_OUTBOX),
        agreement.c.number.label("agreement_number"),
        agreement.c.name.label("agreement_name"),
        evaluation.c.number,
        evaluation.c.due,
        evaluation.c.held_on,
        case((evaluation.c.held_on.is_not(None), _held_by())).label("held_by"),
        *(_digest.c[name].label(f"digest_{name}") for name in ("id", "state", "sent_at")),
    ).select_from(source)


_OF_AGREEMENT = Question(_messages().where(outbox.c.agreement_id == bindparam("agreement")))

_SUBJECT = Question(
    select(
        *(
            agreement.c[name]
            for name in (
                *("id", "number", "name", "status", "responsible_board", "coordinator", "deputy"),
                *("starts_on", "ends_on", "open_ended", "term_months", "signed_on", "decided_on"),
                "evaluations_per_year",
            )
        )
    ).where(agreement.c.id == bindparam("agreement"))
)
