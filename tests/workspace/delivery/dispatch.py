"""Telling the app, by whichever way it is reached, with Slack's retries for events."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any

import aiohttp

from tests.workspace.delivery import http
from tests.workspace.delivery.outcomes import Delivered, Parcel
from tests.workspace.delivery.sockets import Sockets
from tests.workspace.world import World


class Dispatch:
    """Sends parcels to the app and keeps a log of what was sent and what came back."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.sockets = Sockets(world)
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[Delivered]] = set()

    async def send(self, parcel: Parcel) -> Delivered:
        """Send once: over a socket if the app has one open, else to the request address."""
        world = self._world
        log: dict[str, Any] = {
            "number": len(world.deliveries) + 1,
            "at": time.time(),
            "kind": parcel.kind,
            "payload": parcel.payload,
            "retry": parcel.retry,
            "raw": "",
        }
        world.deliveries.append(log)
        started = time.perf_counter()
        delivered = await self._by_some_way(parcel, log)
        log |= {
            "how": delivered.how,
            "status": delivered.status,
            "answer": delivered.payload,
            "took_ms": (time.perf_counter() - started) * 1000,
        }
        world.record("delivered", what=parcel.kind, how=delivered.how, delivery=log["number"])
        return delivered

    async def _by_some_way(self, parcel: Parcel, log: dict[str, Any]) -> Delivered:
        if self.sockets.connected:
            return await self.sockets.deliver(parcel, log)
        if self._world.settings.request_url:
            return await http.deliver(self.session(), self._world.settings, parcel, log)
        return Delivered("nobody")

    async def send_event(self, payload: dict[str, Any]) -> Delivered:
        """Tell an event; if the app does not take it, tell it again later in the background."""
        first = await self.send(Parcel("events_api", payload))
        if first.reached_bot or first.how == "connection_failed":
            self._retry_later(payload, first)
        return first

    def _retry_later(self, payload: dict[str, Any], first: Delivered) -> None:
        if first.how == "acknowledged" or first.no_retry:
            return
        task = asyncio.get_running_loop().create_task(self._retry(payload, first))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _retry(self, payload: dict[str, Any], last: Delivered) -> Delivered:
        for number, delay in enumerate(self._world.settings.retry_delays, start=1):
            await asyncio.sleep(delay)
            by_socket = bool(self.sockets.connected)
            reason = "timeout" if by_socket else last.retry_reason
            last = await self.send(Parcel("events_api", payload, number, reason))
            if last.how == "acknowledged" or last.no_retry:
                break
        return last

    async def post_raw(self, body: bytes, headers: dict[str, str]) -> Delivered:
        """Send any bytes with any headers to the request address, for probes of the door."""
        return await http.send(self.session(), self._world.settings, body, headers)

    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, force_close=False)
            )
        return self._session

    async def close(self) -> None:
        """End all connections and everything planned."""
        for task in list(self._tasks):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self.sockets.close()
        if self._session is not None:
            await self._session.close()
