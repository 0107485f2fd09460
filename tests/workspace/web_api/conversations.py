"""Asking about channels and reading what stands in them."""

from __future__ import annotations

from typing import Any

from tests.workspace import conversations
from tests.workspace.channels import Channel, channel_object
from tests.workspace.messages import Message, message_object
from tests.workspace.web_api.calls import Call, Refusal, method, page


@method("conversations.info", tier=3)
def info(call: Call) -> dict[str, Any]:
    """Describe a conversation with all its flags of sharing."""
    channel = call.channel()
    call.need(channel.scope("read"))
    described = channel_object(channel)
    if call.flag("include_num_members"):
        described["num_members"] = len(channel.members)
    return {"channel": described}


@method("conversations.open", "im:write", tier=3)
def open_dm(call: Call) -> dict[str, Any]:
    """Give the DM with a person, the same each time."""
    if (named := call.text("channel")) is not None:
        known = call.world.channels.get(named)
        if known is None or known.kind != "im":
            raise Refusal("channel_not_found")
        return {"channel": {"id": known.id}}
    users = [user for user in (call.text("users") or "").split(",") if user]
    if not users:
        raise Refusal("users_list_not_supplied")
    if len(users) > 1:
        raise Refusal("missing_scope", needed="mpim:write", provided="im:write")
    existed = call.world.has_dm_with(users[0])
    channel = call.dm(users[0])
    answer: dict[str, Any] = {"channel": {"id": channel.id}}
    if call.flag("return_im"):
        answer["channel"] = channel_object(channel)
    if existed:
        answer |= {"no_op": True, "already_open": True}
    return answer


@method("conversations.members", tier=4)
def members(call: Call) -> dict[str, Any]:
    """List who is in a conversation, page by page."""
    channel = call.channel()
    call.need(channel.scope("read"))
    found, cursor = page(call, channel.members, most=999)
    return {"members": found, "response_metadata": {"next_cursor": cursor}}


@method("conversations.list", tier=2)
def list_all(call: Call) -> dict[str, Any]:
    """List the channels the bot can see, page by page."""
    call.need("channels:read")
    wanted = (call.text("types") or "public_channel").split(",")
    names = {"public": "public_channel", "private": "private_channel", "im": "im"}
    seen = [
        channel
        for channel in call.world.channels.values()
        if names[channel.kind] in wanted and (channel.kind == "public" or channel.has_bot)
    ]
    found, cursor = page(call, seen, most=999)
    return {
        "channels": [channel_object(channel) for channel in found],
        "response_metadata": {"next_cursor": cursor},
    }


def _readable(call: Call) -> Channel:
    channel = call.channel()
    call.need(channel.scope("history"))
    if not channel.has_bot:
        raise Refusal("not_in_channel")
    return channel


def _within(call: Call, messages: list[Message]) -> list[Message]:
    oldest = float(call.ts("oldest", "invalid_ts_oldest") or 0)
    latest_given = call.ts("latest", "invalid_ts_latest")
    latest = float(latest_given) if latest_given else float("inf")
    inclusive = call.flag("inclusive")

    def fits(message: Message) -> bool:
        ts = float(message.ts)
        return oldest < ts < latest or (inclusive and ts in (oldest, latest))

    return [message for message in messages if fits(message)]


def _answer(call: Call, messages: list[Message]) -> dict[str, Any]:
    found, cursor = page(call, messages, most=call.world.rates.history_limit)
    metadata = call.flag("include_all_metadata")
    answer: dict[str, Any] = {
        "messages": [message_object(message, with_metadata=metadata) for message in found],
        "has_more": bool(cursor),
    }
    if cursor:
        answer["response_metadata"] = {"next_cursor": cursor}
    return answer


@method("conversations.history", tier=3)
def history(call: Call) -> dict[str, Any]:
    """Give what stands in a conversation, newest first, without the replies in threads."""
    channel = _readable(call)
    top = [
        message
        for message in conversations.in_history(call.world, channel)
        if message.thread_ts in (None, message.ts)
    ]
    answer = _answer(call, _within(call, top)[::-1])
    return {**answer, "pin_count": 0}


@method("conversations.replies", tier=3)
def replies(call: Call) -> dict[str, Any]:
    """Give a thread, its first message before the replies, oldest first."""
    channel, ts = _readable(call), call.required("ts")
    if ts not in channel.messages:
        raise Refusal("thread_not_found")
    start = channel.messages[ts].thread_ts or ts
    thread = [
        message
        for message in conversations.in_history(call.world, channel)
        if start in (message.ts, message.thread_ts)
    ]
    return _answer(call, _within(call, thread))
