"""*lista*, *kommande* and *försenat*."""

from __future__ import annotations

from bot.errors import Invalid
from bot.overviews import FURTHEST, MONTHS, listing, overdue, upcoming
from handlers.blocks.elements import Message
from handlers.blocks.lists import list_card, overview_card
from handlers.commands import Call


def list_answer(call: Call) -> Message:
    """Answer *lista [filter]*."""
    return list_page(call, call.words, 0)


def list_page(call: Call, text: str, offset: int) -> Message:
    """Show one page of a list."""
    page = listing(call.office, call.connection, call.actor, text=text, offset=offset)
    return list_card(page, call.texts)


def upcoming_answer(call: Call) -> Message:
    """Answer *kommande [months]*."""
    words = call.words
    if words and not (words.isascii() and words.isdecimal() and len(words) <= 3):
        raise Invalid("invalid.months_ahead", most=FURTHEST)
    months = int(words) if words else MONTHS
    coming = upcoming(call.office, call.connection, call.actor, months=months)
    return overview_card(coming, call.texts)


def overdue_answer(call: Call) -> Message:
    """Answer *försenat*."""
    return overview_card(overdue(call.office, call.connection, call.actor), call.texts)
