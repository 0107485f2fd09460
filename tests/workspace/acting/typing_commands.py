"""A person types a slash command, or uses a shortcut."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.workspace import response_door
from tests.workspace.acting import payloads
from tests.workspace.acting.outcomes import Outcome, refused
from tests.workspace.channels import Channel
from tests.workspace.delivery.dispatch import Dispatch
from tests.workspace.delivery.outcomes import Delivered, Parcel
from tests.workspace.people import Person
from tests.workspace.permits import ResponseAddress
from tests.workspace.views import view_object
from tests.workspace.web_api.calls import Refusal
from tests.workspace.world import World

NOT_VALID = (
    '{command} is not a valid command. In Slack, all messages that start with the "/" '
    "character are interpreted as commands."
)
IN_THREAD = "{command} is not supported in threads. Sorry!"
_WORD = re.compile(r"(?P<url>https?://[^\s<>]+)|@(?P<user>[\w.\-]+)|#(?P<channel>[\w\-]+)")


def escape(text: str) -> str:
    """Write ``&``, ``<`` and ``>`` as Slack does in everything people type."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def resolve(world: World, text: str) -> str:
    """Turn names and addresses typed into ids, as commands that ask for it receive them."""
    by_handle = {person.handle: person.id for person in world.people.values()}
    by_name = {channel.name: channel for channel in world.channels.values()}

    def replace(found: re.Match[str]) -> str:
        if found["url"]:
            return f"<{found['url']}>"
        if found["user"]:
            user = by_handle.get(found["user"])
            return f"<@{user}>" if user else found[0]
        channel = by_name.get(found["channel"])
        if channel is None or channel.kind == "im":
            return found[0]
        return f"<#{channel.id}|>" if channel.kind == "private" else f"<#{channel.id}>"

    return _WORD.sub(replace, escape(text))


def why_not(
    world: World, person: Person, channel: Channel, command: str, *, in_thread: bool
) -> str | None:
    """Say in the client's words why a command never leaves it, or None."""
    if not person.may_act:
        return "signed_out"
    if person.id not in channel.members:
        return "not_in_channel"
    if channel.archived:
        return "is_archived"
    may = person.may_use_commands(guests_may=world.settings.guests_may_use_commands)
    if command not in world.settings.commands or not may:
        return NOT_VALID.format(command=command)
    if in_thread:
        return IN_THREAD.format(command=command)
    return None


async def types_command(
    world: World,
    dispatch: Dispatch,
    person: Person,
    channel: Channel,
    typed: str,
    *,
    thread_ts: str | None = None,
) -> Outcome:
    """Send a command to the app and show what it acknowledges with."""
    command, _, text = typed.partition(" ")
    words = why_not(world, person, channel, command, in_thread=thread_ts is not None)
    if words is not None:
        return refused(words)
    trigger = world.permits.trigger(person.id, world.clock.monotonic())
    address = world.permits.address(person.id, channel.id, world.clock.now())
    address.typed = typed
    form = payloads.slash_command(
        world,
        person,
        channel,
        command=command,
        text=resolve(world, text.strip()),
        trigger=trigger,
        address=address,
    )
    before = world.top_modal(person.id)
    delivered = await dispatch.send(Parcel("slash_commands", form))
    outcome = Outcome(problem=delivered.problem, delivered=delivered, response_token=address.token)
    if delivered.how == "acknowledged":
        _show_acknowledgement(world, address, delivered, outcome)
    outcome.messages += answers(world, address, outcome)
    after = world.top_modal(person.id)
    if after is not None and after is not before:
        outcome.view = view_object(after)
    return outcome


def _show_acknowledgement(
    world: World, address: ResponseAddress, delivered: Delivered, outcome: Outcome
) -> None:
    """Show the message in an acknowledgement; a broken one is an error to the person."""
    content = _content(delivered.payload)
    if content is None:
        return
    try:
        response_door.check_content(content)
        shown = response_door.place(world, address, content)
    except Refusal as refusal:
        outcome.problem = f"invalid_command_response: {json.dumps(refusal.body())}"
        return
    if shown is not None:
        address.shown.remove(shown.ts)
        outcome.messages.append(shown)


def _content(payload: dict[str, Any] | str | None) -> dict[str, Any] | None:
    if not payload:
        return None
    return {"text": payload} if isinstance(payload, str) else payload


def answers(world: World, address: ResponseAddress, outcome: Outcome) -> list[Any]:
    """List what came through the response address so far, and is still there."""
    channel = world.channels.get(address.channel)
    if channel is None:
        return []
    known = {**channel.messages, **channel.ephemerals}
    found = [known[ts] for ts in address.shown if ts in known]
    return [message for message in found if message not in outcome.messages]


async def uses_shortcut(
    world: World,
    dispatch: Dispatch,
    person: Person,
    callback_id: str,
    *,
    channel: Channel | None = None,
    ts: str | None = None,
) -> Outcome:
    """Send a global shortcut, or a message shortcut where a message is named."""
    may = person.may_use_commands(guests_may=world.settings.guests_may_use_commands)
    if not may or callback_id not in world.settings.shortcuts:
        return refused("no such shortcut")
    trigger = world.permits.trigger(person.id, world.clock.monotonic())
    more: dict[str, Any] = {"callback_id": callback_id}
    kind = "shortcut"
    if channel is not None and ts is not None:
        kind = "message_action"
        address = world.permits.address(person.id, channel.id, world.clock.now())
        more |= {
            "message_ts": ts,
            "channel": {"id": channel.id, "name": payloads.channel_name(channel)},
            "response_url": payloads.response_url(world, address),
        }
    payload = payloads.interaction(world, person, kind, trigger, **more)
    delivered = await dispatch.send(Parcel("interactive", payload))
    outcome = Outcome(problem=delivered.problem, delivered=delivered)
    if (view := world.top_modal(person.id)) is not None:
        outcome.view = view_object(view)
    return outcome
