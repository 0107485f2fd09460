"""The real app on a real database behind the real door, and a record of all that went wrong."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog

from bot import installation
from bot.clock import StandingClock
from bot.office import Office
from bot.settings import Settings
from handlers.app import build_app
from handlers.reception import Reception
from handlers.slack_side import connect
from handlers.web import Door, Wsgi, make_wsgi
from storage.database import Database
from tests.handlers.web.hostility import Request, signed
from tests.handlers.web.kinds import command, wrapped
from tests.handlers.web.street import NOW, SECRET
from tests.register import registered
from tests.workspace.client import Workspace

OURS = {"request_failed", "door_failed"}
"""What is logged where something has happened that nobody thought of."""
WAIT = 20.0  # seconds


class _Log:
    """Keeps what we log ourselves, with the traceback that the real log leaves out."""

    def __init__(self) -> None:
        self.failed: list[str] = []

    def __call__(self, _logger: Any, _method: str, line: Any) -> Any:
        if line["event"] in OURS:
            self.failed.append(f"{line} {traceback.format_exc(limit=-4)}")
        raise structlog.DropEvent


class _Errors(logging.Handler):
    """Keeps what the libraries log as an error, but for calls that failed: those are raised."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith("slack_sdk."):
            self.told.append(f"{record.name}: {record.getMessage()[:300]}")


_Kept = tuple[_Log, _Errors, list[str]]


@dataclass
class TownHall:
    """A door or two with the bot behind them, and what has been unhandled so far."""

    office: Office
    slack: Workspace
    reception: Reception
    doors: list[Wsgi]
    logged: _Log
    errors: _Errors
    died: list[str] = field(default_factory=list)

    def ask(self, request: Request, door: int = 0) -> tuple[int, bytes]:
        """Hand a request to a door, and wait until all that it set going is done."""
        told: list[str] = []
        answer = b"".join(
            self.doors[door](request.environ(), lambda status, _headers: told.append(status))
        )
        assert self.reception.stop(WAIT), "an answer is owed for ever"
        return int(told[0].split()[0]), answer

    def send(self, kind: str, payload: Any, door: int = 0) -> tuple[int, bytes]:
        """Sign a payload of a kind, and send it."""
        content_type, raw = wrapped(kind, payload)
        return self.ask(signed(raw, content_type), door)

    def unhandled(self) -> list[str]:
        """Say what went wrong without anybody having thought of it."""
        return self.logged.failed + self.errors.told + self.died

    def still_answers(self, number: int = 0) -> bool:
        """Ask an ordinary question, and say whether it is answered."""
        asked = command("status kultur", trigger_id=f"after.{number}")
        status, answer = self.send("command status", asked)
        return status == 200 and "Kultur 1740" in answer.decode()


@contextmanager
def opened(url: str, *, doors: int = 1, overheard: bool = True) -> Iterator[TownHall]:
    """Open the doors on a migrated database; without ``overheard`` the log is left as it is."""
    clock = StandingClock(datetime(2021, 9, 1, 8, tzinfo=UTC))
    nothing: AbstractContextManager[_Kept] = nullcontext((_Log(), _Errors(), []))
    listening = _overheard() if overheard else nothing
    with Workspace.start() as slack, listening as (logged, errors, died):
        slack.add_person("U_ANNA")
        slack.add_person("U_CISSI")
        slack.add_person("U_KJELL", kind="outsider", team="T_FORENING")
        settings = Settings(
            _env_file=None,
            DATABASE_URL=url,
            SLACK_BOT_TOKEN=slack.bot_token,
            SLACK_API_URL=slack.api_url,
            FOLJSAM_ADMINS="U_CISSI",
            FOLJSAM_ACTS_A_MINUTE="1000000",  # one person asks everything
        )
        office = Office(settings, clock, Database(url))
        installation.make_ready(office)
        _settle(office)
        side = connect(settings)
        reception = Reception(office, side)
        made = [
            make_wsgi(
                Door(
                    health=lambda: (200, {}),
                    handle=build_app(office, side, reception=reception).handle,
                    secrets=(SECRET,),
                    now=lambda: float(NOW),
                )
            )
            for _ in range(doors)
        ]
        yield TownHall(office, slack, reception, made, logged, errors, died)
        office.database.close()


def _settle(office: Office) -> None:
    """Register what is asked about, with an evaluation that Anna can hold."""
    term = {"starts_on": "2021-01-01", "ends_on": "2022-12-31", "evaluations_per_year": 2}
    registered(office, "Kultur 1740", number="IOP-1", coordinator="U_ANNA", **term)
    registered(office, "Konstkollektivet", number="IOP-2")


@contextmanager
def _overheard() -> Iterator[_Kept]:
    """Listen to our log, to the libraries' and to threads that die."""
    logged, errors, died = _Log(), _Errors(), []
    before, hook = structlog.get_config(), threading.excepthook
    structlog.configure(processors=[logged], cache_logger_on_first_use=False)
    logging.getLogger().addHandler(errors)
    threading.excepthook = lambda args: died.append(f"{args.thread}: {args.exc_type}")
    try:
        yield logged, errors, died
    finally:
        threading.excepthook = hook
        logging.getLogger().removeHandler(errors)
        structlog.configure(**before)
