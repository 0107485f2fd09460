"""Uploading a file in three steps: an address, the bytes, the completion."""

from __future__ import annotations

import base64
from typing import Any

from tests.workspace import conversations
from tests.workspace.channels import Channel
from tests.workspace.ids import BOT_USER
from tests.workspace.web_api.calls import Call, Refusal, method
from tests.workspace.world import StoredFile, World


def file_object(world: World, file: StoredFile) -> dict[str, Any]:
    """Describe a file as messages and answers do."""
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title,
        "size": len(file.content or b""),
        "user": file.user,
        "mode": "hosted",
        "url_private": f"{world.address}/files/{file.id}",
        "url_private_download": f"{world.address}/files/{file.id}",
        "permalink": f"{world.address}/files/{file.id}",
    }


@method("files.getUploadURLExternal", "files:write", tier=4)
def get_upload_url(call: Call) -> dict[str, Any]:
    """Give an address to which a file's bytes may be sent."""
    for name in ("filename", "length"):
        if call.text(name) is None:
            raise Refusal("missing_argument", [f"[ERROR] missing required field: {name}"])
    if call.number("length", default=0) < 1:
        raise Refusal("invalid_arguments", ["[ERROR] must be more than 0 [json-pointer:/length]"])
    world, name = call.world, call.required("filename")
    file = StoredFile(world.ids.make("F"), name, call.text("title") or name)
    world.files[file.id] = file
    return {"upload_url": f"{world.address}/upload/{file.id}", "file_id": file.id}


def _uploaded(call: Call) -> list[StoredFile]:
    listed = call.structure("files")
    if not listed:
        raise Refusal("missing_argument", ["[ERROR] missing required field: files"])
    found = []
    for entry in listed:
        file = call.world.files.get(str(entry.get("id")))
        if file is None or file.content is None or file.complete:
            raise Refusal("file_not_found")
        file.title = entry.get("title") or file.title
        found.append(file)
    return found


@method("files.completeUploadExternal", "files:write", tier=4)
def complete_upload(call: Call) -> dict[str, Any]:
    """Finish an upload and share the files where asked to."""
    world, files = call.world, _uploaded(call)
    channel = _destination(call)
    for file in files:
        file.complete = True
    described = [file_object(world, file) for file in files]
    if channel is not None:
        share(world, channel, files, call.text("initial_comment") or "", call.text("thread_ts"))
    return {"files": described}


def _destination(call: Call) -> Channel | None:
    if call.text("channel_id") is None:
        return None
    channel = call.channel(field="channel_id")
    if not channel.has_bot:
        raise Refusal("not_in_channel")
    if channel.archived:
        raise Refusal("channel_not_found")
    return channel


def share(
    world: World, channel: Channel, files: list[StoredFile], text: str, thread_ts: str | None
) -> None:
    """Post files in a channel; everybody there may read their bytes."""
    described = [file_object(world, file) for file in files]
    conversations.post(
        world, channel, user=BOT_USER, text=text, files=described, thread_ts=thread_ts
    )
    for file in files:
        file.channels.append(channel.id)
        content = file.content or b""
        for user in conversations.audience(world, channel):
            shown = {"name": file.name, "base64": base64.b64encode(content).decode()}
            shown["text"] = content.decode("utf-8", "replace")
            world.show(user, "file", shown)


@method("files.info", "files:read", tier=4)
def info(call: Call) -> dict[str, Any]:
    """Describe a file."""
    file = call.world.files.get(call.required("file"))
    if file is None or not file.complete:
        raise Refusal("file_not_found")
    return {"file": file_object(call.world, file)}
