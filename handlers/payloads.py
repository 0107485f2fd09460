"""Reading the body of a signed request: words, then shapes; and whose installation it is for.

What Slack never sends (a name twice, a number without end, a hundred levels) is refused as well:
two readers may understand it in two ways, and a later one may break on it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from handlers.shapes import Malformed, check_shapes

_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = "application/json"
_CHARSETS: Final = {"", "utf-8", "utf8"}
_DEEPEST: Final = 60  # levels; a message in a click takes some fifteen
_DIGITS: Final = 25
_FIELDS: Final = 200  # form fields; Slack sends some fifteen


def read_payload(raw: bytes, content_type: str) -> dict[str, Any]:
    """Read a form, its ``payload`` field where it has one, or JSON. Raises :class:`Malformed`."""
    try:
        payload = _parse(raw.decode("utf-8"), _kind(content_type))
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError
        raise Malformed from error
    if not isinstance(payload, dict) or not payload:
        raise Malformed
    check_shapes(payload)
    return payload


def belongs_here(
    payload: dict[str, Any], app_id: str | None, team_id: str, enterprise_id: str | None = None
) -> bool:
    """Say whether a payload is for this installation; only what certainly is not is refused.

    ``app_id`` is None where Slack has not told it. A click names no installation but in a view:
    its ``team`` is the presser's or ours, so another team there may be an outsider's, whom the
    gate turns away. A command comes from a workspace that has the app.
    """
    named_app = payload.get("api_app_id")
    if app_id is not None and named_app is not None and named_app != app_id:
        return False
    home = {team_id, enterprise_id} - {None}
    named = [{each for each in found if each} for found in _installations(payload)]
    return all(not ids or not home.isdisjoint(ids) for ids in named)


def _installations(payload: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Give what a payload says of where the app is installed: teams and their organisations."""
    if payload.get("authorizations"):
        first = payload["authorizations"][0]  # the only one that is listed
        yield _text(first, "team_id"), _text(first, "enterprise_id")
    if "event" in payload:
        yield _text(payload, "context_team_id"), _text(payload, "context_enterprise_id")
    if "command" in payload:
        yield _text(payload, "team_id"), _text(payload, "enterprise_id")
    if isinstance(view := payload.get("view"), dict):
        whole = payload.get("enterprise")
        over = _text(whole, "id") if isinstance(whole, dict) else None
        yield _text(view, "app_installed_team_id"), over


def _text(holder: dict[str, Any], name: str) -> str | None:
    value = holder.get(name)
    return value if isinstance(value, str) else None


@lru_cache(maxsize=16)
def _kind(content_type: str) -> str:
    """Give the kind of body; Slack sends two, both in UTF-8. Raises ``ValueError``."""
    kind, _, rest = content_type.partition(";")
    name, _, charset = rest.partition("=")
    if name.strip().lower() not in {"", "charset"}:
        raise ValueError("a parameter that Slack does not send")
    if charset.strip().strip('"').lower() not in _CHARSETS:
        raise ValueError("another charset")
    return kind.strip().lower()


def _parse(text: str, kind: str) -> Any:
    if kind == _JSON:
        return _parse_json(text)
    if kind != _FORM or "\0" in text or "%00" in text:
        raise ValueError("another kind of body, or NUL")
    fields = _parse_form(text)
    return _parse_json(fields["payload"]) if "payload" in fields else fields


def _parse_form(text: str) -> dict[str, Any]:
    """Read what ``parse_qsl`` reads when it is strict, in a fraction of its time.

    No form holds NUL, so it can stand between the parts while all of them are made plain at once.
    """
    fields = text.split("&")
    if len(fields) > _FIELDS:
        raise ValueError("more fields than anything has")
    parted = "\0".join([field.replace("=", "\0", 1) for field in fields])
    parted = parted.replace("+", " ")
    parted = parted.replace("%2F", "/").replace("%3A", ":")  # most of what Slack escapes: addresses
    parts = unquote_to_bytes(parted).decode("utf-8").split("\0")
    if len(parts) != 2 * len(fields):
        raise ValueError("a field without a value")
    return _once(list(zip(parts[::2], parts[1::2], strict=True)))


def _parse_json(text: str) -> Any:
    value = json.loads(
        text,
        parse_constant=_no_constant,
        parse_float=_finite,
        parse_int=_whole,
        object_pairs_hook=_once,
    )
    _check_depth(text, value)
    if "\\u" in text:
        _check_characters(value)
    return value


def _once(pairs: Sequence[Any]) -> dict[str, Any]:
    """Make an object of pairs, whose names each stand once. Raises ``ValueError``."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a name twice")
    return made


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number without end")
    return number


def _whole(digits: str) -> int:
    if len(digits) > _DIGITS:
        raise ValueError("a number too large for anything")
    return int(digits)


def _check_depth(text: str, value: Any) -> None:
    """Refuse what goes deeper than anybody reads; few brackets cannot. Raises ``ValueError``."""
    if text.count("{") + text.count("[") <= _DEEPEST:
        return
    level = [value]
    for _ in range(_DEEPEST):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise ValueError("too deep")


def _inside(value: Any) -> list[Any]:
    """Give the objects and lists that lie directly in one."""
    held = value.values() if isinstance(value, dict) else value
    return [each for each in held if isinstance(each, dict | list)]


def _check_characters(value: Any) -> None:
    """Refuse halves of characters and NUL, which no database takes. Raises ``ValueError``."""
    text = json.dumps(value, ensure_ascii=False)
    text.encode("utf-8")
    if "\\u0000" in text.replace("\\\\", ""):  # a backslash that stands for itself is none
        raise ValueError("NUL")
