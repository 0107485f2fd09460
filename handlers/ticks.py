"""The clock: one interval job that looks for work. APScheduler ticks and nothing else.

It keeps nothing: the truth is the table, and losing a tick costs nothing. Local time is unknown
here; what is due is a moment in the table.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from bot.office import Office
from bot.reminders.delivery import Delivery
from bot.reminders.duplicates import NightlySearch
from handlers.health import Pulse
from handlers.messenger import SlackMessenger
from handlers.slack_side import SlackSide
from storage.ownership import Ownership, ownership

_log = structlog.get_logger("clock")


class Ticking:
    """The running clock of one process."""

    def __init__(
        self,
        seconds: float,
        delivery: Delivery,
        search: NightlySearch,
        *,
        ownership: Ownership,
        pulse: Pulse,
        stopping: threading.Event,
    ) -> None:
        self._delivery = delivery
        self._search = search
        self._ownership = ownership
        self._pulse = pulse
        self._stopping = stopping
        self._again = threading.Event()
        self._idle = threading.Event()
        self._idle.set()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._job = self._scheduler.add_job(
            self._tick,
            "interval",
            seconds=seconds,
            next_run_time=datetime.now(UTC),
        )

    def start(self) -> None:
        """Begin ticking."""
        self._scheduler.start()

    def nudge(self) -> None:
        """Take a turn now, or once more after the one under way."""
        self._again.set()
        if self._idle.is_set() and not self._stopping.is_set():
            self._job.modify(next_run_time=datetime.now(UTC))

    def stop(self, seconds: float) -> bool:
        """Begin nothing more; say whether what was under way ended in time."""
        self._stopping.set()
        ended = self._idle.wait(seconds)
        self._scheduler.shutdown(wait=False)
        if ended:
            self._ownership.close()
        return ended

    def _tick(self) -> None:
        self._idle.clear()
        try:
            self._again.set()
            while self._again.is_set() and not self._stopping.is_set():
                self._again.clear()
                self._round()
        finally:
            self._idle.set()

    def _round(self) -> None:
        try:
            self._delivery.round()
            self._pulse.beat()
            self._search.turn()
        except Exception:  # noqa: BLE001  # one of the places that may: the next tick tries again
            _log.exception("round_failed")


def make_clock(office: Office, slack: SlackSide, pulse: Pulse) -> Ticking:
    """Make the clock of this process; it ticks once it is started."""
    stopping = threading.Event()
    messenger = SlackMessenger(slack, office.settings)
    owner = ownership(office.database)
    delivery = Delivery(office, messenger, owner, stop=stopping.is_set, progress=pulse.beat)
    search = NightlySearch(office, messenger)
    return Ticking(
        office.settings.tick_seconds,
        delivery,
        search,
        ownership=owner,
        pulse=pulse,
        stopping=stopping,
    )
