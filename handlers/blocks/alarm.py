"""What those who run the bot are told: what happened, what it means, and what to do."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

from bot.reminders.bundling import is_person
from bot.reminders.messenger import Alarm, Matter
from bot.reminders.proof import Why, remedy, why
from bot.texts import Texts
from handlers.blocks import elements
from handlers.blocks.elements import Block, Line, Message

_TITLES: Final = {
    Matter.held: "alarm.held_title",
    Matter.was_down: "alarm.was_down_title",
    Matter.readers: "alarm.readers_title",
}


def alarm_card(alarm: Alarm, texts: Texts, zone: ZoneInfo) -> Message:
    """Put an alarm into words; about a message that is held it offers what can be decided."""
    if alarm.is_settled and alarm.matter is not Matter.readers:
        key = "alarm.rerouted" if alarm.is_rerouted else "alarm.settled"
        said = texts(key, what=_what(alarm, texts), why=_why(alarm, texts))
        return elements.message(said, [elements.paragraph(said)], texts)
    said = _said(alarm, texts, zone)
    title = texts(_TITLES.get(alarm.matter, "alarm.title"))
    blocks: list[Block] = [elements.header(title), elements.paragraph(said)]
    if is_person(alarm.recipient):
        blocks.append(elements.lines([Line(texts("alarm.to"), "", (alarm.recipient,))]))
    if alarm.matter is Matter.held and alarm.row_id is not None:
        blocks.append(elements.actions(_choices(alarm, texts)))
    return elements.message(said, blocks, texts)


def _said(alarm: Alarm, texts: Texts, zone: ZoneInfo) -> str:
    match alarm.matter:
        case Matter.held:
            return _held(alarm, texts)
        case Matter.was_down:
            assert alarm.since is not None
            assert alarm.until is not None
            since, until = (texts.moment(each, zone) for each in (alarm.since, alarm.until))
            return texts("alarm.was_down", since=since, until=until, n=alarm.missed)
        case Matter.paused:
            assert alarm.since is not None
            return texts("alarm.paused", since=texts.moment(alarm.since, zone))
        case Matter.doubled:
            return texts("alarm.doubled", n=alarm.missed)
        case Matter.readers:
            return _readers(alarm, texts)
        case _:
            return texts(f"alarm.{alarm.matter}")


def _readers(alarm: Alarm, texts: Texts) -> str:
    name = alarm.agreement or texts("partner.nameless")
    if alarm.is_settled:
        return texts("alarm.readers_gone", name=name)
    money = texts("alarm.readers_money") if alarm.shows_funding else ""
    return " ".join(
        filter(None, (texts("alarm.readers", name=name), money, texts("alarm.readers_next")))
    )


def _held(alarm: Alarm, texts: Texts) -> str:
    key = "alarm.unsure" if alarm.is_unsure else "alarm.held"
    said = texts(key, what=_what(alarm, texts), why=_why(alarm, texts))
    next_step = "alarm.unsure_next" if alarm.is_unsure else f"proof.remedy.{remedy(alarm.code)}"
    return f"{said} {texts(next_step)}"


def _why(alarm: Alarm, texts: Texts) -> str:
    found = why(alarm.code)
    if found is Why.other:
        return texts("proof.why.other", code=alarm.code)
    return texts(f"proof.why.{found}")


def _what(alarm: Alarm, texts: Texts) -> str:
    """Name the message that it is about."""
    reminder = alarm.reminder
    if alarm.greeted is not None:
        return texts("alarm.about_greeting", name=alarm.greeted)
    if reminder is None:
        return texts("alarm.about_several", n=alarm.missed)
    return texts(
        "alarm.about_partner" if alarm.to_partners else "alarm.about_one",
        name=reminder.agreement_name,
        number=reminder.agreement_number,
        due=reminder.due,
    )


def _choices(alarm: Alarm, texts: Texts) -> list[Block]:
    value = f"{alarm.row_id}:{alarm.fence}"
    again = elements.button(texts("button.send_again"), "send_again", value)
    if not alarm.is_unsure:
        return [again]
    return [elements.button(texts("button.it_arrived"), "it_arrived", value), again]
