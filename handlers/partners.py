"""What an association gets: by mention, by message, by button, or by a guest's command.

The same words however they come. An answer in a channel is read by everybody there, so the channel
is judged as well as the asker; a press and a message to us are answered to the asker alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from bot import partners
from bot.access import Actor, Audience, Permission, require
from bot.agreements import split_year
from bot.office import Office
from bot.texts import Texts
from handlers.blocks import partner as cards
from handlers.blocks.elements import Message


@dataclass(frozen=True, slots=True)
class PartnerCall:
    """A partner's question: whose, in which language, with which words.

    ``audience``: who reads the channel, where that was asked of Slack.
    """

    office: Office
    actor: Actor
    texts: Texts
    session: Session
    audience: Audience
    words: str = ""


View = Callable[[PartnerCall, int, int | None], Message]


@dataclass(frozen=True, slots=True)
class PartnerWord:
    """A word that partners may use, and what it shows of one agreement."""

    word: str
    names: tuple[str, ...]
    permission: Permission
    view: View | None = None
    asks_who_reads: bool = False


def status_of(call: PartnerCall, agreement_id: int, _year: int | None = None) -> Message:
    """Show how their agreement stands."""
    connection = call.session.connection()
    shown = partners.view(call.office, connection, call.actor, agreement_id)
    return cards.partner_card(shown, call.texts)


def funding_of(call: PartnerCall, agreement_id: int, year: int | None = None) -> Message:
    """Show its money."""
    shown, money = partners.money(
        call.session, call.office, call.actor, agreement_id, call.audience
    )
    return cards.partner_funding_card(shown, money, year, call.texts)


def rows_of(call: PartnerCall, agreement_id: int, year: int | None = None) -> Message:
    """Show the rows behind those figures."""
    shown, money = partners.money(
        call.session, call.office, call.actor, agreement_id, call.audience
    )
    return cards.partner_rows_card(shown, money, year, call.texts)


def contacts_of(call: PartnerCall, agreement_id: int, _year: int | None = None) -> Message:
    """Show whom to call."""
    shown, parties = partners.contacts(call.session, call.office, call.actor, agreement_id)
    return cards.partner_contacts_card(shown, parties, call.texts)


_READ: Final = Permission.read_as_partner
PARTNER_WORDS: Final = (
    PartnerWord("status", ("status", "läge", "läget", "visa läget"), _READ, status_of),
    PartnerWord("funding", ("medel", "pengar", "funding"), _READ, funding_of, asks_who_reads=True),
    PartnerWord("contacts", ("kontakter", "contacts"), _READ, contacts_of),
    PartnerWord("help", ("hjälp", "help"), Permission.ask_help),
)
"""Everything that a partner can ask for, in the order of help."""
VIEWS: Final = {each.word: each.view for each in PARTNER_WORDS if each.view is not None}


def answer(call: PartnerCall, word: PartnerWord) -> Message:
    """Answer a word about the agreement that is meant: the only one here, or one to choose."""
    require(call.actor, Permission.ask_help)
    connection = call.session.connection()
    if word.view is None:
        return _help(call)
    words, year = split_year(call.words)
    hits = partners.choices(connection, call.actor, words)
    if len(hits) > 1:
        return cards.partner_choice_card(hits, word.word, call.texts)
    return word.view(call, hits[0].id, year)


def _help(call: PartnerCall) -> Message:
    hits = partners.reachable(call.session.connection(), call.actor)
    return cards.partner_help_card(hits, call.texts)
