"""What every benchmark stands on: how long to measure, registers to copy, a stand-in for Slack."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from bot.clock import RealClock
from bot.office import Office
from bot.settings import Settings
from storage.database import Database
from tests.benchmarks import register, signing
from tests.workspace.client import Workspace


@dataclass
class Bench:
    """One run of the benchmarks, in a folder that is thrown away after it."""

    folder: Path
    rounds: int = 7
    seconds: float = 1.0  # of load in a round
    calls: int = 1_000  # in one measurement in process
    sizes: tuple[int, int] = (100, 10_000)  # agreements in the small and in the large register
    rows: int = 100_000  # reminders owed, payments written
    answers: int = 10_000  # before memory is weighed
    _made: dict[int, Path] = field(default_factory=dict)
    _copies: Iterator[int] = field(default_factory=count)

    def register(self, agreements: int) -> str:
        """Give the address of a register of its own with so many agreements."""
        if agreements not in self._made:
            path = self.folder / f"register-{agreements}.db"
            self._made[agreements] = register.make(path, agreements)
        copy = self.folder / f"copy-{next(self._copies)}.db"
        shutil.copyfile(self._made[agreements], copy)
        return f"sqlite:///{copy}"

    @contextmanager
    def database(self, agreements: int) -> Iterator[Database]:
        """Open a register of its own."""
        database = Database(self.register(agreements))
        try:
            yield database
        finally:
            database.close()

    @contextmanager
    def office(self, agreements: int, slack: Workspace) -> Iterator[Office]:
        """Open an office on a register of its own, in this process."""
        named = self.settings(slack) | {"DATABASE_URL": self.register(agreements)}
        settings = Settings(_env_file=None, **named)  # type: ignore[arg-type]
        office = Office(settings, RealClock(), Database(named["DATABASE_URL"]))
        try:
            yield office
        finally:
            office.database.close()

    @contextmanager
    def slack(self) -> Iterator[Workspace]:
        """Run a workspace of its own with Anna, a guest, and somebody who is gone."""
        with Workspace.spawn() as slack:
            slack.settings(signing_secret=signing.SECRET)
            slack.rates("off")
            slack.add_person("U_ANNA", name="Anna Ek")
            slack.add_person("U_GRETA", name="Greta", kind="multi_channel_guest")
            slack.add_person("U_BORTA", kind="deactivated")
            yield slack

    def settings(self, slack: Workspace) -> dict[str, str]:
        """Give the settings of a bot in that workspace, over HTTP; its clock ticks once."""
        return {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_SIGNING_SECRET": signing.SECRET,
            "SLACK_API_URL": slack.api_url,
            "FOLJSAM_TICK_SECONDS": "3600",
            "FOLJSAM_ACTS_A_MINUTE": "1000000",  # one person asks everything
            "FOLJSAM_STEPS": "5",  # after the day: nothing in the register is late
        }
