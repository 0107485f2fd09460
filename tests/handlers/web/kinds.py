"""What Slack sends, one payload of every kind, as the mutations start from it."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import quote, urlencode

from handlers.manifest import EVENTS
from tests.handlers.web.street import FORM, JSON

OUR_APP, OUR_TEAM = "A_FOLJSAM", "T_HOME"
ANSWERS: Final = "https://ondska.example/commands/1"
"""An address that the bot never calls."""


def command(text: str = "status 1740", **more: Any) -> dict[str, Any]:
    return {
        "token": "of-old",
        "team_id": OUR_TEAM,
        "team_domain": "kommunen",
        "channel_id": "C_HALL",
        "channel_name": "hallen",
        "user_id": "U_ANNA",
        "user_name": "anna",
        "command": "/iop",
        "text": text,
        "api_app_id": OUR_APP,
        "is_enterprise_install": "false",
        "response_url": ANSWERS,
        "trigger_id": "1.2.abc",
        **more,
    }


def interaction(kind: str, **more: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "team": {"id": OUR_TEAM, "domain": "kommunen"},
        "user": {"id": "U_ANNA", "username": "anna", "name": "anna", "team_id": OUR_TEAM},
        "api_app_id": OUR_APP,
        "token": "of-old",
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": "1.2.abc",
        **more,
    }


def press(action_id: str = "show_status", value: str = "1", **more: Any) -> dict[str, Any]:
    action = {
        "type": "button",
        "action_id": action_id,
        "block_id": "b1",
        "value": value,
        "text": {"type": "plain_text", "text": "Visa", "emoji": False},
        "action_ts": "1.2",
    }
    return interaction(
        "block_actions",
        container={"type": "message", "message_ts": "1.2", "channel_id": "C_HALL"},
        channel={"id": "C_HALL", "name": "hallen"},
        message={"type": "message", "ts": "1.2", "text": "x", "bot_id": "BBOT", "blocks": []},
        state={"values": {}},
        response_url=ANSWERS,
        actions=[action],
        **more,
    )


def view() -> dict[str, Any]:
    return {
        "id": "V1",
        "team_id": OUR_TEAM,
        "app_installed_team_id": OUR_TEAM,
        "type": "modal",
        "callback_id": "edit",
        "hash": "1.abc",
        "private_metadata": "1:1",
        "state": {"values": {"b": {"a": {"type": "plain_text_input", "value": "hej"}}}},
        "blocks": [],
    }


def event(kind: str) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "type": kind.partition(".")[0],
        "user": "U_ANNA",
        "channel": "C_HALL",
        "team": OUR_TEAM,
        "ts": "1.2",
        "event_ts": "1.2",
    }
    if kind in {"app_mention", "message.im"}:
        facts |= {"text": "<@UBOT> status 1740", "channel_type": "im"}
    elif kind == "user_change":
        facts["user"] = {"id": "U_ANNA", "team_id": OUR_TEAM, "deleted": False}
    elif kind == "channel_id_changed":
        facts |= {"old_channel_id": "G_OLD", "new_channel_id": "C_NEW"}
    elif kind == "app_home_opened":
        facts |= {"tab": "home"}
    return {
        "token": "of-old",
        "team_id": OUR_TEAM,
        "context_team_id": OUR_TEAM,
        "context_enterprise_id": None,
        "api_app_id": OUR_APP,
        "event": facts,
        "type": "event_callback",
        "event_id": "Ev1",
        "event_time": 1,
        "authorizations": [{"team_id": OUR_TEAM, "enterprise_id": None, "is_bot": True}],
        "is_ext_shared_channel": False,
    }


_WORDS: Final = ("status", "medel", "kontakter", "påminnelser", "lista", "kommande", "hjälp", "x")
_BUTTONS: Final = (
    "show_status",
    "show_funding",
    "show_contacts",
    "show_rows",
    "choose",
    "more",
    "hold_evaluation",
    "it_arrived",
    "send_again",
    "nobody_knows",
)

FORMS: Final[dict[str, dict[str, Any]]] = {
    **{f"command {word}": command(f"{word} 1740") for word in _WORDS},
    "command by itself": command("1740", command="/iop-status"),
    "probe": {"ssl_check": "1", "token": "of-old"},
}
CLICKS: Final[dict[str, dict[str, Any]]] = {
    **{f"press {button}": press(button, "1:1") for button in _BUTTONS},
    "press choose a view": press("choose", "funding:1:2021"),
    "submission": interaction("view_submission", view=view(), response_urls=[]),
    "closing": interaction("view_closed", view=view(), is_cleared=True),
    "options": interaction("block_suggestion", value="kul", action_id="a", block_id="b"),
    "shortcut": interaction("shortcut", callback_id="find"),
    "message shortcut": interaction("message_action", callback_id="x", message={"text": "x"}),
}
EVENTS_SENT: Final[dict[str, dict[str, Any]]] = {
    **{f"event {kind}": event(kind) for kind in EVENTS},
    "address": {"type": "url_verification", "challenge": "c0de", "token": "of-old"},
    "rate": {"type": "app_rate_limited", "team_id": OUR_TEAM, "minute_rate_limited": 1},
}
KINDS: Final = {**FORMS, **CLICKS, **EVENTS_SENT}


def wrapped(kind: str, payload: Any) -> tuple[str, bytes]:
    """Write a payload as this kind is written: the type of its content, and the content."""
    if kind in FORMS and isinstance(payload, dict):
        return FORM, urlencode({name: _word(each) for name, each in payload.items()}).encode()
    written = json.dumps(payload)
    if kind in EVENTS_SENT:
        return JSON, written.encode()
    return FORM, f"payload={quote(written)}".encode()


def _word(value: Any) -> bytes:
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode("utf-8", "surrogatepass")
