"""Listening on HTTP inside a process that does other work too: waitress in a thread.

It can be stopped so that what has been asked is still answered; waitress's own ``run`` cannot.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import Any, Final

from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.utilities import BadRequest, ServerNotImplemented

from bot.errors import Invalid
from handlers.web import LARGEST, Wsgi

THREADS: Final = 4
_OPTIONS: Final[dict[str, Any]] = {
    "threads": THREADS,
    "ident": None,
    "max_request_body_size": LARGEST + 1,  # it refuses what is as large as this
    "max_request_header_size": 32 * 1024,
    "channel_timeout": 30,
    "cleanup_interval": 10,
    "connection_limit": 200,
    "expose_tracebacks": False,
    "clear_untrusted_proxy_headers": True,
    "log_socket_errors": False,
    "asyncore_use_poll": True,
}


class _Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """Answers an unknown transfer encoding with 400: what a stranger sends is never our fault."""

    def received(self, data: bytes) -> int:
        taken: int = super().received(data)
        problem = vars(self).get("error")
        if isinstance(problem, ServerNotImplemented):
            self.error = BadRequest(problem.body)
        return taken


class _Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    parser_class = _Parser


class Listener:
    """Answers HTTP on one address until it is stopped."""

    def __init__(self, wsgi: Wsgi, host: str, port: int) -> None:
        """Take the address; raises :class:`Invalid` when it cannot be had."""
        self._server = create_server(wsgi, sockets=[bind(host, port)], **_OPTIONS)
        self._server.channel_class = _Channel
        self._stop_by: float | None = None
        self._thread = threading.Thread(target=self._loop, name="http", daemon=True)

    @property
    def port(self) -> int:
        """The port in use; another than asked for where that was 0."""
        return int(self._server.effective_port)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """Take no more requests, answer those under way, and let go of the address."""
        self._stop_by = time.monotonic() + seconds
        with suppress(OSError):  # the loop may have seen it by itself, and be over
            self._server.pull_trigger()
        self._thread.join(seconds + 0.5)

    def _loop(self) -> None:
        channels = self._server._map  # noqa: SLF001  # waitress's own loop reads it too
        while self._stop_by is None:
            wasyncore.loop(timeout=1, use_poll=True, map=channels, count=1)
        wasyncore.dispatcher.close(self._server)
        while self._is_busy() and time.monotonic() < self._stop_by:
            wasyncore.loop(timeout=0.05, use_poll=True, map=channels, count=1)
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=0.1)
        wasyncore.close_all(channels, ignore_all=True)

    def _is_busy(self) -> bool:
        channels = list(self._server.active_channels.values())
        return any(channel.requests or channel.total_outbufs_len for channel in channels)


def bind(host: str, port: int) -> socket.socket:
    """Take an address; raises :class:`Invalid` naming the settings when it cannot be had."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        taken = socket.socket(family, kind)
    except OSError as error:
        raise Invalid("serving.bad_address", host=host, port=port) from error
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(address)
    except OSError as error:
        taken.close()
        raise Invalid("serving.address_taken", host=host, port=port) from error
    return taken
