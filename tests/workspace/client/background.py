"""The stand-in in a thread with an event loop of its own."""

from __future__ import annotations

import asyncio
import threading

from tests.workspace.server import serve
from tests.workspace.world import World

STOP_SECONDS = 10.0


class Background:
    """Runs the server until it is stopped."""

    def __init__(self) -> None:
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: asyncio.Event | None = None
        self._problem: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="slack-stand-in", daemon=True)
        self.world = World()

    def start(self) -> str:
        """Start to serve; give the address."""
        self._thread.start()
        self._ready.wait()
        if self._problem is not None:
            raise self._problem
        return self.world.address

    def stop(self) -> None:
        if self._loop is not None and self._ending is not None:
            self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as problem:
            self._problem = problem
            self._ready.set()

    async def _serve(self) -> None:
        self._loop, self._ending = asyncio.get_running_loop(), asyncio.Event()
        runner = await serve(self.world)
        self._ready.set()
        await self._ending.wait()
        await runner.cleanup()
