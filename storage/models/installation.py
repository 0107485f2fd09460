"""One row about this installation, and what several processes must agree on."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel


class Installation(SQLModel, table=True):
    """The one row (id 1): its key, its home, and how the clock is doing."""

    __tablename__ = "installation"

    id: int = Field(default=1, primary_key=True)
    key: str = Field(max_length=64)  # random; makes wire keys that reveal nothing
    home_team: str | None = Field(default=None, max_length=40)
    register_revision: int = 0  # raised when names change, so that kept lists are read anew
    last_round: datetime | None = None  # real time
    last_moment: datetime | None = None  # the bot's own at that round: a leap is time away
    last_send: datetime | None = None
    restored_from: datetime | None = None  # up to then the register knows what Slack was told
    restored_at: datetime | None = None  # real time
    hindrance: str | None = Field(default=None, max_length=20)  # why nothing is sent just now
    system_identifier: str | None = Field(default=None, max_length=40)  # PostgreSQL's, and timeline


class MethodPause(SQLModel, table=True):
    """Until when Slack has asked us not to call a method; every process honours it."""

    __tablename__ = "method_pause"

    method: str = Field(max_length=60, primary_key=True)
    until: datetime


class HandledRequest(SQLModel, table=True):
    """A request of Slack's that has changed something; the same one again changes nothing."""

    __tablename__ = "handled_request"

    key: str = Field(max_length=120, primary_key=True)
    at: datetime
