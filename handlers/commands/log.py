"""*logg*: who did what with one agreement."""

from __future__ import annotations

from bot.agreements import wanted
from bot.log import log_of
from handlers.blocks.elements import Message
from handlers.blocks.lists import choice_card
from handlers.blocks.log import log_card
from handlers.commands import Call


def log_answer(call: Call) -> Message:
    """Answer *logg [agreement]*."""
    asked = wanted(
        call.office, call.connection, call.actor, text=call.words, channel_id=call.channel_id
    )
    if asked.found.only is None:
        return choice_card(asked.found, "log", None, call.texts, was_named=bool(call.words))
    return log_page(call, asked.found.only.id)


def log_page(call: Call, agreement_id: int, before: int | None = None) -> Message:
    """Show the newest entries about an agreement, or those older than one of them."""
    found = log_of(call.office, call.connection, call.actor, agreement_id, before=before)
    return log_card(found, call.texts)
