"""The typed keys under which the server's parts find each other."""

from __future__ import annotations

from aiohttp import web

from tests.workspace.delivery.dispatch import Dispatch
from tests.workspace.world import World

WORLD: web.AppKey[World] = web.AppKey("world", World)
DISPATCH: web.AppKey[Dispatch] = web.AppKey("dispatch", Dispatch)
