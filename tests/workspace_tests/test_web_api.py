"""The Web API: what it does, and each way it says no."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.workspace import Workspace
from tests.workspace_tests.conftest import Cast

META = {"event_type": "foljsam_reminder", "event_payload": {"key": "k1"}}


def refusal(client: WebClient, method: str, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        client.api_call(method, json=arguments)
    return str(refused.value.response["error"])


def test_auth_test_tells_the_granted_scopes(client: WebClient):
    answer = client.auth_test()
    assert answer["team_id"] == "T_HOME"
    assert answer["user_id"] == "UBOT"
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


@pytest.mark.parametrize(
    ("token", "error"),
    [
        ("", "not_authed"),
        ("xoxb-other", "invalid_auth"),
        ("xapp-1-A_FOLJSAM-stand-in", "not_allowed_token_type"),
    ],
)
def test_a_wrong_token_is_refused(slack: Workspace, token: str, error: str):
    assert refusal(WebClient(token, base_url=slack.api_url), "auth.test") == error


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive"])
def test_a_broken_token_is_refused_until_it_is_mended(
    slack: Workspace, client: WebClient, error: str
):
    slack.revoke_token(error=error)
    assert refusal(client, "auth.test") == error
    slack.restore_tokens()
    assert client.auth_test()["ok"]


def test_a_missing_scope_is_named(slack: Workspace, client: WebClient, cast: Cast):
    slack.settings(scopes=["users:read"])
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel="C_KULTUR", text="hej")
    body = refused.value.response
    assert body["error"] == "missing_scope"
    assert (body["needed"], body["provided"]) == ("chat:write", "users:read")


def test_reading_a_channel_needs_its_own_scope(client: WebClient, cast: Cast):
    assert refusal(client, "conversations.history", channel="C_KULTUR") == "missing_scope"


def test_a_token_in_a_json_body_does_not_count(slack: Workspace):
    request = urllib.request.Request(
        f"{slack.api_url}auth.test",
        data=json.dumps({"token": slack.bot_token}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        assert json.load(answer)["error"] == "not_authed"


def test_a_token_in_a_form_field_counts(slack: Workspace):
    data = f"token={slack.bot_token}".encode()
    with urllib.request.urlopen(f"{slack.api_url}auth.test", data=data) as answer:
        assert json.load(answer)["ok"]


TABLE = [
    ("no.such", {}, "unknown_method"),
    ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
    ("chat.postMessage", {"channel": "C_NONE", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "C_OTHER", "text": "x"}, "not_in_channel"),
    ("chat.postMessage", {"channel": "G_OTHER", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "C_OLD", "text": "x"}, "is_archived"),
    ("chat.postMessage", {"channel": "C_KULTUR"}, "no_text"),
    (
        "chat.postMessage",
        {"channel": "C_KULTUR", "text": "x", "blocks": "{"},
        "invalid_blocks_format",
    ),
    ("chat.postMessage", {"channel": "U_OTTO", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "U_GONE", "text": "x"}, "user_disabled"),
    (
        "chat.postMessage",
        {"channel": "C_KULTUR", "text": "x", "thread_ts": "1.2"},
        "thread_not_found",
    ),
    (
        "chat.postMessage",
        {"channel": "C_KULTUR", "text": "x", "markdown_text": "y"},
        "markdown_text_conflict",
    ),
    (
        "chat.postMessage",
        {"channel": "C_KULTUR", "text": "x", "metadata": {"event_type": 1}},
        "invalid_metadata_format",
    ),
    (
        "chat.postMessage",
        {"channel": "C_KULTUR", "text": "x", "metadata": {"event_type": "a"}},
        "invalid_metadata_schema",
    ),
    (
        "chat.postMessage",
        {
            "channel": "C_KULTUR",
            "text": "x",
            "metadata": {"event_type": "a", "event_payload": {"k": "x" * 3000}},
        },
        "metadata_too_large",
    ),
    (
        "chat.postEphemeral",
        {"channel": "C_KULTUR", "user": "U_CISSI", "text": "x"},
        "user_not_in_channel",
    ),
    ("chat.postEphemeral", {"channel": "C_OLD", "user": "U_ANNA", "text": "x"}, "is_archived"),
    ("chat.update", {"channel": "C_KULTUR", "ts": "1.2", "text": "x"}, "message_not_found"),
    ("chat.update", {"channel": "U_ANNA", "ts": "1.2", "text": "x"}, "channel_not_found"),
    ("chat.delete", {"channel": "C_KULTUR", "ts": "1.2"}, "message_not_found"),
    ("chat.getPermalink", {"channel": "C_KULTUR", "message_ts": "1.2"}, "message_not_found"),
    ("conversations.info", {"channel": "C_NONE"}, "channel_not_found"),
    ("conversations.info", {"channel": "G_OTHER"}, "channel_not_found"),
    ("conversations.open", {}, "users_list_not_supplied"),
    ("conversations.open", {"users": "U_NONE"}, "user_not_found"),
    ("conversations.open", {"users": "U_GONE"}, "user_disabled"),
    ("conversations.open", {"users": "U_OTTO"}, "invalid_user_combination"),
    ("conversations.open", {"users": "U_UNSEEN"}, "user_not_visible"),
    ("conversations.members", {"channel": "C_NONE"}, "channel_not_found"),
    ("conversations.members", {"channel": "C_KULTUR", "cursor": "x"}, "invalid_cursor"),
    ("conversations.members", {"channel": "C_KULTUR", "limit": 1000}, "invalid_limit"),
    ("users.info", {"user": "U_NONE"}, "user_not_found"),
    ("users.info", {"user": "U_UNSEEN"}, "user_not_visible"),
    ("views.open", {"trigger_id": "1.2.x", "view": {}}, "invalid_trigger_id"),
    ("views.update", {"view_id": "V1", "view": {}}, "not_found"),
    ("views.update", {"view": {}}, "invalid_arguments"),
    ("views.publish", {"user_id": "U_ANNA", "view": {"type": "modal"}}, "invalid_arguments"),
    ("files.getUploadURLExternal", {"filename": "a"}, "missing_argument"),
    ("files.completeUploadExternal", {"files": [{"id": "F1"}]}, "file_not_found"),
]


@pytest.mark.parametrize(("method", "arguments", "error"), TABLE)
def test_each_refusal_has_its_code(
    slack: Workspace, client: WebClient, cast: Cast, *, method: str, arguments: Any, error: str
):
    slack.add_channel("C_OTHER", members=[cast.anna], bot=False)
    slack.add_channel("G_OTHER", kind="private", members=[cast.anna], bot=False)
    slack.add_channel("C_OLD", members=[cast.anna], archived=True)
    slack.add_person("U_GONE", kind="deactivated")
    slack.add_person("U_UNSEEN", kind="unseen", team="T_DOLD")
    assert refusal(client, method, **arguments) == error


def test_switches_of_the_workspace_refuse_too(slack: Workspace, client: WebClient, cast: Cast):
    slack.settings(messages_tab=False, home_tab=False)
    cast.kultur.change(posting_restricted=True)
    view = {"type": "home", "blocks": [{"type": "divider"}]}
    assert (
        refusal(client, "chat.postMessage", channel="U_ANNA", text="x") == "messages_tab_disabled"
    )
    assert refusal(client, "chat.postMessage", channel="C_KULTUR", text="x") == "restricted_action"
    assert refusal(client, "views.publish", user_id="U_ANNA", view=view) == "not_enabled"


def test_timestamps_are_unique_and_rising(client: WebClient, cast: Cast):
    stamps = [client.chat_postMessage(channel="C_KULTUR", text="x")["ts"] for _ in range(30)]
    assert stamps == sorted(set(stamps), key=float)


def test_posting_to_a_person_goes_to_the_one_dm(client: WebClient, cast: Cast):
    first = client.chat_postMessage(channel="U_ANNA", text="hej")["channel"]
    assert first == client.conversations_open(users="U_ANNA")["channel"]["id"]
    assert [message.text for message in cast.anna.direct_messages()] == ["hej"]
    assert cast.cissi.direct_messages() == []


def test_text_is_cut_at_forty_thousand_with_a_warning(client: WebClient, cast: Cast):
    answer = client.chat_postMessage(channel="C_KULTUR", text="x" * 40_001)
    assert answer["warning"] == "message_truncated"
    assert len(answer["message"]["text"]) == 40_000


def test_updating_takes_blocks_away_and_keeps_metadata(client: WebClient, cast: Cast):
    blocks = [{"type": "divider"}]
    sent = client.chat_postMessage(channel="U_ANNA", text="a", blocks=blocks, metadata=META)
    client.chat_update(channel=sent["channel"], ts=sent["ts"], text="b")
    found = cast.anna.direct_messages()[0]
    assert (found.text, found.blocks, found.metadata, found.edited) == ("b", [], META, True)


def test_update_takes_only_four_thousand_characters(client: WebClient, cast: Cast):
    sent = client.chat_postMessage(channel="C_KULTUR", text="a")
    error = refusal(client, "chat.update", channel="C_KULTUR", ts=sent["ts"], text="x" * 4001)
    assert error == "msg_too_long"


def test_only_own_messages_can_be_changed(slack: Workspace, client: WebClient, cast: Cast):
    theirs = slack.plant_message("U_ANNA", "mitt", cast.kultur)
    where = {"channel": "C_KULTUR", "ts": theirs.ts}
    assert refusal(client, "chat.update", text="x", **where) == "cant_update_message"
    assert refusal(client, "chat.delete", **where) == "cant_delete_message"


def test_a_closed_window_ends_editing(slack: Workspace, client: WebClient, cast: Cast):
    slack.settings(edit_window_seconds=60)
    sent = client.chat_postMessage(channel="C_KULTUR", text="a")
    slack.advance(61)
    error = refusal(client, "chat.update", channel="C_KULTUR", ts=sent["ts"], text="b")
    assert error == "edit_window_closed"


def test_history_gives_the_key_of_metadata_only_if_asked(client: WebClient, cast: Cast):
    dm = client.chat_postMessage(channel="U_ANNA", text="a", metadata=META)["channel"]
    without = client.conversations_history(channel=dm)["messages"][0]
    with_it = client.conversations_history(channel=dm, include_all_metadata=True)["messages"][0]
    assert without["metadata"] == {"event_type": "foljsam_reminder"}
    assert with_it["metadata"] == META


def test_history_is_newest_first_in_pages_without_replies(client: WebClient, cast: Cast):
    dm = client.conversations_open(users="U_ANNA")["channel"]["id"]
    sent = [client.chat_postMessage(channel=dm, text=str(n))["ts"] for n in range(5)]
    client.chat_postMessage(channel=dm, text="svar", thread_ts=sent[0])
    texts, cursor = [], None
    while True:
        page = client.conversations_history(channel=dm, limit=2, cursor=cursor)
        texts += [message["text"] for message in page["messages"]]
        if not page["has_more"]:
            break
        cursor = page["response_metadata"]["next_cursor"]
    assert texts == ["4", "3", "2", "1", "0"]
    replies = client.conversations_replies(channel=dm, ts=sent[0])["messages"]
    assert [message["text"] for message in replies] == ["0", "svar"]


def test_oldest_is_exclusive_unless_inclusive(client: WebClient, cast: Cast):
    sent = [client.chat_postMessage(channel="U_ANNA", text=str(n)) for n in range(3)]
    dm, ts = sent[1]["channel"], sent[1]["ts"]

    def texts(**more: Any) -> list[str]:
        found = client.conversations_history(channel=dm, oldest=ts, **more)["messages"]
        return [message["text"] for message in found]

    assert texts() == ["2"]
    assert texts(inclusive=True) == ["2", "1"]


def test_history_may_lag_and_forget(slack: Workspace, client: WebClient, cast: Cast):
    dm = client.chat_postMessage(channel="U_ANNA", text="a")["channel"]
    slack.settings(history_lag=3)
    assert client.conversations_history(channel=dm)["messages"] == []
    slack.advance(4)
    assert len(client.conversations_history(channel=dm)["messages"]) == 1
    slack.settings(retention_seconds=2)
    assert client.conversations_history(channel=dm)["messages"] == []


def test_a_shared_channel_says_so(client: WebClient, cast: Cast):
    shared = client.conversations_info(channel="C_KULTUR")["channel"]
    assert shared["is_ext_shared"]
    assert shared["connected_team_ids"] == ["T_FORENING"]
    assert not client.conversations_info(channel="G_INTERN")["channel"]["is_ext_shared"]


@pytest.mark.parametrize(
    ("person", "flags"),
    [
        ("U_ANNA", {"team_id": "T_HOME", "is_restricted": False, "is_admin": False}),
        ("U_CISSI", {"is_admin": True}),
        ("U_KJELL", {"team_id": "T_FORENING", "is_stranger": False}),
        ("U_GRETA", {"team_id": "T_HOME", "is_restricted": True, "is_ultra_restricted": False}),
        ("U_GUN", {"team_id": "T_HOME", "is_restricted": True, "is_ultra_restricted": True}),
        ("U_OTTO", {"team_id": "T_OKAND", "is_stranger": True}),
        ("UBOT", {"is_bot": True}),
    ],
)
def test_users_info_tells_people_apart(client: WebClient, cast: Cast, person: str, flags: Any):
    user = client.users_info(user=person)["user"]
    assert {name: user[name] for name in flags} == flags


def test_locale_is_given_only_when_asked_for_and_at_home(client: WebClient, cast: Cast):
    assert "locale" not in client.users_info(user="U_ANNA")["user"]
    assert client.users_info(user="U_ANNA", include_locale=True)["user"]["locale"] == "sv-SE"
    assert "locale" not in client.users_info(user="U_KJELL", include_locale=True)["user"]


def test_a_file_takes_three_steps_and_reaches_the_channel(client: WebClient, cast: Cast):
    client.files_upload_v2(
        channel="C_KULTUR", content="år;krona\n1740;350000", filename="medel.csv", title="Medel"
    )
    assert cast.kjell.sees()[-1].files[0]["name"] == "medel.csv"
    assert "1740;350000" in cast.kjell.has_seen_text()
    assert "350000" not in cast.cissi.has_seen_text()


def test_an_ephemeral_is_lost_for_who_is_away_and_never_in_history(client: WebClient, cast: Cast):
    cast.greta.change(present=False)
    for user in ("U_ANNA", "U_GRETA"):
        client.chat_postEphemeral(channel="C_KULTUR", user=user, text=f"viskning till {user}")
    assert "viskning till U_ANNA" in cast.anna.has_seen_text()
    assert "viskning" not in cast.greta.has_seen_text()
    assert "viskning" not in cast.kjell.has_seen_text()
    assert cast.kultur.messages() == []


def test_who_joins_later_has_seen_what_stands_there(client: WebClient, cast: Cast):
    client.chat_postMessage(channel="C_KULTUR", text="före Cissi")
    cast.kultur.join(cast.cissi)
    client.chat_postMessage(channel="C_KULTUR", text="efter Cissi")
    cast.kultur.leave(cast.cissi)
    client.chat_postMessage(channel="C_KULTUR", text="utan Cissi")
    seen = cast.cissi.has_seen_text()
    assert "före Cissi" in seen
    assert "efter Cissi" in seen
    assert "utan Cissi" not in seen


def test_a_renumbered_channel_is_gone_under_its_old_id(client: WebClient, cast: Cast):
    cast.internal.share("T_FORENING", new_id="C_INTERN")
    assert refusal(client, "chat.postMessage", channel="G_INTERN", text="x") == "channel_not_found"
    assert client.conversations_info(channel="C_INTERN")["channel"]["is_ext_shared"]


def test_all_calls_are_in_the_log(slack: Workspace, client: WebClient, cast: Cast):
    client.chat_postMessage(channel="C_KULTUR", text="hej")
    (call,) = slack.requests(method="chat.postMessage")
    assert call["fields"]["text"] == "hej"
    assert call["answer"]["ok"]
    assert call["carried_out"]
    assert slack.bot_token not in json.dumps(call["fields"])
