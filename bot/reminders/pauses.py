"""Noticing that Slack has let nothing through for a day, and telling of it.

A pause that Slack asks for is kept, and what waits goes out by itself after it. One that goes on
and on is nothing that waiting mends: then those who run the bot must know why it is so quiet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import structlog

from bot.clock import real_now
from bot.office import Office
from bot.reminders.alarms import raise_alarm
from bot.reminders.messenger import Matter
from storage import outbox

_log = structlog.get_logger("delivery")

LONG: Final = timedelta(days=1)


@dataclass(slots=True)
class LongPause:
    """What one process has said of a pause that stands."""

    office: Office
    _logged_on: date | None = None

    def is_long(self) -> bool:
        """Say whether what was tried has waited for a day, and nothing has gone out since."""
        with self.office.database.reading() as connection:
            since = outbox.waits_since(connection, real_now() - LONG, self.office.now() - LONG)
        if since is None:
            return False
        self._tell(since)
        return True

    def _tell(self, since: datetime) -> None:
        """Say it in the log once a day; the alarm is one, and goes out when anything can."""
        today = self.office.today()
        if self._logged_on == today:
            return
        _log.error("slack_takes_nothing", since=since.isoformat())
        told = since.isoformat()
        with self.office.database.writing() as session:
            raise_alarm(session, self.office, Matter.paused, told, detail=told)
        self._logged_on = today
