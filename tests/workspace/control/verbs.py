"""The table of what can be asked, and how a request becomes a call of it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.workspace.channels import Channel
from tests.workspace.delivery.dispatch import Dispatch
from tests.workspace.keys import DISPATCH, WORLD
from tests.workspace.people import Person
from tests.workspace.world import World


class NoSuch(Exception):
    """What was asked about is not here."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: the workspace, the way to the app, and the facts sent along."""

    world: World
    dispatch: Dispatch
    facts: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        try:
            return self.facts[name]
        except KeyError:
            raise NoSuch(f"missing: {name}") from None

    def get(self, name: str, default: Any = None) -> Any:
        return self.facts.get(name, default)

    def person(self, name: str = "person") -> Person:
        try:
            return self.world.people[self[name]]
        except KeyError:
            raise NoSuch(f"no such person: {self[name]}") from None

    def channel(self, name: str = "channel") -> Channel:
        try:
            return self.world.channels[self[name]]
        except KeyError:
            raise NoSuch(f"no such channel: {self[name]}") from None


Verb = Callable[[Ask], Awaitable[Any]]
VERBS: dict[str, Verb] = {}


def verb(name: str) -> Callable[[Verb], Verb]:
    """Enter a function into the table."""

    def enter(function: Verb) -> Verb:
        VERBS[name] = function
        return function

    return enter


def _find(name: str) -> Verb:
    try:
        return VERBS[name]
    except KeyError:
        raise NoSuch(f"no such verb: {name}") from None


async def control(request: web.Request) -> web.Response:
    """Answer ``POST /_control/<verb>`` with the verb's JSON, or 400 with the reason."""
    name = request.match_info["verb"]
    raw = await request.read()
    try:
        facts = json.loads(raw) if raw else dict(request.query)
        found = _find(name)
        ask = Ask(request.app[WORLD], request.app[DISPATCH], facts)
        body = json.dumps(await found(ask), ensure_ascii=False).encode()
    except (NoSuch, ValueError, TypeError, KeyError) as problem:
        why = f"{type(problem).__name__}: {problem}"
        return web.json_response({"problem": why}, status=400)
    return web.Response(body=body, content_type="application/json")
