"""What those who run the bot are told: rows like any other, that go out on any day.

To the operations channel, else to every administrator. The words are written at sending. Where
there is neither, the log, ``/health`` and ``check`` say it alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot import upkeep
from bot.office import Office
from bot.reminders.messenger import Matter
from storage import installation, outbox, planning
from storage.models import OutboxKind
from storage.rows import AnyRow


def recipients(office: Office, besides: str = "") -> Sequence[str]:
    """Say who is told; ``besides`` is somebody who cannot be."""
    channel = office.settings.operations_channel
    if channel is not None and channel != besides:
        return (channel,)
    return tuple(each for each in office.settings.admins if each != besides)


def raise_alarm(
    session: Session,
    office: Office,
    matter: Matter,
    about: str,
    *,
    detail: str = "",
    subject: AnyRow | None = None,
    besides: str = "",
) -> None:
    """Tell of something once: ``about`` says what it is, and the same thing is not told again.

    ``subject`` is the message that it is about, ``besides`` somebody who cannot be told.
    """
    rows = [
        _row(session, office, matter, f"{about}:{recipient}", recipient)
        | {
            "detail": detail[:200] or None,
            "subject_id": None if subject is None else subject.id,
            "agreement_id": None if subject is None else subject.agreement_id,
        }
        for recipient in recipients(office, besides)
    ]
    planning.plan(session, rows)


def pass_on(session: Session, office: Office, alarm: AnyRow) -> bool:
    """Tell others of what an alarm's own recipient cannot be told; say whether there is anybody."""
    _, _, about = alarm.natural_key.partition(f"{alarm.label}:")
    subject = None if alarm.subject_id is None else outbox.row(session, alarm.subject_id)
    raise_alarm(
        session,
        office,
        Matter(alarm.label),
        about.removesuffix(f":{alarm.recipient}"),
        detail=alarm.detail or "",
        subject=subject,
        besides=alarm.recipient,
    )
    return bool(recipients(office, alarm.recipient))


def _row(
    session: Session, office: Office, matter: Matter, about: str, recipient: str
) -> dict[str, Any]:
    return upkeep.outbox_row(
        office,
        installation.key(session),
        kind=OutboxKind.alarm,
        natural_key=f"alarm:{matter}:{about}",
        recipient=recipient,
        due_at=office.now(),
        label=matter.value,
    )


def span(since: datetime, until: datetime, missed: int) -> str:
    """Write down a time away, so that it can be told when the alarm goes out."""
    return f"{since.isoformat()}/{until.isoformat()}/{missed}"


def read_span(detail: str) -> tuple[datetime, datetime, int]:
    """Read what :func:`span` wrote."""
    since, until, missed = detail.split("/")
    return datetime.fromisoformat(since), datetime.fromisoformat(until), int(missed)
