"""The message in an agreement's own channel: an evaluation is coming, in the partners' words."""

from __future__ import annotations

from bot.reminders.messenger import PartnerReminder
from bot.texts import Texts
from handlers.blocks import elements
from handlers.blocks.elements import Block, Message
from handlers.blocks.status import day_remarks


def partner_reminder_card(reminder: PartnerReminder, texts: Texts) -> Message:
    """Say what is to be held and by when; nothing here is for one of the readers alone."""
    name = agreement_name(reminder.agreement_name, texts)
    if reminder.held_on is not None:
        said = _held(reminder, name, texts)
        return elements.message(said, [elements.paragraph(said)], texts)
    said = _sentences(reminder, name, texts)
    blocks = [
        elements.header(texts("channel.reminder_title", name=name)),
        elements.paragraph(said),
        elements.actions([status_button(reminder.agreement_id, texts)]),
    ]
    return elements.message(said, blocks, texts)


def agreement_name(name: str | None, texts: Texts) -> str:
    """Name an agreement in its own channel; one with protected details is only the one here."""
    return texts("channel.this_agreement") if name is None else name


def status_button(agreement_id: int, texts: Texts) -> Block:
    """Make the button by which anybody in the channel sees how it stands."""
    return elements.button(texts("button.status"), "show_status", f"{agreement_id}:0")


def _sentences(reminder: PartnerReminder, name: str, texts: Texts) -> str:
    parts = [_when(reminder, name, texts), *day_remarks(reminder, texts)]
    if reminder.booked_on is None:
        parts.append(texts("channel.reminder_next_step"))
    return " ".join(parts)


def _when(reminder: PartnerReminder, name: str, texts: Texts) -> str:
    days = (reminder.due_on - reminder.today).days
    key = "coming" if days > 0 else "today" if days == 0 else "late"
    return texts(
        f"channel.reminder_{key}",
        name=name,
        which=_which(reminder, texts),
        due=reminder.due,
        n=abs(days),
    )


def _held(reminder: PartnerReminder, name: str, texts: Texts) -> str:
    which, day = _which(reminder, texts), reminder.held_on
    return texts("channel.reminder_held", name=name, which=which, due=reminder.due, day=day)


def _which(reminder: PartnerReminder, texts: Texts) -> str:
    if reminder.number is None:
        return texts("channel.evaluation_extra")
    return texts("channel.evaluation", number=str(reminder.number))
