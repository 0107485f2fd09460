"""Questions about contacts."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from storage.questions import Question
from storage.rows import Rows
from storage.tables import contact, party


def contacts(connection: Connection, agreement_id: int) -> Rows:
    """Give every party with its contacts, one row each; a party without any has one row."""
    return _CONTACTS.ask(connection, agreement=agreement_id)


_CONTACTS = Question(
    select(
        party.c.id.label("party_id"),
        party.c.organisation,
        party.c.role,
        party.c.umbrella_id,
        contact.c.id.label("contact_id"),
        contact.c.name,
        contact.c.title,
        contact.c.email,
        contact.c.phone,
        contact.c.slack_id,
        contact.c.confirmed_on,
    )
    .select_from(party.outerjoin(contact, contact.c.party_id == party.c.id))
    .where(party.c.agreement_id == bindparam("agreement"))
    .order_by(party.c.umbrella_id.is_not(None), party.c.id, contact.c.id)
)
