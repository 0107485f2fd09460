"""Which days are worked on, and counting in them.

A working day is Monday to Friday, no Swedish public holiday, no Midsummer's,
Christmas or New Year's Eve, not in a quiet month and not in a closed period.
Not here: moments and hours; every offset counts whole days.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal

from bot.errors import Invalid

ClosedKind = Literal["weekend", "holiday", "quiet_month", "closed"]

_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Closed:
    """Why nobody works on a day: the kind, with the holiday's Swedish name or the given reason."""

    kind: ClosedKind
    name: str = ""


@dataclass(frozen=True, slots=True)
class ClosedPeriod:
    """Days on which nobody here works; both days included, one day if no last day is given.

    Raises :class:`Invalid` ``invalid.closed_period`` (start, end) if it ends before it starts.
    """

    starts_on: date
    ends_on: date | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse a period that runs backwards."""
        if self.last_day < self.starts_on:
            raise Invalid("invalid.closed_period", start=self.starts_on, end=self.last_day)

    @property
    def last_day(self) -> date:
        """The last closed day."""
        return self.ends_on or self.starts_on

    def covers(self, day: date) -> bool:
        """Tell whether a day lies inside."""
        return self.starts_on <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The calendar that every offset is counted in.

    ``quiet_months`` are months (1 to 12) without deadlines and nudges, July unless
    told otherwise. Raises :class:`Invalid`: ``invalid.quiet_months`` (text) for other
    numbers, ``invalid.no_working_day`` (year, None for every year) if a year would
    have no working day at all, for then no offset could be counted.

    Built once and kept: it remembers the working days of each year it was asked about.
    """

    quiet_months: Collection[int] = (7,)
    closed: Collection[ClosedPeriod] = ()
    _years: dict[int, list[date]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Put the parts in order and refuse a calendar in which nobody ever works."""
        quiet = frozenset(self.quiet_months)
        if not quiet <= set(range(1, 13)):
            raise Invalid("invalid.quiet_months", text=", ".join(map(str, self.quiet_months)))
        if len(quiet) == 12:
            raise Invalid("invalid.no_working_day", year=None)
        object.__setattr__(self, "quiet_months", quiet)
        object.__setattr__(self, "closed", tuple(self.closed))
        for year in sorted({year for period in self.closed for year in _years_of(period)}):
            if not self._days_of(year):
                raise Invalid("invalid.no_working_day", year=year)

    def is_working(self, day: date) -> bool:
        """Tell whether people work on a day."""
        days = self._days_of(day.year)
        place = bisect_left(days, day)
        return place < len(days) and days[place] == day

    def why_closed(self, day: date) -> Closed | None:
        """Tell why a day is not a working day; None if it is one.

        A holiday is named before the weekend it falls on, a closed period's reason
        before the quiet month around it.
        """
        name = holidays_of(day.year).get(day)
        if name is not None:
            return Closed("holiday", name)
        if day.isoweekday() > 5:
            return Closed("weekend")
        period = next((period for period in self.closed if period.covers(day)), None)
        if period is not None:
            return Closed("closed", period.reason)
        return Closed("quiet_month") if day.month in self.quiet_months else None

    def on_or_before(self, day: date) -> date:
        """Give the day itself if it is a working day, else the last one before it."""
        return self.shift(day, 0)

    def on_or_after(self, day: date) -> date:
        """Give the day itself if it is a working day, else the first one after it."""
        return day if self.is_working(day) else self.shift(day, 1)

    def shift(self, day: date, working_days: int) -> date:
        """Give the day that many working days after (negative: before) a day.

        From a day that is not a working day, 1 is the first working day after it,
        −1 the last one before it, and 0 also the last one before it.
        """
        days = self._days_of(day.year)
        if working_days < 0:
            place = bisect_left(days, day) + working_days
        else:
            place = bisect_right(days, day) + working_days - 1
        return self._at(day.year, place)

    def _at(self, year: int, place: int) -> date:
        """Give a working day by its place, counted from a year's first one, into other years."""
        while place < 0:
            year -= 1
            place += len(self._days_of(year))
        while place >= len(self._days_of(year)):
            place -= len(self._days_of(year))
            year += 1
        return self._days_of(year)[place]

    def _days_of(self, year: int) -> list[date]:
        """Give a year's working days in order."""
        days = self._years.get(year)
        if days is None:
            days = [day for day in _all_days(year) if self.why_closed(day) is None]
            self._years[year] = days
        return days


@lru_cache(maxsize=512)
def holidays_of(year: int, language: str = "sv") -> Mapping[date, str]:
    """Give a year's days off by date, with their names in Swedish or English.

    They are the public holidays (lagen om allmänna helgdagar) and the three eves on
    which nobody works though the law does not say so. Known for 1953 to 2100; for
    other years only weekends are. Sundays as such are left out.
    """
    import holidays  # noqa: PLC0415 - a tenth of a second that most commands never need

    found = holidays.country_holidays(
        "SE",
        years=year,
        categories=("public", "de_facto"),
        include_sundays=False,
        language="en_US" if language == "en" else "sv",
    )
    return MappingProxyType(dict(found))


def _all_days(year: int) -> Iterator[date]:
    """Walk through a year."""
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += _ONE_DAY


def _years_of(period: ClosedPeriod) -> range:
    """Give the years that a period touches."""
    return range(period.starts_on.year, period.last_day.year + 1)
