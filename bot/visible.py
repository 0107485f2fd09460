"""Characters that nobody sees: they hide others, turn their order round, or steer a terminal.

In the register they are refused at the import; what is typed or shown is rid of them. The joiner
inside an emoji stays, since the picture falls apart without it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_HIDDEN: Final = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f"  # controls
    "\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # hiding and reordering
    "\U000e0000-\U000e007f"  # tags
    "\ud800-\udfff]"  # halves of characters
)
_LINES: Final = re.compile("\r\n?|[\u000b\u000c\u0085\u2028\u2029]")
_JOINER: Final = "\u200d"
_PICTURES: Final = {"So", "Sk", "Sm", "Mn"}  # pictures, skin tones, signs, variation marks
_NO_BREAK: Final = "\u00a0"


def hidden_in(text: str) -> Iterator[int]:
    """Give the place of each hidden character, counted from 0."""
    for found in _HIDDEN.finditer(text):
        if found[0] != _JOINER or not _joins_pictures(text, found.start()):
            yield found.start()


def unhidden(text: str) -> str:
    """Take hidden characters out of a text that is to be shown; every way to break a line is one.

    Almost every text has none and is told at once: in printable text there are none at all.
    """
    if text.isprintable() or text.replace(_NO_BREAK, "").replace("\n", "").isprintable():
        return text
    text = _LINES.sub("\n", text)
    places = set(hidden_in(text))
    return "".join(sign for at, sign in enumerate(text) if at not in places) if places else text


def visible(text: str) -> str:
    """Give what somebody typed as it is seen, each letter written in one way (NFC)."""
    return unhidden(unicodedata.normalize("NFC", text))


def _joins_pictures(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return bool(
        before
        and after
        and unicodedata.category(before) in _PICTURES
        and unicodedata.category(after) in {"So", "Sm"}
    )
