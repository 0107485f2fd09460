"""Real processes of ``foljsam worker``: started, watched, killed, frozen, started anew."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import bot
from tests.overheard import heard
from tests.workspace import Workspace

TICK = "0.1"
PATIENCE = 10.0  # seconds for a process to be gone


@dataclass(slots=True)
class Worker:
    """One process, and the file that holds what it says."""

    pid: int
    log: Path
    process: subprocess.Popen[bytes] | None = None  # None: the child of another

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended."""
        if self.process is not None:
            return self.process.poll() is None
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    @property
    def is_ready(self) -> bool:
        """Whether it is alive and has come to the end of its start."""
        return self.is_alive and self.log.exists() and b'"ready"' in self.log.read_bytes()

    def kill(self) -> None:
        """End it as a power cut would: it can do nothing about it."""
        self._signal(signal.SIGKILL)
        deadline = time.monotonic() + PATIENCE
        while self.is_alive and time.monotonic() < deadline:
            time.sleep(0.001)

    def freeze(self) -> None:
        """Stop it in the middle of whatever it does."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on as if nothing had been."""
        self._signal(signal.SIGCONT)

    def _signal(self, which: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, which)


class Fresh:
    """Starts each worker as an operator does, from nothing."""

    def __init__(self, folder: Path, named: Mapping[str, str]) -> None:
        self._folder, self._environment = folder, dict(named)

    def start(self, log: Path) -> Worker:
        """Start one and do not wait."""
        with log.open("wb") as opened:
            process = subprocess.Popen(
                [sys.executable, "-m", "bot", "worker"],
                cwd=self._folder,
                env=self._environment,
                stdout=subprocess.DEVNULL,
                stderr=opened,
            )
        return Worker(process.pid, log, process)

    def close(self) -> None:
        """Have nothing to end."""


class Forked:
    """Starts each worker from a process that has loaded the program (``forking.py``)."""

    def __init__(self, folder: Path, named: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.forking"],
            cwd=folder,
            env=dict(named),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, log: Path) -> Worker:
        """Start one and do not wait."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{log}\n")
        self._process.stdin.flush()
        return Worker(int(self._process.stdout.readline()), log)

    def close(self) -> None:
        """End the process that has loaded the program."""
        self._process.communicate(timeout=PATIENCE)


class Workers:
    """So many at work at once; whoever has ended has a successor started, as a supervisor does."""

    def __init__(self, many: int, folder: Path, named: Mapping[str, str], *, forked: bool) -> None:
        self._folder = folder
        self._starter = Forked(folder, named) if forked else Fresh(folder, named)
        self._started = 0
        self.at_work = [self._start() for _ in range(many)]

    def start_anew(self) -> int:
        """Give each that has ended a successor; say how many."""
        gone = [place for place, each in enumerate(self.at_work) if not each.is_alive]
        for place in gone:
            self.at_work[place] = self._start()
        return len(gone)

    def ready(self) -> list[Worker]:
        """Give those that are alive and have begun."""
        return [each for each in self.at_work if each.is_ready]

    def close(self) -> None:
        """Leave nothing running."""
        for each in self.at_work:
            each.kill()
        self._starter.close()
        for log in self._folder.glob("worker-*.log"):
            heard(log.read_text(errors="replace"))

    def said(self) -> str:
        """Give the last lines of each, for a failure's message."""
        tails = [each.log.read_text(errors="replace")[-1500:] for each in self.at_work]
        return "\n---\n".join(tails)

    def _start(self) -> Worker:
        self._started += 1
        return self._starter.start(self._folder / f"worker-{self._started}.log")


def environment(url: str, slack: Workspace, clock_file: Path) -> Mapping[str, str]:
    """Give the settings of a worker, and nothing else of ours."""
    passed = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return passed | {
        "PYTHONPATH": str(Path(bot.__file__).parents[1]),
        "DATABASE_URL": url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_API_URL": slack.api_url,
        "FOLJSAM_CLOCK_FILE": str(clock_file),
        "FOLJSAM_TICK_SECONDS": TICK,
        "FOLJSAM_MESSAGES_A_WEEK": "0",
    }
