"""What a cell's content means, kind by kind; each reader is handed what is not empty.

A reader takes the plain content of a cell (text, number, date, truth value) and a function to
warn with, and gives the value that the register holds, or raises :class:`Invalid`.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from math import isfinite
from typing import Any, Final, Protocol, TypeAlias

from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, is_possible_number
from phonenumbers import parse as parse_phone
from stdnum.exceptions import ValidationError
from stdnum.se import orgnr

from bot.errors import Invalid
from bot.evaluations.planning import parse_months
from bot.money import parse_kronor
from bot.periods import parse_partial_date
from bot.personal_numbers import find_personal_numbers
from bot.reminders.planning import parse_steps
from bot.workbook.cleaning import clean
from storage.models.columns import NAME_LENGTH, TEXT_LENGTH
from storage.types import PartialDate

NUMBER_LENGTH: Final = 40
FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2100
UNTIL_FURTHER_NOTICE: Final = "tills vidare"
EXTRA: Final = "extra"
_LONGEST_QUOTE: Final = 60
_YES: Final = {"ja", "yes", "j", "x"}
_NO: Final = {"nej", "no", "n"}
_USER: Final = re.compile(r"(?:<@)?([UW][A-Z0-9_]{1,38})(?:\|[^<>]*)?>?")
_CHANNEL: Final = re.compile(r"(?:<#)?([CG][A-Z0-9_]{1,38})(?:\|[^<>]*)?>?")
_WHOLE: Final = re.compile(r"[-+]?[0-9]{1,9}")
_DECIMAL: Final = re.compile(r"[-+]?[0-9]{1,20}(?:[.,][0-9]{1,15})?")


class Warn(Protocol):
    """Tells that a value was taken, but should be looked at."""

    def __call__(self, key: str, **facts: Any) -> None:
        """Keep the warning."""
        ...


Reader: TypeAlias = Callable[[object, Warn], Any]


class OpenEnd(enum.Enum):
    """An end that is known to be open, which is not the same as unknown."""

    open = "open"


class Extra(enum.Enum):
    """An evaluation beside the plan."""

    extra = "extra"


def quoted(value: object) -> str:
    """Give what stood in a cell as text, short enough to be quoted and with nothing hidden."""
    text = "".join(sign if sign.isprintable() else "\ufffd" for sign in str(value)[:100])
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"


def as_text(value: object) -> str:
    """Give a cell's content as text: the number 1 is the text 1.

    Raises :class:`Invalid` ``workbook.not_text`` (text) for dates and truth values: a
    spreadsheet has then changed what was typed, *2019-01* to the first of January.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise Invalid("workbook.not_text", text=quoted(value))
    return str(int(value)) if isinstance(value, int) or value.is_integer() else repr(value)


def name(value: object, warn: Warn) -> str:
    """Read one line of at most 200 characters."""
    return _text(value, warn, NAME_LENGTH)


def text(value: object, warn: Warn) -> str:
    """Read text of at most 2 000 characters, in one or more lines."""
    return _text(value, warn, TEXT_LENGTH, lines=True)


def number(value: object, warn: Warn) -> str:
    """Read the number of an agreement: text of at most 40 characters."""
    return _without_person(_bounded(clean(as_text(value)), NUMBER_LENGTH), warn)


def partial(value: object, _warn: Warn) -> PartialDate:
    """Read a date at the precision it was given with."""
    if isinstance(value, time | timedelta | bool):
        raise Invalid("invalid.date", text=quoted(value))
    return parse_partial_date(value)


def whole_day(value: object, warn: Warn) -> date:
    """Read a date that has to be known to the day."""
    found = partial(value, warn)
    if found.day is None:
        raise Invalid("workbook.whole_day", text=str(found))
    return found.first_day


def end(value: object, warn: Warn) -> PartialDate | OpenEnd:
    """Read an end: a date, or *tills vidare*."""
    if isinstance(value, str) and _word(value).rstrip(".") == UNTIL_FURTHER_NOTICE:
        return OpenEnd.open
    return partial(value, warn)


def money(value: object, _warn: Warn) -> int:
    """Read an amount that may be negative, in öre."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Invalid("invalid.money", text=quoted(value))
    return parse_kronor(value)


def granted(value: object, warn: Warn) -> int:
    """Read an amount that is granted, in öre: never below zero."""
    ore = money(value, warn)
    if ore < 0:
        raise Invalid("workbook.negative_grant", text=quoted(value))
    return ore


def year(value: object, _warn: Warn) -> int:
    """Read a calendar year from 1990 to 2100."""
    return _whole(value, FIRST_YEAR, LAST_YEAR, "workbook.year")


def whole(low: int, high: int) -> Reader:
    """Make a reader of whole numbers within bounds."""

    def read(value: object, _warn: Warn) -> int:
        return _whole(value, low, high, "workbook.whole_number")

    return read


def place(value: object, _warn: Warn) -> int | Extra:
    """Read an evaluation's place in the plan, or *extra*."""
    if isinstance(value, str) and _word(value) == EXTRA:
        return Extra.extra
    return _whole(value, 1, 9_999, "workbook.place")


def decimal(value: object, _warn: Warn) -> Decimal:
    """Read a decimal number, with every digit it was written with."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _plain(_decimal_of(repr(value), value))
    written = re.sub(r"\s", "", value).replace("\u2212", "-") if isinstance(value, str) else ""
    if not _DECIMAL.fullmatch(written):
        raise Invalid("workbook.decimal", text=quoted(value))
    return _plain(_decimal_of(written.replace(",", "."), value))


def yes_no(value: object, _warn: Warn) -> bool:
    """Read *ja* or *nej*, or a spreadsheet's own SANT or FALSKT."""
    if isinstance(value, bool):
        return value
    word = _word(value) if isinstance(value, str) else ""
    if word in _YES or word in _NO:
        return word in _YES
    raise Invalid("workbook.yes_no", text=quoted(value))


def choice(words: Mapping[str, enum.StrEnum]) -> Reader:
    """Make a reader of one of these words, in any case."""

    def read(value: object, _warn: Warn) -> enum.StrEnum:
        found = words.get(_word(value)) if isinstance(value, str) else None
        if found is None:
            raise Invalid("workbook.choice", text=quoted(value), choices=", ".join(words))
        return found

    return read


def slack_user(value: object, _warn: Warn) -> str:
    """Read the id of a person in Slack."""
    return _slack_id(value, _USER, "workbook.slack_user")


def slack_channel(value: object, _warn: Warn) -> str:
    """Read the id of a channel in Slack."""
    return _slack_id(value, _CHANNEL, "workbook.slack_channel")


def months(value: object, _warn: Warn) -> str:
    """Read months of evaluation and write them as ``4, 10``."""
    return ", ".join(map(str, parse_months(as_text(value))))


def steps(value: object, _warn: Warn) -> str:
    """Read steps of reminding and write them as ``-30,-14,-3``."""
    found = ",".join(map(str, parse_steps(as_text(value))))
    return _bounded(found, 100)


def organisation_number(value: object, warn: Warn) -> str:
    """Read an organisationsnummer with its check digit and write it as NNNNNN-NNNN."""
    written = clean(as_text(value))
    digits = re.sub(r"[\s.–-]", "", written)
    digits = digits[2:] if len(digits) == 12 and digits.startswith("16") else digits
    try:
        if not digits.isascii():
            raise Invalid("workbook.organisation_number", text=quoted(written))
        found = str(orgnr.validate(digits))
    except ValidationError as error:
        raise Invalid("workbook.organisation_number", text=quoted(written)) from error
    if int(found[2:4]) < 20:  # an organisation's third digit is at least 2
        warn("workbook.like_birth_number")
    return str(orgnr.format(found))


def email(value: object, warn: Warn) -> str:
    """Read an e-mail address; it is kept as it was written, never corrected."""
    written = _bounded(clean(as_text(value)), NAME_LENGTH)
    if not _is_email(written):
        raise Invalid("workbook.email", text=quoted(written))
    if not written.rpartition("@")[0].isascii():
        warn("workbook.email_not_ascii", text=quoted(written))
    return _without_person(written, warn)


def phone(value: object, warn: Warn) -> str:
    """Read a phone number and keep it as given, also one that cannot be understood."""
    written = _bounded(clean(as_text(value)), NAME_LENGTH)
    if not _is_phone(written):
        warn("workbook.phone_unreadable", text=quoted(written))
    return _without_person(written, warn)


def link(value: object, warn: Warn) -> str:
    """Read an address on the web; anything else is kept as text."""
    written = _text(value, warn, TEXT_LENGTH)
    if not re.match(r"https?://[^\s/]", written, re.IGNORECASE):
        warn("workbook.link_not_web", text=quoted(written))
    return written


def _text(value: object, warn: Warn, longest: int, *, lines: bool = False) -> str:
    return _without_person(_bounded(clean(as_text(value), lines=lines), longest), warn)


def _without_person(found: str, warn: Warn) -> str:
    """Warn of a personnummer in a text; the text is kept as it is, the number never repeated."""
    if find_personal_numbers(found):
        warn("workbook.birth_number_in_text")
    return found


def _bounded(found: str, longest: int) -> str:
    if len(found) > longest:
        raise Invalid("workbook.too_long", length=len(found), longest=longest)
    return found


def _word(value: str) -> str:
    return " ".join(clean(value).casefold().split())


def _whole(value: object, low: int, high: int, key: str) -> int:
    found: int | None = None
    if isinstance(value, str):
        found = int(value) if _WHOLE.fullmatch(value.strip()) else None
    elif isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1:
        found = int(value)
    if found is None or not low <= found <= high:
        raise Invalid(key, text=quoted(value), lowest=low, highest=high)
    return found


def _decimal_of(written: str, value: object) -> Decimal:
    try:
        found = Decimal(written)
    except InvalidOperation as error:
        raise Invalid("workbook.decimal", text=quoted(value)) from error
    if not found.is_finite() or abs(found) >= 10**20:
        raise Invalid("workbook.decimal", text=quoted(value))
    return found


def _plain(found: Decimal) -> Decimal:
    """Write a number without exponent and without zeros that say nothing."""
    written = f"{found:f}"
    written = written.rstrip("0").rstrip(".") if "." in written else written
    if len(written) > NUMBER_LENGTH:
        raise Invalid("workbook.decimal", text=quoted(found))
    return Decimal(written) if found else Decimal(0)


def _slack_id(value: object, pattern: re.Pattern[str], key: str) -> str:
    written = clean(as_text(value))
    match = pattern.fullmatch(written)
    if match is None:
        raise Invalid(key, text=quoted(written))
    return match[1]


@lru_cache(maxsize=65_536)
def _is_email(written: str) -> bool:
    try:
        validate_email(written, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


@lru_cache(maxsize=65_536)
def _is_phone(written: str) -> bool:
    try:
        return is_possible_number(parse_phone(written, "SE"))
    except NumberParseException:
        return False


def day_or_text(found: PartialDate) -> date | str:
    """Give a date as a spreadsheet holds it: a day as a date, anything less exact as text."""
    if found.day is None or found.first_day < date(1900, 3, 1):  # Excel has a 29 February 1900
        return str(found)
    return found.first_day
