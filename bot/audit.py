"""Recording who did what, in the same transaction as the act itself."""

from __future__ import annotations

import enum
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from storage import audit as storage

TERMINAL = "terminal"  # an operator at the command line
CLOCK = "clock"  # the bot itself, by time
_TOKEN_BYTES = 8


class PartnerRead(enum.StrEnum):
    """What a person from outside has read, as it is called in the log."""

    contacts = "partner_read_contacts"
    funding = "partner_read_funding"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that was done: to what (``kind:id``), and how it looked before and after."""

    action: str
    subject: str
    agreement_id: int | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


def record(session: Session, actor: str, at: datetime, acts: Sequence[Act]) -> None:
    """Add the acts of one actor to the log."""
    storage.add(
        session,
        [
            {
                "at": at,
                "actor": actor,
                "action": act.action,
                "subject": act.subject,
                "agreement_id": act.agreement_id,
                "before": act.before,
                "after": act.after,
            }
            for act in acts
        ],
    )


def partner_read(
    session: Session,
    actor: str,
    at: datetime,
    *,
    what: PartnerRead,
    agreement_id: int,
    channel_id: str | None = None,
) -> None:
    """Note that a person from outside has read contacts or money, and in which channel.

    ``actor`` is their Slack user id. The log is never changed and a person must be erasable, so
    it holds a token; who it stands for lies beside it. A conversation of their own names them as
    well as their id does, and is not kept.
    """
    token = storage.partner_token_of(session, actor, secrets.token_hex(_TOKEN_BYTES))
    shared = channel_id is not None and not channel_id.startswith("D")
    after = {"channel_id": channel_id} if shared else None
    act = Act(what.value, f"agreement:{agreement_id}", agreement_id, after=after)
    record(session, storage.PARTNER + token, at, [act])
