"""How the processes live: ``run``, ``web`` and ``worker``, from the first check to the last exit.

Each checks everything it can before it begins, so that a mistake is one line at the start. SIGTERM
and SIGINT: take no more work, finish what is under way, exit 0 within ten seconds. A clock that has
missed five rounds ends the process with 1, and its supervisor starts it anew.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

from bot import installation
from bot.errors import FoljsamError, Invalid
from bot.office import Office
from bot.reminders.beginning import begin
from bot.settings import Settings
from handlers import logs
from handlers.health import HealthQuestion, Pulse, version
from handlers.web import Door, make_wsgi

if TYPE_CHECKING:  # Bolt: only where Slack is served
    from handlers.app import SlackApp

GRACE: Final = 8.0  # seconds to finish what is under way
DEADLINE: Final = 9.5  # seconds from the signal to the exit, whatever hangs


class Stops(Protocol):
    """A part that takes work in: it can be stopped, and finishes what is under way."""

    def stop(self, seconds: float) -> object:
        """Take no more work; wait at most so long for what is under way."""
        ...


class Stop:
    """Whether somebody has asked the process to stop.

    The handler only writes a byte: it may run in the middle of anything, and an ``Event`` has a
    lock that the interrupted code may be holding. During the start it ends the process at once.
    """

    def __init__(self) -> None:
        self.starting = True
        self._asked, self._ask = os.pipe()
        os.set_blocking(self._ask, False)

    def listen(self) -> None:
        """Take over SIGTERM and SIGINT, with a deadline that nothing can hold up."""
        signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self._on_signal)

    def wait(self, seconds: float) -> bool:
        """Wait for the signal; say whether it came."""
        return bool(select.select([self._asked], [], [], seconds)[0])

    def _on_signal(self, _number: int, _frame: Any) -> None:
        signal.setitimer(signal.ITIMER_REAL, DEADLINE)
        if self.starting:
            raise SystemExit(0)
        os.write(self._ask, b".")


def run(office: Office) -> None:
    """Do everything in one process: Slack by Socket Mode or HTTP, the clock, delivery, health."""
    settings = office.settings
    _require(settings.bot_token, "SLACK_BOT_TOKEN")
    if settings.app_token is None and not settings.signing_secrets:
        raise Invalid("serving.no_way_in")
    stop = _begin(office, "run")
    begin(office)
    from handlers.app import build_app  # noqa: PLC0415  # Bolt: only where Slack is served
    from handlers.listener import Listener  # noqa: PLC0415
    from handlers.reception import Reception  # noqa: PLC0415
    from handlers.slack_side import connect  # noqa: PLC0415
    from handlers.ticks import make_clock  # noqa: PLC0415

    slack = connect(settings)
    pulse = Pulse(settings.tick_seconds)
    ticking = make_clock(office, slack, pulse)
    reception = Reception(office, slack)
    app = build_app(office, slack, ticking.nudge, reception)
    over_http = settings.app_token is None
    question = HealthQuestion(office, pulse)
    door = _door(settings, question, app) if over_http else Door(health=question)
    listener = Listener(make_wsgi(door), settings.host, settings.port)
    listener.start()
    intake = None if over_http else _socket_mode(settings, app)
    ticking.start()  # last: a process that cannot come to an end of its start sends nothing
    _serve(stop, pulse, mode="http" if over_http else "socket", port=listener.port)
    _finish(office, [each for each in (intake, listener, ticking) if each is not None], reception)


def worker(office: Office) -> None:
    """Keep the clock and deliver. No HTTP: how it is doing stands in the database."""
    _require(office.settings.bot_token, "SLACK_BOT_TOKEN")
    stop = _begin(office, "worker")
    begin(office)
    from handlers.slack_side import connect  # noqa: PLC0415  # slack_sdk: only where it is used
    from handlers.ticks import make_clock  # noqa: PLC0415

    slack = connect(office.settings)
    pulse = Pulse(office.settings.tick_seconds)
    ticking = make_clock(office, slack, pulse)
    ticking.start()
    _serve(stop, pulse, mode="worker")
    _finish(office, [ticking])


def web(office: Office) -> None:
    """Answer Slack over HTTP behind granian; an app token is ignored, and no clock is kept."""
    settings = office.settings
    _require(settings.bot_token, "SLACK_BOT_TOKEN")
    _require(settings.signing_secrets, "SLACK_SIGNING_SECRET")
    _begin(office, "web")
    from handlers.slack_side import connect  # noqa: PLC0415

    connect(settings)  # a wrong token is told here, in one line, and not by the worker
    office.database.close()  # before the fork: no connection may be shared
    from handlers.listener import bind  # noqa: PLC0415

    bind(settings.host, settings.port).close()  # granian would tell of a taken port in a traceback
    logs.log().info("ready", mode="http", port=settings.port)
    # The process becomes granian's and lets go of all that the checks needed: 30 MB.
    server = (sys.executable, "-m", "handlers.web_server", settings.host, str(settings.port))
    os.execv(sys.executable, server)  # noqa: S606  # our own module, and values that were checked


def web_worker() -> Callable[..., Any]:
    """Make the WSGI callable inside the worker process of ``web``, with an engine of its own."""
    from bot.settings import load_settings  # noqa: PLC0415
    from handlers.app import build_app  # noqa: PLC0415
    from handlers.slack_side import connect  # noqa: PLC0415

    logs.set_up()
    try:
        office = installation.open_office(load_settings())
        app = build_app(office, connect(office.settings))
    except FoljsamError as error:  # seconds after the same checks went well
        logs.log().error("worker_refused", reason=error.key)
        raise SystemExit(1) from None
    _keep_what_is_loaded()
    return make_wsgi(_door(office.settings, HealthQuestion(office, None), app))


def _begin(office: Office, command: str) -> Stop:
    logs.set_up()
    stop = Stop()
    stop.listen()
    installation.make_ready(office)
    logs.log().info("starting", command=command, version=version())
    if office.settings.clock_file is not None:
        logs.log().warning("clock_file_in_use", setting="FOLJSAM_CLOCK_FILE")
    return stop


def _require(value: object, name: str) -> None:
    if not value:
        raise Invalid("settings.invalid", name=name, expected=f"settings.expected.{name}")


def _door(settings: Settings, question: HealthQuestion, app: SlackApp) -> Door:
    secrets = tuple(each.get_secret_value().encode("ascii") for each in settings.signing_secrets)
    return Door(health=question, handle=app.handle, secrets=secrets)


def _socket_mode(settings: Settings, app: Any) -> Any:
    from handlers.socket_mode import Intake  # noqa: PLC0415  # only in Socket Mode

    assert settings.app_token is not None
    intake = Intake(app, settings.app_token.get_secret_value())
    intake.connect()
    return intake


def _serve(stop: Stop, pulse: Pulse, **facts: Any) -> None:
    """Stand by until somebody asks us to stop, or the clock is lost."""
    stop.starting = False
    _keep_what_is_loaded()
    logs.log().info("ready", **facts)
    while not stop.wait(1.0):
        if pulse.is_lost:
            logs.log().error("clock_lost", seconds=round(pulse.silence))
            _leave(1)
    logs.log().info("stopping")


def _finish(office: Office, parts: Sequence[Stops], last: Stops | None = None) -> None:
    """Stop everything at the same time, so that each has the whole grace for what is under way.

    ``last`` is what the others hand work to: it stops when they have, with what is left of it.
    """
    until = time.monotonic() + GRACE
    threads = [threading.Thread(target=part.stop, args=(GRACE,), daemon=True) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(GRACE + 0.5)
    if last is not None:
        last.stop(max(until - time.monotonic(), 0.5))
    office.database.close()
    logs.log().info("stopped")
    _leave(0)


def _keep_what_is_loaded() -> None:
    """Tell the collector that what the start has made will stay: a tenth of an answer's time."""
    gc.collect()
    gc.freeze()


def _leave(code: int) -> None:
    """Exit now: a hanging thread of a library must not hold the process."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
