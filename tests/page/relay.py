"""A line between the page and the stand-in that can be cut as a network's is."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from typing import Self

RESET = struct.pack("ii", 1, 0)  # closed at once, with nothing said


class Relay:
    """Listens on a port of its own and hands every byte on to another, until it is cut."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._lock = threading.Lock()
        self._open = True
        self.refused = 0
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # A sleeping accept is not woken by closing; shutting down wakes it.
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self.cut()

    def cut(self) -> None:
        """Break every connection, and let nobody through until :meth:`mend`."""
        with self._lock:
            self._open = False
            pairs, self._pairs = self._pairs, []
        for ours, theirs in pairs:
            _break(ours)
            _break(theirs)

    def mend(self) -> None:
        """Let connections through again."""
        with self._lock:
            self._open = True

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._door.accept()
            except OSError:
                return
            with self._lock:
                through = self._connected(caller) if self._open else None
            if through is None:
                self.refused += 1
                _break(caller)

    def _connected(self, caller: socket.socket) -> bool | None:
        """Join a caller to the stand-in; None where that does not answer."""
        try:
            server = socket.create_connection(("127.0.0.1", self._to))
        except OSError:
            return None
        self._pairs.append((caller, server))
        for one, other in ((caller, server), (server, caller)):
            threading.Thread(target=_pump, args=(one, other), daemon=True).start()
        return True


def _pump(one: socket.socket, other: socket.socket) -> None:
    """Hand on what comes until either end is gone; then both are."""
    with contextlib.suppress(OSError):
        while some := one.recv(65536):
            other.sendall(some)
    for end in (one, other):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


def _break(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        end.shutdown(socket.SHUT_RDWR)
    end.close()
