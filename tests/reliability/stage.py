"""Few reminders, the real messenger, the stand-in for Slack, and processes a scenario moves."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text, update

from bot.clock import FileClock, real_now
from bot.office import Office
from bot.reminders.delivery import Delivery
from bot.settings import Settings
from handlers.messenger import SlackMessenger
from handlers.slack_side import connect
from storage import installation, tables
from storage.database import Database
from storage.ownership import Ownership, ownership
from tests.reliability.clock_file import MovedClock
from tests.reliability.counting import Verdict, judge
from tests.reliability.owed import NINE, PEOPLE, owe, person
from tests.workspace import Workspace


@dataclass(slots=True)
class Stage:
    """Where a scenario is played: by the bot's own code, but for what is to be tried out."""

    office: Office
    slack: Workspace
    clock: MovedClock
    messenger: SlackMessenger
    keys: list[str]
    tries: int = 0
    allowed_tries: int | None = None
    """How often a scenario may try to post; None where it does not say."""
    owning: list[Ownership] = field(default_factory=list)

    def process(
        self,
        messenger: Any = None,
        owning: Any = None,
        progress: Callable[[], None] = lambda: None,
    ) -> Delivery:
        """Give a process that has just started."""
        own = self._owning(owning)
        return Delivery(self.office, messenger or self.messenger, own, progress=progress)

    def by_the_machines_clock(self) -> tuple[Delivery, SetByHand]:
        """Give a process that knows no clock file, and the machine's clock, which can be set."""
        clock = SetByHand(self.clock)
        own, office = self._owning(), replace(self.office, clock=clock)
        process = Delivery(office, self.messenger, own, running=self.clock.seconds)
        return process, clock

    def _owning(self, owning: Any = None) -> Any:
        own = owning or ownership(self.office.database)
        self.owning.append(own)
        return own

    def rounds(self, process: Delivery, *later: float) -> None:
        """Let a process take a turn after each of so many seconds."""
        for seconds in later:
            self.clock.move(seconds)
            process.round()

    def quiet(self) -> None:
        """Let a process that has just started bring everything to its end."""
        self.rounds(self.process(), *[65.0] * 12)

    def slack_has_this_time(self) -> None:
        """Let Slack's clock show what the bot's shows."""
        self.slack.advance((self.clock.at - datetime.now(UTC)).total_seconds())

    def cut_the_locks(self) -> None:
        """Let the server end every session that holds a lock of ours."""
        ended = "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory'"
        with self.office.database.writing() as session:
            session.connection().execute(text(ended))

    def judge(self) -> Verdict:
        """Count by what Slack accepted."""
        return judge(self.slack, self.keys)

    @property
    def has_hurried(self) -> bool:
        """Whether it tried more often than the scenario allows."""
        return self.allowed_tries is not None and self.tries > self.allowed_tries


@dataclass(slots=True)
class SetByHand:
    """A machine's clock: it shows what has passed, and besides that what somebody has set."""

    passing: MovedClock
    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return self.passing.at.astimezone(UTC) + self.ahead


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of the register, and when it was taken by the bot's clock."""

    file: Path
    at: datetime


def back_up(database: Database, at: datetime) -> Backup:
    """Copy a register on SQLite while others use it."""
    assert database.path is not None
    copy = database.path.with_suffix(".backup")
    with (
        closing(sqlite3.connect(database.path)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
    return Backup(copy, at)


def put_back(database: Database, backup: Backup) -> None:
    """Put a copy in its place, on a machine that knows nothing else; everybody starts anew.

    It knows what was sent until it was taken by the bot's clock; the wait after it has passed.
    """
    assert database.path is not None
    database.close()
    for ending in ("-wal", "-shm", ".sent.jsonl"):
        database.path.with_name(database.path.name + ending).unlink(missing_ok=True)
    shutil.copyfile(backup.file, database.path)
    with database.writing() as session:
        installation.mark_restored(session, real_now() - timedelta(hours=1), backup.at)
        table = tables.installation
        later = update(table).where(table.c.restored_from > backup.at)
        session.connection().execute(later.values(restored_from=backup.at))


class Interrupted:
    """A messenger to whose first post or question something happens just before it leaves."""

    def __init__(
        self,
        messenger: Any,
        *,
        before_post: Callable[[], None] | None = None,
        before_channel: Callable[[], None] | None = None,
    ) -> None:
        self._messenger = messenger
        self._before_post = before_post
        self._before_channel = before_channel

    def __getattr__(self, name: str) -> Any:
        return getattr(self._messenger, name)

    def post(self, *words: Any, **named: Any) -> Any:
        """Post, the first time after what happens before."""
        happens, self._before_post = self._before_post, None
        if happens is not None:
            happens()
        return self._messenger.post(*words, **named)

    def channel_of(self, recipient: str) -> Any:
        """Give the channel, the first time after what happens before."""
        happens, self._before_channel = self._before_channel, None
        if happens is not None:
            happens()
        return self._messenger.channel_of(recipient)


class LostSession:
    """The ownership of a process whose database session is gone, and which does not know it."""

    @contextmanager
    def of(self, _row_id: int) -> Iterator[bool]:
        """Say that the row is ours, which it no longer is."""
        yield True

    def holds(self) -> bool:
        """Say so until the next question to the server."""
        return True

    def close(self) -> None:
        """Have nothing to let go of."""


@contextmanager
def staged(template: Path, folder: Path, reminders: int = 1) -> Iterator[Stage]:
    """Set a stage on a copy of a migrated SQLite file; all of it is owed to one person."""
    folder.mkdir(parents=True)
    copy = folder / "register.db"
    shutil.copyfile(template, copy)
    with staged_on(f"sqlite:///{copy}", folder, reminders) as stage:
        yield stage


@contextmanager
def staged_on(url: str, folder: Path, reminders: int = 1) -> Iterator[Stage]:
    """Set a stage on an empty, migrated database."""
    folder.mkdir(parents=True, exist_ok=True)
    keys = owe(url, reminders, people=1)
    with Workspace.start() as slack:
        for number in range(PEOPLE):
            slack.add_person(person(number))
        clock = MovedClock(folder / "clock", slack, NINE)
        settings = Settings(
            _env_file=None,
            DATABASE_URL=url,
            SLACK_BOT_TOKEN=slack.bot_token,
            SLACK_API_URL=slack.api_url,
            FOLJSAM_MESSAGES_A_WEEK="0",
        )
        office = Office(settings, FileClock(clock.file), Database(url))
        side = connect(settings)
        stage = Stage(office, slack, clock, SlackMessenger(side, settings), keys)
        try:
            yield stage
        finally:
            for each in stage.owning:
                each.close()
            office.database.close()
