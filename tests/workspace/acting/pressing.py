"""A person presses a button, chooses in a menu or picks a date, in a message or a view."""

from __future__ import annotations

from typing import Any

from tests.workspace.acting import payloads, values
from tests.workspace.acting.outcomes import Outcome, refused
from tests.workspace.acting.typing_commands import answers
from tests.workspace.channels import Channel
from tests.workspace.delivery.dispatch import Dispatch
from tests.workspace.delivery.outcomes import Parcel
from tests.workspace.messages import Message, message_object
from tests.workspace.people import Person
from tests.workspace.permits import ResponseAddress
from tests.workspace.views import OpenView, elements_of, view_object
from tests.workspace.world import World


def visible_message(world: World, person: Person, channel_id: str, ts: str) -> Message | None:
    """Find a message that this person has before them."""
    channel = world.channels.get(channel_id)
    if channel is None:
        return None
    alone = channel.ephemerals.get(ts)
    if alone is not None:
        return alone if alone.only_for == person.id else None
    return channel.messages.get(ts) if person.id in channel.members else None


async def presses_in_message(
    world: World,
    dispatch: Dispatch,
    person: Person,
    channel_id: str,
    ts: str,
    *,
    value: Any = None,
    **which: str | None,
) -> Outcome:
    """Use an element of a message, and tell the app."""
    message = visible_message(world, person, channel_id, ts)
    if message is None or not person.may_act:
        return refused("there is no such message here")
    if person.kind == "post_only_outsider":
        return refused("this person may not use apps here")
    found = values.find(elements_of(message.blocks), **_which(which))
    if isinstance(found, Outcome):
        return found
    channel = world.channels[channel_id]
    address = world.permits.address(person.id, channel.id, world.clock.now())
    address.origin = message.ts
    address.origin_is_ephemeral = message.only_for is not None
    more = _in_message(world, channel, message, address)
    try:
        more["actions"] = [values.action(*found, value)]
    except values.NotOffered as problem:
        return refused(str(problem))
    return await _tell(world, dispatch, person, more, address=address)


def _which(which: dict[str, str | None]) -> dict[str, str | None]:
    return {name: which.get(name) for name in ("action_id", "block_id", "label")}


def _in_message(
    world: World, channel: Channel, message: Message, address: ResponseAddress
) -> dict[str, Any]:
    alone = message.only_for is not None
    more: dict[str, Any] = {
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": alone,
        },
        "channel": {"id": channel.id, "name": payloads.channel_name(channel)},
        "state": {"values": {}},
        "response_url": payloads.response_url(world, address),
    }
    if message.thread_ts:
        more["container"]["thread_ts"] = message.thread_ts
    if not alone:
        more["message"] = message_object(message)
    return more


async def presses_in_view(
    world: World,
    dispatch: Dispatch,
    person: Person,
    view: OpenView,
    *,
    value: Any = None,
    **which: str | None,
) -> Outcome:
    """Use an element of an open modal or of the Home, and tell the app."""
    if not person.may_act:
        return refused("signed_out")
    found = values.find(elements_of(view.content["blocks"]), **_which(which))
    if isinstance(found, Outcome):
        return found
    block, element = found
    try:
        action = values.action(block, element, value)
        remember(view, block, element, value)
    except values.NotOffered as problem:
        return refused(str(problem))
    if block["type"] == "input" and not block.get("dispatch_action"):
        return Outcome(view=view_object(view))
    more = {
        "container": {"type": "view", "view_id": view.id},
        "view": view_object(view),
        "actions": [action],
    }
    return await _tell(world, dispatch, person, more, view=view)


def remember(view: OpenView, block: dict[str, Any], element: dict[str, Any], value: Any) -> None:
    """Keep in the view what a person filled in or chose; buttons hold nothing."""
    if element["type"] in ("button", "overflow"):
        return
    held = {"type": element["type"], **values.chosen(element, value)}
    view.values.setdefault(block["block_id"], {})[element["action_id"]] = held


async def _tell(
    world: World,
    dispatch: Dispatch,
    person: Person,
    more: dict[str, Any],
    *,
    address: ResponseAddress | None = None,
    view: OpenView | None = None,
) -> Outcome:
    pressed_in = view.id if view and view.content["type"] == "modal" else None
    trigger = world.permits.trigger(person.id, world.clock.monotonic(), pressed_in)
    before = world.top_modal(person.id)
    payload = payloads.interaction(world, person, "block_actions", trigger, **more)
    delivered = await dispatch.send(Parcel("interactive", payload))
    outcome = Outcome(problem=delivered.problem, delivered=delivered)
    if address is not None:
        outcome.response_token = address.token
        outcome.messages = answers(world, address, outcome)
    after = world.top_modal(person.id)
    if after is not None and (after is not before or view is not None):
        outcome.view = view_object(after)
    return outcome


async def looks_up(
    world: World,
    dispatch: Dispatch,
    person: Person,
    view: OpenView,
    *,
    action_id: str,
    text: str,
) -> Outcome:
    """Type into a menu whose options the app gives, and read them."""
    found = values.find(
        elements_of(view.content["blocks"]), action_id=action_id, block_id=None, label=None
    )
    if isinstance(found, Outcome):
        return found
    block, element = found
    if len(text) < element.get("min_query_length", 3):
        return refused("too few characters to look up")
    payload = payloads.interaction(
        world,
        person,
        "block_suggestion",
        None,
        container={"type": "view", "view_id": view.id},
        view=view_object(view),
        action_id=element["action_id"],
        block_id=block["block_id"],
        value=text,
    )
    delivered = await dispatch.send(Parcel("interactive", payload))
    outcome = Outcome(problem=delivered.problem, delivered=delivered)
    if isinstance(delivered.payload, dict):
        outcome.options = values.options_of(delivered.payload)
    if len(outcome.options) > 100:
        return Outcome(problem="invalid_options_response", delivered=delivered)
    return outcome
