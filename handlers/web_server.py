"""The server of ``foljsam web``: granian, one worker process with four threads.

A process of its own, which ``serving.web`` becomes once it has checked everything.

It forks its worker, so the database's engine is made there (``serving.web_worker``) and never
before. On SIGTERM it stops listening, lets the worker finish, and returns.
"""

from __future__ import annotations

import sys
from typing import Any, Final

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from handlers import logs

THREADS: Final = 4
KILL_AFTER: Final = 7  # seconds that a worker has to finish; the whole stop may take ten
_LOGGING: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {"_granian": {"handlers": [], "level": "WARNING", "propagate": True}},
}


def serve(host: str, port: int) -> None:
    """Serve until SIGTERM. Raises ``SystemExit(1)`` when the worker ends by itself."""
    server = Granian(
        "handlers.serving:web_worker",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        websockets=False,
        workers_kill_timeout=KILL_AFTER,
        log_level=LogLevels.warning,
        log_dictconfig=_LOGGING,
    )
    server.serve()


if __name__ == "__main__":
    logs.set_up()
    serve(sys.argv[1], int(sys.argv[2]))
