"""The partner view: what an association may see of its own agreement, and nothing else.

Everything here is named one by one: what is not named is not shown. Never notes, deviations, other
agreements, who else asked. Of an agreement with protected details (*Skyddade uppgifter*) no names,
no places and no texts that people wrote are shown, since any of them may tell where somebody is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby

from sqlalchemy import Connection
from sqlmodel import Session

from bot import audit, funding
from bot.access import Actor, Audience, Permission, Subject, Surface, may, require
from bot.agreements import EvaluationLine, Standing, standing, term_of
from bot.errors import Invalid, NotAllowed, NotFound
from bot.folding import fold
from bot.office import Office
from bot.periods import Anchor, End, Term
from bot.searching import Hit
from storage import partners as storage
from storage.models import Recurrence
from storage.rows import AnyRow
from storage.types import PartialDate


@dataclass(frozen=True, slots=True)
class CommitmentLine:
    """One promise, as its own side and the other may see it."""

    promise: str
    due_on: PartialDate | None
    recurs: Recurrence | None
    done_on: PartialDate | None


@dataclass(frozen=True, slots=True)
class Promises:
    """What one party has promised."""

    organisation: str
    lines: tuple[CommitmentLine, ...]


@dataclass(frozen=True, slots=True)
class KeyFigureLine:
    """One value of one key figure over one stretch of time."""

    name: str
    unit: str | None
    from_on: PartialDate
    to_on: PartialDate
    value: Decimal


@dataclass(frozen=True, slots=True)
class ContactLine:
    """Whom to call: role, name and work address."""

    name: str
    title: str | None
    email: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class PartnerView:
    """An agreement as its partners see it; no name or number where its details are protected."""

    id: int
    name: str | None
    number: str | None
    standing: Standing
    term: Term
    anchor: Anchor | None
    end: End
    days_left: int | None
    notice_on: date | None
    notice_months: int | None
    evaluations_per_year: int
    evaluations_assumed: bool
    next_evaluation: EvaluationLine | None
    promises: tuple[Promises, ...]
    promises_open: int
    key_figures: tuple[KeyFigureLine, ...]
    shows_funding: bool
    is_sheltered: bool
    today: date


def choices(connection: Connection, actor: Actor, text: str = "") -> tuple[Hit, ...]:
    """Give the agreements that a partner may ask about here: the channel's, else their own.

    ``text`` narrows them by number or part of the name; what names none of them, another agreement
    or *tack*, changes nothing. Raises :class:`NotFound` where there is none.
    """
    every = reachable(connection, actor)
    wanted = fold(text)
    found = tuple(hit for hit in every if wanted in fold(f"{hit.number} {hit.name}"))
    if not every:
        raise NotFound("partner.none_here")
    return found or every


def reachable(connection: Connection, actor: Actor) -> tuple[Hit, ...]:
    """Give every agreement that a partner may ask about here; there may be none."""
    return tuple(
        Hit(row.id, row.number, _name(row) or "")
        for row in _nearby(connection, actor)
        if may(actor, Permission.read_as_partner, of(row))
    )


def _nearby(connection: Connection, actor: Actor) -> Iterable[AnyRow]:
    here = actor.place.channel_id
    linked = storage.in_channel(connection, here) if here else ()
    if linked or actor.place.surface is Surface.channel:
        return linked
    return storage.numbered(connection, sorted(actor.contact_of))


def agreements_in(connection: Connection, channel_id: str | None) -> tuple[int, ...]:
    """Give the agreements that a channel is linked to."""
    rows = storage.in_channel(connection, channel_id) if channel_id else ()
    return tuple(row.id for row in rows)


def _name(row: AnyRow) -> str | None:
    return None if row.sheltered else row.name


def of(row: AnyRow) -> Subject:
    """Say what of an agreement's row the gate needs."""
    return Subject(row.responsible_board, row.coordinator, row.deputy, row.id, row.channel_id)


def view(office: Office, connection: Connection, actor: Actor, agreement_id: int) -> PartnerView:
    """Show an agreement to a partner. Raises :class:`NotAllowed` the same for what is not there."""
    row = _allowed(connection, actor, agreement_id)
    return _view(office, connection, row)


def _allowed(connection: Connection, actor: Actor, agreement_id: int) -> AnyRow:
    row = storage.view(connection, agreement_id)
    if row is None:
        raise NotAllowed
    require(actor, Permission.read_as_partner, of(row))
    return row


def _view(office: Office, connection: Connection, row: AnyRow) -> PartnerView:
    term, today = term_of(row), office.today()
    promises = _promises(connection, row.id)
    per_year = 2 if row.evaluations_per_year is None else row.evaluations_per_year
    anchor, end = term.anchor(), term.end()
    is_open = [line.done_on is None for one in promises for line in one.lines]
    return PartnerView(
        id=row.id,
        name=_name(row),
        number=None if row.sheltered else row.number,
        standing=standing(row.status, anchor and anchor.day, end.day, today),
        term=term,
        anchor=anchor,
        end=end,
        days_left=end.days_left(today),
        notice_on=end.last_day_for_notice(row.notice_months),
        notice_months=row.notice_months,
        evaluations_per_year=per_year,
        evaluations_assumed=row.evaluations_per_year is None and not row.evaluation_months,
        next_evaluation=_next(row),
        promises=() if row.sheltered else promises,
        promises_open=sum(is_open),
        key_figures=() if row.sheltered else _key_figures(connection, row.id),
        shows_funding=row.funding_visible,
        is_sheltered=row.sheltered,
        today=today,
    )


def _next(row: AnyRow) -> EvaluationLine | None:
    """Give the next evaluation; why its day was moved may be the municipality's own affair."""
    if row.next_id is None:
        return None
    return EvaluationLine(
        id=row.next_id,
        revision=0,
        number=None,
        due=row.next_due,
        due_on=row.next_due_on,
        agreed_on=None,
        booked_on=row.next_booked_on,
        held_on=None,
        outcome=None,
        moved=None,
        is_planned=False,
    )


def _promises(connection: Connection, agreement_id: int) -> tuple[Promises, ...]:
    rows = storage.commitments(connection, agreement_id)
    return tuple(
        Promises(
            organisation,
            tuple(CommitmentLine(row.promise, row.due_on, row.recurs, row.done_on) for row in some),
        )
        for organisation, some in groupby(rows, key=lambda row: str(row.organisation))
    )


def _key_figures(connection: Connection, agreement_id: int) -> tuple[KeyFigureLine, ...]:
    return tuple(
        KeyFigureLine(row.name, row.unit, row.from_on, row.to_on, row.value)
        for row in storage.key_figures(connection, agreement_id)
    )


def money(
    session: Session, office: Office, actor: Actor, agreement_id: int, audience: Audience
) -> tuple[PartnerView, funding.Ledger]:
    """Show a partner the money of their agreement, without notes, and log that it was read.

    Raises :class:`Invalid` ``partner.funding_hidden`` where the coordinator has not switched it on,
    and ``partner.funding_closed`` where others can read the channel than when it was linked.
    """
    connection = session.connection()
    row = _allowed(connection, actor, agreement_id)
    if not row.funding_visible:
        raise Invalid("partner.funding_hidden")
    if not _is_own(actor, row):
        _judge_readers(session, row, audience)
    _log_read(session, office, actor, audit.PartnerRead.funding, agreement_id)
    shown = _without_notes(funding.ledger(connection, agreement_id))
    return _view(office, connection, row), shown


def _is_own(actor: Actor, row: AnyRow) -> bool:
    """Say whether the asker alone reads the answer, and is a registered contact of it."""
    return actor.place.surface is Surface.private and row.id in actor.contact_of


def _judge_readers(session: Session, row: AnyRow, audience: Audience) -> None:
    """Close the money to others than those a coordinator has agreed to."""
    agreed = row.channel_audience
    if not audience.is_known or not is_agreed(agreed, audience.organisations):
        raise Invalid("partner.funding_closed")
    if agreed is None:
        storage.remember_audience(session, row.id, written(audience.organisations))


def is_agreed(agreed: str | None, organisations: Iterable[str]) -> bool:
    """Say whether a coordinator has agreed to everybody who reads; at first whoever is there."""
    return agreed is None or set(organisations) <= set(agreed.split(","))


def written(organisations: Iterable[str]) -> str:
    """Write down who reads a channel, as the register keeps it."""
    return ",".join(sorted(organisations))


def _without_notes(ledger: funding.Ledger) -> funding.Ledger:
    return funding.Ledger(
        tuple(replace(line, note=None) for line in ledger.grants),
        tuple(
            replace(line, condition=None, reference=None, correction=None)
            for line in ledger.payments
        ),
    )


def contacts(
    session: Session, office: Office, actor: Actor, agreement_id: int
) -> tuple[PartnerView, tuple[tuple[str, tuple[ContactLine, ...]], ...]]:
    """Show a partner whom to call, party by party, and log that it was read.

    Nobody where the details are protected, or the agreement has ended.
    """
    connection = session.connection()
    shown = _view(office, connection, _allowed(connection, actor, agreement_id))
    if shown.is_sheltered:
        raise Invalid("partner.contacts_sheltered")
    if shown.standing is Standing.ended:
        raise Invalid("partner.contacts_ended")
    _log_read(session, office, actor, audit.PartnerRead.contacts, agreement_id)
    rows = storage.contacts(connection, agreement_id, office.today())
    by_party = groupby(rows, key=lambda row: str(row.organisation))
    return shown, tuple(
        (name, tuple(ContactLine(row.name, row.title, row.email, row.phone) for row in some))
        for name, some in by_party
    )


def _log_read(
    session: Session, office: Office, actor: Actor, what: audit.PartnerRead, agreement_id: int
) -> None:
    """Log what a partner has read; a colleague who asks where partners read stands by name."""
    now, channel = office.now(), actor.place.channel_id
    if actor.is_member:
        act = audit.Act(what.value, f"channel:{channel}", agreement_id)
        audit.record(session, actor.slack_id, now, [act])
        return
    audit.partner_read(
        session, actor.slack_id, now, what=what, agreement_id=agreement_id, channel_id=channel
    )
