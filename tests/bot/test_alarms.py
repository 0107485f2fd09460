"""Those who run the bot are told what they must know: once, at any hour, and wherever they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.access import Actor
from bot.office import Office
from bot.reminders.alarms import raise_alarm, read_span, recipients, span
from bot.reminders.deciding import it_arrived, send_again
from bot.reminders.messenger import Alarm, Matter, NotDelivered, Trouble
from storage.models import ClosedPeriod
from tests.bot.at_work import NINE, TERM, Bot, several
from tests.register import ANNA, BJORN, CISSI, an_actor, registered, reminders

CHANNEL = "C_DRIFT"
OLA = "U_OLA"  # administrator too
FOR_GOOD = NotDelivered(Trouble.our_fault, "msg_too_long")
THURSDAY, SATURDAY = "2021-10-21T09:00:00+02:00", "2021-10-23T03:00:00+02:00"
Made = Callable[..., Bot]


@pytest.fixture
def a_bot(database_url: str, make_office: Callable[..., Office], tmp_path: Path) -> Iterator[Made]:
    """Make a bot with Anna's agreement; ``named`` are settings."""
    made: list[Bot] = []

    def make(**named: str) -> Bot:
        made.append(Bot(make_office(database_url, **named), tmp_path / "clock"))
        registered(made[-1].office, **TERM)
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def sqlite_bot(sqlite_url: str, make_office: Callable[..., Office], tmp_path: Path) -> Bot:
    """One with an operations channel, on SQLite alone."""
    made = Bot(make_office(sqlite_url, FOLJSAM_OPERATIONS_CHANNEL=CHANNEL), tmp_path / "clock")
    registered(made.office, **TERM)
    return made


def matters(bot: Bot) -> list[Matter]:
    return [alarm.matter for _, alarm in bot.alarms]


# -- a time away


def test_of_reminders_that_fell_due_while_it_was_down_is_told_once(a_bot):
    bot = a_bot(FOLJSAM_OPERATIONS_CHANNEL=CHANNEL)
    several(bot, 2)
    bot.round("2021-10-19T12:00:00+02:00")
    bot.delivery = bot.started()
    bot.round(THURSDAY)
    for _ in range(2):
        bot.round(later=timedelta(minutes=1))
    ((who, alarm),) = bot.alarms
    assert (who, alarm.matter, alarm.missed) == (CHANNEL, Matter.was_down, 3)
    assert alarm.since == datetime(2021, 10, 19, 10, tzinfo=UTC)
    assert alarm.until == datetime(2021, 10, 21, 7, tzinfo=UTC)
    assert len(bot.slack.posted) == 2, "and the digest"


def test_two_that_start_after_a_time_away_tell_of_it_once(sqlite_bot):
    sqlite_bot.round("2021-10-19T12:00:00+02:00")
    sqlite_bot.at("2021-10-23T12:00:00+02:00")
    for _ in range(2):
        sqlite_bot.started().round()
    sqlite_bot.round()
    assert matters(sqlite_bot) == [Matter.was_down]


def test_a_machine_that_slept_in_the_middle_of_a_round_tells_of_the_time_away(sqlite_bot):
    sqlite_bot.slack.meanwhile = lambda: sqlite_bot.at("2021-11-27T12:00:00+01:00")
    sqlite_bot.round(NINE)
    sqlite_bot.slack.meanwhile = None
    sqlite_bot.round()
    sqlite_bot.round()
    ((_, alarm),) = sqlite_bot.alarms
    assert (alarm.matter, alarm.missed) == (Matter.was_down, 1)
    assert alarm.since == datetime.fromisoformat(NINE)


@pytest.mark.parametrize(
    ("last", "first"),
    [
        ("2021-10-18T12:00:00+02:00", "2021-10-19T12:00:00+02:00"),  # nothing fell due
        ("2021-10-20T08:57:00+02:00", "2021-10-20T09:01:00+02:00"),  # a short while
        ("2021-10-20T09:00:00+02:00", "2021-10-21T12:00:00+02:00"),  # it had gone out
    ],
)
def test_a_time_away_in_which_nothing_was_missed_is_not_told(sqlite_bot, last, first):
    sqlite_bot.round(last)
    sqlite_bot.delivery = sqlite_bot.started()
    sqlite_bot.round(first)
    sqlite_bot.round()
    assert sqlite_bot.alarms == []


def test_a_day_of_rest_at_work_is_no_time_away(sqlite_bot):
    """What waits because nobody works has not been missed."""
    sqlite_bot.round("2021-10-20T08:56:00+02:00")
    with sqlite_bot.office.database.writing() as session:
        session.add(ClosedPeriod(from_on=date(2021, 10, 20)))
    for _ in range(5):
        sqlite_bot.round(later=timedelta(minutes=4))
    assert sqlite_bot.row.state == "planned"
    assert sqlite_bot.slack.posted == []


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS, MOMENTS, st.integers(0, 10**9))
def test_a_time_away_is_read_as_it_was_written(since, until, missed):
    written = span(since, until, missed)
    assert read_span(written) == (since, until, missed)
    assert len(written) <= 200


# -- what is held


def _refused(bot: Bot, times: int = 1) -> None:
    bot.slack.next = [FOR_GOOD] * times


def _anna(bot: Bot, session: Any) -> Actor:
    return an_actor(session.connection(), bot.office, ANNA)


def _decide(bot: Bot, decide: Any) -> None:
    (row,) = reminders(bot.office, "held")
    with bot.office.database.writing() as session:
        anna = _anna(bot, session)
        decide(session, bot.office, anna, row_id=row.id, fence=row.fence)


def test_each_hold_is_told_once_and_a_second_one_again(a_bot):
    bot = a_bot(FOLJSAM_OPERATIONS_CHANNEL=CHANNEL)
    _refused(bot)
    bot.round(NINE)
    for _ in range(3):
        bot.round(later=timedelta(hours=1))
    ((who, alarm),) = bot.alarms
    assert (who, alarm.matter, alarm.code) == (CHANNEL, Matter.held, "msg_too_long")
    assert (alarm.row_id, alarm.fence) == (bot.reminder_of(1).id, 1)
    assert alarm.reminder is not None
    assert alarm.reminder.agreement_name == "Kultur 1740"
    _decide(bot, send_again)
    _refused(bot)
    bot.round()
    bot.round()
    assert [alarm.fence for _, alarm in bot.alarms] == [1, 2]


@pytest.mark.parametrize("decide", [it_arrived, send_again])
def test_an_alarm_that_is_decided_says_so(a_bot, decide):
    bot = a_bot(FOLJSAM_OPERATIONS_CHANNEL=CHANNEL)
    _refused(bot)
    bot.round(NINE)
    bot.round()
    ((_, alarm),) = bot.alarms
    assert not alarm.is_settled
    _decide(bot, decide)
    bot.round()
    (edited,) = [each.notice for each in bot.slack.edited]
    assert isinstance(edited, Alarm)
    assert edited.is_settled
    assert bot.state_of(1) == "sent"


def test_what_arrived_by_somebodys_word_has_no_place_that_can_be_edited(sqlite_bot):
    """Nobody knows what Slack calls it; that its evaluation is held later harms nothing."""
    _refused(sqlite_bot)
    sqlite_bot.round(NINE)
    _decide(sqlite_bot, it_arrived)
    sqlite_bot.hold_first()
    sqlite_bot.round()
    assert sqlite_bot.state_of(1) == "sent"
    assert not sqlite_bot.reminder_of(1).edit_wanted


# -- when


@pytest.mark.parametrize(
    "moment", [SATURDAY, "2021-10-24T12:00:00+02:00", "2021-12-24T23:59:00+01:00"]
)
def test_an_alarm_goes_on_a_day_of_rest_and_at_night(sqlite_bot, moment):
    sqlite_bot.at(moment)
    with sqlite_bot.office.database.writing() as session:
        raise_alarm(session, sqlite_bot.office, Matter.restored, "now")
    sqlite_bot.round()
    assert {each.recipient for each in sqlite_bot.slack.posted} == {CHANNEL}
    assert matters(sqlite_bot) == [Matter.restored]


def test_a_hundred_reminders_that_wait_do_not_keep_an_alarm_waiting(sqlite_bot):
    several(sqlite_bot, 101)
    sqlite_bot.at(SATURDAY)
    with sqlite_bot.office.database.writing() as session:
        raise_alarm(session, sqlite_bot.office, Matter.restored, "now")
    sqlite_bot.round()
    assert matters(sqlite_bot) == [Matter.restored]


# -- to whom


@pytest.mark.parametrize(
    ("named", "besides", "expected"),
    [
        ({"FOLJSAM_OPERATIONS_CHANNEL": CHANNEL, "FOLJSAM_ADMINS": CISSI}, "", (CHANNEL,)),
        ({"FOLJSAM_OPERATIONS_CHANNEL": CHANNEL, "FOLJSAM_ADMINS": CISSI}, CHANNEL, (CISSI,)),
        ({"FOLJSAM_ADMINS": f"{CISSI},{OLA}"}, "", (CISSI, OLA)),
        ({"FOLJSAM_ADMINS": f"{CISSI},{OLA}"}, CISSI, (OLA,)),
        ({"FOLJSAM_ADMINS": CISSI}, CISSI, ()),
        ({}, "", ()),
    ],
)
def test_the_channel_is_told_else_every_administrator(
    sqlite_url, make_office, named, besides, expected
):
    assert recipients(make_office(sqlite_url, **named), besides) == expected


def test_without_a_channel_every_administrator_is_told(a_bot):
    bot = a_bot(FOLJSAM_ADMINS=f"{CISSI},{OLA}")
    _refused(bot)
    bot.round(NINE)
    bot.round()
    assert [who for who, _ in bot.alarms] == [CISSI, OLA]


def test_where_nobody_can_be_told_delivery_goes_on(a_bot):
    bot = a_bot()
    several(bot, 1, BJORN)
    _refused(bot)
    bot.round(NINE)
    bot.round()
    assert bot.alarms == []
    assert len(bot.slack.posted) == 1
    assert len(reminders(bot.office, "held")) == 1


def test_where_the_channel_itself_is_gone_the_administrators_are_told(
    sqlite_url, make_office, tmp_path
):
    named = {"FOLJSAM_OPERATIONS_CHANNEL": CHANNEL, "FOLJSAM_ADMINS": CISSI}
    bot = Bot(make_office(sqlite_url, **named), tmp_path / "clock")
    registered(bot.office, coordinator=None, **TERM)
    bot.slack.next = [NotDelivered(Trouble.gone, "is_archived")]
    bot.round(NINE)
    bot.round()
    bot.round()
    ((who, alarm),) = bot.alarms
    assert (who, alarm.code, alarm.recipient) == (CISSI, "is_archived", CHANNEL)
    assert bot.slack.told == [(CISSI, None), (CISSI, -30)], "and of the evaluation in its place"


def test_an_alarm_to_a_channel_that_is_gone_goes_to_the_administrators(
    sqlite_url, make_office, tmp_path
):
    named = {"FOLJSAM_OPERATIONS_CHANNEL": CHANNEL, "FOLJSAM_ADMINS": CISSI}
    bot = Bot(make_office(sqlite_url, **named), tmp_path / "clock")
    registered(bot.office, **TERM)
    bot.slack.next = [FOR_GOOD, NotDelivered(Trouble.gone, "is_archived")]
    bot.round(NINE)
    for _ in range(3):
        bot.round()
    ((who, alarm),) = bot.alarms
    assert (who, alarm.matter, alarm.code) == (CISSI, Matter.held, FOR_GOOD.code)
    held = [row.recipient for row in reminders(bot.office, "held") if row.kind == "alarm"]
    assert held == [CHANNEL]


def test_an_alarm_that_fails_for_good_makes_no_alarm(a_bot):
    bot = a_bot(FOLJSAM_OPERATIONS_CHANNEL=CHANNEL)
    _refused(bot, 2)
    bot.round(NINE)
    for _ in range(4):
        bot.round(later=timedelta(hours=1))
    assert bot.slack.posted == []
    held = reminders(bot.office, "held")
    assert sorted(row.kind for row in held) == ["alarm", "evaluation"]
    assert len([row for row in reminders(bot.office) if row.kind == "alarm"]) == 1
