"""Doing once what Slack may say twice: to us again, or to another process of ours."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlmodel import Session

from bot.clock import real_now
from storage import installation

KEPT: Final = timedelta(days=7)
"""How long a request is remembered; Slack gives up within hours."""


class HandledBefore(Exception):
    """The request has been answered: nothing is done, and nothing is said."""


def only_once(session: Session, key: str) -> None:
    """Note a request in the transaction of what it does.

    ``key`` is what Slack calls it: ``event:…``, ``press:…``. Raises :class:`HandledBefore` where it
    has been noted; another process that has it at this moment is waited for.
    """
    if not installation.first_time(session, key[:120], real_now()):
        raise HandledBefore


def forget_old(session: Session) -> None:
    """Forget requests that Slack no longer sends again."""
    installation.forget_requests(session, real_now() - KEPT)
