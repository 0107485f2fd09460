"""What follows from a change: the plan of evaluations and the reminders are brought up to date."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from bot.office import Office


def keep_up(session: Session, office: Office, agreement_ids: Sequence[int]) -> None:
    """Bring evaluations and reminders of these agreements up to date, in this transaction."""
