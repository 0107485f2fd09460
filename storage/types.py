"""Values that a column can hold and that every floor speaks of.

Here: a date known to the day, month or year, and the column types that keep
money, moments and such dates whole on SQLite and PostgreSQL alike.
Not here: reading what people type (``bot/periods.py``, ``bot/money.py``).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Self

from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to the day, to the month or to the year, and no better.

    Published agreements often give a month or a year only; such a date is kept
    and shown at its own precision. A start counts as its first day, an end as
    its last. Years run from 1900 to 2199. Raises ``ValueError`` for a day that
    does not exist.
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        """Refuse what no calendar has."""
        if not 1900 <= self.year <= 2199:
            raise ValueError(f"year {self.year} is outside 1900 to 2199")
        if self.day is not None and self.month is None:
            raise ValueError("a day needs a month")
        date(self.year, self.month or 1, self.day or 1)

    @classmethod
    def of(cls, day: date) -> Self:
        """Take a whole date as one known to the day."""
        return cls(day.year, day.month, day.day)

    @classmethod
    def from_iso(cls, text: str) -> Self:
        """Read ``2021``, ``2021-05`` or ``2021-05-29``; ``ValueError`` otherwise."""
        match = _ISO.fullmatch(text)
        if match is None:
            raise ValueError(f"not a date: {text!r}")
        year, month, day = (int(part) if part else None for part in match.groups())
        return cls(year or 0, month, day)

    @property
    def first_day(self) -> date:
        """The first day it can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self) -> date:
        """The last day it can mean."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    @override
    def __str__(self) -> str:
        """Give the ISO form at its own precision: sorts as text, reads back equal."""
        if self.month is None:
            return f"{self.year:04}"
        if self.day is None:
            return f"{self.year:04}-{self.month:02}"
        return f"{self.year:04}-{self.month:02}-{self.day:02}"


class PartialDateColumn(TypeDecorator[PartialDate]):
    """Keeps a :class:`PartialDate` as its ISO text."""

    impl = String(10)
    cache_ok = True

    @override
    def process_bind_param(self, value: PartialDate | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    @override
    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        return read_partial_date


@lru_cache(maxsize=8192)
def read_partial_date(text: str | None) -> PartialDate | None:
    """Read a stored date; kept, since the same days come back in every answer."""
    return None if text is None else PartialDate.from_iso(text)


class ExactDecimal(TypeDecorator[Decimal]):
    """Keeps a decimal number as text: SQLite would turn it into a float and lose digits."""

    impl = String(40)
    cache_ok = True

    @override
    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else format(value, "f")

    @override
    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)
