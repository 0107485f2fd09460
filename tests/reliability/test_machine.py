"""Whatever happens in whatever order: each reminder stands at most once, and in the end it stands.

Hypothesis makes up the stories: time passes, processes take turns and die in the middle of them,
Slack fails, evaluations are held and moved and handed over, a backup is put back. A failure
prints the shortest story.
``HYPOTHESIS_PROFILE=soak`` tells many more, and other ones each time.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import event

from bot import installation
from bot.clock import FileClock
from bot.evaluations.holding import hold
from bot.office import Office
from bot.reminders.delivery import Delivery
from bot.reminders.messenger import Trouble
from bot.settings import Settings
from storage.database import Database
from storage.models import OutboxKind, OutboxState
from storage.ownership import Ownership, ownership
from tests.register import (
    ANNA,
    BJORN,
    CISSI,
    an_actor,
    change,
    evaluations,
    registered,
    reminders,
)
from tests.reliability.fake_slack import FAULTS, POINTS, Death, FakeSlack
from tests.reliability.stage import Backup, back_up, put_back

BEGINS = datetime.fromisoformat("2021-10-20T08:59:30+02:00")
AGREEMENTS = {1: ANNA, 2: ANNA, 3: BJORN}
PROCESSES = (0, 1)
ENDED = {"sent", "held", "cancelled"}
SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"


class Hands(FileClock):
    """A clock that is moved; settling follows it as it follows a file."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant


class Life(RuleBasedStateMachine):
    """Two processes, three agreements, one Slack."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="foljsam-machine-"))
        shutil.copyfile(self.template, self.folder / "register.db")
        url = f"sqlite:///{self.folder / 'register.db'}"
        self.clock = Hands(datetime.fromisoformat("2021-09-01T10:00:00+02:00"))
        told = Settings(_env_file=None, DATABASE_URL=url, FOLJSAM_ADMINS=CISSI)
        self.office = Office(told, self.clock, Database(url))
        event.listen(self.office.database.engine, "connect", _without_the_disk)
        self.slack = FakeSlack(self.clock.now, self._posted)
        self.owning: list[Ownership] = [ownership(self.office.database) for _ in PROCESSES]
        self.processes = [self._started(which) for which in PROCESSES]
        self.touched: set[int] = set()
        self.fences: dict[str, int] = {}
        self.wrong: list[str] = []
        self.rows_left = 10**6
        self.backup: Backup | None = None
        with self.office.database.writing() as session:
            installation.ensure(session, self.office.now())
        for number, coordinator in AGREEMENTS.items():
            registered(
                self.office,
                f"Avtal {number}",
                number=str(number),
                coordinator=coordinator,
                starts_on="2021-06-01",
                ends_on="2022-05-31",
                steps="-30, -29",
            )
        self.clock.instant = BEGINS

    def _started(self, which: int) -> Delivery:
        self.owning[which].close()
        self.owning[which] = ownership(self.office.database)
        return Delivery(self.office, self.slack, self.owning[which], progress=self._progressed)

    def _progressed(self) -> None:
        self.rows_left -= 1
        if self.rows_left == 0:
            raise Death

    def _posted(self, wire_key: str, members: Sequence[str]) -> None:
        """See what the database says at the moment of a post: the intent must be there, anew."""
        rows = {row.wire_key: row for row in reminders(self.office)}
        row = rows[wire_key]
        if row.state is not OutboxState.sending:
            self.wrong.append(f"posted while {row.state}")
        if row.fence <= self.fences.get(wire_key, 0):
            self.wrong.append("posted twice with one intent")
        if any(rows[key].bundled_in != row.id for key in members):
            self.wrong.append("a digest told of what is not its own")
        self.fences[wire_key] = row.fence

    # -- what happens

    @rule(seconds=st.sampled_from([1, 30, 65, 75, 400, 3_600, 86_400]))
    def time_passes(self, seconds: int) -> None:
        then = self.clock.instant + timedelta(seconds=seconds)
        self.slack.accept_by(then)
        self.clock.instant = then

    @rule(which=st.sampled_from(PROCESSES))
    def takes_a_turn(self, which: int) -> None:
        try:
            self.processes[which].round()
        except Death:
            self.processes[which] = self._started(which)
            self.slack.dies_at, self.rows_left = None, 10**6

    @rule(which=st.sampled_from(PROCESSES), point=st.sampled_from(POINTS))
    def dies_at_a_request(self, which: int, point: str) -> None:
        self.slack.dies_at = point
        self.takes_a_turn(which)
        self.slack.dies_at = None

    @rule(which=st.sampled_from(PROCESSES), rows=st.integers(1, 6))
    def dies_between_rows(self, which: int, rows: int) -> None:
        self.rows_left = rows
        self.takes_a_turn(which)
        self.rows_left = 10**6

    @rule(which=st.sampled_from(PROCESSES))
    def is_started_anew(self, which: int) -> None:
        self.processes[which] = self._started(which)

    @rule(fault=st.sampled_from(FAULTS), first=st.sampled_from([None, *FAULTS]))
    def posts_will_fail(self, fault: str, first: str | None) -> None:
        self.slack.faults = [each for each in (first, fault) if each]

    @rule(trouble=st.sampled_from([Trouble.unsure, Trouble.not_now, Trouble.nobody_may]))
    def a_look_will_fail(self, trouble: Trouble) -> None:
        self.slack.looks = [trouble]

    @rule()
    def the_token_dies_or_lives_again(self) -> None:
        self.slack.token_is_good = not self.slack.token_is_good

    @rule(number=st.sampled_from(list(AGREEMENTS)))
    def an_evaluation_is_held(self, number: int) -> None:
        first = evaluations(self.office, number)[0]
        if first.held_on is not None:
            return
        self.touched.add(number)
        with self.office.database.writing() as session:
            cissi = an_actor(session.connection(), self.office, CISSI)
            revision = first.revision
            hold(session, self.office, cissi, evaluation_id=first.id, revision=revision)

    @rule(
        number=st.sampled_from(list(AGREEMENTS)),
        starts_on=st.sampled_from(["2021-05-31", "2021-06-01", "2021-06-02", "2021-06-08"]),
    )
    def a_term_is_moved(self, number: int, starts_on: str) -> None:
        self.touched.add(number)
        change(self.office, number, starts_on=starts_on)

    @rule(number=st.sampled_from(list(AGREEMENTS)), who=st.sampled_from([ANNA, BJORN, CISSI]))
    def an_agreement_is_handed_over(self, number: int, who: str) -> None:
        self.touched.add(number)
        change(self.office, number, coordinator=who)

    @rule()
    def a_backup_is_taken(self) -> None:
        self.backup = back_up(self.office.database, self.clock.instant)

    @rule()
    def the_backup_is_put_back(self) -> None:
        if self.backup is None:
            return
        for each in self.owning:
            each.close()
        put_back(self.office.database, self.backup)
        self.fences.clear()  # they are counted anew from where the backup stood
        for which in PROCESSES:
            self.is_started_anew(which)
        self.time_passes(400)  # the bot waits until Slack shows what came just before

    @rule(which=st.sampled_from(PROCESSES), seconds=st.sampled_from([30, 65, 86_400]))
    def what_a_turn_did_is_forgotten(self, which: int, seconds: int) -> None:
        self.a_backup_is_taken()
        self.time_passes(seconds)
        self.takes_a_turn(which)
        self.the_backup_is_put_back()

    # -- what must hold at any time

    @invariant()
    def each_key_stands_at_most_once(self) -> None:
        doubled = [key for key, many in Counter(self.slack.keys()).items() if many > 1]
        assert doubled == []

    @invariant()
    def what_is_called_sent_stands_in_slack(self) -> None:
        accepted = set(self.slack.keys())
        sent = {row.wire_key for row in reminders(self.office, "sent")}
        assert sent <= accepted

    @invariant()
    def no_post_was_without_its_intent(self) -> None:
        assert self.wrong == []

    # -- and in the end

    def teardown(self) -> None:
        try:
            self._everything_comes_to_its_end()
        finally:
            for each in self.owning:
                each.close()
            self.office.database.close()
            shutil.rmtree(self.folder)

    def _everything_comes_to_its_end(self) -> None:
        self.slack.heal()
        for which in PROCESSES:
            self.is_started_anew(which)
        for _ in range(3):
            self._quiet(75, PROCESSES)
        for _ in range(11):  # over nights and weekends, into the week after next
            self._quiet(86_400, PROCESSES[:1])
        self.each_key_stands_at_most_once()
        self.what_is_called_sent_stands_in_slack()
        self.no_post_was_without_its_intent()
        assert self._not_ended() == []
        assert self._cancelled_for_nothing() == []

    def _quiet(self, seconds: int, processes: Sequence[int]) -> None:
        self.time_passes(seconds)
        if self.clock.instant.hour < 9:
            self.time_passes(3_600 * (10 - self.clock.instant.hour))
        for which in processes:
            self.takes_a_turn(which)

    def _not_ended(self) -> list[Any]:
        rows = {row.id: row for row in reminders(self.office)}
        last = self.clock.instant - timedelta(days=7)
        return [
            (row.natural_key, row.state)
            for row in rows.values()
            if row.due_at <= last
            and (rows[row.bundled_in] if row.state == "bundled" else row).state not in ENDED
        ]

    def _cancelled_for_nothing(self) -> list[Any]:
        """Give what nobody touched and that is cancelled, but for what others got in its place."""
        rows = reminders(self.office)
        sent = [row for row in rows if row.state is OutboxState.sent]
        arrived = {row.subject_id for row in sent if row.kind == OutboxKind.evaluation}
        return [
            row.natural_key
            for row in rows
            if row.state is OutboxState.cancelled
            and row.agreement_id in set(AGREEMENTS) - self.touched
            and not (row.reason == "rerouted" and row.id in arrived)
        ]


def _without_the_disk(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")  # no machine goes down in these stories


def test_in_any_story_each_reminder_stands_at_most_once_and_none_is_lost(sqlite_template):
    class OnACopy(Life):
        """The same, on copies of this test's own file."""

        template = sqlite_template

    run_state_machine_as_test(
        OnACopy,
        settings=settings(
            max_examples=3_000 if SOAK else 10,
            stateful_step_count=30,
            deadline=None,
            derandomize=not SOAK,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
