"""The questions before a channel is linked, and before it is linked no more."""

from __future__ import annotations

from collections.abc import Sequence

from bot.access import Audience
from bot.linking import Offer
from bot.texts import Texts
from handlers.blocks import elements
from handlers.blocks.elements import Line, Message

_MOST_NAMED = 20


def link_card(offer: Offer, texts: Texts) -> Message:
    """Show who reads the channel and what they will see, and ask whether to link it."""
    title = texts("link.confirm_title" if offer.is_linked_here else "link.title", name=offer.name)
    readers, seen = readers_lines(offer.audience, texts), _seen(offer, texts)
    label = texts("link.confirm_button" if offer.is_linked_here else "link.button")
    value = f"{offer.agreement_id}:{offer.revision}:{offer.seal}"
    blocks = [
        elements.header(title),
        elements.lines(readers),
        elements.paragraph(texts("link.will_see")),
        elements.bullets(seen, texts),
        elements.actions([elements.button(label, "link", value, primary=True)]),
    ]
    said = [title, *(elements.sentence(line.label, line.said) for line in readers)]
    said += [texts("link.will_see"), *seen]
    return elements.message(" ".join(said), blocks, texts)


def readers_lines(audience: Audience, texts: Texts) -> list[Line]:
    """Say who reads a channel: how many colleagues, which guests and people from outside."""
    if not audience.people_known:
        return [Line(texts("link.readers"), texts("link.readers_unknown"))]
    lines = [Line(texts("link.members"), texts("link.n_members", n=len(audience.members)))]
    for key, people in (("guests", audience.guests), ("outsiders", audience.outsiders)):
        if people:
            said = texts(f"link.n_{key}", n=len(people))
            lines.append(Line(texts(f"link.{key}"), said, people[:_MOST_NAMED]))
    if audience.organisations:
        said = texts("link.n_organisations", n=len(audience.organisations))
        lines.append(Line(texts("link.organisations"), said))
    return lines


def _seen(offer: Offer, texts: Texts) -> list[str]:
    key = "sheltered" if offer.is_sheltered else "open"
    seen = [texts(f"link.sees_{key}")]
    seen.append(texts("link.sees_funding" if offer.shows_funding else "link.sees_no_funding"))
    seen.append(texts("link.sees_never"))
    if offer.is_linked_elsewhere:
        seen.append(texts("link.moves"))
    return seen


def unlink_card(offers: Sequence[Offer], texts: Texts) -> Message:
    """Ask whether the channel is to be linked no more, agreement by agreement."""
    title = texts("link.away_title")
    blocks = [elements.paragraph(title)]
    for place, offer in enumerate(offers[:20]):
        button = elements.button(
            texts("link.away_button"),
            f"unlink:{place}",
            f"{offer.agreement_id}:{offer.revision}",
            confirm=elements.confirm(
                title=texts("link.away_button"),
                text=texts("link.away_question", name=offer.name),
                yes=texts("link.away_button"),
                no=texts("button.back"),
            ),
        )
        blocks.append(elements.paragraph_with_button(offer.name, button))
    names = texts.several([offer.name for offer in offers])
    return elements.message(f"{title} {names}.", blocks, texts)
