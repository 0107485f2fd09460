"""The app's manifest: least scopes, Slack's limits, and that the committed file is the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.errors import Invalid
from handlers.manifest import EVENTS, SCOPES, build

ROOT = Path(__file__).parents[2]
BOTH = [build(), build("http", "https://foljsam.kommun.se")]
# What Slack asks for to send each event: one of these scopes is enough; none: no scope is needed.
NEEDED = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "channel_id_changed": {"channels:read", "groups:read"},
    "channel_shared": {"channels:read", "groups:read"},
    "channel_unshared": {"channels:read", "groups:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "message.im": {"im:history"},
    "user_change": {"users:read"},
}


def test_the_committed_manifest_is_what_the_program_makes() -> None:
    assert json.loads((ROOT / "manifest.json").read_text(encoding="utf-8")) == build()


def test_it_asks_for_these_scopes_and_no_more() -> None:
    assert build()["oauth_config"] == {"scopes": {"bot": sorted(SCOPES)}}
    assert set(SCOPES) == {
        "app_mentions:read", "channels:read", "chat:write", "commands", "groups:read",
        "im:history", "im:write", "users:read",
    }  # fmt: skip


def test_every_scope_and_event_has_its_reason_in_the_documents() -> None:
    told = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    assert [name for name in (*SCOPES, *EVENTS) if f"`{name}`" not in told] == []


def test_the_scopes_allow_every_event() -> None:
    assert set(EVENTS) == set(NEEDED)
    assert [name for name in EVENTS if NEEDED[name] and not NEEDED[name] & set(SCOPES)] == []


@pytest.mark.parametrize("manifest", BOTH, ids=["socket", "http"])
def test_it_keeps_slacks_limits(manifest: dict[str, Any]) -> None:
    about, features = manifest["display_information"], manifest["features"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 175 <= len(about["long_description"]) <= 4000
    assert len(features["bot_user"]["display_name"]) <= 80
    assert len(features["slash_commands"]) <= 50
    for command in features["slash_commands"]:
        assert command["should_escape"] is True
        assert command["command"].startswith("/")
        assert len(command["command"]) <= 32
        assert 0 < len(command["description"]) <= 2000
        assert 0 < len(command["usage_hint"]) <= 1000
    assert set(manifest) == {"display_information", "features", "oauth_config", "settings"}


@pytest.mark.parametrize("manifest", BOTH, ids=["socket", "http"])
def test_it_has_the_four_commands_the_home_and_the_messages_tab(manifest: dict[str, Any]) -> None:
    names = [each["command"] for each in manifest["features"]["slash_commands"]]
    assert names == ["/iop", "/iop-status", "/iop-medel", "/iop-kontakter"]
    assert manifest["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert manifest["settings"]["interactivity"]["is_enabled"] is True
    assert manifest["settings"]["token_rotation_enabled"] is False
    assert manifest["settings"]["org_deploy_enabled"] is False


def test_in_socket_mode_it_names_no_address() -> None:
    manifest = build()
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert "url" not in json.dumps(manifest)


@pytest.mark.parametrize(
    "given",
    [
        "https://foljsam.kommun.se",
        "https://foljsam.kommun.se/",
        "https://foljsam.kommun.se/slack/events",
        " https://foljsam.kommun.se/slack/events/ ",
    ],
)
def test_over_http_everything_goes_to_one_address(given: str) -> None:
    manifest = build("http", given)
    address = "https://foljsam.kommun.se/slack/events"
    settings = manifest["settings"]
    assert settings["socket_mode_enabled"] is False
    assert settings["event_subscriptions"]["request_url"] == address
    assert settings["interactivity"]["request_url"] == address
    assert {each["url"] for each in manifest["features"]["slash_commands"]} == {address}


@pytest.mark.parametrize(
    "given",
    ["", "foljsam.kommun.se", "http://foljsam.kommun.se", "https://", "ftp://a.se", "https://[a",
     "https://a.se?x=1", "https://a.se#x", "https://u:p@a.se", "https://a b.se"],
)  # fmt: skip
def test_an_address_that_slack_would_not_call_is_refused(given: str) -> None:
    with pytest.raises(Invalid):
        build("http", given)
