"""The card of *kontakter*."""

from __future__ import annotations

from bot.agreements import AgreementStatus
from bot.contacts import ContactLine, PartyContacts
from bot.phones import as_written
from bot.texts import Texts
from handlers.blocks import elements
from handlers.blocks.elements import Line, Message


def contacts_card(
    status: AgreementStatus, parties: tuple[PartyContacts, ...], texts: Texts
) -> Message:
    """Show whom to call, party by party, and when that was last confirmed."""
    blocks = [elements.header(texts("contacts.title", name=status.name))]
    said = [texts("contacts.title", name=status.name) + "."]
    if not parties:
        blocks.append(elements.paragraph(texts("contacts.no_parties")))
        said.append(texts("contacts.no_parties"))
    for party in parties:
        title = f"{party.organisation} ({texts(f'party.role.{party.role}')})"
        lines = [_line(contact, texts) for contact in party.contacts]
        blocks.append(elements.lines([Line(title), *(lines or [_nobody(texts)])]))
        people = "; ".join(f"{line.label}: {line.said}" for line in lines)
        said.append(f"{title}: {people or texts('contacts.nobody')}.")
    return elements.message(" ".join(said), blocks, texts)


def _nobody(texts: Texts) -> Line:
    return Line("•", texts("contacts.nobody"))


def _line(contact: ContactLine, texts: Texts) -> Line:
    parts = [contact.title or texts("contacts.no_title")]
    parts += [as_written(contact.phone)] if contact.phone else []
    parts += [contact.email] if contact.email else []
    if not contact.phone and not contact.email:
        parts.append(texts("contacts.no_address"))
    parts.append(
        texts("contacts.confirmed", day=contact.confirmed_on)
        if contact.confirmed_on
        else texts("contacts.not_confirmed")
    )
    people = (contact.slack_id,) if contact.slack_id else ()
    return Line(contact.name, ", ".join(parts), people)
