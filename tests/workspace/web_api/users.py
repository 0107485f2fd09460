"""Asking about people."""

from __future__ import annotations

from typing import Any

from tests.workspace.people import Person, user_object
from tests.workspace.web_api.calls import Call, method, page


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
