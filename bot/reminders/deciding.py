"""What a person decides about a message that is held: it arrived after all, or send it again."""

from __future__ import annotations

from sqlmodel import Session

from bot import audit
from bot.access import Actor, Permission, Subject, require
from bot.errors import Conflict
from bot.office import Office
from bot.reminders.proof import retry
from storage import digests, outbox, planning, sending
from storage.models import OutboxState
from storage.rows import AnyRow


def it_arrived(session: Session, office: Office, actor: Actor, *, row_id: int, fence: int) -> None:
    """Note on a person's word that a held message stands in Slack; it is not sent again.

    Raises :class:`NotAllowed`, and :class:`Conflict` ``conflict.decided`` where somebody was first.
    """
    row = _held(session, actor, row_id, fence)
    if not sending.settle(session, row_id, fence, _arrived(office), was=OutboxState.held):
        raise Conflict("conflict.decided")
    digests.settle_members(session, row_id, _arrived(office) | {"channel_id": row.channel_id})
    act = audit.Act(
        "reminder_arrived",
        f"reminder:{row.wire_key}",
        row.agreement_id,
        {"state": "held", "reason": row.reason},
        {"state": "sent"},
    )
    audit.record(session, actor.slack_id, office.now(), [act])
    planning.want_alarm_edits(session, row_id)


def send_again(session: Session, office: Office, actor: Actor, *, row_id: int, fence: int) -> None:
    """Plan a held message anew. Raises as :func:`it_arrived` does."""
    _held(session, actor, row_id, fence)
    retry(session, office, actor=actor.slack_id, row_id=row_id)


def _held(session: Session, actor: Actor, row_id: int, fence: int) -> AnyRow:
    """Give the row if the presser may decide about it and nobody has yet."""
    row = outbox.row(session, row_id)
    subject = Subject(None, None, None)
    if row is not None and row.agreement_id is not None:
        subject = Subject(row.responsible_board, row.coordinator, row.deputy)
    require(actor, Permission.decide_delivery, subject)
    if row is None or row.state is not OutboxState.held or row.fence != fence:
        raise Conflict("conflict.decided")
    return row


def _arrived(office: Office) -> dict[str, object]:
    return {"state": OutboxState.sent, "reason": "arrived", "sent_at": office.now()}
