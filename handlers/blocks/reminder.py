"""The message that reminds of an evaluation, and what it becomes when the evaluation is held."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.reminders.messenger import Digest, Reminder
from bot.texts import Texts
from handlers.blocks import elements
from handlers.blocks.elements import Message
from handlers.blocks.status import day_remarks, held_button

_NAMES: Final = (1_200, 120, 60, 30, 15)
"""Characters of a name in a digest, escaped: as many as let all of it fit."""


def reminder_card(reminder: Reminder, texts: Texts) -> Message:
    """Say what is to be held, by when, and offer the act."""
    if reminder.held_on is not None:
        return held_card(reminder, texts)
    said = reminder_sentence(reminder, texts)
    blocks = [
        elements.header(texts("reminder.title", name=reminder.agreement_name)),
        elements.paragraph(said),
        elements.actions(
            [
                held_button(
                    reminder.evaluation_id,
                    reminder.revision,
                    texts.show(reminder.due),
                    texts,
                ),
                elements.button(texts("button.status"), "show_status", str(reminder.agreement_id)),
            ]
        ),
    ]
    return elements.message(said, blocks, texts)


def digest_card(digest: Digest, texts: Texts) -> Message:
    """Say several in one message, each with its own act; what is held since says so.

    None is left out: where they would not fit, long names are cut.
    """
    for most in _NAMES:
        made = _digest(digest, texts, most)
        if elements.fits(made.blocks):
            break
    return elements.message(made.text, made.blocks, texts)


def _digest(digest: Digest, texts: Texts, most: int) -> Message:
    opening = texts("digest.title", n=len(digest.members))
    blocks = [elements.header(opening)]
    if digest.is_late:
        blocks.append(elements.note(texts("digest.late")))
    members = [_named_within(one, most) for one in digest.members]
    said = [_held_sentence(one, texts) or _when(one, texts) for one in members]
    for one, sentence in zip(members, said, strict=True):
        if one.held_on is not None:
            blocks.append(elements.paragraph(sentence))
        else:
            due = texts.show(one.due)
            button = held_button(one.evaluation_id, one.revision, due, texts, among=True)
            blocks.append(elements.paragraph_with_button(sentence, button))
    late = [texts("digest.late")] if digest.is_late else []
    return Message(" ".join([f"{opening}.", *late, *said]), tuple(blocks))


def _named_within(reminder: Reminder, most: int) -> Reminder:
    name, number = (
        elements.cut(each, most) for each in (reminder.agreement_name, reminder.agreement_number)
    )
    return replace(reminder, agreement_name=name, agreement_number=number)


def reminder_sentence(reminder: Reminder, texts: Texts) -> str:
    """Say it in sentences: the agreement, what, by when, and why that day."""
    parts = [_when(reminder, texts), *day_remarks(reminder, texts)]
    is_late = reminder.due_on < reminder.today
    parts.append(texts("reminder.next_step_late" if is_late else "reminder.next_step"))
    return " ".join(parts)


def _when(reminder: Reminder, texts: Texts) -> str:
    days = (reminder.due_on - reminder.today).days
    key = "reminder.coming" if days > 0 else "reminder.today" if days == 0 else "reminder.late"
    return texts(
        key,
        name=reminder.agreement_name,
        number=reminder.agreement_number,
        due=reminder.due,
        n=abs(days),
    )


def held_card(reminder: Reminder, texts: Texts) -> Message:
    """Say that the evaluation has been held; the buttons are gone."""
    said = _held_sentence(reminder, texts)
    return elements.message(said, [elements.paragraph(said)], texts)


def _held_sentence(reminder: Reminder, texts: Texts) -> str:
    """Say that it has been held; "" while it has not."""
    if reminder.held_on is None:
        return ""
    return texts(
        "reminder.held",
        name=reminder.agreement_name,
        number=reminder.agreement_number,
        due=reminder.due,
        day=reminder.held_on,
    )
