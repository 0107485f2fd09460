"""A pause that Slack asks for and that goes on for a day is told; what waits goes out after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from bot import installation
from bot.clock import real_now
from bot.office import Office
from bot.reminders.messenger import Matter, NotDelivered, Trouble
from storage import tables
from storage.installation import _PAUSE
from tests.bot.at_work import NINE, TERM, Bot, several
from tests.register import BJORN, registered, reminders

CHANNEL = "C_DRIFT"
A_DAY = timedelta(days=1)
LIMIT = NotDelivered(Trouble.too_fast, "message_limit_exceeded", 3600)


@pytest.fixture
def bot(database_url: str, make_office: Callable[..., Office], tmp_path: Path) -> Iterator[Bot]:
    """A bot with an agreement and an operations channel."""
    named = {"FOLJSAM_OPERATIONS_CHANNEL": CHANNEL}
    made = Bot(make_office(database_url, **named), tmp_path / "clock")
    registered(made.office, **TERM)
    yield made
    made.close()


def lift(bot: Bot) -> None:
    """Let the pause be over."""
    with bot.office.database.writing() as session:
        session.connection().execute(update(_PAUSE).values(until=real_now()))


def a_day_passes(bot: Bot, less: timedelta = timedelta()) -> None:
    """Let a day pass by the bot's clock, and really: what was tried was tried so long ago."""
    by, table = A_DAY - less, tables.outbox
    with bot.office.database.writing() as session:
        connection = session.connection()
        for row in connection.execute(select(table.c.id, table.c.first_send_at)).all():
            if row.first_send_at is not None:
                moved = update(table).where(table.c.id == row.id)
                connection.execute(moved.values(first_send_at=row.first_send_at - by))
    bot.round(later=by)


def hindrance(bot: Bot) -> str | None:
    return installation.progress(bot.office.database).hindrance


def said(logs: Any) -> int:
    return len([each for each in logs if each["event"] == "slack_takes_nothing"])


def test_a_pause_of_a_day_is_told_once_and_logged_every_day(bot):
    bot.slack.next = [LIMIT]
    bot.round(NINE)
    a_day_passes(bot, less=timedelta(minutes=1))
    assert hindrance(bot) is None
    with capture_logs() as logs:
        a_day_passes(bot, less=A_DAY - timedelta(minutes=1))
        bot.round(later=timedelta(minutes=1))
        assert said(logs) == 1
        bot.round(later=A_DAY)
        assert said(logs) == 2
    assert hindrance(bot) == "paused"
    assert bot.slack.posted == []
    lift(bot)
    bot.round()
    bot.round()
    ((who, alarm),) = bot.alarms
    assert (who, alarm.matter) == (CHANNEL, Matter.paused)
    assert alarm.since is not None
    assert timedelta() <= real_now() - A_DAY - alarm.since < timedelta(minutes=5)
    assert bot.state_of(1) == "sent"
    assert hindrance(bot) is None


def test_a_pause_that_is_new_after_a_day_of_rest_is_none_of_a_day(bot):
    bot.round(NINE)
    several(bot, 1, BJORN)
    bot.slack.next = [LIMIT]
    bot.round("2021-10-21T09:30:00+02:00")
    bot.round(later=timedelta(minutes=1))
    assert hindrance(bot) is None
    assert [row.label for row in reminders(bot.office) if row.kind == "alarm"] == []


def test_where_something_has_gone_out_meanwhile_a_pause_is_not_long(bot):
    several(bot, 1, BJORN)
    bot.slack.next = [LIMIT]
    bot.round(NINE)
    lift(bot)
    bot.slack.next = [NotDelivered(Trouble.not_now, "refused")]
    a_day_passes(bot)
    assert len(bot.slack.posted) == 1
    bot.slack.next = [LIMIT]
    bot.round(later=timedelta(minutes=30))
    bot.round(later=timedelta(minutes=1))
    assert hindrance(bot) is None
