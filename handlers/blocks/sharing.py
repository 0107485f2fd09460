"""The button *Dela i kanalen*, and the question behind it: who can read it there."""

from __future__ import annotations

from bot.access import Audience
from bot.linking import seal_of
from bot.sharing import Extent
from bot.texts import Texts
from handlers.blocks import elements
from handlers.blocks.elements import Block, Message
from handlers.blocks.linking import readers_lines


def share_button(value: str, texts: Texts) -> Block:
    """Make the button that asks about sharing what ``value`` names."""
    return elements.button(texts("share.button"), "share", value)


def share_card(value: str, audience: Audience, extent: Extent, texts: Texts) -> Message:
    """Say who can read the channel and how much they will see, and ask."""
    lines = readers_lines(audience, texts)
    said = texts(f"share.{extent}")
    yes = elements.button(
        texts("share.yes"), "share_now", f"{value}:{seal_of(audience)}", primary=True
    )
    blocks = [
        elements.header(texts("share.title")),
        elements.lines(lines),
        elements.paragraph(said),
        elements.actions([yes]),
    ]
    readers = " ".join(elements.sentence(line.label, line.said) for line in lines)
    return elements.message(f"{texts('share.title')} {readers} {said}", blocks, texts)
