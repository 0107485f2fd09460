"""The cards of *lista*, *kommande* and *försenat*, and of a choice between agreements."""

from __future__ import annotations

from bot.overviews import AgreementList, EventLine, ListLine, Overview
from bot.searching import Found
from bot.texts import Texts
from handlers.blocks import elements
from handlers.blocks.elements import Block, Line, Message

_CHOICES = 10


def list_card(listing: AgreementList, texts: Texts) -> Message:
    """Show one page of the register, each agreement with a way to its status."""
    title = texts("list.title", n=listing.total)
    if listing.filter:
        title = texts("list.title_filtered", n=listing.total, filter=listing.filter)
    if not listing.lines:
        return elements.message(f"{title}.", [elements.paragraph(f"{title}.")], texts)
    blocks: list[Block] = [elements.header(title)]
    for line in listing.lines:
        section = elements.paragraph(_agreement(line, texts))
        action = f"show_status:{line.id}"
        section["accessory"] = elements.button(texts("button.status"), action, str(line.id))
        blocks.append(section)
    if listing.next_offset is not None:
        label = texts("button.more", n=listing.total - listing.next_offset)
        value = f"{listing.next_offset}:{listing.filter}"
        blocks.append(elements.actions([elements.button(label, "more", value)]))
    text = [title + "."] + [
        f"{_agreement(each, texts)}.".replace("\n", ", ") for each in listing.lines
    ]
    return elements.message(" ".join(text), blocks, texts)


def _agreement(line: ListLine, texts: Texts) -> str:
    parts = [texts(f"standing.{line.standing}")]
    if line.open_ended:
        parts.append(texts("term.open_ended"))
    elif line.runs_until is not None:
        key = "list.until_estimated" if line.is_estimated else "list.until"
        parts.append(texts(key, day=line.runs_until))
    if line.board is not None:
        parts.append(line.board)
    if line.coordinator is None:
        parts.append(texts("list.no_coordinator"))
    return f"{line.name} ({line.number})\n" + " · ".join(parts)


def overview_card(overview: Overview, texts: Texts) -> Message:
    """Show what is coming or late, day by day."""
    ahead = overview.months is not None
    key = "upcoming" if ahead else "overdue"
    if not overview.lines:
        title = texts(f"{key}.nothing", n=overview.months or 0)
        return elements.message(title, [elements.paragraph(title)], texts)
    title = texts(f"{key}.title", n=overview.months or 0)
    lines = [_event(line, overview, texts) for line in overview.lines]
    blocks: list[Block] = [elements.header(title)]
    blocks += [elements.lines(lines[at : at + 20]) for at in range(0, len(lines), 20)]
    if overview.cut:
        blocks.append(elements.note(texts("list.first_only", n=len(lines))))
    said = [f"{line.label}: {line.said}." for line in lines]
    return elements.message(f"{title}. {' '.join(said)}", blocks, texts)


def _event(line: EventLine, overview: Overview, texts: Texts) -> Line:
    key = "event.end_estimated" if line.kind == "end" and line.what else f"event.{line.kind}"
    what = texts(
        key,
        name=line.name,
        number=line.number,
        what=line.what or "",
        amount=texts.kronor(line.amount_ore),
    )
    if overview.months is None:
        days = (overview.today - line.when.last_day).days
        what = f"{what} ({texts('overdue.days', n=days)})"
    return Line(texts.show(line.when), what)


def choice_card(
    found: Found, command: str, year: int | None, texts: Texts, *, was_named: bool
) -> Message:
    """Let the person choose among several, or offer what is nearest; nothing is guessed."""
    several = "choice.several" if was_named else "choice.here"
    title = texts("choice.nearest" if found.nearest else several, n=len(found.hits))
    shown = found.hits[:_CHOICES]
    buttons = [
        elements.button(
            f"{hit.name} ({hit.number})",
            f"choose:{place}",
            f"{command}:{hit.id}:{year or ''}",
        )
        for place, hit in enumerate(shown)
    ]
    blocks = [elements.paragraph(title), elements.actions(buttons)]
    if len(found.hits) > len(shown):
        blocks.append(elements.note(texts("choice.more", n=len(found.hits) - len(shown))))
    names = texts.several([f"{hit.name} ({hit.number})" for hit in shown])
    return elements.message(f"{title} {names}.", blocks, texts)
