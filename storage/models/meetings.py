"""When the nämnder meet, and when nobody works here."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import NAME_LENGTH


class BoardMeeting(SQLModel, table=True):
    """One meeting of one nämnd and the day its papers are due."""

    __tablename__ = "board_meeting"
    __table_args__: Any = (UniqueConstraint("board", "meets_on"),)

    id: int | None = Field(default=None, primary_key=True)
    board: str = Field(max_length=NAME_LENGTH)
    meets_on: date
    papers_due_on: date | None = None


class ClosedPeriod(SQLModel, table=True):
    """Days on which nobody works here, both ends included."""

    __tablename__ = "closed_period"
    __table_args__: Any = (
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="order"),
        UniqueConstraint("from_on", "to_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    from_on: date
    to_on: date | None = None  # none: that one day
    reason: str | None = Field(default=None, max_length=NAME_LENGTH)
