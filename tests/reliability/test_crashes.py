"""No reminder is lost and none comes twice, whoever is killed, frozen or cut off, and whenever.

What counts is what the stand-in for Slack accepted. Each failure names its seed; ``make soak`` does
the same hundreds of times.
"""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import select

from storage import tables
from storage.database import Database
from storage.rows import AnyRow
from tests.reliability import mishaps
from tests.reliability.counting import keys_accepted
from tests.reliability.harness import ANY_MOMENT, POINTS, STEP, Plan, Siege, besieged, report, run
from tests.reliability.owed import person
from tests.reliability.servers import HARD, Server, own_server

SEED = 20211020


def workers_on(url: str) -> int:
    return 2 if url.startswith("sqlite") else 3


def test_whoever_is_killed_each_reminder_comes_once(database_url, tmp_path):
    plan = Plan(SEED, reminders=70, kills=9, workers=workers_on(database_url))
    done = run(plan, database_url, tmp_path / "run")
    assert done.is_good, str(done)
    assert sum(done.kills.values()) >= 8, str(done)
    assert all(done.kills[kind] for kind in (*POINTS, ANY_MOMENT)), str(done)
    others = sum(many for kind, many in done.faults.items() if "kill" not in kind)
    assert others >= 3, str(done)


def test_who_was_frozen_and_goes_on_sends_nothing_twice(database_url, tmp_path):
    plan = Plan(SEED, reminders=60, kills=0, workers=workers_on(database_url))
    done = mishaps.with_mishap(plan, database_url, tmp_path / "run", mishaps.frozen)
    assert done.is_good, str(done)
    assert done.kills["frozen"] == mishaps.FREEZES


def test_nothing_is_sent_whose_intent_could_not_be_kept_and_it_heals_by_itself(
    sqlite_url, tmp_path
):
    file = Database(sqlite_url).path
    assert file is not None
    started = time.monotonic()
    with besieged(Plan(SEED, 40, kills=2, workers=2), sqlite_url, tmp_path / "run") as (
        siege,
        keys,
    ):
        siege.wait(lambda: len(siege.workers.ready()) == 2)
        with mishaps.locked(file):
            # What had been committed may still go out: at most one of each worker.
            before = len(siege.slack.requests("chat.postMessage"))
            for _ in range(4):
                siege.clock.move(STEP[1])
                time.sleep(0.4)
            asked = siege.slack.requests("chat.postMessage")[before:]
            assert len(asked) <= 2, "each at most what it had committed"
        done = report(siege, keys, started)
    assert done.is_good, str(done)


def test_a_disk_that_fills_up_in_the_middle_of_a_delivery_costs_nothing(sqlite_template, tmp_path):
    started = time.monotonic()
    with mishaps.small_disk(tmp_path / "disk") as disk:
        shutil.copyfile(sqlite_template, disk / "register.db")
        url = f"sqlite:///{disk / 'register.db'}"
        plan = Plan(SEED, 60, kills=0, workers=2)
        with besieged(plan, url, tmp_path / "run", FOLJSAM_ADMINS=person(0)) as (siege, keys):
            siege.slack.fault("chat.postMessage", "slow", times=0, seconds=0.1)
            assert siege.wait(lambda: len(siege.slack.accepted_posts()) >= 3)
            with mishaps.full(disk):
                for _ in range(4):
                    siege.clock.move(STEP[1])
                    time.sleep(0.4)
                assert len(siege.slack.accepted_posts()) < len(keys), "it was in the middle"
                assert _without_intent(siege) == []
            siege.behave()
            done = report(siege, keys, started)
            alarms = [row for row in _rows(siege.database) if row.label == "disk"]
    assert done.is_good, str(done)
    assert [(row.recipient, str(row.state)) for row in alarms] == [(person(0), "sent")]


def _rows(database: Database) -> Sequence[AnyRow]:
    with database.reading() as connection:
        return connection.execute(select(tables.outbox)).all()


def _without_intent(siege: Siege) -> list[str]:
    """Give the keys that Slack has accepted and that the register does not know as tried."""
    tried = {row.wire_key for row in _rows(siege.database) if row.first_send_at or row.bundled_in}
    return [key for key in keys_accepted(siege.slack) if key not in tried]


@pytest.fixture(scope="module")
def own() -> Iterator[Server]:
    with own_server() as server:
        yield server


@pytest.mark.parametrize("how", HARD, ids=lambda how: signal.Signals(how).name)
def test_a_database_server_that_ends_hard_costs_nothing(own, tmp_path, how):
    plan = Plan(SEED, reminders=60, kills=0, workers=2)
    done = mishaps.with_mishap(plan, own.fresh(), tmp_path / "run", mishaps.server_lost(own, how))
    assert done.is_good, str(done)
