"""Reading the body of a signed request: words, then shapes.

Bolt takes the shapes below for granted and raises outside its own error handling where they are
others. What the values mean is none of this module's business.
"""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import parse_qsl

_FIELDS: Final = 200  # form fields; Slack sends some fifteen
_OBJECTS: Final = ("team", "user", "view", "event", "container", "message")
_TEXTS: Final = ("type", "command", "callback_id", "team_id", "user_id", "channel_id", "trigger_id")
_EVENT_OBJECTS: Final = ("message", "view", "item", "edited")


class Malformed(Exception):
    """The body is not what Slack sends."""


def read_payload(raw: bytes, content_type: str) -> dict[str, Any]:
    """Read a form, its ``payload`` field where it has one, or JSON. Raises :class:`Malformed`."""
    try:
        payload = _parse(raw.decode("utf-8"), content_type)
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError
        raise Malformed from error
    if not isinstance(payload, dict) or not payload:
        raise Malformed
    _check_shapes(payload)
    return payload


def _parse(text: str, content_type: str) -> Any:
    if _is_json(text, content_type):
        return _parse_json(text)
    fields = dict(
        parse_qsl(
            text,
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_FIELDS,
        )
    )
    if "\0" in text or "%00" in text:
        raise ValueError("NUL")
    return _parse_json(fields["payload"]) if "payload" in fields else fields


def _is_json(text: str, content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/json" or text[:1] == "{"


def _parse_json(text: str) -> Any:
    value = json.loads(text, parse_constant=_no_constant)
    if "\\u" in text:
        _check_characters(value)
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _check_characters(value: Any) -> None:
    """Refuse halves of characters and NUL, which no database takes. Raises ``ValueError``."""
    text = json.dumps(value, ensure_ascii=False)
    text.encode("utf-8")
    if "\\u0000" in text:
        raise ValueError("NUL")


def _check_shapes(payload: dict[str, Any]) -> None:
    _require(payload, _OBJECTS, dict)
    _require(payload, _TEXTS, str)
    if "actions" in payload:
        _require_objects(payload["actions"], empty=False)
    if payload.get("authorizations") is not None:
        _require_objects(payload["authorizations"], empty=True)
    if isinstance(event := payload.get("event"), dict):
        _check_event(event)
    elif payload.get("type") == "event_callback":
        raise Malformed


def _check_event(event: dict[str, Any]) -> None:
    if not isinstance(event.get("type"), str):
        raise Malformed
    _require(event, _EVENT_OBJECTS, dict)
    _require(event, ("user", "channel", "team"), (str, dict))


def _require(holder: dict[str, Any], names: tuple[str, ...], kind: Any) -> None:
    for name in names:
        if holder.get(name) is not None and not isinstance(holder[name], kind):
            raise Malformed


def _require_objects(value: Any, *, empty: bool) -> None:
    if not isinstance(value, list) or not (value or empty):
        raise Malformed
    if not all(isinstance(each, dict) for each in value):
        raise Malformed
