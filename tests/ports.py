"""Ports for servers in processes of their own, which are told where to listen."""

from __future__ import annotations

import random
import socket
from contextlib import suppress
from typing import Final

_UNHANDED: Final = range(10_000, 30_000)
"""Systems hand out higher ones to whoever connects: one of those may be gone a moment later."""


def free_port() -> int:
    """Find a port that nobody listens on, and that no connection will be given meanwhile."""
    for port in random.SystemRandom().sample(_UNHANDED, 100):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise OSError("no port is free")
