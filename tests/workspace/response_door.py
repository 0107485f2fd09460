"""The addresses at which an app may answer an interaction, five times within 30 minutes."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from tests.workspace import call_log, conversations, misfortunes
from tests.workspace.blocks import message_problems
from tests.workspace.channels import Channel
from tests.workspace.ids import BOT_USER
from tests.workspace.keys import WORLD
from tests.workspace.messages import Message
from tests.workspace.misfortunes import Answer
from tests.workspace.permits import RESPONSE_SECONDS, RESPONSE_USES, ResponseAddress
from tests.workspace.web_api.calls import Refusal
from tests.workspace.world import World

KNOWN_FIELDS = {
    "text",
    "blocks",
    "attachments",
    "response_type",
    "replace_original",
    "delete_original",
    "thread_ts",
    "unfurl_links",
    "unfurl_media",
    "mrkdwn",
    "parse",
    "link_names",
    "metadata",
}


async def respond(request: web.Request) -> web.StreamResponse:
    """Answer a post to a response address."""
    world, token = request.app[WORLD], request.match_info["token"]
    raw = await request.read()
    entry = call_log.begin(world, request, "response_url", raw.decode("utf-8", "replace"))

    def act() -> Answer:
        return _carry_out(world, token, raw, entry)

    return await misfortunes.answer(world, request, entry, world.faults.strike("response_url"), act)


def _carry_out(world: World, token: str, raw: bytes, entry: dict[str, Any]) -> Answer:
    address = world.permits.addresses.get(token)
    try:
        if address is None:
            return Answer(404, {"ok": False, "error": "invalid_url"}, {})
        if address.uses >= RESPONSE_USES:
            return Answer(404, {"ok": False, "error": "used_url"}, {})
        if world.clock.now() - address.issued > RESPONSE_SECONDS:
            return Answer(404, {"ok": False, "error": "expired_url"}, {})
        entry["fields"] = content = _read(raw)
        place(world, address, content)
    except Refusal as refusal:
        return Answer(400, refusal.body(), {})
    address.uses += 1
    return Answer(200, "ok", {})


def _read(raw: bytes) -> dict[str, Any]:
    try:
        content = json.loads(raw)
    except ValueError:
        raise Refusal("invalid_payload") from None
    if not isinstance(content, dict):
        raise Refusal("invalid_payload")
    check_content(content)
    return content


def check_content(content: dict[str, Any]) -> None:
    """Check what an app answers with, here or in an acknowledgement."""
    if unknown := set(content) - KNOWN_FIELDS:
        raise Refusal("invalid_arguments", [f"[ERROR] unknown field: {f}" for f in sorted(unknown)])
    blocks = content.get("blocks")
    if blocks:
        error, places = message_problems(blocks)
        if error:
            raise Refusal(error, places)
    says = content.get("text") or blocks or content.get("attachments")
    if not says and not content.get("delete_original"):
        raise Refusal("no_text")
    if content.get("response_type") not in (None, "ephemeral", "in_channel"):
        raise Refusal("invalid_arguments", ["[ERROR] response_type is ephemeral or in_channel"])


def place(world: World, address: ResponseAddress, content: dict[str, Any]) -> Message | None:
    """Carry out an answer: a new message, or another in place of the one pressed in."""
    channel = world.channels.get(address.channel)
    if channel is None:
        raise Refusal("channel_not_found")
    if channel.archived:
        raise Refusal("is_archived")
    origin = _origin(channel, address)
    if content.get("delete_original"):
        if origin is not None:
            conversations.delete(world, channel, origin)
        return None
    said: dict[str, Any] = {
        "text": content.get("text") or "",
        "blocks": content.get("blocks"),
        "mrkdwn": content.get("mrkdwn", True),
    }
    if content.get("replace_original") and origin is not None:
        conversations.edit(world, channel, origin, **said)
        address.shown.append(origin.ts)
        return origin
    public = content.get("response_type") == "in_channel"
    if public:
        _publish_typed(world, channel, address)
    message = conversations.post(
        world,
        channel,
        user=BOT_USER,
        only_for=None if public else address.user,
        thread_ts=content.get("thread_ts"),
        by_response_url=True,
        **said,
    )
    address.shown.append(message.ts)
    return message


def _origin(channel: Channel, address: ResponseAddress) -> Message | None:
    if address.origin is None:
        return None
    shelf = channel.ephemerals if address.origin_is_ephemeral else channel.messages
    return shelf.get(address.origin)


def _publish_typed(world: World, channel: Channel, address: ResponseAddress) -> None:
    """Show everybody the command line itself, once, as Slack does with in_channel."""
    if address.typed is not None:
        conversations.post(world, channel, user=address.user, text=address.typed)
        address.typed = None
