"""A load generator for machines without wrk: sends signed requests, each once, for some seconds.

Run as a program of its own, ``own_load.py PORT FILE CONNECTIONS SECONDS``, so that its work is not
counted as the server's. It is slower than wrk: CPU figures hold, its percentiles are too high.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path


class Load:
    """Connections that take turns at one list of requests."""

    def __init__(self, port: int, lines: Iterator[str], seconds: float) -> None:
        self._port, self._lines = port, lines
        self._until = time.monotonic() + seconds
        self._lock = threading.Lock()
        self.took: list[float] = []
        self.failed = 0

    def run(self) -> None:
        """Send one request after the other over one connection."""
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        while time.monotonic() < self._until and (one := self._next()) is not None:
            timestamp, signature, body = one.rstrip("\n").split(" ", 2)
            headers = {
                "Content-Type": "application/x-www-form-urlencoded",
                "X-Slack-Request-Timestamp": timestamp,
                "X-Slack-Signature": signature,
            }
            begun = time.perf_counter()
            line.request("POST", "/slack/events", body, headers)
            answer = line.getresponse()
            answer.read()
            self.took.append(time.perf_counter() - begun)
            self.failed += answer.status >= 400

    def _next(self) -> str | None:
        with self._lock:
            return next(self._lines, None)


def main() -> None:
    """Send, and print what wrk's script prints."""
    port, file, connections, seconds = sys.argv[1:]
    with Path(file).open() as lines:
        load = Load(int(port), lines, float(seconds))
        threads = [threading.Thread(target=load.run) for _ in range(int(connections))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    took = sorted(load.took) or [0.0]
    percentiles = {f"p{part}": took[len(took) * part // 100] * 1e6 for part in (50, 99)}
    print(json.dumps({"requests": len(load.took), "failed": load.failed, **percentiles}))


if __name__ == "__main__":
    main()
