"""What cannot be in the table of messages is told of, once a day, and never mended in silence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.clock import real_now
from bot.office import Office
from bot.reminders.auditing import look_over, tell_of_what_is_unsound
from bot.reminders.delivery import Delivery
from storage import tables
from storage.models import OutboxState
from storage.ownership import ownership
from tests.register import ANNA, Postbox, registered, reminders

DAY = timedelta(days=1)


@pytest.fixture
def watched(office: Office) -> Office:
    """An office where an administrator is told, with one agreement's reminders planned."""
    settings = office.settings.model_copy(update={"admins": ("U_CISSI",)})
    registered(office, coordinator=ANNA, starts_on="2021-06-01")
    return Office(settings, office.clock, office.database)


def put(office: Office, **values: Any) -> None:
    """Write into the first row what no round would."""
    first = reminders(office)[0].id
    with office.database.writing() as session:
        change = update(tables.outbox).where(tables.outbox.c.id == first).values(**values)
        session.connection().execute(change)


def test_where_all_is_well_nobody_hears_of_it(watched: Office) -> None:
    tell_of_what_is_unsound(watched)
    assert look_over(watched) == {}
    assert not [row for row in reminders(watched) if row.kind == "alarm"]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"state": OutboxState.sent}, "sent_unseen"),
        ({"state": OutboxState.sent, "slack_ts": "1.0"}, None),
        ({"state": OutboxState.sent, "reason": "arrived"}, None),  # on a person's word
        ({"state": OutboxState.bundled}, "bundled_in_nothing"),
        ({"state": OutboxState.unknown, "first_send_at": -2 * DAY}, "stuck"),
        ({"state": OutboxState.sending, "first_send_at": -DAY / 2}, None),
        ({"state": OutboxState.held, "hold_since": -2 * DAY}, "held_in_silence"),
        ({"state": OutboxState.held, "hold_since": -DAY / 2}, None),
    ],
)
def test_each_broken_promise_is_seen(
    watched: Office, values: dict[str, Any], found: str | None
) -> None:
    clocks = {"first_send_at": real_now(), "hold_since": watched.now()}
    at = {key: clocks[key] + it if key in clocks else it for key, it in values.items()}
    put(watched, **at)
    assert look_over(watched) == ({found: 1} if found else {})


def test_it_is_told_once_a_day(watched: Office) -> None:
    put(watched, state=OutboxState.sent)
    tell_of_what_is_unsound(watched)
    tell_of_what_is_unsound(watched)
    [alarm] = [row for row in reminders(watched) if row.kind == "alarm"]
    assert (alarm.recipient, alarm.label) == ("U_CISSI", "unsound")


def test_the_clock_looks_over_the_table_when_it_plans(watched: Office) -> None:
    put(watched, state=OutboxState.sent)
    mine = ownership(watched.database)
    Delivery(watched, Postbox(), mine).round()
    mine.close()
    assert [row.label for row in reminders(watched) if row.kind == "alarm"] == ["unsound"]
