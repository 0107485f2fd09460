"""Greeting a channel that has been linked to an agreement: one message, owed like any other.

Who reads there has never heard of the bot, and is to know what it shows before it shows anything.
"""

from __future__ import annotations

from sqlmodel import Session

from bot import upkeep
from bot.office import Office
from storage import evaluations, installation, planning
from storage.models import OutboxKind


def greet(
    session: Session, office: Office, agreement_id: int, channel_id: str, revision: int
) -> None:
    """Plan the greeting of a channel, for any day and hour, in the transaction that links it.

    Once for each linking: ``revision`` is the agreement's own, raised by it. A channel that is no
    longer linked when the message is to go is not greeted.
    """
    (row,) = evaluations.terms(session, [agreement_id])
    made = upkeep.outbox_row(
        office,
        installation.key(session),
        kind=OutboxKind.greeting,
        natural_key=f"{row.uid}:greeting:{revision}:{channel_id}",
        recipient=channel_id,
        due_at=office.now(),
    )
    planning.plan(session, [made | {"agreement_id": agreement_id}])
