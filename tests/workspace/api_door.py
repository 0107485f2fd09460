"""The Web API's door: reads a request, checks token, rate and scopes, carries out, logs."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from tests.workspace import call_log, misfortunes
from tests.workspace.keys import WORLD
from tests.workspace.misfortunes import Answer
from tests.workspace.web_api import METHODS
from tests.workspace.web_api.calls import Call, Function, Method, Refusal, TooMany
from tests.workspace.world import World


def read_fields(content_type: str, raw: bytes, query: dict[str, str]) -> dict[str, Any]:
    """Read arguments from form fields or JSON, as the content type says."""
    if content_type == "application/json":
        try:
            fields = json.loads(raw) if raw else {}
        except ValueError:
            raise Refusal("invalid_json") from None
        if not isinstance(fields, dict):
            raise Refusal("json_not_object")
        return {**query, **fields}
    if content_type in ("application/x-www-form-urlencoded", "application/octet-stream", ""):
        return {**query, **dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))}
    raise Refusal("invalid_post_type")


def _token(request: web.Request, fields: dict[str, Any]) -> str:
    """Find the token: in the header, or as a form field; a JSON body's own does not count."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    if request.content_type == "application/json":
        return ""
    return str(fields.get("token") or "")


def _checked(world: World, method: Method | None, name: str, token: str) -> Function:
    """Give what carries the method out, if this caller may call it now."""
    if method is None:
        raise Refusal("unknown_method", req_method=name)
    if method.token != "none":
        _check_caller(world, method, token)
    return method.function


def _check_caller(world: World, method: Method, token: str) -> None:
    if problem := world.token_problem(token, method.token):
        raise Refusal(problem)
    wait = world.rates.wait_for_method(method.name, method.tier)
    if wait is not None:
        raise TooMany(wait)
    if method.token == "bot":
        for scope in method.scopes:
            Call(world, method.name, {}).need(scope)


def carry_out(world: World, name: str, fields: dict[str, Any], token: str) -> Answer:
    """Carry out one call and give Slack's answer."""
    method = METHODS.get(name)
    headers = _scope_headers(world, method)
    try:
        body = {"ok": True, **_checked(world, method, name, token)(Call(world, name, fields))}
    except TooMany as much:
        limited = {"ok": False, "error": "ratelimited"}
        return Answer(429, limited, {**headers, "Retry-After": str(much.seconds)})
    except Refusal as refusal:
        return Answer(200, refusal.body(), headers)
    return Answer(200, body, headers)


def _scope_headers(world: World, method: Method | None) -> dict[str, str]:
    accepted = ",".join(method.scopes) if method else ""
    return {
        "x-oauth-scopes": ",".join(world.settings.scopes),
        "x-accepted-oauth-scopes": accepted,
    }


async def api(request: web.Request) -> web.StreamResponse:
    """Answer a call of the Web API, with whatever misfortune is planned for it."""
    world, name = request.app[WORLD], request.match_info["method"]
    raw = await request.read()
    entry = call_log.begin(world, request, name, raw.decode("utf-8", "replace"))
    token = ""
    problem: Refusal | None = None
    try:
        fields = read_fields(request.content_type, raw, dict(request.query))
        token = _token(request, fields)
        entry["fields"] = {k: v for k, v in fields.items() if k != "token"}
    except Refusal as refusal:
        problem = refusal

    def act() -> Answer:
        if problem is not None:
            return Answer(200, problem.body(), {})
        return carry_out(world, name, entry["fields"], token)

    named = entry["fields"].get("channel")
    fault = world.faults.strike(name, named if isinstance(named, str) else None)
    return await misfortunes.answer(world, request, entry, fault, act)
