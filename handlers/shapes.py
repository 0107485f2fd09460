"""The shapes that a payload must have before anybody looks at it.

Bolt takes them for granted, wherever in a payload a name stands, and raises outside its own error
handling where they are others. What the values mean is none of this module's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

Payload = Mapping[str, Any]

_INNER: Final = frozenset(
    {
        "event",
        "message",
        "previous_message",
        "item",
        "view",
        "container",
        "assistant_thread",
        "function_data",
    }
)
"""Objects in which the same names may stand again."""
_WORDS: Final = frozenset(
    {
        "type",
        "subtype",
        "command",
        "text",
        "callback_id",
        "action_id",
        "block_id",
        "api_app_id",
        "team_id",
        "enterprise_id",
        "user_id",
        "channel_id",
        "bot_id",
        "context_team_id",
        "context_enterprise_id",
        "event_id",
        "trigger_id",
        "thread_ts",
        "ts",
        "response_url",
        "bot_access_token",
        "function_execution_id",
    }
)
_WHO_OR_WHERE: Final = frozenset({"team", "user", "channel", "enterprise"})  # an id, or an object
_LISTED: Final = frozenset({"authorizations", "response_urls"})
_HOLDING: Final = _INNER | _WHO_OR_WHERE | _LISTED | {"actions"}
_NEEDED: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "block_actions": (),
    "view_submission": (("view", "callback_id"), ("view", "type")),
    "view_closed": (("view", "callback_id"), ("view", "type")),
    "block_suggestion": (("action_id",), ("block_id",)),
    "shortcut": (("callback_id",),),
    "message_action": (("callback_id",),),
    "event_callback": (("event", "type"),),
    "url_verification": (("challenge",),),
    "app_rate_limited": (),
}
"""By type, the words that have to be there. Slack sends us no other types."""


class Malformed(Exception):
    """The body is not what Slack sends."""


def check_shapes(payload: Payload) -> None:
    """Check a payload as a whole. Raises :class:`Malformed`."""
    _check_kind(payload)
    if _HOLDING.isdisjoint(payload) and set(map(type, payload.values())) == {str}:
        return  # words alone, as a form has them, have no other shape
    for name in _WHO_OR_WHERE.intersection(payload):
        _require(payload[name], dict)  # an id alone stands there in events only
    _check_names(payload)
    for action in _objects(payload, "actions"):
        for name in ("action_id", "block_id", "type"):
            _require(action.get(name), str, missing=False)
        _require(action.get("value"), str)
    for name in _LISTED.intersection(payload):
        for each in _objects(payload, name):
            _check_flat(each)


def _check_kind(payload: Payload) -> None:
    """See that there is what its type needs; commands and probes have none."""
    kind = payload.get("type")
    if "command" in payload:
        _require(payload["command"], str, missing=False)
    elif "ssl_check" not in payload:
        _require(kind, str, missing=False)
    if kind is not None:
        if not isinstance(kind, str) or kind not in _NEEDED:
            raise Malformed
        for way in _NEEDED[kind]:
            _require(_found(payload, way), str, missing=False)
        if kind == "block_actions" and not payload.get("actions"):
            raise Malformed


def _found(payload: Payload, way: tuple[str, ...]) -> Any:
    found: Any = payload
    for step in way:
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _check_names(holder: Payload) -> None:
    """Check every name that is looked for in any object, and the objects inside it."""
    for name in _WORDS.intersection(holder):
        if not isinstance(holder[name], str | None):
            raise Malformed
    for name in _WHO_OR_WHERE.intersection(holder):
        found = holder[name]
        _require(found, str | dict)
        if isinstance(found, dict):
            for part in ("id", "team_id", "enterprise_id"):
                _require(found.get(part), str)
    _require(holder.get("is_enterprise_install"), bool | str)
    for name in _INNER.intersection(holder):
        inner = holder[name]
        _require(inner, dict)
        if inner is not None:
            _check_inner(inner)


def _check_inner(holder: Payload) -> None:
    """Check an object inside a payload: the lists of the whole do not stand there again."""
    for name in _LISTED.intersection(holder):
        _require(holder[name], ())
    _check_names(holder)


def _check_flat(holder: Payload) -> None:
    """Check an object that holds words alone."""
    if any(isinstance(value, dict | list) for value in holder.values()):
        raise Malformed
    _check_inner(holder)


def _objects(payload: Payload, name: str) -> list[dict[str, Any]]:
    """Give a list of objects; none where there is no such list."""
    found = payload.get(name)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Malformed
    return found


def _require(value: Any, kind: Any, *, missing: bool = True) -> None:
    if not (isinstance(value, kind) or (value is None and missing)):
        raise Malformed
