"""What every use case needs around it: the settings, the clock, the register."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import Connection

from bot.clock import Clock, local_day
from bot.reminders.planning import ReminderRules
from bot.searching import NameIndex
from bot.settings import Settings
from bot.working_days import ClosedPeriod, WorkingDays
from storage import evaluations as storage
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Office:
    """One installation at work."""

    settings: Settings
    clock: Clock
    database: Database
    names: NameIndex = field(default_factory=NameIndex)

    def now(self) -> datetime:
        """Give the bot's moment, aware, in UTC."""
        return self.clock.now()

    def today(self) -> date:
        """Give the bot's day in its time zone."""
        return local_day(self.clock.now(), self.settings.time_zone)

    def calendar(self, connection: Connection) -> WorkingDays:
        """Give the calendar: quiet months, holidays and the register's closed days."""
        closed = tuple(
            ClosedPeriod(row.from_on, row.to_on, row.reason or "")
            for row in storage.closed_periods(connection)
        )
        return _calendar(self.settings.quiet_months, closed)

    def rules(self) -> ReminderRules:
        """Give the rules of reminding that the settings hold."""
        return ReminderRules(
            steps=self.settings.steps,
            zone=self.settings.time_zone,
            operations_channel=self.settings.operations_channel,
            admins=self.settings.admins,
        )


@lru_cache(maxsize=8)
def _calendar(quiet_months: tuple[int, ...], closed: tuple[ClosedPeriod, ...]) -> WorkingDays:
    """Keep the calendar for as long as nothing it is made of changes: it remembers its years."""
    return WorkingDays(quiet_months, closed)
