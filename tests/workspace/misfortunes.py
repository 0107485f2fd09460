"""Answering a call, well or badly: what each kind of fault does to the wire."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from tests.workspace import ids
from tests.workspace.callers import pid_behind
from tests.workspace.faults import Fault
from tests.workspace.world import World

JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What Slack answers when nothing goes wrong on the way."""

    status: int
    body: dict[str, Any] | str
    headers: dict[str, str]

    def bytes(self) -> bytes:
        if isinstance(self.body, str):
            return self.body.encode()
        return json.dumps(self.body, ensure_ascii=False).encode()

    def response(self, world: World) -> web.Response:
        headers = {"Content-Type": JSON if isinstance(self.body, dict) else "text/plain"}
        if world.settings.date_skew:
            moment = time.gmtime(time.time() + world.settings.date_skew)
            headers["Date"] = time.strftime("%a, %d %b %Y %H:%M:%S GMT", moment)
        return web.Response(
            status=self.status, body=self.bytes(), headers={**headers, **self.headers}
        )


Act = Callable[[], Answer]


async def answer(
    world: World, request: web.Request, entry: dict[str, Any], fault: Fault | None, act: Act
) -> web.StreamResponse:
    """Carry a call out (or not) and answer it (or not), as the fault says."""

    def carry_out() -> Answer:
        done = act()
        entry["carried_out"] = (done.status == 200 and not isinstance(done.body, dict)) or (
            isinstance(done.body, dict) and bool(done.body.get("ok"))
        )
        entry["carried_out_at"] = time.time()
        entry["answer"] = done.body
        return done

    try:
        if fault is None:
            response: web.StreamResponse = carry_out().response(world)
        else:
            entry["fault"] = fault.kind
            response = await _under(fault, world, request, carry_out)
        entry["status"] = response.status
    finally:
        world.record(
            "call",
            method=entry["method"],
            number=entry["number"],
            status=entry["status"],
            fault=entry["fault"],
        )
    return response


async def _under(fault: Fault, world: World, request: web.Request, act: Act) -> web.StreamResponse:
    kind = fault.kind
    if kind.endswith("_before") or kind in ("429", "error"):
        return _before(fault, world, request)
    if kind.endswith("_later"):
        world.belated.keep(fault.seconds, act)
        return _before(replace(fault, kind=kind.replace("_later", "_before")), world, request)
    if kind == "late":
        asyncio.get_running_loop().call_later(fault.seconds, act)
        return _cut(request, reset=False)
    done = act()
    if kind in ("cut_after", "reset_after"):
        return _cut(request, reset=kind == "reset_after")
    if kind in ("slow", "drip", "truncated"):
        return await _badly_delivered(fault, world, request, done)
    if kind.startswith("kill_"):
        return await _killing(kind, world, request, done)
    return _garbled(kind, world)


def _before(fault: Fault, world: World, request: web.Request) -> web.StreamResponse:
    if fault.kind in ("cut_before", "reset_before"):
        return _cut(request, reset=fault.kind == "reset_before")
    if fault.kind == "kill_before":
        kill(request)
        return _cut(request, reset=False)
    if fault.kind == "429":
        headers = {"Retry-After": str(max(1, round(fault.seconds)))}
        return Answer(429, {"ok": False, "error": "ratelimited"}, headers).response(world)
    if fault.kind == "error":
        return Answer(200, {"ok": False, "error": fault.code}, {}).response(world)
    return _broken(int(fault.kind[:3]))


def _broken(status: int) -> web.Response:
    return web.Response(
        status=status,
        text="<html><body>Server Error</body></html>",
        content_type="text/html",
    )


def _garbled(kind: str, world: World) -> web.StreamResponse:
    """Answer something useless after the call was carried out."""
    if kind == "empty":
        return web.Response(status=200, body=b"", content_type="application/json")
    if kind == "html":
        return web.Response(text="<!DOCTYPE html><title>Slack</title>", content_type="text/html")
    if kind == "token_revoked":
        world.broken_tokens[ids.BOT_TOKEN] = "token_revoked"
        return Answer(200, {"ok": False, "error": "token_revoked"}, {}).response(world)
    if kind == "fatal_error":
        return Answer(200, {"ok": False, "error": "fatal_error"}, {}).response(world)
    return _broken(int(kind[:3]))


async def _badly_delivered(
    fault: Fault, world: World, request: web.Request, done: Answer
) -> web.StreamResponse:
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
        return done.response(world)
    body = done.bytes()
    response = web.StreamResponse(status=done.status, headers={"Content-Type": JSON})
    response.content_length = len(body)
    await response.prepare(request)
    if fault.kind == "truncated":
        await response.write(body[: len(body) // 2])
        _cut(request, reset=False)
        return response
    pause = fault.seconds / 10
    for start in range(0, len(body), max(1, len(body) // 10)):
        await response.write(body[start : start + max(1, len(body) // 10)])
        await asyncio.sleep(pause)
    return response


async def _killing(
    kind: str, world: World, request: web.Request, done: Answer
) -> web.StreamResponse:
    if kind == "kill_after":
        kill(request)
        return _cut(request, reset=False)
    caller = _caller(request)  # asked before the answer: who has it closes the connection
    response = done.response(world)
    await response.prepare(request)
    await response.write_eof()
    _kill(caller)
    return response


def kill(request: web.Request) -> None:
    """Kill the process at the other end of the connection, hard; never our own."""
    _kill(_caller(request))


def _caller(request: web.Request) -> int | None:
    transport = request.transport
    if transport is None:
        return None
    return pid_behind(transport.get_extra_info("peername"), transport.get_extra_info("sockname"))


def _kill(pid: int | None) -> None:
    if pid is not None and pid != os.getpid():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _cut(request: web.Request, *, reset: bool) -> web.Response:
    """End the connection without an answer: in good order, or with a reset."""
    transport = request.transport
    if transport is not None:
        if reset:
            wire = transport.get_extra_info("socket")
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()
        else:
            transport.close()
    return web.Response(status=499)
