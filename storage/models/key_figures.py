"""What is counted: occasions, visits, members. Visits are not people, so each has its unit."""

from __future__ import annotations

from decimal import Decimal

from sqlmodel import Field, SQLModel

from storage.models.columns import NAME_LENGTH, exact, partial_date
from storage.types import PartialDate


class KeyFigure(SQLModel, table=True):
    """One value of one key figure over one stretch of time."""

    __tablename__ = "key_figure"

    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id", index=True)
    name: str = Field(max_length=NAME_LENGTH)
    unit: str | None = Field(default=None, max_length=NAME_LENGTH)
    from_on: PartialDate = partial_date()
    to_on: PartialDate = partial_date()
    value: Decimal = exact()
