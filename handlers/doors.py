"""Every door there is, and what it asks for. One that does not say stops the start.

What arrives at no door of ours (a modal, a shortcut, a menu's question) is acknowledged and does
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.access import Permission


@dataclass(frozen=True, slots=True)
class Door:
    """One way in: its kind, its name there, and the permission it asks for."""

    kind: str
    name: str
    permission: Permission


def all_doors() -> Iterator[Door]:
    """Give every door, as the dictionaries have it that requests are looked up in."""
    from handlers.buttons import BUTTONS  # noqa: PLC0415  # they stand behind the doors
    from handlers.commands import all_commands  # noqa: PLC0415
    from handlers.events import TIDINGS  # noqa: PLC0415
    from handlers.partners import PARTNER_WORDS  # noqa: PLC0415

    for command in all_commands():
        yield Door("command", command.word, command.permission)
    for word in PARTNER_WORDS:
        yield Door("partner", word.word, word.permission)
    for name, button in BUTTONS.items():
        yield Door("button", name, button.permission)
    for kind, tidings in TIDINGS.items():
        yield Door("event", kind, tidings.permission)


def require_declared() -> None:
    """Raise ``TypeError`` for a door that does not say what it asks for."""
    for door in all_doors():
        if not isinstance(door.permission, Permission):
            raise TypeError(f"{door.kind} {door.name} declares no permission")
