"""Who may do what: what Slack's own client keeps from the app, and what it lets through."""

from __future__ import annotations

import re
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from tests.workspace import Workspace
from tests.workspace_tests.conftest import Cast

BUTTON = {
    "type": "button",
    "action_id": "klar",
    "text": {"type": "plain_text", "text": "Klar"},
}
BLOCKS = [{"type": "actions", "elements": [BUTTON]}]


@pytest.fixture
def listening(by_socket: App) -> list[dict[str, Any]]:
    heard: list[dict[str, Any]] = []

    def listen(ack: Any, body: dict[str, Any]) -> None:
        heard.append(body)
        ack()

    by_socket.command("/iop")(listen)
    by_socket.action("klar")(listen)
    by_socket.event("app_mention")(listen)
    by_socket.event("message")(listen)
    by_socket.event("app_home_opened")(listen)
    by_socket.event(re.compile(".*"))(lambda ack: ack())
    return heard


@pytest.mark.parametrize(
    ("who", "guests_may", "reaches"),
    [
        ("anna", True, True),
        ("greta", True, True),
        ("greta", False, False),
        ("gun", True, False),
        ("kjell", True, False),
    ],
)
def test_commands_reach_the_app_only_from_those_slack_lets(
    slack: Workspace, listening: list[Any], cast: Cast, *, who: str, guests_may: bool, reaches: bool
):
    slack.settings(guests_may_use_commands=guests_may)
    answer = getattr(cast, who).types("/iop", in_channel=cast.kultur)
    assert answer.reached_bot is reaches
    assert answer.refused is not reaches
    assert bool(listening) is reaches
    if not reaches:
        assert answer.problem.startswith("/iop is not a valid command")


def test_commands_stay_out_of_threads_unknown_names_and_other_channels(
    listening: list[Any], client: WebClient, cast: Cast
):
    ts = client.chat_postMessage(channel="C_KULTUR", text="x")["ts"]
    in_thread = cast.anna.types("/iop", cast.kultur, in_thread=ts)
    assert in_thread.problem == "/iop is not supported in threads. Sorry!"
    assert "/okand is not a valid" in str(cast.anna.types("/okand", cast.kultur).problem)
    assert cast.cissi.types("/iop", cast.kultur).problem == "not_in_channel"
    assert listening == []


def test_everybody_in_the_channel_may_press_a_button(
    listening: list[Any], client: WebClient, cast: Cast
):
    client.chat_postMessage(channel="C_KULTUR", text="x", blocks=BLOCKS)
    for person in (cast.anna, cast.kjell, cast.greta, cast.gun):
        assert person.presses(person.sees()[-1], "klar").reached_bot
    assert [b["user"]["id"] for b in listening] == ["U_ANNA", "U_KJELL", "U_GRETA", "U_GUN"]


def test_who_cannot_see_a_message_cannot_press_in_it(
    listening: list[Any], client: WebClient, cast: Cast
):
    client.chat_postMessage(channel="C_KULTUR", text="x", blocks=BLOCKS)
    message = cast.anna.sees()[-1]
    assert cast.cissi.presses(message, "klar").refused
    client.chat_postEphemeral(channel="C_KULTUR", user="U_ANNA", text="x", blocks=BLOCKS)
    assert cast.kjell.presses(cast.anna.sees()[-1], "klar").refused
    assert listening == []


def test_post_only_outsiders_use_no_app(
    slack: Workspace, listening: list[Any], client: WebClient, cast: Cast
):
    pia = slack.add_person("U_PIA", kind="post_only_outsider", team="T_FORENING")
    cast.kultur.join(pia)
    client.chat_postMessage(channel="C_KULTUR", text="x", blocks=BLOCKS)
    assert pia.presses(pia.sees()[-1], "klar").refused
    assert not any(body["type"] == "block_actions" for body in listening)


@pytest.mark.parametrize(("setting", "team"), [("ours", "T_HOME"), ("theirs", "T_FORENING")])
def test_an_outsiders_click_lies_about_the_team(
    slack: Workspace,
    listening: list[Any],
    client: WebClient,
    cast: Cast,
    *,
    setting: str,
    team: str,
):
    slack.settings(team_in_clicks=setting)
    client.chat_postMessage(channel="C_KULTUR", text="x", blocks=BLOCKS)
    cast.kjell.presses(cast.kjell.sees()[-1], label="Klar")
    assert listening[-1]["team"]["id"] == team
    assert listening[-1]["user"]["team_id"] == "T_FORENING"


def test_an_outsiders_mention_carries_our_team_and_their_user_team(
    slack: Workspace, listening: list[Any], cast: Cast
):
    cast.kjell.mentions("status", in_channel=cast.kultur)
    body = listening[-1]
    assert body["event"]["team"] == "T_HOME"
    assert body["event"]["user_team"] == "T_FORENING"
    assert body["is_ext_shared_channel"]
    kerstin = slack.add_person("U_KERSTIN", kind="outsider", team="T_STOR", enterprise="E_STOR")
    cast.kultur.join(kerstin)
    slack.settings(user_team="enterprise")
    kerstin.mentions("status", in_channel=cast.kultur)
    assert listening[-1]["event"]["user_team"] == "E_STOR"


def test_payloads_may_be_odd(slack: Workspace, listening: list[Any], cast: Cast):
    slack.settings(unknown_fields=True, sparse_payloads=True, organisation_install=True)
    cast.kjell.mentions("status", in_channel=cast.kultur)
    assert "something_new" in listening[-1]
    assert listening[-1]["authorizations"][0]["team_id"] is None


def test_direct_messages_and_home_are_open_to_all_but_strangers(listening: list[Any], cast: Cast):
    for person in (cast.anna, cast.kjell, cast.greta, cast.gun):
        assert person.writes_to_bot("hej").reached_bot
        assert person.opens_home().reached_bot
    assert cast.otto.writes_to_bot("hej").refused
    assert cast.otto.opens_home().refused
    kinds = [body["event"]["type"] for body in listening]
    assert kinds == ["message", "app_home_opened"] * 4


def test_mentions_where_the_bot_is_not_are_not_heard(
    slack: Workspace, listening: list[Any], cast: Cast
):
    elsewhere = slack.add_channel("C_UTAN", members=[cast.anna], bot=False)
    outcome = cast.anna.mentions("status", in_channel=elsewhere)
    assert (outcome.reached_bot, outcome.problem) == (False, None)
    assert outcome.ts is not None


def test_the_bots_own_messages_may_come_back_as_events_which_bolt_ignores(
    slack: Workspace, listening: list[Any], client: WebClient, cast: Cast
):
    slack.settings(own_message_events=True)
    client.chat_postMessage(channel="U_ANNA", text="hej")
    (told,) = slack.wait_for(lambda: slack.deliveries("events_api"))
    assert told["payload"]["event"]["bot_id"] == "BBOT"
    slack.wait_for(lambda: slack.deliveries("events_api")[0].get("how") == "acknowledged")
    assert listening == []


def test_a_foreign_bots_message_is_heard(slack: Workspace, listening: list[Any], cast: Cast):
    slack.add_person("U_ROBOT", kind="bot")
    slack.plant_message("U_ROBOT", "pip", dm_of="U_ANNA", bot_id="BOTHER", tell=True)
    assert listening[-1]["event"]["bot_id"] == "BOTHER"


def test_only_subscribed_events_are_told(slack: Workspace, listening: list[Any], cast: Cast):
    slack.settings(events=["message.im"])
    cast.anna.mentions("status", in_channel=cast.kultur)
    assert listening == []


def test_changes_of_channels_and_people_are_told(
    slack: Workspace, listening: list[Any], cast: Cast
):
    cast.anna.change(kind="deactivated")
    cast.internal.share("T_FORENING", new_id="C_INTERN").archive()
    told = [entry["payload"]["event"]["type"] for entry in slack.deliveries("events_api")]
    assert told == ["user_change", "channel_id_changed", "channel_shared", "channel_archive"]
    assert cast.anna.types("/iop", cast.kultur).problem == "signed_out"


def test_unsharing_takes_the_others_away(slack: Workspace, cast: Cast, client: WebClient):
    cast.kultur.unshare("T_FORENING")
    client.chat_postMessage(channel="C_KULTUR", text="bara vi")
    assert "bara vi" not in cast.kjell.has_seen_text()
    assert client.users_info(user="U_KJELL")["user"]["is_stranger"]


def test_the_app_is_installed_as_its_manifest_says(slack: Workspace, client: WebClient):
    slack.install(
        {
            "features": {
                "slash_commands": [{"command": "/iop"}],
                "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            },
            "oauth_config": {"scopes": {"bot": ["chat:write", "commands"]}},
            "settings": {"event_subscriptions": {"bot_events": ["app_mention"]}},
        }
    )
    assert client.auth_test().headers["x-oauth-scopes"] == "chat:write,commands"
    assert slack.settings()["commands"] == ["/iop"]


def test_an_unknown_person_channel_or_setting_is_said_to_be_one(slack: Workspace, cast: Cast):
    from tests.workspace.client.wire import Refused  # noqa: PLC0415  used here only

    with pytest.raises(Refused, match="unknown kind"):
        slack.add_person("U_X", kind="robot")
    with pytest.raises(Refused, match="no such person"):
        slack.add_channel("C_X", members=["U_NONE"])
    with pytest.raises(Refused, match="unknown setting"):
        slack.settings(nonsense=1)
    with pytest.raises(Refused, match="unknown fault"):
        slack.fault("chat.postMessage", "explode")
