"""A person writes: a mention, a message in a channel, a DM to the bot; or opens the Home."""

from __future__ import annotations

import time
from typing import Any

from tests.workspace import conversations
from tests.workspace.acting import payloads
from tests.workspace.acting.outcomes import Outcome, refused
from tests.workspace.acting.typing_commands import resolve
from tests.workspace.channels import Channel
from tests.workspace.delivery.dispatch import Dispatch
from tests.workspace.ids import BOT_USER
from tests.workspace.messages import Message
from tests.workspace.people import Person
from tests.workspace.views import view_object
from tests.workspace.world import World


async def emit(
    world: World, dispatch: Dispatch, event: dict[str, Any], channel: Channel | None = None
) -> Outcome:
    """Tell the app an event, if it subscribed to its kind."""
    kind = event["type"]
    name = f"message.{_message_kind(channel)}" if kind == "message" else kind
    if name not in world.settings.events:
        return Outcome()
    payload = payloads.event_callback(world, event, channel=channel)
    delivered = await dispatch.send_event(payload)
    return Outcome(problem=delivered.problem, delivered=delivered)


def _message_kind(channel: Channel | None) -> str:
    kinds = {"im": "im", "public": "channels", "private": "groups"}
    return kinds[channel.kind] if channel else "im"


async def writes(
    world: World,
    dispatch: Dispatch,
    person: Person,
    channel: Channel,
    text: str,
    *,
    thread_ts: str | None = None,
    mention: bool = False,
) -> Outcome:
    """Write in a conversation; the app hears of mentions and of what it subscribed to."""
    if not person.may_act:
        return refused("signed_out")
    if person.id not in channel.members:
        return refused("not_in_channel")
    if channel.archived:
        return refused("is_archived")
    said = resolve(world, text)
    if mention:
        said = f"<@{BOT_USER}> {said}".strip()
    message = conversations.post(
        world, channel, user=person.id, text=said, thread_ts=thread_ts, team=person.team
    )
    outcome = Outcome()
    if channel.has_bot:
        outcome = await _tell(world, dispatch, person, channel, message)
    outcome.ts, outcome.channel = message.ts, channel.id
    return outcome


async def _tell(
    world: World,
    dispatch: Dispatch,
    person: Person,
    channel: Channel,
    message: Message,
) -> Outcome:
    said, ts = message.text, message.ts
    mentioned = f"<@{BOT_USER}>" in said and channel.kind != "im"
    outcome = Outcome()
    for kind in ("message", "app_mention") if mentioned else ("message",):
        event = payloads.writing_event(world, kind, person, channel, text=said, ts=ts)
        if message.thread_ts:
            event["thread_ts"] = message.thread_ts
        told = await emit(world, dispatch, event, channel)
        if told.delivered is not None:
            outcome = told
    return outcome


async def writes_to_bot(
    world: World, dispatch: Dispatch, person: Person, text: str, thread_ts: str | None = None
) -> Outcome:
    """Write in the direct conversation with the bot."""
    if world.is_stranger(person):
        return refused("the bot cannot be found: no channel is shared with it")
    if not world.settings.messages_tab or world.settings.messages_tab_read_only:
        return refused("sending messages to this app has been turned off")
    channel = world.dm_with(person.id)
    return await writes(world, dispatch, person, channel, text, thread_ts=thread_ts)


async def opens_home(
    world: World, dispatch: Dispatch, person: Person, tab: str = "home"
) -> Outcome:
    """Open the app's Home (or its messages); the app hears of both."""
    if not person.may_act or world.is_stranger(person):
        return refused("the bot cannot be found")
    channel = world.dm_with(person.id)
    event: dict[str, Any] = {
        "type": "app_home_opened",
        "user": person.id,
        "channel": channel.id,
        "tab": tab,
        "event_ts": f"{time.time():.6f}",
    }
    home = world.homes.get(person.id)
    if home is not None and tab == "home":
        event["view"] = view_object(home)
    outcome = await emit(world, dispatch, event)
    if (home := world.homes.get(person.id)) is not None:
        outcome.view = view_object(home)
    return outcome
