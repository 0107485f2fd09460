"""Money: what is granted and what is paid, in whole öre."""

from __future__ import annotations

import enum
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from storage.models.columns import (
    NAME_LENGTH,
    TEXT_LENGTH,
    at_most,
    choice,
    ore,
    partial_date,
    whole,
)
from storage.types import PartialDate


class Decision(enum.StrEnum):
    """Whether money is decided or only preliminary."""

    decided = "decided"
    preliminary = "preliminary"


class Grant(SQLModel, table=True):
    """Money granted for a calendar year, or for the whole term where the split is unknown.

    No amount is *unknown*; zero is zero. Never divided by the bot.
    """

    __tablename__ = "grant_row"  # "grant" is a reserved word
    __table_args__: Any = (
        whole("amount_ore"),
        CheckConstraint("amount_ore IS NULL OR amount_ore >= 0", name="not_negative"),
        CheckConstraint("year IS NULL OR year BETWEEN 1990 AND 2100", name="year"),
        at_most("note", TEXT_LENGTH),
        Index("ix_grant_row_of", "agreement_id", "decision", "year", "amount_ore"),
    )

    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id")
    year: int | None = None  # none: the whole term
    amount_ore: int | None = ore(optional=True)
    decision: Decision = Field(sa_type=choice(Decision))
    note: str | None = Field(default=None, max_length=TEXT_LENGTH)
    revision: int = 1  # compare-and-set: two people cannot both pay the last krona


class Payment(SQLModel, table=True):
    """A payment, planned or made. Once made it is never altered, only reversed by another row."""

    __tablename__ = "payment"
    __table_args__: Any = (
        whole("amount_ore"),
        CheckConstraint("amount_ore >= 0 OR correction IS NOT NULL", name="negative_has_reason"),
        CheckConstraint("year IS NULL OR year BETWEEN 1990 AND 2100", name="year"),
        Index("ix_payment_of", "agreement_id", "paid_on", "amount_ore"),
    )

    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id")
    year: int | None = None
    planned_on: PartialDate | None = partial_date()
    amount_ore: int = ore()
    paid_on: PartialDate | None = partial_date()
    condition: str | None = Field(default=None, max_length=TEXT_LENGTH)
    reference: str | None = Field(default=None, max_length=NAME_LENGTH)
    correction: str | None = Field(default=None, max_length=TEXT_LENGTH)  # the reason
