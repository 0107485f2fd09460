"""Plain blocking calls of the control interface, from any thread."""

from __future__ import annotations

import json
import threading
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 120.0


class Refused(Exception):
    """The stand-in could not do what was asked; the text says why."""


class Wire:
    """Keeps connections for reuse; one thread at a time uses each."""

    def __init__(self, address: str) -> None:
        self.address = address
        parts = urlsplit(address)
        self._where = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._idle: list[HTTPConnection] = []
        self._lock = threading.Lock()
        self._closed = False

    def ask(self, verb: str, /, **facts: Any) -> Any:
        """Ask one thing and give the answer."""
        body = json.dumps(facts).encode()
        connection = self._take()
        try:
            try:
                status, raw = _exchange(connection, verb, body)
            except (HTTPException, ConnectionError):
                connection.close()  # an idle connection may have been closed at the other end
                connection = self._new()
                status, raw = _exchange(connection, verb, body)
        except BaseException:
            connection.close()
            raise
        self._give_back(connection)
        answer = json.loads(raw)
        if status != 200:
            raise Refused(f"{verb}: {answer.get('problem')}")
        return answer

    def _new(self) -> HTTPConnection:
        return HTTPConnection(*self._where, timeout=TIMEOUT_SECONDS)

    def _take(self) -> HTTPConnection:
        with self._lock:
            return self._idle.pop() if self._idle else self._new()

    def _give_back(self, connection: HTTPConnection) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()


def _exchange(connection: HTTPConnection, verb: str, body: bytes) -> tuple[int, bytes]:
    headers = {"Content-Type": "application/json"}
    connection.request("POST", f"/_control/{verb}", body, headers)
    response = connection.getresponse()
    return response.status, response.read()
