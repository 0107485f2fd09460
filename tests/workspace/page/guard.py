"""Whoever visits some site while the stand-in runs must not lend that site their browser.

The page and the control interface answer only what is addressed to this machine by its own name
and does not come from another site. Slack's own doors are left as they are: no browser uses them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web
from yarl import URL

HERE = frozenset({"127.0.0.1", "localhost", "::1"})
SLACK = ("/api/", "/link/", "/response/", "/upload/", "/files/")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def only_from_here(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what another site's page sends, and names that merely lead here."""
    if not request.path.startswith(SLACK) and not _is_ours(request):
        raise web.HTTPForbidden(text="This workspace answers its own page only.\n")
    return await handler(request)


def _is_ours(request: web.Request) -> bool:
    if request.url.host not in HERE:
        return False
    origin = request.headers.get("Origin")
    return origin is None or URL(origin).authority == request.host
