"""Names as they are compared and ordered: without case and marks, with single blanks."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "ł": "l", "þ": "th"})
_ORDERED = {"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}", "ü": "y"}  # the signs after z
_LAST = re.compile("([åäæöøü])")
_NOT_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Fold a name for comparison: *Ängsgården 1740* and *angsgarden  1740* are the same.

    Signs between words count as blanks, so that quotation marks and dashes do not matter.
    A text of signs alone folds to itself without case.
    """
    plain = text.casefold() if text.isascii() else _plain(text)
    return _NOT_WORD.sub(" ", plain).strip() or text.casefold().strip()


def in_order(text: str) -> str:
    """Give what a name is ordered by, sign by sign: as :func:`fold` has it, with å, ä, ö last.

    The order is that of a Swedish register: *æ* stands with *ä*, *ø* with *ö*, *ü* with *y*.
    """
    if text.isascii():
        return fold(text)
    words = _NOT_WORD.sub(" ", unicodedata.normalize("NFC", text).casefold()).strip()
    return "".join(_ORDERED.get(part) or _plain(part) for part in _LAST.split(words)) or fold(text)


def _plain(text: str) -> str:
    # Apart first: some signs have a small letter only once they are taken for the plain one.
    marked = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    unmarked = "".join(sign for sign in marked if not unicodedata.combining(sign))
    return unmarked.translate(_LETTERS)
