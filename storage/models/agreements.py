"""The agreement itself and the history of its term."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from storage.models.columns import NAME_LENGTH, TEXT_LENGTH, at_most, choice, ordered, partial_date
from storage.types import PartialDate


class AgreementStatus(enum.StrEnum):
    """What the coordinator has said; where nothing is said, the dates decide."""

    preparing = "preparing"
    in_force = "in_force"
    ended = "ended"


class Agreement(SQLModel, table=True):
    """One överenskommelse. Decided, signed and in force are three different dates."""

    __tablename__ = "agreement"
    __table_args__: Any = (
        at_most("number", 40),
        at_most("name", NAME_LENGTH),
        at_most("purpose", TEXT_LENGTH),
        CheckConstraint(
            "term_months IS NULL OR term_months BETWEEN 1 AND 1200", name="term_months"
        ),
        CheckConstraint(
            "notice_months IS NULL OR notice_months BETWEEN 0 AND 120", name="notice_months"
        ),
        CheckConstraint(
            "evaluations_per_year IS NULL OR evaluations_per_year BETWEEN 0 AND 12",
            name="evaluations_per_year",
        ),
        CheckConstraint("NOT (open_ended AND ends_on IS NOT NULL)", name="one_end"),
        Index("ix_agreement_coordinator", "coordinator"),
        Index("ix_agreement_deputy", "deputy"),
    )

    id: int | None = Field(default=None, primary_key=True)
    uid: str = Field(max_length=32, unique=True)  # random; names it in keys that outlive restores
    number: str = Field(max_length=40, unique=True)
    number_folded: str = Field(max_length=80, index=True)  # SQLite folds ASCII only
    name: str = Field(max_length=NAME_LENGTH)
    name_folded: str = Field(max_length=2 * NAME_LENGTH, index=True)
    name_ordered: str = ordered(2 * NAME_LENGTH)
    registry_number: str | None = Field(default=None, max_length=NAME_LENGTH)  # diarienummer
    status: AgreementStatus | None = Field(default=None, sa_type=choice(AgreementStatus))
    decided_on: PartialDate | None = partial_date()
    decided_by: str | None = Field(default=None, max_length=NAME_LENGTH)
    responsible_board: str | None = Field(default=None, max_length=NAME_LENGTH)
    signed_on: PartialDate | None = partial_date()
    starts_on: PartialDate | None = partial_date()
    ends_on: PartialDate | None = partial_date()
    open_ended: bool = False
    term_months: int | None = None  # the length, where the days are not known
    notice_months: int | None = None
    evaluations_per_year: int | None = None  # nothing said: twice a year
    evaluation_months: str | None = Field(default=None, max_length=40)  # "4, 10"
    purpose: str | None = Field(default=None, max_length=TEXT_LENGTH)
    coordinator: str | None = Field(default=None, max_length=40)  # Slack user id
    deputy: str | None = Field(default=None, max_length=40)  # Slack user id
    channel_id: str | None = Field(default=None, max_length=40, index=True)
    # Who could read there when a coordinator last agreed to it: ids of other organisations, by
    # comma; "" for none, nothing where nobody has looked yet. Others who come close the money.
    channel_audience: str | None = Field(default=None, max_length=4000)
    sheltered: bool = False  # no places, names or contacts outside the home organisation
    funding_visible: bool = False  # may the partners see the money
    steps: str | None = Field(default=None, max_length=100)  # this agreement's own reminder steps
    link: str | None = Field(default=None, max_length=TEXT_LENGTH)
    registered_at: datetime
    runs_from: date | None = None  # derived: first day of the anchor, for lists
    runs_until: date | None = None  # derived: last day, known or estimated, for lists
    revision: int = 1  # raised at every change, compared before the next


class TermChange(SQLModel, table=True):
    """What the term was after each change; an extension never overwrites."""

    __tablename__ = "term_change"

    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id", index=True)
    changed_at: datetime
    changed_by: str = Field(max_length=80)
    decided_on: PartialDate | None = partial_date()
    decided_by: str | None = Field(default=None, max_length=NAME_LENGTH)
    signed_on: PartialDate | None = partial_date()
    starts_on: PartialDate | None = partial_date()
    ends_on: PartialDate | None = partial_date()
    open_ended: bool = False
    term_months: int | None = None
