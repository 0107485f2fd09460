"""Questions and changes about which channel an agreement is linked to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select, update
from sqlmodel import Session

from storage.rows import AnyRow, Rows
from storage.tables import agreement, party

_columns = (
    agreement.c.id,
    agreement.c.uid,
    agreement.c.number,
    agreement.c.name,
    agreement.c.responsible_board,
    agreement.c.coordinator,
    agreement.c.deputy,
    agreement.c.channel_id,
    agreement.c.channel_audience,
    agreement.c.sheltered,
    agreement.c.funding_visible,
    agreement.c.revision,
)


def one(connection: Connection, agreement_id: int) -> AnyRow | None:
    """Give one agreement as its linking needs it."""
    asked = select(*_columns).where(agreement.c.id == agreement_id)
    return connection.execute(asked).one_or_none()


def in_channel(connection: Connection, channel_id: str) -> Rows:
    """Give the agreements that a channel is linked to, by name."""
    asked = select(*_columns).where(agreement.c.channel_id == channel_id)
    return connection.execute(asked.order_by(agreement.c.name_ordered, agreement.c.id)).all()


def parties(connection: Connection, agreement_ids: Sequence[int]) -> Rows:
    """Give the parties of these agreements, members of umbrellas left out."""
    asked = select(party.c.agreement_id, party.c.organisation_folded).where(
        party.c.agreement_id.in_(agreement_ids), party.c.umbrella_id.is_(None)
    )
    return connection.execute(asked).all()


def change(session: Session, row: AnyRow, values: dict[str, Any]) -> bool:
    """Change the linking of an agreement if it is as it was read; say whether it was."""
    changed = session.connection().execute(
        update(agreement)
        .where(agreement.c.id == row.id, agreement.c.revision == row.revision)
        .values(revision=row.revision + 1, **values)
        .returning(agreement.c.id)
    )
    return changed.first() is not None
