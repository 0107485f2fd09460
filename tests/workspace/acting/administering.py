"""What an administrator of the workspace does to channels and people, and the events of it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from tests.workspace import conversations, ids
from tests.workspace.acting.outcomes import Outcome
from tests.workspace.acting.writing import emit
from tests.workspace.channels import Channel
from tests.workspace.delivery.dispatch import Dispatch
from tests.workspace.ids import HOME_TEAM
from tests.workspace.people import user_object
from tests.workspace.world import World


def _event(kind: str, **facts: Any) -> dict[str, Any]:
    return {"type": kind, "event_ts": f"{time.time():.6f}", **facts}


async def joins(world: World, dispatch: Dispatch, channel: Channel, user: str) -> Outcome:
    """Let somebody into a channel."""
    had_bot = channel.has_bot
    conversations.join(world, channel, user)
    if not (had_bot or channel.has_bot):
        return Outcome()
    team = world.people[user].team
    event = _event("member_joined_channel", user=user, channel=channel.id, team=team)
    return await emit(world, dispatch, event, channel)


async def leaves(world: World, dispatch: Dispatch, channel: Channel, user: str) -> Outcome:
    """Let somebody leave a channel; the bot thrown out hears nothing more."""
    conversations.leave(world, channel, user)
    if not channel.has_bot:
        return Outcome()
    event = _event("member_left_channel", user=user, channel=channel.id)
    return await emit(world, dispatch, event, channel)


async def shares(
    world: World, dispatch: Dispatch, channel: Channel, team: str, new_id: str | None = None
) -> Outcome:
    """Share a channel with another organisation; a private one may get another id."""
    if new_id is not None:
        await renumbers(world, dispatch, channel, new_id)
    if team not in channel.shared_with:
        channel.shared_with.append(team)
    event = _event("channel_shared", channel=channel.id, connected_team_id=team)
    return await emit(world, dispatch, event, channel)


async def unshares(world: World, dispatch: Dispatch, channel: Channel, team: str) -> Outcome:
    """End the sharing with an organisation; its people are gone from the channel."""
    if team in channel.shared_with:
        channel.shared_with.remove(team)
    for user in [u for u in channel.members if u in world.people]:
        if world.people[user].team == team != HOME_TEAM:
            conversations.leave(world, channel, user)
    event = _event(
        "channel_unshared",
        channel=channel.id,
        previously_connected_team_id=team,
        is_ext_shared=channel.is_external,
    )
    return await emit(world, dispatch, event, channel)


async def renumbers(world: World, dispatch: Dispatch, channel: Channel, new_id: str) -> Outcome:
    """Give a channel another id."""
    old = channel.id
    world.renumber(channel, new_id)
    event = _event("channel_id_changed", old_channel_id=old, new_channel_id=new_id)
    return await emit(world, dispatch, event, channel)


async def archives(world: World, dispatch: Dispatch, channel: Channel) -> Outcome:
    """Archive a channel."""
    channel.archived = True
    return await emit(world, dispatch, _event("channel_archive", channel=channel.id), channel)


async def changes_person(
    world: World, dispatch: Dispatch, user: str, changes: dict[str, Any]
) -> Outcome:
    """Change what is known of a person: kind, name, locale, presence, rights."""
    person = replace(world.people[user], **changes)
    world.people[user] = person
    described = user_object(person, is_stranger=world.is_stranger(person), with_locale=True)
    return await emit(world, dispatch, _event("user_change", user=described))


async def revokes(world: World, dispatch: Dispatch, token: str, error: str) -> Outcome:
    """Make a token useless, and say so in an event where the bot's was revoked."""
    world.broken_tokens[ids.APP_TOKEN if token == "app" else ids.BOT_TOKEN] = error
    if token == "app":
        return Outcome()
    return await emit(
        world, dispatch, _event("tokens_revoked", tokens={"oauth": [], "bot": [ids.BOT_USER]})
    )
