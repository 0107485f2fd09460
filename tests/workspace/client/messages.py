"""Messages, views and outcomes as tests read them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.workspace.client.reading import plain_text
from tests.workspace.views import elements_of

if TYPE_CHECKING:
    from tests.workspace.client.wire import Wire


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press or choose in: a button, menu or picker."""

    action_id: str
    block_id: str
    kind: str
    label: str
    value: str | None
    options: tuple[str, ...]
    raw: dict[str, Any] = field(repr=False)


def buttons_of(blocks: list[dict[str, Any]]) -> list[Button]:
    """List what can be pressed in some blocks."""
    return [
        Button(
            action_id=element["action_id"],
            block_id=block["block_id"],
            kind=element["type"],
            label=element.get("text", element.get("placeholder", {})).get("text", ""),
            value=element.get("value"),
            options=tuple(option["text"]["text"] for option in _options(element)),
            raw=element,
        )
        for block, element in elements_of(blocks)
    ]


def _options(element: dict[str, Any]) -> list[dict[str, Any]]:
    grouped = [o for group in element.get("option_groups", []) for o in group["options"]]
    return [*element.get("options", []), *grouped]


@dataclass(frozen=True, slots=True)
class Message:
    """A message as one sees it in Slack; ``raw`` is every byte of it."""

    channel: str
    ts: str
    text: str
    user: str
    blocks: list[dict[str, Any]]
    ephemeral: bool
    edited: bool
    thread_ts: str | None
    metadata: dict[str, Any] | None
    files: list[dict[str, Any]]
    raw: dict[str, Any] = field(repr=False)

    @classmethod
    def read(cls, raw: dict[str, Any]) -> Message:
        return cls(
            channel=raw["channel"],
            ts=raw["ts"],
            text=raw["text"],
            user=raw["user"],
            blocks=raw.get("blocks", []),
            ephemeral=raw["ephemeral"],
            edited=raw["was_edited"],
            thread_ts=raw.get("thread_ts"),
            metadata=raw.get("metadata"),
            files=raw.get("files", []),
            raw=raw,
        )

    def plain(self) -> str:
        """Give all the text a person reads: the blocks', or the message's own without them."""
        return plain_text(self.blocks) if self.blocks else self.text

    def buttons(self) -> list[Button]:
        return buttons_of(self.blocks)


@dataclass(frozen=True, slots=True)
class View:
    """A modal or a Home as one sees it."""

    id: str
    kind: str
    title: str
    callback_id: str
    private_metadata: str
    blocks: list[dict[str, Any]]
    values: dict[str, dict[str, dict[str, Any]]]
    hash: str
    raw: dict[str, Any] = field(repr=False)

    @classmethod
    def read(cls, raw: dict[str, Any]) -> View:
        return cls(
            id=raw["id"],
            kind=raw["type"],
            title=(raw["title"] or {}).get("text", ""),
            callback_id=raw["callback_id"],
            private_metadata=raw["private_metadata"],
            blocks=raw["blocks"],
            values=raw["state"]["values"],
            hash=raw["hash"],
            raw=raw,
        )

    def plain(self) -> str:
        """Give all the text a person reads, the title and the buttons below included."""
        below = [(self.raw.get(name) or {}).get("text", "") for name in ("submit", "close")]
        lines = [self.title, plain_text(self.blocks), *below]
        return "\n".join(line for line in lines if line)

    def buttons(self) -> list[Button]:
        return buttons_of(self.blocks)

    def fields(self) -> list[str]:
        """List the block ids of the fields to fill in."""
        return [block["block_id"] for block in self.blocks if block["type"] == "input"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an act.

    ``reached_bot``: the app heard of it. ``refused``: the person's client said no by itself,
    in the words of ``problem``; otherwise ``problem`` is Slack's code for a failure
    (``operation_timeout``, ``dispatch_failed``, …) or None. ``message`` is the last answer so
    far, in the acknowledgement or through the response address; ``view`` the view now in front.
    """

    reached_bot: bool
    refused: bool
    problem: str | None
    status: int | None
    payload: Any
    messages: list[Message]
    view: View | None
    errors: dict[str, str]
    options: list[dict[str, Any]]
    channel: str | None
    ts: str | None
    raw: dict[str, Any] = field(repr=False)
    _wire: Wire = field(repr=False)

    @classmethod
    def read(cls, raw: dict[str, Any], wire: Wire) -> Outcome:
        return cls(
            reached_bot=raw["reached_bot"],
            refused=raw["refused"],
            problem=raw["problem"],
            status=raw["status"],
            payload=raw["payload"],
            messages=[Message.read(message) for message in raw["messages"]],
            view=View.read(raw["view"]) if raw["view"] else None,
            errors=raw["errors"],
            options=raw["options"],
            channel=raw["channel"],
            ts=raw["ts"],
            raw=raw,
            _wire=wire,
        )

    @property
    def message(self) -> Message | None:
        return self.messages[-1] if self.messages else None

    def plain(self) -> str:
        """Give all the text of the answers, "" if there was none."""
        return "\n".join(message.plain() for message in self.messages)

    def later(self) -> list[Message]:
        """Give what has come through the response address by now."""
        if self.raw["response_token"] is None:
            return []
        found = self._wire.ask("answers", response_token=self.raw["response_token"])
        return [Message.read(message) for message in found]
