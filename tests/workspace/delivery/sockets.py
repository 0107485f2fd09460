"""Socket Mode: WebSockets that the app opened, envelopes out, acknowledgements in."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.workspace.delivery.outcomes import Delivered, Parcel
from tests.workspace.ids import APP_ID
from tests.workspace.world import World

MOST_CONNECTIONS = 10
PING = b"Ping from applink-stand-in"  # never empty: the SDK then waits for more bytes


@dataclass(slots=True, eq=False)
class Link:
    """One connection of the app, and the envelopes on it that are not yet acknowledged."""

    socket: web.WebSocketResponse
    request: web.Request
    open: dict[str, asyncio.Future[Delivered]] = field(default_factory=dict)

    def give_up(self) -> None:
        for future in self.open.values():
            if not future.done():
                future.set_result(Delivered("connection_failed"))


class Sockets:
    """All connections of the app; each payload goes to any one of them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._links: list[Link] = []
        self._turn = itertools.count()
        self._cuts = 0

    @property
    def connected(self) -> int:
        return len(self._links)

    async def accept(self, request: web.Request) -> web.WebSocketResponse:
        """Take a connection that shows a ticket not used before."""
        world = self._world
        ticket = request.query.get("ticket", "")
        if ticket not in world.tickets:
            raise web.HTTPForbidden(text="invalid or used ticket")
        world.tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if self.connected >= MOST_CONNECTIONS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        link = Link(socket, request)
        self._links.append(link)
        world.record("connected", connections=self.connected)
        pinging = asyncio.create_task(self._ping_now_and_then(link))
        try:
            await socket.send_json(self._hello())
            await self._listen(link)
        finally:
            pinging.cancel()
            self._forget(link)
        return socket

    async def _ping_now_and_then(self, link: Link) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await asyncio.sleep(self._world.settings.ping_seconds)
                await link.socket.ping(PING)

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": self.connected,
            "debug_info": {
                "host": "applink-stand-in",
                "build_number": 1,
                "approximate_connection_time": 18060,
            },
            "connection_info": {"app_id": APP_ID},
        }

    async def _listen(self, link: Link) -> None:
        async for message in link.socket:
            if message.type is WSMsgType.TEXT:
                self._acknowledged(link, message.data)

    def _acknowledged(self, link: Link, data: str) -> None:
        try:
            said = json.loads(data)
            envelope = said["envelope_id"]
        except (ValueError, KeyError, TypeError):
            self._world.record("socket_nonsense", data=data)
            return
        future = link.open.get(envelope)
        if future is None or future.done():
            self._world.record("late_acknowledgement", envelope=envelope, said=said)
        else:
            future.set_result(Delivered("acknowledged", said.get("payload")))

    def _forget(self, link: Link) -> None:
        if link in self._links:
            self._links.remove(link)
            self._world.record("disconnected", connections=self.connected)
        link.give_up()

    def cut_next(self, times: int = 1) -> None:
        """Cut the connection between the next envelopes and their acknowledgements."""
        self._cuts += times

    async def deliver(self, parcel: Parcel, log: dict[str, Any]) -> Delivered:
        """Send an envelope over one connection and wait for its acknowledgement."""
        link = self._links[next(self._turn) % len(self._links)]
        envelope = self._envelope(parcel)
        log["raw"] = json.dumps(envelope, ensure_ascii=False)
        future: asyncio.Future[Delivered] = asyncio.get_running_loop().create_future()
        link.open[envelope["envelope_id"]] = future
        try:
            await link.socket.send_str(json.dumps(envelope))
            if self._cuts:
                self._cuts -= 1
                self._cut(link)
            return await asyncio.wait_for(future, self._world.settings.ack_seconds)
        except TimeoutError:
            return Delivered("timeout")
        except ConnectionError:
            self._forget(link)
            return Delivered("connection_failed")
        finally:
            link.open.pop(envelope["envelope_id"], None)

    def _envelope(self, parcel: Parcel) -> dict[str, Any]:
        envelope: dict[str, Any] = {
            "envelope_id": str(uuid.uuid4()),
            "type": parcel.kind,
            "accepts_response_payload": parcel.accepts_answer,
            "payload": parcel.payload,
        }
        if parcel.kind == "events_api":
            envelope["retry_attempt"] = parcel.retry
            envelope["retry_reason"] = parcel.retry_reason
        return envelope

    def _cut(self, link: Link) -> None:
        if link.request.transport is not None:
            link.request.transport.close()
        self._forget(link)

    async def ping(self) -> None:
        """Send a ping over every connection at once."""
        for link in list(self._links):
            await link.socket.ping(PING)

    async def disconnect(self, reason: str) -> None:
        """Tell every connection to go; all but a warning also end it."""
        for link in list(self._links):
            await link.socket.send_json(
                {"type": "disconnect", "reason": reason, "debug_info": {"host": "stand-in"}}
            )
            if reason != "warning":
                self._forget(link)
                await link.socket.close()

    def cut_all(self) -> None:
        """End every connection without a word."""
        for link in list(self._links):
            self._cut(link)

    async def close(self) -> None:
        for link in list(self._links):
            self._forget(link)
            await link.socket.close()
