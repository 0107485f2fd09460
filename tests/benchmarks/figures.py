"""What a benchmark gives: rows of the table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

REACHED: Final = "reached"
MISSED: Final = "MISSED"
NO_TARGET: Final = "–"


class Skipped(Exception):
    """A row cannot be measured here; the text says why."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: what was measured, against which target, with which result."""

    what: str
    target: str
    measured: str
    verdict: str = NO_TARGET


Figures = Iterator[Figure]


def ratio(what: str, value: float, *, most: float, of: str, aim: float = 0.0, told: str) -> Figure:
    """Judge a ratio: reached, within the target but not the aim, or missed."""
    target = f"≤ {most:g} × {of}" + (f" (aim {aim:g})" if aim else "")
    return Figure(what, target, f"**{value:.2f} ×** {told}", judge(value, most, aim))


def judge(value: float, most: float, aim: float = 0.0) -> str:
    """Say in a word how a figure stands to its target."""
    if value > most:
        return MISSED
    return f"{REACHED}, aim {aim:g} not" if aim and value > aim else REACHED


def micro(seconds: float) -> str:
    """Write a time: microseconds below a millisecond, else milliseconds or seconds."""
    if seconds < 1e-3:
        return f"{seconds * 1e6:.0f} µs"
    return f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.1f} s"
