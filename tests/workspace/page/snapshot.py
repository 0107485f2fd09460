"""The workspace as one person's client has it: people, conversations, messages, views."""

from __future__ import annotations

from typing import Any

from tests.workspace.channels import Channel
from tests.workspace.control.observing import visible
from tests.workspace.ids import BOT_USER, HOME_TEAM
from tests.workspace.messages import shown_object
from tests.workspace.people import Person
from tests.workspace.views import view_object
from tests.workspace.world import World


def people_to_be(world: World) -> list[Person]:
    """List everybody who has a client in their hand."""
    return [person for person in world.people.values() if person.may_act]


def person_json(world: World, person: Person) -> dict[str, Any]:
    """Describe a person as the page shows them."""
    return {
        "id": person.id,
        "name": person.name,
        "handle": person.handle,
        "title": person.title,
        "kind": person.kind,
        "team": person.team,
        "home": person.team == HOME_TEAM,
        "stranger": world.is_stranger(person),
        "playable": person.may_act,
    }


def channel_json(channel: Channel) -> dict[str, Any]:
    """Describe a conversation that a person is in."""
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "members": list(channel.members),
        "shared": channel.is_external,
        "archived": channel.archived,
        "has_bot": channel.has_bot,
    }


def workspace_json(world: World, person: Person) -> dict[str, Any]:
    """Describe everything around a person's conversations."""
    settings = world.settings
    mine = [channel for channel in world.channels.values() if person.id in channel.members]
    commands = person.may_use_commands(guests_may=settings.guests_may_use_commands)
    return {
        "me": person.id,
        "bot": BOT_USER,
        "people": [person_json(world, each) for each in world.people.values()],
        "channels": [channel_json(channel) for channel in mine],
        "commands": [
            {"command": name, **settings.command_help.get(name, {})}
            for name in (settings.commands if commands else [])
        ],
        "app": {
            "reachable": not world.is_stranger(person),
            "home_tab": settings.home_tab,
            "messages_tab": settings.messages_tab,
            "read_only": settings.messages_tab_read_only,
        },
    }


def messages_json(world: World, person: Person) -> list[dict[str, Any]]:
    """List every message before a person, oldest first."""
    found = [m for channel in world.channels.values() for m in visible(channel, person.id)]
    found.sort(key=lambda message: (message.written_at, message.ts))
    return [shown_object(message) for message in found]


def views_json(world: World, person: Person) -> dict[str, Any]:
    """Describe the open modals, the front one last, and the Home."""
    home = world.homes.get(person.id)
    return {
        "modals": modals_json(world, person.id),
        "home": view_object(home) if home else None,
    }


def modals_json(world: World, person: str) -> list[dict[str, Any]]:
    """Describe a person's stack of modals with the buttons below them."""
    return [
        {**view_object(view), "submit_disabled": view.content.get("submit_disabled", False)}
        for view in world.modals.get(person, [])
    ]
