"""Signed HTTP, response addresses, triggers, modals: with a real Bolt app behind a door."""

from __future__ import annotations

import time
import urllib.request
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from tests.workspace import Workspace
from tests.workspace_tests.conftest import Cast, Door


def modal(callback: str = "fyll_i", **more: Any) -> dict[str, Any]:
    field = {
        "type": "input",
        "block_id": "belopp",
        "label": text("Belopp"),
        "element": {"type": "number_input", "action_id": "v", "is_decimal_allowed": False},
    }
    return {
        "type": "modal",
        "callback_id": callback,
        "title": text("Utbetalning"),
        "submit": text("Spara"),
        "blocks": [field],
        **more,
    }


def text(words: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": words, "emoji": False}


def opens_modal(door: Door, **more: Any) -> None:
    @door.app.command("/iop")
    def open_it(ack, client, command):
        client.views_open(trigger_id=command["trigger_id"], view=modal(**more))
        ack()


def test_a_command_comes_signed(by_http: Door, cast: Cast):
    by_http.app.command("/iop")(lambda ack, command: ack(text=command["text"]))
    answer = cast.anna.types("/iop status @kjell #intern", in_channel=cast.kultur)
    assert answer.plain() == "status <@U_KJELL> <#G_INTERN|>"
    assert by_http.verified == [True]


@pytest.mark.parametrize("signature", ["stale", "future", "missing", "garbled"])
def test_wrong_signatures_can_be_sent(slack: Workspace, by_http: Door, cast: Cast, signature: str):
    slack.settings(signature=signature)
    answer = cast.anna.types("/iop", in_channel=cast.kultur)
    assert by_http.verified == [False]
    assert (answer.status, answer.problem) == (401, "dispatch_failed")


def test_slack_probes_the_address(slack: Workspace, by_http: Door):
    assert slack.probe("ssl_check")["status"] == 200
    assert slack.probe("url_verification")["answer"]["challenge"] == "3eZbrw1aB"


def test_nobody_at_the_address_is_a_failed_dispatch(slack: Workspace, cast: Cast):
    slack.deliver_to("http://127.0.0.1:9/slack/events")
    assert cast.anna.types("/iop", cast.kultur).problem == "dispatch_failed"


def test_an_event_refused_comes_again_with_headers(slack: Workspace, by_http: Door, cast: Cast):
    slack.settings(retry_delays=[0, 0, 0])
    cast.anna.mentions("status", in_channel=cast.kultur)  # nobody listens: 404
    slack.wait_for(lambda: len(by_http.knocks) == 4)
    numbers = [headers.get("x-slack-retry-num") for headers, _ in by_http.knocks]
    assert numbers == [None, "1", "2", "3"]
    assert by_http.knocks[1][0]["x-slack-retry-reason"] == "http_error"
    assert len({body for _, body in by_http.knocks}) == 1


def test_a_response_address_works_five_times(by_http: Door, cast: Cast):
    urls: list[str] = []

    @by_http.app.command("/iop")
    def keep(ack, command):
        urls.append(command["response_url"])
        ack()

    answer = cast.anna.types("/iop", in_channel=cast.kultur)
    webhook = WebhookClient(urls[0], retry_handlers=[])
    statuses = [webhook.send(text=f"svar {n}").status_code for n in range(6)]

    assert statuses == [200, 200, 200, 200, 200, 404]
    assert [message.text for message in answer.later()] == [f"svar {n}" for n in range(5)]
    assert "svar" not in cast.kjell.has_seen_text()


def test_a_response_address_dies_after_half_an_hour(slack: Workspace, by_http: Door, cast: Cast):
    urls: list[str] = []

    @by_http.app.command("/iop")
    def keep(ack, command):
        urls.append(command["response_url"])
        ack()

    cast.anna.types("/iop", in_channel=cast.kultur)
    slack.advance(31 * 60)
    assert WebhookClient(urls[0], retry_handlers=[]).send(text="x").status_code == 404


def test_an_answer_with_broken_blocks_is_an_error_to_the_person(by_http: Door, cast: Cast):
    by_http.app.command("/iop")(lambda ack: ack(text="x", blocks=[{"type": "nope"}]))
    answer = cast.anna.types("/iop", in_channel=cast.kultur)
    assert answer.problem is not None
    assert answer.problem.startswith("invalid_command_response")
    assert cast.anna.sees() == []


def test_a_modal_opens_is_checked_by_the_client_and_submitted(by_http: Door, cast: Cast):
    opens_modal(by_http)
    got: list[Any] = []

    @by_http.app.view("fyll_i")
    def save(ack, view, body):
        got.append((view["state"]["values"], body["view"]["app_installed_team_id"]))
        ack()

    opened = cast.anna.types("/iop", in_channel=cast.kultur)
    assert opened.view is not None
    assert opened.view.plain() == "Utbetalning\nBelopp\nSpara"
    assert opened.view.fields() == ["belopp"]

    empty = cast.anna.submits(opened.view, {})
    wrong = cast.anna.submits(opened.view, {"belopp": "12,5"})
    assert (empty.refused, wrong.refused) == (True, True)
    assert wrong.errors == {"belopp": "not a number"}
    assert got == []

    cast.anna.submits(opened.view, {"belopp": "350000"})
    value = {"v": {"type": "number_input", "value": "350000"}}
    assert got == [({"belopp": value}, "T_HOME")]
    assert cast.anna.modal() is None


def test_errors_stand_only_at_input_blocks(by_http: Door, cast: Cast):
    opens_modal(by_http)
    errors = {"belopp": "För mycket"}
    by_http.app.view("fyll_i")(lambda ack: ack(response_action="errors", errors=errors))
    cast.anna.types("/iop", in_channel=cast.kultur)

    assert cast.anna.submits(values={"belopp": "1"}).errors == errors
    assert cast.anna.modal() is not None
    errors["nope"] = "fel plats"
    refused = cast.anna.submits(values={"belopp": "1"})
    assert refused.problem is not None
    assert refused.problem.startswith("invalid_view_response")


@pytest.mark.parametrize(
    ("action", "titles"),
    [
        ("update", ["Andra"]),
        ("push", ["Utbetalning", "Andra"]),
        ("clear", []),
    ],
)
def test_each_response_action_does_what_it_says(
    by_http: Door, cast: Cast, action: str, titles: list[str]
):
    opens_modal(by_http)
    more = {} if action == "clear" else {"view": modal(title=text("Andra"))}
    by_http.app.view("fyll_i")(lambda ack: ack(response_action=action, **more))
    cast.anna.types("/iop", in_channel=cast.kultur)
    cast.anna.submits(values={"belopp": "1"})
    assert [view.title for view in cast.anna.modals()] == titles


def test_closing_is_told_only_if_asked_for(by_http: Door, cast: Cast):
    opens_modal(by_http, notify_on_close=True)
    closed: list[Any] = []

    @by_http.app.view_closed("fyll_i")
    def note(ack, body):
        closed.append(body["is_cleared"])
        ack()

    cast.anna.types("/iop", in_channel=cast.kultur)
    cast.anna.closes()
    assert closed == [False]


def test_state_survives_an_update_where_both_ids_stay(by_http: Door, cast: Cast):
    opens_modal(by_http)
    opened = cast.anna.types("/iop", in_channel=cast.kultur).view
    assert opened is not None
    cast.anna.presses(opened, "v", value="7")
    cast.anna._wire.ask("modal", person="U_ANNA")
    client = by_http.app.client
    client.views_update(view_id=opened.id, hash=opened.hash, view=modal(title=text("Ny")))
    kept = cast.anna.modal()
    assert kept is not None
    assert kept.values["belopp"]["v"]["value"] == "7"


@pytest.fixture
def trigger(slack: Workspace, by_http: Door, cast: Cast) -> str:
    by_http.app.command("/iop")(lambda ack: ack())
    cast.anna.types("/iop", in_channel=cast.kultur)
    return str(slack.deliveries()[-1]["payload"]["trigger_id"])


def error_of(client: WebClient, method: str, **arguments: Any) -> str:
    client.logger.disabled = True
    from slack_sdk.errors import SlackApiError  # noqa: PLC0415  used here only

    with pytest.raises(SlackApiError) as refused:
        client.api_call(method, json=arguments)
    return str(refused.value.response["error"])


def test_a_trigger_works_once(client: WebClient, trigger: str):
    client.views_open(trigger_id=trigger, view=modal())
    error = error_of(client, "views.open", trigger_id=trigger, view=modal())
    assert error == "exchanged_trigger_id"


def test_a_trigger_dies_by_the_real_clock(slack: Workspace, client: WebClient, trigger: str):
    slack.settings(trigger_seconds=0.05)
    time.sleep(0.06)
    error = error_of(client, "views.open", trigger_id=trigger, view=modal())
    assert error == "expired_trigger_id"


def test_a_trigger_lives_three_seconds(slack: Workspace):
    assert slack.settings()["trigger_seconds"] == 3.0
    assert slack.settings()["ack_seconds"] == 3.0


def test_a_refused_view_does_not_use_the_trigger_up(client: WebClient, trigger: str):
    error = error_of(client, "views.open", trigger_id=trigger, view={"type": "modal"})
    assert error == "invalid_arguments"
    assert client.views_open(trigger_id=trigger, view=modal())["view"]["id"]


def test_views_guard_hash_and_external_id(client: WebClient, cast: Cast, trigger: str):
    opened = client.views_open(trigger_id=trigger, view=modal(external_id="x1"))["view"]
    view = {"type": "home", "blocks": [{"type": "divider"}], "external_id": "x1"}
    assert error_of(client, "views.publish", user_id="U_ANNA", view=view) == "duplicate_external_id"
    client.views_update(external_id="x1", view=modal(external_id="x1"))
    stale = {"view_id": opened["id"], "hash": opened["hash"], "view": modal()}
    assert error_of(client, "views.update", **stale) == "hash_conflict"


def test_only_three_modals_stack(by_http: Door, cast: Cast):
    seen: list[str] = []
    button = {"type": "button", "action_id": "mer", "text": text("Mer")}
    view = modal()
    view["blocks"] = [*view["blocks"], {"type": "actions", "elements": [button]}]
    by_http.app.command("/iop")(
        lambda ack, client, command: (
            client.views_open(trigger_id=command["trigger_id"], view=view),
            ack(),
        )
    )

    @by_http.app.action("mer")
    def more(ack, client, body):
        answer = client.api_call(
            "views.push", json={"trigger_id": body["trigger_id"], "view": view}
        )
        seen.append(answer["view"]["id"])
        ack()

    cast.anna.types("/iop", in_channel=cast.kultur)
    for _ in range(3):
        cast.anna.presses(action_id="mer")
    assert len(cast.anna.modals()) == 3
    assert len(seen) == 2


def test_home_is_published_and_seen_by_its_owner_alone(by_http: Door, cast: Cast):
    blocks = [{"type": "header", "text": text("Mina avtal")}]

    @by_http.app.event("app_home_opened")
    def publish(event, client):
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    outcome = cast.kjell.opens_home()
    assert outcome.view is not None
    assert outcome.view.plain() == "Mina avtal"
    assert "Mina avtal" in cast.kjell.has_seen_text()
    assert "Mina avtal" not in cast.anna.has_seen_text()


def test_an_options_menu_asks_the_app(by_http: Door, cast: Cast):
    view = modal()
    menu = {"type": "external_select", "action_id": "avtal", "min_query_length": 2}
    view["blocks"] = [
        {"type": "input", "block_id": "avtal", "label": text("Avtal"), "element": menu}
    ]
    by_http.app.command("/iop")(
        lambda ack, client, command: (
            client.views_open(trigger_id=command["trigger_id"], view=view),
            ack(),
        )
    )
    options = [{"text": text("Kultur 1740"), "value": "1740"}]
    by_http.app.options("avtal")(lambda ack: ack(options=options))
    cast.anna.types("/iop", in_channel=cast.kultur)
    assert cast.anna.looks_up("avtal", "k").refused
    assert cast.anna.looks_up("avtal", "kult").options[0]["value"] == "1740"


def test_an_http_answer_later_than_the_limit_is_a_timeout(
    slack: Workspace, by_http: Door, cast: Cast
):
    slack.settings(ack_seconds=0.2)

    @by_http.app.command("/iop")
    def slow(ack):
        time.sleep(0.4)
        ack("för sent")

    answer = cast.anna.types("/iop", in_channel=cast.kultur)
    assert (answer.problem, answer.reached_bot) == ("operation_timeout", True)
    time.sleep(0.3)
    assert "för sent" not in cast.anna.has_seen_text()


def test_menus_and_pickers_send_what_was_chosen(by_http: Door, client: WebClient, cast: Cast):
    chosen: list[Any] = []

    def choose(ack, action):
        chosen.append(action)
        ack()

    for name in ("meny", "dag", "mer"):
        by_http.app.action(name)(choose)
    options = [{"text": text("Ett"), "value": "1"}, {"text": text("Två"), "value": "2"}]
    elements = [
        {"type": "static_select", "action_id": "meny", "options": options},
        {"type": "datepicker", "action_id": "dag"},
        {"type": "overflow", "action_id": "mer", "options": options},
    ]
    blocks = [{"type": "actions", "elements": elements}]
    client.chat_postMessage(channel="C_KULTUR", text="Välj", blocks=blocks)
    message = cast.anna.sees()[-1]
    cast.anna.chooses(message, "meny", "Två")
    cast.anna.chooses(message, "dag", "2026-12-01")
    cast.anna.chooses(message, "mer", "1")
    refused = cast.anna.chooses(message, "meny", "Tre")

    assert chosen[0]["selected_option"]["value"] == "2"
    assert chosen[1]["selected_date"] == "2026-12-01"
    assert chosen[2]["selected_option"]["text"]["text"] == "Ett"
    assert (refused.refused, len(chosen)) == (True, 3)


def test_a_file_field_hands_over_a_file_that_the_token_opens(
    slack: Workspace, by_http: Door, cast: Cast
):
    view = modal()
    view["blocks"] = [
        {
            "type": "input",
            "block_id": "fil",
            "label": text("Register"),
            "element": {"type": "file_input", "action_id": "f", "filetypes": ["xlsx"]},
        }
    ]
    fetched: list[bytes] = []

    @by_http.app.command("/iop")
    def open_it(ack, client, command):
        client.views_open(trigger_id=command["trigger_id"], view=view)
        ack()

    @by_http.app.view("fyll_i")
    def take(ack, view):
        (file,) = view["state"]["values"]["fil"]["f"]["files"]
        request = urllib.request.Request(
            file["url_private_download"], headers={"Authorization": f"Bearer {slack.bot_token}"}
        )
        with urllib.request.urlopen(request) as answer:
            fetched.append(answer.read())
        ack()

    cast.anna.types("/iop", in_channel=cast.kultur)
    file = cast.anna.uploads("register.xlsx", b"PK..")
    assert cast.anna.submits(values={"fil": [file]}).problem is None
    assert fetched == [b"PK.."]


def test_a_mention_in_a_thread_says_which(by_http: Door, client: WebClient, cast: Cast):
    @by_http.app.event("app_mention")
    def answer(event, say):
        say(text="i tråden", thread_ts=event["thread_ts"])

    start = client.chat_postMessage(channel="C_KULTUR", text="start")["ts"]
    cast.kjell.mentions("status", in_channel=cast.kultur, in_thread=start)
    assert [m.thread_ts for m in cast.kjell.sees()] == [start] * 3
