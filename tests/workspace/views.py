"""Open modals and published homes: one stack and one home per person."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from tests.workspace.ids import APP_ID, BOT_ID, HOME_TEAM

STACK = 3
Values = dict[str, dict[str, dict[str, Any]]]


@dataclass(slots=True, eq=False)
class OpenView:
    """A view as one person has it before them; ``values`` is what was filled in so far."""

    id: str
    user: str
    team: str
    content: dict[str, Any]
    root: str
    previous: str | None = None
    hash: str = ""
    values: Values = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.replace(self.content)

    @property
    def external_id(self) -> str:
        return str(self.content.get("external_id") or "")

    def replace(self, content: dict[str, Any]) -> None:
        """Put new content in place; what was filled in stays where both ids stay."""
        self.content = content
        self.hash = f"{secrets.randbelow(10**10)}.{secrets.token_hex(4)}"
        kept = {
            (block.get("block_id"), element.get("action_id"))
            for block, element in elements_of(content["blocks"])
        }
        self.values = {
            block: {action: value for action, value in held.items() if (block, action) in kept}
            for block, held in self.values.items()
        }


def elements_of(blocks: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """List the interactive elements of some blocks, each with its block."""
    found = []
    for block in blocks:
        if block["type"] == "input":
            found.append((block, block["element"]))
        elif block["type"] == "actions":
            found += [(block, element) for element in block["elements"]]
        elif block["type"] == "section" and "accessory" in block:
            found.append((block, block["accessory"]))
    return [(b, e) for b, e in found if e["type"] != "image"]


def view_object(view: OpenView) -> dict[str, Any]:
    """Describe a view as answers and payloads do."""
    content = view.content
    return {
        "id": view.id,
        "team_id": view.team,
        "type": content["type"],
        "blocks": content["blocks"],
        "private_metadata": content.get("private_metadata", ""),
        "callback_id": content.get("callback_id", ""),
        "external_id": view.external_id,
        "state": {"values": view.values},
        "hash": view.hash,
        "title": content.get("title"),
        "submit": content.get("submit"),
        "close": content.get("close"),
        "clear_on_close": content.get("clear_on_close", False),
        "notify_on_close": content.get("notify_on_close", False),
        "root_view_id": view.root,
        "previous_view_id": view.previous,
        "app_id": APP_ID,
        "app_installed_team_id": HOME_TEAM,
        "bot_id": BOT_ID,
    }
