"""*koppla [agreement]* and *koppla bort*: which channel an agreement is shown in."""

from __future__ import annotations

from typing import Final

from bot.agreements import wanted
from bot.folding import fold
from bot.linking import linked_here, offer
from handlers.blocks.elements import Message
from handlers.blocks.linking import link_card, unlink_card
from handlers.blocks.lists import choice_card
from handlers.commands import Call

_AWAY: Final = {"bort", "fran", "off", "away"}


def link_answer(call: Call) -> Message:
    """Answer *koppla [agreement]*: say who reads the channel and what they will see, and ask."""
    if fold(call.words) in _AWAY:
        return unlink_card(linked_here(call.connection, call.actor), call.texts)
    asked = wanted(
        call.office, call.connection, call.actor, text=call.words, channel_id=call.channel_id
    )
    if asked.found.only is None:
        return choice_card(asked.found, "link", None, call.texts, was_named=bool(call.words))
    return link_of(call, asked.found.only.id)


def link_of(call: Call, agreement_id: int, _year: int | None = None) -> Message:
    """Ask whether this agreement is to be linked to the channel."""
    offered = offer(call.connection, call.actor, agreement_id, call.audience)
    return link_card(offered, call.texts)
