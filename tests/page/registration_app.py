"""A tiny Bolt app with a modal: the bot has none yet, the page must show them all the same."""

from __future__ import annotations

from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_sdk import WebClient

from tests.page.gallery import OPTIONS, plain
from tests.workspace import Workspace


def field(block_id: str, label: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": {"action_id": f"{block_id}_field", **element},
        **more,
    }


MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "book",
    "title": plain("Boka utvärdering"),
    "submit": plain("Spara"),
    "close": plain("Avbryt"),
    "notify_on_close": True,
    "blocks": [
        {"type": "section", "text": plain("Kultur 1740, senast 29 oktober 2021.")},
        field("day", "Dag", {"type": "datepicker"}, hint=plain("En arbetsdag")),
        field("place", "Plats", {"type": "plain_text_input", "max_length": 40}),
        field("people", "Antal personer", {"type": "number_input", "is_decimal_allowed": False}),
        field("mail", "E-post", {"type": "email_text_input"}, optional=True),
        field("kind", "Slag", {"type": "static_select", "options": OPTIONS}, optional=True),
        field("topics", "Ämnen", {"type": "checkboxes", "options": OPTIONS}, optional=True),
        field(
            "notes", "Anteckning", {"type": "plain_text_input", "multiline": True}, optional=True
        ),
        {
            "type": "actions",
            "elements": [
                {"type": "button", "action_id": "help", "text": plain("Vad betyder det?")}
            ],
        },
    ],
}
ABOVE: dict[str, Any] = {
    "type": "modal",
    "title": plain("Vad det betyder"),
    "close": plain("Tillbaka"),
    "blocks": [{"type": "section", "text": plain("Dagen då ni träffas.")}],
}
OPENER = {
    "type": "actions",
    "elements": [{"type": "button", "action_id": "open", "text": plain("Boka datum")}],
}
WEEKEND = "2021-10-30"


def build(slack: Workspace, heard: list[dict[str, Any]]) -> App:
    """Make the app; what it is told of submissions and closings goes into ``heard``."""
    app = App(
        client=WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[]),
        signing_secret=slack.signing_secret,
        process_before_response=True,
    )

    @app.action("open")
    def open_(ack: Any, body: Any, client: Any) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.action("help")
    def help_(ack: Any, body: Any, client: Any) -> None:
        ack()
        client.views_push(trigger_id=body["trigger_id"], view=ABOVE)

    @app.view("book")
    def book(ack: Any, body: Any, view: Any, client: Any) -> None:
        values = view["state"]["values"]
        heard.append(values)
        day = values["day"]["day_field"]["selected_date"]
        if day == WEEKEND:
            ack(response_action="errors", errors={"day": "30 oktober är en lördag."})
            return
        ack()
        client.chat_postMessage(channel=body["user"]["id"], text=f"Bokad till {day}.")

    @app.view_closed("book")
    def closed(ack: Any) -> None:
        ack()
        heard.append({"closed": True})

    @app.action({"action_id": "plain"})
    def pressed(ack: Any, body: Any) -> None:
        ack()
        heard.append({"pressed": body["container"]["type"]})

    return app


def connect(slack: Workspace, app: App) -> SocketModeHandler:
    """Let the app listen."""
    handler = SocketModeHandler(app, slack.app_token, ping_interval=0.3)
    handler.connect()
    slack.wait_for_connection()
    return handler
