"""Text on its way in: nothing hidden, one way of writing each letter, and otherwise untouched."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from bot.errors import Invalid
from bot.visible import hidden_in

_LINES: Final = re.compile(r"\r\n?|\n")


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
    for at in hidden_in(text):
        code = f"U+{ord(text[at]):04X}"
        raise Invalid("workbook.hidden_character", code=code, place=at + 1)
    return text
