"""Posting, editing and deleting messages."""

from __future__ import annotations

import json
from typing import Any

from tests.workspace import conversations
from tests.workspace.blocks import message_problems
from tests.workspace.channels import Channel
from tests.workspace.conversations import TEXT_CUT
from tests.workspace.ids import BOT_USER, HOME_DOMAIN
from tests.workspace.messages import Message, message_object
from tests.workspace.web_api.calls import Call, Refusal, TooMany, method

UPDATE_TEXT = 4_000
METADATA_BYTES = 3_000  # Slack documents no figure: small is safe


def content_of(call: Call) -> dict[str, Any]:
    """Read and check text, blocks, attachments and metadata of a message."""
    text, markdown = call.text("text"), call.text("markdown_text")
    blocks = call.structure("blocks", "invalid_blocks_format")
    if markdown and (text or blocks):
        raise Refusal("markdown_text_conflict")
    if blocks:
        error, places = message_problems(blocks)
        if error:
            raise Refusal(error, places)
    attachments = call.structure("attachments") or []
    for attachment in attachments:
        error, places = message_problems(attachment.get("blocks", []))
        if error:
            raise Refusal("invalid_attachments", places)
    if not (text or markdown or blocks or attachments):
        raise Refusal("no_text")
    return {
        "text": text or markdown or "",
        "blocks": blocks or [],
        "attachments": attachments,
        "mrkdwn": call.flag("mrkdwn", default=True),
    }


def metadata_of(call: Call) -> dict[str, Any] | None:
    """Read and check a message's metadata."""
    metadata = call.structure("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        raise Refusal("invalid_metadata_format")
    payload = metadata.get("event_payload")
    if not isinstance(payload, dict) or set(metadata) != {"event_type", "event_payload"}:
        raise Refusal("invalid_metadata_schema")
    if len(json.dumps(metadata).encode()) > METADATA_BYTES:
        raise Refusal("metadata_too_large")
    return metadata


def _target(call: Call) -> Channel:
    """Find where a post goes: a conversation, or the DM of a person named instead."""
    world, named = call.world, call.required("channel")
    if named not in world.channels and named in world.people:
        try:
            channel = call.dm(named)
        except Refusal as refusal:
            known = ("user_disabled", "cannot_dm_bot")
            code = refusal.error if refusal.error in known else "channel_not_found"
            raise Refusal(code) from None
    else:
        channel = call.channel()
    if channel.archived:
        raise Refusal("is_archived")
    if not channel.has_bot:
        raise Refusal("not_in_channel")
    if channel.posting_restricted:
        raise Refusal("restricted_action")
    if channel.kind == "im":
        _check_dm(call, channel)
    return channel


def _check_dm(call: Call, channel: Channel) -> None:
    if not call.world.settings.messages_tab:
        raise Refusal("messages_tab_disabled")
    if call.world.people[channel.other_member()].kind == "deactivated":
        raise Refusal("user_disabled")


def _thread(call: Call, channel: Channel) -> str | None:
    thread = call.ts("thread_ts", "invalid_thread_ts")
    if thread is None:
        return None
    parent = channel.messages.get(thread)
    if parent is None:
        raise Refusal("thread_not_found")
    return parent.thread_ts or thread


@method("chat.postMessage", "chat:write", tier="post")
def post_message(call: Call) -> dict[str, Any]:
    """Write a message as the bot."""
    channel = _target(call)
    content = content_of(call)
    metadata, thread = metadata_of(call), _thread(call, channel)
    if wait := call.world.rates.wait_for_channel(channel.id):
        raise TooMany(wait)
    message = conversations.post(
        call.world, channel, user=BOT_USER, metadata=metadata, thread_ts=thread, **content
    )
    answer = {
        "channel": channel.id,
        "ts": message.ts,
        "message": message_object(message, with_metadata=True),
    }
    if len(content["text"]) > TEXT_CUT:
        answer |= {
            "warning": "message_truncated",
            "response_metadata": {"warnings": ["message_truncated"]},
        }
    return answer


@method("chat.postEphemeral", "chat:write", tier=4)
def post_ephemeral(call: Call) -> dict[str, Any]:
    """Show something to one member of a channel; nobody else sees it and it is not kept."""
    channel, user = call.channel(must_be_in=True), call.required("user")
    if channel.archived:
        raise Refusal("is_archived")
    content = content_of(call)
    if user not in call.world.people or user not in channel.members:
        raise Refusal("user_not_in_channel")
    message = conversations.post(
        call.world,
        channel,
        user=BOT_USER,
        only_for=user,
        thread_ts=call.ts("thread_ts"),
        **content,
    )
    return {"message_ts": message.ts}


def _own_message(call: Call, wrong_owner: str) -> tuple[Channel, Message]:
    channel = call.channel()
    message = channel.messages.get(call.required("ts"))
    if message is None:
        raise Refusal("message_not_found")
    if not message.by_our_bot:
        raise Refusal(wrong_owner)
    return channel, message


@method("chat.update", "chat:write", tier=3)
def update(call: Call) -> dict[str, Any]:
    """Replace an own message; text without blocks takes the blocks away."""
    channel, message = _own_message(call, "cant_update_message")
    if channel.archived or not channel.has_bot:
        raise Refusal("is_inactive")
    window = call.world.settings.edit_window_seconds
    if window is not None and call.world.clock.now() - message.written_at > window:
        raise Refusal("edit_window_closed")
    content = content_of(call)
    if len(content["text"]) > UPDATE_TEXT:
        raise Refusal("msg_too_long")
    metadata = metadata_of(call)
    if metadata is not None:
        content["metadata"] = metadata
    conversations.edit(call.world, channel, message, **content)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": message_object(message, with_metadata=True),
    }


@method("chat.delete", "chat:write", tier=3)
def delete(call: Call) -> dict[str, Any]:
    """Take an own message away."""
    channel, message = _own_message(call, "cant_delete_message")
    conversations.delete(call.world, channel, message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.getPermalink", tier="special")
def get_permalink(call: Call) -> dict[str, Any]:
    """Give the address of a message."""
    channel, ts = call.channel(), call.required("message_ts")
    if ts not in channel.messages:
        raise Refusal("message_not_found")
    link = f"https://{HOME_DOMAIN}.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}
