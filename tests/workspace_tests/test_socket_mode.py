"""Socket Mode, with a real Bolt app over the real client."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import aiohttp
import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.workspace import Workspace
from tests.workspace_tests.conftest import Cast


def test_a_command_is_answered_in_its_acknowledgement(by_socket: App, cast: Cast):
    @by_socket.command("/iop")
    def status(ack, command):
        ack(f"du skrev {command['text']}")

    answer = cast.anna.types("/iop status 1740", in_channel=cast.kultur)

    assert answer.reached_bot
    assert answer.problem is None
    assert answer.message is not None
    assert answer.message.text == "du skrev status 1740"
    assert answer.message.ephemeral


def test_an_ephemeral_answer_is_seen_by_the_asker_alone(by_socket: App, cast: Cast):
    by_socket.command("/iop")(lambda ack: ack("bara för dig"))

    cast.anna.types("/iop", in_channel=cast.kultur)

    assert "bara för dig" in cast.anna.has_seen_text()
    for person in (cast.kjell, cast.greta, cast.gun, cast.cissi):
        assert "bara för dig" not in person.has_seen_text()


def test_an_answer_in_the_channel_publishes_the_typed_line_too(by_socket: App, cast: Cast):
    by_socket.command("/iop")(lambda ack: ack(text="öppet", response_type="in_channel"))

    cast.anna.types("/iop hemligt ärende", in_channel=cast.kultur)

    assert [m.text for m in cast.kjell.sees()] == ["/iop hemligt ärende", "öppet"]


def test_an_answer_later_than_the_limit_is_a_timeout_and_thrown_away(
    slack: Workspace, by_socket: App, cast: Cast
):
    slack.settings(ack_seconds=0.2)
    done = threading.Event()

    @by_socket.command("/iop")
    def slow(ack):
        time.sleep(0.5)
        ack("för sent")
        done.set()

    answer = cast.anna.types("/iop", in_channel=cast.kultur)

    assert answer.problem == "operation_timeout"
    done.wait(2)
    slack.wait_for(lambda: slack.happenings("late_acknowledgement"))
    assert "för sent" not in cast.anna.has_seen_text()


def test_a_listener_that_fails_is_never_acknowledged(slack: Workspace, by_socket: App, cast: Cast):
    slack.settings(ack_seconds=0.3)

    @by_socket.command("/iop")
    def broken():
        raise ValueError

    assert cast.anna.types("/iop", in_channel=cast.kultur).problem == "operation_timeout"


def test_nobody_connected_is_a_failed_dispatch(cast: Cast):
    answer = cast.anna.types("/iop", in_channel=cast.kultur)
    assert (answer.reached_bot, answer.problem) == (False, "dispatch_failed")


def test_a_button_reaches_the_bot_with_the_message_it_stands_in(
    by_socket: App, client: WebClient, cast: Cast
):
    pressed: list[Any] = []

    @by_socket.action("klar")
    def done(ack, body, respond):
        pressed.append(body)
        respond(text="✓ klar", replace_original=True)
        ack()

    client.chat_postMessage(channel="C_KULTUR", text="Är det klart?", blocks=[button("klar")])
    answer = cast.kjell.presses(cast.kjell.sees()[-1], "klar")

    assert answer.problem is None
    assert cast.anna.sees()[-1].text == "✓ klar"
    assert cast.anna.sees()[-1].edited
    assert pressed[0]["user"]["team_id"] == "T_FORENING"
    assert pressed[0]["team"]["id"] == "T_HOME"
    assert pressed[0]["actions"][0]["value"] == "1740"


def button(action_id: str, label: str = "Klar") -> dict[str, Any]:
    text = {"type": "plain_text", "text": label}
    element = {"type": "button", "action_id": action_id, "text": text, "value": "1740"}
    return {"type": "actions", "elements": [element]}


def test_twenty_commands_at_once_are_each_answered(by_socket: App, cast: Cast):
    by_socket.command("/iop")(lambda ack, command: ack(command["text"]))

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda n: cast.anna.types(f"/iop {n}", cast.kultur), range(20)))

    assert [a.plain() for a in answers] == [str(n) for n in range(20)]


def test_a_connection_cut_before_the_acknowledgement_loses_the_command(
    slack: Workspace, by_socket: App, cast: Cast
):
    by_socket.command("/iop")(lambda ack: ack("hej"))
    slack.cut_sockets(after_envelope=True)

    answer = cast.anna.types("/iop", in_channel=cast.kultur)

    assert answer.problem == "dispatch_failed"
    slack.wait_for_connection()
    assert cast.anna.types("/iop", in_channel=cast.kultur).plain() == "hej"


def test_an_event_not_acknowledged_comes_again_with_its_number(
    slack: Workspace, by_socket: App, cast: Cast
):
    slack.settings(ack_seconds=0.3, retry_delays=[0, 0, 0])
    seen: list[Any] = []

    @by_socket.event("app_mention")
    def mention(event, request):
        seen.append((event["text"], request.headers.get("x-slack-retry-num")))
        if len(seen) < 3:
            raise ValueError

    cast.kjell.mentions("status", in_channel=cast.kultur)

    slack.wait_for(lambda: len(seen) == 3)
    assert [number for _, number in seen] == [["0"], ["1"], ["2"]]
    told = slack.deliveries("events_api")
    assert [entry["retry"] for entry in told[:3]] == [0, 1, 2]
    assert len({entry["payload"]["event_id"] for entry in told}) == 1


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled"])
def test_the_client_comes_back_after_a_disconnect(
    slack: Workspace, by_socket: App, cast: Cast, reason: str
):
    by_socket.command("/iop")(lambda ack: ack("hej"))
    slack.disconnect_sockets(reason)
    slack.wait_for_connection()
    assert cast.anna.types("/iop", in_channel=cast.kultur).plain() == "hej"


def test_a_bot_token_opens_no_connection(slack: Workspace, client: WebClient):
    with pytest.raises(SlackApiError) as refusal:
        client.apps_connections_open(app_token=slack.bot_token)
    assert refusal.value.response["error"] == "not_allowed_token_type"


def test_an_address_for_a_connection_works_once(slack: Workspace, client: WebClient):
    import http.client  # noqa: PLC0415  used here only

    url = client.apps_connections_open(app_token=slack.app_token)["url"]
    path = url.split("/", 3)[3]
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    statuses = []
    for _ in range(2):
        host, port = slack.address.removeprefix("http://").split(":")
        connection = http.client.HTTPConnection(host, int(port))
        connection.request("GET", f"/{path}", headers=headers)
        statuses.append(connection.getresponse().status)
        connection.close()
    assert statuses == [101, 403]


def test_a_repeated_delivery_is_the_same_word_for_word(
    slack: Workspace, by_socket: App, cast: Cast
):
    seen: list[str] = []
    by_socket.event("app_mention")(lambda body: seen.append(body["event_id"]))
    cast.anna.mentions("status", in_channel=cast.kultur)

    slack.repeat_delivery()

    assert len(seen) == 2
    assert seen[0] == seen[1]


async def open_links(slack: Workspace, client: WebClient, count: int) -> list[Any]:
    """Open raw connections and read the first thing each says."""
    first = []
    async with aiohttp.ClientSession() as session:
        links = []
        for _ in range(count):
            url = client.apps_connections_open(app_token=slack.app_token)["url"]
            links.append(await session.ws_connect(url, autoping=False))
            first.append(await links[-1].receive_json())
        ping = await links[0].receive()
        first.append((ping.type, bytes(ping.data)))
        for link in links:
            await link.close()
    return first


def test_ten_connections_are_greeted_and_pinged_and_the_eleventh_sent_away(
    slack: Workspace, client: WebClient
):
    slack.settings(ping_seconds=0.1)
    *greetings, refusal, ping = asyncio.run(open_links(slack, client, 11))
    assert [hello["num_connections"] for hello in greetings] == list(range(1, 11))
    assert greetings[0]["connection_info"]["app_id"] == "A_FOLJSAM"
    assert refusal == {"type": "disconnect", "reason": "too_many_websockets"}
    assert ping[0] is aiohttp.WSMsgType.PING
    assert ping[1].startswith(b"Ping from")
    slack.wait_for(lambda: slack.connections == 0)
