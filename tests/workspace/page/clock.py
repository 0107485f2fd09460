"""The bot's clock in the page: where it stands, what it will send next, and letting time pass."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Stockholm")
AHEAD = timedelta(days=400)
MOST_STOPS = 60
State = Callable[[], Hashable]
Wait = Callable[[], Awaitable[None]]
Tell = Callable[[datetime], None]


class CannotMove(Exception):
    """The clock stays where it is; the word says why: ``backwards``, ``nothing_coming``."""


@dataclass(frozen=True, slots=True)
class Coming:
    """One reminder that would go out, as ``reminders preview`` lists it."""

    moment: str
    recipient: str
    agreement: str
    evaluation: str
    step: str
    text: str

    @property
    def instant(self) -> datetime:
        return datetime.fromisoformat(self.moment)

    def as_json(self) -> dict[str, str]:
        return asdict(self)


class DemoClock:
    """Stands at what its file says; the bot reads the same file.

    ``preview`` is the command that lists what would be sent; it is run with ``--from`` and
    ``--to`` in this process's environment, which is the bot's.
    """

    def __init__(self, file: Path, preview: list[str] | None = None) -> None:
        self._file = file
        self._preview = preview
        self._known: tuple[Hashable, list[Coming]] | None = None
        self._asking = asyncio.Lock()
        self._moving = asyncio.Lock()

    def now(self) -> datetime | None:
        """Give the instant in the file, or None where there is none."""
        try:
            return datetime.fromisoformat(self._file.read_text(encoding="utf-8").strip())
        except (OSError, ValueError):
            return None

    def move(self, instant: datetime) -> None:
        """Let the clock stand at an instant; written beside and moved in, so never half."""
        beside = self._file.with_suffix(".new")
        beside.write_text(instant.astimezone(ZONE).isoformat(), encoding="utf-8")
        beside.replace(self._file)

    # What is coming

    async def coming(self, state: State = lambda: None) -> list[Coming]:
        """List what will be sent from now on, soonest first; kept while ``state`` stays.

        Those who ask while it is being counted are told together, as it stands after that.
        """
        async with self._asking:
            now, here = self.now(), state()
            if self._preview is None or now is None:
                return []
            if self._known is None or self._known[0] != (now, here):
                self._known = ((now, here), await self._ask(now))
            return self._known[1]

    async def _ask(self, now: datetime) -> list[Coming]:
        assert self._preview is not None
        today = now.astimezone(ZONE).date()
        period = ("--from", today.isoformat(), "--to", (today + AHEAD).isoformat())
        process = await asyncio.create_subprocess_exec(
            *self._preview,
            *period,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        out, _ = await process.communicate()
        if process.returncode:
            return []
        rows = [Coming(**row) for row in csv.DictReader(io.StringIO(out.decode("utf-8")))]
        return sorted((row for row in rows if row.instant > now), key=lambda row: row.instant)

    # Letting time pass

    async def forward(
        self, by: str, to: str | None, *, wait: Wait, tell: Tell, state: State = lambda: None
    ) -> datetime:
        """Let time pass: ``day``, ``week``, ``next`` (reminder), or ``date`` with a day.

        The clock stops at each moment on the way at which the bot sends, as real time does.
        Raises :class:`CannotMove`.
        """
        async with self._moving:
            now = self.now()
            if now is None:
                raise CannotMove("nothing_coming")
            target = _target(by, to, now.astimezone(ZONE))
            coming = await self.coming(state)
            if target is None and not coming:
                raise CannotMove("nothing_coming")
            target = target or coming[0].instant
            stops = sorted({row.instant for row in coming if now < row.instant <= target})
            for stop in stops[:MOST_STOPS]:
                self.move(stop)
                tell(stop)
                await wait()
            if target not in stops:
                self.move(target)
                tell(target)
            return target


def _target(by: str, to: str | None, now: datetime) -> datetime | None:
    if by == "next":
        return None
    if by == "date":
        day = date.fromisoformat(to or "")
        target = datetime.combine(day, now.time(), ZONE)
    else:
        target = now + timedelta(days={"day": 1, "week": 7}[by])
    if target <= now:
        raise CannotMove("backwards")
    return target


def clock_json(clock: DemoClock | None) -> dict[str, Any] | None:
    """Tell the page where the clock stands; None where there is no clock to move."""
    now = clock.now() if clock else None
    return {"now": now.astimezone(ZONE).isoformat()} if now else None
