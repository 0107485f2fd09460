"""How much one person may ask in a minute, so that nobody's pressing makes others wait.

An act that is refused is not counted: who waits a moment is answered again.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

ACTS: Final = 20
MINUTE: Final = 60.0  # seconds
TOO_MANY: Final = "pace.too_many"
"""What is said instead of an answer."""
_MOST_KEPT: Final = 5_000  # people


class Pace:
    """Counts each person's acts of the last minute, in bounded memory."""

    def __init__(
        self,
        *,
        acts: int = ACTS,
        people: int = _MOST_KEPT,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._acts, self._people, self._monotonic = acts, people, monotonic
        self._kept: dict[str, deque[float]] = {}  # who acted longest ago stands first
        self._lock = threading.Lock()

    def allows(self, slack_id: str) -> bool:
        """Count an act of this person; say whether there is room for it."""
        with self._lock:
            now = self._monotonic()
            acts = self._kept.pop(slack_id, None) or deque()
            while acts and now - acts[0] >= MINUTE:
                acts.popleft()
            is_within = len(acts) < self._acts
            if is_within:
                acts.append(now)
            self._kept[slack_id] = acts
            if len(self._kept) > self._people:
                del self._kept[next(iter(self._kept))]
            return is_within

    def __len__(self) -> int:
        """Count the people that are remembered."""
        return len(self._kept)
