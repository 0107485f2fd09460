"""Recording who did what, in the same transaction as the act itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from storage import audit as storage

TERMINAL = "terminal"  # an operator at the command line
CLOCK = "clock"  # the bot itself, by time


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
