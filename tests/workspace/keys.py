"""The typed keys under which the server's parts find each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from tests.workspace.world import World

if TYPE_CHECKING:
    from tests.workspace.delivery.dispatch import Dispatch

WORLD: web.AppKey[World] = web.AppKey("world", World)
DISPATCH: web.AppKey[Dispatch] = web.AppKey("dispatch")
