"""The payloads Slack sends, with what they leave out and where they mislead."""

from __future__ import annotations

import time
from typing import Any

from tests.workspace.channels import Channel
from tests.workspace.ids import APP_ID, BOT_USER, HOME_DOMAIN, HOME_TEAM
from tests.workspace.people import GUESTS, Person, user_profile
from tests.workspace.permits import ResponseAddress, Trigger
from tests.workspace.world import World

TOKEN = "verification-token-of-old"
_OPTIONAL = ("enterprise", "token", "user_name", "channel_name", "team_domain", "username", "name")


def _odd(world: World, payload: dict[str, Any]) -> dict[str, Any]:
    """Add fields nobody knows and leave out optional ones, if the settings say so."""
    if world.settings.unknown_fields:
        payload["something_new"] = {"from": "slack", "list": [1, None]}
    if world.settings.sparse_payloads:
        for name in _OPTIONAL:
            payload.pop(name, None)
    return payload


def response_url(world: World, address: ResponseAddress) -> str:
    """Write the address at which the app may answer."""
    return f"{world.address}/response/{address.token}"


def channel_name(channel: Channel) -> str:
    """Name a channel as payloads do, which is not always by its name."""
    if channel.kind == "im":
        return "directmessage"
    return "privategroup" if channel.kind == "private" else channel.name


def slash_command(
    world: World,
    person: Person,
    channel: Channel,
    *,
    command: str,
    text: str,
    trigger: Trigger,
    address: ResponseAddress,
) -> dict[str, Any]:
    """Write the form of a slash command."""
    form = {
        "token": TOKEN,
        "team_id": HOME_TEAM,
        "team_domain": HOME_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": person.id,
        "user_name": person.handle,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "true" if world.settings.organisation_install else "false",
        "response_url": response_url(world, address),
        "trigger_id": trigger.id,
    }
    if world.enterprise:
        form |= {"enterprise_id": world.enterprise, "enterprise_name": "Koncernen"}
    if world.settings.unknown_fields:
        form["something_new"] = "from slack"
    if world.settings.sparse_payloads:
        for name in ("token", "user_name", "channel_name", "team_domain"):
            del form[name]
    return form


def interaction(
    world: World, person: Person, kind: str, trigger: Trigger | None, **more: Any
) -> dict[str, Any]:
    """Write what clicks, submissions and shortcuts have in common.

    ``team`` is ours or theirs for an outsider, as the settings say; only ``user.team_id``
    tells the truth. It is null where the whole organisation installed the app.
    """
    theirs = world.settings.team_in_clicks == "theirs"
    team = person.team if theirs else HOME_TEAM
    domain = HOME_DOMAIN if team == HOME_TEAM else team.lower()
    payload: dict[str, Any] = {
        "type": kind,
        "team": {"id": team, "domain": domain},
        "user": {
            "id": person.id,
            "username": person.handle,
            "name": person.handle,
            "team_id": person.team,
        },
        "api_app_id": APP_ID,
        "token": TOKEN,
        "enterprise": None,
        "is_enterprise_install": world.settings.organisation_install,
        **more,
    }
    if trigger is not None:
        payload["trigger_id"] = trigger.id
    if world.enterprise:
        payload["enterprise"] = {"id": world.enterprise, "name": "Koncernen"}
    if world.settings.organisation_install:
        payload["team"] = None
    return _odd(world, payload)


def event_callback(
    world: World, event: dict[str, Any], *, channel: Channel | None = None
) -> dict[str, Any]:
    """Write the outer body of an event; only one authorization is listed."""
    shared = channel is not None and channel.is_external
    payload: dict[str, Any] = {
        "token": TOKEN,
        "team_id": HOME_TEAM,
        "context_team_id": HOME_TEAM,
        "context_enterprise_id": world.enterprise,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": world.ids.make("Ev"),
        "event_time": int(time.time()),
        "authorizations": [
            {
                "enterprise_id": world.enterprise,
                "team_id": None if world.settings.organisation_install else HOME_TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": world.settings.organisation_install,
            }
        ],
        "is_ext_shared_channel": shared,
        "event_context": world.ids.make("4-"),
    }
    return _odd(world, payload)


def writing_event(
    world: World, kind: str, person: Person, channel: Channel, *, text: str, ts: str
) -> dict[str, Any]:
    """Write a mention or message event; its ``team`` is ours even for an outsider."""
    event: dict[str, Any] = {
        "type": kind,
        "user": person.id,
        "text": text,
        "ts": ts,
        "channel": channel.id,
        "event_ts": ts,
        "team": HOME_TEAM,
        "client_msg_id": world.ids.make("m"),
    }
    if kind == "message":
        event["channel_type"] = "im" if channel.kind == "im" else "channel"
    if not person.is_home:
        organisation = world.settings.user_team == "enterprise" and person.enterprise
        event |= {
            "user_team": organisation or person.team,
            "source_team": person.team,
            "user_profile": user_profile(person),
        }
    elif person.kind in GUESTS and not world.settings.sparse_payloads:
        event["user_profile"] = user_profile(person)
    return event
