"""Acting as a person."""

from __future__ import annotations

import base64
import json
from typing import Any

from tests.workspace.acting import pressing, submitting, typing_commands, writing
from tests.workspace.acting.outcomes import Outcome
from tests.workspace.channels import Channel
from tests.workspace.control.verbs import Ask, NoSuch, verb
from tests.workspace.delivery.http import FORM, signed_headers
from tests.workspace.delivery.outcomes import Parcel
from tests.workspace.ids import BOT_USER
from tests.workspace.messages import shown_object
from tests.workspace.views import OpenView
from tests.workspace.web_api.files import file_object
from tests.workspace.world import StoredFile


def _place(ask: Ask) -> Channel:
    """Find where the person acts: a named channel, or the DM with the bot."""
    if ask.get("channel") is None:
        return ask.world.dm_with(ask["person"])
    return ask.channel()


@verb("types")
async def types(ask: Ask) -> dict[str, Any]:
    outcome = await typing_commands.types_command(
        ask.world,
        ask.dispatch,
        ask.person(),
        _place(ask),
        ask["text"],
        thread_ts=ask.get("thread_ts"),
    )
    return outcome.as_json()


@verb("shortcut")
async def shortcut(ask: Ask) -> dict[str, Any]:
    outcome = await typing_commands.uses_shortcut(
        ask.world,
        ask.dispatch,
        ask.person(),
        ask["callback_id"],
        channel=ask.channel() if ask.get("channel") else None,
        ts=ask.get("ts"),
    )
    return outcome.as_json()


@verb("answers")
async def answers(ask: Ask) -> list[dict[str, Any]]:
    """List what has come through a response address by now."""
    address = ask.world.permits.addresses.get(ask["response_token"])
    if address is None:
        raise NoSuch("no such response address")
    found = typing_commands.answers(ask.world, address, Outcome())
    return [shown_object(message) for message in found]


def _view(ask: Ask) -> OpenView:
    world, person = ask.world, ask["person"]
    named = ask.get("view")
    view = world.top_modal(person) if named is None else world.find_view(named)
    if view is None or view.user != person:
        raise NoSuch("no such view before this person")
    return view


@verb("presses")
async def presses(ask: Ask) -> dict[str, Any]:
    """Use an element of a message (channel, ts), of a view (view) or of the top modal."""
    which = {name: ask.get(name) for name in ("action_id", "block_id", "label")}
    if ask.get("ts") is not None:
        outcome = await pressing.presses_in_message(
            ask.world,
            ask.dispatch,
            ask.person(),
            ask["channel"],
            ask["ts"],
            value=ask.get("value"),
            **which,
        )
    else:
        outcome = await pressing.presses_in_view(
            ask.world, ask.dispatch, ask.person(), _view(ask), value=ask.get("value"), **which
        )
    return outcome.as_json()


@verb("submits")
async def submits(ask: Ask) -> dict[str, Any]:
    outcome = await submitting.submits(
        ask.world, ask.dispatch, ask.person(), _view(ask), ask.get("values", {})
    )
    return outcome.as_json()


@verb("closes")
async def closes(ask: Ask) -> dict[str, Any]:
    outcome = await submitting.closes(
        ask.world, ask.dispatch, ask.person(), _view(ask), all_of_them=bool(ask.get("all"))
    )
    return outcome.as_json()


@verb("looks_up")
async def looks_up(ask: Ask) -> dict[str, Any]:
    outcome = await pressing.looks_up(
        ask.world,
        ask.dispatch,
        ask.person(),
        _view(ask),
        action_id=ask["action_id"],
        text=ask["text"],
    )
    return outcome.as_json()


@verb("writes")
async def writes(ask: Ask) -> dict[str, Any]:
    outcome = await writing.writes(
        ask.world,
        ask.dispatch,
        ask.person(),
        ask.channel(),
        ask["text"],
        thread_ts=ask.get("thread_ts"),
        mention=bool(ask.get("mention")),
    )
    return outcome.as_json()


@verb("writes_to_bot")
async def writes_to_bot(ask: Ask) -> dict[str, Any]:
    outcome = await writing.writes_to_bot(
        ask.world, ask.dispatch, ask.person(), ask["text"], ask.get("thread_ts")
    )
    return outcome.as_json()


@verb("opens_home")
async def opens_home(ask: Ask) -> dict[str, Any]:
    outcome = await writing.opens_home(
        ask.world, ask.dispatch, ask.person(), ask.get("tab", "home")
    )
    return outcome.as_json()


@verb("emit")
async def emit(ask: Ask) -> dict[str, Any]:
    """Tell the app any event."""
    channel = ask.world.channels.get(ask.get("channel", ""))
    outcome = await writing.emit(ask.world, ask.dispatch, ask["event"], channel)
    return outcome.as_json()


@verb("repeat_delivery")
async def repeat_delivery(ask: Ask) -> dict[str, Any]:
    """Tell the app again what it was told before, word for word (default: the last)."""
    log = ask.world.deliveries[int(ask.get("number", 0)) - 1]
    delivered = await ask.dispatch.send(Parcel(log["kind"], log["payload"], int(log["retry"])))
    return {"how": delivered.how, "status": delivered.status, "answer": delivered.payload}


@verb("post_raw")
async def post_raw(ask: Ask) -> dict[str, Any]:
    """Send any bytes and headers to the app's request address."""
    body: str = ask["body"]
    delivered = await ask.dispatch.post_raw(body.encode("latin-1"), ask.get("headers", {}))
    return {"how": delivered.how, "status": delivered.status, "answer": delivered.payload}


@verb("probe")
async def probe(ask: Ask) -> dict[str, Any]:
    """Probe the request address as Slack does: ``ssl_check`` or ``url_verification``."""
    if ask["kind"] == "ssl_check":
        body, headers = b"ssl_check=1&token=verification-token-of-old", {"Content-Type": FORM}
    else:
        challenge = {"type": "url_verification", "challenge": "3eZbrw1aB", "token": "old"}
        body = json.dumps(challenge).encode()
        headers = {"Content-Type": "application/json"}
        headers |= signed_headers(ask.world.settings, body)
    delivered = await ask.dispatch.post_raw(body, headers)
    return {"how": delivered.how, "status": delivered.status, "answer": delivered.payload}


@verb("upload")
async def upload(ask: Ask) -> dict[str, Any]:
    """Let a person have chosen a file, for a file field of a modal."""
    world = ask.world
    file = StoredFile(world.ids.make("F"), ask["name"], ask["name"], user=ask["person"])
    file.content, file.complete = base64.b64decode(ask["base64"]), True
    world.files[file.id] = file
    return file_object(world, file)


@verb("direct_channel")
async def direct_channel(ask: Ask) -> dict[str, Any]:
    """Give the direct conversation of the bot and a person."""
    return {"channel": ask.world.dm_with(ask.person().id).id, "bot": BOT_USER}
