"""The cards that an association gets of its own agreement: status, money, contacts, help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.funding import Ledger
from bot.partners import CommitmentLine, ContactLine, KeyFigureLine, PartnerView, Promises
from bot.phones import as_written
from bot.searching import Hit
from bot.texts import Texts
from handlers.blocks import elements
from handlers.blocks.elements import Block, Line, Message
from handlers.blocks.funding import funding_card, rows_card
from handlers.blocks.status import next_said, term_said

_MOST_FIGURES = 10
_MOST_CHOICES = 10


@dataclass(frozen=True, slots=True)
class _Titled:
    """What the cards of money ask of an agreement, as a partner may see it."""

    id: int
    name: str
    number: str
    today: date


def _title(view: PartnerView, texts: Texts) -> str:
    return view.name or texts("partner.nameless")


def partner_card(view: PartnerView, texts: Texts) -> Message:
    """Show a partner how their agreement stands: dates, and what both sides have promised."""
    title = _title(view, texts)
    lines = [
        Line(texts("status.next_evaluation"), next_said(view, texts)),
        Line(texts("status.term"), term_said(view, texts)),
        *_hidden(view, texts),
    ]
    blocks = [
        elements.header(title),
        elements.note(texts(f"standing.{view.standing}")),
        elements.lines(lines),
        *_promised(view.promises, texts),
        *_counted(view.key_figures, texts),
        elements.actions(_buttons(view, texts)),
    ]
    return elements.message(_sentences(view, title, lines, texts), blocks, texts)


def _sentences(view: PartnerView, title: str, lines: Sequence[Line], texts: Texts) -> str:
    said = [texts("partner.sentence", name=title, standing=texts(f"standing.{view.standing}"))]
    said += [elements.sentence(line.label, line.said) for line in lines]
    for one in view.promises:
        promises = "; ".join(_promise(line, texts) for line in one.lines)
        said.append(elements.sentence(texts("partner.promises", name=one.organisation), promises))
    figures = view.key_figures[:_MOST_FIGURES]
    said += [elements.sentence(line.name, _value(line, texts)) for line in figures]
    return " ".join(said)


def _hidden(view: PartnerView, texts: Texts) -> list[Line]:
    """Say of protected details what is not shown, so that its absence misleads nobody."""
    if not view.is_sheltered:
        return []
    counted = "commitments.open" if view.promises_open else "commitments.none_open"
    return [
        Line(texts("status.commitments"), texts(counted, n=view.promises_open)),
        Line(texts("partner.sheltered_title"), texts("partner.sheltered")),
    ]


def _promised(promises: Sequence[Promises], texts: Texts) -> list[Block]:
    blocks: list[Block] = []
    for one in promises:
        blocks.append(elements.paragraph(texts("partner.promises", name=one.organisation)))
        blocks.append(elements.bullets([_promise(line, texts) for line in one.lines], texts))
    return blocks


def _promise(line: CommitmentLine, texts: Texts) -> str:
    remarks = []
    if line.recurs is not None:
        remarks.append(texts(f"partner.recurs.{line.recurs}"))
    if line.done_on is not None:
        remarks.append(texts("partner.done", day=line.done_on))
    elif line.due_on is not None:
        remarks.append(texts("partner.due", day=line.due_on))
    return f"{line.promise} ({', '.join(remarks)})" if remarks else line.promise


def _counted(figures: Sequence[KeyFigureLine], texts: Texts) -> list[Block]:
    if not figures:
        return []
    shown = [Line(line.name, _value(line, texts)) for line in figures[:_MOST_FIGURES]]
    blocks = [elements.paragraph(texts("partner.key_figures")), elements.lines(shown)]
    if len(figures) > len(shown):
        blocks.append(elements.note(texts("word.and_more", n=len(figures) - len(shown))))
    return blocks


def _value(line: KeyFigureLine, texts: Texts) -> str:
    value = texts.number(line.value)
    amount = f"{value} {line.unit}" if line.unit else value
    return texts("partner.key_figure", value=amount, since=line.from_on, until=line.to_on)


def _buttons(view: PartnerView, texts: Texts) -> list[Block]:
    buttons = []
    if view.shows_funding:
        buttons.append(elements.button(texts("button.funding"), "show_funding", f"{view.id}"))
    if not view.is_sheltered:
        buttons.append(elements.button(texts("button.contacts"), "show_contacts", f"{view.id}"))
    return buttons or [elements.button(texts("button.status"), "show_status", f"{view.id}")]


def partner_funding_card(
    view: PartnerView, money: Ledger, year: int | None, texts: Texts
) -> Message:
    """Show a partner the money of their agreement."""
    return funding_card(_titled(view, texts), money, year, texts)


def partner_rows_card(view: PartnerView, money: Ledger, year: int | None, texts: Texts) -> Message:
    """Show a partner the rows behind those figures."""
    return rows_card(_titled(view, texts), money, year, texts)


def _titled(view: PartnerView, texts: Texts) -> _Titled:
    return _Titled(view.id, _title(view, texts), view.number or "–", view.today)


def partner_contacts_card(
    view: PartnerView, parties: Sequence[tuple[str, Sequence[ContactLine]]], texts: Texts
) -> Message:
    """Show a partner whom to call, party by party."""
    title = texts("contacts.title", name=_title(view, texts))
    blocks = [elements.header(title)]
    said = [f"{title}."]
    for organisation, people in parties:
        lines = [Line(one.name, _address(one, texts)) for one in people]
        blocks.append(elements.lines([Line(organisation), *lines]))
        people_said = "; ".join(f"{line.label}: {line.said}" for line in lines)
        said.append(elements.sentence(organisation, people_said))
    if not parties:
        blocks.append(elements.paragraph(texts("partner.no_contacts")))
        said.append(texts("partner.no_contacts"))
    return elements.message(" ".join(said), blocks, texts)


def _address(one: ContactLine, texts: Texts) -> str:
    parts = [one.title or texts("contacts.no_title")]
    parts += [as_written(one.phone)] if one.phone else []
    parts += [one.email] if one.email else []
    if not one.phone and not one.email:
        parts.append(texts("contacts.no_address"))
    return ", ".join(parts)


def partner_choice_card(hits: Sequence[Hit], word: str, texts: Texts) -> Message:
    """Let a partner choose among the agreements they may see; nothing is guessed."""
    title = texts("partner.choose", n=len(hits))
    blocks = [elements.paragraph(title), *_choices(hits, word, texts)]
    names = texts.several([_label(hit, place, texts) for place, hit in enumerate(hits, 1)])
    return elements.message(f"{title} {names}.", blocks, texts)


def partner_help_card(hits: Sequence[Hit], texts: Texts) -> Message:
    """Say what a partner may ask, and offer each agreement's status as a button."""
    lines = [
        Line(texts(f"partner.help.{word}.usage"), texts(f"partner.help.{word}"))
        for word in ("status", "funding", "contacts", "help")
    ]
    intro = texts("partner.help.intro")
    blocks = [elements.header(texts("help.title")), elements.paragraph(intro)]
    blocks += [elements.lines(lines), *_choices(hits, "status", texts)]
    said = " ".join(elements.sentence(line.label, line.said) for line in lines)
    return elements.message(f"{intro} {said}", blocks, texts)


def _choices(hits: Sequence[Hit], word: str, texts: Texts) -> list[Block]:
    if len(hits) == 1:
        only = elements.button(texts("partner.show"), "show_status", f"{hits[0].id}")
        return [elements.actions([only])]
    buttons = [
        elements.button(_label(hit, place, texts), f"choose:{place}", f"{word}:{hit.id}:")
        for place, hit in enumerate(hits[:_MOST_CHOICES], 1)
    ]
    return [elements.actions(buttons)] if buttons else []


def _label(hit: Hit, place: int, texts: Texts) -> str:
    return f"{hit.name} ({hit.number})" if hit.name else f"{texts('partner.nameless')} {place}"
