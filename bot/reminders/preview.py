"""Every message that would go out between two days: the same rows, the same words, nothing sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot import upkeep
from bot.clock import StandingClock
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


def preview(office: Office, from_day: date, to_day: date) -> list[PlannedMessage]:
    """Give the reminders that would go out from one day to another, both included, in order.

    Plans the register in a transaction that is taken back, so that what the next hour would plan
    is there too. Days before today give nothing: what has been sent is no preview.
    """
    zone, now = office.settings.time_zone, office.now()
    with office.database.rehearsing() as session:
        upkeep.keep_up_every(session, office)
        calendar = office.calendar(session.connection())
        rows = outbox.planned(session)
    found = []
    for row in rows:
        moment = goes_out_at(row.due_at, now, calendar=calendar, zone=zone).astimezone(zone)
        if from_day <= moment.date() <= to_day:
            then = replace(office, clock=StandingClock(moment))
            found.append(PlannedMessage(moment, row.recipient, reminder_of(row, then, calendar)))
    return sorted(found, key=lambda message: (message.moment, message.reminder.agreement_name))
