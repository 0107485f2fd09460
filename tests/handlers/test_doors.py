"""Every door says what it asks for; one that does not stops the start."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.access import Permission
from handlers import events, manifest
from handlers.buttons import BUTTONS
from handlers.doors import all_doors, require_declared


def test_every_door_declares_what_it_asks_for() -> None:
    doors = list(all_doors())
    assert {door.kind for door in doors} == {"command", "partner", "button", "event"}
    assert all(isinstance(door.permission, Permission) for door in doors)
    require_declared()


@pytest.mark.parametrize("declared", [None, "", "read"])
def test_a_door_that_declares_nothing_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, declared: Any
) -> None:
    undeclared = replace(BUTTONS["show_status"], permission=declared)
    monkeypatch.setitem(BUTTONS, "something_new", undeclared)
    with pytest.raises(TypeError, match="something_new declares no permission"):
        require_declared()


def test_what_slack_is_asked_to_tell_is_what_is_taken() -> None:
    asked = {name.partition(".")[0] for name in manifest.EVENTS}
    assert asked == set(events.TIDINGS) | set(events.NEWS)


def test_only_what_a_partner_may_press_is_open_to_more_than_members() -> None:
    open_to_partners = {
        name for name, button in BUTTONS.items() if button.permission is Permission.read_as_partner
    }
    assert open_to_partners == {
        "show_status",
        "show_funding",
        "show_contacts",
        "show_rows",
        "choose",
    }
