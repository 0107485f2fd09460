"""Whoever is told of an evaluation is told in their own language why its day was moved."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.texts import Texts
from bot.working_days import Closed, ClosedPeriod, WorkingDays
from handlers.blocks.partner_reminder import partner_reminder_card
from handlers.blocks.reminder import reminder_card
from handlers.blocks.status import status_card
from tests.handlers.test_cards import a_reminder, a_status, an_evaluation
from tests.handlers.test_partner_cards import a_reminder as a_partner_reminder

NEW_YEARS_DAY, SATURDAY, IN_JULY, SHUT = (
    date(2022, 1, 1),
    date(2021, 10, 30),
    date(2021, 7, 7),
    date(2021, 11, 4),
)
CALENDAR = WorkingDays(closed=[ClosedPeriod(SHUT, reason="Planeringsdag")])
CARDS = {
    "status": lambda said, texts: status_card(
        a_status(next_evaluation=an_evaluation(**said)), texts
    ),
    "reminder": lambda said, texts: reminder_card(a_reminder(**said), texts),
    "channel": lambda said, texts: partner_reminder_card(a_partner_reminder(**said), texts),
}


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize(
    ("day", "language", "expected"),
    [
        (NEW_YEARS_DAY, "sv", "Flyttad från 1 januari 2022 (nyårsdagen)."),
        (NEW_YEARS_DAY, "en", "Moved from 1 January 2022 (New Year's Day)."),
        (SATURDAY, "sv", "Flyttad från 30 oktober 2021 (helg)."),
        (SATURDAY, "en", "Moved from 30 October 2021 (weekend)."),
        (IN_JULY, "sv", "Flyttad från 7 juli 2021 (månad utan utvärderingar och påminnelser)."),
        (IN_JULY, "en", "Moved from 7 July 2021 (month without evaluations and reminders)."),
        (SHUT, "sv", "Flyttad från 4 november 2021 (Planeringsdag)."),
        (SHUT, "en", "Moved from 4 November 2021 (Planeringsdag)."),
    ],
)
def test_the_reason_of_a_moved_day_is_in_the_readers_language(
    card: str, day: date, language: str, expected: str
) -> None:
    closed = CALENDAR.why_closed(day)
    assert isinstance(closed, Closed)
    said: dict[str, Any] = {"agreed_on": day, "moved": closed}
    assert expected in CARDS[card](said, Texts(language)).text
