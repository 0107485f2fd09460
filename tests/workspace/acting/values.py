"""What a choice in an element looks like in a payload, and what a client refuses to send."""

from __future__ import annotations

import re
import time
from decimal import Decimal, InvalidOperation
from typing import Any

from tests.workspace.acting.outcomes import Outcome, refused

_SINGLE = {
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "plain_text_input": "value",
    "number_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "rich_text_input": "rich_text_value",
    "file_input": "files",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}
_INITIAL = {
    "datepicker": "initial_date",
    "timepicker": "initial_time",
    "datetimepicker": "initial_date_time",
    "users_select": "initial_user",
    "conversations_select": "initial_conversation",
    "channels_select": "initial_channel",
    "multi_users_select": "initial_users",
    "multi_conversations_select": "initial_conversations",
    "multi_channels_select": "initial_channels",
}
_ONE_OPTION = ("static_select", "external_select", "radio_buttons", "overflow")
_SOME_OPTIONS = ("multi_static_select", "multi_external_select", "checkboxes")
Element = dict[str, Any]


class NotOffered(Exception):
    """The person cannot choose that: it is not on the screen."""


def options_of(element: Element) -> list[dict[str, Any]]:
    """List the options that stand in an element."""
    grouped = [o for group in element.get("option_groups", []) for o in group["options"]]
    return [*element.get("options", []), *grouped]


def chosen(element: Element, value: Any) -> dict[str, Any]:
    """Write a choice as payloads do; options are named by value or by label."""
    kind = element["type"]
    if kind == "button":
        return {"value": element["value"]} if "value" in element else {}
    if kind in _ONE_OPTION:
        return {"selected_option": None if value is None else _option(element, value)}
    if kind in _SOME_OPTIONS:
        return {"selected_options": [_option(element, one) for one in value or []]}
    return {_SINGLE[kind]: value}


def _option(element: Element, named: Any) -> dict[str, Any]:
    if isinstance(named, dict):
        named = named.get("value")
    offered = options_of(element)
    for option in offered:
        if named in (option["value"], option["text"]["text"]):
            return {key: option[key] for key in ("text", "value", "description") if key in option}
    if element["type"].endswith("external_select"):
        return {"text": {"type": "plain_text", "text": str(named), "emoji": True}, "value": named}
    raise NotOffered(f"{named!r} is not among {[option['value'] for option in offered]}")


def initial(element: Element) -> dict[str, Any]:
    """Write what an element holds before anybody touches it."""
    kind = element["type"]
    if kind in _ONE_OPTION:
        return {"selected_option": element.get("initial_option")}
    if kind in _SOME_OPTIONS:
        return {"selected_options": element.get("initial_options", [])}
    empty: Any = [] if kind.startswith("multi_") or kind == "file_input" else None
    name = _INITIAL.get(kind, "initial_value")
    return {_SINGLE[kind]: element.get(name, empty)}


def is_empty(held: dict[str, Any]) -> bool:
    """Whether nothing is filled in."""
    content = [value for key, value in held.items() if key != "type"]
    return all(value is None or value in ("", []) for value in content)


def complaint(element: Element, held: dict[str, Any]) -> str | None:
    """Say in the client's words why a field may not be sent as it is, or None."""
    value = held.get("value")
    if not isinstance(value, str) or not value:
        return None
    kind = element["type"]
    if kind == "plain_text_input":
        return _length_complaint(element, value)
    if kind == "number_input":
        return _number_complaint(element, value)
    if kind == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        return "not an e-mail address"
    if kind == "url_text_input" and not re.fullmatch(r"https?://\S+", value):
        return "not a web address"
    return None


def _length_complaint(element: Element, value: str) -> str | None:
    if len(value) < element.get("min_length", 0):
        return f"at least {element['min_length']} characters"
    if len(value) > element.get("max_length", 3000):
        return f"at most {element.get('max_length', 3000)} characters"
    return None


def _number_complaint(element: Element, value: str) -> str | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "not a number"
    if not element["is_decimal_allowed"] and number % 1:
        return "not a whole number"
    if "min_value" in element and number < Decimal(element["min_value"]):
        return f"at least {element['min_value']}"
    if "max_value" in element and number > Decimal(element["max_value"]):
        return f"at most {element['max_value']}"
    return None


def action(block: dict[str, Any], element: Element, value: Any) -> dict[str, Any]:
    """Write one entry of a click's ``actions``."""
    entry = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": f"{time.time():.6f}",
        **chosen(element, value),
    }
    if element["type"] == "button":
        entry["text"] = element["text"]
    return entry


def find(
    pairs: list[tuple[dict[str, Any], Element]],
    *,
    action_id: str | None,
    block_id: str | None,
    label: str | None,
) -> tuple[dict[str, Any], Element] | Outcome:
    """Find the element a person means among those on the screen, by id or by what it says."""
    for block, element in pairs:
        says = element.get("text", {}).get("text")
        if (
            action_id in (None, element["action_id"])
            and block_id in (None, block["block_id"])
            and label in (None, says)
        ):
            return block, element
    there = [element["action_id"] for _, element in pairs]
    return refused(f"no such element here; there are {there}")
