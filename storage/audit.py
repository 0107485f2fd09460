"""Adding to the log of who did what, and reading it. Nothing here changes or removes a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Select, func, insert, literal, select
from sqlmodel import Session

from storage.inserts import insert_into
from storage.models import AuditEntry
from storage.rows import AnyRow, Rows
from storage.tables import agreement, audit_entry, partner_token

PARTNER: Final = "partner:"
"""What stands before a token in the log."""


def add(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Add entries in one statement."""
    if rows:
        session.connection().execute(insert(AuditEntry), list(rows))


def partner_token_of(session: Session, slack_id: str, fresh: str) -> str:
    """Give the token that stands for a person; the fresh one, if they have had none."""
    connection = session.connection()
    made = insert_into(partner_token, connection.dialect.name)
    given = made.values(token=fresh, slack_id=slack_id)
    connection.execute(given.on_conflict_do_nothing())
    asked = select(partner_token.c.token).where(partner_token.c.slack_id == slack_id)
    return str(connection.execute(asked).scalar_one())


def of_agreement(
    connection: Connection, agreement_id: int, before: int | None, limit: int
) -> list[AnyRow]:
    """Give entries about one agreement, the newest first; those older than one, if it is named."""
    asked = _entries().where(audit_entry.c.agreement_id == agreement_id)
    if before is not None:
        asked = asked.where(audit_entry.c.id < before)
    return list(connection.execute(asked.order_by(audit_entry.c.id.desc()).limit(limit)))


def every(connection: Connection) -> Iterator[AnyRow]:
    """Go through the whole log in the order it was written."""
    yield from connection.execute(_entries().order_by(audit_entry.c.id))


def of_people(connection: Connection, slack_ids: Sequence[str]) -> Rows:
    """Give what people have done or what was done to them by name, in the order it was written."""
    tokens = select(literal(PARTNER) + partner_token.c.token).where(
        partner_token.c.slack_id.in_(slack_ids)
    )
    theirs = audit_entry.c.actor.in_(slack_ids) | audit_entry.c.actor.in_(tokens)
    named = audit_entry.c.subject.in_([f"member:{each}" for each in slack_ids])
    return connection.execute(_entries().where(theirs | named).order_by(audit_entry.c.id)).all()


def _entries() -> Select[Any]:
    """Select entries with the agreement they are about and whom a partner's token stands for."""
    token = func.substr(audit_entry.c.actor, len(PARTNER) + 1)
    is_token = audit_entry.c.actor.startswith(PARTNER) & (partner_token.c.token == token)
    return select(
        audit_entry,
        agreement.c.number,
        agreement.c.name,
        agreement.c.registry_number,
        partner_token.c.slack_id.label("partner"),
    ).select_from(
        audit_entry.outerjoin(agreement, agreement.c.id == audit_entry.c.agreement_id).outerjoin(
            partner_token, is_token
        )
    )
