"""The real bot in a process of its own, with the register of ``make demo``."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from bot import installation
from bot.clock import StandingClock
from bot.office import Office
from bot.settings import Settings
from bot.workbook.importing import import_register
from storage import migrations
from storage.database import Database
from tests.workspace.demonstration import START, Demonstration
from tests.workspace_demo.make_register import write_register


class Town(Demonstration):
    """A demonstration that can be begun anew without being started anew."""

    @property
    def register(self) -> Path:
        return self.home / "foljsam.db"

    def keep_beginning(self) -> None:
        """Remember the register as it is now."""
        _copy(self.register, self.home / "beginning.db")

    def start_over(self) -> None:
        """Let register and clock be as at the beginning; what was said in Slack stays said."""
        self.move_clock(START)
        _copy(self.home / "beginning.db", self.register)


def _copy(one: Path, other: Path) -> None:
    """Copy a database into another that may be in use, in one transaction."""
    with closing(sqlite3.connect(one)) as source, closing(sqlite3.connect(other)) as target:
        source.backup(target)


@contextmanager
def a_town(folder: Path, port: int = 0) -> Iterator[Town]:
    """Start the stand-in with its page and clock, fill the register, start the bot."""
    with Town(folder / "town", port, tick_seconds="0.2") as town:
        town.settings["FOLJSAM_ACTS_A_MINUTE"] = "1000000"  # a few people play every test
        _fill(town.settings["DATABASE_URL"], folder)
        town.keep_beginning()
        town.start_slack()
        town.start_bot()
        yield town


def _fill(url: str, folder: Path) -> None:
    """Import the demonstration's workbook, in this process: faster than the command."""
    database = Database(url)
    migrations.upgrade(database)
    settings = Settings(_env_file=None, DATABASE_URL=url)
    office = Office(settings, StandingClock(datetime.fromisoformat(START)), database)
    workbook = folder / "register.xlsx"
    write_register(workbook)
    with database.writing() as session:
        installation.ensure(session, office.now())
        report = import_register(session, office, workbook, actor="terminal")
    database.close()
    assert not report.errors, report.errors
