"""From what happens in the workspace to what one person's page is told."""

from __future__ import annotations

from typing import Any

from tests.workspace.journal import Happening
from tests.workspace.page.snapshot import modals_json, workspace_json
from tests.workspace.views import view_object
from tests.workspace.world import World

AROUND = ("channel", "joined", "left", "person")
SHOWN = ("message", "edit", "ephemeral")


def news(world: World, person: str, happening: Happening) -> dict[str, Any] | None:
    """Give what to tell a person's page of a happening, None if it is not theirs to know."""
    kind, facts = happening.kind, happening.facts
    if kind == "shown" and facts["person"] == person:
        return _shown(world, person, facts["what"], facts["content"])
    if kind == "deleted":
        return {"news": "deleted", "channel": facts["channel"], "ts": facts["ts"]}
    if kind == "view_closed" and facts["person"] == person:
        return {"news": "modals", "modals": modals_json(world, person)}
    if kind in AROUND:
        return {"news": "workspace", "workspace": workspace_json(world, world.people[person])}
    return None


def _shown(world: World, person: str, what: str, content: Any) -> dict[str, Any] | None:
    if what in SHOWN:
        return {"news": "message", "message": content}
    if what == "modal":
        return {"news": "modals", "modals": modals_json(world, person)}
    if what == "home":
        return {"news": "home", "home": view_object(world.homes[person])}
    return None
