"""The one place through which everything that happens is told to those who watch."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened: its number, when, what kind, and its facts."""

    number: int
    at: float
    kind: str
    facts: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {"number": self.number, "at": self.at, "kind": self.kind, **self.facts}


class Journal:
    """Keeps all happenings in order and wakes those who wait for the next one."""

    def __init__(self) -> None:
        self.happenings: list[Happening] = []
        self._waiting: set[asyncio.Future[None]] = set()
        self._watchers: list[Callable[[Happening], None]] = []

    @property
    def latest(self) -> int:
        return len(self.happenings)

    def record(self, kind: str, at: float, **facts: Any) -> Happening:
        """Write down a happening and tell everybody who watches."""
        happening = Happening(len(self.happenings) + 1, at, kind, facts)
        self.happenings.append(happening)
        for watcher in self._watchers:
            watcher(happening)
        self.wake()
        return happening

    def wake(self) -> None:
        """Let everybody who waits look again."""
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    def watch(self, watcher: Callable[[Happening], None]) -> Callable[[], None]:
        """Call ``watcher`` for each new happening; the returned function ends that."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    def after(self, number: int, kind: str | None = None) -> list[Happening]:
        """Give the happenings later than ``number``, of one kind if one is named."""
        return [h for h in self.happenings[max(number, 0) :] if kind in (None, h.kind)]

    async def wait_beyond(self, number: int, seconds: float) -> int:
        """Wait until something later than ``number`` has happened, at most ``seconds``."""
        if self.latest <= number:
            future = asyncio.get_running_loop().create_future()
            self._waiting.add(future)
            try:
                await asyncio.wait_for(future, seconds)
            except TimeoutError:
                self._waiting.discard(future)
        return self.latest
