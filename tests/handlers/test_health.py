"""The question of health: what it says of the clock and the database, and that it never hangs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.office import Office
from handlers.health import HealthQuestion, Pulse, health
from storage import installation, tables
from tests.register import ANNA, registered

AT = datetime(2021, 9, 1, 8, 0, tzinfo=UTC)


class Watch:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.mark.parametrize(
    ("tick", "silence", "late", "lost"),
    [
        (30, 0, False, False),
        (30, 89, False, False),
        (30, 90, True, False),
        (30, 149, True, False),
        (30, 150, True, True),
        (0.05, 2.9, False, False),
        (0.05, 3, True, False),
        (0.05, 29, True, False),
        (0.05, 30, True, True),
    ],
)
def test_three_missed_rounds_are_late_and_five_are_lost(
    tick: float, silence: float, late: bool, lost: bool
) -> None:
    watch = Watch()
    pulse = Pulse(tick, monotonic=watch)
    watch.seconds += silence
    assert (pulse.is_late, pulse.is_lost) == (late, lost)
    pulse.beat()
    assert (pulse.is_late, pulse.is_lost) == (False, False)


def test_all_is_well_and_says_so(office: Office) -> None:
    with office.database.writing() as session:
        installation.mark_round(session, AT, AT, None)
    status, facts = health(office, Pulse(30))
    assert status == 200
    assert set(facts) == {"status", "version", "database", "last_round", "sending", "held"}
    assert (facts["sending"], facts["held"]) == ("ok", 0)
    assert facts["status"] == facts["database"] == "ok"
    assert facts["last_round"] == "2021-09-01T08:00:00+00:00"


def test_it_says_what_hinders_sending_and_how_many_messages_wait_for_a_person(
    office: Office,
) -> None:
    registered(office, coordinator=ANNA, starts_on="2021-06-01")
    with office.database.writing() as session:
        installation.mark_round(session, AT, AT, "token")
        [first, *_] = session.connection().execute(select(tables.outbox.c.id)).scalars()
        hold = update(tables.outbox).where(tables.outbox.c.id == first).values(state="held")
        session.connection().execute(hold)
    status, facts = health(office, None)
    assert (status, facts["sending"], facts["held"]) == (200, "token", 1)


def test_before_the_first_round_it_counts_from_the_start(sqlite_office: Office) -> None:
    watch = Watch()
    question = HealthQuestion(sqlite_office, Pulse(30, monotonic=watch))
    assert question()[0] == 200
    assert question()[1]["last_round"] is None
    watch.seconds += 90
    status, facts = question()
    assert (status, facts["status"], facts["database"]) == (503, "clock_late", "ok")


def test_web_alone_keeps_no_clock_and_is_not_late(sqlite_office: Office) -> None:
    assert health(sqlite_office, None)[0] == 200


def test_a_database_that_is_gone_is_503(
    tmp_path: Path, sqlite_office: Office, make_office: Callable[..., Office]
) -> None:
    path = sqlite_office.database.path
    assert path is not None
    sqlite_office.database.close()
    path.rename(tmp_path / "away.db")
    status, facts = health(sqlite_office, Pulse(30))
    assert (status, facts["status"]) == (503, "database_unreachable")
    assert (facts["database"], facts["last_round"]) == ("unreachable", None)


def test_a_database_that_never_answers_is_asked_once_and_not_waited_for(
    sqlite_office: Office,
) -> None:
    may_answer = threading.Event()
    questions: list[int] = []

    class Hanging:
        def reading(self) -> Any:
            questions.append(1)
            may_answer.wait(10)
            return sqlite_office.database.reading()

    office = Office(sqlite_office.settings, sqlite_office.clock, Hanging())  # type: ignore[arg-type]
    question = HealthQuestion(office, None, patience=0.01)
    assert [question()[0] for _ in range(5)] == [503] * 5
    assert len(questions) == 1
    may_answer.set()
    assert question._asking is not None
    assert question._asking.done.wait(10)
    patient = HealthQuestion(office, None, patience=10)
    assert patient()[0] == 200
