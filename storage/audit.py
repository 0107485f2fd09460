"""Adding to the log of who did what, and reading it. Nothing here changes or removes a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from storage.models import AuditEntry


def add(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Add entries in one statement."""
    if rows:
        session.connection().execute(insert(AuditEntry), list(rows))
