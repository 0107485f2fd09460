"""What every use case needs around it: the settings, the clock, the register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.clock import Clock, local_day
from bot.settings import Settings
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Office:
    """One installation at work."""

    settings: Settings
    clock: Clock
    database: Database

    def now(self) -> datetime:
        """Give the bot's moment, aware, in UTC."""
        return self.clock.now()

    def today(self) -> date:
        """Give the bot's day in its time zone."""
        return local_day(self.clock.now(), self.settings.time_zone)
