"""What a message's proof is called in words: the same on the card, in the list and in the sheet."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

from bot.reminders.proof import MessageProof, Recipient, Why, remedy, why
from bot.texts import Texts
from storage.models import OutboxState

_KINDS: Final = {"digest", "alarm", "greeting"}
_NOT_SENT: Final = {OutboxState.held, OutboxState.cancelled}


def subject(line: MessageProof, texts: Texts) -> str:
    """Say what it is about: *Utvärdering 2 (senast 29 oktober 2021)*, or which kind it is."""
    if line.kind in _KINDS:
        return texts(f"proof.kind.{line.kind}")
    if line.label is None:
        return texts("proof.kind.other")
    if line.due is None:
        return texts("proof.evaluation_gone", number=line.label)
    if line.number is None:
        return texts("proof.evaluation_extra", due=line.due)
    return texts("proof.evaluation", number=str(line.number), due=line.due)


def step(line: MessageProof, texts: Texts) -> str | None:
    """Say which step: *30 arbetsdagar före*; nothing for what has none."""
    if line.step is None:
        return None
    if line.step == 0:
        return texts("proof.step_on_the_day")
    return texts("proof.step_before" if line.step < 0 else "proof.step_after", n=abs(line.step))


def what(line: MessageProof, texts: Texts) -> str:
    """Say what it is about and which step."""
    return ", ".join(part for part in (subject(line, texts), step(line, texts)) if part)


def to_whom(line: MessageProof, texts: Texts) -> str:
    """Say to whom in words alone; a person who has no part in the agreement now by their id."""
    return texts(f"proof.to.{line.to}", recipient=line.recipient)


def state(line: MessageProof, texts: Texts) -> str:
    """Say the state in a word or two."""
    return texts(f"proof.state.{line.state}")


def reason(line: MessageProof, texts: Texts) -> str | None:
    """Say why it did not go, in plain words; a code that nobody knows is quoted.

    A message that still may go has no reason: what an alarm keeps there is none.
    """
    if line.reason is None or line.state not in _NOT_SENT:
        return None
    found = why(line.reason)
    if found is Why.other:
        return texts("proof.why.other", code=line.reason)
    if found is Why.not_wanted and line.held_on is not None:
        return texts("proof.why.held", day=line.held_on)
    return texts(f"proof.why.{found}")


def story(line: MessageProof, texts: Texts, zone: ZoneInfo) -> str:
    """Say what became of it, to stand after the state."""
    when = None if line.since is None else texts.moment(line.since, zone)
    match line.state:
        case OutboxState.planned:
            key = "proof.said.planned_again" if line.attempts else "proof.said.planned"
            return texts(key, moment=when or "")
        case OutboxState.sending | OutboxState.unknown:
            return texts(f"proof.said.{line.state}")
        case OutboxState.bundled:
            return texts("proof.said.bundled", moment=when) if when else texts("proof.said.waits")
        case OutboxState.held:
            return _held(line, when, texts)
        case OutboxState.cancelled:
            return reason(line, texts) or texts("proof.why.not_wanted")
        case _:
            return _sent(line, when or texts("word.missing"), texts)


def _sent(line: MessageProof, when: str, texts: Texts) -> str:
    return texts("proof.said.sent_bundled", moment=when) if line.is_bundled else when


def _held(line: MessageProof, when: str | None, texts: Texts) -> str:
    """Say why, since when, and what to do next."""
    because = reason(line, texts) or texts("proof.why.unknown")
    if when is not None:
        because = texts("proof.said.since", why=because, moment=when)
    next_step = texts(f"proof.remedy.{remedy(line.reason or '')}")
    return f"{because}. {next_step} {texts('proof.said.retry', id=str(line.retry_id))}"


def is_to_person(line: MessageProof) -> bool:
    """Say whether the recipient can be shown as a person of Slack's."""
    return line.to in {Recipient.coordinator, Recipient.deputy, Recipient.person}
