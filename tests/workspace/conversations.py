"""What changes a conversation: posting, editing, deleting, joining; and who gets to see it."""

from __future__ import annotations

from typing import Any

from tests.workspace.channels import Channel
from tests.workspace.ids import BOT_ID, BOT_USER
from tests.workspace.messages import Message, shown_object
from tests.workspace.world import World

TEXT_CUT = 40_000


def audience(world: World, channel: Channel) -> list[str]:
    """List the people whose clients receive what is written in a channel."""
    return [
        user
        for user in channel.members
        if user != BOT_USER and user in world.people and world.people[user].may_act
    ]


def with_block_ids(world: World, blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give blocks without an id one, as Slack does; elements get an action id the same way."""
    done = []
    for block in blocks:
        copied = {**block}
        copied.setdefault("block_id", world.ids.make("b"))
        if "elements" in copied and copied["type"] == "actions":
            copied["elements"] = [_named(world, element) for element in copied["elements"]]
        for name in ("accessory", "element"):
            if name in copied and copied[name]["type"] != "image":
                copied[name] = _named(world, copied[name])
        done.append(copied)
    return done


def _named(world: World, element: dict[str, Any]) -> dict[str, Any]:
    return element if "action_id" in element else {**element, "action_id": world.ids.make("a")}


def post(
    world: World,
    channel: Channel,
    *,
    user: str,
    text: str,
    blocks: list[dict[str, Any]] | None = None,
    only_for: str | None = None,
    thread_ts: str | None = None,
    **more: Any,
) -> Message:
    """Write a message and show it to all who are there, or to one person only."""
    now = world.clock.now()
    message = Message(
        channel=channel.id,
        ts=channel.next_ts(now),
        user=user,
        text=text[:TEXT_CUT],
        blocks=with_block_ids(world, blocks or []),
        only_for=only_for,
        thread_ts=thread_ts,
        written_at=now,
        **more,
    )
    if user == BOT_USER:
        message.bot_id = BOT_ID
    if only_for is None:
        channel.messages[message.ts] = message
        _count_reply(channel, message)
    else:
        channel.ephemerals[message.ts] = message
    _show(world, channel, message, "message")
    return message


def _count_reply(channel: Channel, message: Message) -> None:
    parent = channel.messages.get(message.thread_ts or "")
    if parent is not None and parent is not message:
        parent.thread_ts = parent.ts
        parent.reply_count += 1


def _show(world: World, channel: Channel, message: Message, kind: str) -> None:
    shown = shown_object(message)
    if message.only_for is None:
        for user in audience(world, channel):
            world.show(user, kind, shown)
    else:
        person = world.people.get(message.only_for)
        if person is not None and person.may_act and person.present:
            world.show(person.id, "ephemeral" if kind == "message" else kind, shown)
    world.record(kind, channel=channel.id, ts=message.ts, by=message.user, message=shown)


def edit(
    world: World,
    channel: Channel,
    message: Message,
    *,
    text: str,
    blocks: list[dict[str, Any]] | None,
    **more: Any,
) -> None:
    """Put other content in a message's place and show it to those who see the message."""
    message.text = text
    message.blocks = with_block_ids(world, blocks or [])
    for name, value in more.items():
        setattr(message, name, value)
    message.edited = channel.next_ts(world.clock.now())
    _show(world, channel, message, "edit")


def delete(world: World, channel: Channel, message: Message) -> None:
    """Take a message away; what was seen stays seen."""
    shelf = channel.messages if message.only_for is None else channel.ephemerals
    shelf.pop(message.ts, None)
    world.record("deleted", channel=channel.id, ts=message.ts)


def join(world: World, channel: Channel, user: str) -> None:
    """Let somebody in, who then may read all that stands there."""
    if user in channel.members:
        return
    channel.members.append(user)
    world.record("joined", channel=channel.id, person=user)
    if user in audience(world, channel):
        for message in channel.messages.values():
            world.show(user, "message", shown_object(message))


def leave(world: World, channel: Channel, user: str) -> None:
    """Let somebody go, or throw somebody out."""
    if user in channel.members:
        channel.members.remove(user)
        world.record("left", channel=channel.id, person=user)


def in_history(world: World, channel: Channel, *, lagging: bool = True) -> list[Message]:
    """List what history gives now, oldest first: not what is too new or too old for it."""
    now = world.clock.now()
    newest = now - (world.settings.history_lag if lagging else 0)
    kept = world.settings.retention_seconds
    return [
        message
        for message in channel.messages.values()
        if message.written_at <= newest and (kept is None or message.written_at >= now - kept)
    ]
