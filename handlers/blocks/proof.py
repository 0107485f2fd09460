"""The card of *påminnelser*: what was sent about an agreement, and what became of it."""

from __future__ import annotations

from bot.reminders import proof_words
from bot.reminders.proof import AgreementProof, MessageProof
from bot.texts import Texts
from handlers.blocks import elements
from handlers.blocks.elements import Block, Line, Message
from storage.models import OutboxState

_ROOM = elements.LONGEST_TEXT - 50  # characters, beside how many more there are
_COUNTED = {
    "held": (OutboxState.held,),
    "sent": (OutboxState.sent, OutboxState.bundled),
    "under_way": (OutboxState.sending, OutboxState.unknown),
    "planned": (OutboxState.planned,),
    "cancelled": (OutboxState.cancelled,),
}


def proof_card(proof: AgreementProof, texts: Texts) -> Message:
    """Show the messages about an agreement; what failed for good stands first."""
    button = elements.button(texts("button.status"), "show_status", str(proof.agreement_id))
    summary = _summary(proof, texts)
    number = texts("status.number", number=proof.number)
    blocks = [
        elements.header(texts("proof.title", name=proof.name)),
        elements.note(" · ".join(part for part in (number, summary) if part)),
        *_body(proof, texts),
    ]
    if proof.left_out:
        blocks.append(elements.note(texts("word.and_more", n=proof.left_out)))
    blocks.append(elements.actions([button]))
    return elements.message(_text(proof, summary, texts), blocks, texts)


def _text(proof: AgreementProof, summary: str, texts: Texts) -> str:
    """Say the card in sentences: as many messages as have room, and how many there are beside."""
    opening = texts("proof.sentence", name=proof.name, number=proof.number)
    said = [opening, f"{summary}." if summary else _none(proof, texts)]
    room = _ROOM - sum(len(elements.escape(each)) for each in said)
    told = 0
    for line in proof.lines:
        sentences = _sentences(line, proof, texts)
        room -= len(elements.escape(sentences)) + 1
        if room < 0:
            break
        said.append(sentences)
        told += 1
    if told < proof.total:
        said.append(texts("proof.and_more", n=proof.total - told))
    return " ".join(said)


def _summary(proof: AgreementProof, texts: Texts) -> str:
    """Count them by what became of them; nothing where there are none."""
    counts = {
        name: sum(proof.counts.get(state, 0) for state in _COUNTED[name]) for name in _COUNTED
    }
    said = [texts(f"proof.count.{name}", n=number) for name, number in counts.items() if number]
    return texts.several(said).capitalize() if said else ""


def _body(proof: AgreementProof, texts: Texts) -> list[Block]:
    if not proof.lines:
        return [elements.paragraph(_none(proof, texts))]
    return [elements.lines(_lines(line, proof, texts)) for line in proof.lines]


def _none(proof: AgreementProof, texts: Texts) -> str:
    return texts(f"proof.none.{proof.none_because}")


def _lines(line: MessageProof, proof: AgreementProof, texts: Texts) -> list[Line]:
    """Say one message: what to whom, its state, and whether it has been acknowledged."""
    is_person = proof_words.is_to_person(line)
    to_whom = texts("proof.to_people") if is_person else proof_words.to_whom(line, texts)
    people = (line.recipient,) if is_person else ()
    lines = [
        Line(proof_words.what(line, texts), to_whom, people),
        Line(proof_words.state(line, texts), proof_words.story(line, texts, proof.zone)),
    ]
    if line.is_acknowledged:
        day, by = texts.show(line.held_on), (line.held_by,) if line.held_by else ()
        held = texts("proof.held_by", day=day) if by else day
        lines.append(Line(texts("proof.acknowledged"), held, by))
    return lines


def _sentences(line: MessageProof, proof: AgreementProof, texts: Texts) -> str:
    """Say the same without people's ids where their part in the agreement can be said."""
    state, story = (
        proof_words.state(line, texts),
        proof_words.story(line, texts, proof.zone),
    )
    said = [
        f"{proof_words.what(line, texts)}, {proof_words.to_whom(line, texts)}.",
        elements.sentence(state, story),
    ]
    if line.is_acknowledged:
        said.append(elements.sentence(texts("proof.acknowledged"), texts.show(line.held_on)))
    return " ".join(said)
