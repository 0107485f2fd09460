"""The stand-in as a program: prints one JSON line with its address, ends at SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import json
import shlex
import signal
import sys
from pathlib import Path

from tests.workspace import control, ids
from tests.workspace.page import DemoClock
from tests.workspace.server import serve
from tests.workspace.world import World


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.workspace", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--scene", type=Path, help="a JSON file: settings, people, channels")
    parser.add_argument("--http-url", help="the app's request address")
    parser.add_argument("--clock-file", type=Path, help="the bot's clock, to be moved in the page")
    parser.add_argument("--preview", help="the command that lists what the bot will send, as CSV")
    parser.add_argument("--signing-secret", default=ids.SIGNING_SECRET)
    return parser.parse_args()


def clock_of(chosen: argparse.Namespace) -> DemoClock | None:
    """Give the bot's clock, if there is one to move."""
    if chosen.clock_file is None:
        return None
    return DemoClock(chosen.clock_file, shlex.split(chosen.preview or "") or None)


async def run(chosen: argparse.Namespace) -> None:
    """Serve until told to stop."""
    world = World()
    world.settings.request_url = chosen.http_url
    world.settings.signing_secret = chosen.signing_secret
    if chosen.scene:
        scene = await asyncio.to_thread(chosen.scene.read_text, encoding="utf-8")
        control.setting_up.load_scene(world, json.loads(scene))
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        runner = await serve(world, port=chosen.port, host=chosen.host, clock=clock_of(chosen))
    except OSError as problem:
        sys.exit(str(problem))
    ready = {"address": world.address, "api_url": f"{world.address}/api/"}
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
    await stop.wait()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(run(arguments()))
