"""One open page: what it asks, and what it is told without asking. One WebSocket each."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from tests.workspace.control.verbs import VERBS, Ask, NoSuch
from tests.workspace.journal import Happening
from tests.workspace.page import exchanges, snapshot
from tests.workspace.page.clock import CannotMove, clock_json
from tests.workspace.page.news import news

if TYPE_CHECKING:
    from tests.workspace.page.doors import Page

ACTS = frozenset(
    {
        "types",
        "presses",
        "submits",
        "closes",
        "looks_up",
        "writes",
        "writes_to_bot",
        "opens_home",
        "upload",
    }
)
Facts = dict[str, Any]


class Live:
    """Speaks with one page for as long as it is open."""

    def __init__(self, page: Page, socket: web.WebSocketResponse) -> None:
        self._page = page
        self._socket = socket
        self._post: asyncio.Queue[Facts] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._drawer = False
        self._person = ""  # told of nothing before it says whom it is
        self._own: dict[str, Callable[[Facts], Awaitable[Any]]] = {
            "be": self._be,
            "coming": self._coming,
            "forward": self._forward,
            "drawer": self._open_drawer,
        }

    def tell(self, told: Facts) -> None:
        """Put something into the page's post, in order."""
        self._post.put_nowait(told)

    async def run(self) -> None:
        """Answer until the page is closed."""
        unwatch = self._page.world.journal.watch(self._heard)
        writing = asyncio.get_running_loop().create_task(self._write())
        try:
            async for received in self._socket:
                if received.type is WSMsgType.TEXT:
                    self._take(json.loads(received.data))
        finally:
            unwatch()
            for task in (writing, *self._tasks):
                task.cancel()

    def _take(self, asked: Facts) -> None:
        task = asyncio.get_running_loop().create_task(self._answer(asked))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _write(self) -> None:
        while True:
            told = await self._post.get()
            if not self._socket.closed:
                await self._socket.send_str(json.dumps(told, ensure_ascii=False))

    def _heard(self, happening: Happening) -> None:
        told = news(self._page.world, self._person, happening) if self._person else None
        if told is not None:
            if told["news"] == "message":
                told["message"] = self._page.dated(told["message"])
            self.tell(told)
        if self._drawer and happening.kind in ("delivered", "call"):
            found = exchanges.exchange_of(self._page.world, happening.kind, happening.facts)
            if found is not None:
                self.tell({"news": "exchange", "exchange": found})

    async def _answer(self, asked: Facts) -> None:
        try:
            do, facts = asked["do"], asked.get("facts", {})
            answer = await (self._own[do](facts) if do in self._own else self._act(do, facts))
            self.tell({"answers": asked["id"], "answer": answer})
        except CannotMove as problem:
            self.tell({"answers": asked["id"], "problem": str(problem)})
        except (NoSuch, ValueError, TypeError, LookupError) as problem:
            why = f"{type(problem).__name__}: {problem}"
            self.tell({"answers": asked["id"], "problem": why})

    async def _act(self, do: str, facts: Facts) -> Any:
        if do not in ACTS:
            raise NoSuch(f"no such act: {do}")
        page = self._page
        outcome = await VERBS[do](Ask(page.world, page.dispatch, {**facts, "person": self._person}))
        for message in outcome.get("messages", []):
            message.update(page.dated(message))
        return outcome

    async def _be(self, facts: Facts) -> Facts:
        world = self._page.world
        person = world.people.get(facts.get("person") or "") or snapshot.people_to_be(world)[0]
        self._person = person.id
        messages = [self._page.dated(m) for m in snapshot.messages_json(world, person)]
        return {
            "workspace": snapshot.workspace_json(world, person),
            "messages": messages,
            "clock": clock_json(self._page.clock),
            "born": self._page.born,
            **snapshot.views_json(world, person),
        }

    async def _coming(self, _: Facts) -> list[dict[str, str]]:
        return await self._page.coming()

    async def _forward(self, facts: Facts) -> Any:
        return await self._page.forward(facts["by"], facts.get("to"))

    async def _open_drawer(self, facts: Facts) -> list[Facts]:
        self._drawer = bool(facts.get("open"))
        return exchanges.latest(self._page.world) if self._drawer else []
