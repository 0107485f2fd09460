"""*påminnelser*: what was sent about one agreement, and what became of it."""

from __future__ import annotations

from bot.reminders.proof import proof_of
from handlers.blocks.elements import Message
from handlers.blocks.proof import proof_card
from handlers.commands import Call


def reminders_of(call: Call, agreement_id: int, _year: int | None = None) -> Message:
    """Show the messages about one agreement."""
    proof = proof_of(call.office, call.connection, call.actor, agreement_id)
    return proof_card(proof, call.texts)
