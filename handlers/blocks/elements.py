"""The pieces of a card, within Slack's limits. The only place that knows them.

Where a text or a list is too long it is cut and says so; a card is never refused by Slack because
somebody wrote much. Limits are Slack's documented ones, counted in characters.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import orjson

from bot.texts import Texts
from bot.visible import unhidden

Block = dict[str, Any]

MOST_BLOCKS = 50
MOST_CHARACTERS = 12_000  # in all blocks; Slack refuses from about 13 000
LONGEST_TEXT = 3_000  # of the message beside its blocks; an edit takes at most 4 000
_HEADER, _SECTION, _BUTTON, _VALUE = 150, 3_000, 75, 2_000
_LONGEST_ESCAPE = 5  # characters that one sign may become: & is written &amp;
_BUTTONS, _CONTEXTS, _RICH_LINES = 25, 10, 60
_BOLD = {"bold": True}


class Message(NamedTuple):
    """A message: the whole of it as sentences, and the same as blocks."""

    text: str
    blocks: tuple[Block, ...] = ()
    as_json: bytes = b""  # the blocks, where they have been written to see whether they fit

    def body(self) -> dict[str, Any]:
        """Give what is sent: the sentences escaped, nothing in them a mention or a link."""
        body: dict[str, Any] = {"text": escape(cut(self.text, LONGEST_TEXT))}
        if self.blocks:
            body["blocks"] = list(self.blocks)
        return body

    def written(self) -> dict[str, Any]:
        """Give the same for orjson alone, which writes blocks only where that is still to do."""
        if not self.as_json:
            return self.body()
        text = escape(cut(self.text, LONGEST_TEXT))
        return {"text": text, "blocks": orjson.Fragment(self.as_json)}


class Line(NamedTuple):
    """A line of a card: a label in bold, and what it says as text or as people."""

    label: str
    said: str = ""
    people: tuple[str, ...] = ()  # Slack user ids, after the text


def escape(text: str) -> str:
    """Take the meaning out of Slack's three signs, in the one order that works."""
    return html.escape(text, quote=False)


def cut(text: str, most: int) -> str:
    """Cut a text to its limit with an ellipsis; Slack counts the escaped text, so that is counted.

    An empty text becomes a dash: Slack refuses empty ones. What nobody can see is taken out here,
    on the way that every text goes, whatever already lies in the register.
    """
    if text.isprintable() and text and len(text) * _LONGEST_ESCAPE <= most and not text.isspace():
        return text
    text = unhidden(text)
    if not text.strip():
        return "–"
    if len(escape(text)) <= most:
        return text
    short = text[: most - 1]
    while len(escape(short)) > most - 1:
        short = short[: -max(1, (len(escape(short)) - most) // 5)]
    return short.rstrip() + "…"


def plain(text: str, most: int) -> dict[str, Any]:
    """Make a text object that is read literally, emoji names included."""
    return {"type": "plain_text", "text": cut(text, most), "emoji": False}


def sentence(label: str, said: str) -> str:
    """Say a line of a card as a sentence, with one full stop."""
    return f"{label}: {said.rstrip('. ')}."


def header(text: str) -> Block:
    """Make the title of a card."""
    return {"type": "header", "text": plain(text, _HEADER)}


def paragraph(text: str) -> Block:
    """Make a paragraph."""
    return {"type": "section", "text": plain(text, _SECTION)}


def paragraph_with_button(text: str, button: Block) -> Block:
    """Make a paragraph with a button beside it."""
    return paragraph(text) | {"accessory": button}


def note(*texts: str) -> Block:
    """Make a line of small print."""
    return {"type": "context", "elements": [plain(text, _VALUE) for text in texts[:_CONTEXTS]]}


def divider() -> Block:
    """Make a rule between two parts."""
    return {"type": "divider"}


def facts(pairs: Iterable[tuple[str, str]]) -> Block:
    """Make short facts in two columns, at most ten: what it is above, how much below."""
    shown = list(pairs)[:10]
    return {"type": "section", "fields": [plain(f"{name}\n{said}", _VALUE) for name, said in shown]}


def lines(every: Iterable[Line]) -> Block:
    """Make lines with their labels in bold."""
    elements: list[dict[str, Any]] = []
    start = ""
    for label, said, people in every:
        gap = "  " if said or people else ""
        bold = f"{start}{cut(label, _HEADER)}{gap}"
        elements.append({"type": "text", "text": bold, "style": _BOLD})
        if said:
            text = cut(said, 1_000) + (" " if people else "")
            elements.append({"type": "text", "text": text})
        if people:
            elements += _people(people)
        start = "\n"
    return _rich([_section(elements)])


def bullets(every: Sequence[str], texts: Texts, most: int = _RICH_LINES) -> Block:
    """Make a list; what is beyond the limit is counted in a last line."""
    shown = [cut(one, 500) for one in every[:most]]
    if len(every) > most:
        shown.append(texts("word.and_more", n=len(every) - most))
    items = [_section([_text(one)]) for one in shown]
    return _rich([{"type": "rich_text_list", "style": "bullet", "elements": items}])


def _rich(elements: list[dict[str, Any]]) -> Block:
    return {"type": "rich_text", "elements": elements}


def _section(elements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": elements}


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _people(ids: Sequence[str]) -> list[dict[str, Any]]:
    """Name people by their Slack ids, with commas between them."""
    named = [({"type": "user", "user_id": each}, _text(", ")) for each in ids]
    return [element for pair in named for element in pair][:-1]


def button(
    label: str, action: str, value: str, *, primary: bool = False, confirm: Block | None = None
) -> Block:
    """Make a button: a verb, the action that answers it, and an opaque value."""
    made: Block = {
        "type": "button",
        "text": plain(label, _BUTTON),
        "action_id": action,
        "value": value,
    }
    if primary:
        made["style"] = "primary"
    if confirm is not None:
        made["confirm"] = confirm
    return made


def confirm(*, title: str, text: str, yes: str, no: str) -> Block:
    """Make the question before an act; it names the consequence."""
    return {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain(yes, 30),
        "deny": plain(no, 30),
    }


def actions(buttons: Sequence[Block]) -> Block:
    """Make a row of buttons, at most 25."""
    return {"type": "actions", "elements": list(buttons[:_BUTTONS])}


def with_button(message: Message, button: Block) -> Message:
    """Put a button last on a card, beside those that it has."""
    *blocks, last = message.blocks
    if last["type"] == "actions":
        return Message(message.text, (*blocks, actions([*last["elements"], button])))
    return Message(message.text, (*message.blocks, actions([button])))


def with_opening(message: Message, text: str) -> Message:
    """Put a paragraph before a card."""
    return Message(f"{text} {message.text}", (paragraph(text), *message.blocks))


def without_buttons(message: Message) -> Message:
    """Leave out the rows of buttons."""
    return Message(
        message.text, tuple(block for block in message.blocks if block["type"] != "actions")
    )


def fits(blocks: Sequence[Block]) -> bool:
    """Say whether all of this fits in one message."""
    return len(blocks) < MOST_BLOCKS and sum(map(characters, blocks)) <= MOST_CHARACTERS


def _is_small(blocks: Sequence[Block], as_json: bytes) -> bool:
    """Say whether it fits for certain: almost every card does, and is told without being walked."""
    longest = len(as_json) + _LONGEST_ESCAPE * sum(map(as_json.count, (b"&", b"<", b">")))
    return len(blocks) < MOST_BLOCKS and longest <= MOST_CHARACTERS


def message(text: str, blocks: Sequence[Block], texts: Texts) -> Message:
    """Put a card together; what does not fit is left out at the end, and the card says so.

    Where the room ends inside lines or a list, their beginning stays; the buttons always stay.
    """
    as_json = orjson.dumps(blocks)
    if _is_small(blocks, as_json):
        return Message(text, tuple(blocks), as_json)
    if fits(blocks):
        return Message(text, tuple(blocks))
    buttons = [block for block in blocks if block["type"] == "actions"]
    room = MOST_CHARACTERS - sum(map(characters, buttons))
    places = MOST_BLOCKS - 1 - len(buttons)  # one for the note
    kept: list[Block] = []
    for block in blocks:
        if block in buttons:
            continue
        size = characters(block)
        if len(kept) == places or size > room:
            begun = _beginning(block, room) if len(kept) < places else []
            return Message(text, (*kept, *begun, note(texts("card.cut")), *buttons))
        room -= size
        kept.append(block)
    return Message(text, tuple(blocks))


def _beginning(block: Block, room: int) -> list[Block]:
    """Give the first lines or items of a rich text, as many as fit; nothing where none does."""
    if block["type"] != "rich_text":
        return []
    whole = block["elements"][0]
    pieces: list[dict[str, Any]] = []
    for piece in whole["elements"]:
        room -= characters(piece)
        if room < 0:
            break
        pieces.append(piece)
    if whole["type"] == "rich_text_section":  # up to the last line that is whole
        begun = enumerate(whole["elements"][: len(pieces) + 1])
        pieces = pieces[: max(at for at, piece in begun if at == 0 or _breaks(piece))]
    return [_rich([whole | {"elements": pieces}])] if pieces else []


def _breaks(piece: dict[str, Any]) -> bool:
    """Say whether a line begins with this piece."""
    return bool(piece.get("text", "").startswith("\n"))


def characters(block: Block) -> int:
    """Count what a block holds of text, as Slack does: escaped."""
    return len(escape("".join(_texts(block))))


def _texts(block: Block) -> Iterator[str]:
    """Give every text in a block or in a piece of one."""
    text = block.get("text")
    if text is not None:
        yield text if isinstance(text, str) else text["text"]
    for name in ("elements", "fields"):
        for piece in block.get(name, ()):
            yield from _texts(piece)
    for name in ("accessory", "confirm", "title", "deny"):
        if name in block:
            yield from _texts(block[name])
