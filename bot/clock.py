"""The only place that reads the time.

Aware UTC for moments; what day it is depends on the zone. A clock file, for demonstrations and
tests, makes the bot's clock stand at an instant; what is compared with Slack's time or the
machine's own (signatures, ``Retry-After``, ticks) always uses :func:`real_now`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.errors import Invalid


class Clock(Protocol):
    """Tells the bot's time."""

    def now(self) -> datetime:
        """Give the moment, aware, in UTC."""
        ...


class RealClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return real_now()


class FileClock:
    """Stands at the instant that a file holds; without the file, the machine's own clock."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._instant: datetime | None = None

    def now(self) -> datetime:
        """Give the file's instant, read anew when the file has changed.

        A file that is being written is not an instant; the last one then stands.
        """
        try:
            stat = self._path.stat()
        except OSError:
            return real_now()
        if (stat.st_mtime_ns, stat.st_size) != self._seen:
            self._read((stat.st_mtime_ns, stat.st_size))
        return self._instant or real_now()

    def _read(self, seen: tuple[int, int]) -> None:
        try:
            self._instant = read_instant(self._path.read_text(encoding="utf-8"))
            self._seen = seen
        except (OSError, UnicodeDecodeError, Invalid):
            self._seen = None


class StandingClock:
    """Stands at one instant until it is moved; for tests and previews."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant


def real_now() -> datetime:
    """Give the machine's time, aware, in UTC."""
    return datetime.now(UTC)


def read_instant(text: str) -> datetime:
    """Read one ISO 8601 instant; without an offset it is UTC. Raises :class:`Invalid`."""
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise Invalid("invalid.instant", text=text.strip()[:40]) from error
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """Say which day it is in the zone at that moment."""
    return moment.astimezone(zone).date()
