"""What lets a person be taken out of a log that is never changed, and be kept out afterwards."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel


class PartnerToken(SQLModel, table=True):
    """Whom a token in the log stands for; emptied when that person is erased."""

    __tablename__ = "partner_token"

    token: str = Field(max_length=32, primary_key=True)  # random
    slack_id: str | None = Field(default=None, max_length=40, unique=True)


class Erasure(SQLModel, table=True):
    """Somebody who has been erased, known again only by whoever holds the installation's key."""

    __tablename__ = "erasure"

    digest: str = Field(max_length=64, primary_key=True)
    at: datetime
