"""Text on its way in: nothing hidden, one way of writing each letter, and otherwise untouched."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from stdnum import luhn

from bot.errors import Invalid

_HIDDEN: Final = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f"  # controls
    "\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff"  # hiding and reordering
    "\U000e0000-\U000e007f"  # tags
    "\ud800-\udfff]"  # halves of characters
)
_LINES: Final = re.compile(r"\r\n?|\n")
_JOINER: Final = "\u200d"
_PICTURES: Final = {"So", "Sk", "Sm", "Mn"}  # pictures, skin tones, signs, variation marks
_BIRTH_NUMBER: Final = re.compile(
    r"(?<![0-9])(?:19|20)?([0-9]{2})([0-9]{2})([0-9]{2})[-+ ]?([0-9]{4})(?![0-9])"
)


def clean(text: str, *, lines: bool = False) -> str:
    """Trim a text and write each letter in one way (NFC); the rest is kept as it came.

    ``lines``: line breaks and tabs are allowed. Raises :class:`Invalid`
    ``workbook.hidden_character`` (code, place: counted from 1) for control characters and for
    characters that hide or reorder others. The joiner inside an emoji stays.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    text = unicodedata.normalize("NFC", _LINES.sub("\n", text)).strip()
    if not lines and ("\n" in text or "\t" in text):
        place = min(at for at in (text.find("\n"), text.find("\t")) if at >= 0)
        raise Invalid("workbook.line_break", place=place + 1)
    for found in _HIDDEN.finditer(text):
        if found[0] != _JOINER or not _joins_pictures(text, found.start()):
            code = f"U+{ord(found[0]):04X}"
            raise Invalid("workbook.hidden_character", code=code, place=found.start() + 1)
    return text


def looks_like_birth_number(text: str) -> bool:
    """Tell whether something in a text looks like a personnummer or samordningsnummer."""
    return any(_is_birth_number(*found.groups()) for found in _BIRTH_NUMBER.finditer(text))


def _joins_pictures(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return bool(
        before
        and after
        and unicodedata.category(before) in _PICTURES
        and unicodedata.category(after) in {"So", "Sm"}
    )


def _is_birth_number(year: str, month: str, day: str, last: str) -> bool:
    """Check the date (a samordningsnummer adds 60 to the day) and the check digit."""
    dated = 1 <= int(month) <= 12 and (1 <= int(day) <= 31 or 61 <= int(day) <= 91)
    return dated and bool(luhn.is_valid(year + month + day + last))
