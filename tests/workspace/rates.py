"""How often each method may be called; switched off unless a test or the demo asks."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

WINDOW_SECONDS = 60.0
CHANNEL_BURST = 4
PER_MINUTE = {
    1: 1,
    2: 20,
    3: 50,
    4: 100,
    "post": 300,
    "special": 600,
}
PROFILES = ("off", "real", "history_once_a_minute")
READ_ONCE_A_MINUTE = ("conversations.history", "conversations.replies")
FEW_MESSAGES = 15


@dataclass(slots=True)
class Rates:
    """Counts calls per method in a sliding minute, and posts per channel and second."""

    monotonic: Callable[[], float]
    profile: str = "off"
    own_limits: dict[str, int] = field(default_factory=dict)
    refused: int = 0
    _calls: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _channels: dict[str, tuple[float, float]] = field(default_factory=dict)

    def set(self, profile: str, own_limits: dict[str, int] | None = None) -> None:
        """Choose a profile; ``own_limits`` gives calls per minute for single methods."""
        if profile not in PROFILES:
            raise ValueError(f"unknown profile {profile}; one of {', '.join(PROFILES)}")
        self.profile = profile
        self.own_limits = dict(own_limits or {})
        self._calls.clear()
        self._channels.clear()

    @property
    def history_limit(self) -> int:
        """How many messages one page of history may hold."""
        return FEW_MESSAGES if self.profile == "history_once_a_minute" else 999

    def wait_for_method(self, method: str, tier: int | str) -> int | None:
        """Count a call; give whole seconds to wait if it is one too many."""
        limit = self._limit(method, tier)
        if limit is None:
            return None
        now, calls = self.monotonic(), self._calls[method]
        while calls and calls[0] <= now - WINDOW_SECONDS:
            calls.popleft()
        if len(calls) >= limit:
            return self._refuse(calls[0] + WINDOW_SECONDS - now)
        calls.append(now)
        return None

    def wait_for_channel(self, channel: str) -> int | None:
        """Count a post to a channel: one a second, after a short burst."""
        if self.profile == "off":
            return None
        now = self.monotonic()
        left, at = self._channels.get(channel, (float(CHANNEL_BURST), now))
        left = min(float(CHANNEL_BURST), left + now - at)
        if left < 1:
            self._channels[channel] = (left, now)
            return self._refuse(1 - left)
        self._channels[channel] = (left - 1, now)
        return None

    def _limit(self, method: str, tier: int | str) -> int | None:
        if method in self.own_limits:
            return self.own_limits[method]
        if self.profile == "off":
            return None
        if self.profile == "history_once_a_minute" and method in READ_ONCE_A_MINUTE:
            return 1
        return PER_MINUTE[tier]

    def _refuse(self, seconds: float) -> int:
        self.refused += 1
        return max(1, math.ceil(seconds))
