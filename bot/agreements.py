"""Agreements: finding the one that is meant, and everything a status answer tells of it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from bot import funding
from bot.access import Actor, Permission, Subject, may, require
from bot.errors import NotAllowed, NotFound
from bot.folding import fold
from bot.office import Office
from bot.periods import Anchor, End, Term
from bot.searching import LONGEST, Found, Hit, find, find_named
from bot.working_days import Closed
from storage import agreements as storage
from storage.models import PartyRole
from storage.rows import AnyRow, Rows
from storage.types import PartialDate

_YEARS = range(1990, 2101)


class Standing(enum.StrEnum):
    """How an agreement stands today."""

    preparing = "preparing"
    not_begun = "not_begun"
    in_force = "in_force"
    ended = "ended"
    unknown = "unknown"


class PartyLine(NamedTuple):
    """A party, or a member of one that is an umbrella."""

    organisation: str
    role: PartyRole
    coordinating: bool
    joined_on: PartialDate | None
    left_on: PartialDate | None
    is_member: bool


class EvaluationLine(NamedTuple):
    """An evaluation as a status tells of it."""

    id: int
    revision: int
    number: int | None
    due: PartialDate
    due_on: date
    agreed_on: date | None
    booked_on: PartialDate | None
    held_on: PartialDate | None
    outcome: str | None
    moved: Closed | None  # why it is due before the agreed day
    is_planned: bool  # counted from the anchor, not typed by a person


class AgreementStatus(NamedTuple):
    """Everything that is known of an agreement today; what is missing is named in ``missing``."""

    id: int
    number: str
    name: str
    registry_number: str | None
    purpose: str | None
    link: str | None
    standing: Standing
    term: Term
    anchor: Anchor | None
    end: End
    days_left: int | None
    notice_on: date | None
    notice_months: int | None
    decided_on: PartialDate | None
    decided_by: str | None
    responsible_board: str | None
    signed_on: PartialDate | None
    coordinator: str | None
    deputy: str | None
    parties: tuple[PartyLine, ...]
    evaluations_per_year: int
    evaluations_assumed: bool  # nothing is said of how many: twice a year
    next_evaluation: EvaluationLine | None
    last_evaluation: EvaluationLine | None
    evaluations_before_register: int
    figures: funding.Figures
    commitments_open: int
    commitments_late: int
    may_hold_evaluation: bool
    missing: tuple[str, ...]
    today: date


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which agreement was asked for: the one, or a choice; with a year where one was typed."""

    found: Found
    year: int | None = None


def wanted(
    office: Office, connection: Connection, actor: Actor, *, text: str, channel_id: str | None
) -> Wanted:
    """Find the agreement that is meant.

    1. What was typed, if anything; a last word from 1990 to 2100 is a year only if the whole text
       names nothing (*Kultur 1740* is a name, and so may *Kultur 2030* be).
    2. Else the one linked to the channel.
    3. Else the asker's own, if there is one; several are a choice.

    Raises :class:`NotFound` where there is nothing to choose from.
    """
    require(actor, Permission.read)
    words = text.split()
    if not words:
        return Wanted(_here(connection, actor, channel_id))
    named = find_named(connection, office.names, actor, text)
    if named is not None:
        return Wanted(named)
    if _is_year(words[-1]):
        rest, year = " ".join(words[:-1]), int(words[-1])
        if not rest:
            return Wanted(_here(connection, actor, channel_id), year)
        return Wanted(find(connection, office.names, actor, rest), year)
    return Wanted(find(connection, office.names, actor, text))


def split_year(text: str) -> tuple[str, int | None]:
    """Take a last word that is a year from what was typed: *medel 2024*."""
    words = text.split()
    if words and _is_year(words[-1]):
        return " ".join(words[:-1]), int(words[-1])
    return text, None


def _is_year(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) == 4 and int(word) in _YEARS


def _here(connection: Connection, actor: Actor, channel_id: str | None) -> Found:
    scope = actor.scope()
    for rows in (
        storage.in_channel(connection, channel_id) if channel_id else (),
        storage.of_person(connection, actor.slack_id),
    ):
        hits = [
            Hit(row.id, row.number, row.name)
            for row in rows
            if scope.covers(row.responsible_board, row.coordinator, row.deputy)
        ]
        if hits:
            return Found(tuple(hits))
    raise NotFound("search.none_here")


def status(
    office: Office, connection: Connection, actor: Actor, agreement_id: int
) -> AgreementStatus:
    """Tell how an agreement stands. Raises :class:`NotAllowed` the same for what is not there."""
    today = office.today()
    row = storage.status(connection, agreement_id, today)
    if row is None:
        raise NotAllowed
    subject = _subject(row)
    require(actor, Permission.read, subject)
    return _told(office, connection, row, today, may_hold=_may_hold(actor, subject))


def status_numbered(
    office: Office, connection: Connection, actor: Actor, text: str
) -> AgreementStatus | None:
    """Tell how the agreement stands whose number was typed: what people ask most, in one question.

    None where it has to be searched for, and where the actor may not read what has the number.
    """
    today = office.today()
    rows = storage.status_numbered(connection, fold(text[:LONGEST]), today)
    if len(rows) != 1:
        return None
    subject = _subject(rows[0])
    if not may(actor, Permission.read, subject):
        return None
    return _told(office, connection, rows[0], today, may_hold=_may_hold(actor, subject))


def _subject(row: AnyRow) -> Subject:
    return Subject(row.responsible_board, row.coordinator, row.deputy)


def _may_hold(actor: Actor, subject: Subject) -> bool:
    return may(actor, Permission.hold_evaluation, subject)


def _told(
    office: Office, connection: Connection, row: AnyRow, today: date, *, may_hold: bool
) -> AgreementStatus:
    term = term_of(row)
    anchor, end = term.anchor(), term.end()
    parties = _parties(row.parties)
    figures = funding.figures_of(row)
    upcoming = _evaluation(row.upcoming, _why_moved(office, connection, row.upcoming))
    per_year = 2 if row.evaluations_per_year is None else row.evaluations_per_year
    return AgreementStatus(
        id=row.id,
        number=row.number,
        name=row.name,
        registry_number=row.registry_number,
        purpose=row.purpose,
        link=row.link,
        standing=standing(row.status, anchor and anchor.day, end.day, today),
        term=term,
        anchor=anchor,
        end=end,
        days_left=end.days_left(today),
        notice_on=end.last_day_for_notice(row.notice_months),
        notice_months=row.notice_months,
        decided_on=row.decided_on,
        decided_by=row.decided_by,
        responsible_board=row.responsible_board,
        signed_on=row.signed_on,
        coordinator=row.coordinator,
        deputy=row.deputy,
        parties=parties,
        evaluations_per_year=per_year,
        evaluations_assumed=row.evaluations_per_year is None and not row.evaluation_months,
        next_evaluation=upcoming,
        last_evaluation=_evaluation(row.latest),
        evaluations_before_register=row.evaluations_before_register,
        figures=figures,
        commitments_open=row.commitments_open,
        commitments_late=row.commitments_late,
        may_hold_evaluation=may_hold and upcoming is not None,
        missing=_missing(row, term, parties, figures),
        today=today,
    )


def term_of(row: AnyRow) -> Term:
    """Read the term from a row that has its columns."""
    return Term(
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        open_ended=row.open_ended,
        term_months=row.term_months,
        signed_on=row.signed_on,
        decided_on=row.decided_on,
    )


def standing(said: str | None, first: date | None, last: date | None, today: date) -> Standing:
    """Say how an agreement stands: as was said, else as its first and last day say.

    An end that has passed is one, though no start be known.
    """
    if said is not None:
        return Standing(said)
    if last is not None and last < today:
        return Standing.ended
    if first is None:
        return Standing.unknown
    return Standing.in_force if first <= today else Standing.not_begun


def _parties(rows: Rows) -> tuple[PartyLine, ...]:
    """Give the parties in the order they were registered, members last."""
    return tuple(
        [
            PartyLine(
                row.organisation,
                row.role,
                row.coordinating,
                row.joined_on,
                row.left_on,
                row.is_member,
            )
            for row in sorted(rows)
        ]
    )


def _evaluation(rows: Rows, moved: Closed | None = None) -> EvaluationLine | None:
    if not rows:
        return None
    [row] = rows
    return EvaluationLine(
        id=row.id,
        revision=row.revision,
        number=row.number,
        due=row.due,
        due_on=row.due_on,
        agreed_on=row.agreed_on,
        booked_on=row.booked_on,
        held_on=row.held_on,
        outcome=row.outcome,
        moved=moved,
        is_planned=not row.typed,
    )


def _why_moved(office: Office, connection: Connection, rows: Rows) -> Closed | None:
    if not rows or rows[0].agreed_on is None:
        return None
    return office.calendar(connection).why_closed(rows[0].agreed_on)


def _missing(
    row: AnyRow, term: Term, parties: tuple[PartyLine, ...], figures: funding.Figures
) -> tuple[str, ...]:
    """Name what is not known, in the order a reader would ask for it."""
    roles = [party.role for party in parties]
    facts = (
        ("start", row.starts_on is not None),
        ("end", term.ends_on is not None or term.open_ended),
        ("registry_number", row.registry_number is not None),
        ("decision", row.decided_on is not None or row.decided_by is not None),
        ("board", row.responsible_board is not None),
        ("coordinator", row.coordinator is not None),
        ("public_party", PartyRole.public in roles),
        ("civil_party", PartyRole.civil in roles),
        ("funding", figures.has_grants and not figures.decided.unknown),
    )
    return tuple([name for name, known in facts if not known])
