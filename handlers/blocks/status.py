"""The card of *status*: what matters first, what is missing said plainly."""

from __future__ import annotations

from datetime import date
from functools import cache

from bot.agreements import AgreementStatus, EvaluationLine, PartyLine, Standing
from bot.funding import Amount, Figures
from bot.money import share_bar
from bot.partners import PartnerView
from bot.reminders.messenger import PartnerReminder, Reminder
from bot.texts import Texts
from bot.working_days import Closed, holidays_of
from handlers.blocks import elements
from handlers.blocks.elements import Block, Line, Message


def status_card(status: AgreementStatus, texts: Texts) -> Message:
    """Show how an agreement stands, with what can be done next as buttons."""
    said = _said(status, texts)
    left, missing = said["remaining"], _missing_lines(status, texts)
    shown = [
        said["next_evaluation"],
        said["last_evaluation"],
        Line(left.label, left.said + used_bar(status.figures, texts)),
        said["term"],
        _coordinator_line(status, texts),
        said["parties"],
        said["commitments"],
        *_decision_lines(status, texts),
        *missing,
    ]
    blocks = [
        elements.header(status.name),
        elements.note(" · ".join(_identity(status, texts))),
        elements.lines(shown),
        elements.actions(_buttons(status, texts)),
    ]
    sentences = _sentences(status, [*said.values(), *missing], texts)
    return elements.message(sentences, blocks, texts)


def _said(status: AgreementStatus, texts: Texts) -> dict[str, Line]:
    """Say once what both the card and the sentences beside it tell."""
    lines = {
        "term": term_said(status, texts),
        "next_evaluation": next_said(status, texts),
        "last_evaluation": _last(status, texts),
        "remaining": remaining(status.figures, texts),
        "parties": _parties(status, texts),
        "commitments": _commitments(status, texts),
    }
    return {name: Line(_label(name, texts.language), said) for name, said in lines.items()}


@cache
def _label(name: str, language: str) -> str:
    return Texts(language)(f"status.{name}")


def _sentences(status: AgreementStatus, lines: list[Line], texts: Texts) -> str:
    """Say the same as the card in whole sentences, for a phone's screen and a screen reader."""
    opening = texts(
        "status.sentence",
        name=status.name,
        number=status.number,
        standing=texts(f"standing.{status.standing}"),
    )
    return " ".join([opening, *[elements.sentence(label, said) for label, said, _ in lines]])


def _identity(status: AgreementStatus, texts: Texts) -> list[str]:
    registry = status.registry_number
    return [
        texts(f"standing.{status.standing}"),
        texts("status.number", number=status.number),
        texts("status.registry_number", number=registry)
        if registry
        else texts("status.registry_number_missing"),
    ]


def next_said(status: AgreementStatus | PartnerView, texts: Texts) -> str:
    """Say when the next evaluation is due, and what is to be known of that day."""
    line = status.next_evaluation
    if line is None:
        return _none_planned(status, texts)
    days = (line.due_on - status.today).days
    if days < 0:
        said = texts("evaluation.late", due=line.due, n=-days)
    elif days == 0:
        said = texts("evaluation.today", due=line.due)
    else:
        said = texts("evaluation.due", due=line.due, n=days)
    return " ".join([said, *_remarks(status, line, texts)])


def _remarks(
    status: AgreementStatus | PartnerView, line: EvaluationLine, texts: Texts
) -> list[str]:
    remarks = day_remarks(line, texts)
    if line.is_planned and status.anchor is not None and status.anchor.source != "starts":
        remarks.append(texts(f"evaluation.counted_from_{status.anchor.source}"))
    if line.is_planned and status.evaluations_assumed:
        remarks.append(texts("evaluation.twice_assumed"))
    return remarks


def day_remarks(told: EvaluationLine | Reminder | PartnerReminder, texts: Texts) -> list[str]:
    """Say which day has been booked, and from which day it was moved and why."""
    remarks = []
    if told.booked_on is not None:
        remarks.append(texts("evaluation.booked", day=told.booked_on))
    if told.agreed_on is not None and told.moved is not None:
        why = _why_closed(told.moved, told.agreed_on, texts)
        remarks.append(texts("evaluation.moved", day=told.agreed_on, why=why))
    return remarks


def _why_closed(closed: Closed, day: date, texts: Texts) -> str:
    if closed.kind != "holiday":
        return closed.name or texts(f"closed.{closed.kind}")
    name = holidays_of(day.year, texts.language)[day]
    return name.lower() if texts.language == "sv" else name


def _none_planned(status: AgreementStatus | PartnerView, texts: Texts) -> str:
    if status.standing is Standing.ended:
        return texts("evaluation.ended")
    if status.evaluations_per_year == 0:
        return texts("evaluation.none_agreed")
    if status.anchor is None:
        return texts("evaluation.no_anchor", n=status.evaluations_per_year)
    return texts("evaluation.none_left")


def _last(status: AgreementStatus, texts: Texts) -> str:
    line, before = status.last_evaluation, status.evaluations_before_register
    unheard = texts("evaluation.before_register", n=before) if before else ""
    if line is None:
        return unheard or texts("word.missing")
    said = texts("evaluation.held", day=line.held_on)
    if line.outcome:
        said = texts("evaluation.outcome", said=said, outcome=line.outcome)
    return f"{said} {unheard}" if unheard else said


def remaining(figures: Figures, texts: Texts) -> str:
    """Say what remains of the money; unknown is said to be unknown."""
    left = figures.remaining_ore
    if figures.is_without_money:
        return texts("funding.no_money")
    if figures.preliminary.rows and not figures.decided.rows and not figures.paid_ore:
        return texts("funding.only_preliminary", amount=amount(figures.preliminary, texts))
    if left is None:
        return texts("funding.unknown")
    said = texts(
        "funding.remaining_of", left=texts.kronor(left), of=texts.kronor(figures.decided.ore)
    )
    if figures.decided.unknown:
        said += " " + texts("funding.part_unknown", n=figures.decided.unknown)
    return said


def used_bar(figures: Figures, texts: Texts) -> str:
    """Draw how much of the decided money is paid, to stand after what remains; "" if unknown."""
    used, whole = figures.paid_ore, figures.decided.ore
    if whole <= 0 or figures.remaining_ore is None:
        return ""
    share = texts("funding.used", percent=round(100 * used / whole))
    return f" {share_bar(max(used, 0), whole)} {share}"


def amount(sum_: Amount, texts: Texts) -> str:
    """Say a sum: known, known in part, unknown, or that there is no such money."""
    if not sum_.rows:
        return texts("funding.none")
    if not sum_.is_known:
        return texts("word.missing")
    said = texts.kronor(sum_.ore)
    if sum_.unknown:
        said += " " + texts("funding.part_unknown", n=sum_.unknown)
    return said


def term_said(status: AgreementStatus | PartnerView, texts: Texts) -> str:
    """Say from when until when it runs, and what is left."""
    starts_on = status.term.starts_on
    start = texts.show(starts_on) if starts_on else texts("term.start_unknown")
    last = _end(status, texts)
    said = texts("term.from_to", start=start, end=last)
    if status.days_left is not None:
        key = "term.days_left" if status.days_left >= 0 else "term.days_since"
        said += " " + texts(key, n=abs(status.days_left))
    if status.notice_on is not None:
        said += " " + texts("term.notice", day=status.notice_on, n=status.notice_months)
    return said


def _end(status: AgreementStatus | PartnerView, texts: Texts) -> str:
    match status.end.kind:
        case "known":
            return str(texts.show(status.term.ends_on))
        case "estimated":
            return texts("term.estimated", day=status.end.day, n=status.term.term_months)
        case "open":
            return texts("term.open_ended")
        case _:
            return texts("term.end_unknown")


def _coordinator_line(status: AgreementStatus, texts: Texts) -> Line:
    people = tuple(person for person in (status.coordinator, status.deputy) if person)
    if status.coordinator is None:
        said = texts("word.missing") + (f". {texts('status.deputy')}" if people else "")
        return Line(texts("status.coordinator"), said, people)
    label = "status.coordinator_and_deputy" if status.deputy else "status.coordinator"
    return Line(texts(label), "", people)


def _parties(status: AgreementStatus, texts: Texts) -> str:
    parties = [party for party in status.parties if not party.is_member]
    members = len(status.parties) - len(parties)
    if not parties:
        return texts("word.missing")
    said = texts.several([_party(party, texts) for party in parties])
    return f"{said} {texts('party.members', n=members)}" if members else said


def _party(party: PartyLine, texts: Texts) -> str:
    remarks = [texts(f"party.role.{party.role}")]
    if party.coordinating:
        remarks.append(texts("party.coordinating"))
    if party.joined_on is not None:
        remarks.append(texts("party.joined", day=party.joined_on))
    if party.left_on is not None:
        remarks.append(texts("party.left", day=party.left_on))
    return f"{party.organisation} ({', '.join(remarks)})"


def _commitments(status: AgreementStatus, texts: Texts) -> str:
    if not status.commitments_open:
        return texts("commitments.none_open")
    said = texts("commitments.open", n=status.commitments_open)
    if status.commitments_late:
        said += " " + texts("commitments.late", n=status.commitments_late)
    return said


def _decision_lines(status: AgreementStatus, texts: Texts) -> list[Line]:
    lines = []
    decided = [texts.show(day) for day in (status.decided_on,) if day]
    decided += [by for by in (status.decided_by,) if by]
    if decided:
        lines.append(Line(texts("status.decided"), ", ".join(decided)))
    if status.signed_on is not None:
        lines.append(Line(texts("status.signed"), texts.show(status.signed_on)))
    if status.responsible_board is not None:
        lines.append(Line(texts("status.board"), status.responsible_board))
    return lines


def _missing_lines(status: AgreementStatus, texts: Texts) -> list[Line]:
    if not status.missing:
        return []
    names = [texts(f"missing.{name}") for name in status.missing]
    return [Line(texts("word.missing_title"), texts.several(names))]


def _buttons(status: AgreementStatus, texts: Texts) -> list[Block]:
    buttons = [
        elements.button(texts("button.funding"), "show_funding", f"{status.id}"),
        elements.button(texts("button.contacts"), "show_contacts", f"{status.id}"),
    ]
    line = status.next_evaluation
    if line is not None and status.may_hold_evaluation:
        buttons.insert(0, held_button(line.id, line.revision, texts.show(line.due), texts))
    return buttons


def held_button(
    evaluation_id: int, revision: int, due: str, texts: Texts, *, among: bool = False
) -> Block:
    """Make the button that marks an evaluation as held, with a question that says what happens.

    ``among``: one of several in a message, where no two may be named the same.
    """
    return elements.button(
        texts("button.held"),
        f"hold_evaluation:{evaluation_id}" if among else "hold_evaluation",
        f"{evaluation_id}:{revision}",
        primary=True,
        confirm=elements.confirm(
            title=texts("button.held_title"),
            text=texts("button.held_question", due=due),
            yes=texts("button.held"),
            no=texts("button.back"),
        ),
    )
