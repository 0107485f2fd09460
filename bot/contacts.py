"""Whom to call about an agreement, party by party."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Connection

from storage import contacts as storage
from storage.models import PartyRole
from storage.rows import AnyRow
from storage.types import PartialDate


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A person who answers for a party."""

    name: str
    title: str | None
    email: str | None
    phone: str | None
    slack_id: str | None
    confirmed_on: PartialDate | None


@dataclass(frozen=True, slots=True)
class PartyContacts:
    """A party, or a member of one, with its contacts; there may be none."""

    organisation: str
    role: PartyRole
    is_member: bool
    contacts: tuple[ContactLine, ...]


def contacts(connection: Connection, agreement_id: int) -> tuple[PartyContacts, ...]:
    """Give every party with its contacts; members of an umbrella only if they have one."""
    rows = storage.contacts(connection, agreement_id)
    parties = (_party(list(lines)) for _, lines in groupby(rows, key=lambda row: int(row.party_id)))
    return tuple(party for party in parties if party.contacts or not party.is_member)


def _party(rows: list[AnyRow]) -> PartyContacts:
    return PartyContacts(
        organisation=rows[0].organisation,
        role=rows[0].role,
        is_member=rows[0].umbrella_id is not None,
        contacts=tuple(
            ContactLine(row.name, row.title, row.email, row.phone, row.slack_id, row.confirmed_on)
            for row in rows
            if row.contact_id is not None
        ),
    )
