"""What was taken in and is carried out later, by a clock that a test moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Belated:
    """Requests whose connection is gone and which are still to be carried out.

    A test that moves the app's clock from one moment to another says so in this order, so that no
    request comes later by the app's clock than its fault says: ``accept`` what is to come by the
    new moment, move the app's clock, ``count_from`` the new moment.
    """

    moment: float = 0.0
    waiting: list[tuple[float, Callable[[], object]]] = field(default_factory=list)

    def keep(self, seconds: float, act: Callable[[], object]) -> None:
        """Carry something out so many seconds from now."""
        self.waiting.append((self.moment + seconds, act))

    def accept(self, by: float) -> int:
        """Carry out what is to come by that moment, the first first; say how much it was."""
        due = sorted((each for each in self.waiting if each[0] <= by), key=lambda each: each[0])
        self.waiting = [each for each in self.waiting if each[0] > by]
        for _, act in due:
            act()
        return len(due)

    def count_from(self, moment: float) -> None:
        """Count the seconds of what comes in from this moment on."""
        self.moment = moment
