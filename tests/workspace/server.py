"""The HTTP server: Slack's doors on one side, the control interface on the other."""

from __future__ import annotations

from aiohttp import web

from tests.workspace import call_log, misfortunes
from tests.workspace.api_door import api
from tests.workspace.control.verbs import control
from tests.workspace.delivery.dispatch import Dispatch
from tests.workspace.delivery.echo import Echo
from tests.workspace.ids import BOT_TOKEN
from tests.workspace.keys import DISPATCH, WORLD
from tests.workspace.misfortunes import Answer
from tests.workspace.page import DemoClock, Page, add_page, only_from_here
from tests.workspace.response_door import respond
from tests.workspace.world import World

LARGEST_BODY = 64 * 1024 * 1024


async def link(request: web.Request) -> web.WebSocketResponse:
    """Take a WebSocket of the app."""
    return await request.app[DISPATCH].sockets.accept(request)


async def upload(request: web.Request) -> web.StreamResponse:
    """Take a file's bytes, raw or as the one part of a form."""
    world = request.app[WORLD]
    file = world.files.get(request.match_info["file"])
    if request.content_type == "multipart/form-data":
        part = next(iter((await request.post()).values()))
        raw = part.file.read() if isinstance(part, web.FileField) else str(part).encode()
    else:
        raw = await request.read()
    entry = call_log.begin(world, request, "upload", f"{len(raw)} bytes")

    def act() -> Answer:
        if file is None or file.complete:
            return Answer(404, "file_not_found", {})
        file.content = raw
        return Answer(200, f"OK - {len(raw)}", {})

    fault = world.faults.strike("upload")
    return await misfortunes.answer(world, request, entry, fault, act)


async def download(request: web.Request) -> web.Response:
    """Give a file's bytes to whoever shows the bot's token."""
    world = request.app[WORLD]
    file = world.files.get(request.match_info["file"])
    if request.headers.get("Authorization") != f"Bearer {BOT_TOKEN}":
        return web.Response(text="<html>Sign in</html>", content_type="text/html")
    if file is None or file.content is None:
        raise web.HTTPNotFound
    return web.Response(body=file.content)


def application(world: World, clock: DemoClock | None = None) -> web.Application:
    """Build the server around a workspace; with a clock, the page can move the bot's time."""
    app = web.Application(client_max_size=LARGEST_BODY, middlewares=[only_from_here])
    app[WORLD] = world
    app[DISPATCH] = Dispatch(world)
    echo = Echo(world, app[DISPATCH])
    app.router.add_route("*", "/api/{method}", api)
    app.router.add_post("/_control/{verb}", control)
    app.router.add_get("/_control/{verb}", control)
    app.router.add_get("/link/", link)
    app.router.add_post("/response/{token}", respond)
    app.router.add_post("/upload/{file}", upload)
    app.router.add_get("/files/{file}", download)
    add_page(app, Page(world, app[DISPATCH], clock))

    async def close(_: web.Application) -> None:
        echo.close()
        await app[DISPATCH].close()
        world.journal.wake()

    app.on_shutdown.append(close)
    return app


async def serve(
    world: World, *, port: int = 0, host: str = "127.0.0.1", clock: DemoClock | None = None
) -> web.AppRunner:
    """Start to listen; the workspace then knows its own address."""
    runner = web.AppRunner(application(world, clock), access_log=None, shutdown_timeout=0.3)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    await site.start()
    address = runner.addresses[0]
    world.address = f"http://{address[0]}:{address[1]}"
    return runner
