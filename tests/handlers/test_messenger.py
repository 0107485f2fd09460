"""Slack as the carrier: what an error means, finding a message again, and never posting twice."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.error import URLError

import pytest
from slack_sdk.errors import SlackApiError, SlackClientError, SlackRequestError
from slack_sdk.web import SlackResponse

from bot.reminders.messenger import NotDelivered, Reminder, Trouble
from bot.settings import Settings
from handlers.messenger import SlackMessenger, trouble_of
from handlers.slack_side import SlackSide, connect
from storage.types import PartialDate
from tests.workspace.client import Workspace

SETTINGS = Settings(_env_file=None)
LONG_AGO = datetime(2021, 1, 1, tzinfo=UTC)
KEY = "ABCDEFGHIJKLMNOP"
REMINDER = Reminder(
    step=-30,
    agreement_id=1,
    agreement_number="IOP-1",
    agreement_name="Kultur 1740",
    evaluation_id=1,
    revision=1,
    label="2",
    due=PartialDate(2021, 10, 29),
    due_on=date(2021, 10, 29),
    agreed_on=None,
    moved=None,
    booked_on=None,
    held_on=None,
    today=date(2021, 9, 17),
)


def no_json(status: int, body: str = "<html>", **headers: str) -> Exception:
    """Make what slack_sdk raises for an answer that is no JSON: with a plain dictionary."""
    return SlackApiError("?", {"status": status, "headers": headers, "body": body})


def answered(error: str | None, status: int = 200, **headers: str) -> Exception:
    """Make what slack_sdk raises for an answer."""
    body = None if error is None else {"ok": False, "error": error}
    response = SlackResponse(
        client=None,
        http_verb="POST",
        api_url="https://slack.com/api/chat.postMessage",
        req_args={},
        data=body,  # type: ignore[arg-type]  # None is what slack_sdk itself hands in
        headers=headers,
        status_code=status,
    )
    return SlackApiError("message of the error", response)


TABLE: dict[Trouble, list[str]] = {
    Trouble.too_fast: [
        *("ratelimited", "rate_limited"),
        *("message_limit_exceeded", "team_added_to_org", "external_channel_migrating"),
    ],
    Trouble.nobody_may: [
        *("token_revoked", "account_inactive", "invalid_auth", "not_authed", "token_expired"),
        "org_login_required",
    ],
    Trouble.gone: [
        *("is_archived", "channel_not_found", "not_in_channel", "is_inactive", "user_not_found"),
        *("user_disabled", "user_not_visible", "cannot_dm_bot", "messages_tab_disabled"),
        *("invalid_user_combination", "restricted_action", "restricted_action_read_only_channel"),
    ],
    Trouble.not_there: [
        *("missing_scope", "no_permission", "ekm_access_denied", "access_denied"),
        "two_factor_setup_required",
    ],
    Trouble.our_fault: [
        *("msg_too_long", "msg_blocks_too_long", "invalid_blocks", "invalid_blocks_format"),
        *("no_text", "metadata_too_large", "invalid_metadata_format", "invalid_metadata_schema"),
        "invalid_arguments",
    ],
    Trouble.unsure: [
        *("internal_error", "fatal_error", "request_timeout", "service_unavailable"),
        *("something_new_of_next_year", ""),
    ],
}


@pytest.mark.parametrize(
    ("code", "trouble"), [(code, trouble) for trouble in TABLE for code in TABLE[trouble]]
)
def test_an_error_code_means_what_slack_may_have_done(code: str, trouble: Trouble) -> None:
    found = trouble_of(answered(code))
    assert (found.trouble, found.code) == (trouble, code)


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (answered("ratelimited", 429), Trouble.too_fast),
        (answered(None, 429), Trouble.too_fast),
        (no_json(429), Trouble.too_fast),
        (answered("channel_not_found", 500), Trouble.unsure),
        (no_json(503), Trouble.unsure),
        (answered(None, 200), Trouble.unsure),
        (no_json(200), Trouble.unsure),
        (ConnectionRefusedError(), Trouble.not_now),  # not a byte of the request has left
        (URLError(ConnectionRefusedError()), Trouble.not_now),
        (ConnectionResetError(), Trouble.unsure),
        (http.client.RemoteDisconnected("closed"), Trouble.unsure),
        (http.client.IncompleteRead(b"{"), Trouble.unsure),
        (TimeoutError(), Trouble.unsure),
        (URLError(TimeoutError()), Trouble.unsure),
        (URLError(ssl.SSLError("closed")), Trouble.unsure),
        (SlackRequestError("?"), Trouble.unsure),
        (SlackClientError(), Trouble.unsure),
        (OSError("?"), Trouble.unsure),
    ],
)
def test_a_broken_answer_is_never_taken_for_a_no(error: Exception, trouble: Trouble) -> None:
    assert trouble_of(error).trouble is trouble


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "30"}, 30),
        ({"retry-after": "7"}, 7),
        ({}, 1),
        ({"Retry-After": "0"}, 1),
        ({"Retry-After": "soon"}, 1),
        ({"Retry-After": "-5"}, 1),
        ({"Retry-After": "1.5"}, 1),
        ({"Retry-After": "999999"}, 3600),
        ({"Retry-After": "²"}, 1),
    ],
)
def test_slacks_wait_is_read_within_reason(headers: dict[str, str], seconds: float) -> None:
    assert trouble_of(answered("ratelimited", 429, **headers)).wait == seconds
    assert trouble_of(no_json(429, **headers)).wait == seconds


# -- over the wire


@pytest.fixture
def slack() -> Iterator[Workspace]:
    with Workspace.start() as workspace:
        workspace.add_person("U_ANNA")
        workspace.add_person("U_CISSI", locale="en-GB")
        workspace.add_channel("C_DRIFT")
        yield workspace


@pytest.fixture
def side(slack: Workspace) -> SlackSide:
    settings = Settings(
        _env_file=None, SLACK_BOT_TOKEN=slack.bot_token, SLACK_API_URL=slack.api_url
    )
    return connect(settings)


@pytest.fixture
def messenger(side: SlackSide) -> SlackMessenger:
    return SlackMessenger(side, SETTINGS)


def post(messenger: SlackMessenger, to: str = "U_ANNA", key: str = KEY) -> tuple[str, str]:
    channel = messenger.channel_of(to)
    messenger.judge(to)
    return channel, messenger.post(channel, REMINDER, recipient=to, wire_key=key)


def test_no_client_of_ours_sends_anything_again_by_itself(side: SlackSide) -> None:
    clients = [side.writer, side.callers._reader, side.without_token()]
    assert [client.retry_handlers for client in clients] == [[], [], []]
    assert all(client.ssl is side.tls for client in clients)
    assert side.without_token().token is None
    assert max(client.timeout for client in clients) <= 8  # so that a stop can wait for it


@pytest.mark.parametrize("kind", ["cut_after", "reset_after", "cut_before", "500_after", "empty"])
def test_a_post_is_one_request_whatever_becomes_of_it(
    slack: Workspace, messenger: SlackMessenger, kind: str
) -> None:
    slack.fault("chat.postMessage", kind)
    with pytest.raises(NotDelivered) as raised:
        post(messenger)
    assert raised.value.trouble is Trouble.unsure
    assert len(slack.requests("chat.postMessage")) == 1


def test_a_person_gets_it_in_their_direct_messages_and_a_channel_where_it_is(
    slack: Workspace, messenger: SlackMessenger
) -> None:
    channel, _ = post(messenger)
    assert channel == slack.person("U_ANNA").dm().id
    assert messenger.channel_of("C_DRIFT") == "C_DRIFT"
    assert len(slack.requests("conversations.open")) == 1
    post(messenger, "C_DRIFT")
    assert [each.text for each in slack.channel("C_DRIFT").messages()] == [
        each.text for each in slack.person("U_ANNA").direct_messages()
    ]


def test_the_words_are_the_readers(slack: Workspace, messenger: SlackMessenger) -> None:
    for who, words in (("U_CISSI", "The evaluation of"), ("U_ANNA", "Utvärderingen av")):
        post(messenger, who)
        assert slack.person(who).direct_messages()[0].text.startswith(words)


@pytest.mark.parametrize(
    ("kind", "trouble", "code"),
    [
        ("multi_channel_guest", Trouble.gone, "not_a_member"),
        ("single_channel_guest", Trouble.gone, "not_a_member"),
        ("deactivated", Trouble.gone, "user_disabled"),
    ],
)
def test_who_is_no_full_member_any_more_is_told_nothing(
    slack: Workspace, messenger: SlackMessenger, kind: str, trouble: Trouble, code: str
) -> None:
    slack.person("U_ANNA").change(kind=kind)
    with pytest.raises(NotDelivered) as raised:
        messenger.judge("U_ANNA")
    assert (raised.value.trouble, raised.value.code) == (trouble, code)


def test_while_slack_cannot_say_who_somebody_is_they_are_told_nothing(
    slack: Workspace, messenger: SlackMessenger
) -> None:
    slack.fault("users.info", "500_before")
    with pytest.raises(NotDelivered) as raised:
        post(messenger)
    assert raised.value.trouble is Trouble.not_now
    post(messenger)
    assert len(slack.requests("chat.postMessage")) == 1


def test_a_message_is_found_by_its_key_and_edited(
    slack: Workspace, messenger: SlackMessenger
) -> None:
    channel, ts = post(messenger)
    post(messenger, key="ANOTHERKEYANOTHE")
    assert messenger.look(channel, [KEY], LONG_AGO) == {KEY: ts}
    assert messenger.look(channel, ["NOSUCHKEYNOSUCHK"], LONG_AGO) == {}
    assert messenger.look(channel, [KEY], datetime.now(UTC) + timedelta(hours=1)) == {}
    held = REMINDER.__class__(**{**_fields(REMINDER), "held_on": PartialDate(2021, 9, 17)})
    messenger.edit(channel, ts, held, recipient="U_ANNA")
    edited = slack.person("U_ANNA").direct_messages()[0]
    assert edited.text.startswith("✓ Utvärderingen av Kultur 1740")
    assert messenger.look(channel, [KEY], LONG_AGO) == {KEY: ts}  # an edit keeps the key
    looks = slack.requests("conversations.history")
    assert {str(look["fields"]["include_all_metadata"]).lower() for look in looks} <= {"1", "true"}


def _fields(reminder: Reminder) -> dict[str, Any]:
    return {name: getattr(reminder, name) for name in reminder.__slots__}


def test_only_our_own_messages_count_when_a_message_is_looked_for(
    slack: Workspace, messenger: SlackMessenger
) -> None:
    channel = messenger.channel_of("U_ANNA")
    metadata = {"event_type": "foljsam_reminder", "event_payload": {"key": KEY}}
    for who, bot_id in (("U_ANNA", None), ("U_ANNA", "B_OTHER")):
        slack.plant_message(who, "hej", dm_of="U_ANNA", metadata=metadata, bot_id=bot_id)
    assert messenger.look(channel, [KEY], LONG_AGO) == {}
    _, ts = post(messenger)
    assert messenger.look(channel, [KEY], LONG_AGO) == {KEY: ts}


def test_every_page_is_read_before_a_message_is_said_not_to_be_there(
    slack: Workspace, messenger: SlackMessenger
) -> None:
    channel, ts = post(messenger)
    for number in range(401):
        slack.plant_message("U_ANNA", f"{number}", dm_of="U_ANNA")
    assert messenger.look(channel, [KEY], LONG_AGO) == {KEY: ts}
    assert len(slack.requests("conversations.history")) == 3
    assert messenger.look(channel, ["NOSUCHKEYNOSUCHK"], LONG_AGO) == {}


@pytest.mark.parametrize(
    ("kind", "trouble"),
    [
        ("429", Trouble.too_fast),
        ("500_before", Trouble.unsure),
        ("cut_before", Trouble.unsure),
        ("truncated", Trouble.unsure),
        ("token_revoked", Trouble.nobody_may),
    ],
)
def test_a_look_that_fails_is_no_look(
    slack: Workspace, messenger: SlackMessenger, kind: str, trouble: Trouble
) -> None:
    channel, _ = post(messenger)
    slack.fault("conversations.history", kind)
    with pytest.raises(NotDelivered) as raised:
        messenger.look(channel, [KEY], LONG_AGO)
    assert raised.value.trouble is trouble


def test_a_channels_history_is_never_asked_for(slack: Workspace, messenger: SlackMessenger) -> None:
    with pytest.raises(NotDelivered) as raised:
        messenger.look("C_DRIFT", [KEY], LONG_AGO)
    assert raised.value.trouble is Trouble.not_there
    assert slack.requests("conversations.history") == []


def test_slack_that_does_not_listen_has_certainly_not_posted(slack: Workspace) -> None:
    settings = Settings(
        _env_file=None, SLACK_BOT_TOKEN=slack.bot_token, SLACK_API_URL=slack.api_url
    )
    messenger = SlackMessenger(connect(settings), settings)
    slack.close()
    with pytest.raises(NotDelivered) as raised:
        messenger.channel_of("U_ANNA")
    assert raised.value.trouble is Trouble.not_now
