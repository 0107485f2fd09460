"""Personnummer in text: the register shall hold none, so they are noticed and never repeated.

Pure. Personnummer and samordningsnummer with ten or twelve digits, a day that exists and the right
check digit. An organisationsnummer is none (its third digit is at least 2), nor is a telephone
number, an amount or a diarienummer.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final

from stdnum import luhn

from bot.errors import Invalid

HIDDEN: Final = "••••••"
"""What stands where a number stood."""

_LIKE_ONE: Final = re.compile(
    r"(?<!\w)(?<![0-9][-.,+])(?<!\+)"
    r"(?P<century>18|19|20)?(?P<year>[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
    r"(?P<sign>[-+–\u2212 ]?)(?P<last>[0-9]{4})"
    r"(?!\w|[-.,+][0-9])"
)
_MONEY_AFTER: Final = re.compile(
    r"\s*(?:kr\b|kronor|sek\b|tkr\b|mkr\b|öre\b|:-|%|€)", re.IGNORECASE
)
_OTHER_BEFORE: Final = re.compile(
    r"(?:dnr|diarienr|diarienummer|diarieför\w*|sek|kr|€)[\s.:]*$", re.IGNORECASE
)
_LOOKED_BACK: Final = 20  # characters, for a word that says what the number is


def find_personal_numbers(text: str) -> tuple[tuple[int, int], ...]:
    """Give where personnummer and what looks like one stand: from and to, never the digits."""
    return tuple(found.span() for found in _LIKE_ONE.finditer(text) if _is_one(found, text))


def without_personal_numbers(text: str) -> str:
    """Put dots where personnummer stand, so that a text about them can be shown."""
    for start, end in reversed(find_personal_numbers(text)):
        text = text[:start] + HIDDEN + text[end:]
    return text


def refuse_personal_number(text: str) -> str:
    """Give a typed text back. Raises :class:`Invalid` where a personnummer seems to stand in it."""
    if find_personal_numbers(text):
        raise Invalid("people.personal_number")
    return text


def _is_one(found: re.Match[str], text: str) -> bool:
    year, month, day, last = found.group("year", "month", "day", "last")
    if not _has_day(found["century"], int(year), int(month), int(day)):
        return False
    if not luhn.is_valid(year + month + day + last):
        return False
    return found["sign"] in {"-", "+"} or not _is_something_else(found, text)


def _has_day(century: str | None, year: int, month: int, day: int) -> bool:
    """Say whether the day exists; a samordningsnummer adds 60 to it."""
    born = day - 60 if day > 60 else day
    centuries = (int(century),) if century else (18, 19, 20)
    return any(_exists(100 * each + year, month, born) for each in centuries)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _is_something_else(found: re.Match[str], text: str) -> bool:
    """Say whether digits without their sign are money, a diarienummer or a telephone number."""
    before = text[max(0, found.start() - _LOOKED_BACK) : found.start()]
    if _MONEY_AFTER.match(text, found.end()) or _OTHER_BEFORE.search(before):
        return True
    return found["century"] is None and found[0].startswith("0") and _is_phone(found[0])


@lru_cache(maxsize=1024)
def _is_phone(digits: str) -> bool:
    import phonenumbers  # noqa: PLC0415  # only digits that begin with 0 need it

    return bool(phonenumbers.is_valid_number(phonenumbers.parse(digits, "SE")))
