"""Who holds which role: the questions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, text
from sqlmodel import Session, col, select

from storage.models import Member, Role


def hold(session: Session) -> None:
    """Let nobody else change roles until this transaction ends.

    Two administrators who remove each other at the same moment would both succeed on PostgreSQL;
    SQLite has one writer at a time anyway.
    """
    if session.connection().dialect.name == "postgresql":
        session.connection().execute(text("LOCK TABLE member IN SHARE ROW EXCLUSIVE MODE"))


def list_members(session: Session) -> Sequence[Member]:
    """Give every role that is held, by person."""
    return session.exec(
        select(Member).order_by(col(Member.slack_id), col(Member.role), col(Member.board))
    ).all()


def list_roles(session: Session, slack_id: str) -> Sequence[Member]:
    """Give the roles of one person."""
    return session.exec(select(Member).where(col(Member.slack_id) == slack_id)).all()


def add(
    session: Session, *, slack_id: str, role: Role, board: str, granted_by: str, at: datetime
) -> None:
    """Add one role."""
    session.add(
        Member(slack_id=slack_id, role=role, board=board, granted_by=granted_by, granted_at=at)
    )
    session.flush()


def remove(session: Session, slack_id: str) -> None:
    """Remove every role of a person."""
    session.connection().execute(delete(Member).where(col(Member.slack_id) == slack_id))


def list_admins(session: Session) -> Sequence[str]:
    """Give the administrators of the whole register."""
    return session.exec(
        select(Member.slack_id).where(col(Member.role) == Role.admin, col(Member.board) == "")
    ).all()
