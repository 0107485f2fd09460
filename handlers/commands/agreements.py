"""*status*, *medel*, *kontakter* and *påminnelser*: four views of one agreement."""

from __future__ import annotations

from collections.abc import Callable

from bot.agreements import AgreementStatus, status, status_numbered, wanted
from bot.contacts import contacts
from bot.funding import ledger
from handlers.blocks.contacts import contacts_card
from handlers.blocks.elements import Message, with_button, without_buttons
from handlers.blocks.funding import funding_card, rows_card
from handlers.blocks.lists import choice_card
from handlers.blocks.sharing import share_button
from handlers.blocks.status import status_card
from handlers.commands import Call
from handlers.commands.log import log_page
from handlers.commands.reminders import reminders_of

_View = Callable[[Call, int, int | None], Message]


def status_answer(call: Call) -> Message:
    """Answer *status [agreement]*."""
    numbered = status_numbered(call.office, call.connection, call.actor, call.words)
    if numbered is not None:
        return _status_card(call, numbered)
    return _answer(call, "status", status_of)


def funding_answer(call: Call) -> Message:
    """Answer *medel [agreement] [year]*."""
    return _answer(call, "funding", funding_of)


def contacts_answer(call: Call) -> Message:
    """Answer *kontakter [agreement]*."""
    return _answer(call, "contacts", contacts_of)


def reminders_answer(call: Call) -> Message:
    """Answer *påminnelser [agreement]*."""
    return _answer(call, "reminders", reminders_of)


def _answer(call: Call, command: str, view: _View) -> Message:
    asked = wanted(
        call.office, call.connection, call.actor, text=call.words, channel_id=call.channel_id
    )
    if asked.found.only is None:
        was_named = bool(call.words)
        return choice_card(asked.found, command, asked.year, call.texts, was_named=was_named)
    return view(call, asked.found.only.id, asked.year)


def status_of(call: Call, agreement_id: int, _year: int | None = None) -> Message:
    """Show how one agreement stands."""
    return _status_card(call, _status(call, agreement_id))


def _status_card(call: Call, found: AgreementStatus) -> Message:
    return _offered(call, status_card(found, call.texts), f"status:{found.id}:")


def funding_of(call: Call, agreement_id: int, year: int | None = None) -> Message:
    """Show the money of one agreement."""
    card = _funding(call, agreement_id, year)
    return _offered(call, card, f"funding:{agreement_id}:{year or ''}")


def contacts_of(call: Call, agreement_id: int, _year: int | None = None) -> Message:
    """Show whom to call about one agreement."""
    return _offered(call, _contacts(call, agreement_id), f"contacts:{agreement_id}:")


def _funding(call: Call, agreement_id: int, year: int | None = None) -> Message:
    found = _status(call, agreement_id)
    return funding_card(found, ledger(call.connection, agreement_id), year, call.texts)


def _contacts(call: Call, agreement_id: int, _year: int | None = None) -> Message:
    found = _status(call, agreement_id)
    return contacts_card(found, contacts(call.connection, agreement_id), call.texts)


def _noted_by_none(call: Call, agreement_id: int, _year: int | None = None) -> Message:
    """Show a status to many: without what was noted of the last evaluation."""
    found = _status(call, agreement_id)
    last = found.last_evaluation and found.last_evaluation._replace(outcome=None)
    return status_card(found._replace(last_evaluation=last), call.texts)


def _offered(call: Call, card: Message, value: str) -> Message:
    """Offer to share a card with the channel that it was asked for in."""
    if (call.channel_id or "D")[0] == "D":
        return card
    return with_button(card, share_button(value, call.texts))


def _bare(view: _View) -> _View:
    """Leave out the buttons, which others would be refused."""
    return lambda call, agreement_id, year: without_buttons(view(call, agreement_id, year))


def rows_of(call: Call, agreement_id: int, year: int | None = None) -> Message:
    """Show every row behind the figures."""
    found = _status(call, agreement_id)
    return rows_card(found, ledger(call.connection, agreement_id), year, call.texts)


def _status(call: Call, agreement_id: int) -> AgreementStatus:
    return status(call.office, call.connection, call.actor, agreement_id)


VIEWS: dict[str, _View] = {
    "status": status_of,
    "funding": funding_of,
    "contacts": contacts_of,
    "reminders": reminders_of,
    "log": log_page,
}
"""By command: what shows one agreement that is known already."""
SHARED: dict[str, _View] = {
    "status": _bare(_noted_by_none),
    "funding": _bare(_funding),
    "contacts": _bare(_contacts),
}
"""By command: the same as it is shared with a channel."""
