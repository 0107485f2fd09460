"""What a person reads in blocks, as plain text."""

from __future__ import annotations

from typing import Any


def plain_text(blocks: list[dict[str, Any]]) -> str:
    """Give all the words in some blocks, a line for each thing that stands by itself."""
    lines = [line for block in blocks for line in _lines(block)]
    return "\n".join(line for line in lines if line)


def _lines(thing: Any) -> list[str]:
    if isinstance(thing, list):
        return [line for one in thing for line in _lines(one)]
    if not isinstance(thing, dict):
        return []
    kind = thing.get("type")
    if kind in ("plain_text", "mrkdwn", "raw_text"):
        return [thing["text"]]
    if kind == "markdown":
        return [thing["text"]]
    if kind in ("rich_text_section", "rich_text_preformatted", "rich_text_quote"):
        return ["".join(_piece(piece) for piece in thing["elements"])]
    if kind == "rich_text_list":
        return ["• " + line for item in thing["elements"] for line in _lines(item)]
    if kind == "table":
        return [" | ".join(_cell(cell) for cell in row) for row in thing["rows"]]
    return _parts(thing)


_PARTS = (
    "title",
    "text",
    "label",
    "fields",
    "elements",
    "element",
    "accessory",
    "placeholder",
    "options",
    "option_groups",
    "hint",
    "description",
)


def _parts(thing: dict[str, Any]) -> list[str]:
    found = [line for name in _PARTS for line in _lines(thing.get(name))]
    if "alt_text" in thing:
        found.append(thing["alt_text"])
    return found


def _cell(cell: dict[str, Any]) -> str:
    return " ".join(_lines(cell["elements"] if cell["type"] == "rich_text" else cell))


def _piece(piece: dict[str, Any]) -> str:
    kind = piece["type"]
    if kind == "link":
        return str(piece.get("text") or piece["url"])
    marks = {"user": "@", "channel": "#", "usergroup": "@", "broadcast": "@", "color": ""}
    if kind in marks:
        ids = ("user_id", "channel_id", "usergroup_id", "range", "value")
        return marks[kind] + next(str(piece[name]) for name in ids if name in piece)
    if kind == "emoji":
        return f":{piece['name']}:"
    if kind == "date":
        return str(piece.get("fallback") or piece["timestamp"])
    return str(piece["text"])
