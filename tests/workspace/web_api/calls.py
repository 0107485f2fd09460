"""One call of a method: its arguments as Slack reads them, and how a method refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from tests.workspace.channels import Channel
from tests.workspace.ids import BOT_USER
from tests.workspace.people import Person
from tests.workspace.world import World

TS = re.compile(r"\d{1,10}(\.\d{1,6})?")


class Refusal(Exception):
    """Slack says no, with a code; ``messages`` name the places, ``extra`` goes into the body."""

    def __init__(self, error: str, messages: list[str] | None = None, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages or []
        self.extra = extra

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error": self.error, **self.extra}
        if self.messages:
            body["response_metadata"] = {"messages": self.messages}
            if self.error == "invalid_blocks":
                body["errors"] = [m.removeprefix("[ERROR] ") for m in self.messages]
        return body


class TooMany(Exception):
    """A call above a rate; ``seconds`` is the Retry-After."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Call:
    """The arguments of one call, form fields or JSON alike."""

    world: World
    method: str
    fields: Mapping[str, Any]

    def text(self, name: str) -> str | None:
        """Read a string; an empty one counts as not given."""
        value = self.fields.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, dict | list | bool):
            _wrong_type(name, "string")
        return str(value)

    def required(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            _missing(name)
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.fields.get(name)
        if value is None or value == "":
            return default
        if str(value).lower() not in ("0", "1", "true", "false"):
            _wrong_type(name, "boolean")
        return str(value).lower() in ("1", "true")

    def number(self, name: str, *, default: int) -> int:
        value = self.fields.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            _wrong_type(name, "integer")

    def structure(self, name: str, refuse_with: str = "invalid_arguments") -> Any:
        """Read an object or list, sent as such or as a JSON string; None if not given."""
        value = self.fields.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            try:
                return json.loads(value)
            except json.JSONDecodeError:
                raise Refusal(
                    refuse_with, [f"[ERROR] not valid JSON [json-pointer:/{name}]"]
                ) from None
        return value

    def need(self, scope: str) -> None:
        """Refuse unless the app was granted a scope."""
        granted = self.world.settings.scopes
        if scope not in granted:
            raise Refusal("missing_scope", needed=scope, provided=",".join(granted))

    def channel(self, *, must_be_in: bool = False, field: str = "channel") -> Channel:
        """Find the conversation named by its id, as far as the bot can see it."""
        channel = self.world.channels.get(self.required(field))
        if channel is None or (channel.kind != "public" and not channel.has_bot):
            raise Refusal("channel_not_found")
        if must_be_in and not channel.has_bot:
            raise Refusal("not_in_channel")
        return channel

    def person(self, user: str) -> Person:
        """Find somebody the app may know of."""
        person = self.world.people.get(user)
        if person is None:
            raise Refusal("user_not_found")
        if person.kind == "unseen":
            raise Refusal("user_not_visible")
        return person

    def dm(self, user: str) -> Channel:
        """Give the bot's direct conversation with a person, or say why there can be none."""
        person = self.person(user)
        if person.kind == "deactivated":
            raise Refusal("user_disabled")
        if user == BOT_USER or person.kind == "bot":
            raise Refusal("cannot_dm_bot")
        if self.world.is_stranger(person):
            raise Refusal("invalid_user_combination")
        return self.world.dm_with(user)

    def ts(self, name: str, error: str = "invalid_arguments") -> str | None:
        value = self.text(name)
        if value is not None and not TS.fullmatch(value):
            raise Refusal(error, [f"[ERROR] not a timestamp [json-pointer:/{name}]"])
        return value


def _missing(name: str) -> NoReturn:
    raise Refusal(
        "invalid_arguments",
        [f"[ERROR] missing required field: {name} [json-pointer:/{name}]"],
    )


def _wrong_type(name: str, wanted: str) -> NoReturn:
    raise Refusal("invalid_arguments", [f"[ERROR] must be a {wanted} [json-pointer:/{name}]"])


Function = Callable[[Call], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Method:
    """A method of the Web API: what carries it out, and what it asks of the caller."""

    name: str
    function: Function
    scopes: tuple[str, ...] = ()
    tier: int | str = 3
    token: str = "bot"


METHODS: dict[str, Method] = {}


def method(
    name: str, *scopes: str, tier: int | str = 3, token: str = "bot"
) -> Callable[[Function], Function]:
    """Enter a function into the table of methods."""

    def enter(function: Function) -> Function:
        METHODS[name] = Method(name, function, scopes, tier, token)
        return function

    return enter


def page(call: Call, items: list[Any], *, most: int, default: int = 100) -> tuple[list[Any], str]:
    """Cut one page out of a list; give it and the cursor of the next ("" at the end)."""
    limit = call.number("limit", default=default)
    if not 1 <= limit <= 999:
        raise Refusal("invalid_limit")
    limit = min(limit, most)
    cursor = call.text("cursor")
    start = 0
    if cursor is not None:
        if not re.fullmatch(r"bmV4dA\d{1,9}", cursor) or int(cursor[6:]) > len(items):
            raise Refusal("invalid_cursor")
        start = int(cursor[6:])
    end = start + limit
    return items[start:end], f"bmV4dA{end}" if end < len(items) else ""
