"""A run: reminders fall due one after the other while workers are killed and Slack misbehaves.

Everything that is chosen is drawn from the seed: the faults, the moments and the points of the
kills, the steps of the clock. What the processes make of it between them is theirs.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

from storage.database import Database
from tests.reliability.clock_file import MovedClock
from tests.reliability.counting import Verdict, judge
from tests.reliability.owed import NINE, PEOPLE, owe, person, states
from tests.reliability.workers import Workers, environment
from tests.workspace import Workspace

POINTS: Final = ("kill_before", "kill_later", "kill_after", "kill_after_answer")
"""Where a worker is killed: before its post is accepted (or long before), after it was, after it
was answered. Half of the kills come at any moment instead."""
ON_A_POST: Final[tuple[str, ...]] = (
    "cut_before",
    "reset_before",
    "cut_after",
    "reset_after",
    *["cut_later"] * 4,
    "500_before",
    "500_after",
    *["500_later"] * 3,
    "503_before",
    "503_after",
    "429",
    "truncated",
    "empty",
    "html",
    "fatal_error",
)
ON_A_LOOK: Final = ("cut_before", "500_before", "truncated", "html")
LATEST: Final = 69.0
"""Seconds after which Slack has accepted what it will: a little less than the bot waits."""
STEP: Final = (25.0, 65.0)
"""Seconds that the clock is moved by at a time: less than the bot waits."""
A_TURN: Final = 95  # seconds of the clock, on average
ANY_MOMENT: Final = "any moment"
RESTS: Final = 0.25  # how often the workers are left in peace for a while before a kill
PATIENCE: Final = 6.0  # real seconds for one kill to come about
SOON: Final = 0.005
ENDED: Final = {"sent", "bundled", "held", "cancelled"}
QUIET: Final = 40.0  # real seconds for everything to settle in the end


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to be."""

    seed: int
    reminders: int
    kills: int
    workers: int
    faults: float = 0.2
    forked: bool = True  # from a process that has loaded the program, not each from nothing


@dataclass(slots=True)
class Report:
    """What a run came to."""

    plan: Plan
    verdict: Verdict
    kills: Counter[str]
    faults: Counter[str]
    left: dict[str, int]
    seconds: float
    said: str

    @property
    def is_good(self) -> bool:
        """Whether each reminder came once, and every kill and every row came to its end."""
        return self.verdict.is_good and set(self.left) <= {"sent", "bundled"}

    def __str__(self) -> str:
        """Tell it so that the run can be repeated."""
        return (
            f"seed {self.plan.seed}: {self.plan}\nlost {self.verdict.lost}\n"
            f"doubled {self.verdict.doubled}\nleft {self.left}\nkills {dict(self.kills)}\n"
            f"faults {dict(self.faults)}\n{self.seconds:.1f} s\n{self.said}"
        )


@dataclass(slots=True)
class Siege:
    """A Slack that misbehaves, workers that are killed, and the clock between them."""

    plan: Plan
    slack: Workspace
    clock: MovedClock
    workers: Workers
    database: Database
    dice: random.Random
    folder: Path
    kills: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    def misbehave(self) -> None:
        """Let Slack fail as often as the plan says, each time in a way of its own."""
        chance = self.plan.faults / len(ON_A_POST)
        self.slack.clear_faults(self.plan.seed)
        for kind in ON_A_POST:
            late: dict[str, Any] = {}
            if kind.endswith("_later"):
                late = {"seconds": 5.0, "up_to": LATEST}
            self.slack.fault("chat.postMessage", kind, times=0, chance=chance, **late)
        for kind in ON_A_LOOK:
            share = self.plan.faults / len(ON_A_LOOK)
            self.slack.fault("conversations.history", kind, times=0, chance=share)
        self.slack.fault("conversations.open", "cut_before", times=0, chance=self.plan.faults / 2)

    def behave(self) -> None:
        """Let nothing go wrong any more, and remember what did."""
        struck = self.slack.struck_faults()
        self.faults.update({kind: many for kind, many in struck.items() if many})
        self.slack.clear_faults()

    def turn(self, kind: str) -> None:
        """Let some time pass, kill somebody so, start a successor."""
        if self.dice.random() < RESTS:
            self.rest()
        self.clock.move(self.dice.uniform(*STEP))
        died = self._kill_at_any_moment() if kind == ANY_MOMENT else self._kill_at(kind)
        self.kills[kind] += died
        self.workers.start_anew()

    def rest(self) -> None:
        """Let everybody work until what was doubtful has settled."""
        self.wait(lambda: len(self.workers.ready()) == self.plan.workers)
        for _ in range(3):
            self.clock.move(self.dice.uniform(*STEP))
            time.sleep(0.12)

    def settle(self) -> dict[str, int]:
        """Let time pass until nothing is left to be done; give how the rows stand."""
        deadline = time.monotonic() + QUIET
        while set(states(self.database)) - ENDED and time.monotonic() < deadline:
            self.pass_time()
        for _ in range(3):  # what is still on its way to Slack arrives, and nobody answers it
            self.pass_time()
        return states(self.database)

    def pass_time(self) -> None:
        """Let a minute pass and the workers take it in."""
        self.clock.move(STEP[1])
        time.sleep(0.2)  # two rounds of theirs
        self.workers.start_anew()

    def _kill_at(self, point: str) -> bool:
        late = self.dice.uniform(1, LATEST)
        self.slack.fault("chat.postMessage", point, seconds=late)
        alive = [each for each in self.workers.at_work if each.is_alive]
        return self.wait(lambda: any(not each.is_alive for each in alive))

    def _kill_at_any_moment(self) -> bool:
        if not self.wait(lambda: bool(self.workers.ready())):
            return False
        time.sleep(self.dice.uniform(0, 0.15))
        ready = self.workers.ready()
        if ready:
            self.dice.choice(ready).kill()
        return bool(ready)

    def wait(self, condition: Callable[[], bool]) -> bool:
        """Wait until something has come about; time goes on where those at work have nothing to do.

        A start takes as long as the machine takes; only what they do then is waited for in vain.
        """
        given_up = time.monotonic() + QUIET
        began = moved = time.monotonic()
        while not condition():
            now = time.monotonic()
            if now - began > PATIENCE or now > given_up:
                return False
            if not self.workers.ready():
                began = moved = now
            elif now - moved > 1.0:
                self.clock.move(STEP[0])
                moved = now
            time.sleep(SOON)
        return True


def schedule(plan: Plan) -> list[str]:
    """Say how each kill is to come about, every point as often as any other."""
    points = islice(cycle(POINTS), plan.kills // 2)
    kinds = [*points, *[ANY_MOMENT] * (plan.kills - plan.kills // 2)]
    random.Random(plan.seed).shuffle(kinds)
    return kinds


@contextmanager
def besieged(
    plan: Plan, url: str, folder: Path, people: int = PEOPLE, **named: str
) -> Iterator[tuple[Siege, list[str]]]:
    """Prepare a run on an empty, migrated database; give it with the keys that are owed.

    ``named`` are settings of the workers besides their own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    over = timedelta(seconds=A_TURN * plan.kills)
    keys = owe(url, plan.reminders, over=over, people=people)
    with Workspace.start() as slack:
        for number in range(people):
            slack.add_person(person(number, people))
        clock = MovedClock(folder / "clock", slack, NINE)
        database = Database(url)
        workers = Workers(
            plan.workers,
            folder,
            {**environment(url, slack, clock.file), **named},
            forked=plan.forked,
        )
        siege = Siege(plan, slack, clock, workers, database, random.Random(plan.seed), folder)
        try:
            yield siege, keys
        finally:
            workers.close()
            database.close()


def run(plan: Plan, url: str, folder: Path) -> Report:
    """Do a whole run."""
    started = time.monotonic()
    with besieged(plan, url, folder) as (siege, keys):
        siege.misbehave()
        for kind in schedule(plan):
            siege.turn(kind)
        siege.behave()
        return report(siege, keys, started)


def report(siege: Siege, keys: list[str], started: float) -> Report:
    """Let everything settle and count."""
    left = siege.settle()
    return Report(
        siege.plan,
        judge(siege.slack, keys),
        siege.kills,
        siege.faults,
        left,
        time.monotonic() - started,
        siege.workers.said(),
    )
