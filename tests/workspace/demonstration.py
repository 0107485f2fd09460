"""A stand-in for Slack and the real bot, as two processes with a database and a clock of their own.

``make demo`` shows itself with it, the page's tests and pictures are made in it. What is asked and
printed is not here.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from tests.ports import free_port
from tests.workspace import ids
from tests.workspace.client import Workspace
from tests.workspace.client.workspace import ROOT

SCENE = Path(__file__).with_name("demo_scene.json")
START = "2021-09-01T10:00:00+02:00"
STOP_SECONDS = 12


class Failed(Exception):
    """Something did not start or did not work; the text says what."""


class Demonstration:
    """One small workspace with the bot in it, in a folder that is emptied first."""

    def __init__(self, home: Path, port: int = 0, *, tick_seconds: str = "1") -> None:
        self.home = home.resolve()
        self.port = port or free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.settings = self._settings(tick_seconds)
        self.slack: Workspace
        self._stack = ExitStack()
        shutil.rmtree(self.home, ignore_errors=True)
        self.home.mkdir(parents=True)
        self.move_clock(START)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def clock_file(self) -> Path:
        return self.home / "clock"

    @property
    def bot_log(self) -> Path:
        return self.home / "bot.log"

    def _settings(self, tick_seconds: str) -> dict[str, str]:
        """Give the bot's settings: a database of its own, and the stand-in in Slack's place."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | {
            "SLACK_BOT_TOKEN": ids.BOT_TOKEN,
            "SLACK_APP_TOKEN": ids.APP_TOKEN,
            "SLACK_API_URL": f"{self.address}/api/",
            "DATABASE_URL": f"sqlite:///{self.home}/foljsam.db",
            "PORT": str(free_port()),
            "FOLJSAM_CLOCK_FILE": str(self.clock_file),
            "FOLJSAM_TICK_SECONDS": tick_seconds,
            "FOLJSAM_ADMINS": "U_CISSI",
            "FOLJSAM_OPERATIONS_CHANNEL": "C_DRIFT",
        }

    def move_clock(self, instant: str) -> None:
        """Let the bot's clock stand at an instant; written beside and moved in, so never half."""
        beside = self.clock_file.with_suffix(".new")
        beside.write_text(instant, encoding="utf-8")
        beside.replace(self.clock_file)

    def foljsam(self, *arguments: str) -> str:
        """Run one of the operator's commands and give what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            env=self.settings,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            why = done.stderr.strip() or done.stdout.strip()
            raise Failed(f"foljsam {' '.join(arguments)}: {why}")
        return done.stdout.strip()

    def start_slack(self) -> None:
        """Start the stand-in with the page, its clock, and the app installed."""
        preview = [sys.executable, "-m", "bot", "reminders", "preview", "--format", "csv"]
        options = ("--clock-file", str(self.clock_file), "--preview", shlex.join(preview))
        try:
            slack = Workspace.spawn(
                port=self.port, scene=SCENE, options=options, environment=self.settings
            )
        except RuntimeError as problem:
            raise Failed(f"{self.address}: porten är upptagen. Välj en annan med --port.") from (
                problem
            )
        self.slack = self._stack.enter_context(slack)
        self.slack.install(json.loads((ROOT / "manifest.json").read_text(encoding="utf-8")))

    def start_bot(self) -> None:
        """Start the bot and wait until it is connected; what it logs goes to a file."""
        with self.bot_log.open("wb") as log:
            command = [sys.executable, "-m", "bot", "run"]
            bot = subprocess.Popen(command, env=self.settings, cwd=ROOT, stdout=log, stderr=log)
        self._stack.callback(_stop, bot)
        try:
            self.slack.wait_for(lambda: self.slack.connections or bot.poll() is not None, 60)
        except TimeoutError:
            raise Failed(f"Boten fick ingen kontakt med arbetsytan.\n{self._said()}") from None
        if bot.poll() is not None:
            raise Failed(f"Boten startade inte.\n{self._said()}")

    def _said(self) -> str:
        """Give the last that the bot logged."""
        return "\n".join(self.bot_log.read_text(encoding="utf-8").splitlines()[-10:])


def _stop(bot: subprocess.Popen[bytes]) -> None:
    """Ask the bot to end as a supervisor does."""
    bot.terminate()
    try:
        bot.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        bot.kill()
        bot.wait()
