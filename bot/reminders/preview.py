"""Every message that would go out between two days: the same rows, the same words, nothing sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot import upkeep
from bot.clock import StandingClock, local_day
from bot.office import Office
from bot.reminders.delivery import reminder_of
from bot.reminders.messenger import Reminder
from bot.reminders.planning import goes_out_at
from storage import outbox


@dataclass(frozen=True, slots=True)
class PlannedMessage:
    """One reminder as it would go out, at its moment (aware, in the office's zone)."""

    moment: datetime
    recipient: str
    reminder: Reminder


class _NothingIsKept(Exception):
    """Ends the transaction that planned for the preview, so that nothing of it stays."""


def preview(office: Office, from_day: date, to_day: date) -> list[PlannedMessage]:
    """Give the reminders that would go out from one day to another, both included, in order.

    Plans the register in a transaction that is taken back, so that what the next hour would plan
    is there too. Days before today give nothing: what has been sent is no preview.
    """
    found: list[PlannedMessage] = []
    try:
        with office.database.writing() as session:
            upkeep.keep_up_every(session, office)
            calendar = office.calendar(session.connection())
            zone, now = office.settings.time_zone, office.now()
            for row in outbox.planned(session):
                moment = goes_out_at(row.due_at, now, calendar=calendar, zone=zone)
                if not from_day <= local_day(moment, zone) <= to_day:
                    continue
                then = Office(office.settings, StandingClock(moment), office.database)
                reminder = reminder_of(row, then, calendar)
                found.append(PlannedMessage(moment.astimezone(zone), row.recipient, reminder))
            raise _NothingIsKept
    except _NothingIsKept:
        pass
    return sorted(found, key=lambda message: (message.moment, message.reminder.agreement_name))
