"""Making people and channels, installing the app, turning settings."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from tests.workspace import conversations, ids
from tests.workspace.acting import administering, writing
from tests.workspace.channels import Channel, channel_object
from tests.workspace.control.verbs import Ask, NoSuch, verb
from tests.workspace.delivery.dispatch import Dispatch
from tests.workspace.ids import BOT_USER, HOME_TEAM
from tests.workspace.messages import message_object
from tests.workspace.people import KINDS, Person
from tests.workspace.settings import Settings
from tests.workspace.world import World


@verb("describe")
async def describe(ask: Ask) -> dict[str, Any]:
    """Tell what a bot needs to know to be installed here."""
    return {
        "api_url": f"{ask.world.address}/api/",
        "bot_token": ids.BOT_TOKEN,
        "app_token": ids.APP_TOKEN,
        "signing_secret": ask.world.settings.signing_secret,
        "team": HOME_TEAM,
        "bot_user": BOT_USER,
        "bot_id": ids.BOT_ID,
        "app_id": ids.APP_ID,
        "settings": asdict(ask.world.settings),
        "connections": ask.dispatch.sockets.connected,
        "people": [person_json(person) for person in ask.world.people.values()],
        "channels": [channel_json(channel) for channel in ask.world.channels.values()],
    }


def person_json(person: Person) -> dict[str, Any]:
    """Describe a person to whoever asks the stand-in itself."""
    return asdict(person)


def channel_json(channel: Channel) -> dict[str, Any]:
    """Describe a channel to whoever asks the stand-in itself."""
    return {**channel_object(channel), "members": list(channel.members), "kind": channel.kind}


def make_person(world: World, facts: dict[str, Any]) -> Person:
    """Let a person exist; those from elsewhere get a team of their own unless one is named."""
    facts = {"kind": "member", **facts}
    if facts["kind"] not in KINDS:
        raise ValueError(f"unknown kind {facts['kind']}; one of {', '.join(KINDS)}")
    away = facts["kind"] in ("outsider", "post_only_outsider", "stranger", "unseen")
    facts.setdefault("team", "T_ELSEWHERE" if away else HOME_TEAM)
    facts.setdefault("handle", facts["id"].lower().removeprefix("u_"))
    if away and facts["team"] == HOME_TEAM:
        raise ValueError("somebody from elsewhere needs another team than ours")
    person = Person(**facts)
    world.people[person.id] = person
    world.record("person", person=person.id, name=person.name, what=person.kind)
    return person


def make_channel(world: World, facts: dict[str, Any]) -> Channel:
    """Let a channel exist, with its members; ``bot`` says whether the bot is one."""
    facts = dict(facts)
    bot, members = facts.pop("bot", True), list(facts.pop("members", []))
    if missing := [user for user in members if user not in world.people]:
        raise NoSuch(f"no such person: {missing}")
    channel = Channel(members=[*members, *([BOT_USER] if bot else [])], **facts)
    world.channels[channel.id] = channel
    world.record("channel", channel=channel.id, name=channel.name, members=members)
    return channel


def set_settings(world: World, changes: dict[str, Any]) -> None:
    """Turn settings by name."""
    known = {field.name for field in fields(Settings)}
    for name, value in changes.items():
        if name not in known:
            raise ValueError(f"unknown setting {name}; one of {', '.join(sorted(known))}")
        setattr(world.settings, name, value)


def install(world: World, manifest: dict[str, Any]) -> None:
    """Install the app as its manifest says: commands, shortcuts, scopes, events, tabs."""
    features, settings = manifest.get("features", {}), manifest.get("settings", {})
    home = features.get("app_home", {})
    set_settings(
        world,
        {
            "commands": [c["command"] for c in features.get("slash_commands", [])],
            "command_help": {
                c["command"]: {
                    "description": c.get("description", ""),
                    "usage_hint": c.get("usage_hint", ""),
                }
                for c in features.get("slash_commands", [])
            },
            "shortcuts": [s["callback_id"] for s in features.get("shortcuts", [])],
            "scopes": list(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", [])),
            "events": list(settings.get("event_subscriptions", {}).get("bot_events", [])),
            "home_tab": home.get("home_tab_enabled", False),
            "messages_tab": home.get("messages_tab_enabled", True),
            "messages_tab_read_only": home.get("messages_tab_read_only_enabled", True),
        },
    )


def load_scene(world: World, scene: dict[str, Any]) -> None:
    """Set a whole scene: settings, manifest, people, channels."""
    if "manifest" in scene:
        install(world, scene["manifest"])
    set_settings(world, scene.get("settings", {}))
    for facts in scene.get("people", []):
        make_person(world, facts)
    for facts in scene.get("channels", []):
        make_channel(world, facts)


@verb("scene")
async def scene(ask: Ask) -> dict[str, Any]:
    load_scene(ask.world, ask.facts)
    return {"ok": True}


@verb("install")
async def install_app(ask: Ask) -> dict[str, Any]:
    install(ask.world, ask["manifest"])
    return {"ok": True}


@verb("settings")
async def settings(ask: Ask) -> dict[str, Any]:
    set_settings(ask.world, ask.facts)
    return asdict(ask.world.settings)


@verb("add_person")
async def add_person(ask: Ask) -> dict[str, Any]:
    return person_json(make_person(ask.world, ask.facts))


@verb("change_person")
async def change_person(ask: Ask) -> dict[str, Any]:
    person = ask.person()
    changes = {name: value for name, value in ask.facts.items() if name != "person"}
    outcome = await administering.changes_person(ask.world, ask.dispatch, person.id, changes)
    return outcome.as_json()


@verb("add_channel")
async def add_channel(ask: Ask) -> dict[str, Any]:
    return channel_json(make_channel(ask.world, ask.facts))


@verb("change_channel")
async def change_channel(ask: Ask) -> dict[str, Any]:
    """Set fields of a channel without an event: restrictions, pending sharing, kind."""
    channel = ask.channel()
    for name, value in ask.facts.items():
        if name not in ("channel", "messages", "ephemerals"):
            if name not in Channel.__slots__:
                raise ValueError(f"a channel has no {name}")
            setattr(channel, name, value)
    return channel_json(channel)


async def _administer(ask: Ask, act: Any, *arguments: Any) -> dict[str, Any]:
    world: World = ask.world
    dispatch: Dispatch = ask.dispatch
    outcome: dict[str, Any] = (await act(world, dispatch, ask.channel(), *arguments)).as_json()
    return outcome


@verb("join")
async def join(ask: Ask) -> dict[str, Any]:
    return await _administer(ask, administering.joins, ask["person"])


@verb("leave")
async def leave(ask: Ask) -> dict[str, Any]:
    return await _administer(ask, administering.leaves, ask["person"])


@verb("share")
async def share(ask: Ask) -> dict[str, Any]:
    return await _administer(ask, administering.shares, ask["team"], ask.get("new_id"))


@verb("unshare")
async def unshare(ask: Ask) -> dict[str, Any]:
    return await _administer(ask, administering.unshares, ask["team"])


@verb("renumber")
async def renumber(ask: Ask) -> dict[str, Any]:
    return await _administer(ask, administering.renumbers, ask["new_id"])


@verb("archive")
async def archive(ask: Ask) -> dict[str, Any]:
    return await _administer(ask, administering.archives)


@verb("revoke")
async def revoke(ask: Ask) -> dict[str, Any]:
    """Break a token: token_revoked, account_inactive, token_expired, …."""
    outcome = await administering.revokes(
        ask.world, ask.dispatch, ask.get("token", "bot"), ask.get("error", "token_revoked")
    )
    return outcome.as_json()


@verb("restore_tokens")
async def restore_tokens(ask: Ask) -> dict[str, Any]:
    ask.world.broken_tokens.clear()
    return {"ok": True}


@verb("plant_message")
async def plant_message(ask: Ask) -> dict[str, Any]:
    """Let any user or foreign bot have written a message, metadata and all.

    With ``tell`` the app hears of it as of a foreign bot's message, if it subscribed to such.
    """
    channel = ask.world.dm_with(ask["dm_of"]).id if ask.get("dm_of") else ask["channel"]
    message = conversations.post(
        ask.world,
        ask.world.channels[channel],
        user=ask["user"],
        text=ask.get("text", ""),
        metadata=ask.get("metadata"),
        thread_ts=ask.get("thread_ts"),
    )
    message.bot_id = ask.get("bot_id")
    if ask.get("tell"):
        event = {**message_object(message), "channel": channel, "event_ts": message.ts}
        await writing.emit(ask.world, ask.dispatch, event, ask.world.channels[channel])
    return {"ts": message.ts, "channel": channel}
