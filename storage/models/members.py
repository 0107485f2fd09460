"""Who holds a role of ours; never Slack's own administrators."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import NAME_LENGTH, choice


class Role(enum.StrEnum):
    """What a member of the home workspace may do."""

    admin = "admin"
    coordinator = "coordinator"
    reader = "reader"


class Member(SQLModel, table=True):
    """One role of one person, for the whole register or for one nämnd ("" is the whole)."""

    __tablename__ = "member"
    __table_args__: Any = (UniqueConstraint("slack_id", "role", "board"),)

    id: int | None = Field(default=None, primary_key=True)
    slack_id: str = Field(max_length=40, index=True)
    role: Role = Field(sa_type=choice(Role))
    board: str = Field(default="", max_length=NAME_LENGTH)  # not NULL: unique keys do not see NULLs
    granted_by: str = Field(max_length=80)
    granted_at: datetime
