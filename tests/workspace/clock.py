"""The stand-in's time: the real one, which a test or the demo may push forward."""

from __future__ import annotations

import time


class Clock:
    """Wall-clock seconds for timestamps and for the age of response addresses.

    Triggers, acknowledgements and rates are measured with ``monotonic``, which nobody pushes.
    """

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += seconds

    @staticmethod
    def monotonic() -> float:
        return time.monotonic()
