"""What a row says, gathered at the moment it is sent: no words and no names wait in the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.office import Office
from bot.reminders import alarms
from bot.reminders.bundling import LATE
from bot.reminders.messenger import (
    Alarm,
    Digest,
    Greeting,
    Matter,
    Notice,
    PartnerReminder,
    Reminder,
)
from bot.working_days import WorkingDays
from storage import digests, linking, outbox
from storage.models import OutboxKind, OutboxState
from storage.rows import AnyRow

UNSURE = frozenset({"no_history", "pages_missing", "not_seen", "restored"})
"""Reasons for holding a message that may have arrived."""


def notice_of(
    row: AnyRow, office: Office, connection: Connection, members: Sequence[AnyRow] = ()
) -> Notice:
    """Gather what a row says; ``members`` are the rows a digest tells of."""
    match row.kind:
        case OutboxKind.digest:
            return _digest_of(members, office, office.calendar(connection))
        case OutboxKind.alarm:
            return _alarm_of(row, office, connection)
        case OutboxKind.greeting:
            return _greeting_of(row)
        case OutboxKind.partner:
            return partner_reminder_of(row, office, office.calendar(connection))
        case _:
            return reminder_of(row, office, office.calendar(connection))


def reminder_of(row: AnyRow, office: Office, calendar: WorkingDays) -> Reminder:
    """Gather what a reminder tells, from its row with the evaluation as it is now."""
    moved = calendar.why_closed(row.agreed_on) if row.agreed_on else None
    return Reminder(
        step=row.step,
        agreement_id=row.agreement_id,
        agreement_number=row.agreement_number,
        agreement_name=row.agreement_name,
        evaluation_id=row.evaluation_id,
        revision=row.revision,
        label=row.label,
        due=row.due,
        due_on=row.due_on,
        agreed_on=row.agreed_on,
        moved=moved,
        booked_on=row.booked_on,
        held_on=row.held_on,
        today=office.today(),
    )


def partner_reminder_of(row: AnyRow, office: Office, calendar: WorkingDays) -> PartnerReminder:
    """Gather what an agreement's own channel is told of an evaluation."""
    moved = calendar.why_closed(row.agreed_on) if row.agreed_on else None
    if moved is not None and moved.kind == "closed":
        moved = replace(moved, name="")  # why a house was closed is its own affair
    return PartnerReminder(
        agreement_id=row.agreement_id,
        agreement_name=None if row.sheltered else row.agreement_name,
        number=row.evaluation_number,
        due=row.due,
        due_on=row.due_on,
        agreed_on=row.agreed_on,
        moved=moved,
        booked_on=row.booked_on,
        held_on=row.held_on,
        today=office.today(),
    )


def _greeting_of(row: AnyRow) -> Greeting:
    return Greeting(
        agreement_id=row.agreement_id,
        agreement_name=None if row.sheltered else row.agreement_name,
        shows_funding=row.funding_visible,
        is_sheltered=row.sheltered,
        coordinator=None if row.sheltered else row.coordinator,
    )


def _digest_of(
    members: Sequence[AnyRow], office: Office, calendar: WorkingDays
) -> Digest | Reminder:
    """Gather what a digest tells: each evaluation once, at its newest step.

    Where all of it is about one evaluation it is a reminder like any other.
    """
    newest = {row.evaluation_id: row for row in members if row.evaluation_id is not None}
    reminders = tuple(reminder_of(row, office, calendar) for row in newest.values())
    if len(reminders) == 1:
        return reminders[0]
    return Digest(reminders, any(office.now() - row.due_at > LATE for row in members))


def _alarm_of(row: AnyRow, office: Office, connection: Connection) -> Alarm:
    matter = Matter(row.label)
    if matter is Matter.was_down:
        since, until, missed = alarms.read_span(row.detail)
        return Alarm(matter, since=since, until=until, missed=missed)
    if matter is Matter.paused:
        return Alarm(matter, since=datetime.fromisoformat(row.detail))
    if matter is Matter.readers:
        return _readers_of(row, connection)
    subject = None if row.subject_id is None else outbox.one(connection, row.subject_id)
    if matter is Matter.doubled:
        whose = "" if subject is None else subject.recipient
        return Alarm(matter, recipient=whose, missed=int(row.detail), since=row.due_at)
    if subject is None:
        return Alarm(matter, since=row.due_at)
    members = digests.once_in(connection, subject.id)
    is_held = [one.state is OutboxState.held for one in (subject, *members)]
    about_one = subject.evaluation_id is not None
    return Alarm(
        matter,
        # A digest that was taken apart cannot be decided about as one.
        row_id=None if any(is_held) and not is_held[0] else subject.id,
        fence=subject.fence,
        is_settled=not any(is_held),
        is_rerouted=any(one.reason == "rerouted" for one in (subject, *members)),
        recipient=subject.recipient,
        code=row.detail or "",
        is_unsure=row.detail in UNSURE,
        reminder=reminder_of(subject, office, office.calendar(connection)) if about_one else None,
        to_partners=subject.kind == OutboxKind.partner,
        greeted=subject.agreement_name if subject.kind == OutboxKind.greeting else None,
        missed=max(len(members), 1),
        since=row.due_at,
    )


def _readers_of(row: AnyRow, connection: Connection) -> Alarm:
    """Gather what a coordinator is told of others who can read the channel of an agreement."""
    found = linking.one(connection, row.agreement_id)
    return Alarm(
        Matter.readers,
        agreement=None if found is None else found.name,
        shows_funding=found is not None and found.funding_visible,
        # Linked no more: there is nothing left to agree to.
        is_settled=found is None or found.channel_id is None,
    )
