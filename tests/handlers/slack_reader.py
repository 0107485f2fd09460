"""What Slack would make of a message: a small reader of its markup, written from its documents.

It shares nothing with the code that makes messages. It tells what it finds that is more than
text (mentions, links, dates, pictures, formatting), and what a person reads.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

Finds = Counter[tuple[str, str]]
"""How often each thing was found: its kind, and whom or what it points to."""

_CONTROL: Final = re.compile(r"<([^<>]*)>")
_KINDS: Final = (
    (re.compile(r"@[UW]\w+"), "user"),
    (re.compile(r"#[CG]\w+"), "channel"),
    (re.compile(r"!subteam\^\w+"), "usergroup"),
    (re.compile(r"!(?:here|channel|everyone)\b"), "broadcast"),
    (re.compile(r"!date\^"), "date"),
    (re.compile(r"!"), "special"),
)
_FORMAT: Final = (
    ("bold", re.compile(r"(?<![\w*])\*(?=\S)[^*\n]+(?<=\S)\*(?![\w*])")),
    ("italic", re.compile(r"(?<![\w_])_(?=\S)[^_\n]+(?<=\S)_(?![\w_])")),
    ("strike", re.compile(r"(?<![\w~])~(?=\S)[^~\n]+(?<=\S)~(?![\w~])")),
    ("code", re.compile(r"`[^`\n]+`")),
    ("quote", re.compile(r"^&gt;", re.MULTILINE)),
)
_EMOJI: Final = re.compile(r":[a-z0-9_+'-]+(?:::skin-tone-[2-6])?:")
_BARE: Final = re.compile(r"\b(?:https?://|mailto:|tel:)\S+|\b[\w.+-]+@[\w-]+\.[a-z]{2,}\b")
_RICH: Final = {
    "link": "url",
    "user": "user_id",
    "channel": "channel_id",
    "usergroup": "usergroup_id",
    "broadcast": "range",
    "emoji": "name",
    "date": "timestamp",
    "team": "team_id",
    "color": "value",
}
_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
    "\U000e0000-\U000e007f]"
)


def in_mrkdwn(text: str, *, formatted: bool) -> Iterator[tuple[str, str]]:
    """Give what Slack reads in a text of its markup; ``formatted``: signs and addresses as well."""
    for control in _CONTROL.finditer(text):
        kind = next((name for shape, name in _KINDS if shape.match(control[1])), "link")
        yield kind, control[1]
    if formatted:
        plain = _CONTROL.sub(" ", text)
        for name, shape in _FORMAT:
            yield from ((name, "") for _ in shape.finditer(plain))
        yield from (("emoji", each[0]) for each in _EMOJI.finditer(plain))
        yield from (("link", each[0]) for each in _BARE.finditer(plain))


def in_blocks(thing: Any) -> Iterator[tuple[str, str]]:
    """Give everything in blocks that is more than text."""
    if isinstance(thing, list):
        for each in thing:
            yield from in_blocks(each)
    if isinstance(thing, dict):
        yield from _in_piece(thing)
        for value in thing.values():
            yield from in_blocks(value)


def _in_piece(thing: dict[str, Any]) -> Iterator[tuple[str, str]]:
    kind = str(thing.get("type", ""))
    if kind in _RICH:
        yield kind, str(thing.get(_RICH[kind]))
    elif kind in {"mrkdwn", "markdown"}:
        yield from in_mrkdwn(thing["text"], formatted=True)
    elif kind == "plain_text" and thing.get("emoji", True):
        yield from (("emoji", each[0]) for each in _EMOJI.finditer(thing["text"]))
    elif kind in {"image", "video", "file"}:
        yield kind, str(thing.get("image_url"))
    if kind == "button" and thing.get("url"):
        yield "link", str(thing["url"])
    if isinstance(style := thing.get("style"), dict):
        yield from ((name, "") for name, on in style.items() if on)


def finds(body: dict[str, Any]) -> Finds:
    """Give all that a message does beside being read, by its body as it is sent.

    Where there are blocks the text beside them is spoken and notified, never laid out: what counts
    in it are the sequences that Slack always reads.
    """
    blocks = body.get("blocks") or []
    formatted = not blocks and body.get("mrkdwn", True)
    found = Counter(in_mrkdwn(body["text"], formatted=formatted))
    found.update(in_blocks(blocks))
    found.update(("hidden", f"U+{ord(sign):04X}") for sign in _HIDDEN.findall(heard(body)))
    found.update(("hidden", f"U+{ord(sign):04X}") for sign in _HIDDEN.findall(read(blocks)))
    return found


def heard(body: dict[str, Any]) -> str:
    """Give what a notification or a screen reader says."""
    return html.unescape(body["text"])


def read(thing: Any) -> str:
    """Give what a person reads in blocks, piece after piece."""
    if isinstance(thing, list):
        return "".join(read(each) for each in thing)
    if not isinstance(thing, dict):
        return ""
    kind = thing.get("type")
    if kind in {"plain_text", "text"}:
        return str(thing["text"]) + ("\n" if kind == "plain_text" else "")
    parts = ("title", "text", "fields", "elements", "accessory", "confirm", "deny")
    end = "\n" if str(kind).startswith(("rich_text_", "section")) else ""
    return "".join(read(thing.get(part)) for part in parts) + end
