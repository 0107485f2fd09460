"""While something stands in the way nothing is sent and nothing lost, and it goes on by itself."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import update

from bot.clock import RealClock, real_now
from bot.office import Office
from bot.reminders import delivery, hindrances
from bot.reminders.hindrances import Guard, Hindrance
from bot.reminders.messenger import Matter, NotDelivered, Trouble
from storage import condition, installation, tables
from storage.installation import _INSTALLATION
from tests.bot.at_work import NINE, TERM, Bot, several
from tests.register import ANNA, BJORN, registered, reminders

CHANNEL = "C_DRIFT"
A_YEAR = timedelta(days=365)


@pytest.fixture
def bot(sqlite_url: str, make_office: Callable[..., Office], tmp_path: Path) -> Bot:
    """A bot with Anna's agreement and an operations channel."""
    made = Bot(make_office(sqlite_url, FOLJSAM_OPERATIONS_CHANNEL=CHANNEL), tmp_path / "clock")
    registered(made.office, **TERM)
    return made


def hindrance(bot: Bot) -> str | None:
    """What stands in the installation's row."""
    with bot.office.database.reading() as connection:
        found: str | None = installation.standing(connection).hindrance
        return found


def free(monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    monkeypatch.setattr("storage.condition.shutil.disk_usage", lambda _: SimpleNamespace(free=room))


# -- no room


def test_without_room_nothing_is_planned_or_claimed_but_the_alarm_goes(bot, monkeypatch):
    bot.round("2021-10-20T08:00:00+02:00")
    with bot.office.database.writing() as session:
        table = tables.agreement
        session.connection().execute(update(table).values(coordinator=BJORN))
    free(monkeypatch, condition.LEAST_FREE - 1)
    bot.round(NINE)
    bot.round(later=timedelta(minutes=1))
    assert [(who, alarm.matter) for who, alarm in bot.alarms] == [(CHANNEL, Matter.disk)]
    assert len(bot.slack.posted) == 1
    row = bot.reminder_of(1)
    assert (row.state, row.attempts, row.recipient) == ("planned", 0, ANNA)
    assert hindrance(bot) == "disk"
    free(monkeypatch, condition.LEAST_FREE)
    bot.round(later=timedelta(minutes=1))
    assert bot.slack.told[1:] == [(BJORN, -30)], "it plans and sends by itself"
    assert hindrance(bot) is None


def test_what_may_have_been_sent_is_looked_for_even_without_room(bot, monkeypatch):
    bot.slack.next = [NotDelivered(Trouble.unsure, "posted timeout")]
    bot.round(NINE)
    free(monkeypatch, 0)
    bot.settle()
    assert bot.row.state == "sent"


def test_a_hundred_reminders_that_wait_for_room_do_not_hide_why(bot, monkeypatch):
    several(bot, 101)
    bot.at(NINE)
    free(monkeypatch, 0)
    bot.round()
    assert [alarm.matter for _, alarm in bot.alarms] == [Matter.disk]


# -- clocks apart


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Set this machine's clock wrong by so much."""

    def move(by: timedelta) -> None:
        def wrong() -> datetime:
            return real_now() + by

        monkeypatch.setattr("bot.clock.RealClock.now", lambda _: wrong())
        for module in (hindrances, delivery):
            monkeypatch.setattr(module, "real_now", wrong)

    return move


@pytest.fixture
def on_time(sqlite_url: str, make_office: Callable[..., Office], tmp_path: Path) -> Bot:
    """A bot by the machine's own clock, to which Slack tells the time."""
    made = Bot(
        make_office(sqlite_url, at="2021-09-01T10:00:00+02:00", FOLJSAM_OPERATIONS_CHANNEL=CHANNEL),
        tmp_path / "clock",
    )
    made.office = replace(made.office, clock=RealClock())
    made.delivery = made.started()
    made.slack.clock = real_now()
    return made


@pytest.mark.parametrize("apart", [A_YEAR, -A_YEAR, timedelta(minutes=3)])
def test_with_a_wrong_clock_nothing_is_sent_and_the_alarm_comes_when_it_is_right(
    on_time, moved, monkeypatch, apart
):
    moved(apart)
    on_time.round()
    on_time.round()
    assert on_time.slack.posted == []
    assert on_time.slack.looked == []
    assert hindrance(on_time) == "clock"
    moved(timedelta())
    on_time.slack.clock = real_now()
    on_time.round()
    ((who, alarm),) = on_time.alarms
    assert (who, alarm.matter) == (CHANNEL, Matter.clock)
    assert hindrance(on_time) is None


def test_a_clock_a_year_ahead_leaves_no_moment_from_the_future(on_time, moved):
    """Else no time away would be told of for a year."""
    moved(A_YEAR)
    on_time.round()
    with on_time.office.database.reading() as connection:
        last = installation.standing(connection).last_moment
    assert last is not None
    assert abs(last - real_now()) < timedelta(minutes=1)


def test_a_clock_a_year_ahead_plans_nothing(on_time, moved):
    """What runs out within the year would be cancelled, and what begins be thought late."""
    today = real_now().date()
    runs = {"starts_on": str(today - timedelta(200)), "ends_on": str(today + timedelta(100))}
    registered(on_time.office, steps="-30", **runs)
    before = [(row.natural_key, row.state) for row in reminders(on_time.office)]
    moved(A_YEAR)
    on_time.round()
    after = [row for row in reminders(on_time.office) if row.kind != "alarm"]
    assert [(row.natural_key, row.state) for row in after] == before


def test_slack_that_tells_no_time_hinders_nothing(on_time):
    on_time.slack.clock = None
    on_time.round()
    assert hindrance(on_time) is None


@pytest.mark.parametrize(
    ("seconds", "is_right"), [(0, True), (110, True), (-110, True), (130, False), (-130, False)]
)
def test_clocks_are_right_within_two_minutes(on_time, seconds, is_right):
    on_time.slack.clock = real_now() + timedelta(seconds=seconds)
    found = Guard(on_time.office, on_time.slack).hindrance(None)
    assert found is (None if is_right else Hindrance.clock)


def test_the_clock_is_compared_hourly_and_anew_when_somebody_has_set_it(
    on_time, moved, monkeypatch
):
    ticks = [1_000.0]
    started = real_now()
    monkeypatch.setattr("bot.reminders.hindrances.time.monotonic", lambda: ticks[0])

    def real(by: float) -> Callable[[], datetime]:
        return lambda: started + timedelta(seconds=ticks[0] - 1_000 + by)

    asked: list[int] = []

    class Asked:
        def time(self) -> datetime | None:
            asked.append(1)
            return real(0)()

    monkeypatch.setattr(hindrances, "real_now", real(0))
    messenger: Any = Asked()
    guard = Guard(on_time.office, messenger)
    for seconds, many in ((0, 1), (60, 1), (3_500, 1), (50, 2), (3_599, 2), (2, 3)):
        ticks[0] += seconds
        assert guard.hindrance(None) is None
        assert len(asked) == many
    monkeypatch.setattr(hindrances, "real_now", real(600))
    assert guard.hindrance(None) is Hindrance.clock
    assert len(asked) == 4, "the clock was set"
    behind = on_time.office.now() - guard.right_now()
    assert abs(behind - timedelta(minutes=10)) < timedelta(seconds=1)
    ticks[0] += 29
    assert guard.hindrance(None) is Hindrance.clock
    assert len(asked) == 4
    monkeypatch.setattr(hindrances, "real_now", real(0))
    assert guard.hindrance(None) is None
    assert guard.right_now() <= on_time.office.now()


def test_a_clock_in_a_file_is_nobodys_business(bot):
    bot.slack.clock = real_now() - A_YEAR
    bot.round(NINE)
    assert bot.slack.told == [(ANNA, -30)]


# -- a damaged file


def _damage(bot: Bot) -> Path:
    """Overwrite 16 bytes in the middle of the outbox; give a sound copy."""
    path = bot.office.database.path
    assert path is not None
    bot.office.database.close()  # the last one to close brings the log into the file
    sound = path.with_suffix(".sound")
    shutil.copyfile(path, sound)
    with sqlite3.connect(path) as connection:
        asked = "SELECT rootpage FROM sqlite_master WHERE name = 'handled_request'"
        (page,) = connection.execute(asked).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * 16)
    return sound


def test_from_a_damaged_file_nothing_is_sent(bot):
    _damage(bot)
    bot.delivery = bot.started()
    for _ in range(2):
        bot.round(NINE)
    assert not condition.is_whole(bot.office.database)
    assert bot.slack.posted == []
    assert bot.row.state == "planned"


def test_a_sound_file_in_its_place_is_seen_by_whoever_starts(bot):
    sound = _damage(bot)
    bot.started().round()
    bot.office.database.close()
    assert bot.office.database.path is not None
    shutil.copyfile(sound, bot.office.database.path)
    bot.delivery = bot.started()
    bot.round(NINE)
    assert bot.slack.told == [(ANNA, -30)]


def _forget_a_row_in_an_index(path: Path) -> None:
    """Let an index not know a row of its table, which only the thorough look sees."""
    connection = sqlite3.connect(path)
    name = "ix_agreement_coordinator"
    asked = "SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master WHERE name = ?"
    kept = connection.execute(asked, (name,)).fetchone()
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("DELETE FROM sqlite_master WHERE name = ?", (name,))
    connection.commit()
    connection.close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE agreement SET coordinator = 'U_NOBODY'")
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", kept)
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("moment", "found"),
    [("2021-10-24T12:00:00+02:00", Hindrance.damaged), ("2021-10-25T12:00:00+02:00", None)],
)
def test_on_sundays_the_file_is_looked_at_thoroughly(bot, moment, found):
    bot.office.database.close()
    assert bot.office.database.path is not None
    _forget_a_row_in_an_index(bot.office.database.path)
    bot.at(moment)
    assert Guard(bot.office, bot.slack).hindrance(None) is found


# -- a backup that was just put back


@pytest.mark.parametrize(("minutes", "sends"), [(0, False), (5.9, False), (6.1, True)])
def test_just_after_a_restore_nothing_is_sent(bot, minutes, sends):
    with bot.office.database.writing() as session:
        at = real_now() - timedelta(minutes=minutes)
        installation.mark_restored(session, at, at)
    bot.round(NINE)
    assert bool(bot.slack.posted) is sends
    assert hindrance(bot) == (None if sends else "restored")
    with bot.office.database.writing() as session:
        session.connection().execute(
            update(_INSTALLATION).values(restored_at=real_now() - timedelta(minutes=7))
        )
    bot.round(later=timedelta(minutes=7))
    assert bot.slack.told == [(ANNA, -30)]


# -- a token that is no good


@pytest.mark.parametrize("many", [1, 2])
def test_a_refused_token_is_noted_and_the_note_goes_away(bot, many):
    several(bot, many - 1)
    bot.slack.next = [NotDelivered(Trouble.nobody_may, "token_revoked")]
    bot.round(NINE)
    assert hindrance(bot) == "token"
    bot.round(later=timedelta(minutes=1))
    assert hindrance(bot) is None
    assert len(bot.slack.posted) == 1


def test_a_token_refused_before_a_digest_is_noted_too(bot):
    several(bot, 1)
    bot.slack.looks = [NotDelivered(Trouble.nobody_may, "token_revoked")]
    bot.round("2021-10-20T10:00:00+02:00")
    assert hindrance(bot) == "token"
    bot.round()
    assert hindrance(bot) is None
    assert len(bot.slack.posted) == 1
