"""A preview shows what will go out: the same rows, the same moments, the same words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlmodel import SQLModel

from bot import upkeep
from bot.clock import StandingClock
from bot.office import Office
from bot.reminders.delivery import Delivery
from bot.reminders.preview import PlannedMessage, preview
from storage.ownership import ownership
from tests.register import ANNA, BJORN, Postbox, change, closed, registered, reminders

STOCKHOLM = ZoneInfo("Europe/Stockholm")
TODAY = date(2021, 9, 1)
WINTER = date(2022, 1, 10)
YEAR_AHEAD = TODAY + timedelta(days=365)


def a_small_register(office: Office) -> None:
    """Agreements of every kind: late, soon, open-ended, with steps of their own, with no plan."""
    registered(office, "Kultur 1740", number="1", signed_on="2020-10-29", term_months=36)
    registered(
        office, "Konstkollektivet", number="2", deputy=BJORN, starts_on="2019", ends_on="2021-12-31"
    )
    registered(
        office,
        "Värmland",
        number="3",
        starts_on="2021-06-01",
        evaluations_per_year=12,
        steps="-10, 0, 1",
    )
    registered(office, "Grannstöd", number="4")
    registered(
        office, "Sen", number="5", starts_on="2020-01-01", evaluations=[{"due": "2021-05-31"}]
    )
    registered(office, "Utan", number="6", starts_on="2021-01-01", coordinator=None, deputy=BJORN)
    registered(office, "Månader", number="7", starts_on="2021-01-01", evaluation_months="4, 10")
    closed(office, "2021-11-01", "2021-11-05", "Flytt")


def mornings() -> Iterator[datetime]:
    """Give nine o'clock of every day there is, working or not."""
    day = TODAY
    while day <= WINTER:
        yield datetime(day.year, day.month, day.day, 9, tzinfo=STOCKHOLM)
        day += timedelta(days=1)


def lived_through(office: Office) -> list[PlannedMessage]:
    """Let the bot live through the days and give what it has delivered, and when."""
    slack, clock = Postbox(), office.clock
    assert isinstance(clock, StandingClock)
    mine = ownership(office.database)
    delivery = Delivery(office, slack, mine)
    delivered: list[PlannedMessage] = []
    for moment in mornings():
        clock.instant = moment
        delivery.round()
        delivered += [
            PlannedMessage(moment, each.recipient, told)
            for each in slack.posted
            for told in each.reminders
        ]
        slack.posted.clear()
    mine.close()
    return delivered


def told_of(messages: list[PlannedMessage]) -> list[PlannedMessage]:
    """Give what is left when a message tells of each evaluation once, at its newest step."""
    newest = {
        (each.moment, each.recipient, each.reminder.evaluation_id): each
        for each in sorted(messages, key=lambda each: each.reminder.step)
    }
    return list(newest.values())


def in_order(messages: list[PlannedMessage]) -> list[PlannedMessage]:
    def place(each: PlannedMessage) -> tuple[datetime, str, str, str, int]:
        told = each.reminder
        return each.moment, each.recipient, told.agreement_number, told.label, told.step

    return sorted(messages, key=place)


def counts(office: Office) -> dict[str, int]:
    with office.database.reading() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in SQLModel.metadata.sorted_tables
        }


def test_a_preview_is_what_the_seasons_deliver_message_for_message(sqlite_url, make_office):
    office = make_office(sqlite_url, at="2021-09-01T08:00:00+02:00")
    a_small_register(office)
    foreseen = preview(office, TODAY, WINTER)
    delivered = lived_through(office)
    assert in_order(told_of(foreseen)) == in_order(delivered)
    assert len(foreseen) > 25
    assert {each.recipient for each in foreseen} == {ANNA, BJORN}
    assert {each.moment.hour for each in foreseen} == {9}


def test_a_preview_keeps_nothing(office):
    registered(office, starts_on="2021-06-01", ends_on="2023-05-31")
    before = counts(office), reminders(office)
    preview(office, TODAY, YEAR_AHEAD)
    assert (counts(office), reminders(office)) == before


def test_a_preview_shows_what_the_next_hour_would_plan_and_keeps_none_of_it(office):
    registered(office, starts_on="2021-06-01", ends_on="2023-05-31")
    with office.database.writing() as session:
        agreement = SQLModel.metadata.tables["agreement"]
        session.connection().execute(agreement.update().values(coordinator=BJORN))
    assert {each.recipient for each in preview(office, TODAY, YEAR_AHEAD)} == {BJORN}
    assert {row.recipient for row in reminders(office)} == {ANNA}
    upkeep.keep_up_all(office)
    assert {each.recipient for each in preview(office, TODAY, YEAR_AHEAD)} == {BJORN}


def test_days_before_today_are_empty(sqlite_office):
    registered(
        sqlite_office, starts_on="2020-01-01", evaluations=[{"due": "2021-06-30", "number": 3}]
    )
    assert preview(sqlite_office, date(2019, 1, 1), TODAY - timedelta(days=1)) == []
    assert preview(sqlite_office, TODAY, TODAY) != [], "what is late goes out today"


def test_the_first_and_the_last_day_count(sqlite_office):
    registered(sqlite_office, steps="-30", starts_on="2021-06-01", ends_on="2022-05-31")
    day = date(2021, 10, 20)
    (message,) = preview(sqlite_office, day, day)
    assert message.moment == datetime(2021, 10, 20, 9, tzinfo=STOCKHOLM)
    assert message.reminder.today == day
    assert preview(sqlite_office, day - timedelta(days=9), day - timedelta(days=1)) == []
    assert preview(sqlite_office, day + timedelta(days=1), day + timedelta(days=9)) == []
    assert preview(sqlite_office, day, day - timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("at", "moment"),
    [
        ("2021-10-20T08:00:00+02:00", "2021-10-20T09:00:00+02:00"),
        ("2021-10-20T14:30:00+02:00", "2021-10-20T14:30:00+02:00"),  # late: at once
        ("2021-10-21T03:00:00+02:00", "2021-10-21T09:00:00+02:00"),
        ("2021-10-23T12:00:00+02:00", "2021-10-25T09:00:00+02:00"),  # from a Saturday
    ],
)
def test_what_is_late_is_shown_when_it_will_really_go(sqlite_office, at, moment):
    registered(sqlite_office, steps="-30", starts_on="2021-06-01", ends_on="2022-05-31")
    office = replace(sqlite_office, clock=StandingClock(datetime.fromisoformat(at)))
    (message,) = preview(office, date(2021, 10, 20), date(2021, 11, 30))
    assert message.moment == datetime.fromisoformat(moment)


def test_what_was_sent_is_no_preview(sqlite_url, make_office):
    office = make_office(sqlite_url, at="2021-10-20T09:00:00+02:00")
    registered(office, starts_on="2021-10-01", evaluations=[{"due": "2021-12-01", "number": 1}])
    day = date(2021, 10, 20)
    assert len(preview(office, day, day)) == 1
    mine = ownership(office.database)
    Delivery(office, Postbox(), mine).round()
    mine.close()
    assert preview(office, day, day) == []


def test_a_change_shows_at_once(sqlite_office):
    found = registered(sqlite_office, starts_on="2021-06-01", ends_on="2023-05-31")
    change(sqlite_office, found, status="ended")
    assert preview(sqlite_office, TODAY, YEAR_AHEAD) == []


def test_an_empty_register_foresees_nothing(sqlite_office):
    assert preview(sqlite_office, TODAY, YEAR_AHEAD) == []
