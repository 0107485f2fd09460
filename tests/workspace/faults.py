"""What goes wrong on demand: which call, and in which way."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

LATER = ("cut_later", "500_later", "kill_later")
BEFORE = ("cut_before", "reset_before", "500_before", "503_before", "429", "error", "kill_before")
AFTER = (
    "cut_after",
    "reset_after",
    "500_after",
    "503_after",
    "empty",
    "html",
    "fatal_error",
    "slow",
    "late",
    "truncated",
    "drip",
    "token_revoked",
    "kill_after",
    "kill_after_answer",
)
KINDS = (*BEFORE, *AFTER, *LATER)


@dataclass(slots=True)
class Fault:
    """One planned misfortune.

    ``method`` is a Web API method, ``response_url``, ``upload`` or ``*``. It strikes from the
    ``nth`` matching call counted from now, ``times`` times (0: without end), each time with
    probability ``chance``. ``seconds`` is how slow or late, or the Retry-After of a 429; the
    ``code`` is what ``error`` refuses with. ``late`` cuts the connection and carries out later.
    What ends in ``_later`` is carried out when the app's own clock is said to have come so many
    ``seconds`` on (``world.belated``), for apps whose clock is moved by a test.
    With ``up_to`` the seconds are drawn anew each time, from ``seconds`` to ``up_to``.
    """

    method: str
    kind: str
    nth: int = 1
    times: int = 1
    chance: float = 1.0
    seconds: float = 1.0
    up_to: float | None = None
    code: str = "internal_error"
    channel: str | None = None
    seen: int = 0
    struck: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind}; one of {', '.join(KINDS)}")


@dataclass(slots=True)
class Faults:
    """The misfortunes planned, asked at each call."""

    planned: list[Fault] = field(default_factory=list)
    dice: random.Random = field(default_factory=lambda: random.Random(1))

    def plan(self, fault: Fault) -> None:
        self.planned.append(fault)

    def clear(self) -> None:
        self.planned.clear()

    def seed(self, number: int) -> None:
        self.dice.seed(number)

    def strike(self, method: str, channel: str | None = None) -> Fault | None:
        """Count a call and give the fault that hits it, if any does."""
        hit: Fault | None = None
        for fault in self.planned:
            if fault.method not in ("*", method) or fault.channel not in (None, channel):
                continue
            fault.seen += 1
            due = fault.seen >= fault.nth and (not fault.times or fault.struck < fault.times)
            if hit is None and due and self.dice.random() < fault.chance:
                fault.struck += 1
                hit = fault
        if hit is not None and hit.up_to is not None:
            return replace(hit, seconds=self.dice.uniform(hit.seconds, hit.up_to))
        return hit
