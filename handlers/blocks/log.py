"""The card of *logg*: who did what with an agreement, the newest first."""

from __future__ import annotations

from bot import log_words
from bot.log import AgreementLog, Entry
from bot.log_words import Told
from bot.texts import Texts
from handlers.blocks import elements
from handlers.blocks.elements import Block, Line, Message

_CHANGES = 8
"""Changes of one entry that are shown; a new agreement has some twenty."""
_ROOM = elements.MOST_CHARACTERS - 500  # beside the title, the note and the buttons


def log_card(log: AgreementLog, texts: Texts) -> Message:
    """Show as many entries as there is room for, and a way to the older ones."""
    title = texts("log.title", name=log.name)
    blocks = [elements.header(title), elements.note(texts("status.number", number=log.number))]
    shown = _shown(log, texts)
    blocks += [block for _, block in shown] or [elements.paragraph(texts("log.none"))]
    blocks.append(elements.actions(_buttons(log, [entry for entry, _ in shown], texts)))
    said = [_sentence(entry, log, texts) for entry, _ in shown] or [texts("log.none")]
    return elements.message(" ".join([f"{title}.", *said]), blocks, texts)


def _shown(log: AgreementLog, texts: Texts) -> list[tuple[Entry, Block]]:
    """Choose what fits; the first always does."""
    room, shown = _ROOM, list[tuple[Entry, Block]]()
    for entry in log.entries:
        block = elements.lines(_lines(entry, log, texts))
        room -= elements.characters(block)
        if room < 0 and shown:
            break
        shown.append((entry, block))
    return shown


def _buttons(log: AgreementLog, shown: list[Entry], texts: Texts) -> list[Block]:
    buttons = [elements.button(texts("button.status"), "show_status", str(log.agreement_id))]
    if shown and (log.has_older or len(shown) < len(log.entries)):
        value = f"log:{log.agreement_id}:{shown[-1].id}"
        buttons.insert(0, elements.button(texts("button.older"), "choose", value))
    return buttons


def _lines(entry: Entry, log: AgreementLog, texts: Texts) -> list[Line]:
    """Say one entry: when, what, by whom, and under it what changed."""
    whom = log_words.subject_people(entry)
    people = (entry.slack_id,) if entry.slack_id else ()
    said = f"{log_words.what(entry, texts)}, {log_words.who(entry, texts)}"
    lines = [Line(texts.moment(entry.at, log.zone), said, (*people, *whom))]
    told = log_words.changes(entry, texts, log.zone)
    lines += [_change(each) for each in told[:_CHANGES]]
    if len(told) > _CHANGES:
        lines.append(Line("•", texts("word.and_more", n=len(told) - _CHANGES)))
    return lines


def _change(told: Told) -> Line:
    return Line(f"• {told.label}", told.said, told.people)


def _sentence(entry: Entry, log: AgreementLog, texts: Texts) -> str:
    """Say one entry without people's ids."""
    said = f"{log_words.what(entry, texts)}, {log_words.who(entry, texts)}"
    return elements.sentence(texts.moment(entry.at, log.zone), said)
