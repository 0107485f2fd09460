"""Putting a server under load: wrk where it is installed, else a small generator of our own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Final

from tests.benchmarks.processes import Server, held_to, pinned
from tests.benchmarks.signing import Signed, write

BLOCK: Final = 100  # requests, about a tenth of a second
_HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of load took: seconds of CPU and milliseconds of waiting, per request."""

    requests: int
    cpu: float
    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class Load:
    """How a server is loaded: by so many connections, for so long, with requests made anew."""

    connections: int
    seconds: float
    make: Callable[[int], list[Signed]]
    file: Path

    def round(self, server: Server) -> Round:
        """Load the server once. A refusal or a time-out voids the run."""
        write(self.make(int(30_000 * max(self.seconds, 0.1))), self.file)
        before = server.cpu()
        found = json.loads(self._run(server.port))
        used = server.cpu_since(before)
        if found["failed"] or not found["requests"]:
            raise RuntimeError(f"void: {found['failed']} of {found['requests']} requests failed")
        answered = int(found["requests"])
        return Round(answered, used / answered, found["p50"] / 1e3, found["p99"] / 1e3)

    def _run(self, port: int) -> str:
        if shutil.which("wrk"):
            url, script = f"http://127.0.0.1:{port}/slack/events", str(_HERE / "wrk.lua")
            how = ["-t1", f"-c{self.connections}", f"-d{max(1, round(self.seconds))}s", "-s"]
            words = ["wrk", *how, script, url, "--", str(self.file)]
        else:
            words = [sys.executable, str(_HERE / "own_load.py"), str(port), str(self.file)]
            words += [str(self.connections), str(self.seconds)]
        done = subprocess.run([*pinned(1), *words], check=True, capture_output=True, text=True)
        return done.stdout.strip().splitlines()[-1]


@dataclass(frozen=True, slots=True)
class Turns:
    """Servers asked in turn, a block of requests each, one request at a time.

    Whatever else the machine does lasts a second or two. In so short turns it meets all alike.
    """

    servers: Mapping[str, Server]
    make: Mapping[str, Callable[[int], list[Signed]]]
    seconds: float

    def round(self) -> dict[str, float]:
        """Give the CPU seconds of one answer of each. A refusal voids the run."""
        with held_to(1):
            before = {name: server.cpu() for name, server in self.servers.items()}
            until, names, blocks = time.monotonic() + self.seconds, list(self.servers), 0
            while time.monotonic() < until:
                for name in names:
                    self._block(name)
                names.reverse()
                blocks += 1
            used = {name: self.servers[name].cpu_since(before[name]) for name in before}
        return {name: seconds / (blocks * BLOCK) for name, seconds in used.items()}

    def _block(self, name: str) -> None:
        requests = self.make[name](BLOCK)
        line = HTTPConnection("127.0.0.1", self.servers[name].port, timeout=10)
        for one in requests:
            line.request("POST", "/slack/events", one.body, one.headers())
            answer = line.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"void: answered with {answer.status}")
        line.close()
