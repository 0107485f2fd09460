"""Evaluations: the computed plan and what people have said about it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import TEXT_LENGTH, at_most, partial_date
from storage.types import PartialDate


class Evaluation(SQLModel, table=True):
    """One evaluation. Computed rows follow the plan; a row that a person typed never moves."""

    __tablename__ = "evaluation"
    __table_args__: Any = (
        UniqueConstraint("agreement_id", "number"),
        Index("ix_evaluation_due", "due_on"),
        Index("ix_evaluation_of", "agreement_id", "held_on", "due_on", "id", "before_register"),
        at_most("outcome", TEXT_LENGTH),
    )

    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id")
    number: int | None = None  # its place in the plan; none: an extra
    # Its name in reminders' keys: the number, or a random word for an extra. Never a row id.
    label: str | None = Field(default=None, max_length=20)
    due: PartialDate = partial_date()  # as it is said and shown
    due_on: date  # the last day it can mean, for lists and reminders
    agreed_on: date | None = None  # where the plan moved it: the day it came from
    typed: bool = False
    before_register: bool = False  # fell due before we knew of it: told of as missing, never late
    known_at: datetime  # when this due day became known; steps already past then are skipped
    booked_on: PartialDate | None = partial_date()
    held_on: PartialDate | None = partial_date()
    outcome: str | None = Field(default=None, max_length=TEXT_LENGTH)
    revision: int = 1
