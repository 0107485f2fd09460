"""What each side has promised; the public side stands in the same list."""

from __future__ import annotations

import enum
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from storage.models.columns import TEXT_LENGTH, at_most, choice, partial_date
from storage.types import PartialDate


class Recurrence(enum.StrEnum):
    """How often a commitment comes back."""

    yearly = "yearly"
    half_yearly = "half_yearly"


class Commitment(SQLModel, table=True):
    """One promise of one party."""

    __tablename__ = "commitment"
    __table_args__: Any = (
        at_most("promise", TEXT_LENGTH),
        Index("ix_commitment_of", "agreement_id", "done_on", "due_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id")
    party_id: int = Field(foreign_key="party.id", index=True)
    promise: str = Field(max_length=TEXT_LENGTH)
    due_on: PartialDate | None = partial_date()
    recurs: Recurrence | None = Field(default=None, sa_type=choice(Recurrence))
    done_on: PartialDate | None = partial_date()
