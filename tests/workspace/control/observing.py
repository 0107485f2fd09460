"""Reading: what people see, what was called, what was delivered, what happened."""

from __future__ import annotations

import json
from typing import Any

from tests.workspace.channels import Channel
from tests.workspace.control.verbs import Ask, verb
from tests.workspace.messages import Message, shown_object
from tests.workspace.views import view_object

LONGEST_WAIT = 60.0


def visible(channel: Channel, person: str) -> list[Message]:
    """List what stands before a person in a conversation: what all see, and what they alone."""
    found = [m for m in channel.ephemerals.values() if m.only_for == person]
    if person in channel.members:
        found += channel.messages.values()
    return found


@verb("sees")
async def sees(ask: Ask) -> list[dict[str, Any]]:
    """List the messages before a person now, oldest first; in one channel if it is named."""
    person = ask.person().id
    everywhere = list(ask.world.channels.values())
    channels = [ask.channel()] if ask.get("channel") else everywhere
    messages = [message for channel in channels for message in visible(channel, person)]
    messages.sort(key=lambda message: (message.written_at, message.ts))
    return [shown_object(message) for message in messages]


@verb("direct_messages")
async def direct_messages(ask: Ask) -> list[dict[str, Any]]:
    """List what the bot wrote in a person's DM, oldest first."""
    person = ask.person().id
    if not ask.world.has_dm_with(person):
        return []
    written = visible(ask.world.dm_with(person), person)
    written.sort(key=lambda message: message.ts)
    return [shown_object(message) for message in written if message.by_our_bot]


@verb("modal")
async def modal(ask: Ask) -> dict[str, Any] | None:
    view = ask.world.top_modal(ask.person().id)
    return view_object(view) if view else None


@verb("modals")
async def modals(ask: Ask) -> list[dict[str, Any]]:
    return [view_object(view) for view in ask.world.modals.get(ask.person().id, [])]


@verb("home")
async def home(ask: Ask) -> dict[str, Any] | None:
    view = ask.world.homes.get(ask.person().id)
    return view_object(view) if view else None


@verb("sightings")
async def sightings(ask: Ask) -> list[dict[str, Any]]:
    """List everything a person was ever shown."""
    return [sighting.as_json() for sighting in ask.world.sightings.of(ask.person().id)]


@verb("seen_text")
async def seen_text(ask: Ask) -> dict[str, Any]:
    return {"text": ask.world.sightings.text_of(ask.person().id)}


@verb("messages")
async def messages(ask: Ask) -> list[dict[str, Any]]:
    """List what stands in a channel, whoever may see it, without what only one was shown."""
    return [shown_object(message) for message in ask.channel().messages.values()]


@verb("all_messages")
async def all_messages(ask: Ask) -> list[dict[str, Any]]:
    """List what stands in all channels: the oracle of what the bot really sent."""
    return [
        shown_object(message)
        for channel in ask.world.channels.values()
        for message in channel.messages.values()
    ]


@verb("requests")
async def requests(ask: Ask) -> list[dict[str, Any]]:
    """List the calls the app made, of one method if one is named, after a number if given."""
    method, after = ask.get("method"), int(ask.get("after", 0))
    return [c for c in ask.world.calls[after:] if method in (None, c["method"])]


@verb("accepted_posts")
async def accepted_posts(ask: Ask) -> list[list[Any]]:
    """List what was posted, in the order it was accepted: metadata, channel, ts, number of call."""
    found = [c for c in ask.world.calls if c["method"] == "chat.postMessage" and c["carried_out"]]
    found.sort(key=lambda call: call["carried_out_at"])
    return [
        [_metadata(c["fields"]), c["answer"]["channel"], c["answer"]["ts"], c["number"]]
        for c in found
    ]


def _metadata(fields: dict[str, Any]) -> Any:
    """Read a post's metadata: an object, or text of one in a form field."""
    metadata = fields.get("metadata")
    return json.loads(metadata) if isinstance(metadata, str) else metadata


@verb("struck_faults")
async def struck_faults(ask: Ask) -> dict[str, int]:
    """Count the faults that have struck, by method and kind."""
    struck: dict[str, int] = {}
    for fault in ask.world.faults.planned:
        name = f"{fault.method} {fault.kind}"
        struck[name] = struck.get(name, 0) + fault.struck
    return struck


@verb("deliveries")
async def deliveries(ask: Ask) -> list[dict[str, Any]]:
    """List what the app was told, and how it took it."""
    kind, after = ask.get("kind"), int(ask.get("after", 0))
    return [d for d in ask.world.deliveries[after:] if kind in (None, d["kind"])]


@verb("happenings")
async def happenings(ask: Ask) -> list[dict[str, Any]]:
    """List what happened after a number, of one kind if one is named."""
    found = ask.world.journal.after(int(ask.get("after", 0)), ask.get("kind"))
    return [happening.as_json() for happening in found]


@verb("wait")
async def wait(ask: Ask) -> dict[str, Any]:
    """Wait until something later than ``after`` has happened."""
    seconds = min(float(ask.get("seconds", 1.0)), LONGEST_WAIT)
    latest = await ask.world.journal.wait_beyond(int(ask.get("after", 0)), seconds)
    return {"latest": latest, "connections": ask.dispatch.sockets.connected}


@verb("forget_logs")
async def forget_logs(ask: Ask) -> dict[str, Any]:
    """Empty the logs of calls and deliveries, for long measurements."""
    ask.world.calls.clear()
    ask.world.deliveries.clear()
    return {"ok": True}
