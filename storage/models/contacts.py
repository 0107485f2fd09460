"""Whom to call: name, role and work address, and nothing more about a person."""

from __future__ import annotations

from typing import Any

from sqlmodel import Field, SQLModel

from storage.models.columns import NAME_LENGTH, at_most, partial_date
from storage.types import PartialDate


class Contact(SQLModel, table=True):
    """A person who answers for one organisation in one agreement."""

    __tablename__ = "contact"
    __table_args__: Any = (at_most("name", NAME_LENGTH),)

    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id", index=True)
    party_id: int = Field(foreign_key="party.id", index=True)
    name: str = Field(max_length=NAME_LENGTH)
    title: str | None = Field(default=None, max_length=NAME_LENGTH)  # Roll
    email: str | None = Field(default=None, max_length=NAME_LENGTH)
    phone: str | None = Field(default=None, max_length=NAME_LENGTH)  # as given
    slack_id: str | None = Field(default=None, max_length=40, index=True)
    confirmed_on: PartialDate | None = partial_date()
