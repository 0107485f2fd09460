"""What else may happen in the middle of the work: frozen workers, a locked or a lost database."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from storage.condition import LEAST_FREE
from tests.reliability.harness import LATEST, STEP, Plan, Report, Siege, besieged, report
from tests.reliability.servers import Server
from tests.sampling import EVERYTHING

TURNS: Final = 4
"""How much of the clock the reminders of such a run are spread over, in turns of a kill."""
FREEZES: Final = 3 if EVERYTHING else 2
ROOM: Final = LEAST_FREE + 40 * 1024 * 1024  # bytes
_HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=20)
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
connection.execute("ROLLBACK")
"""


def with_mishap(plan: Plan, url: str, folder: Path, mishap: Callable[[Siege], None]) -> Report:
    """Do a run in which Slack misbehaves and this happens in the middle."""
    started = time.monotonic()
    with besieged(replace(plan, kills=TURNS), url, folder) as (siege, keys):
        siege.misbehave()
        siege.wait(lambda: len(siege.workers.ready()) == plan.workers)
        siege.clock.move(STEP[1])
        mishap(siege)
        siege.rest()
        siege.behave()
        return report(siege, keys, started)


def frozen(siege: Siege) -> None:
    """Freeze somebody in the middle of a post, for longer than others wait; then let go on."""
    for _ in range(FREEZES):
        siege.clock.move(STEP[1])
        siege.slack.fault("chat.postMessage", "slow", seconds=0.3)
        time.sleep(siege.dice.uniform(0, 0.1))
        victim = siege.dice.choice(siege.workers.at_work)
        victim.freeze()
        siege.kills["frozen"] += 1
        waited = 0.0
        while waited <= 2 * LATEST:
            siege.clock.move(STEP[1])
            waited += STEP[1]
            time.sleep(0.15)
        victim.thaw()


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Let another process hold the database alone."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        assert process.stdout.readline() == "locked\n"
        yield
    finally:
        process.communicate(timeout=20)


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """Give a disk of its own with room for a register; skip where this machine mounts none."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "foljsam-test", str(place)]
    asked = subprocess.run(mount, capture_output=True, text=True, check=False)
    if asked.returncode:
        pytest.skip(f"no disk can be mounted here: {asked.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Let not a byte be free on a disk for a while."""
    filler = disk / "filler"
    with filler.open("wb") as opened, suppress(OSError):
        os.posix_fallocate(opened.fileno(), 0, shutil.disk_usage(disk).free)
    with filler.open("ab", buffering=0) as opened, suppress(OSError):
        while True:
            opened.write(bytes(4096))
    assert shutil.disk_usage(disk).free == 0
    yield
    filler.unlink()


def server_lost(server: Server, how: signal.Signals) -> Callable[[Siege], None]:
    """Give the mishap that the database's server is gone for a while."""

    def mishap(siege: Siege) -> None:
        time.sleep(siege.dice.uniform(0, 0.1))
        server.stop_hard(how)
        siege.kills["server lost"] += 1
        siege.clock.move(STEP[1])
        time.sleep(siege.dice.uniform(0.1, 0.4))
        server.start_again()
        siege.workers.start_anew()

    return mishap
