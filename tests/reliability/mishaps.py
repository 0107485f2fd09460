"""What else may happen in the middle of the work: frozen workers, a locked or a lost database."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from tests.reliability.harness import LATEST, STEP, Plan, Report, Siege, besieged, report
from tests.reliability.servers import Server

TURNS: Final = 4
"""How much of the clock the reminders of such a run are spread over, in turns of a kill."""
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


def frozen(siege: Siege, times: int = 3) -> None:
    """Freeze somebody in the middle of a post, for longer than others wait; then let go on."""
    for _ in range(times):
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
