"""Asking about people."""

from __future__ import annotations

from typing import Any

from tests.workspace.ids import APP_ID, BOT_ID, BOT_USER
from tests.workspace.people import Person, user_object
from tests.workspace.web_api.calls import Call, Refusal, method, page


def _described(call: Call, person: Person) -> dict[str, Any]:
    return user_object(
        person,
        is_stranger=call.world.is_stranger(person),
        with_locale=call.flag("include_locale"),
    )


@method("users.info", "users:read", tier=4)
def info(call: Call) -> dict[str, Any]:
    """Describe a person: guest, outsider, stranger, deactivated, bot."""
    return {"user": _described(call, call.person(call.required("user")))}


@method("users.list", "users:read", tier=2)
def list_all(call: Call) -> dict[str, Any]:
    """List everybody the app may know of, page by page."""
    known = [person for person in call.world.people.values() if person.kind != "unseen"]
    found, cursor = page(call, known, most=999)
    return {
        "members": [_described(call, person) for person in found],
        "response_metadata": {"next_cursor": cursor},
    }


@method("bots.info", "users:read", tier=3)
def bot_info(call: Call) -> dict[str, Any]:
    """Describe the app's own bot, with the app that it belongs to."""
    if call.required("bot") != BOT_ID:
        raise Refusal("bot_not_found")
    described = {"id": BOT_ID, "deleted": False, "name": "foljsam"}
    return {"bot": described | {"app_id": APP_ID, "user_id": BOT_USER}}
