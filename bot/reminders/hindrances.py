"""What stands in the way of sending just now. While it does, nothing is claimed and nothing lost.

Looked for at the start of every round; the answers that cost something are kept for a while.
"""

from __future__ import annotations

import enum
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.clock import RealClock, real_now
from bot.office import Office
from bot.reminders.messenger import Messenger
from storage import condition

WAIT_AFTER_RESTORE: Final = timedelta(minutes=6)
"""Longer than Slack needs to show what was sent just before a backup was put back."""
LARGEST_SKEW: Final = timedelta(minutes=2)
"""Between our clock and Slack's; beyond it neither looking nor sending can be trusted."""
_CLOCK_EVERY: Final = 3600.0  # seconds
_DRIFT: Final = 60.0  # seconds between the wall clock and the running one: it was set
_WHOLE_EVERY: Final = 86_400.0  # seconds
_THOROUGHLY: Final = 7  # on Sundays, however often processes come and go
_PATIENCE: Final = 30.0  # seconds before a clock found wrong is compared again


class Hindrance(enum.StrEnum):
    """Why nothing is sent."""

    damaged = "damaged"  # the database file
    disk = "disk"  # there is no room
    clock = "clock"  # ours and Slack's are apart
    restored = "restored"  # a backup has just been put back
    token = "token"  # noqa: S105  # Slack does not know us any more
    paused = "paused"  # Slack has let nothing through for a day


@dataclass(slots=True)
class Guard:
    """Looks for what hinders, in one process."""

    office: Office
    messenger: Messenger
    _checked_whole: float | None = None
    _is_whole: bool = True
    _compared: float | None = None
    _drift: float = 0.0
    _is_right: bool = True
    _behind: timedelta = timedelta()  # how far our clock is behind Slack's, while it is wrong

    def hindrance(self, restored_at: datetime | None) -> Hindrance | None:
        """Say what hinders, the worst first; ``restored_at`` is when a backup was put back."""
        if not self._whole():
            return Hindrance.damaged
        if not condition.has_room(self.office.database):
            return Hindrance.disk
        if not self._clock_is_right():
            return Hindrance.clock
        if restored_at is not None and real_now() - restored_at < WAIT_AFTER_RESTORE:
            return Hindrance.restored
        return None

    def right_now(self) -> datetime:
        """Give the bot's moment, by Slack's clock where ours is wrong."""
        return self.office.now() + self._behind

    def _whole(self) -> bool:
        now = time.monotonic()
        if self._checked_whole is None or now - self._checked_whole >= _WHOLE_EVERY:
            thoroughly = self.office.today().isoweekday() == _THOROUGHLY
            self._is_whole = condition.is_whole(self.office.database, thoroughly=thoroughly)
            self._checked_whole = now
        return self._is_whole

    def _clock_is_right(self) -> bool:
        """Compare with Slack at the start, hourly, and when somebody has set the clock."""
        if not isinstance(self.office.clock, RealClock):
            return True
        now = time.monotonic()
        drift = real_now().timestamp() - now
        every = _CLOCK_EVERY if self._is_right else _PATIENCE
        is_due = self._compared is None or now - self._compared >= every
        if is_due or abs(drift - self._drift) > _DRIFT:
            theirs = self.messenger.time()
            if theirs is not None:  # else Slack is away, and nothing can be sent anyhow
                apart = theirs - real_now()
                self._is_right = abs(apart) <= LARGEST_SKEW
                self._behind = timedelta() if self._is_right else apart
                self._compared, self._drift = now, drift
        return self._is_right
