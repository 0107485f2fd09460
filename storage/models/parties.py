"""Who is in an agreement: its parties, and the members of an umbrella organisation."""

from __future__ import annotations

import enum
from typing import Any

from sqlmodel import Field, SQLModel

from storage.models.columns import NAME_LENGTH, at_most, choice, partial_date
from storage.types import PartialDate


class PartyRole(enum.StrEnum):
    """On which side of the partnership an organisation stands."""

    public = "public"
    civil = "civil"
    other = "other"


class PartyKind(enum.StrEnum):
    """What an organisation is; a foundation or a parish is no association."""

    municipality = "municipality"
    region = "region"
    authority = "authority"
    association = "association"
    foundation = "foundation"
    faith_community = "faith_community"
    umbrella = "umbrella"
    other = "other"


class Party(SQLModel, table=True):
    """An organisation in one agreement; with ``umbrella_id`` a member of a party, not a party."""

    __tablename__ = "party"
    __table_args__: Any = (at_most("organisation", NAME_LENGTH),)

    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id", index=True)
    organisation: str = Field(max_length=NAME_LENGTH)
    organisation_folded: str = Field(max_length=2 * NAME_LENGTH, index=True)
    role: PartyRole = Field(sa_type=choice(PartyRole))
    kind: PartyKind | None = Field(default=None, sa_type=choice(PartyKind))
    organisation_number: str | None = Field(default=None, max_length=11)
    coordinating: bool = False
    joined_on: PartialDate | None = partial_date()
    left_on: PartialDate | None = partial_date()
    umbrella_id: int | None = Field(default=None, foreign_key="party.id", index=True)
