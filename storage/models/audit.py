"""The log of who did what. Triggers in both databases refuse to change or delete a row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel


class AuditEntry(SQLModel, table=True):
    """One act, written in the same transaction as what it tells of."""

    __tablename__ = "audit_entry"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    actor: str = Field(max_length=80)  # a Slack user id, or who else acted: terminal, clock
    action: str = Field(max_length=60)
    subject: str = Field(max_length=120)  # what was acted on, as kind:id
    agreement_id: int | None = Field(default=None, foreign_key="agreement.id", index=True)
    before: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    after: dict[str, Any] | None = Field(default=None, sa_type=JSON)
