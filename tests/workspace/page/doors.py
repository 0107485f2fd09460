"""The page's doors: its files, its WebSocket, and the files people shared."""

from __future__ import annotations

import asyncio
import contextlib
import time
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.workspace.delivery.dispatch import Dispatch
from tests.workspace.ids import BOT_USER
from tests.workspace.journal import Happening
from tests.workspace.page.clock import DemoClock, clock_json
from tests.workspace.page.live import Live
from tests.workspace.world import World

STATIC = Path(__file__).with_name("static")
KINDS = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
PICTURES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif"}
SAFE = {
    # No text becomes markup, not even by mistake: Trusted Types refuse it in the browser.
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "object-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
DELIVERY_SECONDS = 3.0


class Page:
    """What all open pages share: the workspace, the bot's clock, when each message was shown."""

    def __init__(self, world: World, dispatch: Dispatch, clock: DemoClock | None) -> None:
        self.world = world
        self.dispatch = dispatch
        self.clock = clock
        self.born = f"{time.time():.0f}"
        self.lives: set[Live] = set()
        self._sockets: set[web.WebSocketResponse] = set()
        self._moments: dict[tuple[str, str], str | None] = {}
        self._changes = 0
        world.journal.watch(self._heard)

    def _heard(self, happening: Happening) -> None:
        if happening.kind in ("message", "edit"):
            self.dated(happening.facts["message"])
            self._changes += _may_change_plans(happening)

    def dated(self, message: dict[str, Any]) -> dict[str, Any]:
        """Add the bot's time at which a message was first shown, if it has a time of its own."""
        key = (message["channel"], message["ts"])
        if key not in self._moments:
            clock = clock_json(self.clock)
            self._moments[key] = clock["now"] if clock else None
        return {**message, "moment": self._moments[key]}

    def tell(self, told: dict[str, Any]) -> None:
        """Tell all open pages."""
        for live in self.lives:
            live.tell(told)

    # The clock

    async def coming(self) -> list[dict[str, str]]:
        """List what the bot will send; asked anew when that may have changed."""
        if self.clock is None:
            return []
        return [row.as_json() for row in await self.clock.coming(lambda: self._changes)]

    async def forward(self, by: str, to: str | None) -> dict[str, Any] | None:
        """Let the bot's time pass, and tell all pages where it stands."""
        if self.clock is not None:
            await self.clock.forward(
                by,
                to,
                wait=self._delivered,
                tell=lambda _: self._tell_time(),
                state=lambda: self._changes,
            )
            self._tell_time()
        return clock_json(self.clock)

    def _tell_time(self) -> None:
        self.tell({"news": "clock", "clock": clock_json(self.clock)})

    async def _delivered(self) -> None:
        """Wait until the bot has written something, or would have."""
        journal, deadline = self.world.journal, time.monotonic() + DELIVERY_SECONDS
        seen = journal.latest
        while (left := deadline - time.monotonic()) > 0:
            latest = await journal.wait_beyond(seen, left)
            if any(h.kind == "message" for h in journal.after(seen)):
                await asyncio.sleep(0.2)  # what is due at the same moment follows at once
                return
            seen = latest

    # Doors

    async def file(self, request: web.Request) -> web.FileResponse:
        """Give one of the page's own files."""
        name = request.match_info.get("name") or "index.html"
        path = (STATIC / name).resolve()
        if not path.is_relative_to(STATIC) or path.suffix not in KINDS or not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers={**SAFE, "Content-Type": _kind(path.suffix)})

    async def live(self, request: web.Request) -> web.WebSocketResponse:
        """Open a page's WebSocket."""
        socket = web.WebSocketResponse(heartbeat=30, max_msg_size=32 * 1024 * 1024)
        await socket.prepare(request)
        live = Live(self, socket)
        self.lives.add(live)
        self._sockets.add(socket)
        try:
            await live.run()
        finally:
            self.lives.discard(live)
            self._sockets.discard(socket)
        return socket

    async def shared_file(self, request: web.Request) -> web.Response:
        """Give a shared file to somebody who is where it was shared; pictures to be looked at."""
        person = request.query.get("as", "")
        file = self.world.files.get(request.match_info["file"])
        channels = [self.world.channels.get(c) for c in (file.channels if file else [])]
        may = any(channel and person in channel.members for channel in channels)
        if file is None or file.content is None or not may:
            raise web.HTTPNotFound
        picture = PICTURES.get(Path(file.name).suffix.lower())
        headers = {**SAFE, "Content-Security-Policy": "default-src 'none'; sandbox"}
        if picture is None:
            headers["Content-Disposition"] = "attachment"
        kind = picture or "application/octet-stream"
        return web.Response(body=file.content, content_type=kind, headers=headers)

    async def close(self, _: web.Application) -> None:
        """Leave all open pages."""
        for socket in list(self._sockets):
            with contextlib.suppress(ConnectionError):
                await socket.close(code=1001)


def _may_change_plans(happening: Happening) -> bool:
    """Tell whether a message is a trace of something done: sent to others, or put in a place.

    An answer to one person alone is none: looking changes nothing.
    """
    message = happening.facts["message"]
    by_bot = bool(message["user"] == BOT_USER)
    return by_bot and (happening.kind == "edit" or not message["ephemeral"])


def _kind(suffix: str) -> str:
    return f"{KINDS[suffix]}; charset=utf-8"


def add_page(app: web.Application, page: Page) -> None:
    """Open the page's doors."""
    app.router.add_get("/", page.file)
    app.router.add_get("/page/live", page.live)
    app.router.add_get("/page/files/{file}", page.shared_file)
    app.router.add_get("/page/{name:.+}", page.file)
    app.on_shutdown.append(page.close)
