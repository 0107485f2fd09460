"""All words that a person reads, in Swedish and English, and figures as each language writes them.

The catalogues lie in ``sv/`` and ``en/``, one ``.po`` file a matter, and are read at the first
use. A text is named by a key (``status.days_left``); where it depends on a number it has plural
forms and is asked for with ``n``. Values are put in as they are: making them safe for Slack is the
business of ``handlers/blocks/elements.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot import money, periods
from bot.errors import FoljsamError
from storage.types import PartialDate

LANGUAGES = ("sv", "en")
_FOLDER = Path(__file__).parent
_Forms = tuple[str, str]  # of one, and of every other number; the same where nothing is counted
_WRITTEN: Final[dict[type, Callable[[Any, str], str]]] = {
    PartialDate: periods.format_partial_date,
    date: periods.format_day,
}


@dataclass(frozen=True, slots=True)
class Texts:
    """The words of one language. Called with a key it gives the text."""

    language: str

    def __call__(self, key: str, /, **values: Any) -> str:
        """Give the text of a key with its values put in; ``n`` chooses the plural form.

        Raises ``KeyError`` for a key that no catalogue has: a test walks all of them.
        """
        one, many = catalogue(self.language)[key]
        if not values:
            return one.format()
        for name, value in values.items():
            write = _WRITTEN.get(type(value))
            if write is not None:
                values[name] = write(value, self.language)
        return (one if values.get("n") == 1 else many).format_map(values)

    def show(self, value: Any) -> Any:
        """Write a date as this language does; leave everything else as it is."""
        write = _WRITTEN.get(type(value))
        return value if write is None else write(value, self.language)

    def error(self, error: FoljsamError) -> str:
        """Put an error into words.

        ``expected`` is a key itself, ``…_ore`` an amount; other facts are what was typed.
        """
        facts = dict(error.facts)
        for name, value in facts.items():
            if name == "expected":
                facts[name] = self(value)
            elif name.endswith("_ore"):
                facts[name] = self.kronor(value)
        return self(error.key, **facts)

    def __contains__(self, key: str) -> bool:
        """Say whether the catalogue has the key."""
        return key in catalogue(self.language)

    def kronor(self, ore: int) -> str:
        """Write an amount in full: *2 100 000 kr*."""
        return money.format_kronor(ore, self.language)

    def number(self, value: Decimal) -> str:
        """Write a number with its own decimals: *12 500,5*."""
        from babel.numbers import format_decimal  # noqa: PLC0415  # not needed for --help

        return str(format_decimal(value, locale=self.language, decimal_quantization=False))

    def moment(self, moment: datetime, zone: ZoneInfo) -> str:
        """Write a moment in the zone: *tisdag 3 mars 2027 kl. 09.00*."""
        return periods.format_moment(moment, zone, self.language)

    def several(self, parts: list[str]) -> str:
        """Join parts as in speech: *a, b och c*."""
        if len(parts) < 2:
            return "".join(parts)
        return f"{', '.join(parts[:-1])} {self('word.and')} {parts[-1]}"


@cache
def catalogue(language: str) -> dict[str, _Forms]:
    """Read all texts of a language, by key. The same key twice is an error."""
    from babel.messages.pofile import read_po  # noqa: PLC0415  # not needed for --help

    texts: dict[str, _Forms] = {}
    for file in sorted((_FOLDER / language).glob("*.po")):
        with file.open("rb") as opened:
            for message in read_po(opened, locale=language):
                if message.id:
                    _add(texts, message, file.name)
    return texts


def _add(texts: dict[str, _Forms], message: Any, file: str) -> None:
    key = message.id[0] if isinstance(message.id, tuple) else message.id
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    if key in texts or not all(forms):
        raise ValueError(f"{file}: {key} stands twice or is empty")
    texts[key] = (forms[0], forms[-1])
