"""How the process is doing: whether the clock goes its rounds and the database answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC
from functools import cache
from http import HTTPStatus
from typing import Any, Final

from bot import installation
from bot.office import Office

LATE_ROUNDS: Final = 3  # as many missed rounds: unwell
LOST_ROUNDS: Final = 5  # as many: the process ends, and its supervisor starts it anew
SHORTEST_ROUND: Final = 1.0  # seconds; a shorter tick is judged as if it were this long
SHORTEST_LOSS: Final = 30.0  # seconds; one call to Slack may take ten
PATIENCE: Final = 2.0  # seconds for the database to answer

Health = tuple[int, dict[str, Any]]


class Pulse:
    """When the clock last came on, by a clock that nobody can set.

    Until the first round it counts from the start of the process.
    """

    def __init__(
        self, tick_seconds: float, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._monotonic = monotonic
        self._round = max(tick_seconds, SHORTEST_ROUND)
        self._last = monotonic()

    def beat(self) -> None:
        """Mark progress: a round is done, or one more row in a long one."""
        self._last = self._monotonic()

    @property
    def silence(self) -> float:
        """Seconds since the last progress."""
        return self._monotonic() - self._last

    @property
    def is_late(self) -> bool:
        """Whether three rounds have been missed."""
        return self.silence >= LATE_ROUNDS * self._round

    @property
    def is_lost(self) -> bool:
        """Whether five rounds have been missed, so that the process had better start anew."""
        return self.silence >= max(LOST_ROUNDS * self._round, SHORTEST_LOSS)


class HealthQuestion:
    """Answers ``GET /health`` again and again; never waits long, never piles up.

    The database is asked on a thread of its own, because a lost network can keep a connection
    waiting for minutes; while an old question hangs, no new one is asked.
    """

    def __init__(
        self,
        office: Office,
        pulse: Pulse | None,
        *,
        patience: float = PATIENCE,
    ) -> None:
        self._office, self._pulse, self._patience = office, pulse, patience
        self._asking: _Asked | None = None
        self._lock = threading.Lock()

    def __call__(self) -> Health:
        """Give the HTTP status and the facts."""
        found = self._ask().progress
        last_round = found.last_round if found is not None else None
        status = self._judge(answered=found is not None)
        return (
            HTTPStatus.OK if status == "ok" else HTTPStatus.SERVICE_UNAVAILABLE,
            {
                "status": status,
                "version": version(),
                "database": "ok" if found is not None else "unreachable",
                "last_round": last_round.astimezone(UTC).isoformat() if last_round else None,
                "sending": (found.hindrance or "ok") if found is not None else None,
                "held": found.held if found is not None else None,
            },
        )

    def _judge(self, *, answered: bool) -> str:
        if not answered:
            return "database_unreachable"
        return "clock_late" if self._pulse is not None and self._pulse.is_late else "ok"

    def _ask(self) -> _Asked:
        with self._lock:
            if self._asking is None or self._asking.done.is_set():
                self._asking = _Asked(self._office)
            asking = self._asking
        asking.done.wait(self._patience)
        return asking


class _Asked:
    """One question to the database, under way or answered."""

    def __init__(self, office: Office) -> None:
        self.done = threading.Event()
        self.progress: installation.Progress | None = None
        threading.Thread(target=self._run, args=(office,), name="health", daemon=True).start()

    def _run(self, office: Office) -> None:
        try:
            self.progress = installation.progress(office.database)
        except Exception as error:  # noqa: BLE001  # any failure at all means: not reachable
            from handlers.logs import failure, log  # noqa: PLC0415  # only when there is one

            log().warning("database_unreachable", **failure(error))
        finally:
            self.done.set()


def health(office: Office, pulse: Pulse | None) -> Health:
    """Ask once: 503 when the database cannot be reached or the clock has missed three rounds."""
    return HealthQuestion(office, pulse)()


@cache
def version() -> str:
    """Give the program's own version."""
    from importlib.metadata import version as installed  # noqa: PLC0415  # 5 ms, not for --help

    return installed("foljsam")
