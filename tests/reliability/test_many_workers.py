"""Several at work on one register on PostgreSQL: each reminder goes out exactly once.

In the suite these are real processes and the stand-in for Slack counts. The large one (``make
soak``) has as many deliveries in threads, each with a database session and an ownership of its own,
and a messenger that counts: it is the register that is large there, not Slack.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.clock import StandingClock
from bot.office import Office
from bot.reminders.delivery import Delivery
from bot.settings import Settings
from storage.database import Database
from storage.ownership import ownership
from tests.reliability.counting import Verdict, judge, keys_accepted, verdict
from tests.reliability.harness import Plan, besieged
from tests.reliability.owed import NINE, owe, states

ENDED = {"sent", "bundled"}
PATIENCE = 60.0


@dataclass(slots=True)
class Counting:
    """A messenger for many threads that counts what it is given."""

    keys: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def channel_of(self, recipient: str) -> str:
        return f"D_{recipient}"

    def judge(self, recipient: str) -> None:
        """Everybody may be told."""

    def post(
        self,
        _channel_id: str,
        _notice: Any,
        *,
        recipient: str,  # noqa: ARG002  # what it is called is delivery's to say
        wire_key: str,
        members: Sequence[str] = (),
    ) -> str:
        with self._lock:
            self.keys += [wire_key, *members]
            return f"{len(self.keys)}.000"

    def edit(self, *_: Any, **__: Any) -> None:
        """Change nothing."""

    def look(self, *_: Any) -> dict[str, str]:
        return {}

    def time(self) -> datetime | None:
        return None


def at_once(url: str, workers: int, reminders: int) -> tuple[Verdict, float]:
    """Let so many deliveries send so many reminders; give what came of it, and the seconds."""
    keys = owe(url, reminders, people=reminders)
    slack, start = Counting(), threading.Barrier(workers + 1)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            _work(url, slack, start.wait)
        except BaseException as error:  # noqa: BLE001  # told of in the thread that asked
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.monotonic()
    for thread in threads:
        thread.join()
    assert failures == []
    return verdict(slack.keys, keys), time.monotonic() - began


def _work(url: str, slack: Counting, start: Callable[[], object]) -> None:
    settings = Settings(_env_file=None, DATABASE_URL=url, FOLJSAM_MESSAGES_A_WEEK="0")
    office = Office(settings, StandingClock(NINE), Database(url))
    mine = ownership(office.database)
    try:
        delivery = Delivery(office, slack, mine)
        start()
        while "planned" in states(office.database):
            delivery.round()
    finally:
        mine.close()
        office.database.close()


def test_four_processes_send_two_hundred_reminders_once_each(postgresql_url, tmp_path):
    plan = Plan(seed=0, reminders=200, kills=0, workers=4)
    with besieged(plan, postgresql_url, tmp_path / "run", people=200) as (siege, keys):
        deadline = time.monotonic() + PATIENCE
        while set(states(siege.database)) - ENDED and time.monotonic() < deadline:
            time.sleep(0.1)
        assert judge(siege.slack, keys).is_good, siege.workers.said()
        assert set(keys_accepted(siege.slack)) >= set(keys)


def test_four_deliveries_in_threads_send_two_hundred_reminders_once_each(postgresql_url):
    found, _ = at_once(postgresql_url, workers=4, reminders=200)
    assert found.is_good, found
