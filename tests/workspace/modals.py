"""What changes the views before a person: open, push, change, close, publish."""

from __future__ import annotations

from typing import Any

from tests.workspace.conversations import with_block_ids
from tests.workspace.views import OpenView, view_object
from tests.workspace.world import World


def _complete(world: World, content: dict[str, Any]) -> dict[str, Any]:
    return {**content, "blocks": with_block_ids(world, content["blocks"])}


def _show(world: World, view: OpenView) -> None:
    world.show(view.user, view.content["type"], view_object(view))


def open_first(world: World, user: str, content: dict[str, Any]) -> OpenView:
    """Open a modal; one that was open before is gone."""
    world.modals[user] = []
    return push(world, user, content)


def push(world: World, user: str, content: dict[str, Any]) -> OpenView:
    """Put a modal on top of a person's stack."""
    stack = world.modals.setdefault(user, [])
    view_id = world.ids.make("V")
    view = OpenView(
        id=view_id,
        user=user,
        team=world.people[user].team,
        content=_complete(world, content),
        root=stack[0].id if stack else view_id,
        previous=stack[-1].id if stack else None,
    )
    stack.append(view)
    _show(world, view)
    return view


def change(world: World, view: OpenView, content: dict[str, Any]) -> None:
    """Put other content into an open view."""
    view.replace(_complete(world, content))
    _show(world, view)


def close(world: World, view: OpenView) -> None:
    """Close one view; the one below comes to light again."""
    stack = world.modals.get(view.user, [])
    if view in stack:
        stack.remove(view)
        world.record("view_closed", person=view.user, view=view.id)


def clear(world: World, user: str) -> None:
    """Close all of a person's modals."""
    for view in list(world.modals.get(user, [])):
        close(world, view)


def publish(world: World, user: str, content: dict[str, Any]) -> OpenView:
    """Put a Home before a person."""
    view = world.homes.get(user)
    if view is None:
        view_id = world.ids.make("V")
        team = world.people[user].team
        view = OpenView(view_id, user, team, _complete(world, content), root=view_id)
        world.homes[user] = view
    else:
        view.replace(_complete(world, content))
    _show(world, view)
    return view
