"""Dates as people write them, and the term of an agreement.

Here: reading and showing dates known to the day, month or year; when an agreement
starts, ends and is in force.
Not here: which days are worked on (``bot/working_days.py``), what falls due
(``bot/evaluations.py``), the clock (``bot/clock.py``): today is always handed in.

A period includes both its first and its last day.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from babel import Locale
from babel.dates import format_date, format_datetime
from dateutil.relativedelta import relativedelta

from bot.errors import Invalid
from storage.types import PartialDate

_LONGEST: Final = 60  # characters; longer text is no date, and no more is quoted back
_YEARS: Final = range(1990, 2101)  # a bare number outside is a spreadsheet's day count, or a slip

_MONTHS: Final = (
    ("januari", "january", "jan"),
    ("februari", "february", "feb", "febr"),
    ("mars", "march", "mar"),
    ("april", "apr"),
    ("maj", "may"),
    ("juni", "june", "jun"),
    ("juli", "july", "jul"),
    ("augusti", "august", "aug"),
    ("september", "sep", "sept"),
    ("oktober", "october", "okt", "oct"),
    ("november", "nov"),
    ("december", "dec"),
)
_MONTH_OF: Final = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_WEEKDAY: Final = (
    r"(?:måndag|tisdag|onsdag|torsdag|fredag|lördag|söndag|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday)(?:en)?,? "
)
_TIME: Final = r"(?:[t ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
_DAY: Final = r"(?P<day>[0-9]{1,2})"
_MONTH: Final = r"(?P<month>[0-9]{1,2})"
_YEAR: Final = r"(?P<year>[0-9]{4})"
_NAME: Final = r"(?P<name>[a-z]+)\.?"

_FORMS: Final = tuple(
    re.compile(form)
    for form in (
        rf"{_YEAR}-{_MONTH}-{_DAY}{_TIME}",  # 2020-10-29
        r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})",  # 20201029
        rf"{_YEAR}/{_MONTH}/{_DAY}",  # 2020/10/29
        rf"{_YEAR}[/-]{_MONTH}",  # 2021-05
        rf"(?:{_WEEKDAY})?(?:den )?{_DAY}(?::?[ae]|st|nd|rd|th)? {_NAME},? {_YEAR}",
        rf"(?:{_WEEKDAY})?{_NAME} {_DAY}(?:st|nd|rd|th)?, ?{_YEAR}",  # October 29, 2020
        rf"{_DAY}/{_MONTH}[ /-]{_YEAR}",  # 29/10 2020, day first as in Sweden
        rf"{_DAY}\.{_MONTH}\. ?{_YEAR}",  # 29.10.2020
        rf"{_DAY}-{_MONTH}-{_YEAR}",  # 29-10-2020
        rf"{_NAME} {_YEAR}",  # maj 2021
    )
)

_DAY_PATTERN: Final = "d MMMM y"
_WEEKDAY_PATTERN: Final = "EEEE d MMMM y"
_MOMENT_PATTERN: Final = {"sv": "EEEE d MMMM y 'kl.' HH.mm", "en": "EEEE d MMMM y 'at' HH:mm"}


def parse_partial_date(value: object) -> PartialDate:
    """Read a date at the precision it was given with: day, month or year.

    Takes ``date`` and ``datetime`` (its day), whole numbers 1990 to 2100 as years,
    and text: ``2020-10-29``, ``20201029``, ``29 oktober 2020``, ``29 okt. 2020``,
    ``29/10 2020``, ``29.10.2020``, ``maj 2021``, ``2021-05``, ``2021``, with Swedish
    or English names. Day and month in figures are read in the Swedish order.

    Raises :class:`Invalid` ``invalid.date`` (text) for what cannot be read, for days
    that do not exist, and for other numbers: a spreadsheet's bare day count looks
    like any number and is not guessed at.
    """
    if isinstance(value, datetime):
        value = value.date()
    partial = _from_value(value)
    if partial is None:
        raise Invalid("invalid.date", text=_quoted(value))
    return partial


@lru_cache(maxsize=8192)
def format_partial_date(value: PartialDate, language: str) -> str:
    """Write ``29 oktober 2020``, ``maj 2021`` or ``2021``: never more than is known."""
    if value.month is None:
        return str(value.year)
    return _written(value.first_day, "MMMM y" if value.day is None else _DAY_PATTERN, language)


def format_day(day: date, language: str, *, weekday: bool = False) -> str:
    """Write ``3 mars 2027``, or ``onsdag 3 mars 2027`` with its weekday."""
    return _written(day, _WEEKDAY_PATTERN if weekday else _DAY_PATTERN, language)


def format_moment(moment: datetime, zone: tzinfo, language: str) -> str:
    """Write ``onsdag 3 mars 2027 kl. 09.00``, as the clock on the wall in ``zone`` shows it.

    Raises ``ValueError`` for a moment without a zone of its own.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs a zone")
    pattern = _MOMENT_PATTERN["en" if language == "en" else "sv"]
    return _written(moment.astimezone(zone).replace(tzinfo=None, fold=0), pattern, language)


AnchorSource = Literal["starts", "signed", "decided"]
EndKind = Literal["known", "estimated", "open", "unknown"]


class Anchor(NamedTuple):
    """The day that evaluations and lengths are counted from, and which date it is."""

    day: date
    source: AnchorSource


class End(NamedTuple):
    """The last day of a term, and how sure it is; no day where it is open or unknown."""

    day: date | None
    kind: EndKind

    def days_left(self, today: date) -> int | None:
        """Count the days to the end: 0 on the last day, negative after it, None if not known."""
        return None if self.day is None else (self.day - today).days

    def last_day_for_notice(self, notice_months: int | None) -> date | None:
        """Give the last day on which notice can be given: whole months before the end.

        ``notice_months`` is 0 to 1200. None where it or the end is open or not known.
        """
        if self.day is None or notice_months is None:
            return None
        return _months_after(self.day, -notice_months)


@dataclass(frozen=True, slots=True)
class Term:
    """When an agreement holds, as far as it is known. Everything may be missing.

    ``ends_on`` is the current end, after any extension. ``term_months`` (1 to 1200)
    is the length, used only where the end is neither known nor open.
    Raises :class:`Invalid` ``invalid.term_months`` (months) outside that range.
    """

    starts_on: PartialDate | None = None
    ends_on: PartialDate | None = None
    open_ended: bool = False
    term_months: int | None = None
    signed_on: PartialDate | None = None
    decided_on: PartialDate | None = None

    def __post_init__(self) -> None:
        """Refuse lengths that no agreement has."""
        if self.term_months is not None and not 1 <= self.term_months <= 1200:
            raise Invalid("invalid.term_months", months=self.term_months)

    def anchor(self) -> Anchor | None:
        """Give the first day of the start; where unknown of the signing, then of the decision."""
        if self.starts_on is not None:
            return Anchor(self.starts_on.first_day, "starts")
        if self.signed_on is not None:
            return Anchor(self.signed_on.first_day, "signed")
        if self.decided_on is not None:
            return Anchor(self.decided_on.first_day, "decided")
        return None

    def end(self) -> End:
        """Give the end as it stands now.

        A known end is the last day it can mean. An unknown end with a known length
        is estimated: that many months after the anchor, on the same day of the month
        (31 August and six months: the last of February).
        """
        if self.ends_on is not None:
            return End(self.ends_on.last_day, "known")
        if self.open_ended:
            return End(None, "open")
        estimate = self._estimated_end()
        return End(None, "unknown") if estimate is None else End(estimate, "estimated")

    def in_force(self, day: date, status: str | None) -> bool:
        """Tell whether the agreement is in force on a day.

        ``status`` is ``preparing``, ``in_force`` or ``ended`` and decides where it is
        set. Where it is not: from the anchor until the end, both included, and an
        unknown or open end has not been passed. Without a status and any day to
        count from, an agreement is not in force: nothing says that it began.
        """
        days = self.days_in_force(status)
        return days is not None and days[0] <= day <= days[1]

    def days_in_force(self, status: str | None) -> tuple[date, date] | None:
        """Give the first and last day in force by the rule of :meth:`in_force`; None if none is.

        Where nothing bounds it, the first or last day that a calendar has.
        """
        if status is not None:
            return (date.min, date.max) if status == "in_force" else None
        anchor = self.anchor()
        return None if anchor is None else (anchor.day, self.end().day or date.max)

    def contradictions(self) -> tuple[Invalid, ...]:
        """Name what cannot all be true, each as the error it would be; empty if it holds.

        Keys: ``invalid.end_before_start``, ``invalid.end_before_signing`` (start or
        signed, end, as :class:`PartialDate`), ``invalid.open_with_end`` (end),
        ``invalid.length_differs`` (months, start, end: more than a month apart).
        A decision or a signature after the start is no contradiction: both are common.
        """
        checks: tuple[Callable[[], Invalid | None], ...] = (
            self._end_before_start,
            self._end_before_signing,
            self._open_with_end,
            self._length_differs,
        )
        return tuple(found for check in checks if (found := check()) is not None)

    def _estimated_end(self) -> date | None:
        """Count the length from the anchor."""
        anchor = self.anchor()
        if anchor is None or self.term_months is None:
            return None
        return _months_after(anchor.day, self.term_months)

    def _end_before_start(self) -> Invalid | None:
        start, end = self.starts_on, self.ends_on
        if start is None or end is None or start.first_day <= end.last_day:
            return None
        return Invalid("invalid.end_before_start", start=start, end=end)

    def _end_before_signing(self) -> Invalid | None:
        signed, end = self.signed_on, self.ends_on
        if signed is None or end is None or signed.first_day <= end.last_day:
            return None
        return Invalid("invalid.end_before_signing", signed=signed, end=end)

    def _open_with_end(self) -> Invalid | None:
        if self.ends_on is None or not self.open_ended:
            return None
        return Invalid("invalid.open_with_end", end=self.ends_on)

    def _length_differs(self) -> Invalid | None:
        """Compare only days that are known: a length from a signature says little."""
        if self.starts_on is None or self.ends_on is None or self.term_months is None:
            return None
        length = relativedelta(months=self.term_months)
        earliest = self.starts_on.first_day + length - relativedelta(months=1)
        latest = self.starts_on.last_day + length + relativedelta(months=1)
        if self.ends_on.last_day >= earliest and self.ends_on.first_day <= latest:
            return None
        return Invalid(
            "invalid.length_differs",
            months=self.term_months,
            start=self.starts_on,
            end=self.ends_on,
        )


@lru_cache(maxsize=4096)
def _months_after(day: date, months: int) -> date:
    return day + relativedelta(months=months)


def _from_value(value: object) -> PartialDate | None:
    """Read whatever came in; None if it is no date."""
    if isinstance(value, date):
        return _partial(value.year, value.month, value.day)
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return PartialDate(int(value)) if value in _YEARS else None
    return _from_text(value) if isinstance(value, str) and len(value) <= _LONGEST else None


def _from_text(text: str) -> PartialDate | None:
    """Read a date in any of the forms people write; None if it is in none of them."""
    tidy = " ".join(unicodedata.normalize("NFC", text).lower().split())
    if re.fullmatch(r"[0-9]{4}", tidy):
        return PartialDate(int(tidy)) if int(tidy) in _YEARS else None
    matches = (form.fullmatch(tidy) for form in _FORMS)
    parts = next((match.groupdict() for match in matches if match), None)
    if parts is None:
        return None
    month = _MONTH_OF.get(parts["name"]) if "name" in parts else int(parts["month"])
    if month is None:
        return None
    return _partial(int(parts["year"]), month, int(parts["day"]) if parts.get("day") else None)


def _partial(year: int, month: int, day: int | None) -> PartialDate | None:
    """Make the date, unless no calendar has it."""
    if day == 0 or month == 0:
        return None  # would count as "not known" further in
    try:
        return PartialDate(year, month, day)
    except ValueError:
        return None


@lru_cache(maxsize=8192)
def _written(day: date, pattern: str, language: str) -> str:
    """Write a day or a local moment by a pattern of Unicode's; kept, for Babel takes its time."""
    if isinstance(day, datetime):
        return str(format_datetime(day, pattern, locale=_locale(language)))
    return str(format_date(day, pattern, locale=_locale(language)))


@lru_cache(maxsize=2)
def _locale(language: str) -> Locale:
    """Give the locale of a language: Swedish, or British English with its order of days."""
    return Locale("en", "GB") if language == "en" else Locale("sv")


def _quoted(value: object) -> str:
    """Give what came in as text, short enough to be quoted."""
    text = str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
