"""The log of what the app asked of Slack, one entry for each request."""

from __future__ import annotations

import time
from typing import Any

from aiohttp import web

from tests.workspace.world import World


def begin(world: World, request: web.Request, method: str, raw: str) -> dict[str, Any]:
    """Enter a request as it came; what became of it is filled in when it is answered.

    ``at`` and ``carried_out_at`` are real times; ``carried_out`` says whether the workspace
    changed (or was read) as asked; ``status`` is 499 where the connection was cut.
    """
    entry: dict[str, Any] = {
        "number": len(world.calls) + 1,
        "at": time.time(),
        "method": method,
        "verb": request.method,
        "path": request.path_qs,
        "content_type": request.content_type,
        "raw": raw,
        "fields": {},
        "fault": None,
        "carried_out": False,
        "carried_out_at": None,
        "status": None,
        "answer": None,
    }
    world.calls.append(entry)
    return entry
