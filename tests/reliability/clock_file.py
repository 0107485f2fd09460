"""The bot's clock in a file, moved together with what the stand-in for Slack carries out late."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from tests.workspace import Workspace


class MovedClock:
    """Moves the file that ``FOLJSAM_CLOCK_FILE`` names.

    What Slack has taken in and not yet carried out comes before the bot can know that its time has
    passed. No step is as long as Slack may take: between first sight and a look lie two steps.
    """

    def __init__(self, file: Path, slack: Workspace, at: datetime) -> None:
        self.file = file
        self._slack = slack
        self._moves = 0
        self.at = at
        self.stand(at)

    def stand(self, at: datetime) -> None:
        """Stand at a moment."""
        self._slack.accept_belated(at.timestamp())
        beside = self.file.with_suffix(".new")
        beside.write_text(at.isoformat(), encoding="utf-8")
        self._moves += 1  # files written within one tick of the disk's clock look the same
        os.utime(beside, ns=(self._moves, self._moves))
        beside.replace(self.file)
        self._slack.belated_from(at.timestamp())
        self.at = at

    def seconds(self) -> float:
        """Give what has passed, as a clock that nobody can set would."""
        return self.at.timestamp()

    def move(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.stand(self.at + timedelta(seconds=seconds))
