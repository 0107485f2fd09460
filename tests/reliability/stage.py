"""One reminder, the real messenger, the stand-in for Slack, and processes that a scenario moves."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.clock import FileClock
from bot.office import Office
from bot.reminders.delivery import Delivery
from bot.settings import Settings
from handlers.messenger import SlackMessenger
from handlers.slack_side import connect
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
        own = owning or ownership(self.office.database)
        self.owning.append(own)
        return Delivery(self.office, messenger or self.messenger, own, progress=progress)

    def rounds(self, process: Delivery, *later: float) -> None:
        """Let a process take a turn after each of so many seconds."""
        for seconds in later:
            self.clock.move(seconds)
            process.round()

    def quiet(self) -> None:
        """Let a process that has just started bring everything to its end."""
        self.rounds(self.process(), *[65.0] * 12)

    def judge(self) -> Verdict:
        """Count by what Slack accepted."""
        return judge(self.slack, self.keys)

    @property
    def has_hurried(self) -> bool:
        """Whether it tried more often than the scenario allows."""
        return self.allowed_tries is not None and self.tries > self.allowed_tries


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
    """Set a stage on a copy of a migrated SQLite file."""
    folder.mkdir(parents=True)
    copy = folder / "register.db"
    shutil.copyfile(template, copy)
    url = f"sqlite:///{copy}"
    keys = owe(url, reminders)
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
