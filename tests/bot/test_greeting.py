"""A channel that has been linked is greeted: once, at any hour, and only while it is linked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.office import Office
from bot.reminders.greeting import greet
from bot.reminders.messenger import Greeting, NotDelivered, Trouble
from storage.rows import AnyRow
from tests.bot.at_work import TERM, Bot
from tests.register import ANNA, change, registered, reminders

HERE, OPERATIONS = "C_KULTUR", "C_DRIFT"
SATURDAY = "2021-10-23T03:00:00+02:00"
Made = Callable[..., Bot]


@pytest.fixture
def a_bot(database_url: str, make_office: Callable[..., Office], tmp_path: Path) -> Iterator[Made]:
    """Make a bot at night on a Saturday, with an agreement whose channel has just been linked."""
    made: list[Bot] = []

    def make(**said: Any) -> Bot:
        named = {"FOLJSAM_OPERATIONS_CHANNEL": OPERATIONS}
        made.append(Bot(make_office(database_url, **named), tmp_path / "clock"))
        registered(made[-1].office, **{"channel_id": HERE, **TERM, **said})
        made[-1].at(SATURDAY)
        return made[-1]

    yield make
    for each in made:
        each.close()


def greeted(bot: Bot, revision: int = 2) -> None:
    with bot.office.database.writing() as session:
        greet(session, bot.office, 1, HERE, revision)


def rows(bot: Bot) -> list[AnyRow]:
    return [row for row in reminders(bot.office) if row.kind == "greeting"]


def said(bot: Bot) -> list[Greeting]:
    return [each.notice for each in bot.slack.posted if isinstance(each.notice, Greeting)]


def test_it_goes_on_any_day_and_at_any_hour_and_once(a_bot):
    bot = a_bot()
    greeted(bot)
    greeted(bot)
    for _ in range(3):
        bot.round()
    (row,) = rows(bot)
    assert row.natural_key == f"uidiop1:greeting:2:{HERE}"
    assert said(bot) == [Greeting(1, "Kultur 1740", False, False, ANNA)]
    assert [each.channel_id for each in bot.slack.posted] == [HERE]


def test_a_hundred_reminders_that_wait_do_not_keep_it_waiting(a_bot):
    bot = a_bot()
    for number in range(2, 103):
        registered(bot.office, f"Avtal {number}", number=f"N-{number}", **TERM)
    greeted(bot)
    bot.round()
    assert len(said(bot)) == 1


def test_a_channel_that_is_linked_anew_is_greeted_anew(a_bot):
    bot = a_bot()
    for revision in (2, 3):
        greeted(bot, revision)
    bot.round()
    assert len(said(bot)) == 2


def test_a_plan_leaves_it_alone(a_bot):
    bot = a_bot()
    greeted(bot)
    change(bot.office, 1, starts_on="2021-06-08")
    assert [str(row.state) for row in rows(bot)] == ["planned"]


@pytest.mark.parametrize("channel", [None, "C_ANNAN"])
def test_a_channel_that_is_no_longer_linked_is_not_greeted(a_bot, channel):
    bot = a_bot()
    greeted(bot)
    change(bot.office, 1, channel_id=channel)
    bot.round()
    assert said(bot) == []
    assert [str(row.state) for row in rows(bot)] == ["cancelled"]


def test_where_details_are_protected_it_names_nothing_and_nobody(a_bot):
    bot = a_bot(sheltered=True, funding_visible=True)
    greeted(bot)
    bot.round()
    assert said(bot) == [Greeting(1, None, True, True, None)]


def test_a_channel_that_cannot_be_reached_is_held_and_told_and_nobody_else_is_greeted(a_bot):
    bot = a_bot()
    greeted(bot)
    bot.slack.next = [NotDelivered(Trouble.gone, "not_in_channel")]
    for _ in range(3):
        bot.round()
    assert [str(row.state) for row in rows(bot)] == ["held"]
    ((who, alarm),) = bot.alarms
    assert (who, alarm.code, alarm.greeted) == (OPERATIONS, "not_in_channel", "Kultur 1740")
    assert len(bot.slack.posted) == 1
