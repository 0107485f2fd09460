"""What everything is compared with: Bolt with one listener that acknowledges a constant answer.

``python -m tests.benchmarks.echo granian|waitress PORT`` serves it with the same server and the
same options as the bot's own, and Bolt's own adapter. ``BENCH_ECHO_BYTES`` is the answer's size.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import Any

from slack_bolt import Ack, App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult

from handlers.listener import THREADS, Listener
from handlers.web import Wsgi
from tests.benchmarks import signing

_AROUND = 45  # bytes of JSON around the text


def make_app(size: int, *, checks_signatures: bool = True) -> App:
    """Make the smallest app that answers a command with so many bytes."""
    known = AuthorizeResult(
        enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1", bot_user_id="U1"
    )
    app = App(
        signing_secret=signing.SECRET,
        authorize=lambda **_: known,
        process_before_response=True,
        request_verification_enabled=checks_signatures,
    )
    answer = "x" * max(1, size - _AROUND)

    def echo(ack: Ack) -> None:
        ack(text=answer, response_type="ephemeral")

    app.command("/iop")(echo)
    return app


def wsgi() -> Wsgi:
    """Make the WSGI callable."""
    handler: Any = SlackRequestHandler(make_app(int(os.environ["BENCH_ECHO_BYTES"])))
    return handler  # type: ignore[no-any-return]


def _granian(port: int) -> None:
    from granian import Granian  # noqa: PLC0415  # one server or the other
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    Granian(
        "tests.benchmarks.echo:wsgi",
        factory=True,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()


def _waitress(port: int) -> None:
    Listener(wsgi(), "127.0.0.1", port).start()
    threading.Event().wait()


if __name__ == "__main__":
    {"granian": _granian, "waitress": _waitress}[sys.argv[1]](int(sys.argv[2]))
