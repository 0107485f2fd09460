"""The rich_text block: sections, lists, quotes, and the pieces of text within."""

from __future__ import annotations

from typing import Any

from tests.workspace.blocks.checks import (
    Check,
    Place,
    Shape,
    anything,
    block_id,
    boolean,
    by_type,
    many,
    matching,
    one_of,
    string,
    whole,
)

_MARKS = ("bold", "italic", "strike", "code", "underline", "highlight", "unlink")
_STYLE = Shape(dict.fromkeys(_MARKS, boolean))
_ID = matching(r"[A-Z0-9_]+", "an id")


def _counted(value: Any, place: Place) -> None:
    string(12_000)(value, place)
    if isinstance(value, str):
        place.report.characters += len(value)


def _piece(required: str, **fields: Check) -> Shape:
    return Shape({"type": anything, "style": _STYLE, **fields}, required=tuple(required.split()))


_LINK = matching(r"(https?://|mailto:|tel:)\S+", "a web address")

PIECES: dict[str, Check] = {
    "text": _piece("text", text=_counted),
    "link": _piece("url", url=_LINK, text=_counted, unsafe=boolean),
    "user": _piece("user_id", user_id=_ID),
    "channel": _piece("channel_id", channel_id=_ID),
    "usergroup": _piece("usergroup_id", usergroup_id=_ID),
    "emoji": _piece("name", name=string(255), unicode=string(255), skin_tone=whole(1, 6)),
    "broadcast": _piece("range", range=one_of("here", "channel", "everyone")),
    "color": _piece("value", value=string(255)),
    "date": _piece(
        "timestamp format",
        timestamp=whole(0, 9_999_999_999),
        format=string(255),
        url=_LINK,
        fallback=string(255),
    ),
}
_ANY_PIECE = by_type(PIECES, "rich text element")
_PLAIN_PIECE = by_type({"text": PIECES["text"], "link": PIECES["link"]}, "preformatted element")
_BORDER = whole(0, 1)

SECTION = Shape(
    {"type": anything, "elements": many(_ANY_PIECE, 1000, 0)},
    required=("elements",),
)
_LIST = Shape(
    {
        "type": anything,
        "style": one_of("bullet", "ordered"),
        "elements": many(by_type({"rich_text_section": SECTION}, "list item"), 1000),
        "indent": whole(0, 8),
        "offset": whole(0, 10_000),
        "border": _BORDER,
    },
    required=("style", "elements"),
)
_PREFORMATTED = Shape(
    {
        "type": anything,
        "elements": many(_PLAIN_PIECE, 1000),
        "border": _BORDER,
        "language": string(50),
    },
    required=("elements",),
)
_QUOTE = Shape(
    {"type": anything, "elements": many(_ANY_PIECE, 1000), "border": _BORDER},
    required=("elements",),
)

RICH_TEXT = Shape(
    {
        "type": anything,
        "block_id": block_id,
        "elements": many(
            by_type(
                {
                    "rich_text_section": SECTION,
                    "rich_text_list": _LIST,
                    "rich_text_preformatted": _PREFORMATTED,
                    "rich_text_quote": _QUOTE,
                },
                "rich text",
            ),
            1000,
        ),
    },
    required=("elements",),
)
