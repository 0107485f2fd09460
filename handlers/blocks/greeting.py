"""The first message in a channel that has been linked: what is shown here, and whom to ask."""

from __future__ import annotations

from bot.reminders.messenger import Greeting
from bot.texts import Texts
from handlers.blocks import elements
from handlers.blocks.elements import Line, Message
from handlers.blocks.partner_reminder import status_button


def greeting_card(greeting: Greeting, texts: Texts) -> Message:
    """Say it in one message, for people who have never heard of the bot."""
    opening, shown = _opening(greeting, texts), _shown(greeting, texts)
    ask = texts("channel.greeting_ask")
    owner = _owner(greeting, texts)
    blocks = [
        elements.header(texts("channel.greeting_title")),
        *(elements.paragraph(each) for each in (opening, shown, ask)),
        elements.lines([owner]),
        elements.actions([status_button(greeting.agreement_id, texts)]),
    ]
    said = [opening, shown, ask]
    if owner.said:
        said.append(elements.sentence(owner.label, owner.said))
    return elements.message(" ".join(said), blocks, texts)


def _opening(greeting: Greeting, texts: Texts) -> str:
    if greeting.agreement_name is None:
        return texts("channel.greeting_nameless")
    return texts("channel.greeting", name=greeting.agreement_name)


def _shown(greeting: Greeting, texts: Texts) -> str:
    """Say what anybody here may see, and what nobody may."""
    view = "sheltered" if greeting.is_sheltered else "view"
    money = "money" if greeting.shows_funding else "no_money"
    return f"{texts(f'channel.greeting_{view}')} {texts(f'channel.greeting_{money}')}"


def _owner(greeting: Greeting, texts: Texts) -> Line:
    label = texts("channel.greeting_owner")
    if greeting.is_sheltered:
        return Line(label, texts("channel.greeting_owner_sheltered"))
    if greeting.coordinator is None:
        return Line(label, texts("channel.greeting_owner_none"))
    return Line(label, "", (greeting.coordinator,))
