"""Faults and rates: what the real client makes of them, and what was carried out."""

from __future__ import annotations

import http.client
import subprocess
import sys
import time
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from tests.workspace import Workspace
from tests.workspace_tests.conftest import Cast

CONNECTION = (ConnectionError, http.client.HTTPException, OSError)


def post(client: WebClient) -> Any:
    client.logger.disabled = True
    return client.chat_postMessage(channel="C_KULTUR", text="hej")


def test_the_default_client_posts_twice_when_cut_after_the_work(slack: Workspace, cast: Cast):
    slack.fault("chat.postMessage", "cut_after")
    post(WebClient(slack.bot_token, base_url=slack.api_url))
    assert len(cast.kultur.messages()) == 2


@pytest.mark.parametrize(
    ("kind", "sent"),
    [("cut_before", 0), ("cut_after", 1), ("reset_before", 0), ("reset_after", 1)],
)
def test_a_lost_connection_raises_and_was_carried_out_or_not(
    slack: Workspace, client: WebClient, cast: Cast, kind: str, sent: int
):
    slack.fault("chat.postMessage", kind)
    with pytest.raises(CONNECTION):
        post(client)
    assert len(cast.kultur.messages()) == sent
    (call,) = slack.requests("chat.postMessage")
    assert (call["fault"], call["carried_out"]) == (kind, bool(sent))


@pytest.mark.parametrize(
    ("kind", "status", "sent"),
    [
        ("500_before", 500, 0),
        ("500_after", 500, 1),
        ("503_before", 503, 0),
        ("503_after", 503, 1),
        ("429", 429, 0),
        ("empty", 200, 1),
        ("html", 200, 1),
        ("fatal_error", 200, 1),
        ("error", 200, 0),
    ],
)
def test_a_bad_answer_raises_and_was_carried_out_or_not(
    slack: Workspace, client: WebClient, cast: Cast, *, kind: str, status: int, sent: int
):
    slack.fault("chat.postMessage", kind, seconds=7)
    with pytest.raises(SlackApiError) as refused:
        post(client)
    assert refused.value.response.status_code == status
    assert len(cast.kultur.messages()) == sent
    if kind == "429":
        assert refused.value.response.headers["Retry-After"] == "7"


def test_slower_than_the_client_is_a_timeout_and_carried_out(slack: Workspace, cast: Cast):
    slack.fault("chat.postMessage", "slow", seconds=0.4)
    patience: Any = 0.1  # the client takes parts of a second too
    client = WebClient(slack.bot_token, base_url=slack.api_url, timeout=patience, retry_handlers=[])
    with pytest.raises(TimeoutError):
        post(client)
    assert len(cast.kultur.messages()) == 1


def test_late_is_carried_out_after_the_connection_is_gone(
    slack: Workspace, client: WebClient, cast: Cast
):
    slack.fault("chat.postMessage", "late", seconds=0.2)
    with pytest.raises(CONNECTION):
        post(client)
    assert cast.kultur.messages() == []
    slack.wait_for(cast.kultur.messages)


def test_a_body_cut_short_raises_and_was_carried_out(
    slack: Workspace, client: WebClient, cast: Cast
):
    slack.fault("chat.postMessage", "truncated")
    with pytest.raises((SlackApiError, *CONNECTION)):
        post(client)
    assert len(cast.kultur.messages()) == 1


def test_a_dripping_body_comes_whole(slack: Workspace, client: WebClient, cast: Cast):
    slack.fault("chat.postMessage", "drip", seconds=0.1)
    assert post(client)["ok"]


def test_a_token_may_be_revoked_by_a_call(slack: Workspace, client: WebClient, cast: Cast):
    slack.fault("chat.postMessage", "token_revoked")
    for _ in range(2):
        with pytest.raises(SlackApiError) as refused:
            post(client)
        assert refused.value.response["error"] == "token_revoked"


def test_a_fault_strikes_the_nth_call_so_many_times(
    slack: Workspace, client: WebClient, cast: Cast
):
    slack.fault("chat.postMessage", "error", nth=2, times=2, code="internal_error")
    went = []
    for _ in range(4):
        try:
            post(client)
            went.append(True)
        except SlackApiError as refused:
            went.append(refused.response["error"] != "internal_error")
    assert went == [True, False, False, True]


def test_faults_by_chance_repeat_with_the_same_seed(
    slack: Workspace, client: WebClient, cast: Cast
):
    def run() -> list[bool]:
        slack.clear_faults(seed=7)
        slack.fault("auth.test", "error", times=0, chance=0.5)
        found = []
        for _ in range(20):
            try:
                found.append(bool(client.auth_test()["ok"]))
            except SlackApiError:
                found.append(False)
        return found

    first = run()
    assert 3 < sum(first) < 17
    assert run() == first


def test_lateness_can_be_drawn_from_a_span(slack: Workspace, client: WebClient, cast: Cast):
    slack.fault("chat.postMessage", "late", times=0, seconds=0.05, up_to=0.15)
    for _ in range(3):
        with pytest.raises(CONNECTION):
            post(client)
    slack.wait_for(lambda: len(cast.kultur.messages()) == 3)
    delays = [c["carried_out_at"] - c["at"] for c in slack.requests("chat.postMessage")]
    assert all(delay > 0.04 for delay in delays)  # how much more is the machine's
    assert len({round(delay, 4) for delay in delays}) == 3


def test_the_calling_process_can_be_killed_after_the_work(slack: Workspace, cast: Cast):
    program = (
        "import sys; from slack_sdk import WebClient;"
        "c = WebClient(sys.argv[1], base_url=sys.argv[2], retry_handlers=[]);"
        "c.chat_postMessage(channel='C_KULTUR', text='hej'); print('levde')"
    )
    slack.fault("chat.postMessage", "kill_after")
    run = subprocess.run(
        [sys.executable, "-c", program, slack.bot_token, slack.api_url],
        capture_output=True,
        check=False,
        timeout=20,
    )
    assert run.returncode == -9
    assert run.stdout == b""
    assert len(cast.kultur.messages()) == 1


_POSTS = (
    "import sys, time; from slack_sdk import WebClient;"
    "c = WebClient(sys.argv[1], base_url=sys.argv[2], retry_handlers=[]);"
    "c.chat_postMessage(channel='C_KULTUR', text='hej'); time.sleep(20)"
)


@pytest.mark.parametrize(("kind", "sent"), [("kill_after_answer", 1), ("kill_later", 0)])
def test_the_calling_process_can_be_killed_when_it_has_its_answer_or_long_before(
    slack: Workspace, cast: Cast, kind: str, sent: int
):
    slack.fault("chat.postMessage", kind, seconds=10)
    words = [sys.executable, "-c", _POSTS, slack.bot_token, slack.api_url]
    assert subprocess.run(words, check=False, timeout=19).returncode == -9
    assert len(cast.kultur.messages()) == sent
    slack.accept_belated(10)
    assert len(cast.kultur.messages()) == 1


@pytest.mark.parametrize("kind", ["cut_later", "500_later"])
def test_what_is_belated_comes_when_the_apps_clock_has_come_so_far(
    slack: Workspace, client: WebClient, cast: Cast, kind: str
):
    slack.belated_from(1_000)
    slack.fault("chat.postMessage", kind, seconds=60)
    with pytest.raises((SlackApiError, *CONNECTION)):
        post(client)
    slack.accept_belated(1_059)
    assert cast.kultur.messages() == []
    assert slack.accepted_posts() == []
    slack.accept_belated(1_060)
    (placed,) = cast.kultur.messages()
    ((metadata, channel, ts, number),) = slack.accepted_posts()
    assert (metadata, channel, ts, number) == (None, "C_KULTUR", placed.ts, 1)
    assert slack.struck_faults() == {f"chat.postMessage {kind}": 1}


def test_a_channel_takes_a_burst_and_then_one_a_second(
    slack: Workspace, client: WebClient, cast: Cast
):
    slack.rates("real")
    for _ in range(4):
        post(client)
    with pytest.raises(SlackApiError) as refused:
        post(client)
    assert refused.value.response.status_code == 429
    assert refused.value.response["error"] == "ratelimited"
    assert refused.value.response.headers["Retry-After"] == "1"
    assert client.chat_postMessage(channel="U_ANNA", text="annan kanal")["ok"]
    time.sleep(1)
    assert post(client)["ok"]


def test_a_method_has_its_own_limit_a_minute(slack: Workspace, client: WebClient, cast: Cast):
    slack.rates("off", users_info=2)
    for _ in range(2):
        client.users_info(user="U_ANNA")
    with pytest.raises(SlackApiError) as refused:
        client.users_info(user="U_ANNA")
    assert 59 <= int(refused.value.response.headers["Retry-After"]) <= 60
    assert client.auth_test()["ok"]


def test_history_may_be_once_a_minute_and_fifteen_messages(
    slack: Workspace, client: WebClient, cast: Cast
):
    dm = client.conversations_open(users="U_ANNA")["channel"]["id"]
    for n in range(20):
        client.chat_postMessage(channel=dm, text=str(n))
    slack.rates("history_once_a_minute")
    assert len(client.conversations_history(channel=dm, limit=200)["messages"]) == 15
    with pytest.raises(SlackApiError):
        client.conversations_history(channel=dm)


def test_the_clients_own_patience_with_rates_works(slack: Workspace, cast: Cast):
    client = WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=1))
    slack.fault("users.info", "429", seconds=1)
    assert client.users_info(user="U_ANNA")["ok"]
    assert len(slack.requests("users.info")) == 2


def test_without_limits_a_hundred_posts_pass_quickly(
    slack: Workspace, client: WebClient, cast: Cast
):
    started = time.perf_counter()
    for _ in range(100):
        post(client)
    assert time.perf_counter() - started < 5
    assert slack.requests()[-1]["status"] == 200
