"""Telling who coordinates an agreement that others can read its channel than they agreed to."""

from __future__ import annotations

from sqlmodel import Session

from bot import upkeep
from bot.office import Office
from bot.reminders import alarms
from bot.reminders.messenger import Matter
from storage import installation, planning
from storage.models import OutboxKind
from storage.rows import AnyRow


def tell_of_readers(session: Session, office: Office, agreement: AnyRow, readers: str) -> None:
    """Owe the coordinator, else the deputy, else those who run the bot, one message.

    ``readers`` names who reads, opaquely: of the same readers nobody is told twice in a day.
    """
    about = f"{agreement.uid}:{readers}:{office.today().isoformat()}"
    owner = agreement.coordinator or agreement.deputy
    recipients = (owner,) if owner else alarms.recipients(office)
    rows = [
        upkeep.outbox_row(
            office,
            installation.key(session),
            kind=OutboxKind.alarm,
            natural_key=f"alarm:{Matter.readers}:{about}:{recipient}",
            recipient=recipient,
            due_at=office.now(),
            label=Matter.readers.value,
        )
        | {"agreement_id": agreement.id}
        for recipient in recipients
    ]
    planning.plan(session, rows)
