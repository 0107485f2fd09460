"""Every message that would go out between two days: the same rows, the same words, nothing sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlalchemy import Connection

from bot import upkeep
from bot.clock import StandingClock
from bot.folding import in_order
from bot.office import Office
from bot.reminders.bundling import Outgoing, capped, is_person, monday
from bot.reminders.messenger import PartnerReminder, Reminder
from bot.reminders.notices import partner_reminder_of, reminder_of
from bot.reminders.planning import goes_out_at
from bot.working_days import WorkingDays
from storage import outbox
from storage.models import OutboxKind
from storage.rows import Rows


@dataclass(frozen=True, slots=True)
class PlannedMessage:
    """One reminder as it would go out, at its moment (aware, in the office's zone).

    To an agreement's own channel goes ``to_partners`` instead of ``reminder``, which says what it
    is about.
    """

    moment: datetime
    recipient: str
    reminder: Reminder
    to_partners: PartnerReminder | None = None


def preview(office: Office, from_day: date, to_day: date) -> list[PlannedMessage]:
    """Give the reminders that would go out from one day to another, both included, in order.

    Plans the register in a transaction that is taken back, so that what the next hour would plan
    is there too. Days before today give nothing: what has been sent is no preview.
    """
    with office.database.rehearsing() as session:
        upkeep.keep_up_every(session, office)
        connection = session.connection()
        calendar = office.calendar(connection)
        rows = outbox.planned(session)
        moments = _moments(office, connection, calendar, rows)
    found = []
    for row, moment in zip(rows, moments, strict=True):
        if from_day <= moment.date() <= to_day:
            then = replace(office, clock=StandingClock(moment))
            about = reminder_of(row, then, calendar)
            is_theirs = row.kind == OutboxKind.partner
            theirs = partner_reminder_of(row, then, calendar) if is_theirs else None
            found.append(PlannedMessage(moment, row.recipient, about, theirs))
    return sorted(found, key=lambda one: (one.moment, in_order(one.reminder.agreement_name)))


def _moments(
    office: Office, connection: Connection, calendar: WorkingDays, rows: Rows
) -> list[datetime]:
    """Say when each goes out, nobody having more messages a week than the settings allow."""
    rules, now = office.rules(), office.now()

    def out_at(moment: datetime) -> datetime:
        found = goes_out_at(moment, now, calendar=calendar, zone=rules.zone, hour=rules.hour)
        return found.astimezone(rules.zone)

    week = monday(now, 0, rules.zone, weeks=0).astimezone(UTC)
    people = {row.recipient for row in rows if is_person(row.recipient)}
    return capped(
        [Outgoing(row.recipient, out_at(row.next_at), row.due_on) for row in rows],
        most=office.settings.messages_a_week,
        had={who: outbox.messages_since(connection, who, week) for who in people},
        today=office.today(),
        later=lambda moment: out_at(monday(moment, rules.hour, rules.zone)),
    )
