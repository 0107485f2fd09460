"""Messages to be sent: one row per message to one recipient, and what became of it."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.models.columns import choice


class OutboxState(enum.StrEnum):
    """Where a message stands; the arrows between are in ``docs/decisions/0003``."""

    planned = "planned"
    sending = "sending"
    unknown = "unknown"
    sent = "sent"
    bundled = "bundled"
    held = "held"
    cancelled = "cancelled"


class OutboxKind(enum.StrEnum):
    """What a message is: about one evaluation or several, to partners, or to who runs the bot."""

    evaluation = "evaluation"
    digest = "digest"
    alarm = "alarm"
    partner = "partner"  # about one evaluation, to the channel that is linked to the agreement
    greeting = "greeting"  # to a channel that has just been linked


class OutboxRow(SQLModel, table=True):
    """A message that is owed. The words are written at sending; no name or text lies here."""

    __tablename__ = "outbox"
    __table_args__: Any = (
        Index(
            "ix_outbox_due",
            "next_at",
            sqlite_where=text("state = 'planned'"),
            postgresql_where=text("state = 'planned'"),
        ),
        Index(
            "ix_outbox_under_way",
            "id",
            sqlite_where=text("state IN ('sending', 'unknown')"),
            postgresql_where=text("state IN ('sending', 'unknown')"),
        ),
        Index(
            "ix_outbox_edits",
            "id",
            sqlite_where=text("edit_wanted"),
            postgresql_where=text("edit_wanted"),
        ),
        Index(
            "ix_outbox_held",
            "id",
            sqlite_where=text("state = 'held'"),
            postgresql_where=text("state = 'held'"),
        ),
        Index(
            "ix_outbox_bundled_in",
            "bundled_in",
            sqlite_where=text("bundled_in IS NOT NULL"),
            postgresql_where=text("bundled_in IS NOT NULL"),
        ),
        Index("ix_outbox_recipient_sent_at", "recipient", "sent_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    # uid:matter:number:step:recipient. Never a date (dates move), never a row id (a restore
    # hands the same one out again): planning twice finds the row it made the first time.
    natural_key: str = Field(max_length=200, unique=True)
    wire_key: str = Field(max_length=40, unique=True)  # all that Slack sees of it
    kind: str = Field(max_length=30)  # an OutboxKind
    agreement_id: int | None = Field(default=None, foreign_key="agreement.id", index=True)
    label: str | None = Field(default=None, max_length=20)  # of the evaluation it is about
    step: int | None = None  # working days before (negative) or after
    recipient: str = Field(max_length=40)  # a user or a channel
    channel_id: str | None = Field(default=None, max_length=40)  # committed before the first post
    due_local: str = Field(max_length=16)  # 2027-03-01T09:00 in the zone beside it is the truth
    zone: str = Field(max_length=60)
    due_at: datetime  # derived from the two
    state: OutboxState = Field(default=OutboxState.planned, sa_type=choice(OutboxState))
    fence: int = 0  # rises at every claim; an outcome is written only with its own
    attempts: int = 0
    next_at: datetime  # earliest next try
    first_send_at: datetime | None = None  # real time of the first claim
    bundled_in: int | None = Field(default=None, foreign_key="outbox.id")  # the digest's row
    # Of an alarm: the row it is about. Of a reminder: the one it goes out in place of.
    subject_id: int | None = Field(default=None, foreign_key="outbox.id")
    slack_ts: str | None = Field(default=None, max_length=40)
    reason: str | None = Field(default=None, max_length=200)
    hold_since: datetime | None = None
    detail: str | None = Field(default=None, max_length=200)  # what an alarm tells
    cancel_requested: bool = False
    edit_wanted: bool = False  # what it speaks of is done: the message in Slack is to say so
    planned_at: datetime
    sent_at: datetime | None = None
